"""What the economy desk fills in for scenarios."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.charter.models import Decision
from commonweal.design.forms import (
    DateField,
    FigureField,
    Form,
    OutOfAHundredField,
    ReasonField,
)
from commonweal.partners.models import Partner

from ..models import Structure
from .structures import Sent
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

    def sent(self, name: str) -> Sent | None:
        file = self.cleaned_data[name]
        if not file:
            return None
        return Sent(
            file.name,
            file.read(),
            self.cleaned_data.get(f"{name}_source", ""),
            self.cleaned_data.get(f"{name}_url", ""),
        )


class AssumedForm(Form):
    """The assumptions of a version."""

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
        help_text="From the GDP deflator, for example 1.29.",
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

    SUGGESTED = frozenset({"share", "months", "prices", "closure", "structure"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["industry"]
        named = {
            code: f"{code} {name}" if name != code else code
            for structure in reversed(Structure.objects.all())
            for code, name, _ in structure.industries
        }
        field.choices = list(named.items())

    def assumed(self) -> Assumed:
        answers = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in Assumed.__dataclass_fields__
        }
        return Assumed(**answers)


class ScenarioForm(AssumedForm):
    title = forms.CharField(label="What it is called", max_length=120)
    employer = forms.ModelChoiceField(
        Partner.objects.public().order_by("name"),
        label="Which employer, if it is about one",
        required=False,
        empty_label="It is about a whole industry, or the employer is no partner",
    )
    employer_name = forms.CharField(
        label="Its name, if it is no partner", required=False, max_length=200
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        first = ("title", "employer", "employer_name")
        self.order_fields([*first, *(name for name in self.fields if name not in first)])


STAFF_READ = "Only staff read this. Leave empty if a decision stands."


class PublishForm(Form):
    consent_words = ReasonField(
        label="Who of the employer agreed, and how",
        required=False,
        help_text="Only staff read this. Leave empty if it names nobody, or a decision stands.",
    )
    consent_on = DateField(label="On which day they agreed", required=False)
    decision = forms.ModelChoiceField(
        Decision.objects.all(),
        label="Or: the recorded decision to publish it",
        required=False,
        empty_label="None",
    )


class PublishScenarioForm(PublishForm):
    """Of a whole industry, that it is no single firm's is said too."""

    is_of_many = forms.BooleanField(
        label="No one firm has half of this industry’s jobs here or more",
        required=False,
        help_text="Ask whoever knows the town’s firms. If one has, a figure of the industry is a "
        "figure of that firm, and needs its consent or a decision.",
    )

    def __init__(self, *args: Any, is_of_employer: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_of_employer:
            del self.fields["is_of_many"]
            self.fields["consent_words"].help_text = STAFF_READ
