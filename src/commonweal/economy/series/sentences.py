"""Plain sentences made from figures: what changed, by how much, how sure. No cause is claimed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commonweal.design.words import day as in_words
from commonweal.design.words import figure, many

from ..models import Series
from .lines import Line, Point


def when(point: Point) -> str:
    """The period of a figure in words: on 31 July 2021, in October 2026, in 2019, from … to …."""
    first, last = point.first, point.last
    if first == last:
        return f"on {in_words(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"in {last:%B %Y}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"in {last.year}"
    return f"from {first:%B %Y} to {last:%B %Y}"


def day_in_short(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def period_of(point: Point) -> str:
    """Which twelve months, or month, or day: for a table."""
    if point.first == point.last:
        return day_in_short(point.last)
    if (point.first.year, point.first.month) == (point.last.year, point.last.month):
        return f"{point.last:%b %Y}"
    return f"{day_in_short(point.first)} to {day_in_short(point.last)}"


def what_changed(line: Line) -> str:
    """What the newest figure is, and how it compares with a year before and the highest."""
    newest, series = line.newest, line.series
    if newest is None:
        return f"No figure is given for {series.area_name}."
    sentences = [f"{_name_of(series)} {_stands(series, newest)} {_until(series, newest)}."]
    before = line.year_before
    if before is not None:
        sentences.append(_change(series, before, newest))
    highest = line.highest
    if highest and highest is not newest and highest is not before and series.kind == "stock":
        sentences.append(
            f"The highest of these figures is {series.write(highest.number)}, {when(highest)}."
        )
    return " ".join(sentences)


def _name_of(series: Series) -> str:
    group = f" ({series.group})" if series.group else ""
    return f"{series.title}{group} in {series.area_name}"


def _stands(series: Series, point: Point) -> str:
    """What a figure is, without its unit where the title has it: numbered 1,700; stood at 4%."""
    if series.counts:
        return f"numbered {figure(point.number)}"
    of = f" of {series.of}" if series.is_share and series.of else ""
    return f"stood at {series.write(point.number)}{of}"


def _until(series: Series, point: Point) -> str:
    """When; of what has ever been, by when."""
    if series.kind == "cumulative" and point.first == point.last:
        return f"by {in_words(point.last)}"
    return when(point)


def _change(series: Series, before: Point, now: Point) -> str:
    difference = _difference(before, now)
    since = f"than {when(before)}"
    if not difference:
        return f"That is the same as {when(before)}."
    comparative = "more" if difference > 0 else "fewer"
    if series.is_share:
        points = round(abs(difference), 1)
        comparative = "higher" if difference > 0 else "lower"
        noun = "percentage point,percentage points"
        return f"That is {many(points, noun)} {comparative} {since}."
    if not series.counts:
        comparative = "more" if difference > 0 else "less"
        return f"That is £{abs(difference):,.2f} {comparative} {since}.".replace(".00 ", " ")
    part = ""
    if before.number and before.number >= 100:
        part = f" ({abs(difference) / before.number:.0%})"
    return f"That is {abs(difference):,.0f} {comparative}{part} {since}."


def _difference(before: Point, now: Point) -> Decimal:
    return (now.number or Decimal(0)) - (before.number or Decimal(0))


def how_sure(line: Line) -> str:
    """How much of the newest figure, and of its change, can be leant on."""
    newest, series = line.newest, line.series
    if newest is None:
        return ""
    sentences = [*_of_the_change(line, newest)]
    if line.is_small(newest):
        sentences.append("It is a small number: a few more or fewer change it much.")
    if newest.figure.mark and newest.figure.mark != "small":
        sentences.append(f"Its publisher calls it {newest.figure.mark}.")
    if series.rounded_to > 1:
        sentences.append(f"Figures are rounded to {series.rounded_to}.")
    revision = line.largest_revision
    if revision is None:
        sentences.append("No later release has revised a figure here yet.")
    elif not revision:
        sentences.append("Later releases have changed no figure.")
    else:
        sentences.append(f"Revisions so far moved a figure by at most {_bare(series, revision)}.")
    return " ".join(sentences)


def _of_the_change(line: Line, newest: Point) -> list[str]:
    before = line.year_before
    if before is None:
        return ["There is no figure of a year before to hold it against."]
    difference = abs(_difference(before, newest))
    if difference and difference <= line.series.rounded_to and line.series.counts:
        return ["The change is not larger than the rounding: there may have been none."]
    revision = line.largest_revision
    if difference and revision and difference <= revision:
        return ["The change is not larger than earlier revisions: it may still go away."]
    return []


def _bare(series: Series, number: Decimal) -> str:
    if series.is_share:
        return many(round(number, 1), "percentage point,percentage points")
    return f"{number:,.0f}"


def elsewhere(line: Line, others: list[Line]) -> str:
    """How the same figure stands in the places beside; never a cause."""
    newest = line.newest
    if newest is None or not others:
        return ""
    same = [
        (place, point) for place in others for point in place.numbered if point.last == newest.last
    ]
    if not same:
        return f"No place beside has a figure for the same period ({period_of(newest)})."
    figures = ", ".join(f"{place.series.area_name} {place.shown(point)}" for place, point in same)
    return f"Beside it, {when(newest)}: {figures}."
