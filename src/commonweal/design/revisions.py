"""Two people in one form: what a page showed, what it is now, what was typed, compared by field.

Each field that shows something of a record carries beside it a signed digest of what it showed
(`beside`, put there by the tag ``field``). When the form comes back (`Revised.full_clean`):

- a field that this person did not touch takes what it is *now*;
- a field that only this person changed is taken;
- a field that somebody else changed meanwhile as well is shown with both, and nothing is saved
  until one of them is chosen.

What is compared is what a browser would send, so that it makes no difference how a value is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .components import govuk
from .words import many

SHOWN, DUE, PICK = "shown-", "due-", "pick-"
NOW, MINE = "now", "mine"
BREAK = mark_safe("<br>")
BOTH_CHANGED = (
    "Somebody else changed “{}” while you wrote. Choose which of the two it is to be; nothing is "
    "saved until then."
)


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed: what it says now, and what this one typed, in words."""

    now: str
    typed: str


def _plain(part: Any) -> str:
    return str("" if part is None else part).replace("\r\n", "\n").strip()


def sent_untouched(bound: forms.BoundField) -> list[str]:
    """What a browser would send of this field if nobody touched it: what it is now."""
    widget = bound.field.widget
    initial = bound.field.prepare_value(bound.initial)
    if isinstance(widget, forms.MultiWidget):
        parts = initial if isinstance(initial, list | tuple) else widget.decompress(initial)
        return [_plain(part) for part in parts or [None] * len(widget.widgets)]
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(initial) else []
    if isinstance(initial, list | tuple | set):
        return sorted(_plain(part) for part in initial)
    return [_plain(initial)] if _plain(initial) else []


def sent(bound: forms.BoundField) -> list[str]:
    """What the browser did send of this field, in the same shape."""
    widget = bound.field.widget
    typed = widget.value_from_datadict(bound.form.data, bound.form.files, bound.html_name)
    if isinstance(widget, forms.MultiWidget):
        return [_plain(part) for part in typed]
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if typed else []
    if isinstance(typed, list | tuple):
        return sorted(_plain(part) for part in typed)
    return [_plain(typed)] if _plain(typed) else []


def digest(bound: forms.BoundField, parts: list[str]) -> str:
    text = json.dumps([bound.html_name, parts])
    return salted_hmac("commonweal.shown", text, algorithm="sha256").hexdigest()[:40]


