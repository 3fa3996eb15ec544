"""What is filled in about rounds, at the desk and by whoever hands in an idea."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.design import amounts
from commonweal.design.forms import DateField, Form, MoneyField, ReasonField
from commonweal.places.models import Area

from ..models import Emergency, Project, Round
from . import days, pots


class RoundForm(Form):
    """A rule sheet as it is drafted."""

    title = forms.CharField(label="What the round is called", max_length=120)
    words = ReasonField(label="What the money is for, in plain words")
    budget = MoneyField(label="How much money there is, in pounds")
    ballot_form = forms.ChoiceField(
        label="The ballot", choices=Round.Form.choices, widget=forms.RadioSelect
    )
    least = forms.IntegerField(
        label="How many projects a ballot must name at least",
        min_value=1,
        max_value=50,
        help_text="Three is usual: where one was enough, half of the voters named only one.",
    )
    most = forms.IntegerField(
        label="How many it may name at most", required=False, min_value=1, max_value=200
    )
    points = forms.IntegerField(
        label="How many points a voter shares out",
        required=False,
        min_value=1,
        max_value=1000,
        help_text="Only for a ballot with points.",
    )
    rule = forms.ChoiceField(label="Who wins", choices=Round.Rule.choices, widget=forms.RadioSelect)
    satisfaction = forms.ChoiceField(
        label="What a project is worth to whoever named it",
        choices=Round.Satisfaction.choices,
        widget=forms.RadioSelect,
    )
    completion = forms.ChoiceField(
        label="What happens to money that Equal Shares leaves",
        choices=Round.Completion.choices,
        widget=forms.RadioSelect,
    )
    step = MoneyField(label="A step, in pounds for each voter")
    compares = forms.BooleanField(
        label="Take the winners by votes if more voters named more of them", required=False
    )
    threshold = forms.IntegerField(
        label="How many votes a project needs, if winners go by votes with a threshold",
        min_value=0,
        max_value=1_000_000,
    )
    ties = forms.CharField(
        label="What decides between equals",
        max_length=100,
        help_text="For example: cheaper,votes,lot:2027. The lot is drawn from that number.",
    )
    who_decides = ReasonField(label="Who decides in the end", required=False)
    is_binding = forms.BooleanField(label="The result binds them", required=False)
    who_may_vote = ReasonField(label="Who may vote", required=False)
    addresses_from = ReasonField(
        label="From which register the addresses of letters come",
        required=False,
        help_text="The full electoral register may be used for what the law names, and for little "
        "else. Ask the data protection officer which register you may use.",
    )
    addresses_ground = ReasonField(label="On what legal ground", required=False)
    tells_receipts = forms.BooleanField(
        label="Show how many have voted while voting is open", required=False
    )
    takes_paper = forms.BooleanField(
        label="Ballots are taken on paper",
        required=False,
        help_text="Of two ballots by one code the first stands, whichever way it came.",
    )
    takes_telephone = forms.BooleanField(
        label="Ballots are taken down by telephone", required=False
    )
    opens_on = DateField(label="First day of voting", required=False)
    last_on = DateField(
        label="Last day of voting",
        required=False,
        help_text="Ballots are taken until midnight at its end.",
    )
    election = ReasonField(
        label="The next election, or why there is none to keep clear of", required=False
    )
    quiet_from_on = DateField(label="Its pre-election period: first day", required=False)
    quiet_to_on = DateField(label="Its pre-election period: last day", required=False)

    SUGGESTED = frozenset(
        {"ballot_form", "least", "rule", "satisfaction", "completion", "step", "threshold", "ties"}
    )

    def sheet(self) -> dict[str, Any]:
        """The answers by the names that a round has."""
        answers = dict(self.cleaned_data)
        first, last = answers.pop("opens_on"), answers.pop("last_on")
        answers["opens_at"] = days.beginning_of(first) if first else None
        answers["closes_at"] = days.end_of(last) if last else None
        return answers

    @staticmethod
    def shown(budget_round: Round) -> dict[str, Any]:
        """A round by the names of the form."""
        named = {name: getattr(budget_round, name) for name in Round.SHEET}
        return named | {
            "opens_on": days.first_day(named.pop("opens_at")),
            "last_on": days.last_day(named.pop("closes_at")),
        }

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean() or {}
        first, last = answers.get("opens_on"), answers.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The last day of voting lies before the first")
        return answers


USUAL = {
    "ballot_form": Round.Form.APPROVAL,
    "least": 3,
    "rule": Round.Rule.SHARES,
    "satisfaction": Round.Satisfaction.COST,
    "completion": Round.Completion.ADD1,
    "step": 1,
    "threshold": 0,
    "ties": "cheaper,votes,lot:1",
}


class IdeaForm(Form):
    """An idea for a round."""

    title = forms.CharField(label="What should be done", max_length=120)
    words = ReasonField(
        label="Why, and for whom",
        help_text="Everybody will read this once it was checked. Write nothing about a person.",
    )
    area = forms.ModelChoiceField(
        Area.objects.all(), label="Where", required=False, empty_label="In the whole town"
    )
    proposed_by = forms.ChoiceField(
        label="Who has the idea", choices=Project.From.choices[:2], widget=forms.RadioSelect
    )


class ProjectForm(IdeaForm):
    proposed_by = forms.ChoiceField(
        label="Whose idea it is", choices=Project.From.choices, widget=forms.RadioSelect
    )


class SumsField(forms.CharField):
    """Sums in pounds with ; between them; as text with two decimals, None for none."""

    def clean(self, value: Any) -> Any:
        typed = [part.strip() for part in super().clean(value).split(";") if part.strip()]
        try:
            return [f"{amounts.pounds(part):.2f}" for part in typed] or None
        except amounts.Unclear as unclear:
            raise ValidationError(str(unclear)) from None


YES_OR_NO = [("yes", "Yes"), ("no", "No")]


def _answer(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_OR_NO,
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )


class FeasibilityForm(Form):
    """The answer to an idea."""

    cost = MoneyField(label="What it costs, in pounds", required=False)
    cost_words = ReasonField(label="How the cost was worked out", required=False)
    is_feasible = _answer("Can it be done?")
    feasible_words = ReasonField(label="Why it can, or can't, be done", required=False)
    is_lawful = _answer("May it be done by law?")
    lawful_words = ReasonField(label="Why it may, or may not, be done by law", required=False)
    group = forms.CharField(
        label="A name for projects of which only one can win",
        required=False,
        max_length=40,
        help_text="Leave empty unless it shuts another out, such as two uses of one site.",
    )
    lesser_sums = SumsField(
        label="Lesser sums that it may get, if its cost can't be paid",
        required=False,
        max_length=100,
        help_text="In pounds, the largest first, such as 150; 75. Leave empty if it can only be "
        "done whole.",
    )

    @staticmethod
    def shown(project: Project) -> dict[str, Any]:
        yes_no = {True: "yes", False: "no", None: ""}
        named = {name: getattr(project, name) for name in Project.CHECKED}
        sums = "; ".join(f"{lesser:,f}" for lesser in project.sums)
        yes_or_no = {name: yes_no[named[name]] for name in ("is_feasible", "is_lawful")}
        return named | yes_or_no | {"lesser_sums": sums}


class AreasForm(Form):
    """How a round's money is split: a sum for each area, and one for the whole town."""

    TOWN = "whole-town"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = {area.code: area for area in Area.objects.all()}
        for code, area in self.areas.items():
            self.fields[code] = MoneyField(label=f"{area}, in pounds", required=False)
        self.fields[self.TOWN] = MoneyField(label="The whole town, in pounds", required=False)

    @property
    def budgets(self) -> list[tuple[Area | None, Decimal]]:
        """(area, what it shares out); None for the town. Areas without money are left out."""
        named = [*self.areas.items(), (self.TOWN, None)]
        return [(area, self.cleaned_data[code]) for code, area in named if self.cleaned_data[code]]

    @staticmethod
    def shown(budget_round: Round) -> dict[str, Any]:
        codes = [*Area.objects.values_list("code", flat=True), AreasForm.TOWN]
        # What is empty was shown as empty: a page from before must not overwrite what came since.
        return dict.fromkeys(codes) | {pot.code: pot.budget for pot in pots.pots_of(budget_round)}


class EmergencyForm(Form):
    kind = forms.ChoiceField(
        label="What has to change", choices=Emergency.Kind.choices, widget=forms.RadioSelect
    )
    last_on = DateField(label="New last day of voting, if it closes later", required=False)
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label="Which project, if one is taken off",
        required=False,
        empty_label="None is taken off",
    )
    notice = ReasonField(label="Why, as everybody will read it")

    def __init__(self, *args: Any, budget_round: Round, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["project"]
        field.queryset = budget_round.projects.filter(state=Project.State.ON, withdrawn_on=None)


class SealForm(Form):
    """Nothing is asked: what is published stands above."""
