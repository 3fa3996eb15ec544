from django.urls import include, path

from . import desk, views

urlpatterns = [
    path("charter/", views.charter, name="charter"),
    path("charter/<int:number>/", views.version, name="charter-version"),
    path("partners/<slug:code>/badge.svg", views.badge, name="badge"),
    path(
        "space/<slug:code>/",
        include(
            [
                path("sign/", views.sign, name="sign"),
                path("sign/take-back/", views.sign_take_back, name="sign-take-back"),
                path("sign/<int:number>/leave/", views.leave, name="charter-leave"),
                path("signed/", views.signed, name="space-signed"),
                path("tiers/", views.tiers, name="space-tiers"),
            ]
        ),
    ),
    path(
        "desk/tiers/",
        include(
            [
                path("", desk.tiers, name="desk-tiers"),
                path("propose/<slug:code>/", desk.propose, name="desk-tier-propose"),
                path("<uuid:award_code>/confirm/", desk.confirm, name="desk-tier-confirm"),
                path("<uuid:award_code>/refuse/", desk.refuse, name="desk-tier-refuse"),
                path("<uuid:award_code>/withdraw/", desk.withdraw, name="desk-tier-withdraw"),
                path("<uuid:award_code>/decide/", desk.decide, name="desk-tier-decide"),
            ]
        ),
    ),
]
