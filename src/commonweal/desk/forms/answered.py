"""What somebody answered to a question of intake, in words."""

from __future__ import annotations

from typing import Any

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
