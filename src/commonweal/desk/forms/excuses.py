"""The question that is asked where words look like somebody's: are they nobody's, and whose?"""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import Form, ReasonField

EXCUSE = ("no_person", "no_person_because")


class ExcuseForm(Form):
    """A form whose words go out. The two questions stand at its end once it was sent, so that
    nobody ticks them before they know what was caught."""

    no_person = forms.BooleanField(
        label="What looks like a name or an address is a firm's, a street's or a public place's",
        required=False,
    )
    no_person_because = ReasonField(
        label="Whose name or address is it?",
        required=False,
        max_length=300,
        help_text="Only if you ticked the line above. It is kept with your name.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = {name: self.fields.pop(name) for name in EXCUSE}
        if self.is_bound:
            self.fields |= last

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("no_person") and not (answers.get("no_person_because") or "").strip():
            self.add_error("no_person_because", "Say whose name or address it is")
        return answers


def excuse_of(answers: dict[str, Any]) -> str:
    """Take the excuse out of a form's answers: whose the words are, "" where nobody said."""
    ticked, because = (answers.pop(name, "") for name in EXCUSE)
    return str(because) if ticked else ""
