"""The questions about an organisation, asked once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from commonweal.accounts import lists
from commonweal.accounts.models import Person
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.places.models import Area

from . import signatories
from .asking_to_act import nobody_acts
from .likeness import alike_among
from .models import Kind, MemberRole, Partner, Relation, Sector, Size
from .numbers import is_written_well, tidy


class ProfileForm(Form):
    name = forms.CharField(
        label="Name of the organisation",
        max_length=200,
        error_messages={"required": "Enter the name of the organisation"},
    )
    sector = forms.ChoiceField(
        label="Which sector is it in?",
        choices=Sector.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose public, private or voluntary"},
    )
    kind = forms.ChoiceField(
        label="What kind of organisation is it?",
        choices=[("", "Choose"), *Kind.choices],
        error_messages={"required": "Choose what kind of organisation it is"},
    )
    size = forms.ChoiceField(
        label="How many people work in it?",
        choices=Size.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many people work in it"},
    )
    company_number = forms.CharField(
        label="Company number",
        required=False,
        help_text="If it has one. 8 characters, like 01234567 or SC123456.",
    )
    charity_number = forms.CharField(
        label="Charity number", required=False, help_text="If it has one, like 1234567 or SC012345."
    )
    mutual_number = forms.CharField(
        label="Mutual society number",
        required=False,
        help_text="If it is on the FCA's mutuals register, like 8123 or 30245R.",
    )
    covers = forms.CharField(
        label="What does this cover?",
        required=False,
        max_length=200,
        help_text="Leave empty for the whole organisation, or name the site, for example "
        "“the warehouse by the station”.",
    )
    area = forms.ModelChoiceField(
        label="Where in the town is it?",
        queryset=Area.objects.all(),
        required=False,
        empty_label="The whole town, or none",
    )
    description = ReasonField(
        label="What does it do?",
        required=False,
        max_length=1000,
        help_text="One or two sentences. They will be public.",
    )
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address like www.example.org"},
    )
    relation = forms.ChoiceField(
        label="Does it trade with the council or receive its grants?",
        choices=Relation.choices,
        widget=forms.RadioSelect,
        initial=Relation.NONE,
        error_messages={"required": "Choose one; none is an answer"},
    )
    contact_name = forms.CharField(
        label="Whom may we ask for?",
        required=False,
        max_length=120,
        help_text="Not public. Kept encrypted.",
    )
    contact_phone = forms.CharField(
        label="Telephone",
        required=False,
        max_length=40,
        help_text="Not public. Kept encrypted.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        if partner is not None:
            from .actions import PROFILE_FIELDS

            kwargs["initial"] = {name: getattr(partner, name) for name in PROFILE_FIELDS}
            waiting = partner.name_changes.filter(state="waiting").first()
            kwargs["initial"] |= waiting.wanted if waiting else {}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.required and not isinstance(field, forms.BooleanField):
                field.label = f"{field.label} (optional)"

    def clean_company_number(self) -> str:
        number = tidy(self.cleaned_data["company_number"])
        if number.isdecimal() and len(number) == 7:
            number = "0" + number
        if number and not is_written_well("company_number", number):
            raise forms.ValidationError(
                "A company number has 8 characters, like 01234567 or SC123456"
            )
        return number

    def clean_charity_number(self) -> str:
        number = tidy(self.cleaned_data["charity_number"])
        if number and not is_written_well("charity_number", number):
            raise forms.ValidationError(
                "A charity number looks like 1234567, SC012345 or NIC101234"
            )
        return number

    def clean_mutual_number(self) -> str:
        number = tidy(self.cleaned_data["mutual_number"])
        if number and not is_written_well("mutual_number", number):
            raise forms.ValidationError("A mutual society's number looks like 8123 or 30245R")
        return number


class JoinForm(ProfileForm):
    job_title = forms.CharField(
        label="Your role there",
        max_length=100,
        help_text="For example: owner, HR manager, secretary of the club.",
        error_messages={"required": "Enter your role in the organisation"},
    )
    may_act = forms.BooleanField(
        label="I may act for this organisation",
        error_messages={"required": "Confirm that you may act for this organisation"},
    )
    # Asked only where a partner of such a name waits for somebody to act for it.
    is_another = forms.BooleanField(label="Mine is another organisation", required=False)

    alike: Sequence[Partner] = ()

    def clean(self) -> dict[str, Any]:
        """One organisation is not entered twice: once by a file, and once by its own people."""
        answers: dict[str, Any] = super().clean() or {}
        unclaimed = nobody_acts(Partner.objects.acting())
        self.alike = alike_among(unclaimed, answers.get("name", ""))
        if self.alike and not answers.get("is_another"):
            self.add_error(
                "is_another",
                "An organisation of this name is in the register already, and nobody acts for it. "
                "Choose it below, or say that yours is another",
            )
        return answers


class InviteForm(Form):
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter an e-mail address",
            "invalid": "Enter an e-mail address like name@example.org",
        },
    )
    role = forms.ChoiceField(
        label="What may they do?",
        choices=MemberRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they may do"},
    )


class InvitationForm(Form):
    """What somebody says of themselves who comes by a letter; their name only where they have no
    sign-in open."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    job_title = forms.CharField(
        label="Your role there",
        max_length=100,
        help_text="For example: owner. It stands beside your promises; your name does not.",
        error_messages={"required": "Enter your role in the organisation"},
    )

    def __init__(self, *args: Any, person: Person | None, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["name"]
        if role != MemberRole.EDITOR:
            # They promise nothing.
            self.fields["job_title"].required = False
            self.fields["job_title"].label = "Your role there (optional)"


class SignatoriesForm(Form):
    """Organisations that signed elsewhere, from a list that somebody has."""

    organisations = forms.CharField(
        label="The list",
        help_text="One organisation a line: its name, an e-mail address, and its sector (public, "
        "private or voluntary) if you know it. As it comes from a spreadsheet, or with semicolons. "
        "For example: Fern & Co; office@fern.example; private",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=60_000,
        strip=False,
        error_messages={"required": "Paste the list, or choose a file"},
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="CSV, XLSX, XLS or ODS with the columns Organisation, Email and perhaps Sector. "
        "Its lines are put into the list above, where you can change them.",
    )
    sector = forms.ChoiceField(
        label="Sector of the lines that say none",
        choices=[("", "Each line says it"), *Sector.choices],
        required=False,
    )

    signed_on = DateField(
        label="On which day did they sign?",
        required=False,
        help_text="The day on the paper. For each organisation that does not act for itself yet, "
        "its signature is entered with this day, and that the town entered it from the paper. "
        "Left empty, no signature is entered.",
    )

    def clean_signed_on(self) -> date | None:
        signed_on: date | None = self.cleaned_data["signed_on"]
        if signed_on is not None:
            try:
                for paper in signatories.PAPERS:
                    paper.check(signed_on)
            except Refused as refused:
                raise forms.ValidationError(str(refused)) from None
        return signed_on

    def clean_organisations(self) -> str:
        try:
            self.signatories = signatories.read(self.cleaned_data["organisations"])
        except lists.Unread as unread:
            self.signatories = [*unread.listed.values()]
            raise forms.ValidationError(unread.faults) from None
        return str(self.cleaned_data["organisations"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        silent = [line.name for line in getattr(self, "signatories", []) if line.sector is None]
        if silent and not answers.get("sector"):
            self.add_error(
                "sector",
                f"Choose the sector of the lines that say none ({many(len(silent), 'line')}, the "
                f"first is “{silent[0]}”)",
            )
        return answers


class ActingForm(Form):
    """Somebody says that they belong to a partner for which nobody acts."""

    job_title = forms.CharField(
        label="Your role there",
        max_length=100,
        help_text="For example: owner, HR manager, secretary of the club.",
        error_messages={"required": "Enter your role in the organisation"},
    )
    words = ReasonField(
        label="How can we check that?",
        required=False,
        max_length=500,
        help_text="For example: ring the shop and ask for me. Only the charter manager reads it.",
    )
    may_act = forms.BooleanField(
        label="I may act for this organisation",
        error_messages={"required": "Confirm that you may act for this organisation"},
    )


class WhyForm(Form):
    because = ReasonField(
        label="Why?",
        max_length=1000,
        help_text="The organisation reads it.",
        error_messages={"required": "Say why; the organisation reads it"},
    )