def in_words(bound: forms.BoundField, parts: list[str]) -> str:
    """A value as a person reads it: the words of a choice, "nothing" where there is nothing."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return "yes" if parts else "no"
    choices = {str(key): str(text) for key, text in getattr(bound.field, "choices", [])}
    joiner = " " if isinstance(bound.field.widget, forms.MultiWidget) else ", "
    return joiner.join(choices.get(part, part) for part in parts if part) or "nothing"


class Revised(forms.BaseForm):
    """A form that knows what its page showed, field by field."""

    # Names of fields whose initial value is a suggestion (today, say) and stands in no record.
    SUGGESTED: ClassVar[frozenset[str]] = frozenset()

    def full_clean(self) -> None:
        self.conflicts: dict[str, Conflict] = {}
        # What this person changed; None where the page did not say what it showed.
        self.touched: set[str] | None = None
        if self.is_bound:
            self._reconcile()
        super().full_clean()
        for name in self.conflicts:
            self.add_error(name, BOTH_CHANGED.format(self[name].label))

    def shows_a_record(self, name: str) -> bool:
        field = self.fields[name]
        return (
            name in (self.initial or {})
            and name not in self.SUGGESTED
            and not isinstance(field, forms.FileField)
            and not field.disabled
        )

    def _reconcile(self) -> None:
        # What this form shows of no record was a suggestion of another page: it is as it was sent.
        shown = [
            name
            for name in self.fields
            if SHOWN + self.add_prefix(name) in self.data and self.shows_a_record(name)
        ]
        if not shown:
            return
        self.touched = set(self.fields) - set(shown)
        sent: Any = self.data
        self.data = sent.copy()
        for name in shown:
            self._settle(self[name])

    def _settle(self, bound: forms.BoundField) -> None:
        now, typed = sent_untouched(bound), sent(bound)
        base = self.data[SHOWN + bound.html_name]
        changed_since = not constant_time_compare(base, digest(bound, now))
        touched = not constant_time_compare(base, digest(bound, typed))
        pick = self.data.get(PICK + bound.html_name)
        undecided = DUE + bound.html_name in self.data and pick not in (NOW, MINE)
        if not touched or (pick == NOW and not changed_since):
            self._take_present(bound, now)
            return
        if typed != now and (changed_since or undecided):
            self.conflicts[bound.name] = Conflict(in_words(bound, now), in_words(bound, typed))
        if self.touched is not None:
            self.touched.add(bound.name)

    def _take_present(self, bound: forms.BoundField, now: list[str]) -> None:
        answers: Any = self.data
        widget = bound.field.widget
        if isinstance(widget, forms.MultiWidget):
            for number, part in enumerate(now):
                answers[f"{bound.html_name}_{number}"] = part
        elif isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
            answers.setlist(bound.html_name, now)
        elif now:
            answers[bound.html_name] = now[0]
        elif isinstance(widget, forms.CheckboxInput):
            answers.pop(bound.html_name, None)
        else:
            answers[bound.html_name] = ""


def beside(bound: forms.BoundField) -> SafeString:
    """What goes along with a field: the digest of what it shows, and, where two people changed
    it, both values to choose from."""
    form = bound.form
    if not isinstance(form, Revised) or not form.shows_a_record(bound.name):
        return SafeString("")
    hidden = format_html(
        '<input type="hidden" name="{}{}" value="{}">',
        SHOWN,
        bound.html_name,
        digest(bound, sent_untouched(bound)),
    )
    conflict = getattr(form, "conflicts", {}).get(bound.name)
    return hidden if conflict is None else hidden + _choice(bound, conflict)


def _shown(called: str, text: str, against: str) -> SafeString:
    """One of two values; of several lines those that the other has not, one below the other, and
    how many they share."""
    if "\n" not in text + against:
        return format_html("{} <strong>{}</strong>", called, text)
    lines, against_lines = _lines(text), _lines(against)
    fresh = [line for line in lines if line not in against_lines]
    shared = len(lines) - len(fresh)
    if not shared or len(lines) == len(against_lines) == shared:
        # All is new, or only its order is.
        fresh, shared = lines, 0
    shown = [format_html("<strong>{}</strong>", line) for line in fresh] + _shared(shared, fresh)
    return format_html("{}<br>{}", called, format_html_join(BREAK, "{}", ((s,) for s in shown)))


def _shared(count: int, fresh: list[str]) -> list[SafeString]:
    """How many lines both have, after those that one of them has alone."""
    if not count:
        return []
    both = many(count, "line that both have,lines that both have")
    return [format_html("{}{}", "and " if fresh else "only the ", both)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _choice(bound: forms.BoundField, conflict: Conflict) -> SafeString:
    name = bound.html_name
    legend = format_html(
        'Which is it to be<span class="govuk-visually-hidden">: {}</span>?', bound.label
    )
    items = [
        {"value": NOW, "html": _shown("Now:", conflict.now, conflict.typed)},
        {"value": MINE, "html": _shown("You typed:", conflict.typed, conflict.now)},
    ]
    radios = govuk(
        "radios",
        {
            "name": PICK + name,
            "idPrefix": f"pick_{bound.auto_id}",
            "items": items,
            "classes": "govuk-radios--small",
            "fieldset": {"legend": {"html": legend}},
        },
    )
    return format_html(
        '<input type="hidden" name="{}{}" value="1"><div class="govuk-inset-text">{}</div>',
        DUE,
        name,
        radios,
    )
