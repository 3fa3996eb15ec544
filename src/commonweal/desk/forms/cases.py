"""The questions about a case: finding it, its calls, its needs, how it ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases.models import Call, Callback, Case, Gap, Need
from commonweal.cases.models.calls import Purpose
from commonweal.cases.models.cases import Channel
from commonweal.cases.working.calls import AGAIN, GIVE_UP_AFTER
from commonweal.design.forms import Form
from commonweal.design.words import many
from commonweal.residents import references
from commonweal.residents.models import Resident

from .clocks import ClockField, check_moment, moment_on, to_come
from .fields import HOUSEHOLD_MOST, choice, count, day, handlers, pick, sentences, text, upload, yes

# The ways of asking for help that somebody at the desk writes down.
ASKED_BY = (Channel.PHONE, Channel.WALK_IN, Channel.EMAIL, Channel.LETTER)


class SearchForm(Form):
    q = text(
        "Find somebody",
        hint="A name or part of one, a date of birth, telephone, e-mail, postcode, street, or any "
        "reference, in any spelling. Several narrow it down.",
    )


class StartForm(Form):
    channel = choice(
        "How did it come in?",
        [(c.value, c.label) for c in ASKED_BY],
    )


FOLLOWS_A_CALL = (
    "Spoke to them, or they did not want to: what was owed is done. Reached nobody: it is owed "
    f"again in {many(AGAIN['no_answer'], 'hour')}, after a wrong number or an unsafe moment "
    f"tomorrow, and after {GIVE_UP_AFTER} such calls somebody decides what is tried instead. They "
    "have died: you are asked once more, then everything stops."
)


class CallForm(Form):
    which = choice("Which call was it?", [], missing="Choose which call it was")
    direction = choice("Who rang?", [("out", "We rang"), ("in", "They rang")])
    outcome = choice("What came of it?", Call.Outcome.choices, hint=FOLLOWS_A_CALL)
    again_on = day(
        "When did they ask to be rung?",
        hint="Only if they asked to be rung at another time.",
    )
    again_time = ClockField(
        label="At what time?", hint="For example 14:30. Empty: by the end of that day."
    )
    words = sentences("What was said")
    minutes = count(
        "Minutes", least=0, most=600, required=False, unread="Write the minutes in figures"
    )

    def __init__(self, *args: Any, later: list[Callback], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [
            *((str(c.pk), f"{c.get_purpose_display()}, planned for {_day_of(c)}") for c in later),
            ("other", "Another call. What is planned stays planned."),
        ]
        if not later:
            del self.fields["which"]

    def clean_again_on(self) -> date | None:
        return to_come(self.cleaned_data["again_on"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        check_moment(self, answers, "again_on", "again_time")
        return answers

    def answers(self) -> dict[str, Any]:
        """What a call is written down with."""
        answers = dict(self.cleaned_data)
        again_on, clock = answers.pop("again_on"), answers.pop("again_time")
        if again_on is not None:
            answers["again_at"] = moment_on(again_on, clock)
        return answers


def _day_of(callback: Callback) -> str:
    due = timezone.localtime(callback.due_at)
    return f"{due.day} {due:%B %Y}"


class PlanCallForm(Form):
    purpose = choice("Which call?", Purpose.choices)
    due_on = day("When?", missing="Enter the day")
    due_time = ClockField(
        label="At what time?", hint="For example 15:00. Empty: by the end of that day."
    )

    def clean_due_on(self) -> date | None:
        return to_come(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        check_moment(self, answers, "due_on", "due_time")
        return answers


def _counted(name: str) -> Any:
    def clean(form: forms.Form) -> str:
        typed = str(form.cleaned_data[name]).strip()
        if typed and not (typed.isdecimal() and int(typed) <= HOUSEHOLD_MOST):
            raise forms.ValidationError("Write how many in figures, like 2")
        return typed

    return clean


class NoteForm(Form):
    words = sentences("Note", missing="Write the note")


class HouseholdForm(Form):
    """How many live there, and one of them who is here as well."""

    adults = text("Adults at home", most=20, mode="numeric", hint="With the person of this case.")
    children = text("Children at home", most=20, mode="numeric")
    ages = text("Ages of the children", most=100)
    housemate = text(
        "Somebody who lives with them and is here already",
        most=60,
        hint="Their reference (R, or H of their case). Who is not here is counted above, and not "
        "written down until they ask for something themselves.",
    )

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among

    clean_adults = _counted("adults")
    clean_children = _counted("children")

    def clean_housemate(self) -> Resident | None:
        typed = self.cleaned_data["housemate"].strip()
        if not typed:
            return None
        of_a_case = references.get_one(Case.objects.filter(resident__in=self.among), typed)
        housemate = of_a_case.resident if of_a_case else references.get_one(self.among, typed)
        if housemate is None:
            raise forms.ValidationError("There is no such person whom you may see. Look again.")
        return housemate


class UrgencyForm(Form):
    level = forms.TypedChoiceField(
        label="How urgent is it?",
        choices=Case.Urgency.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how urgent it is"},
    )
    because = sentences("Why is it other than the rules say?", missing="Say why")


class CaseHandOverForm(Form):
    to = pick("To whom?", Person.objects.none(), missing="Choose a colleague", empty="Choose")
    words = sentences(
        "What do they need to know?", missing="Write what your colleague needs to know"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = handlers()


class SettleForm(Form):
    state = choice("What became of it?", Need.State.choices[1:])
    why = choice(
        "If it was not met: why?",
        [("", "It was met"), *(Need._meta.get_field("why_unmet").choices or [])],
        radio=False,
        required=False,
    )


class CloseCaseForm(Form):
    words = sentences("How did it end?", missing="Write how it ended, in a sentence")


class BecauseForm(Form):
    because = sentences("Why?", missing="Say why")


class DeathForm(BecauseForm):
    """A death stops everything: it is said twice, by the words and by a tick."""

    because = sentences("Who said so?", missing="Say who said so")
    sure = yes("Yes, this person has died", missing="Tick that this person has died")


class GlassForm(Form):
    because = sentences(
        "Why do you need to read this case?",
        missing="Say why you need to read this case",
        hint="It is open to you for a day. The data protection officer reads what you write here.",
    )


class CallerForm(Form):
    """What a caller who rings back says of themselves; it is compared and not kept."""

    born = day("Date of birth")
    phone = text("A telephone number of theirs", most=40, mode="tel")
    postcode = text("Postcode", most=12)
    email = text("E-mail", most=254, mode="email")

    def told(self) -> dict[str, str]:
        """Each fact as the caller said it."""
        answers = self.cleaned_data
        born = answers["born"].isoformat() if answers["born"] else ""
        return {name: answers[name] for name in ("phone", "postcode", "email")} | {"born": born}


class FileForm(Form):
    upload = upload("Paper")


class GapForm(Form):
    why = choice("What is missing?", Gap.Why.choices, missing="Choose what is missing")
