"""Texts and e-mails to residents: written in the case, held until a safe hour, looked at again at
the moment when they go out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Message, Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import the_town
from commonweal.residents import keys, reaching
from commonweal.residents.models import Resident
from commonweal.residents.unwritten import refuse_codes
from commonweal.residents.ways import Way

from . import working
from .models import BulkText, Case, TextTemplate, Written

WAYS = {"text": Way.TEXT, "email": Way.EMAIL, "post": Way.LETTER}
NO_ADDRESS = {
    Way.TEXT: "no mobile telephone",
    Way.EMAIL: "no e-mail",
    Way.LETTER: "no address to which a letter may go",
}
# The outbox holds no word of it: the sender asks for the words when it goes out.
KEY, IN_THE_CASE = "reach-", "The words are kept in the case."
MOST_SIGNS = 600
AGAIN = timedelta(hours=24)
# A letter and its answer take days.
AGAIN_BY_POST = timedelta(days=5)


def address_for(resident: Resident, channel: Way) -> str:
    """The first number that gets texts, the e-mail address, or where a letter goes; "" where there
    is none."""
    if channel == Way.LETTER:
        return reaching.place_of(resident)
    if channel == Way.EMAIL:
        return str(resident.email)
    return next(filter(keys.is_mobile, resident.phone_list), "")


def fill(template: TextTemplate, case: Case) -> str:
    """The words for one case. Only its reference and the town's name can stand in them."""
    text = template.body.replace("{reference}", case.code)
    return text.replace("{town}", the_town().name)


@transaction.atomic
def write_one(
    *,
    case: Case,
    way: str,
    by: Person,
    template: TextTemplate | None = None,
    words: str = "",
    now: datetime | None = None,
) -> Written:
    """A text, an e-mail or a letter to the resident of a case, kept there; at another hour than a
    safe one it waits for the next. A call that was owed counts as tried, and is tried again a day
    later, or five where nothing but a letter may be written.

    Raises
    ------
    Refused
        They must not be reached so; there is no number; nothing is said, or too much.
    """
    if case.state == Case.State.CLOSED:
        raise Refused("This case is closed.")
    text = _words_for(case, way, template, words)
    resident = case.resident
    refuse_codes(resident, text)
    answer = reaching.may(resident, way=WAYS[way], at=now)
    if not answer.ever:
        raise Refused(f"This resident {answer.why}. {answer.instruction}")
    to = address_for(resident, WAYS[way])
    if not to:
        raise Refused(f"There is {NO_ADDRESS[WAYS[way]]}.")
    written = Written.objects.create(
        case=case,
        way=way,
        words=text,
        to=to,
        subject=_subject(way, template),
        by=by,
        state=Written.State.HANDED if way == "post" else Written.State.WAITING,
        not_before=answer.later or now or timezone.now(),
    )
    if answer.allowed:
        _hand_over(written)
    _try_again(case, now or timezone.now(), by)
    record("resident written to", about=case, by=by, way=way, held=not answer.allowed)
    return written


# The ways in which the form is confirmed, by what they chose; the first that leads somewhere.
CONFIRMED_BY = {
    "any": ("text", "email"),
    "no_ring": ("text", "email"),
    "text_only": ("text",),
    "email_only": ("email",),
}


def confirm(case: Case) -> Written | None:
    """Say to whoever sent the form that it is here, by the way that they chose and no other. Where
    safety is at stake, or a person must read a note first, nothing goes out by itself."""
    resident = case.resident
    if case.on_behalf or reaching.at_risk(resident):
        return None
    for way in CONFIRMED_BY.get(resident.contact, ()):
        answer = reaching.may(resident, way=WAYS[way], by_machine=True, risk=False)
        to = address_for(resident, WAYS[way])
        if answer.ever and to:
            written = Written.objects.create(
                case=case,
                way=way,
                words=_confirmation(case),
                to=to,
                subject=_subject(way, None),
                not_before=answer.later or timezone.now(),
            )
            if answer.allowed:
                _hand_over(written)
            record("resident written to", about=case, by=None, way=way, held=not answer.allowed)
            return written
    return None


