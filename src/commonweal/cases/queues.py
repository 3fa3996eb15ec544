"""The queue of open cases: what is chosen from it, in which order, and how many these are.

What somebody chooses stands in addresses, so it is codes and nothing else: no name, no word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.paging import page_at
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from . import named, planning, urgency
from .models import Case, Need

LISTS = {
    "unplanned": "nothing planned",
    "mine": "mine",
    "unassigned": "nobody's yet",
    "late": "past what was promised",
    "all": "all open",
}
# Of how long ago a case came, in days; by when a first contact was promised; the orders.
AGES = {"1": "A day or more", "3": "3 days or more", "7": "A week or more", "28": "4 weeks or more"}
PROMISED = {"past": "It has passed", "0": "Today", "1": "Tomorrow", "7": "Within a week"}
SORTS = {
    "urgent": "Most urgent first",
    "promised": "Promised soonest first",
    "oldest": "Longest here first",
    "newest": "Newest first",
    "contact": "Not spoken to, then longest without contact",
}
NOBODY = "nobody"


def queue_for(person: Person, closed: named.Closed | None = None) -> Any:
    """Open requests that a person may see in the queue, the most urgent first; ``closed`` where
    the page has asked already what is kept from them."""
    cases = Case.objects.open()
    if not named.is_manager(person):
        cases = cases.exclude((closed or named.Closed(person)).among())
    return cases.order_by(*urgency.in_order())


def counted(cases: Any) -> int:
    """How many requests these are."""
    return int(cases.order_by().count())


def counts_of(queue: Any, person: Person, at: planning.Desk) -> dict[str, int]:
    """How many requests stand in each of :data:`LISTS`; what one index answers, in one question."""
    together: dict[str, int] = queue.order_by().aggregate(
        mine=Count("pk", filter=Q(assigned_to=person)),
        unassigned=Count("pk", filter=Q(assigned_to=None)),
        all=Count("pk"),
    )
    apart = [name for name in LISTS if name not in together]
    return together | {name: counted(of_list(queue, name, person, at)) for name in apart}


def page_of(cases: Any, number: Any, size: int, *, count: int | None = None) -> Page[Case]:
    """One page of some requests, with area, handler and person of each. Only its own rows are
    read: those before it are passed over in the index, however many they are. ``count``: how many
    requests these are, where that was counted already."""
    page = page_at(cases.values_list("pk", flat=True), number, size=size, count=count)
    page.object_list = in_this_order(page.object_list)
    return page


def in_this_order(pks: Iterable[int]) -> list[Case]:
    """Requests by their keys, as these stand."""
    ordered = list(pks)
    related = Case.objects.select_related("area", "assigned_to", "resident")
    by_key = related.in_bulk(ordered)
    return [by_key[pk] for pk in ordered if pk in by_key]


# --- What is chosen ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Options:
    """The codes that can be chosen, with their words."""

    help: dict[str, str]
    area: dict[str, str]
    handler: dict[str, str]
    urgency: dict[str, str]
    age: dict[str, str]
    promised: dict[str, str]
    sort: dict[str, str]


def options(handlers: QuerySet[Person]) -> Options:
    people = {str(person.code): person.name for person in handlers}
    return Options(
        help=dict(HelpType.objects.values_list("code", "name")),
        area=dict(Area.objects.values_list("code", "name")),
        handler={NOBODY: "Nobody yet"} | people,
        urgency={str(level): str(label) for level, label in Case.Urgency.choices},
        age=AGES,
        promised=PROMISED,
        sort=SORTS,
    )


@dataclass(frozen=True)
class Choice:
    """What is chosen from the queue, by codes; "" chooses nothing."""

    show: str = ""
    help: str = ""
    area: str = ""
    urgency: str = ""
    age: str = ""
    handler: str = ""
    promised: str = ""
    sort: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, Any], known: Options) -> Choice:
        """What an address says; what is no code of ours is passed over, and comes back nowhere."""
        codes = vars(known) | {"show": LISTS}
        sent = {name: str(typed.get(name) or "") for name in codes}
        return cls(**{name: code for name, code in sent.items() if code in codes[name]})

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({name: code for name, code in asdict(self).items() if code})

    def in_words(self, known: Options) -> str:
        """ "Food, Eastfields, now: today": what was chosen, "" where nothing was."""
        chosen = [LISTS[self.show]] if self.show else []
        codes = {name: code for name, code in asdict(self).items() if code and name != "show"}
        return ", ".join([*chosen, *(vars(known)[name][code] for name, code in codes.items())])


def of_list(queue: Any, show: str, person: Person, at: planning.Desk) -> Any:
    """The requests of one of :data:`LISTS`."""
    match show:
        case "mine":
            return queue.filter(assigned_to=person)
        case "unassigned":
            return queue.filter(assigned_to=None)
        case "late":
            return queue.filter(at.late)
        case "unplanned":
            bare = planning.with_unplanned(queue, at)
            return bare if named.is_manager(person) else bare.filter(planning.is_for(person, at))
    return queue


def chosen(queue: Any, choice: Choice, person: Person, at: planning.Desk) -> Any:
    """The requests that fit what somebody chose, in the order that they chose."""
    cases = of_list(queue, choice.show, person, at).filter(_narrowed(choice, at))
    return cases.order_by(*_order(choice.sort))


def _narrowed(choice: Choice, at: planning.Desk) -> Q:
    fits = Q()
    if choice.help:
        needs = Need.objects.filter(case=OuterRef("pk"), state=Need.State.OPEN)
        fits &= Q(Exists(needs.filter(help_type__code=choice.help)))
    if choice.area:
        fits &= Q(area__code=choice.area)
    if choice.urgency:
        fits &= Q(urgency=int(choice.urgency))
    if choice.age:
        fits &= Q(opened_at__lte=at.now - timedelta(days=int(choice.age)))
    if choice.handler:
        is_nobodys = choice.handler == NOBODY
        fits &= Q(assigned_to=None) if is_nobodys else Q(assigned_to__code=choice.handler)
    if choice.promised:
        fits &= _promised(choice.promised, at)
    return fits


def _promised(code: str, at: planning.Desk) -> Q:
    """Requests whose first contact is still owed, by when it was promised."""
    owed = Q(first_contact_at=None)
    if code == "past":
        return owed & Q(due_at__lt=at.now)
    until = planning.end_of_day(timezone.localtime(at.now) + timedelta(days=int(code)))
    return owed & Q(due_at__lte=until)


def _order(sort: str) -> list[Any]:
    orders: dict[str, list[Any]] = {
        "promised": ["due_at", "id"],
        "contact": [F("last_contact_at").asc(nulls_first=True), "id"],
        "oldest": ["opened_at", "id"],
        "newest": ["-opened_at", "-id"],
    }
    return orders.get(sort) or urgency.in_order()
