from django.urls import include, path

from . import desk, desk_merging, desk_near, desk_people, desk_signatories, views

urlpatterns = [
    path("join/", views.join, name="join"),
    path("join/check/", views.join_check, name="join-check"),
    path("join/<slug:step>/", views.join_step, name="join-step"),
    path("desk/charter/names/<int:pk>/", desk.name, name="desk-name"),
    path("desk/charter/partners/<slug:code>/stop/", desk.stop, name="desk-partner-stop"),
    path(
        "desk/charter/partners/<slug:code>/numbers/",
        desk.take_numbers,
        name="desk-partner-numbers",
    ),
    path("desk/charter/nobody-acts/", desk_people.unclaimed, name="desk-unclaimed"),
    path("desk/charter/signatories/", desk_signatories.bring, name="desk-signatories"),
    path("desk/charter/invited/", desk_signatories.invited, name="desk-invited"),
    path("desk/charter/invited/again/", desk_signatories.invite_again, name="desk-invited-again"),
    path(
        "desk/charter/partners/<slug:code>/merge/",
        desk_merging.choose,
        name="desk-partner-merge",
    ),
    path(
        "desk/charter/partners/<slug:code>/merge/<slug:other>/",
        desk_merging.merge,
        name="desk-partner-merging",
    ),
    path("desk/charter/near/", desk_near.near, name="desk-near"),
    path(
        "desk/charter/near/<slug:code>/<slug:other>/two/",
        desk_near.different,
        name="desk-near-different",
    ),
    path("desk/charter/near/<int:pk>/again/", desk_near.again, name="desk-near-again"),
    path("desk/charter/merges/<int:pk>/undo/", desk_merging.undo, name="desk-merge-undo"),
    path("desk/charter/acting/<int:pk>/", desk_people.decide, name="desk-acting"),
    path(
        "desk/charter/partners/<slug:code>/people/",
        desk_people.people,
        name="desk-partner-people",
    ),
    path(
        "desk/charter/partners/<slug:code>/people/invitations/<int:pk>/withdraw/",
        desk_people.invitation_withdraw,
        name="desk-invitation-withdraw",
    ),
    path("partners/<slug:code>/this-is-us/", views.this_is_us, name="this-is-us"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path(
        "space/<slug:code>/",
        include(
            [
                path("profile/", views.profile, name="space-profile"),
                path("people/", views.people, name="space-people"),
                path(
                    "people/invitations/<int:pk>/withdraw/",
                    views.invitation_withdraw,
                    name="invitation-withdraw",
                ),
            ]
        ),
    ),
]
