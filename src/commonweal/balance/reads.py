"""What pages read of closed statements, and the rows that each figure is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404

from commonweal.design.bars import written
from commonweal.pledges.ledger import coded_pledges
from commonweal.pledges.models import Pledge
from commonweal.pledges.standing import WORDS as STANDINGS

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
    found = Statement.objects.closed().select_related("period").filter(period__code=code)
    if number is not None:
        found = found.filter(number=number)
    statement = found.order_by("-number").first()
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
    for one in Statement.objects.closed().defer("canonical", "content").order_by("-number"):
        by_period.setdefault(one.period_id, []).append(one)
    return [
        PeriodLine(one, by_period[one.pk]) for one in Period.objects.all() if one.pk in by_period
    ]


def by_theme(content: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines of an account under their themes, in the order in which it has them."""
    themes: dict[str, list[dict[str, Any]]] = {}
    for line in content["lines"]:
        themes.setdefault(line["theme_name"], []).append(line)
    return list(themes.items())


def in_words(content: dict[str, Any]) -> str:
    """The statement in one sentence."""
    t = content["totals"]
    settled = t["verified"]
    return (
        f"{t['opening']:,} promises stood open at the start. {t['made']:,} were made; {settled:,} "
        f"more were verified as met, {t['partly']:,} met in part, {t['not_met']:,} not met; "
        f"{t['withdrawn']:,} were withdrawn and {t['lapsed']:,} lapsed. "
        f"{t['closing']:,} stood open at the end."
    )


@dataclass(frozen=True)
class Column:
    """A column of the statement: its name, its heading, and how it works on what is open."""

    name: str
    words: str
    short: str
    sign: str


SIGNS = {"opening": "", "closing": "=", "made": "+", "changed": "+"}
COLUMNS = [Column(n, st.WORDS[n], st.SHORT[n], SIGNS.get(n, "-")) for n in st.COLUMNS]


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


def figure(statement: Statement, theme: str, measure: str, name: str, *, in_unit: bool) -> Figure:
    """The rows behind one figure, read from the ledger as at the closing moment."""
    content = st.load(statement)
    line = next(
        (one for one in content["lines"] if (one["theme"], one["measure"]) == (theme, measure)),
        None,
    )
    column = next((one for one in COLUMNS if one.name == name), None)
    if line is None or column is None or (in_unit and line["amount"] is None):
        raise Http404
    cuts = st.Cuts.of(content)
    # The pledge's own columns only narrow the search; the entries decide.
    pledges = coded_pledges(
        cuts.closing.seq, pledge__measure__code=measure, pledge__theme__code=theme
    )
    found = list(
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
    by_code = st.pledges_of([code for code, _, _ in found])
    unit, kind = (line["unit"], line["kind"]) if in_unit else ("", "")
    rows = [
        Row(by_code[code], written(part, unit, kind), STANDINGS[standing])
        for code, part, standing in found
    ]
    rows.sort(key=lambda row: (row.pledge.partner.name, row.pledge.statement))
    source = line["amount"] if in_unit else line["promises"]
    total = sum((part for _, part, _ in found), Decimal(0))
    return Figure(
        statement, line, column, in_unit, written(Decimal(str(source[name])), unit, kind), rows,
        written(total, unit, kind),
    )  # fmt: skip
