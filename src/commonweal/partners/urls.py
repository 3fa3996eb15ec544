from django.urls import include, path

from . import views

urlpatterns = [
    path("join/", views.join, name="join"),
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
