"""Planning what is done next, doing it, moving it; and what follows when something has ended.

Each event that ends something under a need calls `follow` once: the task is done, the partner
declined, the attempts are spent. It makes a next action for whoever has the case. Where nobody
has it, the need stands on the list *nothing planned*.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents.unwritten import refuse_codes

from . import access, changes, planning
from .models import Callback, Case, Need, NextAction

Kind, Because, State = NextAction.Kind, NextAction.Because, NextAction.State
# By how urgent the case is: how soon somebody says what is done next.
WITHIN = {1: timedelta(hours=4), 2: timedelta(days=1), 3: timedelta(days=2), 4: timedelta(days=3)}
REACHES = (Kind.WRITE, Kind.VISIT)


# --- By hand ----------------------------------------------------------------------------------


@transaction.atomic
def plan(
    *,
    need: Need,
    kind: str,
    due_at: datetime,
    owner: Person,
    by: Person,
    words: str = "",
) -> NextAction:
    """Say what is done next about a need, by when, by whom.

    Raises
    ------
    Refused
        The need is settled; the moment has passed; the owner does not work at the desk, or may
        not see this kind of help; *something else* without words; the person was reported dead.
    """
    # Whoever settles a need and whoever plans for it go one after the other.
    held = Need.objects.select_for_update(of=("self",), no_key=True)
    need = held.select_related("case__resident", "help_type").get(pk=need.pk)
    if need.state != Need.State.OPEN or need.case.state == Case.State.CLOSED:
        raise Refused("This need is settled. Open it again first.")
    if kind == Kind.OTHER and not words.strip():
        raise Refused("Say what is done.")
    refuse_codes(need.case.resident, words)
    if kind in REACHES and need.case.resident.is_dead:
        raise Refused("This person was reported dead: nobody writes to them or visits them.")
    _check(need.case, due_at, owner)
    if kind != Kind.DECIDE:
        decided(need, by=by)
    action = NextAction.objects.create(
        need=need,
        kind=kind,
        due_at=due_at,
        owner=owner,
        words=words,
        because=Because.HAND,
        made_by=by,
    )
    record(
        "next action planned",
        about=need.case,
        by=by,
        need=need.help_type.code,
        kind=kind,
        owner=str(owner.code),
    )
    return action


def _check(case: Case, due_at: datetime, owner: Person) -> None:
    if due_at < timezone.now():
        raise Refused("Choose today or a day that comes.")
    planning.refuse_too_far(due_at)
    if not roles_of(owner) & set(planning.AT_DESK):
        raise Refused(f"{owner.name} does not work at the desk.")
    manages = Role.DESK_MANAGER in roles_of(owner)
    if case.is_restricted and not manages and not access.is_named(owner, case):
        raise Refused("This kind of help is for named colleagues only.")


def _end(action: NextAction, state: str, by: Person | None, ended_words: str = "") -> None:
    done = NextAction.objects.filter(pk=action.pk, state=State.PLANNED).update(
        state=state, ended_at=timezone.now(), ended_by=by, ended_words=ended_words
    )
    if not done:
        raise Refused("Somebody else has done or moved this already. Look again.")


@transaction.atomic
def done(*, action: NextAction, by: Person, words: str = "") -> None:
    """It is done. Where nothing else is planned the need stands on the list until somebody says
    what comes next."""
    refuse_codes(action.need.case.resident, words)
    _end(action, State.DONE, by, words)
    record("next action done", about=action.need.case, by=by, kind=action.kind)


@transaction.atomic
def move(
    *, action: NextAction, due_at: datetime, owner: Person, because: str, by: Person
) -> NextAction:
    """Another day, or another colleague, with the reason. The old one stays as it was.

    Raises
    ------
    Refused
        No reason; what `plan` refuses; it was done or moved already.
    """
    if not because.strip():
        raise Refused("Say why it is moved.")
    refuse_codes(action.need.case.resident, because)
    _check(action.need.case, due_at, owner)
    _end(action, State.MOVED, by, because)
    moved = NextAction.objects.create(
        need=action.need,
        kind=action.kind,
        about=action.about,
        words=action.words,
        due_at=due_at,
        owner=owner,
        because=Because.MOVED,
        made_by=by,
    )
    record(
        "next action moved",
        about=action.need.case,
        by=by,
        kind=action.kind,
        owner=str(owner.code),
    )
    return moved


# --- After an event ---------------------------------------------------------------------------


@transaction.atomic
def follow(
    need: Need, because: str, *, by: Person | None = None, only_if_bare: bool = False
) -> NextAction | None:
    """Something under a need has ended: somebody decides what is done next.

    None is made where the need is settled, or where something is planned that comes as soon.
    ``only_if_bare`` makes one only where nothing at all is planned.
    """
    need = Need.objects.select_related("case__assigned_to").get(pk=need.pk)
    case = need.case
    if need.state != Need.State.OPEN or case.state == Case.State.CLOSED:
        return None
    due_at = timezone.now() + WITHIN[case.urgency]
    if (only_if_bare and planning.next_of(need)) or _comes_up_anyway(need, due_at):
        return None
    return NextAction.objects.create(
        need=need,
        kind=Kind.DECIDE,
        due_at=due_at,
        owner=case.assigned_to,
        because=because,
        made_by=by,
    )


# Before the call that is owed, which is within four hours.
ASK_WITHIN = timedelta(hours=1)
ASK_ANEW = (
    "How is it safe to reach them, now that this is about safety? What stands there was said "
    "before. Ask when they can talk alone, and write it down."
)


@transaction.atomic
def ask_anew(need: Need, *, owner: Person | None, by: Person | None) -> NextAction:
    """Safety came into a case: how somebody may be reached was said without it, and is asked
    again before anything else."""
    return NextAction.objects.create(
        need=need,
        kind=Kind.ASK,
        words=ASK_ANEW,
        due_at=timezone.now() + ASK_WITHIN,
        owner=owner,
        because=Because.SAFETY,
        made_by=by,
    )


def _comes_up_anyway(need: Need, due_at: datetime) -> bool:
    """Whether somebody rings, or decides, about this need as soon as that."""
    calls = Callback.objects.filter(
        case=need.case_id,
        state="due",
        purpose__in=planning.CALLS,
        due_at__lte=due_at,
        assigned_to__in=planning.at_desk(),
    )
    decisions = need.next_actions.filter(state=State.PLANNED, kind=Kind.DECIDE, due_at__lte=due_at)
    return calls.exists() or decisions.exists()


def decided(need: Need, *, by: Person | None) -> None:
    """Something is under way: what was to be decided, or got under way, is done."""
    NextAction.objects.filter(
        need=need, state=State.PLANNED, kind__in=[Kind.DECIDE, Kind.HELP]
    ).update(state=State.DONE, ended_at=timezone.now(), ended_by=by)


def follow_all(
    case: Case, because: str, *, by: Person | None = None, only_if_bare: bool = False
) -> list[NextAction]:
    """Something under a whole case has ended: `follow` for each need that is still open."""
    actions = [
        follow(need, because, by=by, only_if_bare=only_if_bare)
        for need in case.needs.filter(state=Need.State.OPEN)
    ]
    return [action for action in actions if action is not None]


@transaction.atomic
def after_taking(case: Case, *, by: Person) -> None:
    """Whoever took the call has the case: each need is got under way within what was promised."""
    now_by = case.due_at if case.urgency == Case.Urgency.NOW else None
    NextAction.objects.bulk_create(
        NextAction(
            need=need,
            kind=Kind.HELP,
            owner=by,
            because=Because.TAKEN,
            made_by=by,
            due_at=now_by or case.opened_at + timedelta(hours=need.help_type.hours_promised),
        )
        for need in case.needs.select_related("help_type")
    )


@transaction.atomic
def drop(need: Need, *, by: Person | None) -> None:
    """The need is settled: nothing is done next about it."""
    NextAction.objects.filter(need=need, state=State.PLANNED).update(
        state=State.DROPPED, ended_at=timezone.now(), ended_by=by
    )


# --- Whose it is ------------------------------------------------------------------------------


@transaction.atomic
def give(case: Case, *, to: Person, was: Person | None = None) -> None:
    """Somebody has the case now: what nobody had, or the one who had it, is theirs."""
    planned = NextAction.objects.filter(need__case=case, state=State.PLANNED)
    planned.filter(owner=None).update(owner=to)
    if was is not None:
        planned.filter(owner=was).update(owner=to)


@transaction.atomic
def pass_on(cases: Sequence[int], *, was: int | None, became: Person | None) -> None:
    """Many cases are somebody else's now, or nobody's: so is what their handler, or nobody, had
    to do next in them."""
    theirs = Q(owner=None) if was is None else Q(owner=was) | Q(owner=None)
    planned = NextAction.objects.filter(theirs, need__case__in=cases, state=State.PLANNED)
    planned.update(owner=became)


@transaction.atomic
def end_of_shift(person: Person) -> int:
    """What was due by the end of today goes back to the desk; how many calls and actions."""
    until = planning.end_of_day(timezone.now())
    calls = Callback.objects.filter(state="due", assigned_to=person, due_at__lte=until)
    actions = NextAction.objects.filter(state=State.PLANNED, owner=person, due_at__lte=until)
    actions = actions.exclude(need__case__state=Case.State.CLOSED)
    return calls.update(assigned_to=None) + actions.update(owner=None)


@transaction.atomic
def begin_of_shift(person: Person) -> int:
    """What nobody has taken of one's own cases is one's own again."""
    mine = Case.objects.open().filter(assigned_to=person)
    calls = Callback.objects.filter(state="due", assigned_to=None, case__in=mine)
    actions = NextAction.objects.filter(state=State.PLANNED, owner=None, need__case__in=mine)
    return calls.update(assigned_to=person) + actions.update(owner=person)


@transaction.atomic
def release(person: Person) -> int:
    """Somebody has left the desk: their open cases, calls and actions are nobody's; how many cases.

    Each of their needs stands on the list *nothing planned* until somebody takes the case.
    """
    if planning.at_desk().filter(person=person).exists():
        return 0
    Callback.objects.filter(state="due", assigned_to=person).update(assigned_to=None)
    NextAction.objects.filter(state=State.PLANNED, owner=person).update(owner=None)
    theirs = Case.objects.open().filter(assigned_to=person)
    pks = list(theirs.order_by("pk").values_list("pk", flat=True))
    changes.note_handlers(pks, person, by=None, why="They left the desk")
    cases = theirs.update(assigned_to=None)
    if cases:
        record("cases released", about=person, by=None, cases=cases)
    return cases


def release_who_left() -> int:
    """Roles that ran out by their date: what these people had is nobody's. Safe at any time."""
    people = planning.at_desk()
    ids = {
        *Case.objects.open()
        .exclude(assigned_to=None)
        .exclude(assigned_to__in=people)
        .order_by()
        .values_list("assigned_to", flat=True)
        .distinct(),
        *Callback.objects.filter(state="due")
        .exclude(assigned_to=None)
        .exclude(assigned_to__in=people)
        .order_by()
        .values_list("assigned_to", flat=True),
        *NextAction.objects.filter(state=State.PLANNED)
        .exclude(owner=None)
        .exclude(owner__in=people)
        .order_by()
        .values_list("owner", flat=True),
    }
    return sum(release(person) for person in Person.objects.filter(pk__in=ids))
