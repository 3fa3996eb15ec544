"""The own questions of a kind of help, as they are asked of a call that is open while they change.

What was answered to a question that is asked no more, or by words that it offers no more, is kept
and shown as what it is.
"""

from __future__ import annotations

from typing import Any

from django import forms

from .fields import choice, text

ENDED = "This question is asked no more. What was answered is kept."
OTHER_ANSWERS = (
    "The answers to choose from were changed meanwhile. What was chosen is kept until another is."
)
# Of an answer that is offered no more.
ANSWER_MOST = 200


def field_of(
    question: dict[str, Any], answer: str, *, public: bool
) -> tuple[forms.Field | None, bool]:
    """(its field, whether it changed since it was answered so); no field where it has ended and
    was not answered."""
    choices = question.get("choices", [])
    is_offered = question.get("kind") != "choice" or not answer or answer in choices
    is_kept = not is_offered and len(answer) <= ANSWER_MOST
    if is_kept:
        question = question | {"choices": [*choices, answer]}
    if not question.get("ended"):
        field = _field(question, public)
        field.help_text = OTHER_ANSWERS if is_kept else ""
        return field, is_kept
    if not answer:
        return None, False
    field = _field(question | {"label": f"{question['label']} (asked before)"}, public)
    field.help_text = ENDED
    return field, True


def _field(question: dict[str, Any], public: bool) -> forms.Field:
    label, unanswered = question["label"], "Not answered" if public else "Not asked"
    match question.get("kind", "text"):
        case "choice":
            options = [("", unanswered), *((c, c) for c in question.get("choices", []))]
            return choice(label, options, radio=False, required=False)
        case "yes_no":
            options = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
            return choice(label, options, required=False)
        case "number":
            return text(label, most=12, mode="numeric")
        case _:
            return text(label, most=300)
