"""Volunteers, tasks that one of them takes, asks that pledges answer, and draws on pledges."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from commonweal.accounts import limits, mail
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.partners.access import must_act
from commonweal.partners.models import MemberRole, Membership
from commonweal.pledges import ledger
from commonweal.pledges.ledger import NewEntry
from commonweal.pledges.models import Pledge, plain
from commonweal.pledges.standing import OPEN, Kind

from . import naming, next_actions, reaching, takes
from .models import Answer, Ask, Check, Draw, Need, Note, Task, Volunteer

TERMS = "2026-11"
ASK_WORDS = ("title", "words", "unit")
ANSWERS = limits.Limit(
    "answers", 20, timedelta(days=1),
    "Your organisation has answered twenty asks today. Answer more tomorrow, or ring the desk.",
)  # fmt: skip


@transaction.atomic
def sign_up(
    *, person: Person, phone: str, skills: list[str], areas: list[object], hours_a_week: int,
    when: str,
) -> Volunteer:  # fmt: skip
    """Somebody offers their time. A desk manager looks before they see any task."""
    if Volunteer.objects.filter(person=person).exists():
        raise Refused("You have signed up already.")
    made = Volunteer.objects.create(
        person=person, phone=phone, skills=skills, hours_a_week=hours_a_week, when=when,
        agreed_terms=TERMS,
    )  # fmt: skip
    made.areas.set(areas)  # type: ignore[arg-type]
    record("volunteer signed up", about=made, by=person)
    return made


@transaction.atomic
def admit(*, volunteer: Volunteer, by: Person) -> None:
    """Let a volunteer see tasks. Shopping takes no check by law; single tasks may."""
    done = Volunteer.objects.filter(pk=volunteer.pk).exclude(state="active").update(state="active")
    if not done:
        raise Refused("This volunteer is active already.")
    mail.write(
        key=f"volunteer-{volunteer.pk}-admitted", person=volunteer.person,
        subject="You can take tasks now",
        body="Thank you for offering your time. Sign in and open “Tasks” to see what is needed.",
    )  # fmt: skip
    record("volunteer admitted", about=volunteer, by=by)


@transaction.atomic
def set_state(*, volunteer: Volunteer, state: str, by: Person) -> None:
    done = Volunteer.objects.filter(pk=volunteer.pk).exclude(state=state).update(state=state)
    if not done:
        raise Refused("Somebody else has done that already.")
    if state != Volunteer.State.ACTIVE:
        _take_away(volunteer, by)
    record("volunteer changed", about=volunteer, by=by, state=state)


def _take_away(volunteer: Volunteer, by: Person) -> None:
    """Who pauses or has left does no task: what they had is open to others, closed to them."""
    for task in Task.objects.filter(state=Task.State.TAKEN, taken_by=volunteer):
        Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
            state=Task.State.OPEN, taken_by=None, taken_at=None
        )
        takes.end(task, takes.End.CANCELLED)
        record("task taken away", about=task, by=by)


@transaction.atomic
def add_check(
    *, volunteer: Volunteer, kind: str, seen_on: date, expires_on: date | None, by: Person
) -> Check:
    if expires_on is not None and expires_on < seen_on:
        raise Refused("It would expire before it was seen.")
    made = Check.objects.create(
        volunteer=volunteer, kind=kind, seen_on=seen_on, expires_on=expires_on, seen_by=by
    )
    record("check seen", about=volunteer, by=by, kind=kind)
    return made


# --- Tasks ------------------------------------------------------------------------------------


def _check_visit(need: Need, values: dict[str, object], agreed: str, by: Person) -> None:
    """Refuse a visit to somebody who must not be visited, unless it was agreed with them; how it
    was is kept as a note in the case."""
    visit = reaching.may(need.request.resident, way=reaching.Way.VISIT)
    if not visit.ever and (values.get("where") or values.get("who")) and not agreed:
        raise Refused(f"{visit.instruction} Say how the visit was agreed with them.")
    if agreed:
        values["visit_agreed"] = True
        Note.objects.create(request=need.request, words=f"A visit was agreed: {agreed}", by=by)


@transaction.atomic
def make_task(
    *, need: Need | None, values: dict[str, object], by: Person, excuse: str = ""
) -> Task:
    """Offer a task. Who and where are kept apart from what everybody may read.

    Where visits are closed to this resident, ``agreed`` says how this one was agreed with them;
    it is kept as a note in the case.

    Raises
    ------
    Refused
        What everybody reads names somebody, or where they live; the person was reported dead;
        nobody may visit, and no visit was agreed.
    """
    values = dict(values)
    agreed = str(values.pop("agreed", "") or "").strip()
    resident = need.request.resident if need is not None else None
    texts = naming.texts_of(values, "title", "between")
    caught = naming.check("task", texts, about=resident, excuse=excuse)
    if resident is not None and resident.is_dead:
        raise Refused("This person was reported dead.")
    if need is not None:
        _check_visit(need, values, agreed, by)
    made = Task.objects.create(need=need, made_by=by, **values)
    naming.keep_excuse("task", made.code, caught, because=excuse, by=by)
    if need is not None:
        next_actions.decided(need, by=by)
    record("task offered", about=made, by=by)
    return made


def card(task: Task) -> tuple[str, bool]:
    """(how it is safe to reach them, whether who and where may be read), for whoever took it.

    A visit that was agreed holds until how they may be reached is changed.
    """
    if task.need is None:
        return "", True
    resident = task.need.request.resident
    visit = reaching.may(resident, way=reaching.Way.VISIT)
    newest = resident.safe_contacts.first()
    agreed = task.visit_agreed and (newest is None or newest.at < task.made_at)
    shown = visit.ever or (agreed and not resident.is_dead)
    return visit.instruction, shown


def open_tasks(volunteer: Volunteer, on: date) -> list[Task]:
    """Tasks that a volunteer may take: in their areas, within their skills, with their checks."""
    if volunteer.state != Volunteer.State.ACTIVE:
        return []
    areas = {area.pk for area in volunteer.areas.all()}
    found = Task.objects.filter(state=Task.State.OPEN).select_related("area")
    return [
        task
        for task in found
        if (not areas or task.area_id is None or task.area_id in areas)
        and (not task.skill or task.skill in volunteer.skills)
        and volunteer.has_check(task.needs_check, on)
        and (task.on is None or task.on >= on)
    ]


@transaction.atomic
def take(*, task: Task, volunteer: Volunteer) -> Task:
    """Two pressing *take* at one moment: one gets it, the other is told.

    Raises
    ------
    Refused
        Somebody else has it; the volunteer is not active, lacks a check, has as many tasks as
        one may, or gave too many back since yesterday.
    """
    today = timezone.localdate()
    if volunteer.state != Volunteer.State.ACTIVE:
        raise Refused("You can take tasks once the desk has looked at your sign-up.")
    if not volunteer.has_check(task.needs_check, today):
        raise Refused(f"This task needs: {task.get_needs_check_display()}. Ask the desk about it.")
    # Held, so that two takes of one volunteer at one moment are counted one after the other.
    Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    takes.must_have_room(volunteer)
    taken = Task.objects.filter(pk=task.pk, state=Task.State.OPEN, taken_by=None).update(
        state=Task.State.TAKEN, taken_by=volunteer, taken_at=timezone.now()
    )
    if not taken:
        raise Refused("Somebody else has just taken this task. Thank you all the same.")
    takes.begin(task, volunteer)
    record("task taken", about=task, by=volunteer.person)
    task.refresh_from_db()
    return task


@transaction.atomic
def give_back(*, task: Task, volunteer: Volunteer) -> None:
    """A volunteer can't after all: the task is open again, and its details are closed to them."""
    done = Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
        state=Task.State.OPEN, taken_by=None, taken_at=None
    )
    if not done:
        raise Refused("This task is not yours any more.")
    takes.end(task, takes.End.BACK)
    record("task given back", about=task, by=volunteer.person)


