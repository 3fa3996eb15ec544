"""Taking somebody's call, form, mail or visit: kept as it is typed, finished by a person."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.places.models import Area
from commonweal.residents import people, reaching, references
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident
from commonweal.residents.ways import clock_of
from commonweal.services.models import HelpType

from . import access, joining, named, opening, typing, working
from .models import Case, CaseRead, IntakeDraft, Notice
from .models.cases import new_pin

WRONG_PINS_MOST = 5
# In letters: of one answer, and of all that is written down of one request.
FIELD_MOST = 5_000
DRAFT_MOST = 30_000


class TooLong(Refused):
    """More was typed than is kept; nothing of this step was stored."""


CONSENT = (
    "I agree that the council keeps what I have said here, to get help for me. It is shared with "
    "another organisation only when I am asked first."
)


@transaction.atomic
def start(*, channel: str, by: Person | None) -> tuple[IntakeDraft, str]:
    """Begin to write down a call for help; (draft, number to go on with it, for the public).

    Raises
    ------
    Refused
        The public asks, and the desk is closed.
    """
    if by is None and not opening.is_open():
        raise Refused(opening.CLOSED)
    pin = "" if by else new_pin()
    draft = IntakeDraft.objects.create(
        channel=channel, started_by=by, saved_by=by, pin_hash=_hash(pin) if pin else ""
    )
    return draft, pin


def _hash(pin: str) -> str:
    return keyed_hash(f"pin:{pin}")


@transaction.atomic
def save(
    *,
    draft: IntakeDraft,
    answers: dict[str, Any],
    by: Person | None,
    seen: dict[str, int] | None = None,
    tab: str = "",
) -> IntakeDraft:
    """Keep what was typed so far, whatever it is: nothing but its length is checked, nothing is
    lost.

    ``answers`` are the fields that somebody changed; ``seen`` the version of the draft that their
    page last saw of each. What another changed since is kept beside it (`typing`).

    Raises
    ------
    TooLong
        One answer, or all together, is longer than is kept.
    Refused
        It was sent already, or thrown away.
    """
    now, writer = _begin(draft, by, tab)
    merged, marks = answers_of(now), typing.marks_of(now)
    _check_length(answers, merged | answers)
    typing.take(merged, marks, answers, seen, writer)
    _store(draft, merged, marks, writer)
    _mark(draft, merged)
    return draft


def _check_length(answers: dict[str, Any], merged: dict[str, Any]) -> None:
    if any(len(json.dumps(answer, ensure_ascii=False)) > FIELD_MOST for answer in answers.values()):
        raise TooLong(
            f"One answer is longer than {FIELD_MOST:,} letters, so this step was not kept. Shorten "
            "it here, or ring the help desk and tell us."
        )
    if len(json.dumps(merged, ensure_ascii=False)) > DRAFT_MOST:
        raise TooLong(
            f"All answers together are longer than {DRAFT_MOST:,} letters, so this step was not "
            "kept. Shorten it here, or ring the help desk and tell us."
        )


def _mark(draft: IntakeDraft, answers: dict[str, Any]) -> None:
    """Whether what was typed so far is for named colleagues: it ticks a restricted kind, or fits
    somebody restricted. Looked at on every save, so that no page tells by its pace."""
    ticked = HelpType.objects.filter(is_restricted=True, code__in=answers.get("needs") or [])
    near = joining.restricted_like(described_of(answers))
    is_restricted = ticked.exists() or bool(near)
    if is_restricted != draft.is_restricted:
        IntakeDraft.objects.filter(pk=draft.pk).update(is_restricted=is_restricted)
        draft.is_restricted = is_restricted


@transaction.atomic
def choose(*, draft: IntakeDraft, name: str, which: str, by: Person, tab: str = "") -> None:
    """Say which of two people's words a field is to hold.

    Raises
    ------
    Refused
        It was sent already, or thrown away, or somebody else has chosen.
    """
    now, writer = _begin(draft, by, tab)
    merged, marks = answers_of(now), typing.marks_of(now)
    if name not in marks.twice:
        raise Refused("Somebody else has chosen already. Look at the field again.")
    typing.choose(merged, marks, name, which, writer)
    _store(draft, merged, marks, writer)


def _begin(draft: IntakeDraft, by: Person | None, tab: str) -> tuple[IntakeDraft, typing.Writer]:
    now = IntakeDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if now is None:
        raise Refused("Somebody has thrown this away. What you typed is still on your page.")
    if now.sent_as_id is not None:
        raise Refused("This was sent already.")
    return now, typing.Writer(by, tab, timezone.now(), now.saves + 1)


def _store(
    draft: IntakeDraft, answers: dict[str, Any], marks: typing.Marks, writer: typing.Writer
) -> None:
    IntakeDraft.objects.filter(pk=draft.pk, sent_as=None).update(
        answers=json.dumps(answers),
        marks=marks.as_text(),
        saved_at=writer.at,
        saved_by=_keeper(draft, writer.by),
        saves=writer.version,
    )
    draft.refresh_from_db()


def _keeper(draft: IntakeDraft, by: Person | None) -> Person | None:
    """Who types it: whoever saved it last. Who reads a restricted one by their role takes it from
    nobody, so that whoever is on the telephone can go on."""
    if by is None:
        return draft.saved_by
    by_role = named.is_manager(by) or bool(named.kinds_of(by))
    return draft.saved_by or by if draft.is_restricted and by_role else by


def answers_of(draft: IntakeDraft) -> dict[str, Any]:
    return dict(json.loads(draft.answers)) if draft.answers else {}


def resume(*, code: str, pin: str) -> IntakeDraft:
    """Go on with a form: reference and number, in any spelling. Five wrong numbers close it.

    Raises
    ------
    Refused
        They do not fit; which of the two is not said.
    """
    draft = references.get_one(IntakeDraft.objects.filter(sent_as=None), code)
    pin = references.figures(pin)
    if (
        draft is None
        or not _may_guess(draft)
        or not hmac.compare_digest(draft.pin_hash, _hash(pin))
    ):
        raise Refused("The reference and the number do not fit together. Look at both again.")
    IntakeDraft.objects.filter(pk=draft.pk).update(wrong_pins=0)
    return draft


def _may_guess(draft: IntakeDraft) -> bool:
    """Count a try before it is looked at, so that many at the same moment are no more tries."""
    open_ = IntakeDraft.objects.filter(pk=draft.pk, wrong_pins__lt=WRONG_PINS_MOST)
    counted = open_.exclude(pin_hash="").update(wrong_pins=F("wrong_pins") + 1)
    return bool(counted)


def described_of(answers: dict[str, Any]) -> Described:
    return Described(
        first=str(answers.get("first_name", "")),
        last=str(answers.get("last_name", "")),
        others=tuple(line for line in str(answers.get("also_known_as", "")).splitlines() if line),
        born=born_of(answers),
        phones=tuple(p for p in (answers.get("phone", ""), answers.get("phone2", "")) if p),
        email=str(answers.get("email", "")),
        address=str(answers.get("address", "")),
        postcode=str(answers.get("postcode", "")),
        nhs=str(answers.get("nhs_number", "")),
    )


def born_of(answers: dict[str, Any]) -> str:
    """As far as it is known: 1950, 1950-03 or 1950-03-27; "" when it is not, or is none."""
    parts = [str(answers.get(f"born_{n}", "")).strip() for n in (2, 1, 0)]
    if not (parts[0].isdecimal() and len(parts[0]) == 4):
        return ""
    known = [parts[0]]
    for part in parts[1:]:
        if not (part.isdecimal() and 1 <= int(part) <= 31):
            break
        known.append(f"{int(part):02}")
    return "-".join(known)


def values_of(answers: dict[str, Any]) -> dict[str, Any]:
    """What is written down of the person."""
    phones = [str(answers.get(name, "")).strip() for name in ("phone", "phone2")]
    area = Area.objects.filter(code=answers.get("area") or "").first()
    values: dict[str, Any] = {
        name: str(answers.get(name, "")).strip()
        for name in (
            "first_name",
            "last_name",
            "also_known_as",
            "email",
            "address",
            "postcode",
            "safe_word",
            "safe_note",
            "language",
            "nhs_number",
        )
    }
    values |= {
        "born": born_of(answers),
        "phones": "\n".join(p for p in phones if p),
        "area": area,
        "contact": answers.get("contact") or Resident.Contact.NOT_ASKED,
        "safe_days": answers.get("safe_days") or "",
        "safe_from": clock_of(answers.get("safe_from")),
        "safe_until": clock_of(answers.get("safe_until")),
        "lives": answers.get("lives") or Resident.Lives.ADDRESS,
    }
    return values


def is_danger(draft: IntakeDraft) -> bool:
    """Whether danger was named in what was typed so far."""
    return draft.is_restricted or "danger" in (answers_of(draft).get("signs") or [])


def asks_about_safety(kinds: Iterable[HelpType], signs: Iterable[str]) -> bool:
    """Whether what is asked for is about safety, so that the way of contact has to be asked."""
    return "danger" in signs or any(kind.is_restricted for kind in kinds)


@transaction.atomic
def finish(*, draft: IntakeDraft, by: Person | None, resident: Resident | None = None) -> Case:
    """Make a help request of what was typed.

    ``resident`` is the record that a person said it is; without one a new record is made, and if
    somebody alike is here the queue says so.

    Raises
    ------
    Refused
        Nothing is asked for, it was sent already, the desk is closed to the public, or
        ``resident`` was not offered to ``by`` for
        this draft.

    NotAsked
        Safety is at stake, and how it is safe to reach them was not answered.

    A call of a restricted kind is always taken as a new record: whom a handler, who is not named,
    said it is, is joined to it for a named colleague to decide.
    """
    if by is None and not opening.is_open():
        raise Refused(opening.CLOSED)
    draft = IntakeDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.sent_as_id is not None:
        raise Refused("This was sent already.")
    if typing.unsettled(draft):
        raise Refused("Two people typed different words into one field. Choose first, above.")
    answers = answers_of(draft)
    chosen = HelpType.objects.filter(is_active=True, code__in=answers.get("needs") or [])
    needs = {
        kind: {
            question["code"]: answers.get(f"q-{kind.code}-{question['code']}", "")
            for question in kind.questions
            if answers.get(f"q-{kind.code}-{question['code']}")
        }
        for kind in chosen
    }
    if not needs:
        raise Refused("Say what help is needed; “Something else” is an answer.")
    if not answers.get("contact") and asks_about_safety(needs, answers.get("signs") or []):
        raise reaching.NotAsked("Say how it is safe to get in touch.")
    if resident is not None and by is not None and not access.was_offered(by, draft, resident):
        raise Refused("Choose among the people whom this page offers, or “Somebody new”.")
    said_to_be = None
    if resident is not None and not _may_attach(by, needs):
        said_to_be, resident = resident, None
    if resident is None:
        resident = people.add(values=values_of(answers), by=by)
    else:
        _add_to(resident, answers, by)
    behalf = answers.get("for_whom") == "other"
    caller = (
        {name: str(answers.get(f"caller_{name}", "")) for name in ("name", "relation", "contact")}
        if behalf
        else None
    )
    case = working.open_case(
        resident=resident,
        channel=draft.channel,
        needs=needs,
        signs=answers.get("signs") or [],
        words=str(answers.get("words", "")),
        by=by,
        caller=caller,
        consent_words=CONSENT if answers.get("consent") else "",
        notice=Notice.objects.filter(in_force_from__lte=timezone.localdate()).first(),
    )
    if said_to_be is not None:
        joining.join(resident=resident, lookalike=said_to_be, chosen_by=by, case=case)
    draft.sent_as, draft.pin_hash = case, ""
    # Whoever took a call that is kept from them keeps what they typed, until drafts are forgotten.
    if by is None or not named.is_closed_to(by, case):
        draft.answers = draft.marks = ""
    draft.save(update_fields=["sent_as", "answers", "marks", "pin_hash"])
    reads = CaseRead.objects.filter(draft_code=draft.code, resident=None)
    reads.update(resident=resident, case=case)
    return case


def _may_attach(by: Person | None, kinds: Iterable[HelpType]) -> bool:
    """Whether a call for these kinds may go to a record that is here, by this person's word."""
    if by is None:
        return False
    restricted = {kind.pk for kind in kinds if kind.is_restricted}
    return named.is_manager(by) or restricted <= named.kinds_of(by)


