"""In which order the dates of a whole column have day, month and year."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from localwealth.tables.dates import Days, Order, days, is_number_date, is_of_two_figures, month_of
from localwealth.words import many


@dataclass(frozen=True)
class Settled:
    """In which order a file's dates are read, why, and whether anybody must be asked."""

    order: Order
    reason: str
    asks: bool = False

    @property
    def question(self) -> str:
        """What is asked, "" where nobody need be."""
        if not self.asks:
            return ""
        of_year = "the day or the year" if "may be" in self.reason else "the day or the month"
        return f"Is {of_year} first in its dates? {self.reason}."


IN_WORDS: dict[Order, str] = {
    "dmy": "day first",
    "mdy": "month first",
    "ymd": "year, month, day",
    "ydm": "year, day, month",
    "yymd": "year first, in two figures",
}
# Of fewer years than this dates may well be that have the year behind.
_YEARS_LEAST = 3
# Fewer doubtful dates don't outweigh those that are sure.
DOUBTFUL_LEAST = 10


@dataclass
class _Evidence:
    """Of a column's dates of three numbers: what is read in the usual order alone, in the other
    alone, and in both to two days; and which say their month by themselves; each with how often it
    stands there."""

    usual: Order
    unusual: Order
    only_usual: Counter[Days] = field(default_factory=Counter)
    only_other: Counter[Days] = field(default_factory=Counter)
    both: Counter[tuple[Days, Days]] = field(default_factory=Counter)
    sure: Counter[Days] = field(default_factory=Counter)

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> _Evidence:
        """Where the year stands in front in most texts, that is usual; else the day."""
        leading = sum(
            count
            for text, count in numbers.items()
            if len(re.split(r"[/.\- ]", text.strip())[0]) == 4
        )
        is_year_first = leading * 2 > sum(numbers.values())
        evidence = cls(*(("ymd", "ydm") if is_year_first else ("dmy", "mdy")))
        for text, count in numbers.items():
            evidence._weigh(days(text, evidence.usual), days(text, evidence.unusual), count)
            # With its year behind and its day beyond 12 a date says its month, whatever the order
            # of those that have the year in front.
            if is_year_first and _is_sure(text) and (day := days(text, "dmy") or days(text, "mdy")):
                evidence.sure[day] += count
        return evidence

    def _weigh(self, usually: Days | None, unusually: Days | None, count: int) -> None:
        if usually and unusually:
            if usually != unusually:
                self.both[usually, unusually] += count
        elif usually:
            self.only_usual[usually] += count
        elif unusually:
            self.only_other[unusually] += count

    def months(self) -> Days | None:
        """The months in which the dates lie that are sure."""
        sure = [*self.only_usual, *self.only_other] or [*self.sure]
        if not sure:
            return None
        return Days(min(d.first for d in sure).replace(day=1), max(_month_end(d) for d in sure))


def _is_sure(text: str) -> bool:
    """Whether a date with its year behind is one in only one order of day and month."""
    return not re.match(r"\s*\d{4}", text) and bool(days(text, "dmy")) != bool(days(text, "mdy"))


def _month_end(span: Days) -> date:
    return month_of(span.last.year, span.last.month).last


def settle(texts: Counter[str], stated: Days | None, *, latest: date | None = None) -> Settled:
    """Settle the order of day, month and year from the whole file, against its stated period.

    Texts that can be read in one way only tell the order, and in which months the file lies. Of
    those that can be read in two, each reading is held against the stated period, else against
    those months. Where neither decides, the day is taken to be first (or the year, where four
    figures stand in front), and it is asked about. ``texts`` says how often each text stands there;
    after ``latest`` no date of theirs can be.
    """
    numbers = {text: count for text, count in texts.items() if is_number_date(text)}
    if not numbers:
        return Settled("dmy", "the dates name their month")
    two_figures = _TwoFigures.of(numbers, latest)
    if (of_twos := two_figures.year_first(stated)) is not None:
        return of_twos
    settled = _day_or_month(numbers, stated)
    if settled.order == "dmy" and two_figures.is_doubtful(stated):
        return two_figures.asked()
    return settled


def _day_or_month(numbers: Mapping[str, int], stated: Days | None) -> Settled:
    """Whether the day or the month is first, or behind the year."""
    evidence = _Evidence.of(numbers)
    usual, unusual = evidence.usual, evidence.unusual
    # 25/04 and 04/25 in one file are of two hands: only where all sure ones agree is that enough.
    if evidence.only_other and not evidence.only_usual:
        return Settled(unusual, _sure(unusual, evidence.only_other))
    within = stated or evidence.months()
    if evidence.both and within and (order := _held_against(evidence, within)):
        # One date that is sure, and two that would be of other months, are of two hands or of one.
        is_against_few = order.order == unusual and evidence.both.total() < DOUBTFUL_LEAST
        return replace(order, asks=is_against_few and not stated and bool(evidence.only_usual))
    if evidence.only_usual:
        return Settled(usual, _sure(usual, evidence.only_usual))
    if not evidence.both:
        return Settled(usual, IN_WORDS[usual])
    # A year in front is hardly ever followed by the day, so nobody need be asked.
    reason = f"{IN_WORDS[usual]}, as is usual here: nothing in the file decides"
    return Settled(usual, reason, asks=usual == "dmy")


