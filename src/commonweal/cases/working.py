"""What handlers do with a request: take it in, share it out, call, note, decide, close."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import the_town
from commonweal.pledges import files
from commonweal.residents import deaths, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from . import enclosing, joining, named, next_actions, planning, triage, urgency
from .models import Call, Callback, Case, CaseFile, Glass, Need, Note, Notice, Shift

State, Urgency = Case.State, Case.Urgency
UNMET = ("unmet", "partly")


# --- Taking in --------------------------------------------------------------------------------


@transaction.atomic
def open_case(
    *,
    resident: Resident,
    channel: str,
    needs: dict[HelpType, dict[str, Any]],
    signs: Iterable[str] = (),
    words: str = "",
    by: Person | None = None,
    notice: Notice | None = None,
    consent_words: str = "",
    caller: dict[str, str] | None = None,
    from_partner: Partner | None = None,
    came_as: int | None = None,
    at: datetime | None = None,
) -> Case:
    """A call for help comes in: one request with its needs, its urgency and the call that is owed.

    ``signs`` are codes, kept as they were named. ``came_as`` is the level that a list or a partner
    gave it: the rules never make it less urgent.

    Raises
    ------
    Refused
        Nothing is asked for; the person was reported dead.
    """
    if not needs:
        raise Refused("Say what help is needed; “Something else” is an answer.")
    if resident.is_dead:
        raise Refused("This person was reported dead. If that is wrong, withdraw the report first.")
    now = at or timezone.now()
    signs = list(dict.fromkeys(signs))
    judged = triage.judge(
        signs,
        needs=[(kind.name, kind.weight) for kind in needs],
        came_as=came_as,
        asked_before=urgency.asked_before(resident, now),
    )
    hours = min([kind.hours_promised for kind in needs], default=72)
    if judged.level == Urgency.NOW:
        hours = min(hours, 4)
    # A promise falls into the hours in which it is safe to keep it.
    risk = any(kind.is_restricted for kind in needs) or None
    due_at = reaching.within_hours(resident, now + timedelta(hours=hours), now=now, risk=risk)
    case = Case.objects.create(
        resident=resident,
        channel=channel,
        words=words,
        notice=notice,
        area=resident.area,
        consent_words=consent_words,
        from_partner=from_partner,
        opened_at=now,
        taken_by=by,
        on_behalf=bool(caller),
        caller_name=(caller or {}).get("name", ""),
        caller_relation=(caller or {}).get("relation", ""),
        caller_contact=(caller or {}).get("contact", ""),
        score=judged.score,
        signs=signs,
        came_as=came_as,
        in_danger=judged.in_danger,
        reasons=[list(reason) for reason in judged.reasons],
        computed=judged.level,
        urgency=judged.level,
        due_at=due_at,
        is_restricted=any(kind.is_restricted for kind in needs),
    )
    Need.objects.bulk_create(
        Need(
            case=case,
            help_type=kind,
            answers=json.dumps(answers) if answers else "",
            opened_on=timezone.localdate(now),
        )
        for kind, answers in needs.items()
    )
    # Whom the case is kept from has spoken to them, and whoever gets it has not.
    keeps = by is not None and not named.is_closed_to(by, case)
    if channel != "phone" or by is None or not keeps:
        Callback.objects.create(case=case, purpose="first", due_at=due_at)
    else:
        # Whoever took the call has spoken to them; what is owed is the call after the first help.
        case.first_contact_at, case.state, case.assigned_to = now, State.WORKING, by
        case.save(update_fields=["first_contact_at", "state", "assigned_to"])
        next_actions.after_taking(case, by=by)
    Resident.objects.filter(pk=resident.pk).update(keep_until=None, changed_at=now)
    record(
        "help request opened",
        about=case,
        by=by,
        channel=channel,
        needs=sorted(kind.code for kind in needs),
    )
    owner = joining.look(case=case, by=by)
    enclosing.enclose(case=case, by=by, prefer=owner)
    case.refresh_from_db(fields=["state", "assigned_to", "is_restricted"])
    return case


def recalculate(case: Case, *, now: datetime | None = None) -> None:
    """Work the score out again, with what has been tried since. What a person decided stays."""
    now = now or timezone.now()
    before = urgency.asked_before(case.resident, now)
    if urgency.write(case, urgency.judged_of(case, before=before, now=now)):
        case.refresh_from_db(fields=["score", "computed", "reasons", "in_danger", "urgency"])


recalculate_all = urgency.recalculate_all


@transaction.atomic
def decide_urgency(*, case: Case, level: int, because: str, by: Person) -> None:
    """A person sets how urgent it is, instead of the rules. Takes a reason."""
    if not because.strip():
        raise Refused("Say why it is more, or less, urgent than the rules say.")
    Case.objects.filter(pk=case.pk).update(
        decided=level, decided_because=because, decided_by=by, urgency=level
    )
    record("urgency decided", about=case, by=by, was=case.urgency, now=level)
    enclosing.enclose(case=case, by=by)


# --- Sharing out ------------------------------------------------------------------------------


@transaction.atomic
def begin_shift(*, person: Person) -> Shift:
    """Somebody is at the desk: what went back to it of their own cases is theirs again."""
    shift, _ = Shift.objects.get_or_create(person=person, ended_at=None)
    next_actions.begin_of_shift(person)
    return shift


@transaction.atomic
def end_shift(*, person: Person) -> int:
    """Somebody goes home: how many calls and actions of today went back to the desk."""
    done = Shift.objects.filter(person=person, ended_at=None).update(ended_at=timezone.now())
    return next_actions.end_of_shift(person) if done else 0


def on_shift() -> list[Person]:
    """Handlers who are at the desk now, those with least on their list first."""
    today = timezone.localdate()
    return list(
        Person.objects.filter(
            shifts__ended_at=None,
            shifts__isnull=False,
            appointments__role__in=[Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE],
            appointments__ended_at=None,
            appointments__starts_on__lte=today,
            appointments__ends_on__gte=today,
        )
        .distinct()
        .order_by("id")
    )


@transaction.atomic
def share_evenly(*, by: Person) -> dict[Person, int]:
    """Give every request that nobody has to the handlers on shift, evenly: each goes to the handler
    who has least on their list; nobody gets a kind that is restricted to others.

    Raises
    ------
    Refused
        Nobody is on shift.
    """
    people_here = on_shift()
    if not people_here:
        raise Refused("Nobody is on shift. Ask handlers to begin their shift first.")
    counted = dict(
        Case.objects.open()
        .filter(assigned_to__in=people_here)
        .values_list("assigned_to")
        .annotate(Count("pk"))
        .order_by()
    )
    shared = {person: 0 for person in people_here}
    waiting = Case.objects.open().filter(assigned_to=None)
    closed = {
        person.pk: set(waiting.filter(named.closed_to(person)).values_list("pk", flat=True))
        for person in people_here
    }
    for case in waiting.order_by(*urgency.in_order()):
        able = [handler for handler in people_here if case.pk not in closed[handler.pk]]
        if not able:
            continue
        least = min(able, key=lambda handler: (counted.get(handler.pk, 0), handler.pk))
        taken = Case.objects.filter(pk=case.pk, assigned_to=None).update(
            assigned_to=least, state=State.WORKING
        )
        if taken:
            Callback.objects.filter(case=case, state="due").update(assigned_to=least)
            next_actions.give(case, to=least)
            counted[least.pk] = counted.get(least.pk, 0) + 1
            shared[least] += 1
    record("requests shared out", about=the_town(), by=by, cases=sum(shared.values()))
    return shared


def _may_handle(person: Person, case: Case) -> bool:
    """By kind of help. Handing over a case of who is perhaps a restricted person is a decision of
    the one who does it."""
    return named.may_own(person, case)


@transaction.atomic
def take(*, case: Case, by: Person) -> None:
    """A handler takes a request that nobody has."""
    if named.is_closed_to(by, case):
        raise Refused("This kind of help is for named colleagues only.")
    taken = (
        Case.objects.filter(pk=case.pk, assigned_to=None)
        .exclude(state=State.CLOSED)
        .update(assigned_to=by, state=State.WORKING)
    )
    if not taken:
        raise Refused("Somebody else has taken it already.")
    Callback.objects.filter(case=case, state="due").update(assigned_to=by)
    next_actions.give(case, to=by)
    record("request taken", about=case, by=by)


@transaction.atomic
def hand_over(*, case: Case, to: Person, words: str, by: Person) -> None:
    """Give a request to a colleague, with what they need to know."""
    if not words.strip():
        raise Refused("Write what your colleague needs to know.")
    if not roles_of(to) & {Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE}:
        raise Refused(f"{to.name} does not work at the desk.")
    if not _may_handle(to, case):
        raise Refused("This kind of help is for named colleagues only.")
    # Who has it now, as this page was let in: if a colleague handed it on meanwhile, look again.
    done = Case.objects.filter(pk=case.pk, assigned_to=case.assigned_to_id).update(assigned_to=to)
    if not done:
        raise Refused("Somebody else has handed it on meanwhile. Look at the case again.")
    Callback.objects.filter(case=case, state="due").update(assigned_to=to)
    next_actions.give(case, to=to, was=case.assigned_to)
    Note.objects.create(case=case, kind="handover", words=words, by=by)
    record("request handed over", about=case, by=by, to=str(to.code))
    if to != by:
        enclosing.enclose(case=case, by=by)


# --- Calls ------------------------------------------------------------------------------------

AGAIN = {"no_answer": 4, "voicemail": 4, "later": 24, "wrong_number": 24, "unsafe": 24}
GIVE_UP_AFTER = 5
# Attempts within a minute are one: a button pressed twice, an answer given again.
ONE_ATTEMPT = timedelta(minutes=1)


@transaction.atomic
def record_call(
    *,
    case: Case,
    direction: str,
    outcome: str,
    by: Person,
    words: str = "",
    minutes: int | None = None,
    purpose: str = "",
    which: str = "",
    again_at: datetime | None = None,
) -> Call:
    """Write down a call. What follows from its outcome follows by itself.

    ``which``: the number of the owed call that it was, where one is planned for another day. A
    call that is not named is taken for one that is due by tonight, or for the first.
    Spoke or refused: the call that was owed is done. No answer, voicemail, wrong number: it is
    tried again later, and after five attempts it is given up and somebody decides what is tried
    instead. Attempts within a minute are one. Dead: all contact stops.
    """
    now = timezone.now()
    twin = _written_just_now(case, direction, outcome, words, minutes, by)
    if twin is not None:
        return twin
    owed = case.callbacks.filter(state="due")
    if purpose:
        owed = owed.filter(purpose=purpose)
    callback = _call_that_was(owed, which)
    is_owed = owed.exists()
    call = Call.objects.create(
        case=case,
        callback=callback,
        direction=direction,
        outcome=outcome,
        words=words,
        minutes=minutes,
        at=now,
        by=by,
    )
    if outcome == Call.Outcome.DEAD:
        deaths.report_dead(resident=case.resident, by=by, because="Told on the telephone.")
    elif outcome in (Call.Outcome.SPOKE, Call.Outcome.REFUSED):
        Case.objects.filter(pk=case.pk, first_contact_at=None).update(first_contact_at=now)
        Case.objects.filter(pk=case.pk, state=State.NEW).update(
            state=State.WORKING, assigned_to=case.assigned_to or by
        )
        if callback:
            _reached(callback)
        next_actions.follow_all(case, "spoken", by=by, only_if_bare=True)
    elif callback:
        try_again(callback, again_at or now + timedelta(hours=AGAIN.get(outcome, 24)), by)
    elif outcome == Call.Outcome.LATER and not is_owed:
        _ring_later(case, again_at or now + timedelta(hours=AGAIN["later"]), by)
    record("call recorded", about=case, by=by, outcome=outcome, direction=direction)
    return call


def planned_for_later(case: Case) -> list[Callback]:
    """Calls that are owed on another day than today, where none is owed by tonight: a call that is
    made today need not be one of them."""
    owed = case.callbacks.filter(state="due")
    return [] if _due_tonight(owed).exists() else list(owed.order_by("due_at"))


def _due_tonight(owed: QuerySet[Callback]) -> QuerySet[Callback]:
    tonight = planning.end_of_day(timezone.now())
    return owed.filter(Q(due_at__lte=tonight) | Q(purpose="first")).order_by("due_at")


def _call_that_was(owed: QuerySet[Callback], which: str) -> Callback | None:
    if which.isdecimal():
        return owed.filter(pk=which).first()
    return None if which else _due_tonight(owed).first()


def _ring_later(case: Case, at: datetime, by: Person) -> None:
    """They asked to be rung at another time and nothing is owed: that call is owed now."""
    open_way, _ = reaching.way_for(case.resident)
    if case.state != State.CLOSED and open_way is not None and not case.resident.is_dead:
        plan_call(case=case, purpose="follow_up", due_at=at, by=by)


def _written_just_now(
    case: Case, direction: str, outcome: str, words: str, minutes: int | None, by: Person
) -> Call | None:
    """The same call by the same person within a minute: the button was pressed twice."""
    Case.objects.select_for_update().filter(pk=case.pk).first()
    lately = case.calls.filter(
        by=by,
        direction=direction,
        outcome=outcome,
        minutes=minutes,
        at__gt=timezone.now() - ONE_ATTEMPT,
    )
    return next((call for call in lately if call.words == words), None)


def _reached(callback: Callback) -> None:
    Callback.objects.filter(pk=callback.pk, state="due").update(state="done", ending="reached")


def try_again(callback: Callback, at: datetime, by: Person) -> None:
    """One more attempt reached nobody: the next one, within their safe hours, or the end."""
    at = reaching.within_hours(callback.case.resident, at)
    now = timezone.now()
    since = now - ONE_ATTEMPT
    if callback.case.callbacks.filter(tried_at__gt=since).exists():
        return
    Callback.objects.filter(pk=callback.pk, state="due").update(
        attempts=F("attempts") + 1, due_at=at, tried_at=now
    )
    spent = Callback.objects.filter(
        pk=callback.pk, state="due", attempts__gte=GIVE_UP_AFTER
    ).update(state="cancelled", ending="attempts")
    if spent:
        next_actions.follow_all(callback.case, "attempts", by=by)


@transaction.atomic
def plan_call(*, case: Case, purpose: str, due_at: datetime, by: Person) -> Callback:
    """Owe somebody a call. One of a purpose at a time; another date moves it."""
    if case.resident.is_dead:
        raise Refused("This person was reported dead: nobody rings them.")
    if case.state == State.CLOSED:
        raise Refused("This request is closed.")
    open_way, _ = reaching.way_for(case.resident)
    if open_way is None:
        raise Refused(reaching.instruction(case.resident))
    due_at = reaching.within_hours(case.resident, due_at)
    callback, _ = Callback.objects.update_or_create(
        case=case,
        purpose=purpose,
        state="due",
        defaults={"due_at": due_at, "assigned_to": case.assigned_to or by},
    )
    if purpose != "second":
        for need in case.needs.filter(state="open"):
            next_actions.decided(need, by=by)
    return callback


# --- Notes and papers -------------------------------------------------------------------------


@transaction.atomic
def note(*, case: Case, words: str, by: Person | None, kind: str = "note") -> Note:
    written = Note.objects.create(case=case, words=words, by=by, kind=kind)
    record("note written", about=case, by=by, kind=kind)
    return written


def box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@transaction.atomic
def attach(*, case: Case, upload: UploadedFile[Any], by: Person) -> CaseFile:
    """Keep a paper of the case, encrypted, under a name that says nothing."""
    name = upload.name or "file"
    most = the_town().evidence_max_mb
    if upload.size and upload.size > most * 1024 * 1024:
        raise Refused(f"The file is larger than {most} MB.")
    content: Any = upload.read()
    content_type = files.check(name, content, max_mb=most)
    paper = CaseFile.objects.create(
        case=case,
        name=files.safe_name(name),
        content_type=content_type,
        size_bytes=len(content),
        added_by=by,
    )
    path = settings.CASE_FOLDER / str(paper.code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(box().encrypt(content))
    record("paper kept", about=case, by=by, paper=str(paper.code))
    return paper


def read_file(paper: CaseFile) -> bytes:
    return box().decrypt((settings.CASE_FOLDER / str(paper.code)).read_bytes())


# --- The end of a need and of a request -------------------------------------------------------


@transaction.atomic
def settle(
    *, need: Need, state: str, by: Person | None, why: str = "", on: date | None = None
) -> None:
    """Say what became of one need. When the first is met, the second call is planned by itself:
    people accept further help once the first problem is handled."""
    if state in UNMET and state == "unmet" and not why:
        raise Refused("Say why it could not be met: it is what the town has to know.")
    today = on or timezone.localdate()
    done = Need.objects.filter(pk=need.pk, state="open").update(
        state=state, why_unmet=why, closed_on=today
    )
    if not done:
        raise Refused("Somebody else has settled this need already.")
    next_actions.drop(need, by=by)
    case = need.case
    already = case.callbacks.filter(purpose="second").exists()
    if state in ("met", "partly") and not already and not case.resident.is_dead:
        days = need.help_type.second_call_days
        Callback.objects.create(
            case=case,
            purpose="second",
            due_at=reaching.within_hours(case.resident, timezone.now() + timedelta(days=days)),
            assigned_to=case.assigned_to,
        )
    record("need settled", about=case, by=by, need=need.help_type.code, state=state)


@transaction.atomic
def reopen(*, need: Need, by: Person) -> None:
    done = (
        Need.objects.filter(pk=need.pk)
        .exclude(state="open")
        .update(state="open", closed_on=None, why_unmet="")
    )
    if not done:
        raise Refused("Somebody else has opened it again already.")
    Case.objects.filter(pk=need.case_id, state=State.CLOSED).update(
        state=State.WORKING, closed_at=None
    )
    next_actions.follow(need, "reopened", by=by)
    record("need reopened", about=need.case, by=by, need=need.help_type.code)
    recalculate(need.case)
    enclosing.enclose(case=need.case, by=by)


@transaction.atomic
def close(*, case: Case, words: str, by: Person, at: datetime | None = None) -> None:
    """Close the loop.

    Raises
    ------
    Refused
        A need is still open, a referral is unanswered, or the second call is still owed.
    """
    open_needs = [need.help_type.name for need in case.needs.filter(state="open")]
    if open_needs:
        raise Refused("Still open: " + ", ".join(open_needs) + ". Settle each need first.")
    waiting = case.referrals.filter(state__in=["sent", "received", "accepted", "contacted"])
    if waiting.exists():
        raise Refused("A referral is still open. Take it back, or wait for its outcome.")
    owed = case.callbacks.filter(state="due")
    if owed.filter(purpose="second").exists() and not case.resident.is_dead:
        raise Refused("The second call is still owed. Make it, or write down why it is not made.")
    now = at or timezone.now()
    done = (
        Case.objects.filter(pk=case.pk)
        .exclude(state=State.CLOSED)
        .update(state=State.CLOSED, closed_at=now, closed_words=words)
    )
    if not done:
        raise Refused("Somebody else has closed it already.")
    owed.update(state="cancelled", ending="closed")
    record("help request closed", about=case, by=by)


@transaction.atomic
def cancel_call(*, callback: Callback, because: str, by: Person) -> None:
    """A call that is owed is not made after all, with the reason."""
    if not because.strip():
        raise Refused("Say why the call is not made.")
    done = Callback.objects.filter(pk=callback.pk, state="due").update(
        state="cancelled", ending="not_made", because=because, not_made_by=by
    )
    if not done:
        raise Refused("This call is not owed any more.")
    next_actions.follow_all(callback.case, "no_call", by=by)
    record("call not made", about=callback.case, by=by, purpose=callback.purpose)


@transaction.atomic
def break_glass(*, case: Case, because: str, by: Person) -> None:
    """Read a case without a link to it, for a day, with a reason that is looked at afterwards."""
    if named.is_closed_to(by, case):
        raise Refused(named.KEPT)
    if len(because.strip()) < 10:
        raise Refused("Say why you need to read this case, in a sentence.")
    Glass.objects.create(person=by, case=case, because=because)
    record("glass broken", about=case, by=by)


# A queue is counted and shown as far as this: nobody pages further, and no page waits for it.
COUNTED = 1000


def counted(cases: Any) -> int:
    """How many requests, counted to one more than :data:`COUNTED` at most."""
    return int(cases.order_by()[: COUNTED + 1].count())


def queue_for(person: Person) -> Any:
    """Open requests that a person may see in the queue, the most urgent first."""
    cases = Case.objects.open()
    if not named.is_manager(person):
        cases = cases.exclude(named.closed_to(person))
    return cases.order_by(*urgency.in_order())
