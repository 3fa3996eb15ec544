"""Early warning on a series of counts, on the command line."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from localwealth.errors import UnreadableFile
from localwealth.tables import amounts, dates, orders, sheets
from localwealth.words import many

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# From how many earlier counts CUSUM takes what is expected, unless said.
LEARNT = 28
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Counted:
    """A series in its order: a day each, and what was counted. ``closed`` are the days left out,
    each with its count."""

    days: list[date]
    counts: list[int]
    closed: list[tuple[date, int]]


@dataclass(frozen=True)
class Judgement:
    """What a method says of one count; ``because`` where it can't be judged, or is held back."""

    expected: float | None
    upper: float | None
    is_alarm: bool
    because: str


def add(command: argparse.ArgumentParser) -> None:
    """The options of ``localwealth watch``."""
    command.add_argument("file", type=Path, metavar="SERIES.csv", help="columns date, count")
    command.add_argument("--method", choices=sorted(METHODS), required=True)
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the method, by the name that the R package surveillance gives it",
    )
    command.add_argument(
        "--open-days",
        metavar="mon-fri",
        help="days on which anybody counts: mon-fri, or mon,wed,fri; all unless said",
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=watch)


def watch(options: argparse.Namespace) -> int:
    """Print what is expected of each count, the bound above it, and whether it is an alarm."""
    method = METHODS[options.method]
    settings = _settings(options.method, options.set)
    series = _series(options.file, _open_days(options.open_days))
    if _step(series.days) > 7 and options.method != "farrington":
        raise UnreadableFile(
            f"By {options.method}, counts are judged by the day or the week. This series has "
            "months: compare it with those of like places."
        )
    try:
        judgements, used = method.judge(series.counts, settings)
    except ValueError as error:
        raise UnreadableFile(str(error)) from None
    if options.method == "farrington" and len(series.days) > 1:
        _refuse_other_rhythm(series.days, settings["freq"])
    rows = [
        {
            "date": day.isoformat(),
            "count": count,
            "expected": judgement.expected,
            "upper": judgement.upper,
            "alarm": judgement.is_alarm,
            "because": judgement.because,
        }
        for day, count, judgement in zip(series.days, series.counts, judgements, strict=True)
    ]
    if options.json:
        closed = [{"date": day.isoformat(), "count": count} for day, count in series.closed]
        answer = {"method": options.method, "settings": used, "left_out": closed, "rows": rows}
        print(json.dumps(answer, indent=1, ensure_ascii=False))
    else:
        _print(options.method, used, series, rows)
    return 0


def _print(
    method: str, used: Mapping[str, Any], series: Counted, rows: Sequence[Mapping[str, Any]]
) -> None:
    # What was used stands beside the table, which stays a table that a program can read.
    print(f"{method}: " + ", ".join(f"{name}={used[name]}" for name in used), file=sys.stderr)
    if series.closed:
        counted = sum(count for _, count in series.closed)
        print(
            f"Left out as closed: {many(len(series.closed), 'day')}, on which "
            f"{counted:,} in all stood counted.",
            file=sys.stderr,
        )
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["date", "count", "expected", "upper", "alarm", "because"])
    for row in rows:
        shown = ["" if row[name] is None else f"{row[name]:.6f}" for name in ("expected", "upper")]
        alarm = "yes" if row["alarm"] else "no"
        writer.writerow([row["date"], row["count"], *shown, alarm, row["because"]])


def _open_days(text: str | None) -> set[int]:
    """Days of the week, Monday is 0."""
    if text is None:
        return set(range(7))
    chosen: set[int] = set()
    for part in text.casefold().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise UnreadableFile(
                f"--open-days takes days such as mon-fri or mon,wed,fri, not {text!r}."
            )
        start, end = DAYS.index(first), DAYS.index(last or first)
        # fri-mon goes over the end of the week.
        chosen |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return chosen


def _day_of(line: int, text: str, order: dates.Order) -> date:
    day = dates.days(text, order)
    if day is None or day.first != day.last:
        raise UnreadableFile(f"Line {line}: {text[:40]!r} is no day.")
    return day.first


def _count_of(line: int, text: str) -> int:
    """A whole number; an empty cell is no nought."""
    count = amounts.amount(text)
    if count is None or count < 0 or count != int(count):
        raise UnreadableFile(f"Line {line}: {text[:40]!r} is no count.")
    return int(count)


def _series(path: Path, open_days: set[int]) -> Counted:
    sheet = sheets.read(path.read_bytes(), path.name, needs=("date", "count"))
    by_day: dict[date, int] = {}
    order = orders.settle(Counter(cells["date"] for _, cells in sheet.as_dicts()), None).order
    for line, cells in sheet.as_dicts():
        day, count = _day_of(line, cells["date"], order), _count_of(line, cells["count"])
        if day in by_day:
            raise UnreadableFile(f"Line {line}: {day:%-d %B %Y} stands twice.")
        by_day[day] = count
    if not by_day:
        raise UnreadableFile("The series has no counts.")
    days = sorted(by_day)
    opens = days if _step(days) > 1 else [day for day in days if day.weekday() in open_days]
    closed = sorted({*days} - {*opens})
    _refuse_gaps(opens, open_days)
    return Counted(
        opens, list(map(by_day.__getitem__, opens)), [(day, by_day[day]) for day in closed]
    )


def _step(days: Sequence[date]) -> int:
    """How many days lie between two counts as a rule."""
    steps = Counter((after - day).days for day, after in pairwise(days))
    return steps.most_common(1)[0][0] if steps else 1