def _add_to(resident: Resident, answers: dict[str, Any], by: Person | None) -> None:
    """A record that is here gets what it lacks, and new numbers beside the old ones. What it has
    is not overwritten: a handler does that on its page, knowing what was there. Of how they may
    be reached the strictest holds."""
    answered, rule = reaching.split(values_of(answers))
    lacking = {
        name: answer
        for name, answer in answered.items()
        if answer and not getattr(resident, name) and name not in ("lives", "phones")
    }
    if answered["lives"] == Resident.Lives.REFUGE:
        lacking["lives"] = answered["lives"]
    phones = [*resident.phone_list, *answered["phones"].splitlines()]
    if len(dict.fromkeys(phones)) > len(resident.phone_list):
        lacking["phones"] = "\n".join(dict.fromkeys(phones))
    if lacking and by is not None:
        people.change(resident=resident, values=lacking, by=by)
    if rule is not None:
        reaching.say(resident=resident, rule=rule, source=reaching.Source.INTAKE, by=by)


@transaction.atomic
def throw_away(*, draft: IntakeDraft, by: Person) -> None:
    """A draft that came to nothing."""
    if draft.sent_as_id is not None:
        raise Refused("This was sent already.")
    record("intake thrown away", about=draft, by=by)
    draft.delete()
