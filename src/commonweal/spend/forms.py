"""What analysts fill in."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.bringing.forms import RemovalForm
from commonweal.design.forms import DateField, Form, OutOfAHundredField
from commonweal.partners.fields import PartnerField
from commonweal.partners.models import Partner
from localwealth.sources.vocabulary import ROLES

from .models import Anchor, Answer, Release, Route, Verdict

ROLE_WORDS = {
    "amount": "Amount",
    "supplier": "Payee",
    "date": "Date of payment",
    "reference": "Reference",
    "supplier_id": "Publisher's own number of the payee",
    "company_number": "Company number",
    "charity_number": "Charity number",
    "vat_number": "VAT number",
    "postcode": "Payee's postcode",
    "category": "What for (category)",
    "area": "Department",
    "body": "Body that pays",
    "invoice_date": "Date of the invoice",
    "description": "Description",
    "merchant_category": "Merchant category",
    "credit": "Credits, beside debits",
    "debit_or_credit": "Mark of debit or credit",
    "currency": "Currency",
}


class AnchorForm(Form):
    partner = PartnerField(Partner.objects.public, label="Partner", help_text="Type its name.")
    ids = forms.CharField(
        label="Its own numbers in registers",
        required=False,
        help_text="For example GB-COH-01234567 GB-CHC-200051, with a space between. Payments that "
        "other anchors make to it are then shown apart. Leave empty if it has none.",
    )

    def clean_partner(self) -> Partner:
        partner: Partner = self.cleaned_data["partner"]
        if Anchor.objects.filter(partner=partner).exists():
            raise forms.ValidationError(f"{partner.name} is an anchor already")
        return partner

    def clean_ids(self) -> list[str]:
        ids: list[str] = self.cleaned_data["ids"].upper().split()
        wrong = [org_id for org_id in ids if len(org_id.split("-")) < 3]
        if wrong:
            raise forms.ValidationError(
                f"{wrong[0]} is no number of a register. It is written like GB-COH-01234567."
            )
        return ids


class UploadForm(Form):
    anchor = forms.ModelChoiceField(
        Anchor.objects.select_related("partner"), label="Whose", empty_label="Choose"
    )
    route = forms.ChoiceField(
        label="Which kind of file",
        choices=Route.choices,
        widget=forms.RadioSelect,
        initial=Route.PUBLISHED,
    )
    file = forms.FileField(
        label="File of payments",
        help_text="CSV, XLSX, XLS or ODS, as it is: no columns need to be renamed.",
    )
    source_url = forms.URLField(
        label="Where it is published",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="The web address, so that anybody can compare. Leave empty for an own ledger.",
    )


class ContractsForm(Form):
    anchor = forms.ModelChoiceField(
        Anchor.objects.select_related("partner"), label="Whose", empty_label="Choose"
    )
    file = forms.FileField(
        label="Register of contracts",
        help_text="CSV, XLSX, XLS or ODS with headings for title, supplier and end. It adds and "
        "updates; contracts that it does not name stay.",
    )
    source_url = forms.URLField(
        label="Where it is published", required=False, assume_scheme="https", max_length=500
    )


class TakeOutForm(RemovalForm):
    """Whether contracts that an anchor's newest register no longer names are to go."""

    TAKING = "Take out the {} that the file no longer names"
    THING = "contract"


