"""The questions about who somebody is and where they live."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.design.dates import parts_of
from commonweal.design.days import known_day
from commonweal.design.forms import Form
from commonweal.places.models import Area
from commonweal.residents.models import Resident

from . import doubts
from .fields import choice, pick, sentences, text, ticks, yes

# A year, a month or a day of the last century or this one.
PART_BORN = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class PersonForm(Form):
    """What is known of a person. Nothing has to be."""

    first_name = text("First name")
    last_name = text("Last name")
    also_known_as = sentences("Also known as, one name a line", most=400)
    born = text("Date of birth", hint="1950, 1950-03 or 27/3/1950", most=20)
    nhs_number = text("NHS number", most=20)
    phones = sentences("Telephones, one a line", most=300)
    email = text("E-mail", most=254)
    lives = choice("Where do they live?", Resident.Lives.choices)
    left_refuge = yes("They have left the refuge: an address may be shown")
    address = text("Address", most=300)
    postcode = text("Postcode", most=12)
    language = text("Language, if not English", most=40)
    area = pick("Area", Area.objects.all())
    because = text("Why is it changed?", hint="If it isn't plain: who said so, say", most=200)

    def clean_born(self) -> str:
        born = str(self.cleaned_data["born"]).strip()
        day, month, year = parts_of([born])
        if day.isdecimal() and month.isdecimal() and year:
            born = f"{year}-{int(month):02}-{int(day):02}"
        if born and not PART_BORN.fullmatch(born):
            raise ValidationError("Write it like 1950, 1950-03 or 27/3/1950")
        if born > f"{timezone.localdate()}":
            raise ValidationError("That day is still to come")
        if len(born) == len("1950-03-27") and known_day(born) == born:
            raise ValidationError("There is no such day")
        return born

    def clean_email(self) -> str:
        """What stood there before stays, also where somebody once said that it is right so."""
        email = str(self.cleaned_data["email"]).strip()
        if email and email != (self.initial.get("email") or "") and not doubts.is_email(email):
            raise ValidationError("An e-mail address is written like name@example.com")
        return email


class OwnAddressForm(Form):
    postcode = text("Your postcode", missing="Enter your postcode", most=12)
    house = text("Number or name of the house", missing="Enter the number of your house", most=60)


class MoveOutForm(Form):
    """Who of those who live together moves out, and whether they stay together."""

    leaving = ticks("Who moves out?", [], missing="Tick who moves out")
    together = yes("They go on living together elsewhere")
    because = text("How do you know?", missing="Say how you know that they moved out", most=200)

    def __init__(self, *args: Any, people: list[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        leaving = cast("forms.MultipleChoiceField", self.fields["leaving"])
        leaving.choices = [(person.code, f"{person.name}, {person.code}") for person in people]

    @property
    def chosen(self) -> list[Resident]:
        return [person for person in self.people if person.code in self.cleaned_data["leaving"]]
