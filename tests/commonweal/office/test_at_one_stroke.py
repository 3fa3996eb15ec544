"""Rows written by the thousand: each as if it had been saved by itself, none of them lost, and none
where a row would stand twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from commonweal.charter.models import Theme
from commonweal.jobs import rows as ready
from commonweal.jobs.models import Pulse, Schedule
from commonweal.office.fields import opened
from commonweal.office.one_of import OneOf
from commonweal.office.strokes import Stroke
from commonweal.residents.models import Resident

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
WORDS = [
    "Ada",
    "O'Brien; DROP TABLE x",
    "naïve, Łódź",
    "日本語",
    "100% of $1",
    "",
    'a "b"',
    "a\tb\\n",
]


def pulses():
    """A stroke of workers of one lane, at one moment."""
    return Stroke(Pulse(lane="letters", at=NOW), ("worker",))


def lanes():
    return list(Pulse.objects.order_by("worker").values_list("worker", "lane", "at"))


# At one stroke


@pytest.mark.parametrize("count", [1, 2, 999, 2500])
def test_so_many_rows_are_one_write_each_with_its_number(count):
    stroke = pulses()
    numbers = stroke.write([stroke.row(f"{place:05}") for place in range(count)])
    assert len(set(numbers)) == count
    assert lanes() == [(f"{place:05}", "letters", NOW) for place in range(count)]
    by_number = dict(Pulse.objects.values_list("pk", "worker"))
    assert [by_number[number] for number in numbers] == [f"{place:05}" for place in range(count)]


def test_no_rows_are_no_write(django_assert_num_queries):
    stroke = pulses()
    assert stroke.write([]) == []
    with django_assert_num_queries(0):
        stroke.write_as([], [])
    assert lanes() == []


def test_a_second_stroke_takes_numbers_that_nobody_has():
    stroke = pulses()
    before = Pulse.objects.create(worker="a", lane="slow", at=NOW)
    first = stroke.write([stroke.row("b"), stroke.row("c")])
    second = stroke.write([stroke.row("d")])
    after = Pulse.objects.create(worker="e", lane="slow", at=NOW)
    assert len({before.pk, *first, *second, after.pk}) == 5


def test_numbers_may_be_asked_for_before_they_are_used():
    stroke = pulses()
    numbers = stroke.numbers(2)
    stroke.write_as(numbers, [stroke.row("a"), stroke.row("b")])
    assert list(Pulse.objects.order_by("worker").values_list("pk", flat=True)) == numbers


@pytest.mark.parametrize(("numbers", "names"), [(1, "ab"), (3, "ab")])
def test_as_many_numbers_as_rows_or_none_is_written(numbers, names):
    stroke = pulses()
    with pytest.raises(ValueError, match="zip"):
        stroke.write_as(stroke.numbers(numbers), [stroke.row(name) for name in names])
    assert lanes() == []


@pytest.mark.parametrize("cells", [(), ("a", "letters")])
def test_a_row_has_as_many_cells_as_columns_were_named(cells):
    with pytest.raises(ValueError, match="zip"):
        pulses().row(*cells)


def test_what_each_row_has_for_itself_must_be_named():
    with pytest.raises(ValueError, match="each row's own"):
        Stroke(Pulse(lane="letters", at=NOW), ("lane",))


def test_each_row_may_have_a_moment_of_its_own():
    stroke = Stroke(Pulse(lane="letters"), ("worker", "at"))
    moments = [NOW, NOW, NOW + timedelta(hours=1), NOW]
    stroke.write([stroke.row(f"{place}", moment) for place, moment in enumerate(moments)])
    assert [at for _, _, at in lanes()] == moments


def test_a_stroke_that_meets_a_row_that_is_there_writes_nothing():
    Pulse.objects.create(worker="b", lane="slow", at=NOW)
    stroke = pulses()
    with pytest.raises(IntegrityError), transaction.atomic():
        stroke.write([stroke.row(name) for name in "abc"])
    assert lanes() == [("b", "slow", NOW)]


@pytest.mark.parametrize("words", WORDS, ids=ascii)
def test_any_signs_are_written_as_they_are(words):
    stroke = Stroke(Theme(description=words), ("code", "name"))
    stroke.write([stroke.row("fair-work", words)])
    theme = Theme.objects.get()
    assert (theme.name, theme.description, theme.order) == (words, words, 0)


def test_what_is_sealed_is_sealed_for_each_row():
    stroke = Stroke(Resident(made_at=NOW, changed_at=NOW), ("code", "first_name"))
    names = ["Ada", "Bea", ""]
    stroke.write([stroke.row(f"R{place}", name) for place, name in enumerate(names)])
    written = Resident.objects.order_by("code")
    assert [resident.first_name for resident in written] == names
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT first_name FROM {Resident._meta.db_table} ORDER BY code")
        raw = [text for (text,) in cursor.fetchall()]
    assert raw[2] == ""
    assert [opened(text) for text in raw[:2]] == names[:2]


# Rows that are ready before the lock is held


def schedule(path, hours=0, last_at=None):
    return Schedule(task_path=path, due_at=NOW + timedelta(hours=hours), last_at=last_at)


def schedules():
    return list(
        Schedule.objects.order_by("task_path").values_list("task_path", "due_at", "last_at")
    )


def as_rows(things):
    return [(thing.task_path, thing.due_at, thing.last_at) for thing in things]


@pytest.fixture
def jobs():
    return [schedule("a.first"), schedule("b.second", 3, NOW), schedule("c.third", -9)]


def test_rows_are_written_as_if_each_were_saved(jobs):
    ready.insert(Schedule, ready.rows_of(Schedule, jobs))
    assert schedules() == as_rows(jobs)


def test_laid_rows_wait_until_they_are_moved(jobs):
    laid = ready.Laid(Schedule, ready.rows_of(Schedule, jobs))
    assert schedules() == []
    laid.insert()
    laid.clear()
    assert schedules() == as_rows(jobs)


def test_laid_rows_that_are_cleared_leave_no_trace_and_may_be_laid_again(jobs):
    rows = ready.rows_of(Schedule, jobs)
    ready.Laid(Schedule, rows).clear()
    laid = ready.Laid(Schedule, rows[:1])
    laid.insert()
    laid.clear()
    laid.clear()
    assert schedules() == as_rows(jobs[:1])


def test_rows_laid_twice_are_those_of_the_second_time(jobs):
    ready.Laid(Schedule, ready.rows_of(Schedule, jobs))
    laid = ready.Laid(Schedule, ready.rows_of(Schedule, jobs[1:]))
    laid.insert()
    laid.clear()
    assert schedules() == as_rows(jobs[1:])


def test_no_rows_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        ready.insert(Schedule, [])
        ready.change(Schedule, [], ["due_at"])
    assert ready.rows_of(Schedule, []) == ready.changes_of(Schedule, [], ["due_at"]) == []


def test_a_column_may_be_left_out_and_put_at_the_end(jobs):
    rows = ready.rows_of(Schedule, jobs[:2], without=["due_at"])
    assert rows == [("a.first", None), ("b.second", rows[1][1])]
    later = [(*row, cell) for row, (cell,) in zip(rows, _moments(2), strict=True)]
    ready.insert(Schedule, later, last=["due_at"])
    assert [(path, due_at) for path, due_at, _ in schedules()] == [
        ("a.first", NOW),
        ("b.second", NOW),
    ]


def _moments(count):
    field = Schedule._meta.get_field("due_at")
    return [(field.get_db_prep_save(NOW, connection),)] * count


def test_only_the_named_columns_change_and_only_of_these_rows(jobs):
    Schedule.objects.bulk_create(jobs)
    first, second, _ = Schedule.objects.order_by("task_path")
    first.due_at, first.last_at = NOW + timedelta(days=1), NOW
    second.due_at = NOW + timedelta(days=2)
    ready.change(Schedule, ready.changes_of(Schedule, [first, second], ["due_at"]), ["due_at"])
    assert schedules() == [
        ("a.first", NOW + timedelta(days=1), None),
        ("b.second", NOW + timedelta(days=2), NOW),
        as_rows(jobs)[2],
    ]


def test_several_columns_change_together(jobs):
    Schedule.objects.bulk_create(jobs[:1])
    first = Schedule.objects.get()
    first.due_at, first.last_at = NOW + timedelta(days=1), NOW
    names = ["last_at", "due_at"]
    ready.change(Schedule, ready.changes_of(Schedule, [first], names), names)
    assert schedules() == [("a.first", NOW + timedelta(days=1), NOW)]


def test_a_column_that_is_a_word_of_sql_is_written_too():
    theme = Theme(code="fair-work", name="Fair work", order=7)
    ready.insert(Theme, ready.rows_of(Theme, [theme]))
    theme = Theme.objects.get()
    theme.order = 9
    ready.change(Theme, ready.changes_of(Theme, [theme], ["order"]), ["order"])
    assert Theme.objects.values_list("order", flat=True).get() == 9


def test_rows_that_meet_one_that_is_there_are_none(jobs):
    Schedule.objects.bulk_create(jobs[1:2])
    with pytest.raises(IntegrityError), transaction.atomic():
        ready.insert(Schedule, ready.rows_of(Schedule, jobs))
    assert schedules() == as_rows(jobs[1:2])


# One of thousands


@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_are_got_by_their_keys(count):
    Schedule.objects.bulk_create([schedule(path) for path in "abc"])
    keys = list(Schedule.objects.order_by("task_path").values_list("pk", flat=True))
    wanted = [*keys[:count], *(number + max(keys) for number in range(1, 2000))]
    rows = Schedule.objects.filter(OneOf("id", wanted)).order_by("task_path")
    assert "".join(rows.values_list("task_path", flat=True)) == "abc"[:count]
    others = Schedule.objects.exclude(OneOf("id", wanted)).order_by("task_path")
    assert "".join(others.values_list("task_path", flat=True)) == "abc"[count:]


def test_keys_may_come_once_and_in_any_order():
    Schedule.objects.bulk_create([schedule(path) for path in "ab"])
    keys = list(Schedule.objects.order_by("-pk").values_list("pk", flat=True))
    assert Schedule.objects.filter(OneOf("id", iter(keys * 3))).count() == 2


def test_a_condition_goes_together_with_others(django_assert_num_queries):
    Schedule.objects.bulk_create([schedule("a"), schedule("b", 1), schedule("c", 2)])
    keys = list(Schedule.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        rows = Schedule.objects.filter(OneOf("id", keys), due_at__gt=NOW).order_by("task_path")
        assert [row.task_path for row in rows] == ["b", "c"]
