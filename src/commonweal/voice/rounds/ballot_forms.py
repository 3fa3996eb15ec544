"""The ballot as a form: one for each kind, in the order of the list, without scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.design import words
from commonweal.design.forms import Form

from ..models import Project, Round
from .pots import Shared

Choices = list[tuple[int, int]]
NAMES = {Round.Form.RANKING: "Place of", Round.Form.POINTS: "Points for"}


class VotingCodeForm(Form):
    code = forms.CharField(
        label="The code on your letter",
        max_length=40,
        help_text="Thirteen letters and figures. Capitals, blanks and dashes do not matter.",
    )


class ReceiptForm(Form):
    receipt = forms.CharField(
        label="Your receipt, or the code on your letter",
        max_length=40,
        help_text="If you voted on paper, type the code. It shows that a ballot came, never how "
        "it was.",
    )


class BallotForm(Form):
    """What a voter fills in; `choices` are read from it by the round's kind of ballot."""

    def __init__(
        self, *args: Any, budget_round: Round, shared: list[Shared], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.budget_round, self.shared = budget_round, shared
        for part in shared:
            if self.is_ticked:
                self.fields[_field_of(part)] = _ticks(budget_round, part)
                continue
            for project in part.projects:
                self.fields[f"p{project.number}"] = forms.IntegerField(
                    label=_named(project), required=False, min_value=0, max_value=1000
                )

    @property
    def is_ticked(self) -> bool:
        return self.budget_round.ballot_form in (Round.Form.APPROVAL, Round.Form.KNAPSACK)

    @property
    def choices(self) -> Choices:
        """Pairs of a project's number and what it is given: 1, its points, or its place from 0."""
        return [choice for part in self.shared for choice in self._choices(part)]

    def _choices(self, shared: Shared) -> Choices:
        """What a ballot says of the projects that ask for the same money."""
        if self.is_ticked:
            return [(int(number), 1) for number in self.cleaned_data[_field_of(shared)]]
        counts = [
            (project.number, self.cleaned_data.get(f"p{project.number}"))
            for project in shared.projects
        ]
        named = [(number, count) for number, count in counts if count]
        if self.budget_round.ballot_form == Round.Form.RANKING:
            return [(number, place - 1) for number, place in named]
        return named

    @property
    def may_be_empty(self) -> bool:
        return False

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean()
        if not self.errors:
            for shared in self.shared:
                self._check(shared, self._choices(shared))
            if not (self.choices or self.may_be_empty):
                raise ValidationError("Your ballot is empty. Choose the projects that you want.")
        return answers

    def _check(self, shared: Shared, choices: Choices) -> None:
        if shared.pot and not choices:
            # Whoever wants nothing in the whole town, or in their area, leaves that to others.
            return
        most = self.budget_round.most or len(shared.projects)
        if not self.budget_round.least <= len(choices) <= most:
            raise ValidationError(
                f"{f'{shared.title}: your' if shared.pot else 'Your'} ballot names "
                f"{words.many(len(choices), 'project')}. "
                f"{limits_of(self.budget_round)}"
            )
        match self.budget_round.ballot_form:
            case Round.Form.KNAPSACK:
                self._check_cost(shared, choices)
            case Round.Form.RANKING:
                self._check_places(choices)
            case Round.Form.POINTS:
                self._check_points(choices)

    def _check_cost(self, shared: Shared, choices: Choices) -> None:
        costs = {project.number: project.cost or 0 for project in shared.projects}
        cost = sum(costs[number] for number, _ in choices)
        if cost > shared.budget:
            raise ValidationError(
                f"What you ticked costs {words.in_pounds(cost)}. There is "
                f"{words.in_pounds(shared.budget)}. Take something out."
            )

    def _check_places(self, choices: Choices) -> None:
        if sorted(place for _, place in choices) != list(range(len(choices))):
            raise ValidationError("Number them 1, 2, 3 and so on, each number once.")

    def _check_points(self, choices: Choices) -> None:
        points_given = sum(points for _, points in choices)
        most = self.budget_round.points or 0
        if points_given > most:
            raise ValidationError(
                f"You gave {words.many(points_given, 'point')}. There are {most:,} to share out."
            )


def _field_of(shared: Shared) -> str:
    return f"projects-{shared.pot.code}" if shared.pot else "projects"


def _ticks(budget_round: Round, shared: Shared) -> forms.MultipleChoiceField:
    question = "Which projects?"
    if shared.pot:
        question = f"{shared.title}, {words.in_pounds(shared.budget)}: which projects?"
    return forms.MultipleChoiceField(
        label=f"{question} {limits_of(budget_round)}",
        choices=[(str(project.number), _named(project)) for project in shared.projects],
        widget=forms.CheckboxSelectMultiple,
        required=shared.pot is None,
        error_messages={"required": "Tick the projects that you want."},
    )


def _named(project: Project) -> str:
    where = f", {project.area}" if project.area else ""
    part = f", or {sums_of(project)}" if project.sums else ""
    only = f"; only one of “{project.group}” can win" if project.group else ""
    return f"{project.title} ({words.in_pounds(project.cost)}{part}{where}{only})"


def sums_of(project: Project) -> str:
    """The lesser sums of a project in words."""
    return " or ".join(words.in_pounds(amount) for amount in project.sums)


def limits_of(budget_round: Round) -> str:
    """How many projects a ballot names, as a sentence."""
    least = f"Choose {budget_round.least:,} at least"
    return f"{least}, {budget_round.most:,} at most." if budget_round.most else f"{least}."
