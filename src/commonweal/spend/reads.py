"""What pages, CSV and metrics read: prepared figures by scope, suppliers, payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import QueryDict

from commonweal.partners.models import Partner, months_later
from commonweal.places.models import the_town
from localwealth.spend.industries import DIVISIONS
from localwealth.spend.measures import BANDS, OWNERSHIP

from . import files
from .models import ROUTE_WORDS, Anchor, Bands, Figures, Prepared, Release, Route

ROWS = 50
PLACES = {"office": "registered office", "site": "place of trading"}
NIL = Decimal(0)


def current() -> Prepared | None:
    """What counts now; None where no release counts, or where its tables must be made anew."""
    prepared = Prepared.objects.filter(is_current=True, format=files.FORMAT).first()
    return prepared if prepared and files.prepared(prepared.version).exists() else None


def must_be_made_anew() -> bool:
    """Whether figures counted whose tables an older version made, or that are lost."""
    return current() is None and Prepared.objects.filter(is_current=True).exists()


def band_names() -> dict[str, str]:
    """What each band is called here."""
    bands = Bands.objects.filter(id=1).first() or Bands()
    county, region = bands.county_name, bands.region_name
    return {
        "town": f"In {the_town().name}",
        "county": f"Elsewhere in {county}" if county else "Elsewhere in the county",
        "region": f"Elsewhere in {region}" if region else "Elsewhere in the region",
        "nation": "Elsewhere in the United Kingdom",
        "abroad": "Abroad",
        "unknown": "Not known where",
    }


# --- What is asked for --------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """What a page is about: a route, an anchor or all (""), a financial year or all (""), and by
    which place: registered office or place of trading."""

    route: str = Route.PUBLISHED
    anchor: str = ""
    year: str = ""
    place: str = "office"

    def query(self, **changes: str) -> str:
        """As the end of an address."""
        parts = {"route": self.route, "anchor": self.anchor, "year": self.year, "place": self.place}
        usual = {"route": Route.PUBLISHED, "place": "office"}
        parts = {k: v for k, v in (parts | changes).items() if v and usual.get(k) != v}
        return f"?{urlencode(parts)}" if parts else ""

    @property
    def place_words(self) -> str:
        return PLACES[self.place]

    @property
    def route_words(self) -> str:
        return ROUTE_WORDS[self.route]


@dataclass(frozen=True)
class Choices:
    """What one may ask for: each as (value, words)."""

    routes: list[tuple[str, str]]
    anchors: list[tuple[str, str]]
    years: list[tuple[str, str]]
    places: list[tuple[str, str]]


def choices(prepared: Prepared, scope: Scope) -> Choices:
    scopes = list(prepared.figures.values_list("route", "anchor", "year"))
    names = anchor_names()
    routes = sorted({route for route, _, _ in scopes}, reverse=True)
    of_route = [(anchor, year) for route, anchor, year in scopes if route == scope.route]
    codes = sorted(
        {anchor for anchor, _ in of_route if anchor}, key=lambda code: names.get(code, code)
    )
    years = sorted({year for _, year in of_route if year}, reverse=True)
    return Choices(
        [(route, ROUTE_WORDS[route].capitalize()) for route in routes],
        [("", "All anchors"), *((code, names.get(code, code)) for code in codes)],
        [("", "All years"), *((year, year_words(year)) for year in years)],
        [(place, label.capitalize()) for place, label in PLACES.items()],
    )


def year_words(year: str) -> str:
    """A financial year by its first and last month."""
    return f"April {year[:4]} to March {int(year[:4]) + 1}"


def scope_of(query: QueryDict, prepared: Prepared) -> Scope:
    """What somebody asks for; what is not there is read as all."""
    scopes = set(prepared.figures.values_list("route", "anchor", "year"))
    route = query.get("route", Route.PUBLISHED)
    routes = {known for known, _, _ in scopes}
    if route not in routes:
        route = Route.PUBLISHED if Route.PUBLISHED in routes else Route.LEDGER
    anchor, year = query.get("anchor", ""), query.get("year", "")
    if (route, anchor, "") not in scopes:
        anchor = ""
    if (route, anchor, year) not in scopes:
        year = ""
    place = query.get("place", "office")
    return Scope(str(route), anchor, year, place if place in PLACES else "office")


def anchor_names() -> dict[str, str]:
    return dict(Anchor.objects.values_list("partner__code", "partner__name"))


def figures(prepared: Prepared, scope: Scope) -> dict[str, Any] | None:
    """All measures of a scope; None where there is no payment in it."""
    scoped = prepared.figures.filter(
        route=scope.route, anchor=scope.anchor, year=scope.year
    ).first()
    content: dict[str, Any] | None = scoped.content if scoped else None
    return content


# --- The local share ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """Pounds that stay in the town, at least and at most, of all; and what is not known where."""

    low: Decimal
    high: Decimal
    total: Decimal

    @property
    def unknown(self) -> Decimal:
        return self.high - self.low

    @property
    def at_least(self) -> Decimal | None:
        return self.low * 100 / self.total if self.total > 0 else None

    @property
    def at_most(self) -> Decimal | None:
        return self.high * 100 / self.total if self.total > 0 else None

    @property
    def percentages(self) -> str:
        """In words: at least and at most, or the two as one."""
        if self.at_least is None or self.at_most is None:
            return "not shown"
        if f"{self.at_least:.1f}" == f"{self.at_most:.1f}":
            return f"{self.at_least:.1f}%"
        return f"{self.at_least:.1f}% to {self.at_most:.1f}%"


def share_in(content: dict[str, Any], place: str) -> Share:
    town = content[place]["town_gbp"]
    return Share(Decimal(town["at_least"]), Decimal(town["at_most"]), Decimal(town["of"] or 0))


def local_share(anchor: Partner, first: date, last: date) -> Share | None:
    """An anchor's share by registered office, in payments of some days, from its published files
    or, where it has none, its own ledger. None where nothing was paid, or files of these days
    are missing: the newest payment lies before the last month of the period.

    Payments to other anchors are left out.
    """
    prepared = current()
    if prepared is None:
        return None
    for route in (Route.PUBLISHED, Route.LEDGER):
        [sums] = files.ask(
            prepared.version,
            """select sum(amount) as whole, max(day) as newest,
                sum(amount) filter (office = 'town') as low,
                sum(amount) filter (office = 'unknown') as unknown
            from payments where route = ? and anchor = ? and day between ? and ?
                and not to_anchor""",
            str(route),
            anchor.code,
            first,
            last,
        )
        if sums["whole"] is None:
            continue
        if sums["newest"] <= months_later(last + timedelta(days=1), -1) - timedelta(days=1):
            return None
        low = sums["low"] or NIL
        return Share(low, low + (sums["unknown"] or NIL), sums["whole"])
    return None


def kept_local(first: date, last: date) -> list[tuple[Partner, Share]]:
    """Each anchor's share in a period, for the balance sheet; anchors without payments left out."""
    anchors = Partner.objects.filter(anchor__isnull=False).order_by("name")
    shares = [(anchor, local_share(anchor, first, last)) for anchor in anchors]
    return [(anchor, share) for anchor, share in shares if share is not None]


