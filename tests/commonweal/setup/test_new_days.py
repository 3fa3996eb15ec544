"""New days of the rules: all that is promised is counted by them as a job, then they are in force.
Until then everything is of the days before, whoever works it out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commonweal.accounts.models import Event
from commonweal.jobs import queue
from commonweal.places import formerly
from commonweal.places.models import the_town
from commonweal.pledges import actions, jobs, ledger, proving, reads, recounting
from commonweal.pledges.models import Pledge
from commonweal.programme import computed
from commonweal.setup import townfile

from .test_plain_settings import rules, text
from .test_written_back import DECISION

pytestmark = pytest.mark.django_db
WAITS = "Until every promise is counted by them, all figures are still of the days before."
IN_FORCE = "new days in force"


@pytest.fixture
def pledges(pledged, today):
    """Three, due in 100 days: of the first days none is due soon, by 101 all are."""
    due_on = today + timedelta(days=100)
    return [pledged(due_on=due_on, statement=f"We will give {n} hours.") for n in (1, 2, 3)]


@pytest.fixture
def desk(daniel, sign_in):
    return sign_in(daniel)


def put(desk, days: int) -> None:
    answer = desk.post("/desk/town/rules/", rules(due_soon_days=days) | DECISION)
    assert answer.status_code == 302


def standings() -> list[str]:
    return list(Pledge.objects.order_by("pk").values_list("standing", flat=True))


def lines() -> list[Event]:
    return list(Event.objects.filter(verb=IN_FORCE).order_by("id"))


def test_all_is_of_the_days_before_until_all_is_counted(desk, pledges, today):
    assert standings() == ["active"] * 3
    put(desk, 101)
    assert WAITS in text(desk.get("/desk/town/rules/"))
    assert 'value="101"' in desk.get("/desk/town/rules/").content.decode()
    assert standings() == ["active"] * 3
    assert ledger.work_out_anew(on=today) == 0
    assert {standing for _, standing, *_ in reads.standings_on(today)} == {"active"}
    assert computed.facts(today).standings == {"active": 3}
    queue.run_all()
    assert standings() == ["due_soon"] * 3
    assert ledger.work_out_anew(on=today) == 0
    assert not list(proving.stale_figures(today))
    assert computed.facts(today).standings == {"due_soon": 3}
    assert WAITS not in text(desk.get("/desk/town/rules/"))
    [line] = lines()
    assert (line.detail["before"], line.detail["standings"]) == ([30, 365, 30], 3)
    assert line.as_role == "system"


def test_days_that_are_in_force_are_not_counted_by_again(desk, pledges):
    put(desk, 101)
    queue.run_all()
    last = Event.objects.order_by("id").last()
    assert jobs.count_by_new_days.func() == 0
    assert jobs.count_by_new_days.module_path not in queue.tick()
    assert Event.objects.order_by("id").last() == last


def test_an_entry_while_they_wait_is_of_the_days_before(desk, pledges, asha, today):
    put(desk, 101)
    actions.claim(pledge=pledges[0], figure=1, as_of=today, final=False, report="One.", by=asha)
    assert standings() == ["active"] * 3
    queue.run_all()
    assert standings() == ["due_soon"] * 3
    assert not list(proving.stale_figures(today))


def between(monkeypatch, then) -> list[bool]:
    """Have something happen once after all was counted, before it is written."""
    counted: list[bool] = []
    differing = recounting._differing

    def count_and_wait(*asked):
        pledges = differing(*asked)
        counted.append(True)
        if len(counted) == 1:
            then()
        return pledges

    monkeypatch.setattr(recounting, "_differing", count_and_wait)
    return counted


def test_what_comes_to_the_ledger_while_it_counts_stays(desk, pledges, asha, today, monkeypatch):
    put(desk, 101)

    def report() -> None:
        actions.claim(
            pledge=Pledge.objects.get(pk=pledges[1].pk),
            figure=1,
            as_of=today,
            final=False,
            report="One.",
            by=asha,
        )

    between(monkeypatch, report)
    queue.run_all()
    assert standings() == ["due_soon"] * 3
    assert Pledge.objects.get(pk=pledges[1].pk).claimed == 1
    assert not list(proving.stale_figures(today))


def test_a_reader_of_the_next_day_leaves_nothing_of_the_days_before(desk, pledges, monkeypatch):
    """Counted before midnight, written after it: the same on that day, another on the next."""
    on = pledges[0].due_on
    ledger.work_out_anew(on=on)
    desk.post("/desk/town/rules/", rules(lapse_days=200) | DECISION)
    next_day = on + timedelta(days=1)
    between(monkeypatch, lambda: ledger.refresh_standings(on=next_day))
    recounting.recount(on=on)
    assert not list(proving.stale_figures(next_day))
    assert Pledge.objects.first().standing_until == next_day + timedelta(days=200)


def test_days_set_again_while_others_wait_are_counted_by_alone(desk, pledges):
    put(desk, 101)
    put(desk, 99)
    assert the_town().rules.due_soon_days == 30
    queue.run_all()
    assert the_town().rules.due_soon_days == 99
    assert standings() == ["active"] * 3
    [line] = lines()
    assert line.detail["before"] == [30, 365, 30]


def test_days_set_while_it_counts_are_counted_by_next(desk, pledges, monkeypatch):
    put(desk, 101)
    counted = between(monkeypatch, lambda: put(desk, 102))
    queue.run_all()
    assert len(counted) == 2
    assert (the_town().rules.due_soon_days, standings()) == (102, ["due_soon"] * 3)
    assert len(lines()) == 1


@pytest.mark.parametrize("when", ["before", "between"])
def test_days_set_back_are_those_in_force(desk, pledges, monkeypatch, when):
    put(desk, 101)
    if when == "before":
        put(desk, 30)
        assert WAITS not in text(desk.get("/desk/town/rules/"))
    else:
        between(monkeypatch, lambda: put(desk, 30))
    queue.run_all()
    assert (the_town().rules.due_soon_days, standings()) == (30, ["active"] * 3)
    assert not lines()


def test_a_job_that_is_stopped_leaves_nothing_half_done(desk, pledges, today, monkeypatch):
    monkeypatch.setattr(recounting, "AT_ONCE", 1)
    put(desk, 101)
    pieces = iter([False, *[True] * 9])
    assert recounting.recount(on=today, is_stopping=lambda: next(pieces)) == 0
    assert standings() == ["active"] * 3
    assert recounting.is_waiting()
    queue.run_all()
    assert standings() == ["due_soon"] * 3
    assert not recounting.is_waiting()


def test_an_earlier_day_is_of_its_own_days(desk, pledges, today):
    """Which days were in force at the end of a day, also while others wait."""

    def in_force(days_later: int) -> int:
        return formerly.town_on(today + timedelta(days=days_later)).rules.due_soon_days

    put(desk, 101)
    assert [in_force(-1), in_force(0), in_force(1)] == [30, 30, 30]
    queue.run_all()
    put(desk, 99)
    assert [in_force(-1), in_force(0), in_force(1)] == [30, 101, 101]


def test_a_file_counts_at_once(town, pledges):
    townfile.apply({"town": {"name": town.name}, "rules": {"due_soon_days": 101}})
    assert standings() == ["due_soon"] * 3
    assert not recounting.is_waiting()


@pytest.mark.parametrize("work_out", [ledger.refresh_standings, ledger.work_out_anew])
def test_who_works_out_standings_holds_the_ledger(pledges, today, monkeypatch, work_out):
    """Else one who took the days before could write by them after the new ones are in force."""
    Pledge.objects.update(standing_until=today)
    steps: list[str] = []
    hold, town = ledger.hold, ledger.the_town
    monkeypatch.setattr(ledger, "hold", lambda: steps.append("held") or hold())
    monkeypatch.setattr(ledger, "the_town", lambda: steps.append("days read") or town())
    work_out(on=today)
    assert steps == ["held", "days read"]
