"""What pages, CSV, JSON and feed read about pledges: each figure worked out in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse

from commonweal.accounts.record import state_of_the_record
from commonweal.charter.models import Theme
from commonweal.design.bars import Bar
from commonweal.design.paging import A_PAGE
from commonweal.office.one_of import OneOf
from commonweal.partners import addresses
from commonweal.partners.models import Partner, Sector
from commonweal.places import searching
from commonweal.places.models import Area, Town, the_town

from . import in_turn, ledger
from . import standing as st
from .models import LISTED_BY_OTHERS, OF_OTHERS, TO_THE_TOWN, LedgerHead, Measure, Pledge

# Twenty are a page that a phone can show: some six screens.
PER_PAGE = A_PAGE
SORTS: dict[str, tuple[str, list[str]]] = {
    # By `in_turn`, which takes the day into account.
    "now": ("What matters now", []),
    "due": ("Date due", ["due_on", "id"]),
    "made": ("Newest first", ["-accepted_on", "-id"]),
    "partner": ("Partner", ["partner__name", "due_on", "id"]),
    "standing": ("Standing", ["standing", "due_on", "id"]),
}


# Filters that are a choice of one code, and what of a pledge is compared with it.
COLUMNS = {
    "theme": "theme__code",
    "sector": "partner__sector",
    "area": "area__code",
    "measure": "measure__code",
    "partner": "partner__code",
}


# Whose promises: the town's own, those that registers of other bodies list, or both.
SOURCES = {
    "own": "Made to the town",
    "others": "Listed by registers of other bodies",
    "all": "All of these",
}
OF_SOURCE = {
    "own": TO_THE_TOWN,
    "others": OF_OTHERS,
    "all": TO_THE_TOWN | OF_OTHERS,
}


def count_of_others() -> int:
    return Pledge.objects.of_others().count()


@dataclass
class Filters:
    """What somebody asked the register for. Values that do not exist are named in ``unknown``."""

    q: str = ""
    theme: str = ""
    sector: str = ""
    area: str = ""
    standing: str = ""
    measure: str = ""
    partner: str = ""
    unanswered: str = ""
    source: str = "own"
    sort: str = "now"
    unknown: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, query: dict[str, str]) -> Filters:
        filters = cls(q=query.get("q", "").strip().replace("\x00", "")[:100])
        query = query | {"partner": addresses.standing_code(query.get("partner", ""))}
        choices: dict[str, Any] = {
            "theme": Theme.objects.filter(code=query.get("theme", "")),
            "area": Area.objects.filter(code=query.get("area", "")),
            "measure": Measure.objects.filter(code=query.get("measure", "")),
            "partner": Partner.objects.public().filter(code=query.get("partner", "")),
        }
        for name, known in choices.items():
            if choice := query.get(name, ""):
                filters._take(name, choice, known.exists())
        for name, values in (
            ("sector", Sector.values),
            ("standing", [*st.WORDS, *st.OF_STORY, "open", "verified"]),
            ("unanswered", ["yes"]),
            ("source", list(SOURCES)),
            ("sort", list(SORTS)),
        ):
            if choice := query.get(name, ""):
                filters._take(name, choice, choice in values)
        return filters

    def _take(self, name: str, choice: str, is_known: bool) -> None:
        if is_known:
            setattr(self, name, choice)
        else:
            self.unknown.append(name)

    def as_query(self) -> dict[str, str]:
        names = (
            "q",
            "theme",
            "sector",
            "area",
            "standing",
            "measure",
            "partner",
            "unanswered",
        )
        values = {name: getattr(self, name) for name in names if getattr(self, name)}
        for name in ("source", "sort"):
            if (choice := getattr(self, name)) != getattr(Filters, name):
                values[name] = choice
        return values

    @classmethod
    def same_register(cls, query: str) -> str:
        """The register's address with what a query chose of it: nothing else is taken over, so
        that a link that somebody made up leads nowhere else."""
        known = {field.name for field in fields(cls)} - {"unknown"} | {"page"}
        chosen = {name: text for name, text in QueryDict(query[:500]).items() if name in known}
        return reverse("register") + (f"?{urlencode(chosen)}" if chosen else "")

    @cached_property
    def having_words(self) -> OneOf:
        """The pledges that have the words, as the search finds them: as a condition on their own
        key, which leaves a database free to go by another index and look whether a row has them."""
        return OneOf("id", searching.keys_of("pledges", self.q))

    def condition(self, on: date, town: Town) -> Q:
        wanted = OF_SOURCE[self.source]
        if self.source == "others" and not self.standing:
            wanted &= LISTED_BY_OTHERS
        if self.q:
            wanted &= Q(self.having_words)
        for name, column in COLUMNS.items():
            if choice := getattr(self, name):
                wanted &= Q(**{column: choice})
        if self.unanswered:
            wanted &= Q(unanswered_since__lt=on - timedelta(days=town.answer_days))
        if self.standing:
            several = {"open": st.OPEN, "verified": st.VERIFIED, **st.OF_STORY}
            wanted &= Q(standing__in=several.get(self.standing, [self.standing]))
        return wanted


@dataclass(frozen=True)
class StandingCount:
    standing: str
    words: str
    meaning: str
    count: int
    share: float


@dataclass
class RegisterPage:
    """One page of the register with its counts; the CSV and JSON hold the same rows. ``turns`` are
    how many are in each part of `in_turn`; empty where it has another order. ``beside`` are how
    many that registers of other bodies list match as well, where the town's own are shown."""

    filters: Filters
    on: date
    page: Page[Pledge]
    counts: list[StandingCount]
    total: int
    turns: tuple[int, ...] = ()
    beside: int = 0


