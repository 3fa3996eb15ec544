"""They have died; the report was wrong. Through the pages of the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.cases import consenting, next_actions, planning, referring, working
from commonweal.cases.models import Callback, NextAction
from commonweal.office.errors import Refused
from commonweal.residents import deaths, reaching
from commonweal.residents.models import DeathReport, Resident
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import TaskTake

from .world import clear, words_of

pytestmark = pytest.mark.django_db
REASON = "Her daughter Joan rang from the hospital at six. " * 20


@pytest.mark.parametrize("contact", Resident.Contact.values)
def test_how_somebody_may_be_reached_is_kept_through_a_wrong_report(
    asks_for_help, leah, sign_in, contact
):
    """The finding: *only by letter* became *may be rung*."""
    request = asks_for_help(by=leah, contact=contact, safe_word="heron")
    address = request.get_absolute_url()
    client = sign_in(leah)
    client.post(f"{address}dead/", {"because": "The hospital said so.", "sure": "on"})
    resident = Resident.objects.get()
    assert resident.is_dead
    for way in reaching.Way:
        assert not reaching.may(resident, way=way).ever, way
    client.post(f"{address}alive/", {"because": "He stood at the desk."})
    resident.refresh_from_db()
    assert (resident.is_dead, resident.contact, resident.safe_word) == (False, contact, "heron")


def test_the_whole_reason_is_kept_encrypted_and_shown(asks_for_help, leah, owen, sign_in):
    request = asks_for_help(by=leah)
    address = request.get_absolute_url()
    client = sign_in(leah)
    refused = client.post(f"{address}dead/", {"because": "", "sure": "on"})
    assert "Say who said so" in refused.content.decode()
    client.post(f"{address}dead/", {"because": REASON, "sure": "on"})
    report = DeathReport.objects.get()
    assert (report.because, report.reported_by) == (REASON.strip(), leah)
    page = client.get(address).content.decode()
    assert "by Leah Omondi" in page
    assert "Her daughter Joan rang" in page
    assert "Say why" in client.post(f"{address}alive/", {"because": ""}).content.decode()
    client.post(f"{address}alive/", {"because": "It was her neighbour who died."})
    report.refresh_from_db()
    assert report.withdrawn_because == "It was her neighbour who died."
    assert (report.withdrawn_by, report.stopped) == (leah, "")
    for event in Event.objects.filter(verb__contains="death"):
        assert "daughter" not in str(event.detail)
        assert "neighbour" not in str(event.detail)


def test_calls_and_referrals_that_a_death_stopped_go_on(asks_for_help, leah, service, sign_in):
    request = asks_for_help("debt", by=None)
    working.take(case=request, by=leah)
    consent = consenting.give_consent(
        resident=request.resident,
        help_type=request.needs.get().help_type,
        purpose="advice",
        words="Yes.",
        fields=["first name"],
        by=leah,
    )
    referral = referring.refer(
        need=request.needs.get(), service=service, hand="consented", consent=consent, by=leah
    )
    call = Callback.objects.get()
    was = (call.due_at, call.assigned_to, call.because)
    client = sign_in(leah)
    client.post(f"{request.get_absolute_url()}dead/", {"because": "By a list.", "sure": "on"})
    call.refresh_from_db()
    referral.refresh_from_db()
    assert (call.state, referral.state) == ("cancelled", "revoked")
    client.post(f"{request.get_absolute_url()}alive/", {"because": "He rang himself."})
    call.refresh_from_db()
    referral.refresh_from_db()
    assert (call.state, referral.state, referral.ended_at) == ("due", "sent", None)
    assert (call.due_at, call.assigned_to, call.because) == was


def planned(case, leah, *kinds):
    """Plans for ever later days, later than anybody would decide what is done next."""
    (need,) = case.needs.all()
    for days, kind in enumerate(kinds, start=5):
        next_actions.plan(
            need=need,
            kind=kind,
            due_at=planning.end_of_day(timezone.now() + timedelta(days=days)),
            owner=leah,
            by=leah,
            words=f"Words to {kind}.",
        )


def test_what_was_planned_comes_back_as_it_was_and_nobody_decides_anew(
    asks_for_help, leah, sign_in
):
    """The finding: a decision that was asked for stood in the way of the plans that came back."""
    case = asks_for_help("debt", by=leah)
    clear(case)
    planned(case, leah, "visit", "wait")
    before = list(NextAction.objects.values())
    client, address = sign_in(leah), case.get_absolute_url()
    page = words_of(client.get(address))
    client.post(f"{address}dead/", {"because": "The hospital said so.", "sure": "on"})
    assert not NextAction.objects.filter(state="planned").exists()
    lives = client.post(f"{address}alive/", {"because": "He rang himself."}, follow=True)
    assert list(NextAction.objects.values()) == before
    assert "look at calls, referrals, tasks and next actions" in words_of(lives)
    for words in ("Next: Go there", "Words to visit.", "Then: Look whether it has come"):
        assert words in page
        assert words in words_of(client.get(address))


def test_a_plan_that_nobody_has_comes_back_and_waits_for_somebody(asks_for_help, leah):
    case = asks_for_help("debt", by=leah)
    clear(case)
    planned(case, leah, "visit")
    NextAction.objects.update(owner=None)
    deaths.report_dead(resident=case.resident, by=leah, because="Told.")
    deaths.alive_after_all(resident=case.resident, because="He rang.", by=leah)
    assert [(a.kind, a.state) for a in NextAction.objects.all()] == [("visit", "planned")]
    assert set(planning.unplanned(planning.desk())) == set(case.needs.all())


@pytest.mark.parametrize("ended", ["reopened", "decided"])
def test_a_plan_that_something_else_ended_meanwhile_stays_ended(asks_for_help, leah, ended):
    """The need was settled, and begun anew; somebody decided what is done next."""
    case = asks_for_help("debt", by=leah)
    clear(case)
    need = case.needs.get()
    planned(case, leah, "decide" if ended == "decided" else "visit")
    deaths.report_dead(resident=case.resident, by=leah, because="Told.")
    if ended == "decided":
        planned(case, leah, "ask")
    else:
        working.settle(need=need, state="gone", by=leah)
        need.refresh_from_db()
        working.reopen(need=need, by=leah)
    deaths.alive_after_all(resident=case.resident, because="He rang.", by=leah)
    now_planned = NextAction.objects.get(state="planned")
    assert now_planned.because == ("hand" if ended == "decided" else "reopened")
    assert now_planned.kind == ("ask" if ended == "decided" else "decide")


def test_a_volunteer_is_free_of_a_task_that_a_death_stopped(asks_for_help, leah, grace, sam):
    """It counts no more among the tasks that they have, and another can take it afterwards."""
    request = asks_for_help(by=leah)
    task = volunteering.make_task(need=request.needs.get(), values={"title": "Shopping"}, by=grace)
    volunteering.take(task=task, volunteer=sam.volunteer)
    deaths.report_dead(resident=request.resident, by=leah, because="Told.")
    task.refresh_from_db()
    assert task.state == "cancelled"
    take = TaskTake.objects.get()
    assert (take.end, take.ended_at is None) == ("cancelled", False)
    deaths.alive_after_all(resident=request.resident, because="Alive.", by=leah)
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("open", None)
    volunteering.take(task=task, volunteer=sam.volunteer)
    assert sam.volunteer.takes.filter(ended_at=None).count() == 1


def test_what_ended_in_between_stays_ended(asks_for_help, leah, service):
    request = asks_for_help("debt", by=None)
    working.take(case=request, by=leah)
    consent = consenting.give_consent(
        resident=request.resident,
        help_type=request.needs.get().help_type,
        purpose="advice",
        words="Yes.",
        fields=["first name"],
        by=leah,
    )
    referral = referring.refer(
        need=request.needs.get(), service=service, hand="consented", consent=consent, by=leah
    )
    deaths.report_dead(resident=request.resident, by=leah, because="Told.")
    consenting.withdraw_consent(consent=consent, by=leah)
    working.settle(need=request.needs.get(), state="gone", by=leah)
    resident = Resident.objects.get()
    working.close(case=type(request).objects.get(), words="Died.", by=leah)
    deaths.alive_after_all(resident=resident, because="Alive.", by=leah)
    referral.refresh_from_db()
    assert referral.state == "revoked"
    assert not Callback.objects.filter(state="due").exists()


def test_each_refusal(asks_for_help, leah):
    resident = asks_for_help(by=leah).resident
    with pytest.raises(Refused, match="Say how it is known"):
        deaths.alive_after_all(resident=resident, because=" ", by=leah)
    with pytest.raises(Refused, match="Nobody has reported"):
        deaths.alive_after_all(resident=resident, because="Alive.", by=leah)
    assert deaths.report_dead(resident=resident, by=leah, because="Told.") is not None
    # Told twice, it is one report, the first.
    assert deaths.report_dead(resident=resident, by=leah, because="Told again.") is None
    assert DeathReport.objects.get().because == "Told."


def test_whoever_is_told_of_a_death_a_second_time_loses_no_words(asks_for_help, leah, sign_in):
    """The page was open beside another one, or the same news came by another way."""
    request = asks_for_help(by=leah)
    address, client = f"{request.get_absolute_url()}dead/", sign_in(leah)
    client.post(address, {"because": "His son rang.", "sure": "on"})
    again = client.post(address, {"because": "His daughter rang.", "sure": "on"})
    assert again.status_code == 200
    page = again.content.decode()
    assert "Somebody reported this already, and everything has stopped." in page
    assert "His daughter rang." in page
    assert DeathReport.objects.get().because == "His son rang."


def test_the_row_in_the_queue_says_that_somebody_was_reported_dead(asks_for_help, leah, sign_in):
    request = asks_for_help(by=leah)
    client = sign_in(leah)
    assert "reported dead" not in client.get("/desk/help/queue/").content.decode()
    type(request.resident).objects.filter(pk=request.resident_id).update(is_dead=True)
    for path in ("/desk/help/queue/", "/desk/help/?show=mine"):
        assert "<strong>reported dead</strong>" in client.get(path).content.decode(), path
