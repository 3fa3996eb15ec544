"""What the economy desk fills in for scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from commonweal.design.forms import (
    DateField,
    FigureField,
    Form,
    OutOfAHundredField,
    ReasonField,
)
from commonweal.partners.fields import PartnerField
from commonweal.partners.models import Partner

from ..models import Structure
from .structures import SentStructure
from .working import Assumed


class StructureForm(Form):
    table = forms.FileField(
        label="Input-output table",
        help_text="The workbook as the ONS or the Scottish Government publishes it, or a CSV: the "
        "domestic table, industry by industry, at basic prices.",
    )
    sheet = forms.CharField(
        label="Sheet of the workbook",
        required=False,
        max_length=60,
        help_text="Leave empty for IOT (ONS) or IxI (Scotland).",
    )
    table_source = forms.CharField(
        label="Who published the table, and what it is called", max_length=200
    )
    table_url = forms.URLField(
        label="Where it is published", required=False, max_length=500, assume_scheme="https"
    )
    jobs = forms.FileField(
        label="Jobs by industry",
        help_text="CSV with the columns group, region (jobs in the town) and nation. Groups are "
        "the table's own codes, or the sections A to S of the SIC.",
    )
    jobs_source = forms.CharField(
        label="Who counted the jobs",
        max_length=200,
        help_text="For example: BRES 2024, employment, ONS through Nomis.",
    )
    jobs_on = DateField(label="For which day they were counted")
    groups = forms.FileField(
        label="Groups of the table's industries",
        required=False,
        help_text="CSV with the columns code and group. Only where jobs are by other groups.",
    )
    household_income = FigureField(
        label="All income of households in the nation, in £ million",
        required=False,
        help_text="It stands in no table. Without it, households spend out of pay alone.",
    )
    household_source = forms.CharField(label="Who says so", required=False, max_length=200)

    def sent(self, name: str) -> SentStructure | None:
        file = self.cleaned_data[name]
        if not file:
            return None
        return SentStructure(
            file.name,
            file.read(),
            self.cleaned_data.get(f"{name}_source", ""),
            self.cleaned_data.get(f"{name}_url", ""),
        )


NO_JOBS = "How many jobs does the employer have here?"
NO_PRICES = "Say what costs today what cost £1 in the table's year: the pounds are today's"


@dataclass(frozen=True)
class Folded:
    """Questions that most scenarios leave out, folded away until one of them has something."""

    title: str
    questions: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        return any(bound.errors or bound.value() for bound in self.questions)


class AssumedForm(Form):
    """The assumptions of a version."""

    LEFT_OUT = {
        "Support like furlough": ("kept", "kept_months"),
        "A net figure, by the town’s own assumptions": (
            "leakage",
            "displacement",
            "deadweight",
            "net_source",
        ),
        "What evaluations of the past found": (
            "evaluated_low",
            "evaluated_high",
            "evaluated_source",
        ),
    }

    structure = forms.ModelChoiceField(
        Structure.objects.all(), label="Table and jobs that it rests on", empty_label=None
    )
    industry = forms.ChoiceField(label="Which industry")
    employer_jobs = forms.IntegerField(
        label="Jobs that the employer has here",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Leave empty if it is about the whole industry.",
    )
    share = OutOfAHundredField(
        label="How much is lost, per cent",
        help_text="Of the employer or, without one, of the industry.",
    )
    pounds = FigureField(
        label="Or: what is no longer sold, in £ million a year, at today's prices",
        required=False,
        help_text="It then goes before the per cent. Today's pounds are brought to the table's "
        "year by the prices below.",
    )
    months = forms.IntegerField(label="For how many months", min_value=1, max_value=120)
    kept = OutOfAHundredField(
        label="Support like furlough: per cent of pay that goes on",
        required=False,
        help_text="80 in the scheme of 2020. Leave empty for no support.",
    )
    kept_months = forms.IntegerField(
        label="For how many of the months", required=False, min_value=0, max_value=120
    )
    resident_share = OutOfAHundredField(
        label="Of 100 jobs at sites here, how many are held by people who live here",
        help_text="From the census's table of travel to work, for example.",
    )
    prices = FigureField(
        label="What cost £1 in the table's year costs today",
        required=False,
        help_text="Only for pounds of today. From the GDP deflator, for example 1.29.",
    )
    closure = forms.ChoiceField(
        label="What households spend out of",
        widget=forms.RadioSelect,
        choices=[
            ("pay", "Pay alone"),
            ("income", "All their income, which the table was taken in with"),
            ("none", "Leave out what households buy"),
        ],
    )
    leakage = OutOfAHundredField(
        label="Net: of 100 lost, how many would fall elsewhere", required=False
    )
    displacement = OutOfAHundredField(
        label="Net: of 100 lost, how many others here take over", required=False
    )
    deadweight = OutOfAHundredField(
        label="Net: of 100 lost, how many would have gone anyway", required=False
    )
    net_source = forms.CharField(
        label="Where these three come from",
        required=False,
        max_length=200,
        help_text="Without them there is no net figure.",
    )
    evaluated_low = FigureField(
        label="Evaluations: at least so many jobs elsewhere for each lost", required=False
    )
    evaluated_high = FigureField(label="Evaluations: at most so many", required=False)
    evaluated_source = forms.CharField(
        label="Which evaluations",
        required=False,
        max_length=200,
        help_text="What Works Growth keeps ranges from evaluations of the past. They stand beside "
        "the figures and are never mixed with them.",
    )
    words = ReasonField(
        label="Why it is asked, and where the assumptions come from", required=False
    )

    SUGGESTED = frozenset(
        {"share", "months", "closure", "structure", "employer", "employer_name", "employer_jobs"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["industry"]
        named = {
            code: f"{code} {name}" if name != code else code
            for structure in reversed(Structure.objects.all())
            for code, name, _ in structure.industries
        }
        field.choices = list(named.items())

    @property
    def asked_first(self) -> list[forms.BoundField]:
        folded = {name for names in self.LEFT_OUT.values() for name in names}
        return [self[name] for name in self.fields if name not in folded | {"words"}]

    @property
    def folded(self) -> list[Folded]:
        return [
            Folded(title, [self[name] for name in names]) for title, names in self.LEFT_OUT.items()
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("pounds") is not None and answers.get("prices") is None:
            self.add_error("prices", NO_PRICES)
        return answers

    def assumed(self) -> Assumed:
        answers = {
            name: answer
            for name, answer in self.cleaned_data.items()
            if name in Assumed.__dataclass_fields__ and not (name == "prices" and answer is None)
        }
        return Assumed(**answers)


class ScenarioForm(AssumedForm):
    title = forms.CharField(label="What it is called", max_length=120)
    employer = PartnerField(
        Partner.objects.public,
        label="Which employer, if it is about one",
        required=False,
        help_text="Type the partner's name. Empty: it is about a whole industry, or the employer "
        "is no partner.",
    )
    employer_name = forms.CharField(
        label="Its name, if it is no partner", required=False, max_length=200
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        first = ("title", "employer", "employer_name", "employer_jobs")
        self.order_fields([*first, *(name for name in self.fields if name not in first)])

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        is_of_employer = answers.get("employer") or answers.get("employer_name")
        if is_of_employer and answers.get("employer_jobs") is None and not self.errors:
            self.add_error("employer_jobs", NO_JOBS)
        return answers
