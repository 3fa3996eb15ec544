from django.urls import include, path

from . import desk, views

urlpatterns = [
    path("join/", views.join, name="join"),
    path("desk/charter/names/<int:pk>/", desk.name, name="desk-name"),
    path("desk/charter/partners/<slug:code>/stop/", desk.stop, name="desk-partner-stop"),
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
