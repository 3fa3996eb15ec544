"""Questions of merging and undoing, of subject access, and of erasing."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.cases.subject import Shown
from commonweal.design.forms import Form
from commonweal.residents import merging, parting
from commonweal.residents.models import Resident

from .fields import choice, sentences, text


class SamePersonForm(Form):
    """One person or two. For each column in which both say something: which is right."""

    because = sentences("How do you know?", missing="Say how you know", most=4000)

    def __init__(self, *args: Any, survivor: Resident, gone: Resident) -> None:
        super().__init__(*args)
        self.columns = merging.choosable(survivor, gone)
        for name in self.columns:
            self.fields[f"which_{name}"] = choice(
                merging.called(name),
                [
                    (side, merging.to_choose(name, resident))
                    for side, resident in ((merging.KEPT, survivor), (merging.GONE, gone))
                ],
                missing="Choose one of the two",
                required=False,
                initial=merging.preferred(name, survivor, gone),
            )
        self.order_fields([*(f"which_{name}" for name in self.columns), "because"])

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[f"which_{name}"] for name in self.columns]

    @property
    def chosen(self) -> dict[str, str]:
        return {
            name: self.cleaned_data[f"which_{name}"]
            for name in self.columns
            if self.cleaned_data[f"which_{name}"]
        }


class PartForm(Form):
    """Two people after all: whose is what came since, and how it is known."""

    because = sentences(
        "How do you know that they are two people?", missing="Say how you know", most=4000
    )

    def __init__(self, *args: Any, since: list[parting.Since], survivor: str, gone: str) -> None:
        super().__init__(*args)
        self.keys = [entry.key for entry in since]
        sides = [(merging.KEPT, f"{survivor} (the record that stayed)"), (merging.GONE, gone)]
        for number, entry in enumerate(since):
            self.fields[f"whose_{number}"] = choice(
                f"{entry.title}: {entry.shown}",
                [*sides, (parting.BOTH, "Both")] if entry.may_be_both else sides,
                missing="Say whose it is",
                initial=entry.usual,
            )
        self.order_fields([*(f"whose_{number}" for number in range(len(since))), "because"])

    @property
    def whose(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"whose_{n}"] for n, key in enumerate(self.keys)}


class ReferenceForm(Form):
    code = text(
        "Reference",
        missing="Enter a reference",
        hint="Of a case or a person; a handler finds it by name.",
        most=30,
    )


class StrikeForm(Form):
    """What is left out of one entry."""

    marked = forms.MultipleChoiceField(
        label="Leave out what is marked",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = sentences(
        "Leave out other words",
        hint="Copy them exactly as they stand, one passage a line.",
        most=4000,
    )
    whole = forms.BooleanField(label="Leave out the whole entry", required=False)
    because = sentences(
        "Why is it left out?", hint="Kept, and not given out. The person may ask.", most=4000
    )

    def __init__(self, *args: Any, shown: Shown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marked = self.fields["marked"]
        assert isinstance(marked, forms.MultipleChoiceField)
        marked.choices = [(passage, passage) for passage in shown.marked]
        if not shown.marked:
            del self.fields["marked"]

    @property
    def passages(self) -> list[str]:
        return [*self.cleaned_data.get("marked", []), *self.cleaned_data["others"].splitlines()]


class ExplainReadsForm(Form):
    because = sentences(
        "Why were they right to read it?", missing="Say why they were right to read it", most=500
    )
