"""The questions about many people at once: a list that is read, a message to all."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.bringing.forms import RemovalForm
from commonweal.cases.models import TextTemplate
from commonweal.design.forms import Form
from commonweal.places.models import Area
from commonweal.services.models import HelpType

from .excuses import ExcuseForm
from .fields import pick, text, upload, yes


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


class NobodyIsTakenOff(RemovalForm):
    """A list takes nobody off: there is nothing to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.clear()


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
        "Also people who are, or were, in a case for named colleagues only",
        hint="They are left out unless you tick this. Somebody else may read their messages.",
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
