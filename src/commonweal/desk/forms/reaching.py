"""Forms about how somebody may be reached, what is written to them, what they agree to share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.cases import access
from commonweal.cases.models import TextTemplate
from commonweal.design.forms import DateField, Form
from commonweal.partners.models import Partner
from commonweal.residents import ways
from commonweal.residents.models import Resident
from commonweal.residents.ways import clock_of
from commonweal.services.models import HelpType, Service

from .clocks import ClockField, check_hours
from .fields import choice, sentences, text


class ReachForm(Form):
    """How somebody may be reached. What opens what was closed takes a reason."""

    contact = choice(
        "How may they be reached?",
        Resident.Contact.choices,
        missing="Choose how they may be reached",
    )
    days = forms.MultipleChoiceField(
        label="On which days is it safe?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(number), name) for number, name in enumerate(ways.DAYS, 1)],
        help_text="None ticked: any day.",
    )
    start = ClockField(label="Safe from", hint="A time like 10 or 10:30. Empty: any time.")
    end = ClockField(label="Safe until", hint="A time like 14 or 2pm. Empty: any time.")
    word = sentences("Safe word", most=200, hint="One a line.")
    note = sentences("What else must be known to be safe?", most=600, hint="One remark a line.")
    because = sentences(
        "Why is it safe to loosen it?",
        most=600,
        hint="Only if something becomes looser; tightening needs no reason.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("word", "note", "because"):
            self.fields[name].widget.attrs["rows"] = "2"

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        check_hours(self, answers, "start", "end")
        return answers

    @property
    def rule(self) -> ways.Rule:
        answers = self.cleaned_data
        return ways.Rule(
            answers["contact"],
            "".join(answers["days"]),
            clock_of(answers["start"]),
            clock_of(answers["end"]),
            answers["note"],
            answers["word"],
        )


WAYS = [("text", "Text message"), ("email", "E-mail"), ("post", "Letter")]


MEANT = {"text": "for a text message: choose that", "email": "for an e-mail: choose that"}


def _named_with_way(template: TextTemplate) -> str:
    return f"{template.name} ({'text message' if template.by_text else 'e-mail'})"


class WriteForm(Form):
    way = choice("How?", WAYS)
    template = forms.ModelChoiceField(
        label="Words that are ready",
        queryset=TextTemplate.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="My own words",
    )
    words = sentences(
        "Or your own words",
        most=2000,
        hint="Whoever else looks at their telephone, or opens their letters, may read this. Name "
        "nobody, and no kind of help.",
    )

    def __init__(self, *args: Any, open_ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["way"]
        field.choices = [(code, name) for code, name in field.choices if code in open_ways]
        fitting = [
            by_text for way, by_text in (("text", True), ("email", False)) if way in open_ways
        ]
        templates: Any = self.fields["template"]
        templates.queryset = TextTemplate.objects.filter(by_text__in=fitting)
        templates.label_from_instance = _named_with_way
        if not templates.queryset.exists():
            del self.fields["template"]
            self.fields["words"].label = "Your words"

    def clean(self) -> dict[str, Any]:
        """Words that are ready are for one way: those of an e-mail are no letter."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        template, way = answers.get("template"), answers.get("way")
        if template and way and not answers.get("words"):
            meant = "text" if template.by_text else "email"
            if way != meant:
                self.add_error("template", f"These words are {MEANT[meant]}. Or write your own")
        return answers


class ConsentForm(Form):
    """To whom, for what, which fields, until when: all four are answered; nothing is ticked."""

    help_type = forms.ModelChoiceField(
        label="For what? To get help with",
        queryset=HelpType.objects.filter(is_active=True),
        to_field_name="code",
        empty_label="Choose",
        error_messages={"required": "Choose what it is shared for"},
    )
    partner = forms.ChoiceField(
        label="To whom?", error_messages={"required": "Choose to whom it may be given"}
    )
    fields_shared = forms.MultipleChoiceField(
        label="What may be shared?",
        choices=access.SHARED,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what they agree to share"},
        help_text="How it is safe to reach them always goes with it.",
    )
    purpose = text("For what, in words", most=200, hint="If there is more to say than the help.")
    words = sentences("In which words did they agree?", missing="Write the words")
    ends_on = DateField(
        label="Until when?", required=False, help_text="Empty: for 180 days. A year at most."
    )
    given_by = choice(
        "Who agreed?", [("self", "The resident"), ("other", "Somebody on their behalf")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner: Any = self.fields["partner"]
        partner.choices = [
            ("", "Choose"),
            ("any", "Any organisation that gives this help"),
            *Partner.objects.filter(
                accepted_on__isnull=False,
                organisations__services__in=(
                    Service.objects.on_offer().filter(takes_referrals=True)
                ),
            )
            .distinct()
            .order_by("name")
            .values_list("code", "name"),
        ]

    def clean_ends_on(self) -> date | None:
        ends: date | None = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if ends is not None and not today < ends <= today + timedelta(days=366):
            raise ValidationError("Choose a day after today, within a year")
        return ends
