"""The questions about pledges, and the first "no" in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.office.errors import Refused
from commonweal.partners.models import Membership

from .fields import find_by_typing
from .layout import is_register_of_others, layout_named
from .models import ImportRun, Measure, MeasureKind, Pledge
from .terms import check_reached, check_reached_on


@contextmanager
def said_beside() -> Iterator[None]:
    """What an action would refuse is said beside what was typed, before anything is checked."""
    try:
        yield
    except Refused as refused:
        raise forms.ValidationError(str(refused)) from None


class ClaimForm(Form):
    value = FigureField(
        label="How far have you come?",
        error_messages={"required": "Enter the figure that you have reached; 0 is an answer"},
    )
    as_of = DateField(
        label="By which day was it reached?",
        required=False,
        help_text="Leave empty for today.",
    )
    words = ReasonField(
        label="What happened?",
        required=False,
        max_length=2000,
        help_text="Public. Name no private person.",
    )
    final = forms.BooleanField(label="This is our final report on this pledge", required=False)
    link = forms.URLField(
        label="Web address that shows it",
        required=False,
        max_length=1000,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address like www.example.org/report"},
    )
    file = forms.FileField(
        label="File that shows it",
        required=False,
        help_text="PDF, picture, Word, Excel, OpenDocument, CSV or text. Who is in the picture? "
        "Send none in which somebody can be recognised who did not agree, and no children. What "
        "the file tells of place, camera and author is taken out. Only reviewers see it until one "
        "of them has looked at it. The file's name is public at once: let it name nobody.",
    )
    private_file = forms.BooleanField(
        label="Show the file to reviewers only, not to the public", required=False
    )

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pledge = pledge
        measure = pledge.measure
        if measure.kind == MeasureKind.YES_NO:
            self.fields["value"] = forms.TypedChoiceField(
                label="Is it done?",
                choices=[("1", "Yes, it is done"), ("0", "Not yet")],
                widget=forms.RadioSelect,
                coerce=Decimal,
                error_messages={"required": "Say whether it is done"},
            )
        else:
            unit = "pounds" if measure.kind == MeasureKind.MONEY else measure.unit
            field = self.fields["value"]
            field.label = f"How far have you come? ({unit}, in all since the start)"

    def clean_value(self) -> Decimal:
        figure: Decimal = self.cleaned_data["value"]
        with said_beside():
            check_reached(self.pledge.measure, figure)
        return figure

    def clean_as_of(self) -> date | None:
        as_of: date | None = self.cleaned_data["as_of"]
        if as_of is not None:
            with said_beside():
                check_reached_on(self.pledge, as_of, today=timezone.localdate())
        return as_of


class EvidenceForm(Form):
    link = ClaimForm.base_fields["link"]
    file = ClaimForm.base_fields["file"]
    private_file = ClaimForm.base_fields["private_file"]
    title = forms.CharField(label="What is it?", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not self.errors and not answers.get("link") and not answers.get("file"):
            raise forms.ValidationError("Enter a web address or choose a file")
        return answers


class ChangeForm(Form):
    target = FigureField(label="New target", required=False)
    due_on = DateField(label="New date", required=False)
    because = ReasonField(
        label="Why?",
        help_text="Public, beside the old target or date.",
        max_length=2000,
        error_messages={"required": "Say why the target or the date changes"},
    )


class WithdrawForm(Form):
    because = ReasonField(
        label="Why do you take it back?",
        max_length=2000,
        help_text="Public. The pledge stays in the register as withdrawn.",
        error_messages={"required": "Say why you take the pledge back"},
    )


class ReplyForm(Form):
    agrees = forms.ChoiceField(
        label="Do you accept what the reviewer found?",
        choices=[("yes", "Yes"), ("no", "No; a second reviewer should look")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you accept the review"},
    )
    words = ReasonField(
        label="Your reply",
        max_length=2000,
        help_text="Public, beside the review.",
        error_messages={"required": "Write your reply"},
    )


class VerdictField(forms.ChoiceField):
    """What a reviewer found; Alt and a letter chooses it."""

    access_keys: ClassVar[dict[str, str]] = {"upheld": "a", "partly": "p", "rejected": "o"}


class ReviewForm(Form):
    verdict = VerdictField(
        label="What did you find?",
        choices=[
            ("upheld", "All of it"),
            ("partly", "Part of it"),
            ("rejected", "None of it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found"},
    )
    value = FigureField(
        label="What does the evidence show?",
        required=False,
        help_text="If you found part of it: the figure that you can see.",
    )
    words = ReasonField(
        label="What did you look at?",
        max_length=2000,
        help_text="Public.",
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": "Say what you looked at"},
    )
    withhold = forms.BooleanField(
        label="Keep the files from the public",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("verdict") == "partly" and answers.get("value") is None:
            self.add_error("value", "Enter the figure that the evidence shows")
        return answers


class AskMoreForm(Form):
    wanted = ReasonField(
        label="What do you need to see?",
        max_length=2000,
        help_text="What is missing, and what would show it. The partner reads it, by e-mail too; "
        "it is not public.",
        error_messages={"required": "Say what you need to see"},
    )


class KnownForm(Form):
    because = ReasonField(
        label="How do you know them?",
        max_length=500,
        help_text="Only the charter manager reads it. A few words are enough, like “I worked "
        "there” or “A friend runs it”.",
        error_messages={"required": "Say how you know them"},
    )


class AskPledgeForm(Form):
    words = ReasonField(
        label="Your question",
        max_length=1000,
        help_text="It will be public beside the pledge, without your name. Write nothing private.",
        error_messages={"required": "Write your question"},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        help_text="Only if you want to be told of the answer. Never public; kept encrypted.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Enter an e-mail address like name@example.org"},
    )


class QuestionAnswerForm(Form):
    words = ReasonField(
        label="Your answer",
        max_length=2000,
        help_text="Public.",
        error_messages={"required": "Write your answer"},
    )


class MapForm(Form):
    measure = forms.ModelChoiceField(
        label="What is counted?",
        queryset=Measure.objects.none(),
        to_field_name="code",
        empty_label="Choose",
        error_messages={"required": "Choose what is counted"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        find_by_typing(self, "measure", lambda: Measure.objects.filter(on_menu=True))


class RefusePledgeForm(Form):
    because = ReasonField(
        label="Why?", max_length=1000, error_messages={"required": "Write the reason"}
    )


class HandOverForm(Form):
    to = forms.ModelChoiceField(
        label="Who takes over their pledges?",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody (they answer for none)",
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = (
            membership.partner.memberships.current()
            .exclude(pk=membership.pk)
            .select_related("person")
        )
        field.label_from_instance = lambda member: member.person.name or member.person.email


# Taking off more than so much of a list is asked for by its number.


class PledgeFileForm(Form):
    layout = forms.ChoiceField(
        label="Kind of list",
        error_messages={"required": "Choose the kind of list"},
        help_text="Registers that others publish are understood by themselves.",
    )
    sender = forms.CharField(
        label="Who keeps this list?",
        required=False,
        max_length=60,
        help_text="A name for where it comes from, like “Chamber of Commerce”. It stands with "
        "the pledges, and what you say about the columns is remembered under it. It sets nothing "
        "apart: only a register of another body does, by the kind of list above. Leave it empty "
        "for the town's own list.",
    )
    as_at = DateField(
        label="The file shows how things stood on",
        required=False,
        help_text="Leave empty for today.",
    )
    file = forms.FileField(
        label="File",
        help_text="CSV or a workbook (.xlsx, .xls, .ods), 20 MB at most.",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )

    def __init__(self, *args: Any, layouts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["layout"]
        field.choices = layouts
        field.initial = layouts[0][0] if layouts else ""

    def clean_sender(self) -> str:
        """One sender is one, however they are written."""
        sender = " ".join(str(self.cleaned_data["sender"]).split())
        known = ImportRun.objects.filter(source__iexact=sender).first()
        return known.source if known else sender

    def clean(self) -> dict[str, Any]:
        """A list of the town's own is not called after another body's register: its promises would
        stand apart with those."""
        answers: dict[str, Any] = super().clean() or {}
        sender, name = answers.get("sender", ""), answers.get("layout")
        if name and layout_named(name).checked and is_register_of_others(sender):
            self.add_error(
                "sender",
                f"“{sender}” is what another body's register is called here. Call the list by the "
                "name of whoever keeps it, or choose that register’s layout",
            )
        return answers


class UndoPledgesForm(Form):
    because = ReasonField(
        label="Why is it undone?",
        help_text="It stands in the public ledger of each of these pledges. No names, please.",
        error_messages={"required": "Say why it is undone"},
    )


class AssignForm(Form):
    reviewer = forms.ModelChoiceField(
        label="Reviewer",
        queryset=Person.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Choose a reviewer"},
    )

    def __init__(self, *args: Any, able: Mapping[int, str], **kwargs: Any) -> None:
        """``able``: who may check the claim, by their key; with organisation and load."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reviewer"]
        field.queryset = Person.objects.filter(pk__in=able).order_by("name", "pk")
        field.label_from_instance = lambda person: able[person.pk]


