from django.urls import include, path

from commonweal.accounts.access import staff
from commonweal.bringing.urls import ways_in, ways_of_each

from . import desk, payees_desk, releases_desk, views
from .contracts_frame import CONTRACTS

urlpatterns = [
    path(
        "spend/",
        include(
            [
                path("", views.home, name="spend"),
                path("anchors/", views.anchors, name="spend-anchors"),
                path("suppliers/", views.suppliers, name="spend-suppliers"),
                path("suppliers/<str:code>/", views.supplier, name="spend-supplier"),
                path("payments/", views.payments, name="spend-payments"),
                path("payments.csv", views.payments_csv, name="spend-payments-csv"),
                path("sectors/", views.sectors, name="spend-sectors"),
                path("opportunities/", views.opportunities, name="spend-opportunities"),
                path("how-we-know/", views.how_we_know, name="spend-how-we-know"),
                path("releases/<slug:code>/", views.release, name="spend-release"),
                path("survey/<str:token>/", views.survey, name="spend-survey"),
            ]
        ),
    ),
    path(
        "desk/spend/",
        include(
            [
                path("", desk.day, name="desk-spend"),
                path("anchors/", desk.anchor_add, name="anchor-add"),
                path("releases/", releases_desk.upload, name="release-upload"),
                path("releases/<slug:code>/", releases_desk.release, name="desk-release"),
                path("releases/<slug:code>/say/", releases_desk.say, name="release-say"),
                path("releases/<slug:code>/take/", releases_desk.take, name="release-take"),
                path("releases/<slug:code>/undo/", releases_desk.undo, name="release-undo"),
                path("releases/<slug:code>/away/", releases_desk.throw_away, name="release-away"),
                path("review/", payees_desk.review, name="spend-review"),
                path("review/<slug:code>/", payees_desk.decide, name="spend-decide"),
                path("decided/", payees_desk.decided, name="spend-decided"),
                path("decided/<int:pk>/back/", payees_desk.take_back, name="spend-take-back"),
                path("sample/", payees_desk.sample, name="spend-sample"),
                path("sample/draw/", payees_desk.draw, name="spend-draw"),
                *ways_in(CONTRACTS, staff(desk.ANALYST), at="contracts/"),
                *ways_of_each(CONTRACTS, staff(desk.ANALYST), at="contracts/"),
                path("survey/", desk.survey, name="desk-survey"),
                path("survey/<int:pk>/links.csv", desk.survey_links, name="survey-links"),
                path("run/", desk.run, name="spend-run"),
                path("run/stop/", desk.stop, name="spend-run-stop"),
            ]
        ),
    ),
]
