"""*Do not contact* and *only by text, 10 to 2* are planted on residents; every outlet is walked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Message
from commonweal.cases import lists, subject, working, writing
from commonweal.cases.models import Callback, Note, Written
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents import deaths, reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule, Way

ROOT = Path(__file__).resolve().parents[3] / "src/commonweal"
pytestmark = pytest.mark.django_db
NUMBER, MAIL, PLACE = "07700 977555", "zeb@example.org", "14 Mill Lane"
# Wednesday 25 November 2026: at half past eleven it is safe, at four it is not.
SAFE, UNSAFE = (datetime(2026, 11, 25, hour, 30, tzinfo=UTC) for hour in (11, 16))
HOURS_10, HOURS_14 = (reaching.ways.clock_of(hour) for hour in ("10", "14"))
NOTE = "He reads my texts."


def page(client: Any, address: str, **data: Any) -> str:
    answer = client.post(address, data, follow=True) if data else client.get(address)
    return re.sub(r"\s+", " ", answer.content.decode())


# --- The case and the lists of calls ----------------------------------------------------------


def test_the_case_gives_no_link_to_ring(person, by_text, clock, sign_in, leah):
    client = sign_in(leah)
    silent = page(client, person("none").get_absolute_url())
    assert NUMBER not in silent
    assert MAIL not in silent
    assert PLACE not in silent
    assert "Do not contact; they contact the desk." in silent
    texted = page(client, by_text().get_absolute_url())
    assert "tel:" not in texted
    assert re.search(rf"{NUMBER} <strong ?>\(do not ring\)", texted)
    assert "Only Monday to Friday, between 10:00 and 14:00." in texted
    assert "(do not e-mail)" in texted
    assert "(do not write)" in texted
    anyone = person()
    assert "tel:07700977555" in page(client, anyone.get_absolute_url())
    reaching.write(
        resident=anyone.resident,
        rule=Rule("any", "12345", HOURS_10, HOURS_14),
        source="changed",
        by=leah,
    )
    clock(UNSAFE)
    assert "(do not ring now" in page(client, anyone.get_absolute_url())


def test_what_is_owed_is_a_text_within_the_hours(asks_for_help, clock, sign_in, leah):
    """A3.6: "First call owed by 17:04" for a person who may only be texted between 10 and 2."""
    clock(datetime(2026, 11, 25, 13, 4, tzinfo=UTC))
    values = {"contact": "text_only", "safe_from": HOURS_10, "safe_until": HOURS_14}
    request = asks_for_help(signs=["no-food"], phones=NUMBER, **values)
    callback = request.callbacks.get()
    assert f"{timezone.localtime(callback.due_at):%H:%M}" == "13:59"
    assert request.due_at == callback.due_at
    for address in ("/desk/help/", request.get_absolute_url()):
        said = page(sign_in(leah), address)
        assert "First text" in said
        assert "First call" not in said
        assert "13:59" in said


def test_nobody_is_owed_a_call_who_must_not_be_contacted(asks_for_help, sign_in, leah, clock):
    request = asks_for_help(contact="none", phones=NUMBER)
    said = page(sign_in(leah), "/desk/help/") + page(sign_in(leah), request.get_absolute_url())
    assert "First contact: they contact the desk" in said
    assert "First call" not in said
    with pytest.raises(Refused, match="Do not contact"):
        working.plan_call(case=request, purpose="follow_up", due_at=SAFE, by=leah)


def test_calls_that_are_owed_move_when_the_hours_change(asks_for_help, leah, clock):
    request = asks_for_help(signs=["no-food"], phones=NUMBER, contact="any")
    assert timezone.localtime(request.callbacks.get().due_at).hour == 15
    rule = Rule("text_only", "12345", HOURS_10, HOURS_14)
    reaching.write(resident=request.resident, rule=rule, source="changed", by=leah)
    assert f"{timezone.localtime(request.callbacks.get().due_at):%H:%M}" == "13:59"


def test_every_call_that_is_promised_later_falls_within_the_hours(by_text, leah, clock):
    request = by_text()
    for moment in (SAFE, UNSAFE):
        clock(moment)
        for again in (None, UNSAFE + timedelta(days=2)):
            Callback.objects.filter(state="due").update(state="cancelled")
            due = again or moment + timedelta(hours=5)
            working.plan_call(case=request, purpose="first", due_at=due, by=leah)
            working.record_call(case=request, direction="out", outcome="no_answer", by=leah)
        working.settle(need=request.needs.get(), state="met", by=leah)
        working.reopen(need=request.needs.get(), by=leah)
        for callback in Callback.objects.filter(state="due"):
            due = timezone.localtime(callback.due_at)
            assert 10 <= due.hour < 14, callback
            assert due.isoweekday() < 6


# --- One text, many texts ---------------------------------------------------------------------


def test_one_text_from_the_case_goes_out_only_in_a_way_and_hour_that_is_safe(
    person, by_text, clock, sign_in, leah, settings, tmp_path
):
    client = sign_in(leah)
    silent = person("none")
    led_back = client.get(f"{silent.get_absolute_url()}write/", follow=True).content.decode()
    assert "Nobody can be written to here. Do not contact" in led_back
    for way in ("text", "email"):
        with pytest.raises(Refused, match="must not be"):
            writing.write_one(case=silent, way=way, words="Hello.", by=leah)
    request = by_text()
    address = f"{request.get_absolute_url()}write/"
    assert "E-mail" not in page(client, address).split('name="way"', 1)[1].split("</fieldset>")[0]
    kept = page(client, address, way="email", words="Hello.")
    assert "There is a problem" in kept
    clock(UNSAFE)
    assert "It waits until Thursday 26 November at 10:00" in page(client, address)
    page(client, address, way="text", words="Ring us when you can. Quote nothing.")
    [written] = Written.objects.all()
    assert (written.state, Message.objects.count()) == ("waiting", 0)
    assert writing.send_held() == 0
    assert "waits for a safe hour" in page(client, request.get_absolute_url())
    clock(datetime(2026, 11, 26, 10, 1, tzinfo=UTC))
    assert writing.send_held() == 1
    assert writing.send_held() == 0
    assert mail.send_waiting() == 1
    [text] = (tmp_path / "texts").glob("*")
    assert text.read_text() == f"To: {NUMBER}\n\nRing us when you can. Quote nothing.\n"
    # The outbox holds no word of it.
    assert "Ring us" not in Message.objects.get().body


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ({"contact": "none"}, "stopped"),
        ({"contact": "email_only"}, "stopped"),
        ({"start": "15"}, "waiting"),
        ({"phones": ""}, "stopped"),
        ({"is_dead": True}, "stopped"),
    ],
)
def test_a_text_on_its_way_is_stopped_when_they_may_no_longer_be_texted(
    person, clock, leah, tmp_path, after, state
):
    request = person()
    written = writing.write_one(case=request, way="text", words="Hello.", by=leah)
    if "contact" in after:
        reaching.write(
            resident=request.resident, rule=Rule(after["contact"]), source="changed", by=leah
        )
    elif "start" in after:
        rule = Rule("any", start=reaching.ways.clock_of(after["start"]))
        reaching.write(resident=request.resident, rule=rule, source="changed", by=leah)
    else:
        Resident.objects.filter(pk=request.resident_id).update(**after)
    assert mail.send_waiting() == 0
    written.refresh_from_db()
    assert written.state == state
    assert not (tmp_path / "texts").exists()
    assert not Message.objects.exists()


def test_texts_to_many_leave_out_and_hold(person, by_text, clock, grace, sign_in, tmp_path):
    """A3.4: three texts went to women in danger, one of whom wrote that he reads hers."""
    person(first_name="Free")
    person("none", first_name="Silent")
    person("any", first_name="Noted", safe_note=NOTE)
    person("any", "safety", first_name="Endangered")
    by_text(first_name="Later")
    clock(UNSAFE)
    client = sign_in(grace)
    asked = {"template": "we-will-ring", "verb": "preview"}
    shown = page(client, "/desk/help/bulk/", **asked)
    assert "It would go to 2 people" in shown
    assert "1 at once; 1 at the next hour that is safe for them" in shown
    for why in (
        "1 must not be texted",
        "1 has a note that a person must read first",
        "1 in a case for named colleagues only",
    ):
        assert why in shown
    assert "It would go to 3 people" in page(client, "/desk/help/bulk/", **asked, named_too="on")
    sent = page(client, "/desk/help/bulk/", template="we-will-ring", verb="send", expected="2")
    assert "Written to 2 people; sent within a minute, to 1 of them at their next safe hour" in sent
    assert mail.send_waiting() == 1
    assert len(list((tmp_path / "texts").glob("*"))) == 1
    assert {w.case.resident.first_name: w.state for w in Written.objects.all()} == {
        "Free": "handed",
        "Later": "waiting",
    }


# --- Letters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "lives", "posted"),
    [
        ("any", "address", True),
        ("no_ring", "address", True),
        ("post_only", "address", True),
        ("none", "address", False),
        ("text_only", "address", False),
        ("email_only", "address", False),
        ("any", "refuge", False),
    ],
)
def test_a_letter_that_must_not_be_posted_has_no_address(
    person, fund, leah, mei, robert, sign_in, contact, lives, posted
):
    """A3.5."""
    request = person(contact, lives=lives)
    award = granting.apply(
        fund=fund,
        resident=request.resident,
        case=request,
        by=leah,
        values={
            "category": "food",
            "reason": "GTIR010",
            "purpose": "GTIP070",
            "payee": "Z Quillfeather",
            "sort_code": "200000",
            "account": "11112222",
            "asked": Decimal(90),
        },
    )
    granting.assess(award=award, amount=Decimal(90), words="Nothing left.", by=mei)
    granting.approve(award=award, by=robert)
    address = f"/desk/grants/{award.code}/letter/"
    said = page(sign_in(mei), address)
    assert (PLACE in said) == posted
    assert ("Do not post this letter" in said) != posted
    done = page(sign_in(mei), f"{address}desk/", x="1")
    assert ("Handed to the desk" in done) != posted
    assert Note.objects.filter(kind="handover").exists() != posted
    if not posted:
        assert "must not be posted" in page(sign_in(leah), request.get_absolute_url())


# --- Exports and lists ------------------------------------------------------------------------


def test_no_export_gives_a_number_or_an_address(person, grace, leah, kinds, sign_in, client):
    request = person("none")
    row = f"First name,Surname,Telephone\nZebedee,Quillfeather,{NUMBER}\n"
    shown = lists.preview(row.encode(), "x.csv")
    run = lists.carry_out(shown, lists.begin(shown, help_type=kinds["food"], by=grace), by=grace)
    for said in (
        lists.results_csv(run),
        page(sign_in(grace), "/desk/help/manage/"),
        page(sign_in(grace), "/desk/help/?show=all"),
        page(sign_in(leah), "/desk/help/search/", q=request.code),
        page(client, "/help/figures/"),
    ):
        for secret in (NUMBER, MAIL, PLACE):
            assert secret not in said


def test_what_is_given_to_the_person_says_how_they_are_reached(person, leah):
    request = person("text_only", safe_note=NOTE)
    said = str(subject.entries_of(request.resident))
    assert "Only by text message" in said
    assert NOTE in said


# --- The dead, and whom nobody asked ----------------------------------------------------------


@pytest.mark.parametrize("contact", [*Resident.Contact.values])
def test_no_way_is_open_to_the_dead_and_death_changes_no_rule(person, leah, contact):
    request = person(contact)
    deaths.report_dead(resident=request.resident, by=leah)
    resident = Resident.objects.get()
    assert not any(reaching.may(resident, way=way).ever for way in Way)
    assert "Reported dead" in reaching.instruction(resident)
    deaths.alive_after_all(resident=resident, because="Rang.", by=leah)
    assert Resident.objects.get().contact == contact


def test_nobody_in_danger_is_reached_until_asked(person, grace, sign_in, clock):
    request = person("not_asked", "safety")
    assert not any(reaching.may(request.resident, way=way).ever for way in Way)
    said = page(sign_in(grace), request.get_absolute_url())
    assert "Not asked yet how it is safe to reach them. Do not ring, text, write or visit" in said
    assert NUMBER not in said
    other = person("not_asked", "food", first_name="Other")
    assert all(reaching.may(other.resident, way=way).allowed for way in Way)


def test_every_letter_has_its_address_in_the_window_of_an_envelope():
    """A letter that is printed puts it into the part that its style of paper sets there."""
    letters = {
        path.name: path.read_text()
        for path in (ROOT / "desk/templates/desk").glob("*.html")
        if 'class="letter"' in path.read_text()
    }
    assert letters.keys() >= {"letter.html", "case_letter.html"}
    for name, text in letters.items():
        window = text[text.index("letter__window") :]
        assert "reach.place" in window[: window.index("</p>")], name
        assert text.count("reach.place }}") == 1, name
    style = (ROOT / "design/static/design/commonweal.css").read_text()
    paper = style[style.index("@page letter") :]
    assert "size: A4" in paper[:60]
    assert re.search(r"\.letter__window { position: absolute; top: 33mm; left: 0;", paper)