def rows(filters: Filters, on: date) -> Any:
    """The pledges that a filter finds, in its order, ready to be shown without further queries."""
    ledger.refresh_standings(on=on)
    order = SORTS[filters.sort][1] or in_turn.whole_order(on)
    return (
        Pledge.objects.filter(filters.condition(on, the_town()))
        .select_related("partner", "measure", "theme", "area")
        .order_by(*order)
    )


def register(filters: Filters, *, on: date, page: str | None) -> RegisterPage:
    pledges = rows(filters, on)
    name = str(filters.as_query())
    turns: tuple[int, ...] = ()
    listing: Any = pledges
    if filters.sort == "now":
        # Both in one pass over what was chosen.
        counted = kept(f"turns {name}", on, lambda: in_turn.counted(pledges, on))
        counts = by_standing({standing: sum(each) for standing, each in counted.items()})
        turns = in_turn.added_up(counted.values(), on)
        listing = in_turn.InTurn(pledges, on, turns)
    else:
        counts = standing_counts(filters.condition(on, the_town()), on, name)
    total = sum(standing.count for standing in counts)
    paginator = Paginator(listing, PER_PAGE)
    # The counts have told how many there are; the paginator need not ask again.
    paginator.__dict__["count"] = total
    beside = _beside(filters, on)
    return RegisterPage(filters, on, paginator.get_page(page), counts, total, turns, beside)


def _beside(filters: Filters, on: date) -> int:
    """How many promises that registers of other bodies list match what was chosen of the town's."""
    if filters.source != "own" or not kept("others", on, count_of_others):
        return 0
    of_others = replace(filters, source="others")
    counts = standing_counts(of_others.condition(on, the_town()), on, str(of_others.as_query()))
    return sum(standing.count for standing in counts)


def state_of_the_register() -> tuple[int, int]:
    """Changes whenever anything shown in the register changes (but for the day)."""
    head = LedgerHead.objects.values_list("seq", flat=True).first() or 0
    return head, state_of_the_record()


State = tuple[int, int]
Figure = TypeVar("Figure")


def kept(name: str, on: date, count: Callable[[], Figure], state: State | None = None) -> Figure:
    """What ``count`` gives, kept until the register or the day changes. ``state`` is that of the
    register, where whoever asks knows it."""
    key = f"kept-{hash((name, on, *(state or state_of_the_register())))}"
    figure: Figure | None = caches["figures"].get(key)
    if figure is None:
        figure = count()
        caches["figures"].set(key, figure, 3600)
    return figure


def standing_counts(
    condition: Q, on: date, name: str, state: State | None = None
) -> list[StandingCount]:
    """How many pledges have which standing. Kept until the register or the day changes."""

    def count() -> dict[str, int]:
        ledger.refresh_standings(on=on)
        pledges = Pledge.objects.filter(condition).order_by()
        return dict(pledges.values_list("standing").annotate(Count("id")))

    return by_standing(kept(f"standing {name}", on, count, state))


