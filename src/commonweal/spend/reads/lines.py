"""Payments and suppliers, in lists and lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from commonweal.design.paging import A_PAGE
from localwealth.spend.industries import DIVISIONS
from localwealth.spend.measures import BANDS, OWNERSHIP

from .. import files
from ..models import Prepared, Route
from .scopes import Scope, anchor_names, band_names, year_words

ROWS = A_PAGE


# A part of a condition, and the values of its question marks.
Condition = tuple[str, list[Any]]
# How a payment is held against what is sought.
CONDITIONS = {
    "category": "coalesce(p.category, 'not stated') = ?",
    "size": "coalesce(p.size, 'unknown') = ?",
    "sic": "coalesce(left(p.sic, 2), 'unknown') = ?",
    "release": "p.release = ?",
    "quarter": "p.quarter = try_cast(? as date)",
}


@dataclass(frozen=True)
class Sought:
    """Which payments: a scope, and what of them."""

    scope: Scope
    band: str = ""
    category: str = ""
    kind: str = ""
    size: str = ""
    sic: str = ""
    supplier: str = ""
    release: str = ""
    quarter: str = ""
    between: bool = False

    @classmethod
    def of(cls, query: QueryDict, scope: Scope) -> Sought:
        names = ("band", "category", "kind", "size", "sic", "supplier", "release", "quarter")
        return cls(
            scope,
            **{name: query.get(name, "")[:200] for name in names},
            between=bool(query.get("between")),
        )

    @property
    def descriptions(self) -> list[str]:
        """What is sought, in words, beside the scope."""
        names = anchor_names()
        parts = []
        if self.scope.anchor:
            parts.append(f"of {names.get(self.scope.anchor, self.scope.anchor)}")
        if self.scope.year:
            parts.append(year_words(self.scope.year))
        if self.quarter:
            parts.append(f"in the three months from {self.quarter}")
        if self.band:
            parts.append(f"{band_names().get(self.band, self.band)} ({self.scope.place_words})")
        for name, wanted in (
            ("category", self.category),
            ("owner", self.kind),
            ("size", self.size),
        ):
            if wanted:
                parts.append(f"{name} “{wanted}”")
        if self.sic:
            parts.append(f"industry “{DIVISIONS.get(self.sic, self.sic)}”")
        if self.between:
            parts.append("between anchors")
        return parts

    def where(self) -> tuple[str, list[object]]:
        """The condition and its values."""
        parts, values = [], list[object]()
        for part, parameters in (*self._in_scope(), *self._of_payment(), *self._of_supplier()):
            parts.append(part)
            values += parameters
        return " and ".join(parts), values

    def _in_scope(self) -> Iterator[Condition]:
        yield "p.route = ?", [str(self.scope.route)]
        yield "p.to_anchor" if self.between else "not p.to_anchor", []
        if self.scope.anchor:
            yield "p.anchor = ?", [self.scope.anchor]
        if self.scope.year:
            yield "p.year = ?", [self.scope.year]
        if self.band in BANDS:
            yield f"p.{'site' if self.scope.place == 'site' else 'office'} = ?", [self.band]

    def _of_payment(self) -> Iterator[Condition]:
        for name, part in CONDITIONS.items():
            if wanted := getattr(self, name):
                yield part, [wanted]

    def _of_supplier(self) -> Iterator[Condition]:
        if self.kind == "unknown":
            yield "(p.kind is null or not list_contains(?, p.kind))", [list(OWNERSHIP)]
        elif self.kind:
            kinds = [kind for kind, owner in OWNERSHIP.items() if owner == self.kind]
            yield "list_contains(?, p.kind)", [kinds]
        if self.supplier:
            # The code of a payee who is not named can be worked out from a guessed name.
            yield (
                """p.supplier = (select supplier from suppliers
                where route = ? and supplier = ? and name is not null)""",
                [str(self.scope.route), self.supplier],
            )


@dataclass(frozen=True)
class Page:
    """A page of rows, with how many there are and what they come to."""

    rows: list[dict[str, Any]]
    number: int
    count: int
    amount: Decimal

    @property
    def pages(self) -> int:
        return max(-(-self.count // ROWS), 1)

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


_PAYMENT = """select p.anchor, p.day, p.amount, p.category, p.supplier, s.name, p.payee, p.release,
    p.line, p.reference, p.description, p.office, p.site, p.known
    from payments p left join suppliers s on s.route = p.route and s.supplier = p.supplier"""


def payments(prepared: Prepared, sought: Sought, number: int = 1) -> Page:
    """Payment lines, newest first."""
    where, values = sought.where()
    [total] = files.ask(
        prepared.version,
        f"""select coalesce(sum(lines), 0)::bigint as n, coalesce(sum(amount), 0) as amount
        from sums p where {where}"""
        if not sought.release
        else f"""select count(*) as n, coalesce(sum(amount), 0) as amount
        from payments p where {where}""",
        *values,
    )
    number = min(max(number, 1), max(-(-total["n"] // ROWS), 1))
    rows = files.ask(
        prepared.version,
        f"""{_PAYMENT} where {where}
        order by p.day desc nulls last, p.amount desc, p.release, p.line limit ? offset ?""",
        *values,
        ROWS,
        (number - 1) * ROWS,
    )
    return Page(rows, number, total["n"], total["amount"])


PAYMENT_COLUMNS = (
    "anchor",
    "day",
    "amount_gbp",
    "category",
    "payee",
    "supplier",
    "reference",
    "registered_office",
    "place_of_trading",
    "release",
    "line",
)


def payment_rows(prepared: Prepared, sought: Sought) -> Iterator[dict[str, Any]]:
    """Payment lines for a file, as they stand on the page."""
    where, values = sought.where()
    rows = files.stream(
        prepared.version, f"{_PAYMENT} where {where} order by p.release, p.line", *values
    )
    for row in rows:
        yield dict(
            zip(
                PAYMENT_COLUMNS,
                (
                    row["anchor"],
                    row["day"],
                    row["amount"],
                    row["category"] or "",
                    row["name"] or NOT_NAMED,
                    row["supplier"] if row["name"] else "",
                    row["reference"] or "",
                    row["office"],
                    row["site"],
                    row["release"],
                    row["line"],
                ),
                strict=True,
            )
        )


NOT_NAMED = "not named"


def suppliers(
    prepared: Prepared, scope: Scope, search: str = "", band: str = "", number: int = 1
) -> Page:
    """Who is paid, most money first. Those who may not be named stand in one row less: they are in
    every sum, and in no list."""
    where, values = Sought(scope, band=band).where()
    condition = "and contains(lower(s.name), lower(?))" if search else ""
    parameters = [*values, search] if search else values
    base = f"""from (
        select supplier, sum(amount) as amount, sum(lines)::bigint as lines,
            count(distinct anchor) as anchors, any_value(office) as office, any_value(kind) as kind
        from sums p where {where} and supplier is not null group by supplier) t
        join suppliers s on s.route = '{Route(scope.route).value}' and s.supplier = t.supplier
        where s.name is not null {condition}"""
    [total] = files.ask(
        prepared.version,
        f"select count(*) as n, coalesce(sum(t.amount), 0) as amount {base}",
        *parameters,
    )
    number = min(max(number, 1), max(-(-total["n"] // ROWS), 1))
    rows = files.ask(
        prepared.version,
        f"""select t.*, s.name, s.id {base} order by t.amount desc, s.name limit ? offset ?""",
        *parameters,
        ROWS,
        (number - 1) * ROWS,
    )
    for row in rows:
        row["owner"] = OWNERSHIP.get(row["kind"] or "", "unknown")
    return Page(rows, number, total["n"], total["amount"])


def supplier(prepared: Prepared, scope: Scope, code: str) -> dict[str, Any] | None:
    """One supplier that may be named: what it is, and what each anchor paid it in each year."""
    rows = files.ask(
        prepared.version,
        "select * from suppliers where route = ? and supplier = ? and name is not null",
        str(scope.route),
        code,
    )
    if not rows:
        return None
    firm = rows[0]
    firm["owner"] = OWNERSHIP.get(firm["kind"] or "", "unknown")
    firm["industry"] = DIVISIONS.get((firm["sic"] or "")[:2], "")
    firm["paid"] = files.ask(
        prepared.version,
        """select anchor, coalesce(year, '') as year, sum(lines)::bigint as lines,
            sum(amount) as amount
        from sums where route = ? and supplier = ? group by all order by year desc, anchor""",
        str(scope.route),
        code,
    )
    firm["names"] = files.ask(
        prepared.version,
        """select name as payee, sum(lines)::bigint as lines, sum(amount) as amount from sums
        where route = ? and supplier = ? group by name order by amount desc""",
        str(scope.route),
        code,
    )
    return firm