def _meant(texts: Iterable[str], order: Order, latest: date | None) -> dict[str, Days]:
    """What texts mean in an order, without those that are no day there, or one to come."""
    days_of = {text: days(text, order) for text in texts}
    return {
        text: day for text, day in days_of.items() if day and not (latest and day.first > latest)
    }


@dataclass
class _TwoFigures:
    """Dates of three numbers of two figures each, how often each stands there, and what each is in
    each of the orders; of a column in which most are otherwise, none."""

    texts: Counter[str]
    meant: dict[Order, dict[str, Days]]

    @classmethod
    def of(cls, numbers: Mapping[str, int], latest: date | None) -> _TwoFigures:
        """Of a column's dates of three numbers; none after ``latest``."""
        texts = Counter({text: n for text, n in numbers.items() if is_of_two_figures(text)})
        if texts.total() * 2 <= sum(numbers.values()):
            texts.clear()
        orders: tuple[Order, ...] = ("yymd", "dmy", "mdy")
        return cls(texts, {order: _meant(texts, order, latest) for order in orders})

    def year_first(self, stated: Days | None) -> Settled | None:
        """The year first, where the column shows it: more of it can be read so, or lies in the
        stated period, or it is of one year or two instead of many. None where it doesn't."""
        read = self._counts()
        if not read["yymd"] or read["yymd"] < max(read["dmy"], read["mdy"]):
            return None
        reason = ""
        if read["yymd"] > max(read["dmy"], read["mdy"]):
            reason = f"{many(read['yymd'], 'date')} can be read so, and fewer in any other way"
        elif stated and any(inside := self._counts(stated).values()):
            years, *others = inside
            if years > max(others):
                reason = f"it puts {many(years, 'date')} into the file's own months"
        else:
            years, others_least = self._years()
            if others_least >= _YEARS_LEAST and years * 2 <= others_least:
                reason = f"else its dates would be of {many(others_least, 'year')}, not {years}"
        return Settled("yymd", f"{IN_WORDS['yymd']}: {reason}") if reason else None

    def is_doubtful(self, stated: Days | None) -> bool:
        """Whether nothing tells if the year is first. Only between hyphens it may well be."""
        read, (years, others_least) = self._counts(), self._years()
        return (
            stated is None
            and bool(read["yymd"])
            and read["yymd"] >= max(read["dmy"], read["mdy"])
            and years <= others_least
            and all("-" in text for text in self.texts)
            and self.meant["yymd"] != self.meant["dmy"]
        )

    def asked(self) -> Settled:
        """The day first, which is asked about, with one of the dates."""
        text = next(iter(self.texts))
        years, days_first = self.meant["yymd"][text].first, self.meant["dmy"][text].first
        reason = (
            f"day first, as is usual here, though {text.strip()!r} may be "
            f"{days_first:%-d %B %Y} or {years:%-d %B %Y}"
        )
        return Settled("dmy", reason, asks=True)

    def _counts(self, within: Days | None = None) -> dict[Order, int]:
        """How many can be read in each order, or lie there in a stated period."""
        return {
            order: sum(
                self.texts[text]
                for text, day in days_of.items()
                if within is None or day.touches(within)
            )
            for order, days_of in self.meant.items()
        }

    def _years(self) -> tuple[int, int]:
        """Of how many years the dates are with the year first, and otherwise at the least."""
        years, *others = (
            len({day.first.year for day in days_of.values()}) for days_of in self.meant.values()
        )
        return years, min(count for count in (*others, sys.maxsize) if count)


def _sure(order: Order, dates: Counter[Days]) -> str:
    return f"{IN_WORDS[order]}: {many(dates.total(), 'date')} can be read in no other way"


def _held_against(evidence: _Evidence, within: Days) -> Settled | None:
    """The order in which more of the doubtful dates lie in the file's own months."""
    both = evidence.both
    ones = sum(count for (usually, _), count in both.items() if usually.touches(within))
    twos = sum(count for (_, unusually), count in both.items() if unusually.touches(within))
    # Against what is usual it must speak clearly: of the texts of one month some lie in it in
    # the wrong order too, but not one in five.
    if twos > ones and ones * 5 < both.total():
        order, count = evidence.unusual, twos
    elif ones > twos:
        order, count = evidence.usual, ones
    else:
        return None
    return Settled(
        order,
        f"{IN_WORDS[order]}: it puts {count:,} of {many(both.total(), 'doubtful date')} into the "
        "file's own months",
    )
