"""Whoever asked for help comes back: to where they stopped, or to how their request stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Message
from commonweal.cases.models import Case, IntakeDraft, Opening
from commonweal.desk import helplines
from commonweal.desk.help_again import STANDS

RESUME = "/help/resume/"
NOT_FITTING = "The reference and the number do not fit together"


def read(response: Any) -> str:
    return unescape(response.content.decode())


def begin(client: Any) -> tuple[str, str]:
    client.post("/help/start/")
    return client.session["help_draft"], client.session["help_pin"]


def step(client: Any, code: str, name: str, **answers: Any) -> Any:
    return client.post(reverse("help-form", args=[code, name]), answers)


def ask(client: Any) -> tuple[str, str, Case]:
    """A form that was sent, from a browser that is closed since."""
    code, pin = begin(client)
    step(client, code, "help", needs=["food"], words="Hungry.")
    step(client, code, "who", for_whom="self", first_name="Zebedee", lives="address")
    step(client, code, "contact", contact="text_only", phone="07700 934567")
    step(client, code, "check", consent="on")
    client.session.flush()
    return code, pin, Case.objects.get()


def test_a_form_goes_on_where_it_stopped(client, kinds):
    code, pin = begin(client)
    step(client, code, "help", needs=["food"], words="Hungry.")
    step(client, code, "who", for_whom="self", first_name="Zebedee", lives="address")
    client.session.flush()
    resumed = client.post(RESUME, {"code": code.replace("-", " ").lower(), "pin": pin})
    assert resumed.url == reverse("help-form", args=[code, "contact"])


def test_a_form_that_was_only_begun_goes_on_at_its_beginning(client, kinds):
    code, pin = begin(client)
    client.session.flush()
    assert client.post(RESUME, {"code": code, "pin": pin}).url.endswith("/help/")


@pytest.mark.parametrize("page", ["who", "sent"])
def test_a_page_of_a_form_in_another_browser_leads_to_reference_and_number(client, kinds, page):
    code, _, _ = ask(client)
    assert client.get(f"/help/form/{code}/{page}/").url == RESUME
    assert client.get(f"/help/form/F-222-222-222/{page}/").url == RESUME


@pytest.mark.parametrize("state", ["new", "working", "waiting"])
@pytest.mark.parametrize("by_case", [True, False])
def test_a_form_that_was_sent_says_how_it_stands(client, kinds, state, by_case):
    code, pin, case = ask(client)
    Case.objects.update(state=state)
    known = case.code if by_case else code
    page = read(client.post(RESUME, {"code": known.replace("-", ""), "pin": pin}, follow=True))
    assert STANDS[Case.State(state)] in page
    assert case.code in page
    # Others may read along: no word of who it is or what it is about.
    shown = without_marks(page.split("<main")[1].split("</main>")[0])
    for private in ("Zebedee", "Hungry", "934567", "Food"):
        assert private not in shown
    assert reverse("help-resume") in page


def test_what_is_finished_says_so_and_changes_nothing(client, kinds):
    code, pin, case = ask(client)
    Case.objects.update(state="closed", closed_at=case.opened_at)
    assert STANDS[Case.State.CLOSED] in read(
        client.post(RESUME, {"code": code, "pin": pin}, follow=True)
    )
    assert client.get(f"/help/form/{code}/who/").url == reverse("help-sent", args=[code])
    assert IntakeDraft.objects.get().answers == ""


def test_what_does_not_fit_is_answered_in_the_same_words_and_steps(client, kinds):
    code, pin, case = ask(client)
    tries = [
        (code, "000000"),
        (case.code, "000000"),
        ("F-CCC-CCC-CCC", pin),
        ("H-222-222-222", pin),
    ]
    asked = []
    for known, number in tries:
        with CaptureQueriesContext(connection) as queries:
            page = read(client.post(RESUME, {"code": known, "pin": number}))
        assert NOT_FITTING in page
        about = [q["sql"].split(" ")[0] for q in queries if "intakedraft" in q["sql"]]
        asked.append(about)
    assert asked.count(asked[0]) == 4


def test_how_it_stands_is_seen_while_the_desk_is_closed(client, kinds):
    begun, number = begin(client)
    step(client, begun, "help", needs=["food"], words="Half a form.")
    client.session.flush()
    code, pin, case = ask(client)
    Opening.objects.update(is_open=False, because="Snow.")
    assert f'href="{RESUME}"' in read(client.get("/help/"))
    page = read(client.post(RESUME, {"code": case.code, "pin": pin}, follow=True))
    assert STANDS[Case.State.NEW] in page
    assert "Snow." not in page
    # A form that was not sent waits until the desk opens again.
    page = read(client.post(RESUME, {"code": begun, "pin": number}, follow=True))
    assert "What you sent before is kept" in page
    assert begun in page
    assert not Case.objects.exclude(pk=case.pk).exists()


def test_five_wrong_numbers_close_what_was_sent_too(client, kinds):
    code, pin, case = ask(client)
    for _ in range(5):
        client.post(RESUME, {"code": case.code, "pin": "000000"})
    assert NOT_FITTING in read(client.post(RESUME, {"code": code, "pin": pin}))


@pytest.mark.parametrize(
    ("name", "answers", "sentence"),
    [
        ("contact", {"contact": "text_only", "phone": "o7700 90o123"}, "Look at this number again"),
        ("contact", {"contact": "any", "phone2": "12345"}, "Look at this number again"),
        ("contact", {"contact": "email_only", "email": "z@@example.org"}, "Look at this address"),
        (
            "who",
            {"for_whom": "self", "lives": "address", "postcode": "zz1"},
            "Look at this postcode",
        ),
    ],
)
def test_what_looks_mistyped_is_said_and_taken_as_it_is_by_a_tick(
    client, kinds, name, answers, sentence
):
    code, _ = begin(client)
    page = read(step(client, code, name, **answers))
    assert sentence in page
    assert "It is right as I wrote it" in page
    for typed in answers.values():
        assert typed in page
    assert step(client, code, name, **answers, as_written="on").status_code == 302


@pytest.mark.parametrize("phone", ["01438 242 242", "+44 20 7946 0018", "076 1234 5678"])
def test_who_wants_only_texts_gives_a_telephone_that_gets_them(client, kinds, phone):
    code, _ = begin(client)
    page = read(step(client, code, "contact", contact="text_only", phone=phone))
    assert "A text gets to a mobile telephone only" in page
    assert phone in page
    second = {"phone": phone, "phone2": "+44 7700 900123"}
    assert step(client, code, "contact", contact="text_only", **second).status_code == 302


def hidden_of(page: str) -> dict[str, str]:
    """What a browser sends along of a page besides what is typed."""
    pairs = re.findall(r'<input type="hidden" name="(shown-[^"]+)" value="([^"]*)"', page)
    return dict(pairs)


@pytest.mark.parametrize("name", ["phone", "phone2", "email"])
def test_a_corrected_answer_is_nobody_elses(client, kinds, name):
    """What is asked about is kept already; the page that asks must not take its correction for
    that of another person."""
    code, _ = begin(client)
    address = reverse("help-form", args=[code, "contact"])
    wrong, right = ("m@@x", "m@example.org") if name == "email" else ("07700 9001", "07700 900123")
    typed = {"contact": "any", "phone": "07700 900456", name: wrong}
    page = read(client.post(address, typed | hidden_of(read(client.get(address)))))
    assert wrong in page
    answer = client.post(address, typed | {name: right} | hidden_of(page))
    assert "Somebody else" not in read(answer)
    assert answer.status_code == 302


@pytest.mark.parametrize("address", ["", "1 High Street"])
def test_who_wants_only_letters_gives_an_address(client, kinds, address):
    code, _ = begin(client)
    step(client, code, "who", for_whom="self", first_name="Z", lives="address", address=address)
    answer = step(client, code, "contact", contact="post_only")
    assert answer.status_code == (302 if address else 200)
    assert ("give your address" in read(answer)) == (not address)


@pytest.mark.parametrize(
    "phone",
    ["07700 900123", "01438 242 242", "(020) 7946-0018", "+44 7700 900123", "0048 22 123 45 67"],
)
def test_a_right_number_is_asked_about_by_nobody(client, kinds, phone):
    code, _ = begin(client)
    assert step(client, code, "contact", contact="any", phone=phone).status_code == 302


def test_every_page_of_asking_for_help_can_be_left_quickly(client, kinds):
    code, _ = begin(client)
    for address in ("/help/", RESUME, "/help/services/", reverse("help-form", args=[code, "help"])):
        assert "Leave this page quickly" in read(client.get(address)), address


def test_who_looks_for_safety_reads_the_helpline_where_no_service_is(client, kinds):
    page = read(client.get("/help/services/?help=safety"))
    assert helplines.national_line().number in page
    assert "govuk-warning-text" in page
    assert "Numbers that anybody can ring" in page
    assert "govuk-warning-text" not in read(client.get("/help/services/?help=food"))


# --- What is confirmed, and how ---------------------------------------------------------------


def send_form(client: Any, *, needs: str = "food", whom: str = "self", **contact: str) -> str:
    code, _ = begin(client)
    step(client, code, "help", needs=[needs])
    step(client, code, "who", for_whom=whom, first_name="Z", lives="address", address="1 High St")
    step(client, code, "contact", **contact)
    step(client, code, "check", consent="on")
    return read(client.get(reverse("help-sent", args=[code])))


BOTH = {"phone": "07700 934567", "email": "z@example.org"}


@pytest.mark.parametrize(
    ("contact", "given", "way"),
    [
        ("any", BOTH, "text"),
        ("any", {"email": "z@example.org"}, "email"),
        ("any", {"phone": "01632 960123", "email": "z@example.org"}, "email"),
        ("any", {"phone": "01632 960123"}, ""),
        ("no_ring", BOTH, "text"),
        ("text_only", BOTH, "text"),
        ("email_only", BOTH, "email"),
        ("post_only", BOTH, ""),
        ("none", BOTH, ""),
        ("text_only", BOTH | {"safe_word": "heron"}, ""),
        ("text_only", BOTH | {"safe_note": "Not while he is here."}, ""),
    ],
)
def test_the_form_is_confirmed_by_the_chosen_way_and_no_other(client, kinds, contact, given, way):
    page = send_form(client, contact=contact, **given)
    case = Case.objects.get()
    assert [written.way for written in case.written.all()] == ([way] if way else [])
    assert ("by no other way" in page) == bool(way)
    sent = Message.objects.filter(key__startswith="reach-")
    assert sent.count() == bool(way)
    if way:
        [written] = case.written.all()
        assert case.code in written.words
        assert "food" not in written.words.lower()
        assert written.to == ("07700 934567" if way == "text" else "z@example.org")
        assert (written.to in sent.get().to_phone) == (way == "text")


def test_at_another_hour_it_waits_and_about_safety_nothing_goes_out(client, kinds, monkeypatch):
    late = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    send_form(client, contact="text_only", safe_from="10", safe_until="14", **BOTH)
    [written] = Case.objects.get().written.all()
    assert (written.state, timezone.localtime(written.not_before).hour) == ("waiting", 10)
    assert not Message.objects.filter(key__startswith="reach-").exists()
    client.session.flush()
    send_form(client, needs="safety", contact="text_only", **BOTH)
    assert not Case.objects.latest("pk").written.exists()


def test_who_asks_for_somebody_else_has_nothing_sent_to_them(client, kinds):
    send_form(client, whom="other", contact="any", **BOTH)
    assert not Case.objects.get().written.exists()
