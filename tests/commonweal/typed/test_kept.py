"""Whatever keeps a form out, what was typed into it comes back to whoever typed it."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import kept, mail, typed
from commonweal.accounts.models import KeptWords
from commonweal.cases import working
from commonweal.cases.models import Case, IntakeDraft, Note, Referral
from commonweal.pledges.models import Question

pytestmark = pytest.mark.django_db
WORDS = "Her insulin is finished; she sleeps at her sister's."


@pytest.fixture
def note(leah: Any, asks_for_help: Any) -> str:
    """The address of the note on a case of Leah's."""
    case = asks_for_help(by=leah)
    return f"/desk/help/cases/{case.code}/note/"


def second_factor(client: Client) -> None:
    session = client.session
    session["demo_second_factor"] = True
    session.save()


def sign_out(client: Client) -> None:
    """The session ends; the browser keeps its other cookies."""
    client.session.flush()
    del client.cookies["sessionid"]


def sent(client: Client, page: Any, form_in: Any) -> Any:
    """Press *Send it now* on the page with the words."""
    form = form_in(page, having="kept_code")
    [address] = {typed.path for _, typed in page.context["rows"]}
    return client.post(address, form)


def test_a_session_that_ended_brings_the_words_back(sign_in, leah, note, open_form, form_in):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    sign_out(client)
    answer = client.post(note, form)
    assert answer["Location"] == "/accounts/login/?next=/accounts/typed/"
    assert WORDS.encode() not in client.get("/accounts/typed/").content
    sign_in(leah)
    page = client.get("/accounts/typed/")
    assert "You typed this before you were signed out" in page.content.decode()
    assert WORDS.replace("'", "&#x27;") in page.content.decode()
    assert not Note.objects.exists()
    assert sent(client, page, form_in).status_code == 302
    assert Note.objects.get().words == WORDS
    assert not KeptWords.objects.exists()
    assert b"Nothing that you typed waits" in client.get("/accounts/typed/").content


def test_signing_in_leads_to_the_words(sign_in, asha, open_form, mailoutbox, form_in):
    """The whole way by code, as allauth walks it."""
    EmailAddress.objects.create(user=asha, email=asha.email, verified=True, primary=True)
    client = sign_in(asha)
    form = open_form(client, "/space/bakery/profile/", "covers") | {"covers": WORDS}
    sign_out(client)
    client.post("/space/bakery/profile/", form)
    page = client.get("/accounts/login/code/?next=/accounts/typed/")
    client.post("/accounts/login/code/", form_in(page, "email") | {"email": asha.email})
    mail.send_waiting()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mailoutbox[-1].body, re.MULTILINE)
    assert code
    confirm = client.get("/accounts/login/code/confirm/")
    answer = client.post(
        "/accounts/login/code/confirm/", form_in(confirm, "code") | {"code": code[1]}
    )
    assert answer["Location"].startswith("/accounts/typed/")


def test_somebody_else_never_sees_the_words(sign_in, leah, owen, note, open_form):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    sign_out(client)
    client.post(note, form)
    sign_in(owen)
    page = client.get("/accounts/typed/").content.decode()
    assert "insulin" not in page
    assert "Somebody else typed this" in page
    other = Client()
    other.force_login(leah)
    assert b"Nothing that you typed waits" in other.get("/accounts/typed/").content
    sign_out(client)
    sign_in(leah)
    assert "insulin" in client.get("/accounts/typed/").content.decode()


def test_every_page_says_that_words_wait(sign_in, leah, note, open_form):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    sign_out(client)
    client.post(note, form)
    assert b"was not sent yet" not in client.get("/").content
    sign_in(leah)
    assert b"was not sent yet" in client.get("/").content
    page = client.get("/accounts/typed/")
    code = page.context["rows"][0][1].code
    client.post("/accounts/typed/", {"throw_away": code})
    assert b"was not sent yet" not in client.get("/").content


