"""How far long work has come: what is written while it goes, and that nothing of it is lost."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth import progress
from localwealth.progress import follow


class Terminal(io.StringIO):
    """Where somebody watches."""

    def __init__(self, *, live: bool) -> None:
        super().__init__()
        self.live = live
        self.flushed = 0

    def isatty(self) -> bool:
        return self.live

    def flush(self) -> None:
        self.flushed += 1


class Clock:
    """A clock that stands until the work moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        self.seconds = 1000.0
        if monkeypatch:
            stands = SimpleNamespace(monotonic=lambda: self.seconds)
            monkeypatch.setattr(progress, "time", stands)

    def work(self, lines: Iterator[int], seconds: float) -> list[int]:
        """Take every line, and so many seconds for each."""
        taken = []
        for line in lines:
            taken.append(line)
            self.seconds += seconds
        return taken


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize("live", [True, False])
def test_quick_work_says_nothing(clock: Clock, live: bool) -> None:
    stream = Terminal(live=live)
    assert clock.work(follow(range(900), 900, "lines", stream), 0.001) == list(range(900))
    assert stream.getvalue() == ""
    assert stream.flushed == 0


@pytest.mark.parametrize("live", [True, False])
def test_no_work_says_nothing(clock: Clock, live: bool) -> None:
    stream = Terminal(live=live)
    assert clock.work(follow([], 0, "lines", stream), 99) == []
    assert stream.getvalue() == ""


def test_whoever_watches_sees_one_line_that_changes_and_goes_away(clock: Clock) -> None:
    stream = Terminal(live=True)
    assert clock.work(follow(range(4), 4, "payees", stream), 2.0) == [0, 1, 2, 3]
    assert stream.getvalue().split("\r") == [
        "",
        f"{'1 of 4 payees, about 6 s left':<70}",
        f"{'2 of 4 payees, about 4 s left':<70}",
        f"{'3 of 4 payees, about 2 s left':<70}",
        " " * 70,
        "",
    ]
    # Each is there at once, and so is the empty line.
    assert stream.flushed == 4
    assert "\n" not in stream.getvalue()


def test_in_a_file_stands_a_line_now_and_then(clock: Clock) -> None:
    stream = Terminal(live=False)
    clock.work(follow(range(12), 12, "payees", stream), 4.0)
    assert stream.getvalue().splitlines() == [
        "3 of 12 payees, about 36 s left",
        "6 of 12 payees, about 24 s left",
        "9 of 12 payees, about 12 s left",
    ]
    assert stream.flushed == 3
    assert "\r" not in stream.getvalue()


@pytest.mark.parametrize(
    ("live", "every", "seconds", "expected"),
    [
        # Somebody who watches: after each span.
        (True, 1.0, 1.0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (True, 2.0, 1.0, [2, 4, 6, 8, 10]),
        (True, 5.0, 1.0, [5, 10]),
        (True, 12.0, 1.0, []),
        # Nobody does: after ten.
        (False, 0.5, 1.0, [5, 10]),
        (False, 1.0, 1.0, [10]),
        (False, 1.1, 1.0, [11]),
        (False, 1.2, 1.0, []),
        (False, 0.1, 3.0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ],
)
def test_how_often_it_says_so(
    clock: Clock, live: bool, every: float, seconds: float, expected: list[int]
) -> None:
    stream = Terminal(live=live)
    clock.work(follow(range(12), 12, "lines", stream, every=every), seconds)
    written = [part for part in stream.getvalue().replace("\r", "\n").split("\n") if part.strip()]
    assert [int(part.split(" of ")[0]) for part in written] == expected


def test_the_last_entry_says_nothing_as_nothing_is_left(clock: Clock) -> None:
    stream = Terminal(live=True)
    clock.work(follow(range(2), 2, "lines", stream), 60.0)
    assert "2 of 2" not in stream.getvalue()
    assert "1 of 2 lines, about 60 s left" in stream.getvalue()


def test_thousands_have_their_commas(clock: Clock) -> None:
    stream = Terminal(live=False)
    next_line = follow(range(5000), 5000, "entries of a register", stream)
    clock.work((line for line in next_line), 7.5)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "2 of 5,000 entries of a register, about 37,485 s left"
    assert lines[-1] == "4,998 of 5,000 entries of a register, about 15 s left"


def test_work_that_grows_slower_is_told_by_what_it_took_so_far(clock: Clock) -> None:
    stream = Terminal(live=True)
    for line in follow(range(3), 3, "sheets", stream):
        clock.seconds += (line + 1) * 10
    lines = [part.strip() for part in stream.getvalue().split("\r") if part.strip()]
    assert lines == ["1 of 3 sheets, about 20 s left", "2 of 3 sheets, about 15 s left"]


def test_more_than_was_announced_goes_through_in_silence(clock: Clock) -> None:
    stream = Terminal(live=False)
    assert clock.work(follow(range(6), 2, "lines", stream), 30.0) == [0, 1, 2, 3, 4, 5]
    assert stream.getvalue() == "1 of 2 lines, about 30 s left\n"


def test_an_entry_is_passed_on_before_the_next_is_made(clock: Clock) -> None:
    made_so_far: list[int] = []

    def made() -> Iterator[int]:
        for number in range(3):
            made_so_far.append(number)
            yield number

    followed = follow(made(), 3, "lines", Terminal(live=True))
    assert made_so_far == []
    assert next(followed) == 0
    assert made_so_far == [0]
    assert next(followed) == 1
    assert made_so_far == [0, 1]


def test_a_fault_of_the_work_comes_through(clock: Clock) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise LookupError("the register ends here")

    with pytest.raises(LookupError, match=r"^the register ends here$"):
        clock.work(follow(broken(), 9, "lines", Terminal(live=True)), 2.0)


def test_it_writes_to_the_error_stream_so_that_answers_stay_clean(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.work(follow(range(2), 2, "lines"), 11.0)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err == "1 of 2 lines, about 11 s left\n"
    assert not sys.stderr.isatty()


@given(
    st.lists(st.integers(-5, 5), max_size=30),
    st.integers(0, 40),
    st.booleans(),
    st.sampled_from([0.0, 0.3, 1.0, 45.0]),
)
def test_whatever_it_says_all_entries_pass_in_their_order(
    entries: list[int], total: int, live: bool, seconds: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock(patch)
        stream = Terminal(live=live)
        assert clock.work(follow(entries, total, "lines", stream), seconds) == entries
    written = stream.getvalue()
    assert ("\r" in written) <= live
    assert ("\n" in written) <= (not live)
    # A line on a terminal that was written is wiped out.
    assert not (live and written) or written.endswith("\r" + " " * 70 + "\r")
