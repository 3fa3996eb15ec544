"""The questions about a shock, its plan, its draws and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.economy.models import Level, Shock
from commonweal.partners.fields import PartnerField
from commonweal.partners.models import Partner

from ..leave import SAYS, SAYS_HELP
from .owners import BOTH, NOBODY, at_the_desk
from .telling import NOT_ITS_OWN

WHOLE = {"invalid": "Write a whole number, or leave it empty"}


def whole(label: str, hint: str = "", *, needed: str = "") -> forms.IntegerField:
    """How many people; empty where nobody knows, unless it is needed."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=bool(needed),
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=WHOLE | ({"required": needed} if needed else {}),
    )


def sentences(label: str, hint: str = "", *, needed: str = "") -> ReasonField:
    return ReasonField(
        label=label,
        help_text=hint,
        required=bool(needed),
        max_length=2000,
        error_messages={"required": needed} if needed else {},
    )


def one_of(label: str, choices: Any, hints: dict[str, str]) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.RadioSelect
    )
    field.hints = hints  # type: ignore[attr-defined]
    return field


LEVELS = {
    "public": "It stands on the public page, without your name unless you tick that below.",
    "partners": "Other partners of the charter see it when they are signed in.",
    "staff": "The charter manager, the programme lead and the analyst. Nobody else.",
}
# A column's name where the form's is another.
COLUMNS = {"level": "wanted_level"}


class TellForm(Form):
    kind = forms.ChoiceField(
        label="What happens?",
        choices=Shock.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what happens"},
    )
    employer = forms.CharField(
        label="Which organisation, if not yours?",
        max_length=200,
        required=False,
        help_text="Leave it empty if it is your own.",
    )
    people = whole("How many jobs?", "Those that go, or that are open. Empty if nobody knows yet.")
    workforce = whole("Of how many there?", "Everybody who works at these sites.")
    known_on = DateField(
        label="When are the staff told?", required=False, help_text="Or when they were."
    )
    first_on = DateField(
        label="When is the first dismissal?",
        required=False,
        help_text="Or the first day of what happens. The plan is counted back from it.",
    )
    last_on = DateField(label="When is the last?", required=False)
    sites = sentences("Which sites?", "An address or a name, one a line.")
    occupations = sentences("What do the people do?", "For example: 40 bakers, 12 drivers.")
    sure = one_of("How sure is it?", Shock.Sure.choices, {})
    level = one_of("Who may know?", Level.Who.choices, LEVELS)
    may_be_named = forms.BooleanField(
        label="The public page may name us",
        required=False,
        help_text="Only if everybody may know. Nobody is named without this tick.",
    )
    words = sentences(
        "What else should we know?",
        "Do not send form HR1: it is between you and the government, and confidential.",
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        first_on, last_on = answers.get("first_on"), answers.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", "The last day would come before the first")
        people, workforce = answers.get("people"), answers.get("workforce")
        if people is not None and workforce is not None and people > workforce:
            self.add_error("workforce", "More jobs would go than there are")
        if answers.get("may_be_named"):
            self._check_naming(answers)
        return answers

    def _check_naming(self, answers: Mapping[str, Any]) -> None:
        if answers.get("employer"):
            self.add_error("may_be_named", NOT_ITS_OWN)
        if answers.get("level") not in ("", None, "public"):
            self.add_error("may_be_named", "It would be named only if everybody may know")

    def values(self) -> dict[str, Any]:
        """The answers by the names of their columns."""
        return {COLUMNS.get(name, name): answer for name, answer in self.cleaned_data.items()}


class StaffTellForm(TellForm):
    """The same, typed by staff who were told in some other way: nobody agreed to be named."""

    partner = PartnerField(
        Partner.objects.public,
        label="Which partner told you?",
        required=False,
        help_text="Type its name. Empty: it came from elsewhere.",
    )
    field_order = ("kind", "partner", "employer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["may_be_named"]
        self.fields["employer"].label = "Which organisation, if not that partner?"
        self.fields["employer"].help_text = ""


class ShockTaskDoneForm(Form):
    SUGGESTED = frozenset({"done_on"})
    done_on = DateField(
        label="When was it done?", error_messages={"required": "Enter the day on which it was done"}
    )
    words = sentences("What came of it?")


class MoveTaskForm(Form):
    due_on = DateField(label="New date", error_messages={"required": "Enter the new date"})
    because = sentences("Why does it move?", needed="Say why")


class GiveForm(Form):
    """Who does a task: a colleague, or an office outside the town's staff."""

    owner = forms.ModelChoiceField(
        label="Who of the economy desk does it?",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Nobody of the desk",
    )
    owner_title = forms.CharField(
        label="Or: which office outside?",
        max_length=100,
        required=False,
        help_text="An office, not a name: the Rapid Response Service. Who told of this reads it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = at_the_desk(timezone.localdate())

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        owner, owner_title = answers.get("owner"), answers.get("owner_title")
        if not self.errors and bool(owner) == bool(owner_title):
            self.add_error("owner", BOTH if owner else NOBODY)
        return answers


class ShockTaskForm(GiveForm):
    title = forms.CharField(
        label="What is to be done?",
        max_length=120,
        error_messages={"required": "Say what is to be done"},
    )
    due_on = DateField(label="By when?", error_messages={"required": "Enter the day"})
    field_order = ("title", "due_on")


class LevelForm(Form):
    who = forms.ChoiceField(
        label="Who may know?",
        choices=Level.Who.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who may know"},
    )
    because = sentences("Who agreed to it, and when?", needed="Say who agreed, and when")


class ShockNamedForm(Form):
    decision = forms.ModelChoiceField(
        label="By which decision is it named?",
        queryset=Decision.objects.all(),
        empty_label="Choose",
        error_messages={"required": "Choose the decision"},
    )
    decision_says = forms.BooleanField(label=SAYS, required=False, help_text=SAYS_HELP)


class ShockDrawForm(Form):
    quantity = FigureField(label="How many?", error_messages={"required": "Enter how many"})
    agreed = sentences(
        "Who there agreed, and when?",
        "For the desk alone.",
        needed="Say who there agreed: a pledge is not used without a word to its partner",
    )


class CloseShockForm(Form):
    SUGGESTED = frozenset({"told_of"})
    told_of = whole("How many people were you told of?", needed="Enter how many you were told of")
    placed = whole(
        "How many are known to have work or training now?",
        needed="Enter how many have work or training",
    )
    without = whole(
        "How many are known to be still without?", needed="Enter how many are still without"
    )
    not_known = whole("Of how many is it not known?", needed="Enter of how many it is not known")
    words = sentences("What is to be remembered?", "For the desk alone.")


class AlarmForm(Form):
    because = sentences("What came of it?", needed="Say what came of it")
