"""Whoever signs in reads the words of the house: none of allauth's own stands on any page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account import views as account_views
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal import auth as webauthn
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from commonweal.accounts import proving

from .test_sessions import address_of, sign_in_by_code
from .test_setting_up import text

OF_ALLAUTH = Path(allauth.__file__).parent
# allauth's words that are also ours: nothing to be told apart by.
ALSO_OURS = {"Sign in with a passkey", "Recovery codes"}
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


def patterns(tree: Any) -> list[URLPattern]:
    if isinstance(tree, URLPattern):
        return [tree]
    return [pattern for branch in tree.url_patterns for pattern in patterns(branch)]


def of_allauth() -> dict[str, Any]:
    """Each address that allauth answers, by its name, with the view."""
    views = {}
    for pattern in patterns(get_resolver()):
        view: Any = getattr(pattern.callback, "view_class", pattern.callback)
        if view.__module__.startswith("allauth") and pattern.name:
            views[pattern.name] = view
    return views


def said_by_allauth() -> set[str]:
    """What stands in allauth's catalogue of words, of two words or more."""
    catalogue = (OF_ALLAUTH / "locale/en/LC_MESSAGES/django.po").read_text()
    entries = re.findall(r'^msgid ((?:".*"\n)+)', catalogue, re.M)
    sentences = ("".join(re.findall(r'"(.*)"', entry)) for entry in entries)
    plain = {" ".join(re.sub(r"\\n", " ", text).split()) for text in sentences}
    return {text for text in plain if " " in text and "%" not in text} - ALSO_OURS


def shown_on(page: Any) -> set[str]:
    """Each piece of text of a page's middle, and what its fields say when they are empty."""
    middle = page.content.decode().partition("<main")[2].partition("</main>")[0]
    pieces = re.findall(r">([^<>]+)<", middle) + re.findall(r'placeholder="([^"]+)"', middle)
    return {" ".join(unescape(piece).split()) for piece in pieces}


def is_ours(template: str) -> bool:
    return OF_ALLAUTH not in Path(get_template(template).origin.name).parents


def test_each_page_that_allauth_answers_has_a_template_of_ours():
    names = {
        name: view.template_name
        for name, view in of_allauth().items()
        if str(getattr(view, "template_name", None)).endswith(".html")
    }
    # It chooses its view when it is asked.
    of_a_new_address = account_views.ConfirmEmailVerificationCodeView
    names["account_email_verification_sent"] = of_a_new_address.template_name
    assert len(names) > 12
    assert {name: template for name, template in names.items() if not is_ours(template)} == {}


def test_each_message_of_allauth_is_said_by_us():
    may_come = {
        f"{path.parent.parent.name}/messages/{path.name}"
        for path in OF_ALLAUTH.glob("templates/*/messages/*.txt")
        # Nobody has a password, a telephone to sign in with, or a sign-in elsewhere; sessions are
        # ended by us.
        if path.parent.parent.name in ("account", "mfa")
        and not re.search(r"password|phone", path.name)
    }
    assert len(may_come) > 12
    assert {name for name in may_come if not is_ours(name)} == set()


def every_page(browser: Client, person: Any) -> dict[str, Any]:
    """What each of allauth's addresses answers to somebody."""
    key = Authenticator.objects.filter(user=person, type="webauthn").first()
    answers = {}
    for name in of_allauth():
        is_about_a_key = name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
        parts = {"pk": key.pk if key else 0} if is_about_a_key else {}
        answers[name] = browser.get(reverse(name, kwargs=parts), follow=True)
    return answers


def their_words_on(answers: dict[str, Any]) -> dict[str, set[str]]:
    theirs = said_by_allauth()
    return {
        name: words
        for name, page in answers.items()
        if page.get("Content-Type", "").startswith("text/html")
        and (words := shown_on(page) & theirs)
    }


@pytest.fixture
def keys_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"publicKey": {"challenge": "AA", "allowCredentials": [{"id": "AAAA"}]}}
    monkeypatch.setattr(webauthn, "begin_authentication", lambda *_, **__: options)
    monkeypatch.setattr(webauthn, "begin_registration", lambda *_, **__: options)
    monkeypatch.setattr(proving, "begin_authentication", lambda *_, **__: options)


@pytest.fixture
def with_everything(keys_are_made_up: None, town: Any, asha: Any) -> Any:
    """Somebody with three addresses, an app, two passkeys and recovery codes."""
    address_of(asha)
    for address, is_verified in (("second@example.org", True), ("third@example.org", False)):
        EmailAddress.objects.create(user=asha, email=address, verified=is_verified)
    TOTP.activate(asha, SECRET)
    RecoveryCodes.activate(asha)
    for name, alone in (("phone", True), ("key", False)):
        extensions = {"credProps": {"rk": alone}}
        credential = {"id": "AAAA", "clientExtensionResults": extensions}
        data = {"name": name, "credential": credential}
        Authenticator.objects.create(user=asha, type="webauthn", data=data)
    return asha


