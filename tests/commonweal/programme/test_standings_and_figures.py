"""Where an action stands, what weighs how much, which periods wait, what a metric comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Event, Person, Role
from commonweal.office.errors import Refused
from commonweal.partners.models import months_later
from commonweal.pledges.standing import Standing
from commonweal.programme import computed, measuring
from commonweal.programme.models import Metric, Observation, Series, TargetPoint
from commonweal.programme.status import (
    MEANINGS,
    ORDER,
    SOON,
    WORDS,
    ActionState,
    MilestoneState,
    Status,
    progress_of,
    roll_up,
    said_of_weights,
    status_of,
    weights,
)

DAY = date(2026, 6, 15)
LEAD = Actor(None, Role.PROGRAMME_LEAD, "Borough Council")
DAYS = st.one_of(st.none(), st.dates(DAY - timedelta(days=90), DAY + timedelta(days=90)))
STEPS = st.lists(
    st.builds(MilestoneState, DAYS, st.one_of(st.none(), st.integers(0, 9)), st.booleans(), DAYS),
    max_size=5,
)
PLANS = st.builds(ActionState, STEPS, DAYS, DAYS, DAYS, st.booleans(), st.integers(0, 25))


def due(days: int | None, *, done: bool = False, done_on: int | None = None) -> MilestoneState:
    return MilestoneState(
        None if days is None else DAY + timedelta(days=days),
        None,
        done,
        None if done_on is None else DAY + timedelta(days=done_on),
    )


def plan(*steps: MilestoneState, **more: Any) -> ActionState:
    stated = {"starts_on": None, "due_on": None} | {
        key: DAY + timedelta(days=days) if key.endswith("_on") else days
        for key, days in more.items()
    }
    return ActionState(steps, **stated)


# Where an action stands


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (plan(), Status.UNDATED),
        (plan(due(None)), Status.UNDATED),
        (plan(starts_on=0), Status.UNDER_WAY),
        (plan(starts_on=1), Status.PLANNED),
        (plan(due(40), starts_on=1), Status.PLANNED),
        (plan(due(40, done=True), due(50), starts_on=1), Status.UNDER_WAY),
        (plan(due(31)), Status.UNDER_WAY),
        (plan(due(30)), Status.DUE_SOON),
        (plan(due(0)), Status.DUE_SOON),
        (plan(due(-1)), Status.LATE),
        (plan(due_on=-1), Status.LATE),
        (plan(due(40), due_on=-1), Status.LATE),
        (plan(due(-1, done=True), due_on=40), Status.DONE),
        (plan(due(-1, done=True), due(40), due_on=40), Status.UNDER_WAY),
        # Done on a day to come is not done yet.
        (plan(due(40, done=True, done_on=1)), Status.UNDER_WAY),
        (plan(due(40, done=True, done_on=0)), Status.DONE),
        # Without a milestone nothing is ever done.
        (plan(due_on=40), Status.UNDER_WAY),
        (plan(due(40), waits_for_late=1), Status.AT_RISK),
        (plan(due(40), highest_risk=15), Status.AT_RISK),
        (plan(due(40), highest_risk=14), Status.UNDER_WAY),
        (plan(starts_on=1, highest_risk=15), Status.AT_RISK),
        (plan(due(-1), highest_risk=25), Status.LATE),
        (plan(due(40, done=True), highest_risk=25, waits_for_late=1), Status.DONE),
        (plan(due(-1), stopped_on=0), Status.STOPPED),
        (plan(due(-1), stopped_on=1), Status.LATE),
        (plan(due(-9, done=True), stopped_on=0), Status.STOPPED),
    ],
)
def test_the_first_standing_that_holds(state: ActionState, status: Status) -> None:
    assert status_of(state, DAY) == status


@given(PLANS)
def test_every_plan_has_one_standing_and_some_progress(state: ActionState) -> None:
    status = status_of(state, DAY)
    assert 0 <= progress_of(state, DAY) <= 1
    if status == Status.DONE:
        assert progress_of(state, DAY) == 1
    if status == Status.LATE:
        assert min(state.open_dates(DAY)) < DAY
    if status == Status.DUE_SOON:
        assert DAY <= min(state.open_dates(DAY)) <= DAY + SOON
    if status == Status.UNDATED:
        assert not state.open_dates(DAY)


@given(PLANS, st.integers(1, 60))
def test_what_is_late_and_not_touched_stays_late(state: ActionState, later: int) -> None:
    untouched = ActionState(
        [MilestoneState(step.due_on, step.weight, False) for step in state.steps],
        state.starts_on,
        state.due_on,
        waits_for_late=state.waits_for_late,
        highest_risk=state.highest_risk,
    )
    if status_of(untouched, DAY) == Status.LATE:
        assert status_of(untouched, DAY + timedelta(days=later)) == Status.LATE


def test_every_standing_has_its_word_and_its_meaning() -> None:
    assert set(WORDS) == set(MEANINGS) == set(Status) == set(ORDER)
    assert len(set(WORDS.values())) == len(WORDS)
    assert all(meaning.endswith(".") for meaning in MEANINGS.values())


# What weighs how much


@pytest.mark.parametrize(
    ("stated", "shares"),
    [
        ([], []),
        ([None], [1]),
        ([0], [1]),
        ([None, None], ["1/2", "1/2"]),
        ([0, 0, None], ["1/3", "1/3", "1/3"]),
        ([1, 3], ["1/4", "3/4"]),
        ([2, None], ["1/2", "1/2"]),
        ([1, 3, None], ["1/6", "1/2", "1/3"]),
        ([0, 4], [0, 1]),
        ([0, 4, None], [0, "2/3", "1/3"]),
    ],
)
def test_a_weight_is_a_share_of_all(stated: list[int | None], shares: list[Any]) -> None:
    assert weights(stated) == [Fraction(share) for share in shares]


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ([], "nothing to weigh yet"),
        ([None], "1 of equal weight"),
        ([7, 7], "2 of equal weight"),
        ([0, None], "2 of equal weight"),
        ([1, 3], "weights 25%, 75%"),
        ([1, 1, 1, 1, 1, 5], "weights 10%, 10%, 10%, 10%, 10%, 50%"),
        ([1, 1, 1, 1, 1, 1, 4], "7 with weights from 10% to 40%"),
    ],
)
def test_weights_are_said_beside_what_they_weigh(stated: list[int | None], words: str) -> None:
    assert said_of_weights(stated) == words


@given(st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=1, max_size=9))
def test_weights_come_to_all_and_keep_their_proportions(stated: list[int | None]) -> None:
    shares = weights(stated)
    assert sum(shares) == 1
    assert all(share >= 0 for share in shares)
    if any(stated):
        known = [(weight, share) for weight, share in zip(stated, shares, strict=True) if weight]
        for (one, its), (another, anothers) in pairwise(known):
            assert its * another == anothers * one


def test_a_parent_without_children_has_not_begun() -> None:
    assert roll_up([]) == 0
    assert roll_up([(Fraction(1), 0), (Fraction(0), 3)]) == 0
    assert roll_up([(Fraction(1), 1), (Fraction(1, 2), 3)]) == Fraction(5, 8)


# Periods


def metric_of(every: int, release_days: int = 20) -> Metric:
    return Metric(code="x", every_months=every, release_days=release_days, kind="count")


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        (1, "2026-02-28", "2026-02-01", "2026-02-28"),
        (1, "2024-02-01", "2024-02-01", "2024-02-29"),
        (3, "2026-03-31", "2026-01-01", "2026-03-31"),
        (3, "2026-04-01", "2026-04-01", "2026-06-30"),
        (6, "2026-06-30", "2026-01-01", "2026-06-30"),
        (6, "2026-07-01", "2026-07-01", "2026-12-31"),
        (12, "2026-12-31", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_is_one_of_the_calendar(every: int, day: str, first: str, last: str) -> None:
    assert measuring.period_of(metric_of(every), date.fromisoformat(day)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@given(st.sampled_from([1, 3, 6, 12]), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_periods_lie_end_to_end_and_hold_their_day(every: int, day: date) -> None:
    metric = metric_of(every)
    first, last = measuring.period_of(metric, day)
    assert first <= day <= last
    assert measuring.period_of(metric, last + timedelta(days=1))[0] == last + timedelta(days=1)
    assert months_later(first, every) == last + timedelta(days=1)


@given(
    st.sampled_from([1, 3, 6, 12]),
    st.dates(date(2020, 1, 1), date(2024, 1, 1)),
    st.integers(0, 900),
)
def test_the_periods_that_are_due_are_whole_and_over(every: int, begins: date, days: int) -> None:
    metric, on = metric_of(every), begins + timedelta(days=days)
    periods = list(measuring.periods_due(metric, Series(starts_on=begins), on))
    for first, last in periods:
        assert begins <= first <= last < on
        assert measuring.period_of(metric, first) == (first, last)
    for (_, last), (first, _) in pairwise(periods):
        assert first == last + timedelta(days=1)
    if periods:
        # The next one is not over.
        following, ends = measuring.period_of(metric, periods[-1][1] + timedelta(days=1))
        assert following > periods[-1][1]
        assert ends >= on


# What a metric comes to


@pytest.mark.parametrize(
    ("part", "total", "figure"),
    [(0, 0, None), (0, 5, "0.0"), (1, 3, "33.3"), (2, 3, "66.7"), (5, 5, "100.0"), (1, 8, "12.5")],
)
def test_a_share_has_one_decimal_and_is_none_of_nothing(
    part: int, total: int, figure: str | None
) -> None:
    worked = computed.share(part, total, met=part, due=total)
    assert (str(worked.figure) if worked else None) == figure
    if worked:
        assert worked.of_what == {"met": part, "due": total}


FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)


def figure_of(name: str, **facts: Any) -> tuple[str, dict[str, int]] | None:
    known = computed.Facts(LAST, answer_days=14, **facts)
    worked = computed.REGISTERED[name].work_out(computed.MetricPeriod(FIRST, LAST, known=known))
    return (str(worked.figure), worked.of_what) if worked else None


@pytest.mark.parametrize(
    ("dated", "verified", "met"),
    [
        ([], None, None),
        ([(LAST, Standing.MET)], ("100.0", 1, 1), ("100.0", 1, 1)),
        # What falls due on the day after is not due.
        ([(LAST + timedelta(days=1), Standing.MET)], None, None),
        ([(LAST, Standing.MET), (FIRST, Standing.OVERDUE)], ("50.0", 1, 2), ("50.0", 1, 2)),
        ([(LAST, Standing.NOT_MET)], ("100.0", 1, 1), ("0.0", 0, 1)),
        # A withdrawn promise is none that was checked, and one that was not kept.
        ([(LAST, Standing.WITHDRAWN)], None, ("0.0", 0, 1)),
        # Of the last twelve months: the day a year before is out, the next one in.
        ([(date(2025, 6, 30), Standing.MET)], ("100.0", 1, 1), None),
        ([(date(2025, 7, 1), Standing.MET)], ("100.0", 1, 1), ("100.0", 1, 1)),
    ],
)
def test_promises_that_were_checked_and_kept(
    dated: list[tuple[date, str]],
    verified: tuple[str, int, int] | None,
    met: tuple[str, int, int] | None,
) -> None:
    checked = figure_of("pledges-verified", dated=dated)
    assert checked == (verified and (verified[0], {"checked": verified[1], "due": verified[2]}))
    kept_promises = figure_of("promises-kept", dated=dated)
    assert kept_promises == (met and (met[0], {"met": met[1], "due": met[2]}))


@pytest.mark.parametrize(
    ("name", "fact", "back", "names"),
    [
        ("reviews-in-time", "reviewed", 30, ("in_time", "reports")),
        ("questions-answered", "answered", 14, ("in_time", "questions")),
    ],
)
def test_each_had_its_days_before_it_is_counted(
    name: str, fact: str, back: int, names: tuple[str, str]
) -> None:
    since, upto = FIRST - timedelta(days=back), LAST - timedelta(days=back)

    def counted(*cases: tuple[date, int | None]) -> tuple[str, tuple[int, ...]] | None:
        answer = figure_of(name, **{fact: list(cases)})
        return answer and (answer[0], tuple(answer[1][key] for key in names))

    assert counted() is None
    assert counted((since, back)) == ("100.0", (1, 1))
    assert counted((since, back + 1)) == ("0.0", (0, 1))
    assert counted((upto, 0), (upto, None)) == ("50.0", (1, 2))
    assert counted((since - timedelta(days=1), 0)) is None
    assert counted((upto + timedelta(days=1), 0)) is None


def test_promises_overdue_are_counted_and_nought_is_a_figure() -> None:
    assert figure_of("promises-overdue") == ("0", {"overdue": 0, "all": 0})
    standings = Counter({Standing.OVERDUE: 2, Standing.MET: 3})
    assert figure_of("promises-overdue", standings=standings) == ("2", {"overdue": 2, "all": 5})


def test_each_registered_function_says_what_it_is() -> None:
    for name, function in computed.REGISTERED.items():
        assert name == function.name
        assert function.kind in ("share", "count", "money", "hours"), name
        assert function.direction in ("up", "down"), name
        assert (function.unit == "%") == (function.kind == "share"), name
        assert function.question.endswith("?"), name
        assert function.definition.endswith("."), name


# Figures that people give


@pytest.fixture
def quarter(metric: Metric, today: date) -> tuple[date, date]:
    """The last quarter that is over."""
    this_first, _ = measuring.period_of(metric, today)
    return measuring.period_of(metric, this_first - timedelta(days=1))


@pytest.fixture
def give(metric: Metric, quarter: tuple[date, date]) -> Callable[..., Observation]:
    """A figure of the bakery's metric for the last quarter, not released."""

    def given_figure(value: Decimal | None = Decimal(12), **more: Any) -> Observation:
        answers = {
            **{
                "series": Series.objects.filter(metric=metric).latest("number"),
                "figure": value,
                "status": "final",
            },
            **{"starts_on": quarter[0], "ends_on": quarter[1], "note": ""},
            **{"author": Actor(None, EDITOR, "Bakery")},
        }
        return measuring.observe(**(answers | more))

    return given_figure


