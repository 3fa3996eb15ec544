"""A factor that was taken off opens nothing any more, also where it was given before."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.urls import urlpatterns
from django.core.cache import cache
from django.urls import reverse

from commonweal.accounts.urls import ASKING

DESK = "/desk/help/"
SECRET_OF_APP = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False
    # Which codes of an app were used stands there, by person and code.
    cache.clear()


@pytest.fixture
def with_codes(leah):
    """Leah with an app, and with recovery codes on paper."""
    TOTP.activate(leah, SECRET_OF_APP)
    return leah, RecoveryCodes.activate(leah)


def proved(browser, code):
    answer = browser.post("/accounts/reauthenticate/", {"code": code, "next": DESK})
    assert answer.status_code == 302, [m.message for m in answer.context["messages"]]
    assert browser.get(DESK).status_code == 200
    return browser


def test_who_came_in_by_a_paper_that_was_found_is_out_once_there_are_new_codes(
    by_code_only, with_codes, code_now
):
    leah, codes = with_codes
    finder = proved(by_code_only(leah), codes.get_unused_codes()[0])
    owner = proved(by_code_only(leah), code_now(SECRET_OF_APP))
    answer = owner.post("/accounts/2fa/recovery-codes/generate/")
    assert answer.status_code == 302
    assert "mail_" not in answer["Location"]
    assert finder.get(DESK)["Location"].startswith("/accounts/reauthenticate/")
    # Nor is what they proved fresh enough to change how Leah signs in.
    assert finder.get("/accounts/2fa/recovery-codes/")["Location"].startswith(
        "/accounts/reauthenticate/"
    )
    assert owner.get(DESK).status_code == 200


def test_a_key_that_is_taken_off_ends_what_it_opened(by_code_only, with_codes, code_now):
    leah, _ = with_codes
    browser = proved(by_code_only(leah), code_now(SECRET_OF_APP))
    Authenticator.objects.filter(user=leah, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(leah, "KRSXG5CTMVRXEZLU")
    assert browser.get(DESK)["Location"].startswith("/accounts/reauthenticate/")


def test_a_recovery_code_opens_once(by_code_only, with_codes):
    leah, codes = with_codes
    [code, *_] = codes.get_unused_codes()
    proved(by_code_only(leah), code)
    again = by_code_only(leah)
    assert again.post("/accounts/reauthenticate/", {"code": code}).status_code == 200
    assert again.get(DESK)["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("name", sorted(ASKING))
def test_a_mailbox_alone_neither_reads_nor_changes_factors(name, by_code_only, with_codes):
    """A code from the mail is fresh; but there is a second factor, and none was given."""
    leah, codes = with_codes
    parts = {"pk": 1} if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else {}
    browser = by_code_only(leah)
    for method in ("get", "post"):
        answer = getattr(browser, method)(reverse(name, kwargs=parts))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert set(codes.get_unused_codes()) == set(RecoveryCodes.activate(leah).get_unused_codes())


def test_every_page_about_factors_says_whether_it_asks():
    """A page that allauth adds has to be thought about."""
    asks_otherwise = {
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_trust",
        "mfa_login_webauthn",
        "mfa_reauthenticate_webauthn",
        "mfa_signup_webauthn",
    }

    def names_in(patterns: Any) -> set[str]:
        names = set()
        for pattern in patterns:
            inside = getattr(pattern, "url_patterns", None)
            names |= names_in(inside) if inside is not None else {pattern.name}
        return names

    assert names_in(urlpatterns) - asks_otherwise <= ASKING
    assert names_in(urlpatterns) >= ASKING
