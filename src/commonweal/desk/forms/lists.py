"""The questions about many people at once: a list that is read, a message to all."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from commonweal.cases.lists.meanings import MEANINGS
from commonweal.cases.lists.reading import Choices, Preview
from commonweal.cases.models import TextTemplate
from commonweal.design.forms import Form
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from .excuses import ExcuseForm
from .fields import choice, count, pick, text, upload, yes


class ListForm(Form):
    """A list is chosen."""

    file = upload(
        "List", hint="CSV, Excel or LibreOffice. It is kept encrypted, and deleted after."
    )
    help_type = pick(
        "What kind of help is it about?",
        HelpType.objects.filter(is_active=True),
        missing="Choose the kind of help",
        by="code",
        empty="Choose",
    )
    sender = text(
        "Which organisation sent it?",
        most=120,
        hint="No person's name. What you say about its columns is kept for its next list.",
    )


MEANING = "meaning-"
SKIPPED = "Left aside"


class ChoicesForm(Form):
    """How a list is read: its sheet, the line of its headings, what each column means. What is
    understood by itself is chosen already."""

    seen = ""

    def __init__(self, data: Any, *, shown: Preview, kind: HelpType) -> None:
        super().__init__(data)
        self.shown, self.kind = shown, kind
        sheets = [(name, name) for name in shown.placed.sheets]
        if len(sheets) > 1:
            self.fields["sheet"] = choice(
                "Sheet", sheets, radio=False, initial=shown.placed.sheet, missing="Choose a sheet"
            )
        self.fields["line"] = count(
            "Line of the headings",
            least=1,
            most=10_000,
            initial=shown.placed.line,
            unread="Write the number of the line",
            missing="Write the number of the line",
        )
        for column in shown.columns:
            self.fields[f"{MEANING}{column.number}"] = choice(
                column.heading,
                [("", SKIPPED), *MEANINGS.items()],
                radio=False,
                required=False,
                initial=column.meaning,
                hint=f"For example: {' · '.join(column.samples)}" if column.samples else "Empty",
            )
        if shown.dead:
            self.fields["deaths_seen"] = yes(
                "I have read these names. All contact with these people stops at once.",
                missing="Read the names of those who are reported dead, and tick that you have",
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The questions about the columns."""
        return [self[name] for name in self.fields if name.startswith(MEANING)]


def choices_of(sent: Any) -> Choices:
    """What was sent of a list's choices. Where another sheet or line was chosen than the columns
    were shown of, they are understood anew."""
    line = sent.get("line", "")
    at = int(line) if line.isascii() and line.isdecimal() and len(line) < 6 else None
    sheet = sent.get("sheet", sent.get("shown_sheet"))
    is_same = sheet == sent.get("shown_sheet") and line == sent.get("shown_line")
    names = [name for name in sent if re.fullmatch(rf"{MEANING}\d{{1,4}}", name)]
    meanings = tuple(
        sent[name] if sent[name] in MEANINGS else ""
        for name in sorted(names, key=lambda name: int(name.removeprefix(MEANING)))
    )
    sender = sent.get("sender", "")
    # The page sends what the first form took; what is longer is of no page.
    sender = sender if len(sender) <= 120 else ""
    return Choices(sender, sheet, at, meanings if is_same and names else None)


class BulkForm(ExcuseForm):
    template = pick(
        "Which words?",
        TextTemplate.objects.all(),
        missing="Choose a template",
        by="code",
        empty="Choose",
    )
    help_type = pick("Only who waits for", HelpType.objects.all(), by="code", empty="Any help")
    area = pick("Only in", Area.objects.all(), by="code", empty="Any area")
    first_call_owed = yes("Only who was not rung yet")
    named_too = yes(
        "Also people who are in a case for named colleagues only",
        hint="They are left out unless you tick this. Somebody else may read their messages.",
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
