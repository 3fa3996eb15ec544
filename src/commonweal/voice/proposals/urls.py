from django.urls import URLPattern, URLResolver, path

from . import desk, views

OF_CONSULTATION = "have-your-say/<slug:code>/"
PUBLIC = "have-your-say/proposals/<slug:code>/"
DESK = "desk/voice/proposals/<slug:code>/"
READ = "desk/voice/read/<slug:kind>/<int:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("have-your-say/done/", views.done, name="said-and-done"),
    path("have-your-say/own/<uuid:key>/", views.own, name="own-sent"),
    path(PUBLIC, views.proposal, name="proposal"),
    path(f"{PUBLIC}support/", views.support, name="proposal-support"),
    path(f"{PUBLIC}comment/", views.comment, name="proposal-comment"),
    path(f"{OF_CONSULTATION}propose/", views.propose, name="propose"),
    path(f"{OF_CONSULTATION}proposals.csv", views.proposals_csv, name="proposals-csv"),
    path("desk/voice/<slug:code>/proposals/", desk.proposals, name="desk-proposals"),
    path("desk/voice/<slug:code>/proposals/enter/", desk.proposal_enter, name="proposal-enter"),
    path(DESK, desk.proposal, name="desk-proposal"),
    path(f"{DESK}support/", desk.support_enter, name="support-enter"),
    path(f"{DESK}accept/", desk.accept, name="proposal-accept"),
    path(f"{DESK}decline/", desk.decline, name="proposal-decline"),
    path(f"{DESK}merge/", desk.merge, name="proposal-merge"),
    path(f"{DESK}take-back/", desk.take_back, name="proposal-take-back"),
    path(f"{DESK}leads-to/", desk.tie, name="proposal-tie"),
    path(f"{READ}show/", desk.show, name="sent-show"),
    path(f"{READ}keep-out/", desk.keep_out, name="sent-keep-out"),
    path(f"{READ}appeal/", desk.appeal, name="sent-appeal"),
]
