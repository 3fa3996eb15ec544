"""What somebody did about cases and people that a list made, told by kind; looking is no doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import PROTECT, Exists, F, Model, OuterRef, Q, QuerySet

from commonweal.residents.models import DeathReport, Different, PerhapsSame, Resident

from ..models import (
    Callback,
    Case,
    CaseChange,
    CaseRead,
    Gap,
    Glass,
    ListRow,
    ListRun,
    Need,
    NextAction,
    Note,
)

CHANGED, TAKEN, URGENT, CLOSED = (
    "details were changed",
    "somebody has the case",
    "somebody decided how urgent it is",
    "the case was begun or closed",
)
# Each kind of row that the database protects a case or a person by, as it is called.
WORK = {
    "award": "a grant",
    "call": "a call",
    # That it rings is for named colleagues only.
    "casealarm": TAKEN,
    "casefile": "a paper",
    "consent": "a consent",
    "deathreport": "a report of a death",
    "draw": "something pledged was used",
    "erasure": "erasing was asked for",
    "listrow": "another list names them",
    "merge": "records were put together",
    "movedcase": "the case was handed over",
    "nextaction": "a next action",
    "note": "a note",
    "referral": "a referral",
    "resident": "records were put together",
    "ringback": "they rang back",
    "subjectaccess": "they asked what is kept of them",
    "task": "a task",
    "written": "a message",
}
A_CALL, A_NEED, APART = "a call", "a need was changed or added", "two people were told apart"
OPENED = "opened, and nothing was done"
SHOWN = "shown by name, and nothing was done"
ASKED = "they have another case"
# What a list writes itself, and who only looked, in the database's eyes no less than work.
NO_WORK: tuple[type[Model], ...] = (Callback, Case, CaseRead, Glass, Need)


@dataclass
class Traces:
    """By the numbers of cases and people: what was done, and why one of whom nothing was done
    has to be kept all the same."""

    on_cases: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    on_people: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    opened: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    def work(self, row: ListRow) -> list[str]:
        """What was done about what a row made."""
        on_case = self.on_cases.get(row.case_id or 0, set()) if row.is_case_new else set()
        return sorted(on_case | self.on_people.get(row.resident_id or 0, set()))

    def kept_by(self, row: ListRow) -> str:
        """Why what a row made can't be deleted though nothing was done; "" where it can."""
        if row.is_case_new and row.case_id in self.opened:
            return OPENED
        if row.resident_id in self.shown:
            return SHOWN
        return ASKED if row.resident_id in self.asked else ""


def traces_of(run: ListRun, rows: QuerySet[ListRow]) -> Traces:
    """What was done and looked at of what these rows of a list made, in a few statements however
    many they are."""
    cases = rows.filter(is_case_new=True).order_by().values("case")
    people = rows.filter(resident__isnull=False).order_by().values("resident")
    traces = Traces()
    for on, at, deed in _on_cases(run):
        for pk in on.filter(**{f"{at}__in": cases}).values_list(at, flat=True).distinct():
            traces.on_cases[pk].add(deed)
    for on, at, deed in _on_people(run):
        for pk in on.filter(**{f"{at}__in": people}).values_list(at, flat=True).distinct():
            traces.on_people[pk].add(deed)
    for looked in (CaseRead, Glass):
        traces.opened |= _numbers(looked, "case", cases)
    traces.shown = _numbers(CaseRead, "resident", people)
    others = Case.objects.order_by().filter(resident__in=people).exclude(pk__in=cases)
    traces.asked = set(others.values_list("resident", flat=True))
    return traces


def _numbers(model: Any, at: str, wanted: QuerySet[Any]) -> set[int]:
    rows = model._default_manager.order_by().filter(**{f"{at}__in": wanted})
    return set(rows.values_list(at, flat=True).distinct())


# The rows that are work, by which of their columns, and what it is called.
Work = tuple[QuerySet[Any], str, str]


def _on_cases(run: ListRun) -> Iterator[Work]:
    for model, leads in ((Case, ""), (Need, "__case"), (Callback, "__case")):
        for kind, at in protecting(model):
            yield _not_its_own(run, kind), f"{at}{leads}", word_for(kind)
    begun = ~Q(state=Case.State.NEW) | Q(first_contact_at__isnull=False)
    cases = Case.objects.order_by()
    yield cases.filter(begun), "pk", CLOSED
    yield cases.filter(decided__isnull=False), "pk", URGENT
    yield cases.filter(assigned_to__isnull=False), "pk", TAKEN
    yield CaseChange.objects.order_by().exclude(by=None), "case", CHANGED
    # A call that a death called off is nobody's work; the report of it is.
    calls = Callback.objects.order_by().exclude(
        Q(state="due") | Q(state="cancelled", case__resident__is_dead=True),
        attempts=0,
        assigned_to=None,
        purpose="first",
    )
    yield calls, "case", A_CALL
    needs = Need.objects.order_by()
    yield needs.exclude(state="open", answers=""), "case", A_NEED
    first = Need.objects.filter(case=OuterRef("case"), pk__lt=OuterRef("pk"))
    yield needs.filter(Exists(first)), "case", A_NEED
    yield Gap.objects.order_by().exclude(found_by=None), "need__case", A_NEED


def _on_people(run: ListRun) -> Iterator[Work]:
    for kind, at in protecting(Resident):
        yield _not_its_own(run, kind), at, word_for(kind)
    people = Resident.objects.order_by()
    changed = ~Q(changed_at=F("made_at")) | ~Q(contact_version=0) | Q(household__isnull=False)
    gone = Q(state__in=[Resident.State.MERGED, Resident.State.ERASED])
    yield people.filter(changed | gone), "pk", CHANGED
    pairs = PerhapsSame.objects.order_by().exclude(decided_at=None, chosen_by=None)
    for at in ("one", "other"):
        yield pairs, at, APART
        yield Different.objects.order_by(), at, APART


def _not_its_own(run: ListRun, model: type[Model]) -> QuerySet[Any]:
    """Rows of a kind but for those that the list wrote itself and takes back."""
    rows = model._default_manager.order_by()
    if model is ListRow:
        return rows.exclude(run=run)
    if model is Note:
        return rows.exclude(pk__in=run.left.get("notes", ()), kind="list")
    if model is DeathReport:
        its_own = [*run.left.get("deaths", ()), *run.left.get("reports", ())]
        return rows.exclude(pk__in=its_own)
    if model is NextAction:
        # What the end of a death plans by itself is nobody's work.
        return rows.exclude(because="alive", state="planned")
    return rows


def protecting(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Each kind of row by which the database keeps one of these and that is work, with its
    column."""
    for relation in model._meta.related_objects:
        kind = relation.related_model
        if relation.on_delete is PROTECT and kind not in NO_WORK:
            yield kind, relation.field.name


def word_for(model: type[Model]) -> str:
    return WORK[model.__name__.lower()]