@transaction.atomic
def finish(*, task: Task, volunteer: Volunteer, minutes: int) -> None:
    """Done, with the time it took. Who and where are forgotten at once."""
    if not 0 < minutes <= 24 * 60:
        raise Refused("Enter the minutes that it took, at most a day.")
    done = Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
        state=Task.State.DONE, done_at=timezone.now(), minutes_given=minutes, who="", where="",
        instructions="",
    )  # fmt: skip
    if not done:
        raise Refused("This task is not yours any more.")
    takes.end(task, takes.End.DONE)
    if task.need is not None:
        next_actions.follow(task.need, "task_done")
    record("task done", about=task, by=volunteer.person, minutes=minutes)


@transaction.atomic
def cancel(*, task: Task, by: Person) -> None:
    done = Task.objects.filter(pk=task.pk, state__in=["open", "taken"]).update(
        state=Task.State.CANCELLED, who="", where="", instructions=""
    )
    if not done:
        raise Refused("This task has ended already.")
    takes.end(task, takes.End.CANCELLED)
    if task.need is not None:
        next_actions.follow(task.need, "task_cancelled", by=by)
    record("task cancelled", about=task, by=by)


def hours_given(volunteer: Volunteer | None = None) -> Decimal:
    """Hours of done tasks, to the quarter of an hour nobody rounds: minutes over sixty."""
    found = Task.objects.filter(state=Task.State.DONE)
    if volunteer is not None:
        found = found.filter(taken_by=volunteer)
    minutes = found.aggregate(total=Sum("minutes_given"))["total"] or 0
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


