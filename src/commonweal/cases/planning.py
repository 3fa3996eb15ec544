"""What is done next about each open need, by when and by whom; and the needs with nothing planned.

A next action is a call that is owed, a referral that a partner has, what another room plans (a
task that volunteers have), or a `NextAction`. It holds when it has a moment and an owner who works
at the desk. A call that nobody has is the desk manager's, who shares it out, until the moment that
was promised. What has no next action that holds stands on the list *nothing planned*: there is no
third way.

A second call is about the need that was met; for the others something of their own is planned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.office.errors import Refused
from commonweal.office.one_of import OneOf
from commonweal.residents.models import PerhapsSame

from . import owing
from .models import Callback, Case, Need, NextAction, Referral

AT_DESK = (Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE)
# How long a partner, or a volunteer, is left alone before the desk looks.
ACCEPTED_FOR = timedelta(days=7)
CONTACTED_FOR = timedelta(days=14)
FARTHEST = timedelta(days=366)
CALLS = ("first", "follow_up")
BY_PEOPLE = (NextAction.Because.HAND, NextAction.Because.MOVED)
DESK = "the desk manager, who shares it out"


def at_desk() -> QuerySet[Appointment, Any]:
    """Keys of the people who work at the desk today."""
    held = Appointment.objects.current(timezone.localdate()).filter(role__in=AT_DESK)
    return held.order_by().values("person")


@dataclass(frozen=True)
class Desk:
    """What is read once for a page: the moment, the keys of who works at the desk today, whether
    there is a desk manager, whose the unshared calls are."""

    now: datetime
    people: frozenset[int]
    managed: bool

    @cached_property
    def left(self) -> Q | None:
        """Cases in which something is planned with people who do not work here any more; None
        where there are no such people."""
        if not _somebody_left(self):
            return None
        calls = Q(pk__in=_calls_of_who_left(self).values("case"))
        return calls | Q(pk__in=_actions_of_who_left(self).values("need__case"))

    @cached_property
    def late(self) -> Q:
        """Requests past what was promised, as :func:`is_late`. Those that only a partner or
        another room makes late are read once for a page, and then found by their keys: with the
        question who they are no index says which are late."""
        first, *others = _late_beside(self.now)
        rows = first.union(*others, all=True)
        return Q(late_at__lt=self.now) | Q(OneOf("id", {pk for row in rows for pk in row.values()}))

    @property
    def bare(self) -> Q:
        """Cases that may have a need with nothing planned, by what each knows itself."""
        bare = Q(bare_at__lt=self.now) if self.managed else Q(bare_at__isnull=False)
        return bare if self.left is None else bare | self.left

    @cached_property
    def planned_beside(self) -> set[int]:
        """Keys of the `bare` cases for each need of which something is planned all the same."""
        referred = Referral.objects.filter(state__in=Referral.OPEN).order_by()
        beside = Q(pk__in=referred.values("case"))
        for room in ROOMS:
            beside |= Q(pk__in=room.cases(self))
        if self.left is not None:
            beside |= self.left
        looked_at = Case.objects.open().order_by().filter(self.bare).filter(beside)
        pks = set(looked_at.values_list("pk", flat=True))
        needs = unplanned(self).order_by().filter(OneOf("case_id", pks))
        return pks - set(needs.values_list("case", flat=True)) if pks else pks


def desk(now: datetime | None = None) -> Desk:
    roles = Appointment.objects.current(timezone.localdate()).filter(role__in=AT_DESK)
    held = list(roles.order_by().values_list("person", "role"))
    managed = any(role == Role.DESK_MANAGER for _, role in held)
    return Desk(now or timezone.now(), frozenset(person for person, _ in held), managed)


def refuse_too_far(due_at: datetime | None) -> None:
    """A slip in the year would let it be forgotten."""
    if due_at is not None and due_at > end_of_day(timezone.now() + FARTHEST):
        raise Refused("Choose a day within a year.")


def end_of_day(moment: datetime) -> datetime:
    """The last minute of a moment's day, by the town's clock."""
    return timezone.localtime(moment).replace(hour=23, minute=59, second=0, microsecond=0)


# --- One need, or many ------------------------------------------------------------------------


@dataclass(frozen=True)
class Next:
    """What is done next about a need. ``holds``: somebody at the desk, named in ``who``, has it."""

    title: str
    due_at: datetime
    who: str
    holds: bool
    why: str = ""
    note: str = ""
    action: NextAction | None = None

    def is_late(self, now: datetime) -> bool:
        return self.due_at < now

    @property
    def by_day(self) -> bool:
        """Whether only the day was said, not the minute."""
        return self.due_at == end_of_day(self.due_at)


def owned_by(at: Desk, title: str, due_at: datetime, owner: Person | None, **details: Any) -> Next:
    holds = owner is not None and owner.pk in at.people
    who = owner.name if owner is not None else "nobody"
    if owner is not None and not holds:
        who = f"{owner.name}, who has left the desk"
    return Next(title, due_at, who, holds, **details)


@dataclass(frozen=True)
class Plans:
    """What another room plans about needs; it stands above this one, and is asked by these three.

    ``add`` puts its next actions beside those of each need. ``held`` are its rows that hold for
    the need ``OuterRef("pk")``; ``cases`` are the keys of all cases with such rows, ``late`` of
    those with one past its time.
    """

    add: Callable[[dict[int, list[Next]], Desk], None]
    held: Callable[[Desk], QuerySet[Any]]
    cases: Callable[[Desk], QuerySet[Any, Any]]
    late: Callable[[datetime], QuerySet[Any, Any]]


ROOMS: list[Plans] = []


def next_of(need: Need, *, now: datetime | None = None) -> Next | None:
    """The next action about one need; None where nothing is planned that holds."""
    nearest = plans_of([need], desk(now)).get(need.pk)
    return nearest if nearest is not None and nearest.holds else None


def plans_of(needs: Iterable[Need], at: Desk) -> dict[int, Next | None]:
    """For each open need what is done next, in four questions to the database however many there
    are: the nearest that holds; else the nearest that nobody has; else None.
    """
    return {pk: plans[0] if plans else None for pk, plans in all_plans_of(needs, at).items()}


def all_plans_of(needs: Iterable[Need], at: Desk) -> dict[int, list[Next]]:
    """For each open need everything that is planned: what holds first, then the nearest."""
    needs = [need for need in needs if need.state == Need.State.OPEN]
    by_need: dict[int, list[Next]] = {need.pk: [] for need in needs}
    _add_actions(by_need, at)
    _add_calls(by_need, needs, at)
    _add_referrals(by_need, at)
    for room in ROOMS:
        room.add(by_need, at)
    for plans in by_need.values():
        plans.sort(key=lambda plan: (not plan.holds, plan.due_at))
    return by_need


def _add_actions(by_need: dict[int, list[Next]], at: Desk) -> None:
    planned = NextAction.objects.filter(need__in=list(by_need), state="planned")
    for action in planned.select_related("owner"):
        title = f"{action.get_kind_display()}{' ' if action.about else ''}{action.about}"
        by_need[action.need_id].append(
            owned_by(
                at,
                title,
                action.due_at,
                action.owner,
                action=action,
                note=action.words,
                why="" if action.because in BY_PEOPLE else action.get_because_display(),
            )
        )


def _add_calls(by_need: dict[int, list[Next]], needs: Sequence[Need], at: Desk) -> None:
    of_case: dict[int, list[int]] = {}
    for need in needs:
        of_case.setdefault(need.case_id, []).append(need.pk)
    due = Callback.objects.filter(case__in=list(of_case), state="due", purpose__in=CALLS)
    restricted = Case.objects.filter(resident=OuterRef("case__resident"), is_restricted=True)
    due = due.select_related("assigned_to", "case__resident")
    joined = PerhapsSame.objects.filter(
        Q(one=OuterRef("case__resident")) | Q(other=OuterRef("case__resident")),
        decided_at=None,
    )
    for call in due.annotate(at_risk=Exists(restricted) | Exists(joined)):
        waits = call.assigned_to_id is None and call.case.assigned_to_id is None
        # Who must not be rung is owed a text, or a letter, or gets in touch: never "a call".
        owed = owing.owed(call, now=at.now, risk=call.at_risk)
        plan = owned_by(at, owed.kind, call.due_at, call.assigned_to)
        if waits and at.managed and call.due_at >= at.now:
            plan = Next(plan.title, call.due_at, DESK, True)
        for pk in of_case[call.case_id]:
            by_need[pk].append(plan)


def _add_referrals(by_need: dict[int, list[Next]], at: Desk) -> None:
    readable = Referral.objects.filter(_readable(), need__in=list(by_need))
    for referral in readable.select_related("partner", "case__assigned_to"):
        title, due_at = f"{referral.partner.name} answers {referral.code}", referral.answer_by
        if referral.state == Referral.State.ACCEPTED:
            title = f"Hear whether {referral.partner.name} has reached them ({referral.code})"
            due_at = (referral.answered_at or referral.sent_at) + ACCEPTED_FOR
        elif referral.state == Referral.State.CONTACTED:
            title = f"Hear what came of it from {referral.partner.name} ({referral.code})"
            due_at = (referral.contacted_at or referral.sent_at) + CONTACTED_FOR
        by_need[referral.need_id].append(owned_by(at, title, due_at, referral.case.assigned_to))


def _readable() -> Q:
    """Referrals that a partner has and may read: consent that ran out, or is another person's since
    two records were parted, ends it as well."""
    over = Q(consent__isnull=False) & (
        Q(consent__withdrawn_at__isnull=False)
        | Q(consent__expires_on__lt=timezone.localdate())
        | ~Q(consent__resident=F("case__resident"))
    )
    return Q(state__in=Referral.OPEN) & (Q(hand=Referral.Hand.NOTHING) | ~over)


# --- Nothing planned, and late ----------------------------------------------------------------


def unplanned(at: Desk) -> QuerySet[Need]:
    """Open needs without a next action that holds: just those of which `next_of` is None."""
    people = at.people
    calls = Callback.objects.filter(case=OuterRef("case"), state="due", purpose__in=CALLS)
    planned = NextAction.objects.filter(need=OuterRef("pk"), state="planned", owner__in=people)
    referrals = Referral.objects.filter(
        _readable(), need=OuterRef("pk"), case__assigned_to__in=people
    )
    held = Q(Exists(planned)) | Q(Exists(calls.filter(assigned_to__in=people)))
    held |= Q(Exists(referrals))
    for room in ROOMS:
        held |= Q(Exists(room.held(at)))
    if at.managed:
        unshared = calls.filter(assigned_to=None, case__assigned_to=None, due_at__gte=at.now)
        held |= Q(Exists(unshared))
    return (
        Need.objects.filter(state=Need.State.OPEN)
        .exclude(case__state=Case.State.CLOSED)
        .filter(~held)
    )


def with_unplanned(cases: QuerySet[Case], at: Desk) -> QuerySet[Case]:
    """Those of some requests that have a need with nothing planned.

    Of calls and next actions each case knows from when (`Case.bare_at`). Its needs are looked at
    one by one only where a partner or another room has something of it, or somebody who has left:
    once for a page, and apart, as PostgreSQL looks at every need of the town otherwise.
    """
    bare = cases.exclude(state=Case.State.CLOSED).filter(at.bare)
    return bare.exclude(OneOf("id", at.planned_beside))


def _calls_of_who_left(at: Desk) -> QuerySet[Callback]:
    return Callback.objects.filter(_is_none_of(at.people, "assigned_to"), state="due").order_by()


def _actions_of_who_left(at: Desk) -> QuerySet[NextAction]:
    return NextAction.objects.filter(_is_none_of(at.people, "owner"), state="planned").order_by()


def _is_none_of(people: Iterable[int], to: str) -> Q:
    """Rows that somebody has who is none of these. As what lies between their keys, which an index
    of the rows answers by itself: *not one of these* has a database look at every row."""
    keys = sorted(people)
    if not keys:
        return Q((f"{to}__isnull", False))
    outside = Q((f"{to}__lt", keys[0])) | Q((f"{to}__gt", keys[-1]))
    for key, following in pairwise(keys):
        if following - key > 1:
            outside |= Q((f"{to}__gt", key), (f"{to}__lt", following))
    return outside


def _somebody_left(at: Desk) -> bool:
    """Whether anything is planned with people who do not work at the desk any more."""
    calls = _calls_of_who_left(at).values_list("pk")
    return calls.union(_actions_of_who_left(at).values_list("pk"), all=True).exists()


def is_late(now: datetime) -> Q:
    """Requests past what was promised: the first contact, or any next action of an open need.

    Of contacts, calls and next actions each case knows from when (`Case.late_at`).
    """
    late = Q(late_at__lt=now)
    for cases in _late_beside(now):
        late |= Q(pk__in=cases)
    return late


def _late_beside(now: datetime) -> list[QuerySet[Any, Any]]:
    """Keys of the cases that a partner, or another room, makes late."""
    referrals = Referral.objects.filter(
        Q(state__in=Referral.UNANSWERED, answer_by__lt=now)
        | Q(state="accepted", answered_at__lt=now - ACCEPTED_FOR)
        | Q(state="contacted", contacted_at__lt=now - CONTACTED_FOR),
        _readable(),
        need__state=Need.State.OPEN,
    )
    return [referrals.order_by().values("case"), *(room.late(now) for room in ROOMS)]


# --- For a page -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One request in a list: what is next, and the needs with nothing planned."""

    case: Case
    next: Next | None
    bare: list[Need] = field(default_factory=list)


