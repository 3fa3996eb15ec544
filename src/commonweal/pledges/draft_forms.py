"""The steps in which a pledge is drafted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.charter.models import CharterVersion, Clause, Decision
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from .models import Measure, MeasureKind
from .terms import YEARS_MOST, check_figures, latest


class MeasureStep(Form):
    """What will be counted."""

    title = "What do you promise to do?"
    measure = forms.ModelChoiceField(
        label="What will be counted?",
        queryset=Measure.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
        error_messages={"invalid_choice": "Choose one from the list"},
    )
    wanted = forms.CharField(
        label="Something else (optional)",
        required=False,
        max_length=200,
        help_text="What would you count? If you write here, this counts and not the choice above; "
        "the charter manager says how.",
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measure"]
        field.queryset = Measure.objects.filter(on_menu=True).select_related("theme")
        self.partner = partner

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not self.errors and not answers.get("measure") and not answers.get("wanted"):
            self.add_error("measure", "Choose what will be counted")
        return answers

    @property
    def groups(self) -> list[ChoiceGroup]:
        """The menu by theme; before that, open, the measures that are meant for such partners."""
        chosen = str(self["measure"].value() or "")
        field: Any = self.fields["measure"]
        shown = [
            Choice(measure, example_for(measure, self.partner), measure.code == chosen)
            for measure in field.queryset
        ]
        near = shown if len(shown) <= FEW else self._nearest(shown)
        themes: dict[str, list[Choice]] = {"": near} if near else {}
        for choice in shown:
            if choice not in near:
                themes.setdefault(choice.measure.theme.name, []).append(choice)
        groups = [ChoiceGroup(theme, choices) for theme, choices in themes.items()]
        if groups:
            # Where the list of faults leads.
            groups[0].choices[0].id = self["measure"].auto_id
        return groups

    def _nearest(self, shown: list[Choice]) -> list[Choice]:
        fits = [choice for choice in shown if fit(choice.measure, self.partner) > 0]
        return sorted(fits, key=lambda choice: -fit(choice.measure, self.partner))[:FEW]


# So many measures are shown without opening a theme.
FEW = 5


@dataclass
class Choice:
    """A measure on the page, with an example for whoever reads it, and its place there."""

    measure: Measure
    example: str
    is_chosen: bool
    id: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or f"id_measure-{self.code}"

    @property
    def code(self) -> str:
        return self.measure.code

    @property
    def name(self) -> str:
        return self.measure.name


@dataclass(frozen=True)
class ChoiceGroup:
    """Measures of one theme; without a title those that are nearest to the partner."""

    title: str
    choices: list[Choice]

    @property
    def is_open(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


def nearness(example: dict[str, str], partner: Partner) -> int:
    """How well an example fits a partner: below 0 where it is meant for others."""
    score = 0
    for key, trait in (("sector", partner.sector), ("size", partner.size)):
        # Of whoever came by a list the size is not known.
        if trait and example.get(key):
            score += 2 if example[key] == trait else -3
    return score


def fit(measure: Measure, partner: Partner) -> int:
    """How well the nearest example of a measure fits; below 0 where there is none for such."""
    return max((nearness(example, partner) for example in measure.examples), default=-1)


def example_for(measure: Measure, partner: Partner) -> str:
    """The example nearest to a partner: same sector and size, then sector, then one for all; none
    that is meant for others."""
    fitting = [example for example in measure.examples if nearness(example, partner) >= 0]
    nearest = max(fitting, key=lambda example: nearness(example, partner), default=None)
    counted = f"Counted in {measure.unit}." if measure.kind != MeasureKind.YES_NO else "Yes or no."
    return str(nearest["text"]) if nearest else counted


class PromiseStep(Form):
    """The promise in the partner's own words."""

    title = "Say it in your own words"
    statement = ReasonField(
        label="Your promise, in one or two sentences",
        max_length=600,
        help_text="For example: We will take on 12 apprentices who live in the town. It will be "
        "public, so name no private person.",
        error_messages={"required": "Write your promise in one or two sentences"},
    )
    who_benefits = forms.CharField(
        label="Who will be better off?",
        max_length=200,
        help_text="For example: school leavers of the town.",
        error_messages={"required": "Say who will be better off"},
    )
    area = forms.ModelChoiceField(
        label="Where?",
        queryset=Area.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="The whole town",
    )


class FiguresStep(Form):
    """From where, to where, by when."""

    title = "From where, to where, by when"
    baseline = FigureField(
        label="Where are you today?",
        help_text="0 if you start from nothing.",
        error_messages={"required": "Enter where you are today; 0 is an answer"},
    )
    target = FigureField(
        label="What do you want to reach?",
        error_messages={"required": "Enter the figure that you want to reach"},
    )
    due_on = DateField(
        label="By when?",
        help_text="For example, 31 3 2028.",
        error_messages={"required": "Enter the day by which you will reach it"},
    )

    def __init__(self, *args: Any, measure: Measure | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        if measure is None:
            return
        if measure.kind == MeasureKind.YES_NO:
            del self.fields["baseline"], self.fields["target"]
            return
        unit = "pounds" if measure.kind == MeasureKind.MONEY else measure.unit
        for name in ("baseline", "target"):
            self.fields[name].label = f"{self.fields[name].label} ({unit})"
        if measure.kind == MeasureKind.KEEP:
            self.fields["target"].label = f"At what level do you promise to stay? ({unit})"

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on <= timezone.localdate():
            raise forms.ValidationError("Choose a date in the future")
        if due_on > latest(timezone.localdate()):
            raise forms.ValidationError(f"Choose a date within the next {YEARS_MOST} years")
        return due_on

    def clean(self) -> dict[str, Any]:
        """A start and a target that can't be promised are refused where they are typed."""
        answers: dict[str, Any] = super().clean() or {}
        start, target = answers.get("baseline"), answers.get("target")
        if self.measure is not None and start is not None and target is not None:
            try:
                check_figures(self.measure, start, target)
            except Refused as refused:
                self.add_error("target", str(refused).rstrip("."))
        return answers


class OwnerStep(Form):
    """Who answers for it, and what in the charter it follows."""

    title = "Who answers for it"
    owner_title = forms.CharField(
        label="Role of the person who answers for it",
        max_length=100,
        help_text="Public. A role, not a name: owner, head of HR, club secretary.",
        error_messages={"required": "Enter the role of the person who answers for it"},
    )
    clause = forms.ModelChoiceField(
        label="Which sentence of the charter does it serve?",
        queryset=Clause.objects.none(),
        required=False,
        empty_label="Not one in particular",
    )
    decision = forms.ModelChoiceField(
        label="Which decision made it?",
        queryset=Decision.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="None",
        help_text="A pledge of the council names the decision that made it.",
        error_messages={"required": "Choose the decision that made this pledge"},
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = CharterVersion.objects.in_force(timezone.localdate())
        clause: Any = self.fields["clause"]
        clause.queryset = Clause.objects.filter(version__in=versions).select_related("version")
        if partner.is_council:
            self.fields["decision"].required = True
        else:
            del self.fields["decision"]