class SayForm(Form):
    """How the file is to be read: one choice a role, and what a person was asked."""

    order = forms.ChoiceField(
        label="Order of day and month",
        required=False,
        choices=[
            ("", "As read"),
            ("dmy", "Day first: 7/4/2026 is 7 April"),
            ("mdy", "Month first: 7/4/2026 is 4 July"),
            ("ymd", "Year, month, day"),
            ("ydm", "Year, day, month"),
            ("yymd", "Year first, in two figures: 23-04-13 is 13 April 2023"),
        ],
    )
    first = DateField(label="First day that the file is for", required=False)
    last = DateField(label="Last day that the file is for", required=False)
    repeats = forms.ChoiceField(
        label="A block of lines that repeats another, or a sheet that does",
        required=False,
        choices=[
            ("", "Nobody has said"),
            ("duplicates", "Published twice: left out"),
            ("payments", "Payments of their own"),
        ],
    )

    def __init__(self, release: Release, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.release = release
        heads = [
            (str(at + 1), f"{head or 'column without heading'} ({at + 1})")
            for at, head in enumerate(release.headings)
        ]
        fields: dict[str, forms.Field] = {}
        for role in ROLES:
            at = release.mapping.get(role, {}).get("at")
            fields[f"role_{role}"] = forms.ChoiceField(
                label=ROLE_WORDS[role],
                required=False,
                choices=[("", "The file does not say"), *heads],
                initial="" if at is None else str(at + 1),
            )
        self.fields = fields | self.fields
        shown = {name: field.initial for name, field in fields.items()}
        self.initial = {**shown, **(self.initial or {})}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if bool(answers.get("first")) != bool(answers.get("last")):
            self.add_error("last", "Give the first and the last day, or neither.")
        elif answers.get("first") and answers["first"] > answers["last"]:
            self.add_error("last", "The last day lies before the first.")
        return answers

    def columns(self) -> dict[str, str]:
        """What differs from how the file was read: role to the column's number; "" for none."""
        changed = {}
        for role in ROLES:
            at = self.release.mapping.get(role, {}).get("at")
            chosen = self.cleaned_data[f"role_{role}"]
            if chosen != ("" if at is None else str(at + 1)):
                heading = self.release.headings[int(chosen) - 1] if chosen else ""
                # A heading holds for the publisher's next file, wherever the column then stands.
                changed[role] = heading or chosen
        return changed


class TakeForm(Form):
    replaces = forms.ChoiceField(
        label="Does it replace a file that counts already?",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, replaceable: list[Release], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["replaces"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("none", "No: its payments are counted beside what is there"),
            *((release.code, f"Yes: it corrects {release.file_name}") for release in replaceable),
        ]
        field.initial = "none"


class SurveyForm(Form):
    title = forms.CharField(
        label="What it is called", max_length=120, initial="What you spend in the town again"
    )
    closes_on = DateField(label="Last day for answers")


class AgainForm(Form):
    again = OutOfAHundredField(
        label="Of every £100 that your organisation took in during the last year, how many went "
        "to people who live here, or to firms based here?",
        help_text="Wages, suppliers, rent and owners together. A whole number is enough.",
    )
    basis = forms.ChoiceField(
        label="How do you know?", choices=Answer.Basis.choices, widget=forms.RadioSelect
    )


class PayeeReasonForm(Form):
    because = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}))


class PayeeDecisionForm(Form):
    answer = forms.ChoiceField(label="What is it?", widget=forms.RadioSelect)
    entry = forms.CharField(
        label="Its number, if it stands in a register but not above",
        max_length=60,
        required=False,
        help_text="A company number, or for example GB-CHC-1098415.",
    )
    because = forms.CharField(
        label="How you know",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever comes after you reads this. It is public.",
    )

    def __init__(self, candidates: list[tuple[str, str, str]], *args: Any, **options: Any) -> None:
        """``candidates``: (org-id, words, hint) of each."""
        super().__init__(*args, **options)
        field: Any = self.fields["answer"]
        field.choices = [
            *((entry, label) for entry, label, _ in candidates),
            ("other", "Another entry, whose number I give below"),
            (Verdict.NONE.value, "An organisation that stands in no register here"),
            (Verdict.PERSON.value, "A person: never to be named"),
        ]
        field.hints = {entry: hint for entry, _, hint in candidates}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("answer") == "other" and not answers.get("entry"):
            self.add_error("entry", "Give the number of the entry.")
        return answers