# --- Asks and draws ---------------------------------------------------------------------------


@transaction.atomic
def make_ask(*, values: dict[str, object], by: Person | None, excuse: str = "") -> Ask:
    """Draft an ask to partners.

    Raises
    ------
    Refused
        It names somebody, or where they live.
    """
    texts = naming.texts_of(values, *ASK_WORDS)
    caught = naming.check("ask", texts, excuse=excuse)
    made = Ask.objects.create(made_by=by, **values)
    naming.keep_excuse("ask", made.code, caught, because=excuse, by=by)
    record("ask drafted", about=made, by=by)
    return made


@transaction.atomic
def change_ask(*, ask: Ask, values: dict[str, object], by: Person, excuse: str = "") -> None:
    """Change a draft.

    Raises
    ------
    Refused
        It names somebody, or where they live; it was published.
    """
    texts = naming.texts_of(values, *ASK_WORDS)
    caught = naming.check("ask", texts, excuse=excuse, code=ask.code)
    if not Ask.objects.filter(pk=ask.pk, state=Ask.State.DRAFT).update(**values):
        raise Refused("This ask is published already; close it and draft another one.")
    naming.keep_excuse("ask", ask.code, caught, because=excuse, by=by)
    record("ask changed", about=ask, by=by)


@transaction.atomic
def publish(*, ask: Ask, by: Person) -> None:
    """Publish an ask; every partner's editors are told, once.

    Raises
    ------
    Refused
        It was published, or it names somebody whom the desk got to know since it was drafted.
    """
    ask = Ask.objects.get(pk=ask.pk)
    naming.check("ask", [ask.title, ask.words, ask.unit], code=ask.code)
    done = Ask.objects.filter(pk=ask.pk, state=Ask.State.DRAFT).update(
        state=Ask.State.OPEN, published_on=timezone.localdate()
    )
    if not done:
        raise Refused("This ask is published already.")
    editors = Membership.objects.current().filter(
        role=MemberRole.EDITOR, partner__accepted_on__isnull=False, partner__stopped_on=None
    ).select_related("person")  # fmt: skip
    for person in {one.person for one in editors if one.person.wants_digest}:
        mail.write(
            key=f"ask-{ask.code}-{person.pk}", person=person, subject="The town asks for help",
            body=f"{ask.title}: {plain(ask.quantity)} {ask.unit} are needed. A pledge of yours "
            f"can answer it: see {ask.get_absolute_url()} on the town's pages.",
        )  # fmt: skip
    record("ask published", about=ask, by=by)


@transaction.atomic
def close_ask(*, ask: Ask, by: Person) -> None:
    done = Ask.objects.filter(pk=ask.pk, state=Ask.State.OPEN).update(
        state=Ask.State.CLOSED, closed_on=timezone.localdate()
    )
    if not done:
        raise Refused("This ask is not open.")
    record("ask closed", about=ask, by=by)


def left_of(pledge: Pledge) -> Decimal:
    """How much of a pledge is promised to no ask yet; its target above its baseline, less that."""
    if pledge.target is None:
        return Decimal(0)
    return abs(pledge.target - (pledge.baseline or Decimal(0))) - pledge.offered


