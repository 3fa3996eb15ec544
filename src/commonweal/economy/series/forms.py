"""What analysts fill in about figures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.charter.models import Theme
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.office.errors import Refused
from commonweal.pledges.fields import find_by_typing
from commonweal.pledges.models import Measure
from commonweal.programme.models import Action
from localwealth.sources.statistics import cells
from localwealth.sources.statistics.measures import MEASURES
from localwealth.tables.postcodes import postcode

from ..models import EmployerGroup
from . import yours
from .lines import of_town
from .ward_reads import Ward

MEASURE_CHOICES = [
    ("", "The file says it"),
    *((measure.code, f"{measure.title} ({measure.kind})") for measure in MEASURES),
]


class PostcodeForm(Form):
    postcode = forms.CharField(
        label="Your postcode",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of this town, and never of another.
        example = yours.example()
        self.like = f"Type it like {example}" if example else "Type it whole"
        postcode = self.fields["postcode"]
        postcode.help_text = (
            f"For example {example}. We keep it nowhere." if example else "We keep it nowhere."
        )
        postcode.error_messages |= {
            "required": f"Type your postcode, such as {example}"
            if example
            else "Type your postcode",
            "max_length": f"That is too long for a postcode. {self.like}",
        }

    def clean_postcode(self) -> Ward:
        """The ward in which it lies."""
        typed: str = self.cleaned_data["postcode"]
        written = postcode(typed)
        if not written:
            raise ValidationError(f"“{typed}” is no postcode. {self.like}")
        try:
            return yours.ward_of(written)
        except Refused as refused:
            raise ValidationError(str(refused)) from None


class BringForm(Form):
    file = forms.FileField(
        label="File of figures",
        help_text="CSV, XLSX, XLS or ODS as it is published by HMRC or Nomis, or your own in the "
        "columns series, unit, kind, of, area, period, value, source.",
    )
    published_on = DateField(label="When it was published")
    measure = forms.ChoiceField(
        label="What it counts",
        choices=MEASURE_CHOICES,
        required=False,
        help_text="Say it where the file doesn’t. Ever furloughed and on furlough are two.",
    )
    about = forms.CharField(
        label="Which day, month or year it is about",
        required=False,
        max_length=60,
        help_text="Say it where the file doesn’t. For example 31 July 2021.",
    )
    source_url = forms.URLField(
        label="Where it is published",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="The web address, so that anybody can compare.",
    )

    def clean_about(self) -> Any:
        text = self.cleaned_data["about"]
        if not text:
            return None
        period = cells.period(text)
        if period is None:
            raise ValidationError("Write a day, month or year, like 31 July 2021 or July 2021")
        return period


class WardsForm(Form):
    file = forms.FileField(
        label="File of ward boundaries",
        help_text="GeoJSON in WGS84, from the Open Geography Portal of the Office for National "
        "Statistics. Wards of other towns in it are passed over.",
    )
    source = forms.CharField(
        label="Source and licence",
        max_length=300,
        help_text="For example: Office for National Statistics, wards of May 2025, Open "
        "Government Licence v3.0. Contains OS data.",
    )


class ComparatorForm(Form):
    area_code = forms.CharField(
        label="Code of the place", max_length=60, help_text="For example E07000102."
    )
    because = forms.CharField(
        label="Why it is of like kind",
        max_length=300,
        help_text="In words that a resident would accept: its size, its work, its people.",
    )
    source = forms.CharField(
        label="By which source",
        max_length=300,
        help_text="For example: CIPFA nearest neighbours 2025. Write our own choice if so.",
    )


class SeriesReasonForm(Form):
    because = ReasonField(label="Why")


class BearingForm(Form):
    """One thing that bears on what one of the town's series counts."""

    counted = forms.ChoiceField(label="Which series?")
    measure = forms.ModelChoiceField(
        Measure.objects.none(),
        label="A measure by which partners promise",
        required=False,
        empty_label="None",
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(),
        label="Or a theme: its pledges and its asks",
        required=False,
        empty_label="None",
    )
    action = forms.ModelChoiceField(
        Action.objects.filter(stopped_on=None),
        label="Or an action of the programme",
        required=False,
        empty_label="None",
    )
    group = forms.ModelChoiceField(
        EmployerGroup.objects.all(),
        label="Or a group of firms that it hangs on",
        required=False,
        empty_label="None",
        help_text="The public sees it only while the group's own page is public.",
    )
    because = forms.CharField(
        label="Why it bears on it",
        max_length=300,
        help_text="Public. For example: each place is one that somebody without work can take.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_by_typing(self, "measure", Measure.objects.all)
        counted: Any = self.fields["counted"]
        counted.choices = [(line.series.measure, line.series.title) for line in of_town()]
