"""What pages read of closed statements, and the rows that each figure is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.template.defaultfilters import pluralize

from commonweal.design.bars import written
from commonweal.design.words import many
from commonweal.partners.models import months_later
from commonweal.pledges.ledger import coded_pledges
from commonweal.pledges.models import Pledge
from commonweal.pledges.standing import WORDS as STANDINGS

from . import columns, cutting
from . import statement as st
from .account import rows_of
from .models import Period, Statement


def get_closed(code: str, number: int | None = None) -> Statement:
    """A closed statement: the newest of its period, or the one of a number.

    Raises
    ------
    Http404
        There is none, or it is not closed: the two look the same.
    """
    statements = Statement.objects.closed().select_related("period").filter(period__code=code)
    if number is not None:
        statements = statements.filter(number=number)
    statement = statements.order_by("-number").first()
    if statement is None:
        raise Http404
    return statement


def newest() -> Statement | None:
    """The newest closed statement of the newest period that has one."""
    return (
        Statement.objects.closed()
        .select_related("period")
        .order_by("-period__ends_on", "-number")
        .first()
    )


@dataclass(frozen=True)
class PeriodLine:
    """A period with its closed statements, newest first."""

    period: Period
    statements: list[Statement]


def periods() -> list[PeriodLine]:
    """Periods with something closed; others are no business of the public."""
    by_period: dict[int, list[Statement]] = {}
    for statement in Statement.objects.closed().defer("canonical", "content").order_by("-number"):
        by_period.setdefault(statement.period_id, []).append(statement)
    return [
        PeriodLine(period, by_period[period.pk])
        for period in Period.objects.all()
        if period.pk in by_period
    ]


def beside(period: Period) -> dict[str, Period | None]:
    """The periods with closed books before and after one."""
    closed = Period.objects.filter(statements__state=Statement.State.CLOSED)
    return {
        "earlier": closed.filter(ends_on__lt=period.starts_on).order_by("-ends_on").first(),
        "later": closed.filter(starts_on__gt=period.ends_on).order_by("starts_on").first(),
    }


def next_period(today: date) -> dict[str, Any]:
    """What a new period is proposed to be: as long as the last one, from the day after it; the
    quarter of today where there is none. By its field in the form."""
    last = Period.objects.order_by("-ends_on").first()
    if last is None:
        starts_on, months = date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3
    else:
        starts_on, months = last.ends_on + timedelta(days=1), _months_of(last)
    ends_on = months_later(starts_on, months) - timedelta(days=1)
    code = f"{starts_on:%Y-%m}"
    if months == 3 and starts_on.month % 3 == 1:
        code = f"{starts_on.year}-q{starts_on.month // 3 + 1}"
    first = f"{starts_on:%B}" if starts_on.year == ends_on.year else f"{starts_on:%B %Y}"
    return {
        "title": f"{first} to {ends_on:%B %Y}" if months > 1 else f"{ends_on:%B %Y}",
        "code": code,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def _months_of(period: Period) -> int:
    """How many months a period has, to the nearest; one at least."""
    return max(round(((period.ends_on - period.starts_on).days + 1) / 30.44), 1)


def by_theme(content: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines of an account under their themes, in the order in which it has them."""
    themes: dict[str, list[dict[str, Any]]] = {}
    for line in content["lines"]:
        themes.setdefault(line["theme_name"], []).append(line)
    return list(themes.items())


# How each movement that leaves what is open is said of so many promises.
LEFT = {
    "verified": "as verified: met",
    "partly": "as met in part",
    "claimed": "as claimed only",
    "not_met": "as not met",
    "withdrawn": "as withdrawn",
    "lapsed": "as lapsed",
}


def _movements(moved: list[tuple[str, int]]) -> str:
    """How many more or fewer stand otherwise than open; the verb stands once, with the first."""
    parts = [
        (f"{abs(count):,} {'more' if count > 0 else 'fewer'}", LEFT[name]) for name, count in moved
    ]
    stand = "stands" if abs(moved[0][1]) == 1 else "stand"
    (first, first_words), *further = parts
    sentences = [f"{first} {stand} {first_words}"]
    return "; ".join([*sentences, *(" ".join(part) for part in further)])


