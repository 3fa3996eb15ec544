from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.design.forms import DateField, Form
from commonweal.design.revisions import Revised

from . import foreseen, lists
from .models import Person, Role


class NameForm(Form):
    """What signing up asks besides the e-mail address."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )

    def signup(self, request: object, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class YourNameForm(Revised, forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    wants_digest = forms.BooleanField(label="E-mail me when something waits for me", required=False)

    class Meta:
        model = Person
        fields = ["name", "wants_digest"]


class UntilForm(Form):
    """How long a role lasts, and why somebody has it."""

    ends_on = DateField(
        label="Until", error_messages={"required": "Enter the day on which the role ends"}
    )
    because = forms.CharField(
        label="Why",
        help_text="For example: appointed to the working group on 3 March.",
        max_length=200,
        error_messages={"required": "Say why this person has this role"},
    )

    def clean_ends_on(self) -> object:
        ends_on = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if ends_on <= today:
            raise forms.ValidationError("Choose a day in the future")
        if ends_on > today + timedelta(days=4 * 366):
            raise forms.ValidationError("A role lasts four years at most; it can be given again")
        return ends_on


class RolePersonForm(Form):
    """Who is to be given a role, also somebody who has never signed in."""

    email = forms.EmailField(
        label="E-mail address of the person",
        max_length=254,
        error_messages={
            "required": "Enter the person's e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        },
    )
    name = forms.CharField(
        label="Their name",
        help_text="Needed if they have never signed in here. They get a letter that leads them in.",
        max_length=120,
        required=False,
    )


class AppointForm(UntilForm, RolePersonForm):
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, error_messages={"required": "Choose a role"}
    )

    field_order = ("email", "name", "role", "ends_on", "because")


class RolesListForm(UntilForm):
    """Many people at once, from a list that somebody has."""

    people = forms.CharField(
        label="The list",
        help_text="One person a line: name, e-mail address, role. As it comes from a spreadsheet, "
        "or with commas. For example: Priya Shah, priya.shah@example.org, reviewer",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=30_000,
        strip=False,
        error_messages={"required": "Paste the list of people"},
    )

    field_order = ("people", "ends_on", "because")

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_people(self) -> str:
        try:
            self.invited = lists.read(self.cleaned_data["people"])
        except lists.Unread as unread:
            # Of a list that is read whole the page shows it line by line.
            unread.wrong = foreseen.refusals(unread.listed, by=self.by) | unread.wrong
            raise forms.ValidationError(unread.faults) from None
        return str(self.cleaned_data["people"])
