from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import RedirectView

from . import desk, typed, views

# Only what is used of allauth: nobody has a password here, so no page about one exists.
urlpatterns = [
    path("accounts/you/", views.you, name="you"),
    path("accounts/typed/", typed.typed, name="typed"),
    path(
        "accounts/login/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="account_login",
    ),
    path("accounts/login/code/", allauth.request_login_code, name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        allauth.confirm_login_code,
        name="account_confirm_login_code",
    ),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/email/", allauth.email, name="account_email"),
    path(
        "accounts/confirm-email/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("desk/people/", desk.people, name="desk-people"),
    path("desk/people/<int:pk>/end/", desk.end_role, name="desk-role-end"),
    path("desk/letters/", desk.letters, name="desk-letters"),
    path("desk/letters/<int:pk>/again/", desk.letter_again, name="desk-letter-again"),
    path("desk/record/", desk.the_record, name="desk-record"),
]
