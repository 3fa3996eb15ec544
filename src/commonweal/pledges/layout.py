"""How a publisher writes its file, and reading one row of it by that.

A layout is a TOML file. Each value of a row has a recipe: the ``column`` it stands in (or a fixed
``value``), with ``default``, ``strip``, ``prefix`` or a regular expression (``pattern``) where
needed; figures take ``percent``, dates ``plus_months`` and ``end_of_year``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings

from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from commonweal.partners.models import Sector, months_later
from localwealth.sources.totals import Sums, is_total
from localwealth.tables import dates, marks, orders

from .models import Measure

# How lists call the sectors.
SECTORS = {
    **{sector: sector for sector in Sector.values},
    **dict.fromkeys(("business", "company", "commercial", "preifat"), "private"),
    **dict.fromkeys(("charity", "community", "third", "vcse", "vcs", "gwirfoddol"), "voluntary"),
    **dict.fromkeys(("government", "statutory", "cyhoeddus"), "public"),
}
# What of a row is a day.
DAYS = ("due_on", "made_on", "claim_on")
FOLDER = Path(__file__).parent / "layouts"


@dataclass(frozen=True)
class RegisterLayout:
    """How one publisher writes its file; a TOML file in ``layouts``."""

    name: str
    title: str
    source: str
    must_have: list[str]
    rows: list[dict[str, Any]]
    blank: frozenset[str] = frozenset()
    measures: dict[str, dict[str, str]] = field(default_factory=dict)
    one_row_a_key: bool = False
    rows_are_claims: bool = False
    # Whether its rows must be promises that could be made on the page. Registers of others have
    # promises without a date or a target, and dates long past.
    checked: bool = False
    # Whether its columns were told on the page though its rows are another register's (`told`).
    is_told: bool = False
    # How the columns that it reads are headed in the file, where they were told.
    called: Mapping[str, str] = field(default_factory=dict)
    # In which order the dates of the whole file have day, month and year.
    order: dates.Order = "dmy"

    def part(self, recipe: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The recipe of one value of a row, with what its column is called to the sender."""
        part = recipe.get(name) or {}
        column = part.get("column", name)
        return {**part, "called": self.called.get(column, column), "order": self.order}

    @property
    def asks(self) -> bool:
        """Whether somebody may be asked what a row means."""
        return self.checked or self.is_told

    @property
    def columns(self) -> list[str]:
        """The columns that any of its recipes reads, as the publisher calls them."""
        named: dict[str, None] = {}
        for recipe in self.rows:
            named.update(dict.fromkeys([*recipe.get("key", []), *recipe.get("when", {})]))
            partner = recipe.get("partner", {})
            named.update(dict.fromkeys(partner.get("ids", [])))
            for part in (*recipe.values(), *partner.values()):
                if isinstance(part, dict) and "column" in part:
                    named[part["column"]] = None
        return list(named)


def layouts() -> list[RegisterLayout]:
    """The layouts that ship, and those of the town in ``var/layouts``."""
    town_folder = Path(settings.VAR) / "layouts"
    files = [*sorted(FOLDER.glob("*.toml")), *sorted(town_folder.glob("*.toml"))]
    return [read_layout(path) for path in files]


def is_register_of_others(source: str) -> bool:
    """Whether a layout reads the register of another body under this name."""
    registers = {layout.source.casefold() for layout in layouts() if not layout.checked}
    return source.casefold() in registers


def read_layout(path: Path) -> RegisterLayout:
    fields = tomllib.loads(path.read_text())
    fields["blank"] = frozenset(fields.get("blank", []))
    return RegisterLayout(**fields)


def layout_named(name: str) -> RegisterLayout:
    for layout in layouts():
        if layout.name == name:
            return layout
    known = ", ".join(layout.name for layout in layouts())
    raise Refused(f"There is no layout {name!r}. There are: {known}.")


def mapped(layout: RegisterLayout, sender: str, choice: Mapping[str, Any]) -> RegisterLayout:
    """The town's own layout as one sender writes it: its pledges are the sender's, known again by
    the same columns and never removed by a file whose columns are others."""
    source = sender or layout.source
    if not choice:
        return replace(layout, source=source)
    columns = hashlib.sha256("|".join(choice["columns"]).encode()).hexdigest()[:12]
    return replace(layout, source=source, name=f"{layout.name}-{columns}")


