"""The questions about the town itself."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.accounts.lists import Unread
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.places.models import Compliance

from . import areas as the_areas
from . import colours, onscodes
from .values import COLOUR


class TownForm(Form):
    """What the town is called, and how people reach it."""

    name = forms.CharField(
        label="Name of the town",
        max_length=100,
        error_messages={"required": "Enter the name of the town"},
    )
    service_name = forms.CharField(
        label="Name of the charter or service",
        help_text="It stands at the head of every page, after the town’s name.",
        max_length=100,
        error_messages={"required": "Enter what the charter or service is called"},
    )
    strapline = forms.CharField(label="A line under it (optional)", max_length=200, required=False)
    council_name = forms.CharField(
        label="Name of the council",
        help_text="It becomes the first partner, if it is none yet.",
        max_length=120,
        required=False,
    )
    ons_code = forms.CharField(
        label="Code of the district (optional)",
        help_text="From the Office for National Statistics: a letter and eight digits.",
        max_length=9,
        required=False,
    )
    contact_email = forms.EmailField(
        label="E-mail address for the public",
        max_length=254,
        required=False,
        error_messages={"invalid": "Enter an e-mail address like name@example.org"},
    )
    contact_phone = forms.CharField(
        label="Telephone number for the public",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    help_phone = forms.CharField(
        label="Telephone number of the help desk (optional)",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    help_hours = forms.CharField(
        label="When the help desk answers (optional)",
        help_text="For example: Monday to Friday, 9 to 5.",
        max_length=80,
        required=False,
    )

    def clean_ons_code(self) -> str:
        code: str = self.cleaned_data["ons_code"]
        if code and (fault := onscodes.fault(code)):
            raise forms.ValidationError(fault)
        return code


def colour(label: str, help_text: str, called: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=7,
        error_messages={"required": f"Enter {called}"},
    )


class LookForm(Form):
    """The colours of the pages. Each must be read on what it stands on."""

    brand_colour = colour(
        "Main colour",
        "Behind the white letters at the head of a page. For example #1d5c5c.",
        "the main colour",
    )
    link_colour = colour(
        "Colour of links", "On white and on the pale colour.", "the colour of links"
    )
    tint_colour = colour("Pale colour", "Behind boxes and the foot of a page.", "the pale colour")

    def clean(self) -> dict[str, Any]:
        look: dict[str, Any] = super().clean() or {}
        for name, typed in list(look.items()):
            if not COLOUR.fullmatch(typed):
                self.add_error(name, "Write a colour as # and six signs from 0 to 9 and a to f")
        for name, pairing in list(colours.faint(look)):
            if not self.has_error(name):
                self.add_error(name, colours.in_words(pairing))
        return look


class LogoForm(Form):
    file = forms.FileField(
        label="The town’s logo",
        help_text="A PNG or a JPEG, at most 5 MB. It is drawn anew, so that it tells nothing of "
        "its making. Show one that you may use.",
        error_messages={"required": "Choose a picture"},
    )


class NamedAreasForm(Form):
    """Wards or neighbourhoods that are added."""

    # A list to begin with is a suggestion.
    SUGGESTED = frozenset({"areas", "year"})

    areas = ReasonField(
        label="Areas",
        help_text="One a line: the name and, if you have it, its code. For example: Old Town, "
        "E05001234",
        max_length=40_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "Write or paste at least one area"},
    )
    year = forms.IntegerField(
        label="Year of their boundaries (optional)",
        min_value=1900,
        max_value=2100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Write the year in four figures"},
    )

    def clean_areas(self) -> list[the_areas.NamedArea]:
        try:
            return the_areas.read(self.cleaned_data["areas"])
        except Unread as unread:
            raise forms.ValidationError(unread.faults) from None


class AreaListForm(Form):
    file = forms.FileField(
        label="The list, as CSV",
        error_messages={"required": "Choose the file of the list"},
    )


class NoticesForm(Form):
    """What the pages on privacy and accessibility say."""

    controller = forms.CharField(
        label="Who answers for people’s data?",
        help_text="The controller, as a rule the council, with its postal address.",
        max_length=300,
        required=False,
    )
    data_protection_officer = forms.CharField(
        label="Data protection officer",
        help_text="The post or the name, and an e-mail address or a telephone number.",
        max_length=300,
        required=False,
    )
    privacy_contact = forms.CharField(
        label="Where does somebody ask what is kept about them?",
        help_text="An e-mail address, a telephone number or a postal address.",
        max_length=300,
        required=False,
    )
    retention_words = ReasonField(
        label="How long is what is kept about people kept?",
        help_text="For example: the names of people who act for a partner, until six years after "
        "they stop.",
        max_length=2000,
        required=False,
    )
    help_desk_words = ReasonField(
        label="What does the help desk keep about people, and why?",
        help_text="Needed while Help is switched on.",
        max_length=2000,
        required=False,
    )
    accessibility_status = forms.ChoiceField(
        label="How accessible is the site, by WCAG 2.2 AA?",
        choices=Compliance.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    accessibility_gaps = ReasonField(
        label="What is not accessible, and why?",
        help_text="Needed unless the site is fully compliant.",
        max_length=2000,
        required=False,
    )
    accessibility_contact = forms.CharField(
        label="Where does somebody say that something is not accessible?",
        help_text="An e-mail address or a telephone number.",
        max_length=300,
        required=False,
    )
    accessibility_checked_on = DateField(
        label="When was the accessibility statement prepared?", required=False
    )
