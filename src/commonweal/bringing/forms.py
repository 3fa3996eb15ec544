"""What is asked about a file: its columns, and what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from commonweal.design.forms import Form
from commonweal.design.words import many

from .meanings import Choice, Meaning
from .questions import Questions
from .reading import Understood

SHOWN_MOST = 100
TYPED_ABOVE_PER_CENT = 5
# (label, choices) of a meaning that can be the same for all rows.
Fixed = Mapping[str, tuple[str, list[tuple[str, str]]]]


class TableForm(Form):
    """Where in a file its table stands."""

    sheet = forms.ChoiceField(label="Sheet", required=False)
    heading = forms.IntegerField(
        label="Line in which the headings stand",
        min_value=1,
        max_value=10_000_000,
        help_text="As your spreadsheet counts lines: the first is 1.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Say in which line the headings stand",
            "invalid": "Write the line as a number, like 1",
            "min_value": "The first line is 1",
            "max_value": "There is no such line",
        },
    )

    def __init__(self, *args: Any, understood: Understood, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(n, f"{n} ({many(lines, 'line')})") for n, lines in understood.sheets]
        sheet.initial = understood.sheet
        self.fields["heading"].initial = understood.heading
        if len(understood.sheets) < 2:
            del self.fields["sheet"]


class ColumnsForm(Form):
    """What each column of a table means, and what is the same for all of its rows."""

    def __init__(
        self,
        *args: Any,
        understood: Understood,
        meanings: Sequence[Meaning],
        fixed: Fixed,
        told: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.understood, self.meanings, self.fixed = understood, meanings, fixed
        choices = [("", "Not taken"), *((m.name, m.label) for m in meanings)]
        for number, column in enumerate(understood.columns):
            samples = "; ".join(_short(text) for text in column.samples)
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=f"{column.letter}: {column.heading or 'no heading'}",
                help_text=f"For instance: {samples}" if samples else "It is empty.",
                choices=choices,
                required=False,
                initial=column.meaning,
            )
        for name, (label, answers) in fixed.items():
            self.fields[f"fixed-{name}"] = forms.ChoiceField(
                label=label,
                choices=[("", "A column says it, or nobody does"), *answers],
                required=False,
                initial=told.get(name, ""),
            )

    @property
    def of_columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def of_all_rows(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("fixed-")]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        many_times = {meaning.name for meaning in self.meanings if meaning.is_many}
        for name, meaning in list(answers.items()):
            if not name.startswith("column-") or not meaning:
                continue
            if meaning in taken and meaning not in many_times:
                label = dict((m.name, m.label) for m in self.meanings)[meaning]
                self.add_error(name, f"Two columns are said to be “{label}”. Choose one of them.")
            taken[meaning] = name
        self._say_what_is_twice(answers, taken)
        self._say_what_is_missing(taken)
        return answers

    def _say_what_is_twice(self, answers: Mapping[str, Any], taken: Mapping[str, str]) -> None:
        for name, (label, _) in self.fixed.items():
            if answers.get(f"fixed-{name}") and name in taken:
                self.add_error(f"fixed-{name}", f"A column says it already: {label}")

    def _say_what_is_missing(self, taken: Mapping[str, str]) -> None:
        fixed = {name: self.cleaned_data.get(f"fixed-{name}", "") for name in self.fixed}
        for meaning in self.meanings:
            if meaning.is_needed and meaning.name not in taken and not fixed.get(meaning.name):
                self.add_error(None, f"Say which column is “{meaning.label}”.")

    def choice(self) -> Choice:
        """What was told, once the form is valid."""
        answers = self.cleaned_data
        columns = (answers[f"column-{n}"] for n in range(len(self.understood.columns)))
        fixed = {name: answers[f"fixed-{name}"] for name in self.fixed}
        return Choice(
            self.understood.sheet,
            self.understood.heading,
            tuple(columns),
            {name: answer for name, answer in fixed.items() if answer},
        )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


class AnswersForm(Form):
    """What a file leaves open. An answer may wait: what is open stays open."""

    def __init__(self, *args: Any, questions: Questions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, str] = {}
        for number, question in enumerate(list(questions.asked.values())[:SHOWN_MOST]):
            name = f"answer-{number}"
            self.keys[name] = question.key
            rows = ", ".join(f"{row:,}" for row in question.rows[:5])
            further = f" and {len(question.rows) - 5:,} more" if len(question.rows) > 5 else ""
            self.fields[name] = forms.ChoiceField(
                label=question.label,
                help_text=f"{question.hint} Row {rows}{further}.",
                choices=[("", "Choose"), *question.choices],
                required=False,
                initial=questions.answers.get(question.key, ""),
            )

    def answers(self) -> dict[str, str]:
        """What was answered, by its question; one that the page did not ask keeps its answer."""
        return {
            key: self.cleaned_data[name] for name, key in self.keys.items() if name in self.data
        }


class RemovalForm(Form):
    """Whether what a list no longer names is to go: a choice of its own.

    ``unlisted`` of ``of`` things are not named; where those are more than a few, their number is
    typed. A room says in ``TAKING`` what happens to them, and in ``THING`` what they are.
    """

    TAKING = "Take the {} that the file no longer lists off the register"
    THING = "pledge"

    removes = forms.BooleanField(required=False)
    count = forms.CharField(
        required=False,
        label="How many are to be taken off? Write the number",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, unlisted: int, of: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unlisted = unlisted
        self.fields["removes"].label = self.TAKING.format(many(unlisted, self.THING))
        self.fields["count"].help_text = (
            f"Asked because it is more than {TYPED_ABOVE_PER_CENT}% of the "
            f"{many(of, self.THING)} of this list."
        )
        if not unlisted:
            del self.fields["removes"]
        if unlisted * 100 <= of * TYPED_ABOVE_PER_CENT:
            del self.fields["count"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("removes") and "count" in self.fields:
            typed = str(answers.get("count", "")).replace(",", "").strip()
            if typed != str(self.unlisted):
                self.add_error("count", f"Write {self.unlisted}, or leave the box above unticked.")
        return answers

    def to_remove(self) -> int | None:
        return self.unlisted if self.cleaned_data.get("removes") else None

    def of_this_file(self) -> dict[str, str]:
        """What is said besides, by its key among the answers, of this file and no later one."""
        return {}