def by_standing(counted: Mapping[str, int]) -> list[StandingCount]:
    """The standings that some pledges have, in their order, each with its share."""
    total = sum(counted.values()) or 1
    return [
        StandingCount(
            standing,
            st.WORDS[standing],
            st.MEANINGS[standing],
            counted[standing],
            counted[standing] / total,
        )
        for standing in st.ORDER
        if counted.get(standing)
    ]


@dataclass(frozen=True)
class ThemeLine:
    theme: Theme
    total: int
    open: int
    verified: int
    overdue: int


def themes(on: date, state: State | None = None) -> list[ThemeLine]:
    """Each theme with what was promised to the town: all, open, verified (any finding), overdue."""

    def count() -> list[ThemeLine]:
        ledger.refresh_standings(on=on)
        public = Q(pledges__accepted_on__isnull=False, pledges__is_of_others=False)
        counted = Theme.objects.annotate(
            total=Count("pledges", filter=public),
            open=Count("pledges", filter=public & Q(pledges__standing__in=st.OPEN)),
            verified=Count("pledges", filter=public & Q(pledges__standing__in=st.VERIFIED)),
            overdue=Count("pledges", filter=public & Q(pledges__standing=st.Standing.OVERDUE)),
            # A theme that was made for registers of others has nothing of the town's.
            others=Count("pledges", filter=Q(pledges__is_of_others=True)),
        ).order_by("order", "name")
        return [
            ThemeLine(theme, theme.total, theme.open, theme.verified, theme.overdue)
            for theme in counted.exclude(total=0, others__gt=0)
        ]

    return kept("themes", on, count, state)


@dataclass(frozen=True)
class MeasureTotal:
    """All that is promised to the town on one measure, in its unit. Withdrawn ones do not count."""

    measure: Measure
    count: int
    promised: Decimal
    claimed: Decimal
    verified: Decimal

    @property
    def bar(self) -> Bar:
        return Bar(
            unit=self.measure.unit,
            kind=self.measure.kind,
            baseline=Decimal(0),
            target=self.promised,
            claimed=self.claimed,
            verified=self.verified,
            from_on=None,
            due_on=None,
            on=None,
        )


def measure_totals(theme: Theme, on: date) -> list[MeasureTotal]:
    """Promised, claimed and verified by measure: only counts, hours and pounds can be added."""
    ledger.refresh_standings(on=on)
    addable = ("count", "hours", "money")
    pledges = (
        Pledge.objects.to_the_town()
        .filter(
            theme=theme, measure__kind__in=addable, measure__direction="up", target__isnull=False
        )
        .exclude(standing=st.Standing.WITHDRAWN)
    )
    totals: dict[int, list[Any]] = {}
    values = ("measure", "baseline", "target", "claimed", "verified")
    for measure_id, baseline, target, claimed, verified in pledges.values_list(*values).iterator():
        base = baseline or Decimal(0)
        line = totals.setdefault(measure_id, [0, Decimal(0), Decimal(0), Decimal(0)])
        line[0] += 1
        line[1] += target - base
        line[2] += max(claimed - base, Decimal(0)) if claimed is not None else Decimal(0)
        line[3] += max(verified - base, Decimal(0)) if verified is not None else Decimal(0)
    measures = Measure.objects.in_bulk(list(totals))
    lines = [MeasureTotal(measures[pk], *values) for pk, values in totals.items()]
    return sorted(lines, key=lambda line: line.measure.name)


def bar_of(pledge: Pledge, on: date) -> Bar:
    """The promise bar of one pledge."""
    return Bar(
        unit=pledge.measure.unit,
        kind=pledge.measure.kind,
        baseline=pledge.baseline,
        target=pledge.target,
        claimed=pledge.claimed,
        verified=pledge.verified,
        from_on=pledge.accepted_on,
        due_on=pledge.due_on,
        on=on,
        first_target=pledge.first_target if pledge.is_lowered else None,
        claimed_for=pledge.claimed_on,
        is_gone=pledge.standing == st.Standing.UNAVAILABLE,
    )


# --- What waits -------------------------------------------------------------------------------


def standings_on(on: date) -> Iterator[tuple[str, str, Decimal | None, Decimal | None]]:
    """(code, standing, claimed, verified) of every pledge as its ledger had it on a day: one pass,
    in memory that does not grow with the register."""
    rules = the_town().rules
    for pledge, lines in ledger.pledges_with_entries():
        state = st.state_of(lines, on, rules)
        if state.accepted_on is not None:
            yield pledge.code, state.standing.value, state.claimed, state.verified
