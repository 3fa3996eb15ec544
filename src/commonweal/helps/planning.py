"""What is done next about each open need, by when and by whom; and the needs with nothing planned.

A next action is a call that is owed, a referral that a partner has, a task that volunteers have,
or a `NextAction`. It holds when it has a moment and an owner who works at the desk. A call that
nobody has is the desk manager's, who shares it out, until the moment that was promised. What has
no next action that holds stands on the list *nothing planned*: there is no third way.

A second call is about the need that was met; for the others something of their own is planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role

from . import reaching
from .models import (
    Call,
    Callback,
    HelpRequest,
    Need,
    NextAction,
    PerhapsSame,
    Referral,
    Task,
)

AT_DESK = (Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE)
# How long a partner, or a volunteer, is left alone before the desk looks.
ACCEPTED_FOR = timedelta(days=7)
CONTACTED_FOR = timedelta(days=14)
TASK_FOR = timedelta(days=3)
CALLS = ("first", "follow_up")
SPOKEN = (Call.Outcome.SPOKE, Call.Outcome.REFUSED)
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


def desk(now: datetime | None = None) -> Desk:
    roles = Appointment.objects.current(timezone.localdate()).filter(role__in=AT_DESK)
    held = list(roles.order_by().values_list("person", "role"))
    managed = any(role == Role.DESK_MANAGER for _, role in held)
    return Desk(now or timezone.now(), frozenset(person for person, _ in held), managed)


def end_of_day(moment: datetime) -> datetime:
    """The last minute of a moment's day, by the town's clock."""
    return timezone.localtime(moment).replace(hour=23, minute=59, second=0, microsecond=0)


# --- One need, or many ------------------------------------------------------------------------


@dataclass(frozen=True)
class Next:
    """What is done next about a need. ``holds``: somebody at the desk, named in ``who``, has it."""

    what: str
    due_at: datetime
    who: str
    holds: bool
    why: str = ""
    words: str = ""
    action: NextAction | None = None

    def is_late(self, now: datetime) -> bool:
        return self.due_at < now

    @property
    def by_day(self) -> bool:
        """Whether only the day was said, not the minute."""
        return self.due_at == end_of_day(self.due_at)


def _owned(at: Desk, what: str, due_at: datetime, owner: Person | None, **more: Any) -> Next:
    holds = owner is not None and owner.pk in at.people
    who = owner.name if owner is not None else "nobody"
    if owner is not None and not holds:
        who = f"{owner.name}, who has left the desk"
    return Next(what, due_at, who, holds, **more)


def next_of(need: Need, *, now: datetime | None = None) -> Next | None:
    """The next action about one need; None where nothing is planned that holds."""
    nearest = plans_of([need], desk(now)).get(need.pk)
    return nearest if nearest is not None and nearest.holds else None


def plans_of(needs: Iterable[Need], at: Desk) -> dict[int, Next | None]:
    """For each open need what is done next, in four questions to the database however many there
    are: the nearest that holds; else the nearest that nobody has; else None.
    """
    needs = [need for need in needs if need.state == Need.State.OPEN]
    by_need: dict[int, list[Next]] = {need.pk: [] for need in needs}
    _add_actions(by_need, at)
    _add_calls(by_need, needs, at)
    _add_referrals(by_need, at)
    _add_tasks(by_need, at)
    return {
        pk: min(plans, key=lambda plan: (not plan.holds, plan.due_at)) if plans else None
        for pk, plans in by_need.items()
    }


def _add_actions(by_need: dict[int, list[Next]], at: Desk) -> None:
    planned = NextAction.objects.filter(need__in=list(by_need), state="planned")
    for action in planned.select_related("owner"):
        what = f"{action.get_kind_display()}{' ' if action.about else ''}{action.about}"
        by_need[action.need_id].append(
            _owned(
                at,
                what,
                action.due_at,
                action.owner,
                action=action,
                words=action.words,
                why="" if action.because in BY_PEOPLE else action.get_because_display(),
            )
        )


def _add_calls(by_need: dict[int, list[Next]], needs: Sequence[Need], at: Desk) -> None:
    of_request: dict[int, list[int]] = {}
    for need in needs:
        of_request.setdefault(need.request_id, []).append(need.pk)
    due = Callback.objects.filter(request__in=list(of_request), state="due", purpose__in=CALLS)
    restricted = HelpRequest.objects.filter(
        resident=OuterRef("request__resident"), is_restricted=True
    )
    due = due.select_related("assigned_to", "request__resident")
    joined = PerhapsSame.objects.filter(
        Q(one=OuterRef("request__resident")) | Q(other=OuterRef("request__resident")),
        decided_at=None,
    )
    for call in due.annotate(at_risk=Exists(restricted) | Exists(joined)):
        waits = call.assigned_to_id is None and call.request.assigned_to_id is None
        # Who must not be rung is owed a text, or a letter, or gets in touch: never "a call".
        owed = reaching.owed(call, now=at.now, risk=call.at_risk)
        plan = _owned(at, owed.words, call.due_at, call.assigned_to)
        if waits and at.managed and call.due_at >= at.now:
            plan = Next(plan.what, call.due_at, DESK, True)
        for pk in of_request[call.request_id]:
            by_need[pk].append(plan)


def _add_referrals(by_need: dict[int, list[Next]], at: Desk) -> None:
    there = Referral.objects.filter(_readable(), need__in=list(by_need))
    for referral in there.select_related("partner", "request__assigned_to"):
        what, due_at = f"{referral.partner.name} answers {referral.code}", referral.answer_by
        if referral.state == Referral.State.ACCEPTED:
            what = f"Hear whether {referral.partner.name} has reached them ({referral.code})"
            due_at = (referral.answered_at or referral.sent_at) + ACCEPTED_FOR
        elif referral.state == Referral.State.CONTACTED:
            what = f"Hear what came of it from {referral.partner.name} ({referral.code})"
            due_at = (referral.contacted_at or referral.sent_at) + CONTACTED_FOR
        by_need[referral.need_id].append(_owned(at, what, due_at, referral.request.assigned_to))


def _add_tasks(by_need: dict[int, list[Next]], at: Desk) -> None:
    there = Task.objects.filter(_doable(at.now), need__in=list(by_need))
    for task in there.select_related("need__request__assigned_to"):
        assert task.need is not None
        assert task.need_id is not None
        due_at = (task.taken_at or task.made_at) + TASK_FOR
        if task.on is not None:
            due_at = timezone.make_aware(datetime.combine(task.on, datetime.max.time()))
        what = f"Volunteers: {task.title}, {task.get_state_display().lower()} ({task.code})"
        by_need[task.need_id].append(
            _owned(at, what, end_of_day(due_at), task.need.request.assigned_to)
        )


def _readable() -> Q:
    """Referrals that a partner has and may read: consent that ran out, or is another person's since
    two records were parted, ends it as well."""
    over = Q(consent__isnull=False) & (
        Q(consent__withdrawn_at__isnull=False)
        | Q(consent__expires_on__lt=timezone.localdate())
        | ~Q(consent__resident=F("request__resident"))
    )
    return Q(state__in=Referral.OPEN) & (Q(hand=Referral.Hand.NOTHING) | ~over)


def _doable(now: datetime) -> Q:
    """Tasks that a volunteer has, or can still take."""
    today = timezone.localdate(now)
    return Q(state="taken") | Q(state="open") & (Q(on=None) | Q(on__gte=today))


# --- Nothing planned, and late ----------------------------------------------------------------


def unplanned(at: Desk) -> QuerySet[Need]:
    """Open needs without a next action that holds: just those of which `next_of` is None."""
    people = at.people
    calls = Callback.objects.filter(request=OuterRef("request"), state="due", purpose__in=CALLS)
    there = NextAction.objects.filter(need=OuterRef("pk"), state="planned", owner__in=people)
    referrals = Referral.objects.filter(
        _readable(), need=OuterRef("pk"), request__assigned_to__in=people
    )
    tasks = Task.objects.filter(
        _doable(at.now), need=OuterRef("pk"), need__request__assigned_to__in=people
    )
    held = Q(Exists(there)) | Q(Exists(calls.filter(assigned_to__in=people)))
    held |= Q(Exists(referrals)) | Q(Exists(tasks))
    if at.managed:
        unshared = calls.filter(assigned_to=None, request__assigned_to=None, due_at__gte=at.now)
        held |= Q(Exists(unshared))
    return (
        Need.objects.filter(state=Need.State.OPEN)
        .exclude(request__state=HelpRequest.State.CLOSED)
        .filter(~held)
    )


def with_unplanned(requests: QuerySet[HelpRequest], at: Desk) -> QuerySet[HelpRequest]:
    """Those of some requests that have a need with nothing planned."""
    return requests.filter(Exists(unplanned(at).filter(request=OuterRef("pk"))))


def is_late(now: datetime) -> Q:
    """Requests past what was promised: the first contact, or any next action of an open need."""
    tasks = Task.objects.filter(need__request=OuterRef("pk"), need__state="open")
    days_ago = end_of_day(now) - timedelta(days=1) - TASK_FOR
    referrals = Referral.objects.filter(
        _readable(), request=OuterRef("pk"), need__state=Need.State.OPEN
    )
    return (
        Q(due_at__lt=now, first_contact_at=None)
        | Q(
            Exists(
                NextAction.objects.filter(
                    need__request=OuterRef("pk"),
                    need__state=Need.State.OPEN,
                    state="planned",
                    due_at__lt=now,
                )
            )
        )
        | Q(Exists(Callback.objects.filter(request=OuterRef("pk"), state="due", due_at__lt=now)))
        | Q(
            Exists(
                referrals.filter(
                    Q(state__in=Referral.UNANSWERED, answer_by__lt=now)
                    | Q(state="accepted", answered_at__lt=now - ACCEPTED_FOR)
                    | Q(state="contacted", contacted_at__lt=now - CONTACTED_FOR)
                )
            )
        )
        | Q(
            Exists(
                tasks.filter(
                    Q(state="taken", on__lt=timezone.localdate(now))
                    | Q(state="open", on=None, made_at__lte=days_ago)
                    | Q(state="taken", on=None, taken_at__lte=days_ago)
                )
            )
        )
    )


# --- For a page -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One request in a list: what is next, needs with nothing planned, when somebody last spoke."""

    request: HelpRequest
    next: Next | None
    bare: list[Need] = field(default_factory=list)
    last_contact: datetime | None = None


