"""A clock that ran ahead, or was put back, leaves nothing behind: whatever writes what nothing
takes back rests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.accounts.models import Message, Reminder
from commonweal.cases import opening
from commonweal.cases.models import Opening
from commonweal.health import doctor
from commonweal.jobs import queue
from commonweal.jobs.models import Schedule
from commonweal.pledges.models import Entry
from commonweal.programme.models import Observation

pytestmark = pytest.mark.django_db
# These harm nobody at any time, or must not wait: letters and alarms go out, keys and tables that
# can be made at any time are made.
RUN_ALWAYS = {
    "commonweal.cases.jobs.prepare_search",
    "commonweal.cases.jobs.ring_for_restricted_cases",
    "commonweal.pledges.jobs.refresh_standings",
    "commonweal.pledges.jobs.send_mail",
    "commonweal.spend.jobs.take_up_what_waits",
}


@pytest.fixture
def late(town, metric, pledged, today):
    """A town in which every job has something to do."""
    pledged(due_on=today + timedelta(days=3))
    Message.objects.all().delete()
    return town


def worked(days: int) -> None:
    """The workers of this town were last at work so many days ago."""
    at = timezone.now() - timedelta(days=days)
    for path in queue.REPEATS:
        Schedule.objects.update_or_create(task_path=path, defaults={"due_at": at, "last_at": at})


def left() -> tuple[int, ...]:
    """How much of what nothing takes back there is."""
    closed = Opening.objects.filter(is_open=False)
    found = (Observation.objects, Entry.objects, Reminder.objects, closed)
    return tuple(rows.count() for rows in found)


@pytest.mark.parametrize("days", [15, 800, 8000, -15, -800])
def test_after_a_jump_nothing_is_written_that_stays(late, days):
    worked(days)
    before = left()
    for _ in range(3):
        queue.run_all()
    assert left() == before
    day = timedelta(days=1)
    ran = Schedule.objects.filter(last_at__range=(timezone.now() - day, timezone.now() + day))
    assert set(ran.values_list("task_path", flat=True)) <= RUN_ALWAYS


def test_a_job_that_was_waiting_when_the_clock_jumped_rests_as_well(late):
    worked(0)
    before = left()
    for repeat in queue.REPEATS.values():
        repeat.task.enqueue()
    worked(800)
    queue.run_all()
    assert left() == before


@pytest.mark.parametrize("days", [0, 7, 13, -13])
def test_a_pause_of_a_week_or_a_clock_that_was_ahead_by_a_week_stops_nothing(late, days):
    worked(days)
    Schedule.objects.update(due_at=timezone.now())
    before = left()
    queue.run_all()
    assert left() != before


@pytest.mark.usefixtures("grace", "late")
def test_a_page_read_while_the_clock_is_ahead_closes_the_desk_for_no_longer(client, monkeypatch):
    """By that clock the role of every desk manager has ended; a page once kept that for good."""
    assert opening.is_open()
    worked(0)
    ahead = timezone.now() + timedelta(days=7305)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: ahead)
        assert "At present nobody runs the help desk." in client.get("/help/").text
    assert "At present nobody runs" not in client.get("/help/").text
    assert opening.is_open()
    assert not Message.objects.filter(key__startswith="help-closed").exists()


@pytest.mark.parametrize("days", [40, -40])
def test_somebody_who_has_looked_says_that_the_clock_is_right(late, sign_in, daniel, capsys, days):
    worked(days)
    queue.run_all()
    before = left()
    assert "Jobs that repeat rest." in sign_in(daniel).get("/desk/letters/").content.decode()
    check = {one.check.name: one.check for one in doctor.look()}["clock"]
    assert not check.is_well
    assert "doctor --clock-right" in check.mend
    call_command("doctor", clock_right=True)
    queue.run_all()
    assert left() != before
    assert "Jobs that repeat rest." not in sign_in(daniel).get("/desk/letters/").content.decode()


@pytest.mark.parametrize("words", [["remind"], ["links"], ["programme", "compute"]])
def test_what_is_done_by_hand_rests_too(late, words):
    worked(800)
    before = left()
    with pytest.raises(CommandError, match="The clock says"):
        call_command(*words)
    assert left() == before


def test_a_job_rests_unless_it_is_known_to_harm_nobody(late):
    worked(800)
    queue.tick()
    began = Schedule.objects.filter(last_at__gt=timezone.now() - timedelta(days=1))
    waits = {"commonweal.pledges.jobs.send_mail"}
    assert set(began.values_list("task_path", flat=True)) | waits == RUN_ALWAYS