def test_there_are_words_of_allauth_to_look_for():
    theirs = said_by_allauth()
    assert {"Make Primary", "Re-send Verification", "Enter Email Verification Code"} <= theirs
    assert {"Add Security Key", "Two-Factor Authentication", "Incorrect code."} <= theirs


def test_nobody_reads_words_of_allauth(town, asha):
    assert their_words_on(every_page(Client(), asha)) == {}


def test_who_has_only_an_address_reads_none(town, asha, proves):
    address_of(asha)
    browser = Client()
    browser.force_login(asha)
    proves(browser, "code")
    pages = every_page(browser, asha)
    assert "Set up an authenticator app" in text(pages["mfa_activate_totp"])
    assert "Add a passkey" in text(pages["mfa_add_webauthn"])
    assert their_words_on(pages) == {}


def test_who_has_every_factor_reads_none(with_everything):
    browser = Client()
    browser.force_login(with_everything)
    pages = every_page(browser, with_everything)
    assert "Make it the main one : second@example.org" in text(pages["account_email"])
    assert "Send it a code : third@example.org" in text(pages["account_email"])
    assert "Signs you in by itself" in text(pages["mfa_list_webauthn"])
    assert "Take phone off?" in text(pages["mfa_remove_webauthn"])
    assert "Your 10 unused codes will no longer work" in text(pages["mfa_generate_recovery_codes"])
    assert their_words_on(pages) == {}


def test_who_signs_in_reads_none_on_the_way(with_everything):
    browser = Client()
    pages = {"asks": browser.post("/accounts/login/code/", {"email": ""})}
    sent = browser.post("/accounts/login/code/", {"email": with_everything.email}, follow=True)
    pages |= {"sent": sent, "wrong": browser.post("/accounts/login/code/confirm/", {"code": "A"})}
    assert "Type the code" in text(sent)
    sign_in_by_code(browser, with_everything)
    pages["second"] = browser.get("/accounts/2fa/authenticate/")
    assert "Use your passkey" in text(pages["second"])
    pages["wrong second"] = browser.post("/accounts/2fa/authenticate/", {"code": "1"})
    assert "This is not the right code" in text(pages["wrong second"])
    pages["empty"] = browser.post("/accounts/2fa/authenticate/", {"code": ""})
    assert "Enter the code" in text(pages["empty"])
    assert their_words_on(pages) == {}


def test_who_has_no_passkey_is_not_asked_for_one(town, asha):
    address_of(asha)
    TOTP.activate(asha, SECRET)
    browser = Client()
    sign_in_by_code(browser, asha)
    page = browser.get("/accounts/2fa/authenticate/")
    assert "passkey" not in text(page)
    assert "Type the number that your authenticator app shows" in text(page)


def test_who_sets_up_a_sign_in_or_an_address_reads_none(town, asha, proves):
    browser = Client()
    pages = {"empty": browser.post("/accounts/signup/", {"email": "no", "name": ""})}
    typed = {"email": "new@example.org", "name": "New"}
    pages["sent"] = browser.post("/accounts/signup/", typed, follow=True)
    pages["wrong"] = browser.post("/accounts/confirm-email/", {"code": "AAAA"})
    assert "Is this your address?" in text(pages["wrong"])
    address_of(asha)
    browser = Client()
    browser.force_login(asha)
    proves(browser, "code")
    for name, typed in (("twice", asha.email), ("none", ""), ("sent", "other@example.org")):
        pages[name] = browser.post(
            "/accounts/email/", {"email": typed, "action_add": ""}, follow=True
        )
    assert "This address is yours already" in text(pages["twice"])
    assert "Enter your e-mail address" in text(pages["none"])
    assert "Is this your address?" in text(pages["sent"])
    assert their_words_on(pages) == {}


@pytest.mark.parametrize("address", ["reauthenticate/", "webauthn/reauthenticate/"])
def test_one_page_alone_asks_for_a_proof_and_counts_the_guesses(with_everything, address):
    browser = Client()
    browser.force_login(with_everything)
    for answer in (
        browser.get(f"/accounts/2fa/{address}?next=/desk/"),
        browser.post(f"/accounts/2fa/{address}?next=/desk/", {"code": "1"}),
    ):
        assert answer["Location"] == "/accounts/reauthenticate/?next=/desk/"
