"""The questions of intake, on one page for whoever takes the call."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.cases import intake, triage
from commonweal.design.dates import parts_of
from commonweal.design.forms import Form
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import helplines
from . import doubts, own_questions
from .clocks import SAFE_DAYS, ClockField, check_hours
from .fields import HOUSEHOLD_MOST, areas_choice, choice, sentences, signs_field, text, ticks


class PartBornWidget(forms.MultiWidget):
    """Day, month, year, of which any may be missing."""

    def __init__(self) -> None:
        super().__init__([forms.TextInput(attrs={"inputmode": "numeric"}) for _ in range(3)])

    def decompress(self, born: Any) -> list[str]:
        parts = str(born or "").split("-")
        return list(reversed([*parts, "", "", ""][:3]))


class PartBornField(forms.Field):
    """A date of birth as far as it is known; nothing is refused while one types."""

    widget = PartBornWidget

    def clean(self, boxes: Any) -> list[str]:
        parts = parts_of(boxes)
        day, month, year = parts
        if (day or month) and not year:
            raise ValidationError("Add the year, or leave the date empty")
        if year and not _is_year(year):
            raise ValidationError("Write the year with four figures, like 1950")
        if all(parts):
            _check_day(year, month, day)
        return parts


def _check_day(year: str, month: str, day: str) -> None:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        raise ValidationError("This is no real date. Write it like 27 3 1950") from None


def _is_year(typed: str) -> bool:
    """A year in which somebody who lives may be born."""
    return typed.isdecimal() and 1900 <= int(typed) <= timezone.localdate().year


# Whether they agreed is answered, one way or the other.
CONSENTS = [
    ("on", "Yes, they agree"),
    ("unasked", "They could not be asked, or somebody is in danger"),
    ("no", "No"),
]


class IntakeForm(Form):
    """Everything that may be asked of somebody who calls. Nothing but the kind of help is needed:
    a wrong number, no surname, no birth date, no address are all possible."""

    for_whom = choice(
        "Who needs the help?", [("self", "The person who asks"), ("other", "Somebody else")]
    )
    caller_name = text("Name of the person who asks", hint="Only if it is for somebody else.")
    caller_relation = text("What are they to each other?", hint="For example: her neighbour.")
    caller_contact = text("How can we reach the person who asks?")
    first_name = text("First name")
    last_name = text("Last name", hint="Leave empty if there is none, or it is not known.")
    also_known_as = text("Also known as", most=400)
    born = PartBornField(label="Date of birth, as far as known", required=False)
    lives = choice("Where do they live?", Resident.Lives.choices, required=False)
    address = text("Address", most=300, complete="off")
    postcode = text("Postcode", most=12)
    area = choice("Area", [], radio=False, required=False)
    language = text("Language, if not English", most=40)
    contact = choice("How may we get in touch?", Resident.Contact.choices, required=False)
    safe_days = choice("On which days is it safe?", SAFE_DAYS, radio=False, required=False)
    safe_from = ClockField(label="Safe from", hint="A time like 10 or 10:30. Empty: any time.")
    safe_until = ClockField(label="Safe until", hint="A time like 14 or 2pm. Empty: any time.")
    adults = text("Adults at home", most=20, mode="numeric")
    children = text("Children at home", most=20, mode="numeric")
    ages = text("Ages of the children", most=100)
    safe_word = text("Safe word", hint="A word by which they know that it is us.", most=60)
    safe_note = text("What else must we know to be safe?", most=300)
    phone = text("Telephone", most=40, mode="tel")
    phone2 = text("Another telephone", most=40, mode="tel")
    email = text("E-mail", most=254, mode="email")
    needs = ticks(
        "What help is needed?",
        [],
        missing="Choose at least one; “Something else” is an answer",
    )
    signs = signs_field("Right now, is there any of this?")
    words = sentences("What happened, in their own words")
    consent = choice("Do they agree that this is kept?", CONSENTS, missing="Say whether they agree")

    def __init__(
        self,
        *args: Any,
        public: bool = False,
        only: tuple[str, ...] = (),
        before: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # On a step of its own, what was asked for stands in the steps before.
        self.before, self.is_public = before or {}, public
        kinds = HelpType.objects.filter(is_active=True)
        if public:
            kinds = kinds.filter(is_public=True)
        self.kinds = list(kinds)
        needs: Any = self.fields["needs"]
        needs.choices = [(kind.code, kind.name) for kind in self.kinds]
        needs.hints = {kind.code: _hint(kind, public) for kind in self.kinds}
        area: Any = self.fields["area"]
        area.choices = areas_choice()
        # Questions that were changed while this is written: what was answered to them stays.
        self.outdated: set[str] = set()
        for kind in self.kinds:
            for question in kind.questions:
                self._ask(f"q-{kind.code}-{question['code']}", question)
        if only:
            self._leave(only)

    def _ask(self, name: str, question: dict[str, Any]) -> None:
        answer = str(self.data.get(name) or (self.initial or {}).get(name) or "")
        field, is_outdated = own_questions.field_of(question, answer, public=self.is_public)
        if field is not None:
            self.fields[name] = field
        if is_outdated:
            self.outdated.add(name)

    def _leave(self, names: tuple[str, ...]) -> None:
        """Of all questions, those of one step; each kind's own stand beside the needs."""
        for name in list(self.fields):
            if name not in names and not (name.startswith("q-") and "needs" in names):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Where safety is at stake, how it is safe to get in touch has to be answered."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if "contact" in self.fields and not answers.get("contact"):
            needs, signs = (
                answers.get(name) or self.before.get(name) or [] for name in ("needs", "signs")
            )
            kinds = [kind for kind in self.kinds if kind.code in needs]
            if intake.asks_about_safety(kinds, signs):
                self.add_error("contact", "Choose how it is safe to get in touch")
        self._check_there_is_a_way(answers)
        self._check_household(answers)
        self._check_answers_have_their_need(answers)
        if self.is_public:
            doubts.ask(self, answers)
        if answers.get("consent") == "no":
            self.add_error("consent", intake.NOT_AGREED)
        check_hours(self, answers, "safe_from", "safe_until")
        return answers

    def _check_there_is_a_way(self, answers: dict[str, Any]) -> None:
        """Whoever may be reached in one way only has to say where. At the desk a caller who is
        cut off has no time for it; on the public form nobody could ask later."""
        if not self.is_public or "contact" not in self.fields:
            return
        if lacking := doubts.without_a_way(answers, self.before):
            self.add_error(*lacking)

    def _check_household(self, answers: dict[str, Any]) -> None:
        for name in ("adults", "children"):
            counted = str(answers.get(name) or "0").strip()
            if not (counted.isdecimal() and int(counted) <= HOUSEHOLD_MOST):
                self.add_error(name, "Write how many in figures, like 2")

    def _check_answers_have_their_need(self, answers: dict[str, Any]) -> None:
        """An answer goes with the need that it is about: without that it would be lost."""
        for kind, questions in self.question_groups:
            is_chosen = kind.code in answers.get("needs", [])
            if not is_chosen and any(answers.get(question.name) for question in questions):
                self.add_error(
                    "needs",
                    f"You answered a question about {kind.name}. Tick {kind.name} as well, or take "
                    "the answer out",
                )

    def changed(self, typed: dict[str, Any]) -> dict[str, Any]:
        """Of what came with this form, what somebody changed on their page."""
        self.full_clean()
        if self.touched is None:
            return typed
        names = set(self.touched)
        if "born" in names:
            names |= {"born_0", "born_1", "born_2"}
        return {name: answer for name, answer in typed.items() if name in names}

    @property
    def is_for_another(self) -> bool:
        """Whether something was answered about whoever asks for somebody else."""
        callers = ("caller_name", "caller_relation", "caller_contact")
        is_answered = any(self[name].value() for name in callers)
        return is_answered or self["for_whom"].value() == "other"

    @property
    def question_groups(self) -> list[tuple[HelpType, list[Any]]]:
        """The own questions of each kind of help, for the page."""
        names = [
            (kind, [f"q-{kind.code}-{question['code']}" for question in kind.questions])
            for kind in self.kinds
        ]
        groups = [(kind, [self[n] for n in own if n in self.fields]) for kind, own in names]
        return [(kind, questions) for kind, questions in groups if questions]


def _hint(kind: HelpType, public: bool) -> str:
    """A kind of help in a resident's words; beside danger, at once, whom to ring."""
    if public and kind.weight >= triage.DANGER:
        return f"{kind.words} {helplines.in_words()}"
    return kind.words
