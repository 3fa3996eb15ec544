"""The history of the fields of a case and of its needs: what stood there, who changed it, when
and why. Who had a case before, where many moved at one stroke, stands with that stroke (`moving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet

from commonweal.accounts.models import Person
from commonweal.residents.changes import Line, lines_of
from commonweal.residents.models import ResidentChange

from .forgetting import Purpose, before, forget_also
from .models import Case, CaseChange, Need

# What is kept, as it is called on pages.
KEPT_OF_CASES = {
    "adults": "Adults at home",
    "children": "Children at home",
    "ages": "Ages of the children",
    "urgency": "How urgent",
    "assigned_to": "Handler",
    "is_restricted": "For named colleagues",
    "state": "Open or closed",
    "closed_words": "What came of it",
}
# Every other column of a case, and why no history of it is kept here.
NOT_KEPT = {
    **dict.fromkeys(
        ("id", "code", "channel", "from_partner", "opened_at", "taken_by", "notice", "came_as"),
        "never changes",
    ),
    "resident": "changes by a merge, which is kept",
    **dict.fromkeys(
        ("words", "on_behalf", "caller_name", "caller_relation", "caller_contact"),
        "stays as it was said; what is added is a note",
    ),
    **dict.fromkeys(("consent_words", "signs", "area"), "stays as it was said"),
    **dict.fromkeys(
        ("in_danger", "score", "reasons", "computed", "due_at", "first_contact_at", "closed_at"),
        "worked out",
    ),
    **dict.fromkeys(("late_at", "bare_at", "last_contact_at"), "worked out"),
    **dict.fromkeys(("decided", "decided_by", "decided_because"), "with how urgent it is"),
}
KEPT_OF_NEEDS = {"state": "What came of it"}
NOT_KEPT_OF_NEEDS = {
    **dict.fromkeys(("id", "code", "case", "help_type", "opened_on"), "never changes"),
    "answers": "stays as it was said; what is added is a note",
    "why_unmet": "with its state",
    "closed_on": "worked out",
}


def note(
    case: Case,
    stood: dict[str, str],
    *,
    by: Person | None,
    because: str = "",
    need: Need | None = None,
) -> None:
    """Write down what stood in fields that change now, in words. Inside the transaction of the
    change."""
    CaseChange.objects.bulk_create(
        CaseChange(case=case, need=need, field=name, was=was, because=because, by=by)
        for name, was in stood.items()
    )


def note_handler(case: Case, was: Person | None, *, by: Person | None, because: str = "") -> None:
    """Another colleague gets the case, or nobody."""
    note(case, {"assigned_to": was.name if was else ""}, by=by, because=because)


def note_handlers(pks: Iterable[int], was: Person | None, *, by: Person | None, why: str) -> None:
    """Many cases that one colleague had, or nobody, go to another one."""
    name = was.name if was else ""
    CaseChange.objects.bulk_create(
        CaseChange(case_id=pk, field="assigned_to", was=name, because=why, by=by) for pk in pks
    )


def state_of(need: Need) -> str:
    """What came of a need, in words."""
    why = f" ({need.get_why_unmet_display().lower()})" if need.why_unmet else ""
    return f"{need.get_state_display()}{why}"


def _stands_now(case: Case, needs: Iterable[Need]) -> dict[tuple[str, int | None], str]:
    return {
        ("adults", None): case.adults,
        ("children", None): case.children,
        ("ages", None): case.ages,
        ("urgency", None): case.get_urgency_display(),
        ("assigned_to", None): case.assigned_to.name if case.assigned_to else "",
        ("is_restricted", None): "Yes" if case.is_restricted else "No",
        ("state", None): "Closed" if case.state == Case.State.CLOSED else "Open",
        ("closed_words", None): case.closed_words,
        **{("state", need.pk): state_of(need) for need in needs},
    }


def _strokes(case: Case) -> Iterator[CaseChange]:
    """Who had it before, where it moved with others at one stroke."""
    for moved in case.moves.select_related("move__made_by", "was"):
        yield CaseChange(
            field="assigned_to",
            was=moved.was.name if moved.was else "",
            at=moved.move.made_at,
            by=moved.move.made_by,
            because=moved.move.get_kind_display(),
        )


def history(case: Case) -> list[Line]:
    """The changes of a case and of its needs, newest first."""
    needs = {need.pk: need for need in case.needs.select_related("help_type")}

    def called(row: CaseChange) -> tuple[tuple[str, int | None], str]:
        title = KEPT_OF_CASES.get(row.field, row.field)
        if row.need_id is not None:
            title = f"{needs[row.need_id].help_type.name}: {KEPT_OF_NEEDS[row.field].lower()}"
        return (row.field, row.need_id), title

    rows = [*case.changes.select_related("by"), *_strokes(case)]
    rows.sort(key=lambda row: (row.at, row.pk or 0), reverse=True)
    return lines_of(rows, _stands_now(case, needs.values()), called)


# --- How long it is kept ----------------------------------------------------------------------


def due(today: date) -> QuerySet[ResidentChange]:
    """What of people was superseded so long ago that it is forgotten."""
    return ResidentChange.objects.filter(at__date__lt=before("changes", today))


def cases_due(today: date) -> QuerySet[CaseChange]:
    return CaseChange.objects.filter(at__date__lt=before("changes", today))


def _forget(today: date) -> int:
    cases_due(today).delete()
    return due(today).delete()[0]


forget_also(Purpose("changes", "fields that were corrected", 45, due, _forget))
