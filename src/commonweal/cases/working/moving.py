"""Many cases change hands at one stroke, and back: whose they are, their calls and next actions.

Each stroke is one `CaseMove`, whatever was moved; taking it back leaves alone what somebody has
worked on since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .. import changes, named, next_actions, planning
from ..models import Call, Callback, Case, CaseMove, MovedCase, NextAction, Note, Referral, Written

State, Kind = Case.State, CaseMove.Kind
AT_ONCE = 500
# By whom a case was held, and its state then.
Was = tuple[int | None, str]


def _pieces(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as a statement takes."""
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def move(
    gives: Mapping[Person | None, list[int]], *, among: QuerySet[Case], kind: str, by: Person
) -> CaseMove:
    """Give cases to whoever is named for them, nobody among them. A case that is not ``among``
    any more, as a colleague was quicker, stays where it is. Inside a transaction."""
    stroke = CaseMove.objects.create(kind=kind, made_by=by)
    for became, pks in gives.items():
        for piece in _pieces(pks):
            _give(stroke, piece, became, among)
    return stroke


def _give(
    stroke: CaseMove, pks: Sequence[int], became: Person | None, among: QuerySet[Case]
) -> None:
    held = among.filter(pk__in=pks).order_by().select_for_update(of=("self",))
    was: dict[int, Was] = {
        pk: (person, state) for pk, person, state in held.values_list("pk", "assigned_to", "state")
    }
    MovedCase.objects.bulk_create(
        MovedCase(move=stroke, case_id=pk, was_id=person, became=became, was_state=state)
        for pk, (person, state) in was.items()
    )
    cases = Case.objects.filter(pk__in=list(was))
    if became is None:
        cases.filter(first_contact_at=None, state=State.WORKING).update(state=State.NEW)
        cases.update(assigned_to=None)
    else:
        cases.update(assigned_to=became, state=State.WORKING)
    by_person: dict[int | None, list[int]] = defaultdict(list)
    for pk, (person, _) in was.items():
        by_person[person].append(pk)
    for person, theirs in by_person.items():
        _pass_on(theirs, was=person, became=became)


def _pass_on(pks: Sequence[int], *, was: int | None, became: Person | None) -> None:
    """What is planned in cases goes with them: what was their handler's, or nobody's."""
    theirs = Q(assigned_to=None) if was is None else Q(assigned_to=was) | Q(assigned_to=None)
    Callback.objects.filter(theirs, case__in=pks, state="due").update(assigned_to=became)
    next_actions.pass_on(pks, was=was, became=became)


# --- To one colleague, and back to the desk ---------------------------------------------------


@transaction.atomic
def hand_many(*, codes: Sequence[str], to: Person, words: str, by: Person) -> CaseMove:
    """Hand cases to one colleague, with what they need to know.

    Raises
    ------
    Refused
        By somebody who is no desk manager; none chosen; no words; the colleague does not work
        at the desk; a restricted case is among them, which is handed over by itself.
    """
    if not named.is_manager(by):
        raise Refused("The desk manager hands many cases over at once.")
    if not codes:
        raise Refused("Tick the cases to hand over.")
    if not words.strip():
        raise Refused("Write what your colleague needs to know.")
    if not roles_of(to) & set(planning.AT_DESK):
        raise Refused(f"{to.name} does not work at the desk.")
    cases = Case.objects.open().filter(code__in=codes).exclude(assigned_to=to)
    if restricted := cases.filter(is_restricted=True).first():
        raise Refused(
            f"{restricted.code} is for named colleagues. Hand it over in the case itself."
        )
    if closed := cases.filter(named.closed_to(to)).first():
        raise Refused(f"{closed.code} is not for {to.name} to read. Give it to somebody else.")
    pks = list(cases.order_by().values_list("pk", flat=True))
    stroke = move({to: pks}, among=Case.objects.open(), kind=Kind.HANDED, by=by)
    Note.objects.bulk_create(
        Note(case_id=pk, kind="handover", words=words, by=by, at=stroke.made_at)
        for pk in stroke.cases.values_list("case", flat=True)
    )
    record("requests handed over", about=stroke, by=by, cases=len(pks), to=str(to.code))
    return stroke


def held_by(person: Person, *, untouched: bool) -> QuerySet[Case]:
    """The open cases that somebody can give back; restricted ones are handed over one by one.
    ``untouched``: only those in which they have reached nobody yet."""
    cases = Case.objects.open().filter(assigned_to=person, is_restricted=False)
    return cases.filter(first_contact_at=None) if untouched else cases


@transaction.atomic
def give_back(*, person: Person, untouched: bool, by: Person) -> CaseMove:
    """Somebody's cases are nobody's again: at the end of their shift, or while they are away.

    Raises
    ------
    Refused
        Of somebody else, by one who is no desk manager; there are none.
    """
    if by != person and not named.is_manager(by):
        raise Refused("The desk manager gives back what a colleague has.")
    cases = held_by(person, untouched=untouched)
    pks = list(cases.order_by().values_list("pk", flat=True))
    if not pks:
        raise Refused("There is no such case to give back.")
    stroke = move({None: pks}, among=cases, kind=Kind.BACK, by=by)
    record("requests given back", about=stroke, by=by, cases=len(pks), of=str(person.code))
    return stroke


# --- Taking it back ---------------------------------------------------------------------------


def can_go_back(stroke: CaseMove) -> QuerySet[MovedCase]:
    """The cases of a move that are still where it put them, and that nobody worked on since."""
    return (
        stroke.cases.exclude(case__state=State.CLOSED)
        .filter(Q(became=F("case__assigned_to")) | Q(became=None, case__assigned_to=None))
        .exclude(_worked_on(stroke.made_at))
    )


def _worked_on(since: datetime) -> Q:
    """Moved cases in which something was done after a moment."""
    case = OuterRef("case")
    planned = NextAction.objects.filter(
        Q(made_at__gt=since) | Q(ended_at__gt=since), need__case=case
    )
    return (
        Q(Exists(planned))
        | Q(Exists(Call.objects.filter(case=case, at__gt=since)))
        | Q(Exists(Note.objects.filter(case=case, at__gt=since)))
        | Q(Exists(Written.objects.filter(case=case, at__gt=since)))
        | Q(Exists(Referral.objects.filter(case=case, sent_at__gt=since)))
    )


@transaction.atomic
def take_back(*, stroke: CaseMove, by: Person) -> int:
    """Undo a move: each case goes to whom it was with; how many. One that somebody has worked on
    since, or that went on to another, stays.

    Raises
    ------
    Refused
        By somebody who neither made it nor is desk manager; it was taken back already.
    """
    if by != stroke.made_by and not named.is_manager(by):
        raise Refused("Whoever did it takes it back, or the desk manager.")
    done = CaseMove.objects.filter(pk=stroke.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    )
    if not done:
        raise Refused("It was taken back already.")
    back: dict[tuple[Person | None, Person | None, str], list[int]] = defaultdict(list)
    for moved in can_go_back(stroke).select_related("was", "became"):
        back[moved.was, moved.became, moved.was_state].append(moved.case_id)
    count = 0
    for (was, became, state), pks in back.items():
        for piece in _pieces(pks):
            # What went on to another in this moment stays with them.
            held = Case.objects.filter(pk__in=piece, assigned_to=became).order_by()
            still = list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
            Case.objects.filter(pk__in=still).update(assigned_to=was, state=state)
            changes.note_handlers(still, became, by=by, why="Taken back")
            _pass_on(still, was=became.pk if became else None, became=was)
            count += len(still)
    record("requests taken back", about=stroke, by=by, cases=count)
    return count
