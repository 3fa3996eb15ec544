"""Tries of the same kind as what once did not hold: another outlet, another order of events,
a page that is old, another way in. Always through the pages or the command."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commonweal.cases import planning, referring, working
from commonweal.cases.models import (
    Callback,
    Case,
    Consent,
    Copy,
    IntakeDraft,
    NextAction,
    Referral,
    Written,
)
from commonweal.residents import merging
from commonweal.residents.models import Erasure, Merge, Resident
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import Task

from .conftest import SAFE
from .world import World, is_looked_after

pytestmark = pytest.mark.django_db
NUMBER = "07700 934567"
AFTERNOON = SAFE + timedelta(hours=5)


@pytest.fixture
def browser(settings):
    """One browser each, so that two people have their pages open at once."""
    settings.DEMO = True

    def opened(person):
        client = Client()
        client.force_login(person)
        session = client.session
        session["demo_second_factor"] = True
        session.save()
        return client

    return opened


@pytest.fixture
def world(request):
    return World(request)


def begin_a_call(client):
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.order_by("id").last()
    return draft, f"/desk/help/intake/{draft.code}/"


def day_of(moment):
    on = timezone.localdate(moment)
    return {"due_on_0": on.day, "due_on_1": on.month, "due_on_2": on.year}


# --- How somebody may be reached --------------------------------------------------------------


def is_safe(moment):
    """Monday to Friday, 10 to 2."""
    local = timezone.localtime(moment)
    return local.isoweekday() <= 5 and time(10) <= local.time() < time(14)


def test_the_call_owed_after_danger_was_named_later_falls_within_the_safe_hours(
    by_text, clock, browser, leah, noor, kinds
):
    case = by_text()
    assert not case.callbacks.exists()
    clock(AFTERNOON)
    browser(leah).post(
        f"{case.get_absolute_url()}needs/add/",
        {"help_type": kinds["safety"].pk, "words": "She whispered."},
    )
    owed = case.callbacks.get(state="due")
    assert owed.due_at > AFTERNOON
    assert is_safe(owed.due_at)


def test_a_list_promises_no_call_outside_the_hours_of_somebody_known(by_text, clock, tmp_path):
    case = by_text()
    clock(AFTERNOON)
    file = tmp_path / "list.csv"
    file.write_text(
        "First name,Surname,d.o.b,Address Line 1,City,Postcode,Email,Phone number,UPRN,"
        "Case Note 1\n"
        "Zebedee,Quillfeather,12/04/1958,14 Mill Lane,,BF1 2AG,,07700 977555,,\n"
    )
    call_command("help-desk", "list", str(file), kind="food")
    listed = Case.objects.get(channel="list")
    assert listed.resident == case.resident
    assert is_safe(listed.callbacks.get().due_at)
    assert is_safe(listed.due_at)


# --- Restricted people ------------------------------------------------------------------------


def test_who_is_on_the_telephone_goes_on_after_the_manager_filled_in_a_field(
    browser, leah, owen, grace, kinds
):
    client = browser(leah)
    draft, address = begin_a_call(client)
    typed = {"first_name": "Ines", "needs": ["safety"], "words": "He is back."}
    client.post(f"{address}save/", typed)
    manager = browser(grace)
    manager.get(address)
    manager.post(f"{address}save/", {"changed": "postcode", "postcode": "BF1 2AG"})
    kept = client.post(f"{address}save/", {"changed": "last_name", "last_name": "Duarte"})
    assert kept.status_code == 200
    assert "Duarte" in IntakeDraft.objects.get().answers
    assert draft.code in client.get("/desk/help/").content.decode()
    assert browser(owen).get(address).status_code == 403


def test_who_was_offered_and_became_restricted_since_is_not_chosen_any_more(
    browser, leah, owen, noor, kinds, asks_for_help
):
    case = asks_for_help(by=leah)
    known = case.resident
    client = browser(owen)
    _, address = begin_a_call(client)
    typed = {
        "first_name": "Zebedee",
        "last_name": "Quillfeather",
        "phone": NUMBER,
        "born_0": "12",
        "born_1": "4",
        "born_2": "1958",
        "needs": ["energy"],
        "contact": "any",
        "for_whom": "self",
        "lives": "address",
        "consent": "on",
    }
    assert known.code in client.post(f"{address}save/", typed).json()["html"]
    browser(leah).post(
        f"{case.get_absolute_url()}needs/add/", {"help_type": kinds["safety"].pk, "words": "x"}
    )
    page = client.post(address, typed | {"verb": "send", "resident": known.code}, follow=True)
    assert known.code not in page.content.decode()
    assert case.code not in page.content.decode()
    assert known.cases.count() == 1
    client.post(address, typed | {"verb": "send", "resident": ""})
    assert Case.objects.get(taken_by=owen).resident != known


# --- Urgency ----------------------------------------------------------------------------------


def test_danger_that_is_named_second_makes_a_case_urgent_at_once(
    browser, leah, noor, kinds, asks_for_help
):
    """They were spoken to already, so that the hourly job would never look at it again."""
    case = asks_for_help("debt", by=leah)
    assert (case.urgency > 1, case.in_danger) == (True, False)
    browser(leah).post(
        f"{case.get_absolute_url()}needs/add/", {"help_type": kinds["safety"].pk, "words": "x"}
    )
    case.refresh_from_db()
    assert (case.urgency, case.in_danger) == (1, True)
    # Nor is it less so where the need was settled, which a person decides, and is opened again.
    waiting = asks_for_help("safety", "debt", channel="web", first_name="B")
    address = (
        f"{waiting.get_absolute_url()}needs/{waiting.needs.get(help_type__code='safety').code}/"
    )
    client = browser(noor)
    client.post(f"{address}settle/", {"state": "gone"})
    working.recalculate_all()
    waiting.refresh_from_db()
    assert (waiting.urgency, waiting.in_danger) == (1, True)
    client.post(f"{address}reopen/")
    waiting.refresh_from_db()
    assert (waiting.urgency, waiting.in_danger) == (1, True)


def test_a_call_about_danger_that_was_cut_off_stands_before_newer_ones(browser, leah, owen, kinds):
    client = browser(leah)
    danger, address = begin_a_call(client)
    client.post(f"{address}save/", {"first_name": "Ann", "needs": ["food"], "signs": ["danger"]})
    for number in range(11):
        newer, address = begin_a_call(client)
        client.post(f"{address}save/", {"first_name": f"P{number}", "needs": ["food"]})
    page = browser(owen).get("/desk/help/").content.decode()
    assert newer.code in page
    assert danger.code in page
    assert page.index(danger.code) < page.index(newer.code)


# --- What is done next ------------------------------------------------------------------------


def test_speaking_within_the_minute_after_no_answer_ends_the_call_and_plans_the_next_step(
    world, browser
):
    world.owed()
    client, address = browser(world.leah), f"{world.case.get_absolute_url()}call/"
    client.post(address, {"direction": "out", "outcome": "no_answer"})
    client.post(address, {"direction": "in", "outcome": "spoke", "words": "She rang back."})
    owed = Callback.objects.get()
    assert (owed.state, owed.ending, owed.attempts) == ("done", "reached", 1)
    assert planning.next_of(world.need).action.because == NextAction.Because.SPOKEN
    assert is_looked_after(world.need)


def test_tasks_of_a_volunteer_who_is_paused_are_open_again_and_closed_to_them(world, browser):
    values = {"title": "Letters", "where": "14 Mill Lane", "who": "Zebedee"}
    task = volunteering.make_task(need=world.need, values=values, by=world.leah)
    client, address = browser(world.sam.person), f"/help/give/tasks/{task.code}/"
    client.post(address, {"verb": "take"})
    assert "14 Mill Lane" in client.get(address).content.decode()
    browser(world.grace).post(f"/desk/help/volunteers/{world.sam.pk}/", {"verb": "pause"})
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("open", None)
    assert "14 Mill Lane" not in client.get(address).content.decode()
    assert is_looked_after(world.need)
    # A page that is still open ends nothing.
    client.post(address, {"verb": "done", "minutes": "30"})
    assert Task.objects.get().state == "open"


# --- Consent ----------------------------------------------------------------------------------


@pytest.fixture
def agree(leah, advice, kinds):
    def give(resident, *fields):
        return referring.give_consent(
            resident=resident,
            fields=list(fields),
            partner=advice,
            help_type=kinds["debt"],
            words="Yes.",
            by=leah,
        )

    return give


def test_withdrawing_on_an_old_page_ends_what_was_agreed_to_since(
    asks_for_help, agree, service, browser, leah, joan
):
    """Nobody said that it may stay: it was not on the page."""
    case = asks_for_help("debt", by=leah)
    first, second = agree(case.resident, "first name"), agree(case.resident, "phone")
    client, address = browser(leah), f"{case.get_absolute_url()}consent/{second.pk}/"
    page = client.get(address)
    since = agree(case.resident, "first name", "phone")
    referral = referring.refer(need=case.needs.get(), service=service, hand="consented", by=leah)
    shown = [str(consent.pk) for consent in page.context["others"]]
    # What the person lets stay is unticked, and was shown.
    posted = {"others": [], "shown": shown}
    assert shown == [str(first.pk)]
    assert f'name="shown" value="{first.pk}"' in page.content.decode()
    client.post(address, posted)
    held = [consent.pk for consent in Consent.objects.all() if consent.holds]
    assert held == [first.pk]
    assert since.pk not in held
    partner = browser(joan).get(f"/space/advice/referrals/{referral.code}/").content.decode()
    assert NUMBER not in partner


def test_consent_of_one_does_not_serve_the_other_after_two_records_were_parted(
    asks_for_help, agree, service, browser, leah, joan
):
    kept = asks_for_help("debt", by=leah).resident
    case = asks_for_help("debt", by=leah, first_name="Zebby", phones="07700 911222")
    merging.merge(kept=kept, gone=case.resident, because="One.", by=leah)
    case.refresh_from_db()
    agree(kept, "first name", "phone")
    referral = referring.refer(need=case.needs.get(), service=service, hand="consented", by=leah)
    client, merge = browser(leah), Merge.objects.get()
    address = f"/desk/help/people/{kept.code}/unmerge/{merge.pk}/"
    page = client.get(address)
    form = page.context["form"]
    posted = {name: form[name].initial for name in form.fields if name.startswith("whose_")}
    client.post(address, posted | {"because": "Two voices.", "seen": page.context["seen"]})
    case.refresh_from_db()
    assert case.resident != kept
    text = browser(joan).get(f"/space/advice/referrals/{referral.code}/").content.decode()
    for secret in ("Zebby", "07700 911222", NUMBER):
        assert secret not in text
    assert not Copy.objects.exists()
    # Nobody reads it, so it is no plan for the need either.
    NextAction.objects.all().delete()
    Callback.objects.all().delete()
    assert not is_looked_after(case.needs.get())


# --- What belongs to a resident ---------------------------------------------------------------


def test_after_a_report_of_death_no_page_begins_anything_new(
    asks_for_help, agree, service, browser, leah, fund
):
    case = asks_for_help("debt", by=leah, contact="any", email="zeb@example.org")
    agree(case.resident, "first name", "phone")
    client, base = browser(leah), case.get_absolute_url()
    client.post(f"{base}dead/", {"because": "Her sister rang.", "sure": "on"})
    need = f"{base}needs/{case.needs.get().code}/"
    tomorrow = day_of(timezone.now() + timedelta(days=1))
    for address, posted in (
        (f"{base}calls/", {"purpose": "follow_up"} | tomorrow),
        (f"{base}write/", {"way": "text", "words": "Please ring us."}),
        (f"{need}refer/", {"service": service.pk, "hand": "consented"}),
        (f"{need}refer/", {"service": service.pk, "hand": "nothing"}),
        (f"{need}task/", {"title": "Shopping", "minutes": "60"}),
        (f"{need}next/", {"kind": "visit", "owner": leah.pk} | tomorrow),
    ):
        client.post(address, posted)
    for begun in (
        Callback.objects.filter(state="due"),
        Written.objects.all(),
        Referral.objects.all(),
        Task.objects.all(),
        NextAction.objects.filter(state="planned"),
    ):
        assert not begun.exists(), begun.model.__name__
    case.refresh_from_db()
    assert case.state == "working"


def test_who_was_merged_after_an_erasure_was_asked_for_takes_nobody_along(
    asks_for_help, browser, leah, helen, grace
):
    kept = asks_for_help(by=leah).resident
    gone = asks_for_help("energy", by=leah, first_name="Zeb").resident
    working.note(case=kept.cases.get(), words="She cried.", by=leah)
    Case.objects.update(state="closed", closed_at=timezone.now())
    browser(helen).post(f"/desk/erasing/ask/{gone.code}/", {"because": "He asked by letter."})
    address = f"/desk/erasing/{Erasure.objects.get().code}/"
    merging.merge(kept=kept, gone=gone, because="One.", by=leah)
    client = browser(grace)
    page = client.get(address)
    client.post(address, {"verb": "confirm", "seen": page.context["seen"]})
    assert set(Resident.objects.values_list("state", flat=True)) == {"active", "merged"}
    assert Resident.objects.get(pk=kept.pk).full_name == "Zebedee Quillfeather"
    assert Erasure.objects.get().state == "asked"
