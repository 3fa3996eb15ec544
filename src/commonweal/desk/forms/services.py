"""The questions about a service, and about a file of services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.bringing.forms import RemovalForm
from commonweal.cases import access
from commonweal.design.forms import Form
from commonweal.services.models import HelpType, Service
from localwealth.tables.postcodes import postcode

from .fields import choice, count, sentences, text, tick_rows, ticks, upload, yes


class ServiceForm(Form):
    name = text("What is it called?", missing="Enter what it is called")
    description = sentences("What is it?", missing="Say what it is, in a sentence or two")
    help_types = tick_rows("What kind of help is it?", HelpType.objects.filter(is_active=True))
    status = choice("Is it open?", Service.Status.choices)
    eligibility = sentences("For whom is it?", most=1000)
    application_process = sentences("How does one get it?", most=1000)
    fees = text("What does it cost?", hint="Empty: nothing is stated.")
    hours = text(
        "When is it open?",
        most=300,
        hint="For example: Monday to Friday 9:00 to 17:00; Saturday 10:00 to 12:00.",
    )
    phone = text("Telephone", most=60)
    email = forms.EmailField(label="E-mail", required=False, max_length=254)
    url = forms.URLField(label="Web address", required=False, assume_scheme="https", max_length=500)
    address = text("Address", most=300)
    postcode = text("Postcode", most=10)
    takes_referrals = yes("It takes referrals from the desk")
    capacity = count(
        "How many referrals can you hold at once?",
        least=0,
        most=10_000,
        required=False,
        hint="Empty: not stated.",
    )
    answer_hours = count(
        "Within how many hours do you answer?",
        least=1,
        most=720,
        initial=48,
        missing="Enter the hours",
    )
    no_names = yes("We must not hold anybody's personal data")
    asks_for = ticks(
        "What do you need to know of somebody who is sent to you?",
        access.SHARED,
        hint="You never get more than the resident agreed to. None ticked: all of that.",
    )


class NearForm(Form):
    """Where to begin from. Beside it goes what was chosen of the list."""

    postcode = forms.CharField(
        label="Your postcode",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": "Enter your postcode"},
        help_text="To see how far each is. We keep it nowhere.",
    )
    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    help = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data["postcode"]
        known = postcode(typed)
        if not known:
            raise ValidationError("Enter a whole postcode, with both its parts")
        return known


class EndUnlistedForm(Form):
    count = count(
        "How many services end?",
        least=1,
        most=1_000_000,
        required=False,
        unread="Enter a whole number",
    )


class ServiceFileForm(Form):
    file = upload(
        "File",
        hint="Open Referral as JSON or a ZIP of CSV, GeoJSON, or any table with names. It adds and "
        "changes services. What it no longer lists is named, and stays.",
    )
    source = forms.SlugField(
        label="Short name of the source",
        max_length=60,
        error_messages={
            "required": "Enter a short name",
            "invalid": "Use small letters, figures and hyphens only",
        },
    )


class EndServicesForm(RemovalForm):
    """Whether services that a file no longer lists are to end."""

    TAKING = "End the {} that the file no longer lists"
    THING = "service"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "count" in self.fields:
            self.fields["count"].label = "How many are to end? Write the number"


class UndoServicesForm(Form):
    because = sentences(
        "Why is it undone?",
        missing="Say why it is undone",
        hint="It stands on the page of this file. No names, please.",
    )
