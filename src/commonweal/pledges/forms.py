"""The questions about pledges, and the first "no" in plain words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.charter.models import CharterVersion, Clause, Decision
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.partners.models import Membership, Partner
from commonweal.places.models import Area

from .models import Entry, Measure, MeasureKind, Pledge


class MeasureStep(Form):
    """What will be counted."""

    title = "What do you promise to do?"
    measure = forms.ModelChoiceField(
        label="What will be counted?",
        queryset=Measure.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choose what will be counted",
            "invalid_choice": "Choose one from the list",
        },
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measure"]
        field.queryset = Measure.objects.filter(on_menu=True).select_related("theme")
        field.hints = {measure.code: example_for(measure, partner) for measure in field.queryset}


def example_for(measure: Measure, partner: Partner) -> str:
    """The example nearest to a partner: same sector and size, then sector, then any."""

    def nearness(example: dict[str, str]) -> int:
        score = 0
        for key, trait in (("sector", partner.sector), ("size", partner.size)):
            if example.get(key) == trait:
                score += 2
            elif example.get(key):
                score -= 3
        return score

    nearest = max(measure.examples, key=nearness, default=None)
    counted = f"Counted in {measure.unit}." if measure.kind != MeasureKind.YES_NO else "Yes or no."
    return f"For example: {nearest['text']} {counted}" if nearest else counted


class PromiseStep(Form):
    """The promise in the partner's own words."""

    title = "Say it in your own words"
    statement = ReasonField(
        label="Your promise, in one or two sentences",
        max_length=600,
        help_text="For example: We will take on 12 apprentices who live in the town. It will be "
        "public, so name no private person.",
        error_messages={"required": "Write your promise in one or two sentences"},
    )
    who_benefits = forms.CharField(
        label="Who will be better off?",
        max_length=200,
        help_text="For example: school leavers in Bedwell.",
        error_messages={"required": "Say who will be better off"},
    )
    area = forms.ModelChoiceField(
        label="Where?",
        queryset=Area.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="The whole town",
    )


class FiguresStep(Form):
    """From where, to where, by when."""

    title = "From where, to where, by when"
    baseline = FigureField(
        label="Where are you today?",
        help_text="0 if you start from nothing.",
        error_messages={"required": "Enter where you are today; 0 is an answer"},
    )
    target = FigureField(
        label="What do you want to reach?",
        error_messages={"required": "Enter the figure that you want to reach"},
    )
    due_on = DateField(
        label="By when?",
        help_text="For example, 31 3 2028.",
        error_messages={"required": "Enter the day by which you will reach it"},
    )

    def __init__(self, *args: Any, measure: Measure | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if measure is None:
            return
        if measure.kind == MeasureKind.YES_NO:
            del self.fields["baseline"], self.fields["target"]
            return
        unit = "pounds" if measure.kind == MeasureKind.MONEY else measure.unit
        for name in ("baseline", "target"):
            self.fields[name].label = f"{self.fields[name].label} ({unit})"
        if measure.kind == MeasureKind.KEEP:
            self.fields["target"].label = f"At what level do you promise to stay? ({unit})"

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on <= timezone.localdate():
            raise forms.ValidationError("Choose a date in the future")
        return due_on


class OwnerStep(Form):
    """Who answers for it, and what in the charter it follows."""

    title = "Who answers for it"
    owner_title = forms.CharField(
        label="Role of the person who answers for it",
        max_length=100,
        help_text="Public. A role, not a name: owner, head of HR, club secretary.",
        error_messages={"required": "Enter the role of the person who answers for it"},
    )
    clause = forms.ModelChoiceField(
        label="Which sentence of the charter does it serve?",
        queryset=Clause.objects.none(),
        required=False,
        empty_label="Not one in particular",
    )
    decision = forms.ModelChoiceField(
        label="Which decision made it?",
        queryset=Decision.objects.all(),
        to_field_name="code",
        required=False,
        help_text="A pledge of the council names the decision that made it.",
        error_messages={"required": "Choose the decision that made this pledge"},
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = CharterVersion.objects.in_force(timezone.localdate())
        clause: Any = self.fields["clause"]
        clause.queryset = Clause.objects.filter(version__in=versions).select_related("version")
        if partner.is_council:
            self.fields["decision"].required = True
        else:
            del self.fields["decision"]


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
        "of them has looked at it.",
    )
    private_file = forms.BooleanField(
        label="Show the file to reviewers only, not to the public", required=False
    )

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class ReviewForm(Form):
    verdict = forms.ChoiceField(
        label="What did you find?",
        choices=[
            ("upheld", "All that is claimed"),
            ("partly", "Part of what is claimed"),
            ("rejected", "Nothing that shows it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found"},
    )
    value = FigureField(
        label="What does the evidence show?",
        required=False,
        help_text="Only if you found part of it: the figure that you can see.",
    )
    words = ReasonField(
        label="How do you know?",
        max_length=2000,
        help_text="Public. Say what you looked at.",
        error_messages={"required": "Say what you looked at"},
    )
    withhold = forms.BooleanField(
        label="Keep the files from the public",
        required=False,
        help_text="Who is in the picture? Tick this if somebody can be recognised who may not "
        "have agreed, a child, or a home. Otherwise everybody sees the files once your review is "
        "public.",
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("verdict") == "partly" and answers.get("value") is None:
            self.add_error("value", "Enter the figure that the evidence shows")
        return answers


class AskForm(Form):
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


class AnswerForm(Form):
    words = ReasonField(
        label="Your answer",
        max_length=2000,
        help_text="Public.",
        error_messages={"required": "Write your answer"},
    )


class BecauseForm(Form):
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


class ImportForm(Form):
    layout = forms.ChoiceField(
        label="Layout of the file", error_messages={"required": "Choose the layout"}
    )
    as_at = DateField(
        label="The file shows how things stood on",
        required=False,
        help_text="Leave empty for today.",
    )
    file = forms.FileField(
        label="File",
        help_text="CSV or Excel (.xlsx), 20 MB at most.",
        error_messages={"required": "Choose a file"},
    )

    def __init__(self, *args: Any, layouts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["layout"]
        field.choices = [("", "Choose"), *layouts]


class AssignForm(Form):
    reviewer = forms.ModelChoiceField(
        label="Reviewer",
        queryset=Person.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Choose a reviewer"},
    )

    def __init__(self, *args: Any, claim: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Appointment.objects.current(timezone.localdate()).filter(role=Role.REVIEWER)
        theirs = claim.pledge.partner.memberships.current().values("person")
        field: Any = self.fields["reviewer"]
        field.queryset = (
            Person.objects.filter(pk__in=current.values("person"))
            .exclude(pk__in=theirs)
            .order_by("name")
        )