@pytest.mark.django_db
def test_a_figure_is_given_with_who_gave_it_and_waits_for_its_release(
    give: Callable[..., Observation], today: date
) -> None:
    figure = give()
    assert (figure.value, figure.version, figure.status) == (12, 1, "final")
    assert (figure.given_by_title, figure.given_by_organisation) == ("Partner", "Bakery")
    assert (figure.recorded_on, figure.released_on) == (today, None)
    event = Event.objects.get(verb="figure given")
    assert event.detail == {"ends_on": str(figure.ends_on), "version": 1}
    measuring.release(observation=figure, author=LEAD)
    assert figure.released_on == today
    with pytest.raises(Refused, match="Somebody else has released this figure already"):
        measuring.release(observation=figure, author=LEAD)
    assert Event.objects.filter(verb="figure released").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "more", "sentence"),
    [
        (None, {}, "Say why there is no figure"),
        (None, {"note": "  "}, "Say why there is no figure"),
        (Decimal(1), {"ends_on": date(2999, 1, 1)}, "This period is not over yet"),
        (Decimal(1), {"ends_on": date(1999, 1, 1)}, "before the series begins"),
    ],
)
def test_a_figure_without_sense_is_refused(
    give: Callable[..., Observation], value: Decimal | None, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        give(value, **more)
    assert not Observation.objects.exists()
    assert not Event.objects.filter(verb="figure given").exists()


@pytest.mark.django_db
def test_a_period_is_over_on_the_day_after_its_last(
    give: Callable[..., Observation], quarter: tuple[date, date]
) -> None:
    with pytest.raises(Refused, match="not over yet"):
        give(on=quarter[1])
    assert give(on=quarter[1] + timedelta(days=1)).version == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "note", "sentence"),
    [
        (Decimal(12), "A slip.", "This very figure is there already"),
        (Decimal("12.0"), "A slip.", "This very figure is there already"),
        (Decimal(13), "", "There is a figure for this period. Say why it is revised"),
        (Decimal(13), " ", "There is a figure for this period. Say why it is revised"),
    ],
)
def test_a_revision_is_another_figure_with_its_reason(
    give: Callable[..., Observation], value: Decimal, note: str, sentence: str
) -> None:
    give()
    with pytest.raises(Refused, match=sentence):
        give(value, note=note)
    assert Observation.objects.count() == 1
    revised = give(Decimal(13), note="Two were left out.", status="provisional")
    assert (revised.version, revised.status) == (2, "revised")
    # That there is none any more is a revision too.
    assert give(None, note="The book was lost.").version == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "fits"), [("-0.1", False), ("0", True), ("100", True), ("100.1", False)]
)
def test_a_share_lies_between_nothing_and_all(
    give: Callable[..., Observation], metric: Metric, value: str, fits: bool
) -> None:
    Metric.objects.filter(pk=metric.pk).update(kind="share")
    if fits:
        assert give(Decimal(value)).value == Decimal(value)
    else:
        with pytest.raises(Refused, match="A share lies between 0 and 100"):
            give(Decimal(value))


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["sign_in", "carys", "ben", "idris"])
def test_who_has_no_metric_gives_no_figure(
    column: str, client: Any, sign_in: Any, metric: Metric, request: pytest.FixtureRequest
) -> None:
    address = f"{metric.get_absolute_url()}figure/"
    if column == "sign_in":
        assert client.post(address, {"value": "5"}).status_code == 302
    else:
        person: Person = request.getfixturevalue(column)
        assert sign_in(person).post(address, {"value": "5"}).status_code == 403
    assert not Observation.objects.exists()