def _refuse_gaps(days: Sequence[date], open_days: set[int]) -> None:
    """A day without a line is no day with nought: nobody knows what was counted on it."""
    step = _step(days)
    if step > 7:
        return
    for day, after in pairwise(days):
        following = day + timedelta(days=step)
        while step == 1 and following.weekday() not in open_days:
            following += timedelta(days=1)
        if after != following:
            raise UnreadableFile(
                f"There is no count for {following:%-d %B %Y}. Write 0 if there was none, or say "
                "with --open-days on which days anybody counts."
            )


# --- The methods: settings by the names of the R package, with its defaults ---------------------


@dataclass(frozen=True)
class Method:
    """How counts are judged, and the settings that it takes with their defaults."""

    defaults: Mapping[str, Any]
    judge: Callable[[Sequence[int], dict[str, Any]], tuple[list[Judgement], dict[str, Any]]]


def _settings(method: str, pairs: Sequence[str]) -> dict[str, Any]:
    settings = dict(METHODS[method].defaults)
    by_name = {name.casefold(): name for name in settings}
    for text in pairs:
        name, _, answer = text.partition("=")
        known = by_name.get(name.strip().casefold())
        if known is None:
            raise UnreadableFile(
                f"{method} has no setting {name.strip()!r}. It has {', '.join(settings)}."
            )
        kind = type(settings[known]) if settings[known] is not None else float
        try:
            settings[known] = kind(answer.strip())
        except ValueError:
            raise UnreadableFile(f"{answer.strip()!r} can't be the setting {known}.") from None
        if kind is not str and not 0 <= settings[known] < math.inf:
            raise UnreadableFile(
                f"{answer.strip()!r} can't be the setting {known}: it is a number from nought up."
            )
    return settings


def _refuse_other_rhythm(days: Sequence[date], counts_a_year: int) -> None:
    """A series by the day that is judged as one by the week would be held against wrong weeks."""
    step = _step(days)
    if not 0.5 <= step * counts_a_year / DAYS_A_YEAR <= 2:
        raise UnreadableFile(
            f"farrington takes freq={counts_a_year} counts a year, and in this series they stand "
            f"{many(step, 'day')} apart. Count by the week, or set freq."
        )


def _ears(method: str) -> Method:
    def judge(
        counts: Sequence[int], settings: dict[str, Any]
    ) -> tuple[list[Judgement], dict[str, Any]]:
        from localwealth.watch.ears import ears

        if not 0 < settings["alpha"] < 1:
            raise ValueError(f"alpha lies between 0 and 1, and {settings['alpha']:g} does not.")
        judged = ears(
            counts, method=method, alpha=settings["alpha"], least_spread=settings["minSigma"]
        )
        return [
            Judgement(day.expected, day.upper, day.is_alarm, day.because) for day in judged
        ], settings

    return Method({"alpha": 0.025 if method == "C3" else 0.001, "minSigma": 0.0}, judge)


def _farrington(
    counts: Sequence[int], settings: dict[str, Any]
) -> tuple[list[Judgement], dict[str, Any]]:
    from localwealth.watch.farrington import Settings, farrington

    chosen = Settings(
        years=settings["b"],
        half_window=settings["w"],
        periods=settings["noPeriods"],
        weeks_left_out=settings["w"]
        if settings["pastWeeksNotIncluded"] is None
        else int(settings["pastWeeksNotIncluded"]),
        weighed_down_from=settings["weightsThreshold"],
        trend_below=settings["pThresholdTrend"],
        method=settings["thresholdMethod"],
        alpha=settings["alpha"],
        weeks_a_year=settings["freq"],
    )
    judged = farrington(counts, chosen)
    used = {**settings, "pastWeeksNotIncluded": chosen.left_out}
    return [
        Judgement(week.expected, week.upper, week.is_alarm, week.because or week.held_back)
        for week in judged
    ], used


def _cusum(
    counts: Sequence[int], settings: dict[str, Any]
) -> tuple[list[Judgement], dict[str, Any]]:
    from localwealth.watch.cusum import cusum

    learnt = settings["from"]
    if learnt < 1:
        raise ValueError("CUSUM needs at least one count to learn from.")
    waiting = [
        Judgement(
            None,
            None,
            False,
            f"cannot judge yet: it takes {many(learnt, 'earlier count')}, {at} so far",
        )
        for at in range(min(learnt, len(counts)))
    ]
    mean = settings["m"] or (sum(counts[:learnt]) / learnt)
    if mean <= 0:
        raise ValueError("Nothing was counted in the beginning, so nothing can be expected.")
    tail = counts[learnt:]
    summed = cusum(tail, [mean] * len(tail), k=settings["k"], h=settings["h"], begin_again=False)
    judged = [Judgement(day.expected, day.upper, day.is_alarm, "") for day in summed]
    return waiting + judged, {**settings, "m": mean}


METHODS: dict[str, Method] = {
    "c1": _ears("C1"),
    "c2": _ears("C2"),
    "c3": _ears("C3"),
    "farrington": Method(
        {
            "b": 5,
            "w": 3,
            "noPeriods": 1,
            "pastWeeksNotIncluded": None,
            "weightsThreshold": 2.58,
            "pThresholdTrend": 0.05,
            "thresholdMethod": "delta",
            "alpha": 0.05,
            "freq": 52,
        },
        _farrington,
    ),
    "cusum": Method({"k": 1.04, "h": 2.26, "m": None, "from": LEARNT}, _cusum),
}
