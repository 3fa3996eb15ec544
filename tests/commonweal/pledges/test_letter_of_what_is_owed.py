"""One letter of all that somebody is owed: what is new once, each queue as it stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as some

from commonweal.pledges.owing import SHOWN_OF_A_QUEUE, Owed, Queue, digest_text

QUEUE = Queue("claim to review,claims to review", "desk-review")
FIRST = date(2026, 1, 1)


def owed(key: str, sentence: str = "", **more: Any) -> Owed:
    sentence = sentence or f"Look at {key}."
    return Owed(1, key, sentence, more.pop("path", f"/pledges/{key}/"), **more)


def queued(number: int, **more: Any) -> Owed:
    since = more.pop("since", FIRST + timedelta(days=number))
    return owed(f"claim-{number}", queue=more.pop("queue", QUEUE), since=since, **more)


def letter(lines: list[Owed], new: list[str] | None = None) -> str:
    return digest_text(lines, [line.key for line in lines] if new is None else new)


def test_what_is_new_is_told_with_its_address() -> None:
    text = letter([owed("a"), owed("b", "Answer the question.")])
    assert text == (
        "This waits for you:\n\n"
        f"Look at a.\n{settings.ADDRESS}/pledges/a/\n\n"
        f"Answer the question.\n{settings.ADDRESS}/pledges/b/\n"
        "\nEach link leads there after you sign in."
        f"\nStop these e-mails: {settings.ADDRESS}/accounts/you/\n"
    )


def test_what_was_told_before_is_not_told_again() -> None:
    text = letter([owed("a"), owed("b")], ["b"])
    assert "Look at b." in text
    assert "Look at a." not in text


def test_several_steps_of_one_pledge_make_one_sentence() -> None:
    steps = [owed(f"late-{n}", "It is late.", path="/pledges/X/") for n in range(3)]
    assert letter(steps).count("It is late.") == 1
    elsewhere = [*steps, owed("late-9", "It is late.", path="/pledges/Y/")]
    assert letter(elsewhere).count("It is late.") == 2


@pytest.mark.parametrize(
    ("count", "title"),
    [(1, "1 claim to review."), (2, "2 claims to review."), (5, "5 claims to review.")],
)
def test_a_queue_is_counted_and_each_of_it_told(count: int, title: str) -> None:
    text = letter([queued(number) for number in range(count)])
    assert title in text
    assert text.count("Since ") == count
    assert "oldest" not in text
    assert f"All: {settings.ADDRESS}/desk/review/\n" in text


def test_of_a_long_queue_the_oldest_are_told() -> None:
    numbers = [7, 3, 9, 1, 5, 8, 2]
    text = letter([queued(number) for number in numbers])
    assert "7 claims to review." in text
    assert "These are the 5 oldest. All: " in text
    oldest = sorted(numbers)[:SHOWN_OF_A_QUEUE]
    places = [text.index(f"Look at claim-{number}.") for number in oldest]
    assert places == sorted(places)
    for number in sorted(numbers)[SHOWN_OF_A_QUEUE:]:
        assert f"Look at claim-{number}." not in text


def test_a_queue_stands_whole_when_one_of_it_is_new() -> None:
    lines = [queued(1), queued(2)]
    text = letter(lines, ["claim-2"])
    assert "2 claims to review." in text
    assert "Look at claim-1." in text


def test_a_queue_in_which_nothing_is_new_is_not_told() -> None:
    text = letter([queued(1), owed("a")], ["a"])
    assert "to review" not in text
    assert "Look at a." in text


def test_where_more_wait_than_were_looked_through_all_are_counted() -> None:
    long_queue = Queue(QUEUE.title, QUEUE.address, total=1250)
    text = letter([queued(number, queue=long_queue) for number in range(3)])
    assert "1,250 claims to review." in text
    assert "These are the 3 oldest. All: " in text


def test_since_when_it_waits_is_told_where_that_is_known() -> None:
    text = letter([queued(1, since=date.min), queued(2, since=date(2026, 2, 3))])
    assert "\nLook at claim-1." in text
    assert "Since 3 February 2026: Look at claim-2." in text


def test_two_queues_are_told_apart_behind_what_is_in_none() -> None:
    second = Queue("pair to look at,pairs to look at", "desk-near")
    text = letter([queued(1), owed("names", queue=second), owed("a")])
    assert text.index("Look at a.") < text.index("1 claim to review.")
    assert text.index("1 claim to review.") < text.index("1 pair to look at.")


def test_a_letter_of_nothing_still_says_how_to_end_them() -> None:
    text = letter([])
    assert text.startswith("This waits for you:")
    assert "Stop these e-mails" in text


@given(some.lists(some.integers(0, 30), max_size=12, unique=True))
def test_a_queue_is_counted_as_it_is_whatever_its_order(numbers: list[int]) -> None:
    text = letter([queued(number) for number in numbers])
    assert text == letter([queued(number) for number in sorted(numbers)])
    shown = min(len(numbers), SHOWN_OF_A_QUEUE)
    assert text.count("Look at claim-") == shown
    assert ("oldest" in text) == (len(numbers) > SHOWN_OF_A_QUEUE)


@given(
    some.lists(some.sampled_from(["a", "b", "c", "d"]), max_size=6),
    some.lists(some.sampled_from(["a", "b", "c", "d"]), max_size=4),
)
def test_each_that_is_new_is_told_once(keys: list[str], new: list[str]) -> None:
    text = letter([owed(key) for key in keys], new)
    for key in ["a", "b", "c", "d"]:
        assert text.count(f"Look at {key}.") == int(key in keys and key in new)