def test_what_another_tab_sent_meanwhile_waits_no_more(sign_in, leah, note, open_form):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    sign_out(client)
    client.post(note, form)
    sign_in(leah)
    client.post(note, open_form(client, note, "words") | {"words": "Something else."})
    assert b"was not sent yet" in client.get("/").content
    client.post(note, open_form(client, note, "words") | {"words": ""})
    assert b"was not sent yet" in client.get("/").content
    client.post(note, open_form(client, note, "words") | {"words": WORDS})
    assert b"was not sent yet" not in client.get("/").content


def test_a_sign_in_in_another_tab_brings_the_words_back(leah, note, open_form, form_in):
    client = Client(enforce_csrf_checks=True)
    client.force_login(leah)
    second_factor(client)
    form = open_form(client, note, "words") | {"words": WORDS}
    client.cookies["csrftoken"] = "x" * 32
    answer = client.post(note, form, HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 403
    assert "insulin" in answer.content.decode()
    assert "You typed this before you signed in anew" in answer.content.decode()
    again = form_in(answer, "kept_code")
    assert client.post(note, again, HTTP_ORIGIN="http://testserver").status_code == 302
    assert Note.objects.get().words == WORDS


def test_a_form_from_another_site_is_not_kept(leah, note, open_form):
    client = Client(enforce_csrf_checks=True)
    client.force_login(leah)
    second_factor(client)
    form = open_form(client, note, "words") | {"words": WORDS}
    client.cookies["csrftoken"] = "x" * 32
    for headers in (
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://evil.example/a"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ):
        answer = client.post(note, form, **headers)
        assert answer.status_code == 403
        assert "This form could not be taken" in answer.content.decode()
        assert "insulin" not in answer.content.decode()
    assert not KeptWords.objects.exists()
    assert not Note.objects.exists()


def test_a_locked_screen_keeps_the_words(sign_in, leah, note, open_form, form_in, settings):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    session = client.session
    session["desk_seen_at"] = int(time.time()) - settings.DESK_LOCK_MINUTES * 60 - 5
    session.save()
    assert client.post(note, form)["Location"] == "/accounts/unlock/"
    assert client.get("/accounts/typed/")["Location"] == "/accounts/unlock/"
    unlock = form_in(client.get("/accounts/unlock/"))
    assert client.post("/accounts/unlock/", unlock)["Location"] == "/accounts/typed/"
    page = client.get("/accounts/typed/")
    assert "You typed this before the screen was locked" in page.content.decode()
    sent(client, page, form_in)
    assert Note.objects.get().words == WORDS


def test_an_address_that_was_taken_is_not_kept_as_unsent(sign_in, asha, form_in):
    """Its page asks for the code of the new address: that is no sign-in, and the form was done."""
    client = sign_in(asha)
    page = client.get("/accounts/email/")
    form = form_in(page, having="email") | {"email": "asha@new.example", "action_add": ""}
    answer = client.post("/accounts/email/", form, follow=True)
    assert [name for name, _ in answer.redirect_chain] == ["/accounts/confirm-email/"]
    assert "Something that you typed was not sent yet" not in answer.text
    assert not KeptWords.objects.exists()


def test_a_missing_second_factor_keeps_the_words(sign_in, leah, note, open_form, form_in):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    session = client.session
    del session["demo_second_factor"], session["account_authentication_methods"]
    session.save()
    assert client.post(note, form)["Location"] == "/accounts/2fa/"
    assert "insulin" not in client.get("/accounts/typed/").content.decode()
    second_factor(client)
    sent(client, client.get("/accounts/typed/"), form_in)
    assert Note.objects.get().words == WORDS


def test_a_case_that_was_handed_over_meanwhile_keeps_the_words(
    sign_in, leah, owen, note, open_form, form_in
):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    case = Case.objects.get()
    working.hand_over(case=case, to=owen, words="He knows her.", by=leah)
    Note.objects.all().delete()
    Case.objects.update(taken_by=owen)
    client.post(note, form)
    page = client.get("/accounts/typed/")
    assert "insulin" in page.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("status", "says"), [(404, "gone"), (500, "something went wrong"), (403, "not open to you")]
)
def test_a_page_that_fails_gives_the_words_back(
    sign_in, leah, note, open_form, monkeypatch, status, says
):
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    def fails(**_: Any) -> None:
        raise {404: Http404(), 500: ZeroDivisionError(), 403: PermissionDenied()}[status]

    client = sign_in(leah)
    client.raise_request_exception = False
    form = open_form(client, note, "words") | {"words": WORDS}
    monkeypatch.setattr(working, "note", fails)
    answer = client.post(note, form)
    assert answer.status_code == status
    assert "insulin" in answer.content.decode()
    assert says in answer.content.decode()


def test_a_visitor_whose_session_ended_finds_the_words_again(
    client, town, kinds, open_form, form_in
):
    client.post("/help/start/", form_in(client.get("/help/"), to="/help/start/"))
    draft = IntakeDraft.objects.get()
    pin = client.session["help_pin"]
    address = f"/help/form/{draft.code}/help/"
    form = open_form(client, address, "words") | {"words": WORDS, "needs": ["food"]}
    sign_out(client)
    answer = client.post(address, form)
    assert answer["Location"] == "/help/resume/"
    resume = form_in(client.get("/help/resume/"), "pin") | {"code": draft.code, "pin": pin}
    assert client.post("/help/resume/", resume)["Location"] == "/accounts/typed/"
    page = client.get("/accounts/typed/")
    assert sent(client, page, form_in).status_code == 302
    assert "insulin" in IntakeDraft.objects.get().answers


def test_a_question_of_a_visitor_is_sent_on_by_anybody_in_that_browser(
    client, claimed, open_form, asha, form_in
):
    pledge, _ = claimed()
    address = f"/pledges/{pledge.code}/ask/"
    strict = Client(enforce_csrf_checks=True)
    form = open_form(strict, address, "words") | {"words": "Why so few?"}
    strict.force_login(asha)
    strict.cookies["csrftoken"] = "y" * 32
    answer = strict.post(address, form, HTTP_ORIGIN="http://testserver")
    assert "Why so few?" in answer.content.decode()
    strict.post(address, form_in(answer, "kept_code"), HTTP_ORIGIN="http://testserver")
    assert Question.objects.count() == 1


def test_a_refusal_that_leads_elsewhere_gives_the_words_back(
    lookers, samples, monkeypatch, form_in
):
    from commonweal.cases import referring
    from commonweal.office.errors import Refused

    address = reverse("space-referral", kwargs=samples["space-referral"])
    client = lookers["joan"]

    def refuses(**_: Any) -> None:
        raise Refused("Somebody else was quicker.")

    monkeypatch.setattr(referring, "decline", refuses)
    Referral.objects.update(state=Referral.State.RECEIVED)
    why = Referral._meta.get_field("declined_because").choices[0][0]
    form = form_in(client.get(address), "words") | {"because": why, "words": WORDS}
    assert form["verb"] == ["decline"]
    page = client.post(address, form, follow=True).content.decode()
    assert "Somebody else was quicker." in page
    assert "was not sent yet" in page
    assert "insulin" in client.get("/accounts/typed/").content.decode()


def test_a_refusal_of_a_page_that_is_shown_again_keeps_the_words_in_it(
    sign_in, leah, asks_for_help, monkeypatch, form_in
):
    from commonweal.office.errors import Refused
    from commonweal.residents import merging

    one, two = asks_for_help(by=leah).resident, asks_for_help(by=leah).resident
    address = f"/desk/help/people/{one.code}/with/{two.code}/"
    client = sign_in(leah)

    def refuses(**_: Any) -> None:
        raise Refused("Somebody else was quicker.")

    monkeypatch.setattr(merging, "merge", refuses)
    form = form_in(client.get(address), "because") | {"because": WORDS, "verb": "merge"}
    page = client.post(address, form).content.decode()
    assert "Somebody else was quicker." in page
    assert "insulin" in page
    assert "was not sent yet" not in page


@pytest.mark.parametrize("ended_at", ["kind", "dealings", "you"])
def test_a_session_that_ends_at_any_question_of_joining_takes_no_answer_with_it(
    sign_in, carys, town, open_form, form_in, ended_at
):
    answers = {
        "name": {"name": "Little Fern"},
        "kind": {"sector": "voluntary", "kind": "club", "size": "micro"},
        "dealings": {"relation": "none"},
        "you": {"job_title": "Head of the kitchen", "may_act": "on"},
    }
    client = sign_in(carys)
    for step, answered in answers.items():
        form = open_form(client, f"/join/{step}/", having="so-far-name" if step != "name" else "")
        if step == ended_at:
            sign_out(client)
            client.post(f"/join/{step}/", form | answered)
            sign_in(carys)
            page = client.get("/accounts/typed/")
            assert "so far" not in page.content.decode().lower()
            onward = sent(client, page, form_in)
        else:
            onward = client.post(f"/join/{step}/", form | answered)
    assert onward["Location"] == "/join/check/"
    check = client.get("/join/check/").content.decode()
    assert all(words in check for words in ("Little Fern", "1 to 9 people", "Head of the kitchen"))


def test_an_answer_of_another_organisation_is_not_mixed_in(sign_in, carys, town, open_form):
    client = sign_in(carys)
    client.post("/join/name/", {"name": "Little Fern"})
    client.post("/join/kind/", {"sector": "voluntary", "kind": "club", "size": "micro"})
    form = open_form(client, "/join/dealings/", having="so-far-name") | {"relation": "none"}
    sign_out(client)
    sign_in(carys)
    client.post("/join/name/", {"name": "Corner Mill"})
    client.post("/join/dealings/", form)
    assert client.session["joining"]["name"] == "Corner Mill"
    assert client.get("/join/check/")["Location"] == "/join/kind/"


def test_an_answer_whose_earlier_ones_are_gone_is_kept_and_that_is_said(
    sign_in, carys, town, open_form
):
    """A page that was opened before pages carried the answers along."""
    client = sign_in(carys)
    form = open_form(client, "/join/name/", having="name")
    del form["name"]
    page = client.post(
        "/join/you/", form | {"job_title": "Head chef", "may_act": "on"}, follow=True
    )
    assert "Your answers to the questions before this one are gone" in page.content.decode()
    assert "Head chef" in client.get("/accounts/typed/").content.decode()


def test_codes_and_too_much_are_not_kept(leah, note, open_form, sign_in, monkeypatch):
    client = sign_in(leah)
    form = open_form(client, note, "words") | {"words": WORDS}
    sign_out(client)
    strict = Client(enforce_csrf_checks=True)
    strict.post("/accounts/login/code/", form | {"email": "leah@brackenford.example"})
    strict.post("/accounts/unlock/", form | {"code": "123456"})
    assert not KeptWords.objects.exists()
    monkeypatch.setattr(kept, "MOST_CHARACTERS", 50)
    client.post(note, form)
    assert not KeptWords.objects.exists()


def test_words_are_encrypted_kept_for_an_hour_and_few_a_browser(
    sign_in, leah, note, open_form, monkeypatch
):
    client = sign_in(leah)
    forms = [open_form(client, note, "words") | {"words": f"{WORDS} {n}"} for n in range(7)]
    sign_out(client)
    for form in forms:
        client.post(note, form)
    assert KeptWords.objects.count() == kept.MOST_A_BROWSER
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, holder, key FROM accounts_keptwords")
        rows = cursor.fetchall()
    assert not any("insulin" in str(row) or "cases" in str(row) for row in rows)
    assert client.cookies[kept.COOKIE]["httponly"]
    assert client.cookies[kept.COOKIE].value not in str(rows)
    KeptWords.objects.update(kept_at=timezone.now() - timedelta(minutes=61))
    sign_in(leah)
    assert b"Nothing that you typed waits" in client.get("/accounts/typed/").content
    assert kept.forget_old() == kept.MOST_A_BROWSER


def test_each_reason_has_its_sentence():
    for why in ("csrf", "locked", "signed_out", "refused", "gone", "broken", "not_done"):
        assert typed.WHY[why].startswith("You typed this")
