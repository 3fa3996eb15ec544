from django.urls import include, path

from . import desk, views

urlpatterns = [
    path("accounts/you/", views.you, name="you"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("desk/people/", desk.people, name="desk-people"),
    path("desk/people/<int:pk>/end/", desk.end_role, name="desk-role-end"),
    path("desk/record/", desk.the_record, name="desk-record"),
]