def in_words(content: dict[str, Any]) -> str:
    """The statement in one sentence, and the sum that it makes.

    Examples
    --------
    >>> in_words({"totals": {"opening": 9, "made": 2, "changed": 0, "verified": 4, "partly": 0,
    ...     "claimed": -1, "not_met": 0, "withdrawn": 1, "lapsed": 0, "closing": 7}})
    '9 promises stood open at the start and 2 were made. 4 more stand as verified: met; 1 more \
as withdrawn; 1 fewer as claimed only. 7 stood open at the end: 9 + 2 - 4 - 1 + 1 = 7.'
    """
    totals = content["totals"]
    moved = sorted(
        ((name, int(totals[name])) for name in LEFT if totals[name]),
        key=lambda movement: movement[1] < 0,
    )
    between = f" {_movements(moved)}." if moved else ""
    if apart := int(totals.get("apart", 0)):
        between += f" {_stand_apart(apart)}"
        moved.append(("apart", apart))
    signed = "".join(f" {'-' if count > 0 else '+'} {abs(count):,}" for _, count in moved)
    opening, promised, closing = (int(totals[name]) for name in ("opening", "made", "closing"))
    return (
        f"{many(opening, 'promise')} stood open at the start and "
        f"{many(promised, 'was,were')} made.{between} {closing:,} stood open at the end: "
        f"{opening:,} + {promised:,}{signed} = {closing:,}."
    )


def _stand_apart(count: int) -> str:
    """What the statement before still counted and this one lets go."""
    return (
        f"{many(count, 'promise')} of other bodies’ registers, counted until then, "
        f"{pluralize(count, 'stands,stand')} apart from now on."
    )


@dataclass(frozen=True)
class Column:
    """A column of the statement: its name, its heading, and how it works on what is open."""

    name: str
    words: str
    short: str
    sign: str


SIGNS = {"opening": "", "closing": "=", "made": "+", "changed": "+"}


def columns_of(content: dict[str, Any]) -> list[Column]:
    """The columns that a statement has, in their order."""
    return [
        Column(n, columns.WORDS[n], columns.SHORT[n], SIGNS.get(n, "-"))
        for n in columns.names_in(content)
    ]


@dataclass(frozen=True)
class Row:
    """One promise in a figure: its part, in the figure's unit."""

    pledge: Pledge
    part: str
    standing: str


@dataclass
class Figure:
    """A figure of a statement with the rows that it is made of."""

    statement: Statement
    line: dict[str, Any]
    column: Column
    in_unit: bool
    value: str
    rows: list[Row]
    total: str

    @property
    def adds_up(self) -> bool:
        return self.value == self.total


def _line_of(content: dict[str, Any], theme: str, measure: str) -> dict[str, Any]:
    for line in content["lines"]:
        if (line["theme"], line["measure"]) == (theme, measure):
            return dict(line)
    raise Http404


def _column_of(content: dict[str, Any], name: str) -> Column:
    for column in columns_of(content):
        if column.name == name:
            return column
    raise Http404


def figure(statement: Statement, theme: str, measure: str, name: str, *, in_unit: bool) -> Figure:
    """The rows behind one figure, read from the ledger as at the closing moment."""
    content = cutting.load(statement)
    line, column = _line_of(content, theme, measure), _column_of(content, name)
    if in_unit and line["amount"] is None:
        raise Http404
    cuts = cutting.Cuts.of(content)
    # The pledge's own columns only narrow the search; the entries decide.
    pledges = coded_pledges(
        cuts.closing.seq, pledge__measure__code=measure, pledge__theme__code=theme
    )
    parts = list(
        rows_of(
            pledges,
            cuts.opening,
            cuts.closing,
            cuts.opening_days,
            cuts.closing_days,
            name,
            in_unit=in_unit,
        )
    )
    by_code = st.pledges_of([code for code, _, _ in parts])
    unit, kind = (line["unit"], line["kind"]) if in_unit else ("", "")
    rows = [
        Row(by_code[code], written(part, unit, kind), STANDINGS[standing])
        for code, part, standing in parts
    ]
    rows.sort(key=lambda row: (row.pledge.partner.name, row.pledge.statement))
    source = line["amount"] if in_unit else line["promises"]
    total = sum((part for _, part, _ in parts), Decimal(0))
    return Figure(
        statement,
        line,
        column,
        in_unit,
        written(Decimal(str(source[name])), unit, kind),
        rows,
        written(total, unit, kind),
    )
