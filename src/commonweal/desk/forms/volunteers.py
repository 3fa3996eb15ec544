"""The questions about volunteers, what was seen of them, and their tasks."""

from __future__ import annotations

from typing import Any

from commonweal.design.forms import Form
from commonweal.places.models import Area
from commonweal.volunteers.models import SKILLS, Check, Task

from .excuses import ExcuseForm
from .fields import choice, count, day, pick, sentences, text, tick_rows, ticks, yes

INTERPRETING = "language"


class VolunteerForm(Form):
    phone = text(
        "Telephone",
        missing="Enter a number at which we can reach you",
        most=40,
        complete="tel",
    )
    skills = ticks("What would you like to do?", SKILLS, missing="Choose at least one")
    languages = text(
        "Which languages do you speak besides English?",
        most=120,
        hint="For interpreting. Empty: English alone.",
    )
    areas = tick_rows("Where?", Area.objects.all(), hint="None chosen: anywhere in the town.")
    hours_a_week = count(
        "How many hours a week, about?",
        least=1,
        most=60,
        missing="Enter the hours",
        unread="Write the hours in figures",
    )
    when = text("When suits you?", most=200)
    agree = yes(
        "I keep to myself what I learn about people, and keep no copy of it",
        missing="You have to agree to this",
    )

    def clean(self) -> dict[str, Any]:
        """Whoever interprets says from which language."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if INTERPRETING in answers.get("skills", []) and not answers.get("languages"):
            self.add_error("languages", "Say which languages you interpret")
        return answers


class CheckForm(Form):
    kind = choice("What was seen?", Check.Kind.choices)
    seen_on = day("When?", missing="Enter the day")
    expires_on = day("Until when does it hold?")


class TaskForm(ExcuseForm):
    title = text(
        "What is to be done?",
        missing="Say what is to be done",
        most=120,
        hint="Everybody reads this: no name, no address.",
    )
    skill = choice("Which skill does it take?", [("", "Any"), *SKILLS], radio=False, required=False)
    language = text("In which language?", most=60, hint="Only for interpreting. All may read it.")
    area = pick("Area", Area.objects.all(), empty="Anywhere in the town")
    needs_check = choice(
        "Which check does it take?",
        [("", "No check"), *Check.Kind.choices],
        radio=False,
        required=False,
    )
    on = day("On which day?")
    between = text("At what time?", most=60)
    minutes = count("How many minutes, about?", least=5, most=600, initial=60)
    who = text("For whom?", hint="Only the one who takes it reads this and the next two.")
    where = text("Where?", most=300)
    instructions = sentences("What do they need to know at the door?", most=600)
    agreed = sentences(
        "How was the visit agreed with them?",
        most=600,
        hint="Only where the box above says that nobody may visit.",
    )

    class Meta:
        model = Task

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if answers.get("skill") != INTERPRETING:
            # What language somebody speaks is nobody's business where no one interprets.
            return answers | {"language": ""}
        if not answers.get("language"):
            self.add_error("language", "Say in which language")
        return answers


class DoneTaskForm(Form):
    minutes = count(
        "How many minutes did it take?",
        least=1,
        most=1440,
        missing="Enter the minutes",
        unread="Write it in figures",
    )


class DoorstepForm(Form):
    """What a volunteer says of whom they went to or rang."""

    account = sentences("What did you see or hear?", most=1000)
