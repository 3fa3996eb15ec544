"""What somebody answered to the questions of intake: in words, and as a form shows it again."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from .intake import IntakeForm, PartBornField


def in_words(form: IntakeForm, name: str, answers: dict[str, Any]) -> str:
    """An answer as it is read, not as it is kept: ticks and choices by what stood beside them;
    "" where there is none."""
    field = form.fields[name]
    if isinstance(field, PartBornField):
        born = (str(answers.get(f"born_{part}") or "") for part in range(3))
        return " ".join(part for part in born if part)
    answer = answers.get(name) or ""
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    codes = answer if isinstance(answer, list) else [answer]
    return ", ".join(labels.get(str(code), str(code)) for code in codes if code)


# --- For a form --------------------------------------------------------------------------------

# What stands on the page before anybody answers.
UNANSWERED = {"for_whom": "self", "contact": "", "lives": "address"}


def as_sent(answers: dict[str, Any]) -> QueryDict:
    """The answers of a draft as a browser would send them, to look whether they will do."""
    sent = QueryDict(mutable=True)
    for name, answer in (UNANSWERED | answers).items():
        sent.setlist(name, answer if isinstance(answer, list) else [answer])
    return sent


def as_shown(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a draft as the page of a call shows them."""
    answered = {name: answer for name, answer in answers.items() if answer}
    nothing: dict[str, Any] = dict.fromkeys(IntakeForm().fields, "")
    born = [answers.get(f"born_{part}", "") for part in range(3)]
    return nothing | UNANSWERED | answered | {"born": born}
