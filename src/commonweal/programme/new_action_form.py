"""What is asked of a new action: what will be done, and its milestones in rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from commonweal.design.forms import DateField

from .forms import ActionForm

# So many milestones an action begins with at most; more are added on its page.
MILESTONES = range(1, 7)


class NewActionForm(ActionForm):
    """An action with its milestones: what will be there, and by when, in a row each."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in MILESTONES:
            self.fields[f"milestone_{number}"] = forms.CharField(
                label=f"Milestone {number}: what will be there?", max_length=200, required=False
            )
            self.fields[f"milestone_{number}_on"] = DateField(
                label=f"Milestone {number}: by when?", required=False
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        rows = [self._milestone_of(number, answers) for number in MILESTONES]
        milestones = [row for row in rows if row]
        if not milestones and not any(name.startswith("milestone") for name in self.errors):
            self.add_error(
                "milestone_1", "Write at least one milestone: how one sees that it is done"
            )
        return answers | {"milestones": milestones}

    def _milestone_of(self, number: int, answers: dict[str, Any]) -> tuple[str, date | None] | None:
        """What one row says; None where it says nothing, or only a day."""
        name = f"milestone_{number}"
        title, day = answers.pop(name, ""), answers.pop(f"{name}_on", None)
        if day and not title:
            self.add_error(name, "Say what will be there on that day")
        return (title, day) if title else None

    def shown_rows(self, numbers: Iterable[int]) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"milestone_{number}"], self[f"milestone_{number}_on"]) for number in numbers]

    @property
    def first_milestones(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.shown_rows(MILESTONES[:3])

    @property
    def further_milestones(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.shown_rows(MILESTONES[3:])

    @property
    def has_further(self) -> bool:
        """Whether something was typed in one of the further rows."""
        return any(title.value() or title.errors for title, _ in self.further_milestones)

    @property
    def about_the_action(self) -> list[forms.BoundField]:
        return [bound for bound in self if not bound.name.startswith("milestone_")]