@transaction.atomic
def answer(
    *,
    ask: Ask,
    pledge: Pledge,
    quantity: Decimal,
    by: Person,
    role: str,
    at: datetime | None = None,
) -> Answer:
    """A pledge answers an ask: an entry in its ledger says so.

    Raises
    ------
    Refused
        The organisation may not act, or has answered as often as it may today; the ask or the
        pledge is not open; the units differ; more is offered than is left of the pledge; it
        answered this ask already.
    """
    must_act(pledge.partner)
    pledge = Pledge.objects.select_for_update().select_related("measure", "partner").get(
        pk=pledge.pk
    )  # fmt: skip
    if ask.state != Ask.State.OPEN:
        raise Refused("This ask is not open any more.")
    if pledge.accepted_on is None or pledge.standing not in OPEN:
        raise Refused("Only an open pledge in the register can answer an ask.")
    if pledge.measure.unit != ask.unit:
        raise Refused(f"The ask counts {ask.unit}, the pledge {pledge.measure.unit}.")
    if quantity <= 0:
        raise Refused("Offer more than nought.")
    if quantity > left_of(pledge):
        raise Refused(
            f"{plain(left_of(pledge))} {ask.unit} of this pledge are left to offer. Raise the "
            "pledge first if you can do more."
        )
    if Answer.objects.filter(ask=ask, pledge=pledge).exists():
        raise Refused("This pledge answers this ask already.")
    limits.spend(ANSWERS, f"partner {pledge.partner_id}")
    entry = ledger.append(
        NewEntry(
            pledge, Kind.OFFERED, timezone.localdate(),
            {"ask": ask.code, "title": ask.title, "quantity": plain(quantity)},
            by=by, by_role=role, by_organisation=pledge.partner.name, written_at=at,
        )
    )  # fmt: skip
    made = Answer.objects.create(
        ask=ask, pledge=pledge, quantity=quantity, answered_by=by, entry_seq=entry.seq
    )
    record("ask answered", about=ask, by=by, pledge=pledge.code)
    return made


@transaction.atomic
def draw(
    *,
    answer: Answer,
    quantity: Decimal,
    by: Person | None,
    need: Need | None = None,
    on: date | None = None,
    at: datetime | None = None,
) -> Draw:
    """Use some of what a pledge offered: an entry in its ledger, so that everybody sees how much
    was used. Whose need it served stands in no ledger.

    Raises
    ------
    Refused
        More is drawn than is left of the offer.
    """
    answer = Answer.objects.select_for_update().select_related("ask", "pledge__partner").get(
        pk=answer.pk
    )  # fmt: skip
    used = answer.draws.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    if quantity <= 0:
        raise Refused("Draw more than nought.")
    if used + quantity > answer.quantity:
        left = plain(answer.quantity - used)
        raise Refused(f"{left} {answer.ask.unit} of this offer are left.")
    entry = ledger.append(
        NewEntry(
            answer.pledge, Kind.DRAWN, on or timezone.localdate(),
            {"ask": answer.ask.code, "title": answer.ask.title, "quantity": plain(quantity)},
            by=by, by_role=Role.DESK_MANAGER if by else "system", written_at=at,
        )
    )  # fmt: skip
    try:
        made = Draw.objects.create(
            answer=answer, need=need, quantity=quantity, drawn_by=by, entry_seq=entry.seq,
            drawn_on=entry.happened_on,
        )  # fmt: skip
    except IntegrityError:
        raise Refused("This can't be drawn.") from None
    record("pledge drawn on", about=answer.ask, by=by, pledge=answer.pledge.code)
    return made


def met_of(ask: Ask, *, upto: date = date.max) -> tuple[Decimal, Decimal]:
    """(offered, drawn) of an ask until a day, in its unit."""
    offered = ask.answers.filter(answered_on__lte=upto).aggregate(total=Sum("quantity"))["total"]
    drawn = Draw.objects.filter(answer__ask=ask, drawn_on__lte=upto).aggregate(
        total=Sum("quantity")
    )["total"]
    return offered or Decimal(0), drawn or Decimal(0)