def rows_of(cases: Iterable[Case], at: Desk) -> list[Row]:
    """Requests with their plans; their needs and kinds of help are read for all at once."""
    cases = list(cases)
    prefetch_related_objects(cases, "needs__help_type")
    plans = plans_of([need for case in cases for need in case.needs.all()], at)
    return [_row_of(case, plans) for case in cases]


def _row_of(case: Case, plans: Mapping[int, Next | None]) -> Row:
    mine = [(need, plans[need.pk]) for need in case.needs.all() if need.pk in plans]
    held = [plan for _, plan in mine if plan is not None and plan.holds]
    return Row(
        case,
        min(held, key=lambda plan: plan.due_at, default=None),
        [need for need, plan in mine if plan is None or not plan.holds],
    )


def is_for(person: Person, at: Desk) -> Q:
    """Requests that a handler looks after: their own, those that nobody has or whose handler has
    left, and those of which a call or an action of today went back to the desk."""
    tonight = end_of_day(at.now)
    calls = Callback.objects.filter(
        case=OuterRef("pk"), state="due", assigned_to=None, due_at__lte=tonight
    )
    actions = NextAction.objects.filter(
        need__case=OuterRef("pk"), state="planned", owner=None, due_at__lte=tonight
    )
    return (
        Q(assigned_to=person)
        | Q(assigned_to=None)
        | ~Q(assigned_to__in=at.people)
        | Q(Exists(calls))
        | Q(Exists(actions))
    )


def top_of(cases: QuerySet[Case], most: int = 10) -> list[Case]:
    """The first of a list: the most urgent, and of these the oldest."""
    # By a sum, which no index has: else SQLite walks the whole queue in its order, and asks of each
    # whether it is in the list, rather than put a list in order that an index knows.
    ordered = cases.order_by(F("urgency") + 0, "-in_danger", "opened_at", "id")
    first = list(ordered.values_list("pk", flat=True)[:most])
    by_key = Case.objects.select_related("assigned_to").in_bulk(first)
    return [by_key[pk] for pk in first if pk in by_key]


def spent_calls(case: Case) -> list[Callback]:
    """Calls that are not owed any more because nobody was reached, while a need is still open."""
    if not any(need.state == Need.State.OPEN for need in case.needs.all()):
        return []
    spent = case.callbacks.filter(ending=Callback.Ending.ATTEMPTS)
    return list(spent.order_by(F("tried_at").desc(nulls_last=True), "-id"))