def rows_of(requests: Iterable[HelpRequest], at: Desk) -> list[Row]:
    """Requests with their plans; their needs and kinds of help are read for all at once."""
    requests = list(requests)
    prefetch_related_objects(requests, "needs__help_type")
    needs = [need for request in requests for need in request.needs.all()]
    plans = plans_of(needs, at)
    spoken = dict(
        Call.objects.filter(request__in=requests, outcome__in=SPOKEN)
        .order_by()
        .values_list("request")
        .annotate(Max("at"))
    )
    rows = []
    for request in requests:
        mine = [(need, plans[need.pk]) for need in request.needs.all() if need.pk in plans]
        held = [plan for _, plan in mine if plan is not None and plan.holds]
        bare = [need for need, plan in mine if plan is None or not plan.holds]
        moments = [m for m in (spoken.get(request.pk), request.first_contact_at) if m]
        rows.append(
            Row(
                request,
                min(held, key=lambda plan: plan.due_at, default=None),
                bare,
                max(moments, default=None),
            )
        )
    return rows


def is_for(person: Person, at: Desk) -> Q:
    """Requests that a handler looks after: their own, those that nobody has or whose handler has
    left, and those of which a call or an action of today went back to the desk."""
    tonight = end_of_day(at.now)
    calls = Callback.objects.filter(
        request=OuterRef("pk"), state="due", assigned_to=None, due_at__lte=tonight
    )
    actions = NextAction.objects.filter(
        need__request=OuterRef("pk"), state="planned", owner=None, due_at__lte=tonight
    )
    return (
        Q(assigned_to=person)
        | Q(assigned_to=None)
        | ~Q(assigned_to__in=at.people)
        | Q(Exists(calls))
        | Q(Exists(actions))
    )


def top_of(requests: QuerySet[HelpRequest], most: int = 10) -> list[HelpRequest]:
    """The first of a list: the most urgent, and of these the oldest."""
    first = requests.order_by("urgency", "-in_danger", "opened_at", "id")[:most]
    return list(first.select_related("assigned_to"))


def spent_calls(request: HelpRequest) -> list[Callback]:
    """Calls that are not owed any more because nobody was reached, while a need is still open."""
    if not any(need.state == Need.State.OPEN for need in request.needs.all()):
        return []
    spent = request.callbacks.filter(ending=Callback.Ending.ATTEMPTS)
    return list(spent.order_by(F("tried_at").desc(nulls_last=True), "-id"))
