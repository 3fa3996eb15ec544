"""What the economy desk fills in for exposure."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import DateField, Form
from commonweal.partners.fields import PartnersField
from commonweal.partners.models import Partner

from ..models import SECTION_CHOICES, Vulnerability
from ..scenarios.publish_forms import STAFF_READ, PublishForm


class GroupForm(Form):
    name = forms.CharField(
        label="Name of the parent, or of the firm if it belongs to nobody", max_length=200
    )
    section = forms.ChoiceField(label="Section of the economy", choices=SECTION_CHOICES)
    is_multinational = forms.BooleanField(label="It works in several countries", required=False)
    local_jobs = forms.IntegerField(
        label="Jobs at all its sites here", min_value=0, max_value=1_000_000
    )
    jobs_source = forms.CharField(
        label="Who says so",
        max_length=200,
        help_text="Anybody reads this where the rest is public. Name an office, not a person.",
    )
    jobs_on = DateField(label="For which day")
    partners = PartnersField(
        Partner.objects.public, label="Partners that belong to it", required=False
    )
    entries = forms.CharField(
        label="Numbers in registers, of the parent and its units",
        required=False,
        max_length=2000,
        help_text="For example GB-COH-01234567 GB-COH-07654321, with a space between. Payments to "
        "any of them, or to a firm that belongs to one, are counted.",
    )
    sub_suppliers = forms.CharField(
        label="Who supplies it here, a line each",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only staff read this, also where the rest is public.",
    )

    def clean_entries(self) -> list[str]:
        numbers: list[str] = self.cleaned_data["entries"].upper().split()
        wrong = [number for number in numbers if len(number.split("-")) < 3]
        if wrong:
            raise forms.ValidationError(
                f"{wrong[0]} is no number of a register. It is written like GB-COH-01234567."
            )
        return numbers


class PublishGroupForm(PublishForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["consent_words"].label = "Who of the group agreed, and how"
        self.fields["consent_words"].help_text = STAFF_READ
        self.fields["consent_on"].label = "On which day the group agreed"


class RatingForm(Form):
    rating = forms.ChoiceField(
        label="How hard would a shock hit it?",
        choices=Vulnerability.Rating.choices,
        widget=forms.RadioSelect,
    )
    because = forms.CharField(label="Why", max_length=300)
    source = forms.CharField(label="Who judged it, from what", max_length=200)