def _confirmation(case: Case) -> str:
    """Whoever reads along learns that something was sent, and nothing of what it is about."""
    town = the_town()
    ring = f" To add something, ring {town.help_phone}." if town.help_phone else ""
    return f"{town.name}: we have what you sent us. Your reference is {case.code}.{ring}"


def _try_again(case: Case, now: datetime, by: Person) -> None:
    """What is owed was tried by writing; a letter and its answer are given days."""
    callback = case.callbacks.filter(state="due").order_by("due_at").first()
    if callback is not None:
        is_by_post = reaching.way_for(case.resident)[0] == Way.LETTER
        working.try_again(callback, now + (AGAIN_BY_POST if is_by_post else AGAIN), by)


def _words_for(case: Case, channel: str, template: TextTemplate | None, typed: str) -> str:
    """What it says; refused where that is nothing, or more than goes into a text."""
    text = typed.strip() or (fill(template, case) if template else "")
    if not text:
        raise Refused("Choose words, or write your own.")
    if WAYS[channel] == Way.TEXT and len(text) > MOST_SIGNS:
        raise Refused(f"A text has {MOST_SIGNS} signs at most; this one has {len(text)}.")
    return text


def _subject(channel: str, template: TextTemplate | None) -> str:
    """Words that somebody who looks over a shoulder may read; never the handler's own."""
    if channel != "email":
        return ""
    return (template.subject if template else "") or f"From the council of {the_town().name}"


@transaction.atomic
def write_many(
    *, bulk: BulkText, template: TextTemplate, rows: list[tuple[Case, datetime | None]]
) -> None:
    """One template to the residents of many cases; a row has the moment until which it waits."""
    channel = "text" if template.by_text else "email"
    now = timezone.now()
    for case, later in rows:
        written = Written.objects.create(
            case=case,
            way=channel,
            words=fill(template, case),
            bulk=bulk,
            by=bulk.by,
            to=address_for(case.resident, WAYS[channel]),
            subject=_subject(channel, template),
            not_before=later or now,
        )
        if later is None:
            _hand_over(written)


def _hand_over(written: Written) -> None:
    moved = Written.objects.filter(pk=written.pk, state=Written.State.WAITING).update(
        state=Written.State.HANDED
    )
    if not moved:
        return
    to = {"to_phone": written.to} if written.way == "text" else {"to_email": written.to}
    mail.write(
        key=f"{KEY}{written.pk}", subject=written.subject or the_town().name, body=IN_THE_CASE, **to
    )


def send_held(now: datetime | None = None) -> int:
    """Hand over what waited for an hour that has come. Safe to run at any time, and twice."""
    now = now or timezone.now()
    held = Written.objects.filter(state=Written.State.WAITING, not_before__lte=now)
    count = 0
    for written in held.order_by("not_before")[:500]:
        with transaction.atomic():
            _hand_over(written)
        count += 1
    return count


@mail.gate(KEY)
def words_now(message: Message, now: datetime) -> str | None:
    """Asked by the sender as the message goes out: its words, or None, and then it is not sent.

    Between writing and sending somebody may have said *do not contact*, the safe hour may be
    over, the number may be gone: then it waits again, or is stopped.
    """
    written = (
        Written.objects.select_related("case__resident")
        .filter(pk=message.key.removeprefix(KEY))
        .first()
    )
    if written is None or not written.words:
        message.delete()
        return None
    resident, channel = written.case.resident, WAYS[written.way]
    answer = reaching.may(resident, way=channel, at=now, by_machine=written.bulk_id is not None)
    reachable = resident.phone_list if channel == Way.TEXT else [resident.email]
    if answer.allowed and written.to in reachable:
        return str(written.words)
    message.delete()
    if answer.later is not None and written.to in reachable:
        Written.objects.filter(pk=written.pk).update(
            state=Written.State.WAITING, not_before=answer.later
        )
        return None
    why = answer.why or "the number or address is gone"
    Written.objects.filter(pk=written.pk).update(state=Written.State.STOPPED, why_stopped=why[:80])
    record("message stopped", about=written.case, by=None, way=written.way)
    return None
