"""A restricted case has an owner from the second it is saved, by every way in; alarms ring until
somebody opens it; who took the call keeps what they wrote; the rota is kept on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Appointment, Event, Message, Role
from commonweal.cases import (
    adding,
    enclosing,
    lists,
    named,
    next_actions,
    planning,
    referring,
    ringing,
    rota,
    starting,
    working,
)
from commonweal.cases.models import (
    AlarmNumber,
    Case,
    CaseAlarm,
    CaseRead,
    Duty,
    IntakeDraft,
    Note,
)
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents import merging, reaching
from commonweal.residents.models import PerhapsSame

pytestmark = pytest.mark.django_db
CALL = {
    "for_whom": "self",
    "contact": "none",
    "lives": "refuge",
    "first_name": "Ines",
    "last_name": "Duarte",
    "phone": "07700 900555",
    "address": "7 Hidden Lane",
    "safe_word": "marigold",
    "needs": ["safety"],
    "signs": ["danger"],
    "consent": "on",
    "words": "Rang from the bathroom. He is back.",
}


@pytest.fixture
def appointed(kinds, today):
    def appoint(person, *codes, on=True):
        Appointment.objects.create(
            person=person,
            role=Role.NAMED_COLLEAGUE,
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=99),
            because="test",
        )
        for code in codes or ("safety",):
            kinds[code].only_for.add(person)
        if on:
            until = timezone.now() + timedelta(hours=12)
            rota.stand_in(person=person, is_on=True, until=until, by=person)
        AlarmNumber.objects.create(person=person, number="07700 900222")
        # Roles are asked once a request.
        person.__dict__.pop("_roles_today", None)
        return person

    return appoint


@pytest.fixture
def noor(appointed, new_person):
    """A named colleague for safety, on duty."""
    return appointed(new_person("noor", "Noor Haddad"))


@pytest.fixture
def browser(settings):
    def opened(person):
        client = Client()
        client.force_login(person)
        session = client.session
        session["demo_second_factor"] = True
        session.save()
        return client

    settings.DEMO = True
    return opened


def take_a_call(client, **more):
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.order_by("id").last()
    return client.post(
        f"/desk/help/intake/{draft.code}/", CALL | {"verb": "send"} | more, follow=True
    )


# --- Every way in -----------------------------------------------------------------------------


def by_intake(w):
    take_a_call(w.browser(w.leah))
    return Case.objects.get()


def by_form(w):
    client = Client()
    code = client.post("/help/start/").url.split("/")[-3]
    for step in ("help", "who", "contact", "check"):
        page = client.post(f"/help/form/{code}/{step}/", CALL, follow=True)
    assert "0808 2000 247" in page.content.decode()
    return Case.objects.get()


def by_list(w):
    made = lists.preview(b"First name,Surname\nInes,Duarte\n", "x.csv")
    run = lists.begin(made, help_type=w.kinds["safety"], by=w.grace)
    lists.carry_out(made, run, by=w.grace)
    return Case.objects.get()


def by_partner(w):
    return referring.refer_in(
        partner=w.advice,
        values={"first_name": "Ines"},
        help_types=[w.kinds["safety"]],
        words="x",
        consent_words="Yes.",
        by=w.joan,
    )


def by_a_need_added(w):
    case = w.asks("food", by=w.leah)
    w.browser(w.leah).post(
        f"{case.get_absolute_url()}needs/add/",
        {"help_type": w.kinds["safety"].pk, "words": "She whispered."},
    )
    return case


def by_reopening(w):
    case = w.asks("safety", channel="web")
    CaseAlarm.objects.all().delete()
    need = case.needs.get()
    need.state, need.closed_on = "gone", timezone.localdate()
    need.save(update_fields=["state", "closed_on"])
    Case.objects.update(state="closed", closed_at=timezone.now(), assigned_to=None)
    working.reopen(need=need, by=w.grace)
    return case


def by_urgency(w):
    case = w.asks("safety", channel="web")
    CaseAlarm.objects.all().delete()
    Case.objects.update(assigned_to=w.leah, is_restricted=False)
    working.decide_urgency(case=case, level=1, because="He has a key.", by=w.grace)
    return case


def by_merge(w):
    case = w.asks("safety", channel="web", first_name="Una", last_name="Other")
    kept = w.asks("food", channel="web").resident
    CaseAlarm.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(assigned_to=None)
    merging.merge(kept=kept, gone=case.resident, because="x", by=w.grace)
    return case


def by_the_towns_word(w):
    w.kinds["safety"].is_restricted = False
    w.kinds["safety"].save(update_fields=["is_restricted"])
    case = w.asks("safety", by=w.leah)
    assert not case.is_restricted
    said = {"code": "safety", "name": "Safety", "words": "x", "is_restricted": True}
    starting.apply({"help_types": [said]}, on=timezone.localdate())
    return case


def by_losing_its_owner(w):
    case = w.asks("safety", channel="web")
    CaseAlarm.objects.all().delete()
    Case.objects.update(assigned_to=w.leah)
    enclosing.find_lost()
    return case


WAYS = (
    by_intake,
    by_form,
    by_list,
    by_partner,
    by_a_need_added,
    by_reopening,
    by_urgency,
    by_merge,
    by_the_towns_word,
    by_losing_its_owner,
)


@pytest.mark.parametrize("somebody_is_on", [True, False], ids=["on", "nobody"])
@pytest.mark.parametrize("way", WAYS)
def test_by_every_way_in_a_restricted_case_has_an_owner_and_rings(
    way, somebody_is_on, noor, leah, grace, joan, advice, kinds, asks_for_help, browser
):
    class World:
        pass

    w = World()
    w.leah, w.grace, w.joan, w.advice, w.kinds = leah, grace, joan, advice, kinds
    w.asks, w.browser = asks_for_help, browser
    AlarmNumber.objects.create(person=grace, number="07700 900333")
    if not somebody_is_on:
        rota.stand_in(person=noor, is_on=False, until=timezone.now() + timedelta(hours=1), by=grace)
    case = way(w)
    case.refresh_from_db()
    assert case.is_restricted
    assert case.assigned_to == (noor if somebody_is_on else None)
    alarm = CaseAlarm.objects.get(case=case, opened_at=None)
    assert alarm.cause == ("given" if somebody_is_on else "nobody")
    assert Event.objects.filter(verb="alarm raised", about_code=case.code).exists()
    Message.objects.all().delete()
    ringing.tell_due()
    told = {(m.person_id, bool(m.to_phone)) for m in Message.objects.all()}
    assert told == {(noor.pk, False), (grace.pk, False), (None, True)}
    assert {m.to_phone for m in Message.objects.exclude(to_phone="")} == {
        "07700 900222",
        "07700 900333",
    }
    for message in Message.objects.all():
        assert case.code in message.body
        for secret in ("Ines", "Duarte", "Zebedee", "Quillfeather", "07700 9", "Hidden", "Safety"):
            assert secret not in message.subject + message.body + message.key
    # A first call is owed, to the one who has it; nobody of the others meets the case.
    assert case.callbacks.filter(state="due").exists()
    assert not case.callbacks.filter(state="due").exclude(assigned_to=case.assigned_to).exists()
    assert (
        case.code
        not in browser(leah).get("/desk/help/?show=all").content.decode().split("Queue")[1]
    )


# --- Alarms -----------------------------------------------------------------------------------


def test_an_alarm_rings_until_somebody_named_opens_the_case(
    noor, leah, grace, asks_for_help, browser
):
    case = asks_for_help("safety", channel="web")
    now = timezone.now()
    assert ringing.tell_due(now) == 1
    assert ringing.tell_due(now) == 0
    assert ringing.tell_due(now + timedelta(minutes=16)) == 1
    told = Message.objects.filter(person=noor)
    assert told.count() == 2
    assert all(case.get_absolute_url() in message.body for message in told)
    assert browser(leah).get(case.get_absolute_url()).status_code == 403
    assert CaseAlarm.objects.get().opened_at is None
    assert browser(noor).get(case.get_absolute_url()).status_code == 200
    assert CaseAlarm.objects.get().opened_by == noor
    assert ringing.tell_due(now + timedelta(hours=9)) == 0


def test_the_town_says_after_how_many_minutes(noor, grace, asks_for_help, browser):
    page = browser(grace).post(
        "/desk/help/named/kinds/safety/",
        {"open_within": "5", "numbers": "Town's own: 01632 960 999", "what_next": "We go."},
    )
    assert page.status_code == 302
    asks_for_help("safety", channel="web")
    ringing.tell_due()
    assert ringing.tell_due(timezone.now() + timedelta(minutes=6)) == 1


@pytest.mark.parametrize("days", [2, 800])
def test_an_alarm_that_rang_by_a_clock_that_ran_ahead_rings_again_by_the_right_one(
    noor, grace, asks_for_help, days
):
    asks_for_help("safety", channel="web")
    now = timezone.now()
    assert ringing.tell_due(now + timedelta(days=days)) == 1
    assert ringing.tell_due(now) == 1
    assert ringing.tell_due(now) == 0


def test_it_goes_to_who_has_the_fewest(noor, appointed, owen, asks_for_help):
    appointed(owen)
    owners = [
        asks_for_help(
            "safety",
            channel="web",
            first_name=f"P{n}",
            last_name=f"Q{n}",
            phones="",
            born="",
            address="",
        ).assigned_to
        for n in range(4)
    ]
    first, second = sorted((noor, owen), key=lambda person: person.pk)
    assert owners == [first, second, first, second]


def test_what_nobody_had_goes_to_who_comes_on(noor, leah, grace, asks_for_help, browser):
    rota.stand_in(person=noor, is_on=False, until=timezone.now() + timedelta(hours=1), by=noor)
    case = asks_for_help("safety", channel="web")
    for _ in range(2):
        enclosing.find_lost()
    assert CaseAlarm.objects.count() == 1
    assert "nobody has it" in browser(grace).get("/desk/help/").content.decode()
    browser(noor).post(f"/desk/help/named/{noor.code}/now/", {"is_on": "on", "hours": "8"})
    enclosing.find_lost()
    case.refresh_from_db()
    assert case.assigned_to == noor
    assert CaseAlarm.objects.get(opened_at=None).cause == "given"


# --- Who took the call ------------------------------------------------------------------------


def test_who_took_the_call_keeps_what_they_wrote_and_adds_to_it(noor, leah, owen, grace, browser):
    page = take_a_call(browser(leah)).content.decode()
    case = Case.objects.get()
    for said in (
        "He is back.",
        "marigold",
        "999",
        "0808 2000 247",
        "What to say",
        "A named colleague has this case",
        "What happens next",
    ):
        assert said in page
    assert noor.name not in page
    assert "This page is not for you" not in page
    # What a named colleague writes and changes afterwards is not shown.
    working.note(case=case, words="Moved to the heron house.", by=noor)
    reaching.write(
        resident=case.resident,
        rule=replace(reaching.rule_of(case.resident), word="kestrel"),
        source="changed",
        because="The old one is known.",
        by=noor,
    )
    working.record_call(case=case, direction="out", outcome="spoke", words="Sparrow.", by=noor)
    address = f"{case.get_absolute_url()}kept/"
    client = browser(leah)
    client.post(address, {"words": "There is a child of three."})
    later = client.get(address).content.decode()
    assert "There is a child of three." in later
    for secret in ("heron", "kestrel", "Sparrow"):
        assert secret not in later
    # Her old page sends its words there as well, and nothing is lost.
    client.post(f"{case.get_absolute_url()}note/", {"words": "The door is blue."})
    assert Note.objects.filter(kind="added", by=leah).count() == 2
    assert "The door is blue." in browser(noor).get(case.get_absolute_url()).content.decode()
    assert CaseRead.objects.filter(person=leah, what="own words", case=case).exists()
    assert case.code in client.get("/desk/help/").content.decode()
    assert client.get(case.get_absolute_url()).url == address
    # Nobody else adds or reads there.
    assert browser(owen).post(address, {"words": "x"}).status_code == 403
    with pytest.raises(Refused, match="Only who took"):
        adding.add_words(case=case, words="x", by=owen)


def test_a_refusal_says_what_to_do(noor, leah, owen, asks_for_help, browser):
    case = asks_for_help("safety", channel="web")
    page = browser(owen).get(case.get_absolute_url())
    assert page.status_code == 403
    assert "take the call as a new one" in " ".join(page.content.decode().split())
    assert "administrator" not in page.content.decode()
    with pytest.raises(Refused):
        working.break_glass(case=case, because="I want to know it.", by=owen)


# --- The rota ---------------------------------------------------------------------------------


def test_a_desk_manager_appoints_and_keeps_the_rota_on_pages(kinds, grace, owen, leah, browser):
    client = browser(grace)
    until = timezone.localdate() + timedelta(days=90)
    client.post(
        "/desk/help/named/appoint/",
        {
            "email": owen.email,
            "ends_on_0": until.day,
            "ends_on_1": until.month,
            "ends_on_2": until.year,
            "because": "Trained in March.",
        },
    )
    base = f"/desk/help/named/{owen.code}/"
    client.post(f"{base}kinds/", {"kinds": ["safety"]})
    client.post(f"{base}number/", {"number": "07700 900444"})
    for day in range(7):
        client.post(f"{base}duty/", {"weekday": day, "starts": "17:00", "ends": "08:00"})
    page = client.get("/desk/help/named/").content.decode()
    assert "Owen Pryce" in page
    assert "Monday 17:00 to 08:00" in page
    assert "When nobody is on" in page
    owen.__dict__.pop("_roles_today", None)
    assert named.kinds_of(owen) == {kinds["safety"].pk}
    night = timezone.make_aware(datetime.combine(timezone.localdate(), time(3)))
    assert rota.on_duty([owen], night) == [owen]
    assert rota.on_duty([owen], night + timedelta(hours=9)) == []
    assert browser(leah).get("/desk/help/named/").status_code == 403
    assert browser(owen).post(f"{base}duty/", {"weekday": 1}).status_code == 403
    client.post(f"{base}end/")
    owen.__dict__.pop("_roles_today", None)
    assert named.kinds_of(owen) == set()
    assert not Duty.objects.exists()
    with pytest.raises(Refused, match="themselves"):
        rota.set_kinds(person=grace, kinds=[], by=grace)


# --- Who rings again --------------------------------------------------------------------------


def test_who_rings_again_is_taken_as_new_and_joined_unseen(
    noor, leah, owen, grace, kinds, asks_for_help, browser
):
    before = asks_for_help("safety", channel="web")
    browser(noor).get(before.get_absolute_url())
    same = {
        "first_name": "Zebedee",
        "last_name": "Quillfeather",
        "phone": "07700 934567",
        "born_0": "12",
        "born_1": "4",
        "born_2": "1958",
        "needs": ["food"],
        "contact": "any",
        "lives": "no_fixed",
        "address": "",
        "safe_word": "",
    }
    client = browser(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    shown = client.post(f"/desk/help/intake/{draft.code}/save/", same).json()["html"]
    assert before.resident.code not in shown
    assert "Nobody like this is known here so far." in shown
    assert draft.code not in browser(owen).get("/desk/help/").content.decode()
    assert browser(owen).get(f"/desk/help/intake/{draft.code}/").status_code == 403
    page = take_a_call(client, **same).content.decode()
    case = Case.objects.get(channel="phone")
    assert case.resident != before.resident
    assert case.assigned_to == leah
    pair = PerhapsSame.objects.get()
    assert (pair.one, pair.other) == (case.resident, before.resident)
    assert before.resident.code not in page
    assert "Perhaps the same person" not in page
    assert CaseAlarm.objects.get(opened_at=None).cause == "again"
    # Nobody else finds the new record; the named colleague decides.
    assert (
        case.code
        not in browser(owen).post("/desk/help/search/", {"q": "Quillfeather"}).content.decode()
    )
    assert browser(owen).get(case.get_absolute_url()).status_code == 403
    theirs = browser(noor).get(before.get_absolute_url()).content.decode()
    assert case.resident.code in theirs
    address = f"/desk/help/people/{before.resident.code}/with/{case.resident.code}/"
    assert browser(leah).get(address).status_code == 403
    browser(noor).post(address, {"verb": "merge", "because": "Her voice."})
    pair.refresh_from_db()
    assert pair.is_same
    # The case stays Leah's, and of the person nothing is said there any more.
    page = without_marks(browser(leah).get(case.get_absolute_url()).content)
    assert "with a named colleague" in page
    for secret in ("Zebedee", "Quillfeather", "934567", "Mill Lane", before.code):
        assert secret not in page


# --- At the desk ------------------------------------------------------------------------------


def test_a_named_colleague_works_at_the_desk_until_the_role_ends(noor, grace, fund, asks_for_help):
    """What is planned by them holds, and no clock takes their cases from them."""
    case = asks_for_help("safety", channel="web")
    assert case.assigned_to == noor
    need = case.needs.get()
    until = timezone.now() + timedelta(hours=1)
    next_actions.plan(need=need, kind="ask", due_at=until, owner=noor, by=noor)
    assert planning.next_of(need).who == noor.name
    assert need not in planning.unplanned(planning.desk())
    assert next_actions.release_who_left() == 0
    case.refresh_from_db()
    assert case.assigned_to == noor
    values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": Decimal(9)}
    award = granting.apply(fund=fund, resident=case.resident, case=case, values=values, by=noor)
    granting.withdraw(award=award, because="She asked me to.", by=noor)
    Appointment.objects.filter(person=noor).update(ended_at=timezone.now())
    assert next_actions.release_who_left() == 1
    case.refresh_from_db()
    assert case.assigned_to is None
