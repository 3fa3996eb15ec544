"""A form becomes a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused
from commonweal.residents import keys, people, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import access, joining, named, opening, typing, working, writing
from ..models import Case, CaseRead, IntakeDraft, Note, Notice
from .answers import answers_of, asks_about_safety, caller_of, household_of, needs_of, values_of

CONSENT = (
    "I agree that the council keeps what I have said here, to get help for me. It is shared with "
    "another organisation only when I am asked first."
)
NOT_AGREED = (
    "They do not agree. Tell them what help there is and where, and throw the form away. If "
    "somebody is in danger, say so instead."
)
AGREED = ("on", True)
UNASKED = "Nobody could ask whether they agree that this is kept. Ask at the next call."


@transaction.atomic
def finish(*, draft: IntakeDraft, by: Person | None, resident: Resident | None = None) -> Case:
    """Make a help request of what was typed.

    ``resident`` is the record that a person said it is; without one a new record is made, and if
    somebody alike is here the queue says so.

    Raises
    ------
    Refused
        Nothing is asked for, they do not agree that it is kept, it was sent already, the desk is
        closed to the public, or ``resident`` was not offered to ``by`` for this draft.

    NotAsked
        Safety is at stake, and how it is safe to reach them was not answered.

    A call of a restricted kind is always taken as a new record: whom a handler, who is not named,
    said it is, is joined to it for a named colleague to decide.
    """
    if by is None and not opening.is_open():
        raise Refused(opening.CLOSED)
    draft = _to_send(draft)
    answers = answers_of(draft)
    needs = _needs_asked_for(answers)
    _refuse_unoffered(draft, resident, by)
    said_to_be = None
    if resident is not None and not _may_attach(by, needs):
        said_to_be, resident = resident, None
    if resident is None:
        resident = people.add(values=values_of(answers), by=by)
    else:
        _add_to(resident, answers, by)
    case = working.open_case(
        resident=resident,
        channel=draft.channel,
        needs=needs,
        signs=answers.get("signs") or [],
        words=str(answers.get("words", "")),
        by=by,
        caller=caller_of(answers),
        consent_words=CONSENT if answers.get("consent") in AGREED else "",
        household=household_of(answers),
        notice=Notice.in_force(),
    )
    if answers.get("consent") == "unasked":
        Note.objects.create(case=case, kind="note", words=UNASKED, by=by)
    if said_to_be is not None:
        joining.join(resident=resident, lookalike=said_to_be, chosen_by=by, case=case)
    _leave(draft, case, by)
    return case


def _refuse_unoffered(draft: IntakeDraft, resident: Resident | None, by: Person | None) -> None:
    if resident is not None and by is not None and not access.was_offered(by, draft, resident):
        raise Refused("Choose among the people whom this page offers, or “Somebody new”.")


def _needs_asked_for(answers: dict[str, Any]) -> dict[HelpType, dict[str, Any]]:
    """What is asked for; refused where that, or how it is safe to reach them, was not said."""
    needs = needs_of(answers)
    if not needs:
        raise Refused("Say what help is needed; “Something else” is an answer.")
    if answers.get("consent") == "no":
        raise Refused(NOT_AGREED)
    if not answers.get("contact") and asks_about_safety(needs, answers.get("signs") or []):
        raise reaching.NotAsked("Say how it is safe to get in touch.")
    return needs


def _to_send(draft: IntakeDraft) -> IntakeDraft:
    """The draft as it is kept, locked: nobody else sends it meanwhile."""
    locked = IntakeDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.sent_as_id is not None:
        raise Refused("This was sent already.")
    if typing.unsettled(locked):
        raise Refused("Two people typed different words into one field. Choose first, above.")
    return locked


def _leave(draft: IntakeDraft, case: Case, by: Person | None) -> None:
    """A draft that became a case leads to it; what was typed and who read it go there. Whoever
    sent it themselves is told its reference."""
    # Its number stays: with it whoever asked sees how their request stands.
    draft.sent_as = case
    # Whoever took a call that is kept from them keeps what they typed, until drafts are forgotten.
    if by is None or not named.is_closed_to(by, case):
        draft.answers = draft.marks = ""
    draft.save(update_fields=["sent_as", "answers", "marks"])
    reads = CaseRead.objects.filter(draft_code=draft.code, resident=None)
    reads.update(resident=case.resident, case=case)
    if by is None:
        writing.confirm(case)


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
    known = keys.one_spelling(resident.phone_list)
    phones = keys.one_spelling([*known, *answered["phones"].splitlines()])
    if len(phones) > len(known):
        lacking["phones"] = "\n".join(phones)
    if lacking and by is not None:
        people.change(resident=resident, values=lacking, by=by)
    if rule is not None:
        reaching.say(resident=resident, rule=rule, source=reaching.Source.INTAKE, by=by)
