"""The two nights on which the clocks change: what is promised, and what is typed in a form."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from commonweal.cases import opening
from commonweal.residents import ways
from commonweal.residents.ways import Rule, Way

from .world import words_of

LONDON = ZoneInfo("Europe/London")
# Clocks go forward at 1:00 on Sunday 28 March 2027, and back at 2:00 on Sunday 31 October 2027.


def local(words: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=LONDON, fold=fold)


def shown(moment: datetime) -> str:
    """What the town's clock shows, and how far it is from Greenwich."""
    return f"{moment.astimezone(UTC).astimezone(LONDON):%d %b %H:%M %z}"


@pytest.mark.parametrize(
    ("rule", "after", "next_one"),
    [
        # 1:30 is skipped; from 1:30 on it is safe, so at 2:30.
        (Rule("any", "", time(1, 30)), "2027-03-28T00:20", "28 Mar 02:30 +0100"),
        # Between 1:00 and 2:00 there is no minute on that day: the day after.
        (Rule("any", "", time(1), time(2)), "2027-03-28T00:20", "29 Mar 01:00 +0100"),
        (Rule("any", "", time(9), time(12)), "2027-03-27T13:00", "28 Mar 09:00 +0100"),
        (Rule("any", "", time(9), time(12)), "2027-10-30T13:00", "31 Oct 09:00 +0000"),
    ],
    ids=["skipped", "no such hour", "forward", "back"],
)
def test_nobody_is_rung_outside_their_hours_on_the_night_of_the_change(rule, after, next_one):
    moment = ways.next_moment(rule, Way.RING, local(after))
    assert shown(moment) == next_one
    assert ways.in_hours(rule, Way.RING, moment.astimezone(UTC).astimezone(LONDON))


def test_a_promise_is_never_put_before_now():
    """1:40 is there twice; at the second one, the first half past one is over."""
    until_half_past = Rule("any", "", None, time(1, 50))
    now = local("2027-10-31T01:40", fold=1)
    due = ways.fit(until_half_past, Way.RING, local("2027-10-31T05:00"), now)
    assert due.astimezone(UTC) > now.astimezone(UTC)


def test_a_desk_that_opened_at_the_first_half_past_one_opens_next_the_week_after():
    hours = [{"day": opening.DAYS[6][0], "opens": "01:30", "closes": "04:00"}]
    opens = opening.next_opening(hours, local("2027-10-31T01:10", fold=1))
    assert opens is not None
    assert shown(opens) == "07 Nov 01:30 +0000"
    skipped = opening.next_opening(hours, local("2027-03-28T00:10"))
    assert skipped is not None
    assert f"{skipped:%d %b %H:%M}" == "28 Mar 02:30"


@pytest.fixture
def ring_again(asks_for_help, leah, sign_in):
    """Leah writes down, a day before the clocks change, when somebody asked to be rung."""
    case = asks_for_help(by=leah)
    case.callbacks.all().delete()
    client = sign_in(leah)

    def keep(day: str, clock: str):
        year, month, day_of_month = day.split("-")
        answer = client.post(
            f"/desk/help/cases/{case.code}/call/",
            {
                "direction": "in",
                "outcome": "later",
                "words": "Ring me in the night.",
                "again_on_0": day_of_month,
                "again_on_1": month,
                "again_on_2": year,
                "again_time": clock,
            },
        )
        return words_of(answer), [call.due_at for call in case.callbacks.filter(state="due")]

    return keep


@pytest.mark.django_db
def test_a_time_that_the_clocks_skip_is_refused_and_what_was_typed_is_kept(ring_again):
    page, due = ring_again("2027-03-28", "1:30")
    assert due == []
    assert "The clocks go forward that night, so there is no such time" in page
    assert "Ring me in the night." in page
    _, due = ring_again("2027-03-28", "2:00")
    assert [shown(at) for at in due] == ["28 Mar 02:00 +0100"]


@pytest.mark.django_db
def test_of_a_time_that_is_there_twice_the_first_is_meant(ring_again):
    _, due = ring_again("2027-10-31", "1:30")
    assert [shown(at) for at in due] == ["31 Oct 01:30 +0100"]