def told(layout: RegisterLayout, choice: Mapping[str, Any]) -> RegisterLayout:
    """A layout of the same register that nobody knows yet, its columns told on the page.

    Rows are read as in the town's own list, and may lack a target or a date, as in other layouts of
    the register; what is said there of a measure holds here: its shares are written as a fraction,
    and a promise that is on the register already goes on (``coarse``).
    """
    own_row = layout_named("commonweal").rows[0]
    columns = hashlib.sha256("|".join(choice["columns"]).encode()).hexdigest()[:12]
    of_measure = [
        (recipe["measure"]["value"], recipe)
        for recipe in layout.rows
        if "value" in recipe.get("measure", {})
    ]
    row = own_row | {
        "needs": [],
        "due_on": {"column": "due_on", "or_year": True},
        "coarse_of": {measure: recipe.get("coarse", "") for measure, recipe in of_measure},
        "shares": [m for m, recipe in of_measure if recipe.get("target", {}).get("percent")],
    }
    return replace(
        layout,
        name=f"{layout.name}-{columns}",
        must_have=[],
        rows=[row],
        one_row_a_key=False,
        rows_are_claims=False,
        is_told=True,
    )


class BadRow(Exception):
    """A row that can't be taken; the message is its reason."""


@dataclass
class WantedPledge:
    """What one row says, read by its layout. ``counts`` is the measure of that code, once it is
    known."""

    row: int
    partner_name: str
    sector: str
    ids: dict[str, str]
    base_key: str
    coarse: str
    statement: str
    measure: str
    baseline: Decimal | None
    target: Decimal | None
    due_on: date | None
    made_on: date | None
    owner_title: str
    who_benefits: str
    status: str
    reason: str
    effect: str
    claims: list[tuple[date | None, Decimal, str]]
    counts: Measure | None = None

    @property
    def has_an_unkept_remark(self) -> bool:
        """Whether it has a remark that, on a new pledge, stands beside nothing that is written."""
        is_beside = self.status or self.effect == "withdrawn" or any(why for *_, why in self.claims)
        return bool(self.reason) and not is_beside

    @property
    def from_to(self) -> str:
        """Its starting point and its target as a preview shows them, in the unit of the measure."""
        if self.counts is None:
            return ""
        start, end = (self.counts.write(figure) for figure in (self.baseline, self.target))
        return f"{start} to {end}"


def _picked(recipe: dict[str, Any], text: str) -> str:
    """The part of a cell that counts: without some signs, and what a pattern fits."""
    if text and "strip" in recipe:
        text = text.replace(recipe["strip"], "")
    if text and "pattern" in recipe:
        match = re.search(recipe["pattern"], text)
        text = match.group(1) if match else ""
    return text


def cell(recipe: dict[str, Any] | None, row: dict[str, str], blank: frozenset[str]) -> str:
    """One value of a row, as its recipe says; "" when the file gives none."""
    if recipe is None:
        return ""
    if "value" in recipe:
        return str(recipe["value"])
    text = row.get(recipe["column"], "").strip()
    if text in blank or marks.is_nothing(text):
        text = ""
    text = _picked(recipe, text) or str(recipe.get("default", ""))
    return f"{recipe.get('prefix', '')}{text}" if text else ""


def as_number(text: str, recipe: dict[str, Any]) -> Decimal | None:
    """A figure, with £, % and commas taken off. With ``percent``, 0.42 and 42% are both 42."""
    # Two figures behind a comma are no thousands.
    pointed = re.sub(r",(?=\d{1,2}%?$)", ".", text) if "." not in text else text
    bare = re.sub(r"[£$€,\s]", "", pointed)
    if not bare:
        return None
    try:
        figure = Decimal(bare.removesuffix("%"))
    except InvalidOperation:
        raise BadRow(f"{recipe['called']}: {text!r} is no number") from None
    if recipe.get("percent") and not bare.endswith("%") and abs(figure) <= 1:
        figure *= 100
    if not figure.is_finite() or abs(figure) >= 10**12:
        raise BadRow(f"{recipe['called']}: {text!r} is out of reach")
    return figure.quantize(Decimal("0.0001"))


def as_date(text: str, recipe: dict[str, Any]) -> date | None:
    """A date, in the order of the whole file. ``end_of_year`` turns 2030 into 31 December 2030."""
    if marks.is_no_date(text):
        return None
    if recipe.get("end_of_year"):
        match = re.fullmatch(r"(?:FY)?(\d{4})(?:\.0)?", text)
        if not match:
            raise BadRow(f"{recipe['called']}: {text!r} is no year")
        return date(int(match.group(1)), 12, 31)
    if recipe.get("or_year") and (year := re.fullmatch(r"(?:FY)?(20\d{2})(?:\.0)?", text)):
        return date(int(year.group(1)), 12, 31)
    days = dates.days(text, recipe.get("order", "dmy"))
    if days is None or not days.is_exact:
        raise BadRow(f"{recipe['called']}: {text!r} is no date")
    months = recipe.get("plus_months")
    return months_later(days.first, months) if months else days.first


def in_order(
    layout: RegisterLayout, rows: Sequence[Mapping[str, str]]
) -> tuple[RegisterLayout, str]:
    """A layout that reads dates as the whole file has them, and what somebody should look at (""
    for nothing)."""
    columns = {
        layout.part(recipe, name).get("column", name) for recipe in layout.rows for name in DAYS
    }
    texts = Counter(row[column] for row in rows for column in columns if row.get(column))
    settled = orders.settle(texts, None)
    return replace(layout, order=settled.order), settled.question


