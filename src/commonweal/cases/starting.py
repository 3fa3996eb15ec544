"""What a town's help desk starts with: kinds of help, the privacy notice, words, retention.

A town's settings file may name its own; what it names is added or changed, the rest stays.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from commonweal.accounts.actions import Refused
from commonweal.services.models import HelpType

from . import enclosing, forgetting, triage
from .models import Notice, Opening, Retention, TextTemplate
from .opening import NOT_YET

FIRST = (
    "Good morning, this is the help desk of the town. Is it safe to talk now? What should I call "
    "you? If we are cut off, on which number may I ring you back?\n\nTell me what is going on. "
    "(Listen. People say the harder thing second.)\n\nLet me say back what I heard. What would "
    "help most today?"
)
SECOND = (
    "I am ringing to hear whether the help came, and whether it was right.\n\nNow that this is "
    "handled: is there anything else that weighs on you? Money, heating, somebody to talk to?\n\n"
    "May I ask another organisation to get in touch with you? They would read only what you agree "
    "to."
)
# (code, name, words, hours promised, questions)
KINDS: tuple[tuple[str, str, str, int, list[dict[str, Any]]], ...] = (
    ("food", "Food", "There is not enough to eat, or I can't get to a shop.", 24, [
        {"code": "people", "label": "For how many people?", "kind": "number"},
        {"code": "diet", "label": "Anything that they can't eat?", "kind": "text"},
        {"code": "carry", "label": "Can somebody carry a parcel in?", "kind": "yes_no"}]),
    ("medicine", "Medicine and health", "I need a prescription collected, or help with my health.",
     24, [{"code": "pharmacy", "label": "Which pharmacy?", "kind": "text"}]),
    ("energy", "Heating and light", "The meter is empty, or I am afraid of the bill.", 24, [
        {"code": "meter", "label": "Kind of meter", "kind": "choice",
         "choices": ["prepayment", "credit", "not known"]}]),
    ("money", "Money and benefits", "The money does not last, or a payment has stopped.", 72, []),
    ("debt", "Debts", "I owe more than I can pay.", 72, []),
    ("housing", "Housing", "I may lose my home, or it makes me ill.", 48, []),
    ("company", "Somebody to talk to", "I am alone a lot.", 72, []),
    ("online", "Phone and internet", "I can't get online.", 120, []),
    ("work", "Work and training", "I am looking for work, or have lost it.", 120, []),
    ("children", "Children and school", "My children need something that I can't give.", 72, []),
    ("safety", "Safety at home", "Somebody hurts or frightens me.", 4, []),
    ("else", "Something else", "Tell us in your own words.", 72, []),
)  # fmt: skip
# Points that a need has by itself: from 10 normal, from 35 soon, from 60 now; 100 is danger.
WEIGHTS = {
    "safety": 100,
    "food": 20,
    "medicine": 20,
    "energy": 20,
    "housing": 20,
    "money": 10,
    "debt": 10,
    "children": 10,
    "else": 10,
    "company": 0,
    "online": 0,
    "work": 0,
}
NOTICE = (
    "The council keeps what you tell the help desk so that it can get you help. Its task in law is "
    "to look after the people of the town; what you say of your health is kept because it is of "
    "substantial public interest that you are helped.\n\nHandlers who work on your case read it, "
    "and each reading is written down. Another organisation reads something only when you agree, "
    "and only what you agree to; you can take that back at any time, and it ends at once.\n\nTwo "
    "years after your last case is closed your name, address, numbers and words are erased. What "
    "stays is that somebody was helped, with what, and when.\n\nYou can ask for everything that is "
    "held about you, have it put right, or have it erased: write to the council's data protection "
    "officer. You can complain to the Information Commissioner."
)
TEXTS = (
    ("we-will-ring", "We will ring you", True,
     "The help desk of {town} will ring you today or tomorrow about {reference}. We never ask for "
     "bank details by text."),
    ("no-answer", "We could not reach you", True,
     "We could not reach you about {reference}. Ring the help desk of {town} when it suits you."),
    ("by-mail", "We will get in touch (e-mail)", False,
     "The help desk of {town} will get in touch about {reference} within two days."),
)  # fmt: skip


def apply(said: dict[str, Any], *, on: date) -> None:
    """Bring the desk up to date with a town's settings file.

    Raises
    ------
    Refused
        A kind of help or a fund lacks what it needs.
    """
    # A desk that nobody has opened is closed; what a desk manager decided stays.
    Opening.objects.get_or_create(id=1, defaults={"because": NOT_YET})
    _kinds(said.get("help_types"))
    # A kind that the town has just restricted: its open cases get an owner at once.
    enclosing.find_lost()
    if not Notice.objects.exists():
        Notice.objects.create(version="1", text=NOTICE, in_force_from=on)
    for one in said.get("privacy_notices", []):
        Notice.objects.get_or_create(version=str(one["version"]), defaults={
            "text": one["text"], "in_force_from": one.get("in_force_from", on)})  # fmt: skip
    for code, name, by_text, body in TEXTS:
        TextTemplate.objects.get_or_create(
            code=code, defaults={"name": name, "by_text": by_text, "body": body,
                                 "subject": "" if by_text else "The help desk gets in touch"}
        )  # fmt: skip
    for one in said.get("text_templates", []):
        rest = {k: v for k, v in one.items() if k != "code"}
        TextTemplate.objects.update_or_create(code=one["code"], defaults=rest)
    forgetting.start()
    for one in said.get("retention", []):
        Retention.objects.filter(purpose=one["purpose"]).update(days=int(one["days"]))


def _kinds(said: list[dict[str, Any]] | None) -> None:
    if said is None:
        if HelpType.objects.exists():
            return
        for order, (code, name, words, hours, questions) in enumerate(KINDS, 1):
            HelpType.objects.create(
                code=code, name=name, words=words, hours_promised=hours, questions=questions,
                order=order, first_script=FIRST, second_script=SECOND,
                is_restricted=code == "safety", weight=WEIGHTS[code],
            )  # fmt: skip
        return
    for order, one in enumerate(said, 1):
        for needed in ("code", "name", "words"):
            if not one.get(needed):
                raise Refused(f"[[help_types]] {one.get('code', '?')} lacks {needed}.")
        rest = {k: v for k, v in one.items() if k != "code"}
        rest["weight"] = _weight(one)
        HelpType.objects.update_or_create(code=one["code"], defaults={"order": order, **rest})


def _weight(said: dict[str, Any]) -> int:
    """The points of a kind of help. Where the town says none: ours for this code; for a kind that
    is restricted, danger, for it is better to be asked once too often."""
    usual = triage.DANGER if said.get("is_restricted") else 10
    weight = said.get("weight", WEIGHTS.get(said["code"], usual))
    if (
        isinstance(weight, bool)
        or not isinstance(weight, int)
        or not 0 <= weight <= triage.MOST_WEIGHT
    ):
        raise Refused(
            f"[[help_types]] {said['code']}: weight is {weight!r}; write a whole number from 0 to "
            f"{triage.MOST_WEIGHT}."
        )
    return weight