def read_until(first: date, last: date) -> date | None:
    """The day on which the newest file with payments of some days was taken."""
    files_of = Release.objects.taken().filter(starts_on__lte=last, ends_on__gte=first)
    days = files_of.aggregate(newest=Max("taken_on"))
    newest: date | None = days["newest"]
    return newest


# --- Suppliers and payments ---------------------------------------------------------------------


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
        parts, values = ["p.route = ?"], [str(self.scope.route)]  # type: list[str], list[object]

        def add(part: str, *parameters: object) -> None:
            parts.append(part)
            values.extend(parameters)

        add("p.to_anchor" if self.between else "not p.to_anchor")
        if self.scope.anchor:
            add("p.anchor = ?", self.scope.anchor)
        if self.scope.year:
            add("p.year = ?", self.scope.year)
        if self.band in BANDS:
            add(f"p.{'site' if self.scope.place == 'site' else 'office'} = ?", self.band)
        if self.category:
            add("coalesce(p.category, 'not stated') = ?", self.category)
        if self.kind == "unknown":
            add("(p.kind is null or not list_contains(?, p.kind))", list(OWNERSHIP))
        elif self.kind:
            add("list_contains(?, p.kind)", [k for k, v in OWNERSHIP.items() if v == self.kind])
        if self.size:
            add("coalesce(p.size, 'unknown') = ?", self.size)
        if self.sic:
            add("coalesce(left(p.sic, 2), 'unknown') = ?", self.sic)
        if self.supplier:
            # The code of a payee who is not named can be worked out from a guessed name.
            add(
                """p.supplier = (select supplier from suppliers
                where route = ? and supplier = ? and name is not null)""",
                str(self.scope.route),
                self.supplier,
            )
        if self.release:
            add("p.release = ?", self.release)
        if self.quarter:
            add("p.quarter = try_cast(? as date)", self.quarter)
        return " and ".join(parts), values


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