# Another definition


def redefined(
    metric: Metric, starts_on: date, because: str = "Of all ages.", **more: Any
) -> Series:
    return measuring.redefine(
        metric=metric,
        definition="All who began in the quarter.",
        unit="people",
        starts_on=starts_on,
        because=because,
        author=LEAD,
        **more,
    )


@pytest.mark.django_db
def test_a_new_definition_is_a_series_of_its_own(
    give: Callable[..., Observation], metric: Metric, quarter: tuple[date, date]
) -> None:
    begins = quarter[1] + timedelta(days=1)
    give()
    series = redefined(metric, begins, baseline=Decimal(3), baseline_on=begins)
    assert (series.number, series.unit, series.because) == (2, "people", "Of all ages.")
    assert measuring.newest_series(Metric.objects.get()) == series
    # Until it begins the old one holds.
    assert measuring.series_on(Metric.objects.get(), quarter[1]).number == 1
    assert measuring.series_on(Metric.objects.get(), begins).number == 2
    assert Event.objects.filter(verb="definition changed", about_code="apprentices").count() == 1
    with pytest.raises(Refused, match="Say why it is revised"):
        give(Decimal(9), series=metric.series.get(number=1))
    with pytest.raises(Refused, match="lies before the series begins"):
        give(Decimal(9), series=series)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "more", "sentence"),
    [
        (1, {"because": ""}, "Say why the definition changes"),
        (1, {"because": "  "}, "Say why the definition changes"),
        (0, {}, "There are figures after that day under the old definition"),
        (-3000, {}, "A new definition begins after the one before it"),
        (1, {"baseline": Decimal(3)}, "A baseline needs its figure and its day"),
        (1, {"baseline_on": DAY}, "A baseline needs its figure and its day"),
    ],
)
def test_a_definition_that_cant_hold_is_refused(
    give: Callable[..., Observation],
    metric: Metric,
    quarter: tuple[date, date],
    days: int,
    more: dict[str, Any],
    sentence: str,
) -> None:
    give()
    with pytest.raises(Refused, match=sentence):
        redefined(metric, quarter[1] + timedelta(days=days), **more)
    assert metric.series.count() == 1
    assert not Event.objects.filter(verb="definition changed").exists()


@pytest.mark.django_db
def test_a_figure_of_a_period_that_a_newer_definition_holds_is_given_there(
    give: Callable[..., Observation], metric: Metric, quarter: tuple[date, date]
) -> None:
    redefined(metric, quarter[0])
    old = metric.series.get(number=1)
    with pytest.raises(Refused, match="A newer definition holds for this period"):
        give(series=old)
    assert give().series.number == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "target"),
    [
        *(("2023-12-31", None), ("2024-01-01", "10"), ("2025-01-01", "20"), ("2026-01-01", "30")),
        *(("2026-01-02", "30"), ("2027-01-01", "15"), ("2028-01-01", "0"), ("2028-01-02", None)),
        ("2024-07-02", "15"),
    ],
)
def test_the_path_goes_straight_from_point_to_point(
    metric: Metric, day: str, target: str | None
) -> None:
    series = metric.series.get()
    series.baseline_on = date(2024, 1, 1)
    series.targets.all().delete()
    for year, value in ((2026, 30), (2028, 0)):
        TargetPoint.objects.create(series=series, on=date(year, 1, 1), value=value)
    on_that_day = measuring.target_on(series, date.fromisoformat(day))
    assert on_that_day == (None if target is None else Decimal(target))
