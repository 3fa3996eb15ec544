from __future__ import annotations

from collections.abc import Iterable

from allauth.account import views as allauth
from allauth.mfa.urls import urlpatterns as second_factors
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from . import desk, proving, typed, views

# allauth asks for a fresh proof only where somebody has a second factor, and is content with any.
# Setting up the first one asks for a fresh code by e-mail: else whoever finds an open screen makes
# it theirs. What shows or changes those that are there asks for one of them: else a mailbox alone
# would open the recovery codes, and they all the rest.
ASKING = {
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
# One page asks for every kind of proof, and counts the guesses: allauth's own two lead there.
PROVED_ELSEWHERE = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
to_the_proof = RedirectView.as_view(pattern_name="account_reauthenticate", query_string=True)


def _asking(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _asking(pattern.url_patterns)
        elif pattern.name in ASKING and not hasattr(pattern.callback, "asks_first"):
            pattern.callback = proving.freshly_proved_always(pattern.callback)
        elif pattern.name in PROVED_ELSEWHERE:
            pattern.callback = to_the_proof
    return list(patterns)


# Only what is used of allauth: nobody has a password here, so no page about one exists.
urlpatterns = [
    path("accounts/you/", views.you, name="you"),
    path("accounts/here/", views.still_typing, name="here"),
    path("accounts/sessions/end/", views.end_sessions, name="sessions-end"),
    path("accounts/sessions/<int:pk>/end/", views.end_session, name="session-end"),
    path("accounts/typed/", typed.typed, name="typed"),
    path("accounts/unlock/", proving.unlock, name="desk-unlock"),
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
    path("accounts/email/", proving.freshly_proved(allauth.email), name="account_email"),
    path(
        "accounts/confirm-email/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("accounts/reauthenticate/", proving.prove, name="account_reauthenticate"),
    path("accounts/2fa/", include(_asking(second_factors))),
    path("desk/people/", desk.people, name="desk-people"),
    path("desk/people/list/", desk.people_listed, name="desk-people-list"),
    path("desk/people/<int:pk>/end/", desk.end_role, name="desk-role-end"),
    path("desk/letters/", desk.letters, name="desk-letters"),
    path("desk/letters/<int:pk>/again/", desk.letter_again, name="desk-letter-again"),
    path("desk/record/", desk.the_record, name="desk-record"),
]
