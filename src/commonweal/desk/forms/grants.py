"""The questions about grants: asking, accounts, deciding, reviewing, paying."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.design.forms import Form
from commonweal.grants import methods
from commonweal.grants.models import Award, Fund
from commonweal.grants.models.grants import CATEGORIES, HOUSEHOLDS, PURPOSES, REASONS
from commonweal.residents import references

from .excuses import ExcuseForm
from .fields import choice, count, day, money, pick, sentences, text, ticks, upload, yes


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
    household_type = choice(
        "Who lives in the household?",
        [("", "Not said"), *HOUSEHOLDS],
        radio=False,
        required=False,
        hint="The first that fits. Whoever gave the fund its money asks.",
    )
    is_proactive = yes("The council offers it: they did not apply")
    method = choice(
        "How should it reach them?",
        methods.CHOICES,
        required=False,
        initial="transfer",
        hint="For any other way than a bank transfer the next page asks what it takes.",
    )
    payee = text(
        "Name on the account",
        most=100,
        hint="Leave the account empty if it is not known: it can be added.",
    )
    sort_code = text("Sort code", most=12, mode="numeric", hint="Six figures.")
    account = text("Account number", most=12, mode="numeric", hint="Eight figures.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        funds = Fund.objects.filter(starts_on__lte=today, ends_on__gte=today)
        fund: Any = self.fields["fund"]
        fund.queryset = funds
        # Where no fund pays by another way, there is nothing to choose.
        named = {code for codes in funds.values_list("methods", flat=True) for code in codes}
        choices = [(method.code, method.title) for method in methods.allowed(named)]
        if named <= {methods.TRANSFER.code}:
            del self.fields["method"]
        else:
            self.fields["method"].choices = choices  # type: ignore[attr-defined]

    def clean_sort_code(self) -> str:
        return _figures(self.cleaned_data["sort_code"], methods.SORT_CODE)

    def clean_account(self) -> str:
        return _figures(self.cleaned_data["account"], methods.ACCOUNT)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        method = answers.get("method") or methods.TRANSFER.code
        if method != methods.TRANSFER.code and any(
            answers.get(name) for name in methods.TRANSFER.columns_asked
        ):
            self.add_error(
                "method", "You wrote down an account. Choose bank transfer, or empty the account"
            )
        return answers | {"method": method}


class AccountForm(Form):
    """What one way of paying asks for, as its row says."""

    payee = text(methods.PAYEE.label, most=100)
    sort_code = text(methods.SORT_CODE.label, most=12, mode="numeric")
    account = text(methods.ACCOUNT.label, most=12, mode="numeric")
    through = text("Through whom?", most=100)
    number = text("Number", most=40)
    goods = text("Goods", most=400)
    words = sentences("If nothing changes: why is this right?", most=400)

    def __init__(
        self,
        *args: Any,
        method: methods.Method = methods.TRANSFER,
        is_first: bool = False,
        **kwargs: Any,
    ) -> None:
        """``is_first``: nothing is known of this way yet, so nobody can leave it as it is."""
        super().__init__(*args, **kwargs)
        self.method = method
        if is_first:
            del self.fields["words"]
        for column in set(Award.DETAILS) - set(method.columns_asked):
            del self.fields[column]
        for detail in method.details:
            field = self.fields[detail.column]
            field.label, field.help_text, field.required = detail.label, detail.hint, True
            field.error_messages["required"] = detail.missing
        self.order_fields([*method.columns_asked, "words"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for detail in self.method.details:
            if detail.figures is not None and detail.column in answers:
                try:
                    answers[detail.column] = _figures(answers[detail.column], detail)
                except ValidationError as wrong:
                    self.add_error(detail.column, wrong)
        return answers


def _figures(typed: str, detail: methods.Detail) -> str:
    """The figures of a number, without what people write between them."""
    figures = re.sub(r"[\s-]", "", typed)
    if figures and detail.figures is not None:
        least, most = detail.figures
        is_number = figures.isascii() and figures.isdecimal()
        if not (is_number and least <= len(figures) <= most):
            raise ValidationError(detail.wrong)
    return figures


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
        reference = references.grouped(self.cleaned_data["reference"], "G")
        if not reference:
            raise ValidationError("A reference has a G and nine signs, like G-4K7-PX3-TMQ")
        return reference


class AssessForm(Form):
    amount = money("How much is right? (£)", missing="Enter an amount; 0 is an answer")
    words = sentences("Reasons, as the letter gives them", missing="Write the reasons")
    knows_why = yes(
        "I know why the account is in another name, and it is right",
        missing="Find out why the account is in another name, and tick that you have",
        hint="The page of the grant names both.",
    )

    def __init__(self, *args: Any, is_other_name: bool = False, **kwargs: Any) -> None:
        """``is_other_name``: the account is not in the name of whom the grant is for."""
        super().__init__(*args, **kwargs)
        if not is_other_name:
            del self.fields["knows_why"]


class RefuseForm(Form):
    words = sentences("Reasons, as the letter gives them", missing="Write the reasons")


class ReviewDecisionForm(AssessForm):
    """As when it was assessed; the account was looked at when it was approved."""


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
    methods = ticks(
        "By which ways may it be paid?",
        methods.CHOICES,
        hint="None ticked: by bank transfer alone.",
    )

    def clean_methods(self) -> list[str]:
        return self.cleaned_data["methods"] or [methods.TRANSFER.code]

    carries_over = yes("What is left at the end may be carried over")


class FundChangeForm(Form):
    budget = money("How much money is in it? (£)")
    ends_on = day("Last day", missing="Enter the last day")
    most = money("Largest grant (£)")
    window_days = count(
        "A second grant within how many days is held?",
        least=0,
        most=3650,
        missing="Enter the days; 0 is an answer",
    )
    methods = ticks(
        "By which ways may it be paid?", methods.CHOICES, missing="Choose one way at least"
    )
    carries_over = yes("What is left at the end may be carried over")
    because = sentences(
        "By which decision?",
        missing="Name the decision",
        most=400,
        hint="Whose it is, of which day, and where it is minuted.",
    )


class ReconcileForm(Form):
    file = upload(
        "What came back",
        hint="CSV or a workbook with reference, state (paid or cancelled), amount, on (31/03/2027 "
        "or 2027-03-31), because; other headings that mean these are known too.",
    )


class ReturnForm(Form):
    upto = day("Up to which day?", missing="Enter the day")
    costs = money("Costs of running the fund (£)", missing="Enter the costs; 0 is an answer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["costs"].required = False

    def clean_costs(self) -> Decimal:
        return self.cleaned_data["costs"] or Decimal(0)

    def clean_upto(self) -> date:
        upto: date = self.cleaned_data["upto"]
        if upto > timezone.localdate():
            raise ValidationError("That day has not come yet. A return says what was spent.")
        return upto
