from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone

from commonweal.design.forms import DateField, Form
from commonweal.design.revisions import Revised

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


class AppointForm(Form):
    email = forms.EmailField(
        label="E-mail address of the person",
        help_text="They must have signed in once.",
        max_length=254,
        error_messages={
            "required": "Enter the person's e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        },
    )
    role = forms.ChoiceField(
        label="Role", choices=Role.choices, error_messages={"required": "Choose a role"}
    )
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