def share_rows(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """What went to each band, of every route, anchor and year, by both places."""
    for figures in prepared.figures.order_by("route", "anchor", "year").iterator(50):
        for place in PLACES:
            for row in figures.content[place]["bands"]:
                yield {
                    "route": figures.route,
                    "anchor": figures.anchor,
                    "year": figures.year,
                    "by": place,
                    "band": row["band"],
                    "payments": row["lines"],
                    "amount_gbp": row["amount"],
                    "share": row["share"],
                }


# --- Opportunities ------------------------------------------------------------------------------


def opportunities(prepared: Prepared, content: dict[str, Any], on: date) -> list[dict[str, Any]]:
    """Categories from which money leaves, most first, with firms of the town that could supply
    and the next day on which a contract ends."""
    counts = {
        line["category"]: line for line in files.ask(prepared.version, "select * from able_counts")
    }
    ends = {
        line["category"]: line["next"]
        for line in files.ask(
            prepared.version,
            "select category, min(ends_on) as next from ends where ends_on >= ? group by category",
            on,
        )
    }
    out = []
    for row in content["leakage"]:
        able = counts.get(row["category"], {"firms": 0, "paid": 0})
        out.append(
            row
            | {
                "firms": able["firms"],
                "firms_paid": able["paid"],
                "next_end": ends.get(row["category"]),
            }
        )
    return out


def contracts(prepared: Prepared, category: str, on: date) -> list[dict[str, Any]]:
    """Contracts with suppliers who are paid for this, that have not ended, next end first."""
    names = anchor_names()
    ending = files.ask(
        prepared.version,
        "select * from ends where category = ? and ends_on >= ? order by ends_on, title limit 100",
        category,
        on,
    )
    return [
        contract | {"whose": names.get(contract["anchor"], contract["anchor"])}
        for contract in ending
    ]


def able(prepared: Prepared, category: str) -> list[dict[str, Any]]:
    firms = files.ask(prepared.version, "select * from able where category = ?", category)
    for firm in firms:
        firm["industry"] = DIVISIONS.get(firm["sic"][:2], firm["sic"])
    return firms


def all_scopes(prepared: Prepared, scope: Scope) -> list[tuple[str, dict[str, Any]]]:
    """Each anchor's figures in a scope: (its code, figures)."""
    figures = (
        Figures.objects.filter(prepared=prepared, route=scope.route, year=scope.year)
        .exclude(anchor="")
        .order_by("anchor")
    )
    return [(scoped.anchor, scoped.content) for scoped in figures]


def whole_of(scope: Scope) -> Scope:
    return replace(scope, anchor="")