def squash(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _ids_of(layout: RegisterLayout, recipe: dict[str, Any], row: dict[str, str]) -> dict[str, str]:
    """The identifiers of a partner that the file gives, by column."""
    ids = {column: marks.said(row.get(column, "").strip()) for column in recipe.get("ids", [])}
    return {c: identifier for c, identifier in ids.items() if identifier not in ("", *layout.blank)}


def _claims(
    layout: RegisterLayout, on: date | None, claimed: Decimal | None, reason: str
) -> list[tuple[date | None, Decimal, str]]:
    """What a row says was reached; its reason is the claim's where each row is a claim."""
    if claimed is None:
        return []
    return [(on, claimed, reason if layout.rows_are_claims else "")]


def read_row(layout: RegisterLayout, number: int, row: dict[str, str]) -> WantedPledge:
    """Read one row by its layout, or raise `BadRow` with the reason."""
    recipe = _recipe_for(layout, row)

    def text(name: str) -> str:
        return squash(cell(recipe.get(name), row, layout.blank))

    measure = text("measure")

    def figure(name: str) -> Decimal | None:
        part = layout.part(recipe, name)
        is_share = part.get("percent") or measure in recipe.get("shares", ())
        return as_number(text(name), {**part, "percent": is_share})

    def day(name: str) -> date | None:
        return as_date(text(name), layout.part(recipe, name))

    name, sector = _partner_of(layout, recipe["partner"], row)
    statement = text("statement")
    if not statement:
        raise BadRow(_missing("the text of the promise", row))
    target, due_on = figure("target"), day("due_on")
    for needed in recipe.get("needs", []):
        if {"target": target, "due_on": due_on}[needed] is None:
            raise BadRow(f"{layout.part(recipe, needed)['called']} is missing")
    status, claimed, claim_on = text("status"), figure("claim"), day("claim_on")
    reason = text("reason")
    return WantedPledge(
        row=number,
        partner_name=name,
        sector=sector,
        ids=_ids_of(layout, recipe["partner"], row),
        base_key=_key_of(recipe, row),
        coarse=recipe.get("coarse", "") or recipe.get("coarse_of", {}).get(measure, ""),
        statement=kept_whole(statement, 4000, "promise", BadRow),
        measure=measure,
        baseline=figure("baseline"),
        target=target,
        due_on=due_on,
        made_on=day("made_on"),
        owner_title=kept_whole(text("owner_title"), 100, "owner's title", BadRow),
        who_benefits=kept_whole(text("who_benefits"), 200, "“who benefits”", BadRow),
        status=status,
        reason=reason,
        effect=recipe.get("effects", {}).get(status.casefold(), ""),
        claims=_claims(layout, claim_on, claimed, reason),
    )


def _missing(what: str, row: dict[str, str]) -> str:
    """Why a row that lacks something is no promise."""
    is_sum = is_total(list(row.values()), {}, None, Sums())
    return "it is a line of totals" if is_sum else f"{what} is missing"


def who_and_key(layout: RegisterLayout, row: dict[str, str]) -> tuple[str, str]:
    """Whose promise a row is about, and by what it is known again, as far as a row that can't be
    taken says so ("" where it doesn't)."""
    try:
        recipe = _recipe_for(layout, row)
    except BadRow:
        return "", ""
    return squash(cell(recipe["partner"]["name"], row, layout.blank)), _key_of(recipe, row)


def _key_of(recipe: dict[str, Any], row: dict[str, str]) -> str:
    return "|".join(squash(marks.said(row.get(column, ""))).casefold() for column in recipe["key"])


def _recipe_for(layout: RegisterLayout, row: dict[str, str]) -> dict[str, Any]:
    """How this kind of row is read."""
    for recipe in layout.rows:
        if all(row.get(k, "").strip() == v for k, v in recipe.get("when", {}).items()):
            return recipe
    columns = sorted({k for recipe in layout.rows for k in recipe.get("when", {})})
    raise BadRow(f"no kind of row is known with this {' and '.join(columns)}")


def _partner_of(
    layout: RegisterLayout, recipe: dict[str, Any], row: dict[str, str]
) -> tuple[str, str]:
    """(name, sector) of the organisation that promises; the sector "" where it isn't said."""
    name = squash(cell(recipe["name"], row, layout.blank))
    if not name:
        raise BadRow(_missing("the name of the organisation", row))
    if len(name) > 200:
        raise BadRow("the name of the organisation is longer than 200 characters")
    sector_name = squash(cell(recipe.get("sector"), row, layout.blank)).casefold()
    if sector_name in marks.NOTHING:
        # Known where the organisation is, else asked.
        return name, ""
    sector = SECTORS.get(sector_name.removesuffix("sector").strip(), "")
    if not sector:
        raise BadRow(f"the sector {sector_name!r} is none of public, private, voluntary")
    return name, sector
