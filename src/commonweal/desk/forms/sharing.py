"""The questions about sharing out, handing many over, giving back."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.accounts.models import Person
from commonweal.cases.models import Case
from commonweal.cases.working import Part
from commonweal.design.forms import Form
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from .fields import choice, count, handlers, pick, sentences

MOST = 10_000


class ShareForm(Form):
    """Which cases, how many, and at most how many for each handler on shift."""

    help_type = pick("Which help?", HelpType.objects.all(), by="code", empty="Any help")
    area = pick("Where?", Area.objects.all(), by="code", empty="Any area")
    level = choice(
        "How urgent?",
        [("", "Any"), *Case.Urgency.choices],
        radio=False,
        required=False,
    )
    most = count(
        "How many in all?",
        least=1,
        most=MOST,
        required=False,
        unread="Write how many in figures",
        hint="Empty: all that nobody has. The most urgent go first.",
    )
    each = count(
        "At most for each handler",
        least=0,
        most=MOST,
        initial=10,
        hint="This time, besides what they have.",
        missing="Write how many each gets at most",
        unread="Write how many in figures",
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"cap-{person.code}": person for person in people}
        for name, person in self.people.items():
            self.fields[name] = count(
                f"At most for {person.name}",
                least=0,
                most=MOST,
                required=False,
                unread="Write how many in figures",
                hint="Empty: as for each. 0: none.",
            )

    @property
    def cap_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.people]

    @property
    def is_capped(self) -> bool:
        """Whether one of them was given another number."""
        return any(cap.value() for cap in self.cap_fields)

    @property
    def part(self) -> Part:
        answers = self.cleaned_data
        level = int(answers["level"]) if answers["level"] else None
        return Part(answers["help_type"], answers["area"], level, answers["most"])

    @property
    def caps(self) -> dict[Person, int | None]:
        capped = {person: self.cleaned_data[name] for name, person in self.people.items()}
        each = self.cleaned_data["each"]
        return {person: each if cap is None else cap for person, cap in capped.items()}


class HandManyForm(Form):
    to = pick("Hand the ticked cases to", handlers().none(), missing="Choose a colleague")
    words = sentences(
        "What they need to know", missing="Write what your colleague needs to know", most=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = handlers()


class GiveBackForm(Form):
    which = choice(
        "Which cases?",
        [
            ("untouched", "Those whose person nobody has spoken to yet"),
            ("all", "All open cases, but for those of named colleagues"),
        ],
    )
