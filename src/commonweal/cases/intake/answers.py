"""What stands in the answers of a form: who it is, and what is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from commonweal.design.dates import parts_of
from commonweal.places.models import Area
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident
from commonweal.residents.ways import clock_of
from commonweal.services.models import HelpType

from ..models import IntakeDraft


def answers_of(draft: IntakeDraft) -> dict[str, Any]:
    return dict(json.loads(draft.answers)) if draft.answers else {}


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
    parts = parts_of(answers.get(f"born_{n}") for n in range(3))[::-1]
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


def asks_about_safety(kinds: Iterable[HelpType], signs: Iterable[str]) -> bool:
    """Whether what is asked for is about safety, so that the way of contact has to be asked."""
    return "danger" in signs or any(kind.is_restricted for kind in kinds)


def needs_of(answers: dict[str, Any]) -> dict[HelpType, dict[str, Any]]:
    """The kinds of help that are ticked, with what was answered to the questions of each."""
    ticked = HelpType.objects.filter(is_active=True, code__in=answers.get("needs") or [])
    return {kind: _questions_answered(kind, answers) for kind in ticked}


def _questions_answered(kind: HelpType, answers: dict[str, Any]) -> dict[str, Any]:
    fields = {question["code"]: f"q-{kind.code}-{question['code']}" for question in kind.questions}
    return {code: answers[name] for code, name in fields.items() if answers.get(name)}


def caller_of(answers: dict[str, Any]) -> dict[str, str] | None:
    """Who asks for somebody else; None where they ask for themselves."""
    if answers.get("for_whom") != "other":
        return None
    return {
        name: str(answers.get(f"caller_{name}", "")) for name in ("name", "relation", "contact")
    }


def household_of(answers: dict[str, Any]) -> dict[str, str]:
    """Who lives with them, as far as it was said."""
    return {name: str(answers.get(name, "")).strip() for name in ("adults", "children", "ages")}
