"""Who a call may be of: who is offered to whoever takes it, and what they have to decide."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from commonweal.accounts.access import SignedInRequest
from commonweal.cases import access, intake
from commonweal.cases.models import IntakeDraft
from commonweal.design.words import many
from commonweal.residents import people

CHOOSE = "Somebody here is probably the same person. Choose them, or “Somebody new”."


def offered(
    request: SignedInRequest, draft: IntakeDraft, answers: dict[str, Any]
) -> list[people.Candidate]:
    """Who it may be. That their names were shown is a reading of theirs, and an offer: only who
    was offered for this draft can be chosen."""
    candidates = people.candidates(intake.described_of(answers), for_person=request.user)
    for candidate in candidates:
        if not candidate.is_erased:
            access.note_read(
                request.user, candidate.resident, what="candidate", link="intake", draft=draft
            )
    return candidates


def panel(candidates: list[people.Candidate], chosen: str = "") -> dict[str, Any]:
    """What the panel beside a call shows; ``chosen`` is the code of whom somebody chose on it."""
    return {
        "candidates": candidates,
        "chosen": chosen,
        "choose": True,
        "must_choose": any(candidate.is_likely for candidate in candidates),
    }


def in_a_line(candidates: list[people.Candidate]) -> str:
    """The panel in a few words, for the bar that stays in sight."""
    if any(candidate.is_likely for candidate in candidates):
        return "Probably known already: choose"
    return f"Perhaps known already: {many(len(candidates), 'person,people')}" if candidates else ""


def is_undecided(request: SignedInRequest, draft: IntakeDraft, sent: QueryDict) -> bool:
    """Whether somebody is probably the same person, and the page that was sent chose nobody: it
    offered no choice, or not yet this person."""
    if sent.get("resident"):
        return False
    answers = intake.answers_of(draft)
    candidates = people.candidates(intake.described_of(answers), for_person=request.user)
    likely = {candidate.resident.code for candidate in candidates if candidate.is_likely}
    has_chosen_new = "resident" in sent
    return bool(likely) and not (has_chosen_new and likely <= set(sent.getlist("probable")))