SHARE_MOST = 9


class GiveOutForm(Form):
    """How the claims that nobody has are shared: a share for each reviewer (0: none)."""

    number = forms.IntegerField(
        label="How many of the oldest?",
        required=False,
        min_value=1,
        help_text="Leave empty for all of them.",
        error_messages={"invalid": "Write a number in figures", "min_value": "Write 1 or more"},
    )
    most = forms.IntegerField(
        label="How many may one person hold at most?",
        required=False,
        min_value=1,
        help_text="With what they hold already. Leave empty for no limit.",
        error_messages={"invalid": "Write a number in figures", "min_value": "Write 1 or more"},
    )

    def __init__(self, *args: Any, titles: Mapping[int, str], **kwargs: Any) -> None:
        """``titles``: each reviewer by their key, with organisation and load."""
        super().__init__(*args, **kwargs)
        self.people = list(titles)
        for pk, title in titles.items():
            self.fields[f"share_{pk}"] = forms.IntegerField(
                label=title,
                required=False,
                min_value=0,
                max_value=SHARE_MOST,
                initial=1,
                error_messages={
                    message: f"Write a number from 0 to {SHARE_MOST}"
                    for message in ("invalid", "min_value", "max_value")
                },
            )

    @property
    def shares(self) -> dict[int, int]:
        """The share of each reviewer, as it was chosen; 0 where nothing is written."""
        return {pk: self.cleaned_data.get(f"share_{pk}") or 0 for pk in self.people}


class ShownPlanForm(Form):
    """The one thing that is sent to give claims out: which plan somebody looked at."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
