"""The questions about grants: asking, accounts, deciding, reviewing, paying."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.design.forms import Form
from commonweal.grants.models import Fund
from commonweal.grants.models.grants import CATEGORIES, PURPOSES, REASONS

from .excuses import ExcuseForm
from .fields import choice, count, day, money, pick, sentences, text, upload, yes


class AwardForm(Form):
    fund = pick(
        "From which fund?", Fund.objects.all(), missing="Choose a fund", by="code", empty="Choose"
    )
    category = choice("For what?", CATEGORIES, missing="Choose what it is for")
    reason = choice(
        "Why is it needed?",
        [("", "Choose"), *REASONS],
        radio=False,
        missing="Choose why it is needed",
    )
    purpose = choice(
        "What will it be spent on?",
        [("", "Choose"), *PURPOSES],
        radio=False,
        missing="Choose what it will be spent on",
    )
    asked = money("How much is asked for? (£)")
    payee = text(
        "Name on the account",
        most=100,
        hint="Leave the account empty if it is not known: it can be added.",
    )
    sort_code = text("Sort code", most=12, mode="numeric", hint="Six figures.")
    account = text("Account number", most=12, mode="numeric", hint="Eight figures.")

    def clean_sort_code(self) -> str:
        return _figures(self.cleaned_data["sort_code"], 6, "A sort code has six figures")

    def clean_account(self) -> str:
        return _figures(self.cleaned_data["account"], 8, "An account number has eight figures")


class AccountForm(Form):
    payee = text("Name on the account", missing="Enter the name on the account", most=100)
    sort_code = text(
        "Sort code",
        missing="Enter the sort code",
        most=12,
        mode="numeric",
        hint="Six figures.",
    )
    account = text(
        "Account number",
        missing="Enter the account number",
        most=12,
        mode="numeric",
        hint="Eight figures.",
    )
    words = sentences("If nothing changes: why is this account right?", most=400)

    clean_sort_code = AwardForm.clean_sort_code
    clean_account = AwardForm.clean_account


class ReviewAskForm(Form):
    words = sentences("Why? In their own words", hint="They need give no reason.")


class GrantReferenceForm(Form):
    reference = text(
        "Reference",
        missing="Enter the reference of the letter",
        most=30,
        hint="It begins with G, like G-4K7-PX3-TMQ.",
    )

    def clean_reference(self) -> str:
        """The reference as it is kept, from any spelling: g4k7 px3tmq is G-4K7-PX3-TMQ."""
        signs = re.sub(r"[^A-Z0-9]", "", self.cleaned_data["reference"].upper())
        signs = signs.removeprefix("G") if len(signs) == 10 else signs
        if len(signs) != 9:
            raise ValidationError("A reference has a G and nine signs, like G-4K7-PX3-TMQ")
        return "-".join(["G", signs[:3], signs[3:6], signs[6:]])


def _figures(typed: str, count: int, otherwise: str) -> str:
    figures = re.sub(r"[\s-]", "", typed)
    if figures and not (figures.isascii() and figures.isdecimal() and len(figures) == count):
        raise ValidationError(otherwise)
    return figures


class AssessForm(Form):
    amount = money("How much is right? (£)", missing="Enter an amount; 0 is an answer")
    words = sentences("Reasons, as the letter gives them", missing="Write the reasons")


class RefuseForm(Form):
    words = sentences("Reasons, as the letter gives them", missing="Write the reasons")


class ReviewDecisionForm(AssessForm):
    pass


class FundForm(ExcuseForm):
    name = text("What is it called?", missing="Enter what it is called", most=120)
    code = forms.SlugField(
        label="Short name",
        max_length=40,
        error_messages={"required": "Enter a short name"},
    )
    budget = money("How much money is in it? (£)")
    starts_on = day("First day", missing="Enter the first day")
    ends_on = day("Last day", missing="Enter the last day")
    most = money("Largest grant (£)")
    window_days = count(
        "A second grant within how many days is held?",
        least=0,
        most=3650,
        initial=180,
        missing="Enter the days; 0 is an answer",
    )
    two_above = money("Above which amount does it take two approvals? (£)")
    carries_over = yes("What is left at the end may be carried over")


class ReconcileForm(Form):
    file = upload(
        "What finance sent back",
        hint="CSV or a workbook with reference, state (paid or cancelled), amount, on (31/03/2027 "
        "or 2027-03-31), because; other headings that mean these are known too.",
    )


class ReturnForm(Form):
    upto = day("Up to which day?", missing="Enter the day")

    def clean_upto(self) -> date:
        upto: date = self.cleaned_data["upto"]
        if upto > timezone.localdate():
            raise ValidationError("That day has not come yet. A return says what was spent.")
        return upto
