"""Several people in one intake: kept field by field, with who typed it and when.

A page says of each field which version of the draft it last saw (`seen`). What was not changed by
somebody else since is taken. What two people changed is kept twice: the first stays in its field,
the second beside it, until one of them chooses. Lists (needs, signs) are joined: what either of
them ticked is ticked. An empty box never wins over words.

``tab`` names one open page, so that a save whose answer was lost can be sent again: whoever typed
a field last may type on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commonweal.accounts.models import Person

from .models import IntakeDraft

LISTS = ("needs", "signs")
# Somebody whose words were kept so lately is typing still.
STILL_TYPING = timedelta(seconds=15)


@dataclass
class Marks:
    """What is known of the answers of a draft beside the answers themselves."""

    # name: {"v": version, "by": person or None, "tab": page, "at": moment}
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    # name: what others typed into the same field: {"value", "by", "tab", "at"}
    twice: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def as_text(self) -> str:
        return json.dumps({"fields": self.fields, "twice": self.twice})


@dataclass(frozen=True)
class Writer:
    """Who saves, from which open page, as of which version."""

    by: Person | None
    tab: str
    at: datetime
    version: int

    def mark(self) -> dict[str, Any]:
        return {
            "v": self.version,
            "by": self.by.pk if self.by else None,
            "tab": self.tab,
            "at": self.at.isoformat(),
        }


def marks_of(draft: IntakeDraft) -> Marks:
    kept_marks = json.loads(draft.marks) if draft.marks else {}
    return Marks(kept_marks.get("fields", {}), kept_marks.get("twice", {}))


def take(
    answers: dict[str, Any],
    marks: Marks,
    typed: dict[str, Any],
    seen: dict[str, int] | None,
    writer: Writer,
) -> None:
    """Take what was typed into the answers; ``seen`` None: from a page that says nothing of it."""
    for name, answer in typed.items():
        version = None if seen is None else seen.get(name, seen.get("", 0))
        _take_field(answers, marks, name, answer, version, writer)


def _take_field(
    answers: dict[str, Any], marks: Marks, name: str, answer: Any, seen: int | None, writer: Writer
) -> None:
    now = answers.get(name, [] if name in LISTS else "")
    beside = {version["tab"] for version in marks.twice.get(name, [])}
    if writer.tab and writer.tab in beside:
        _put_beside(marks, name, answer, writer)
        return
    if now == answer:
        return
    if _is_as_seen(marks, name, seen, writer.tab):
        answers[name] = answer
    elif name in LISTS:
        answers[name] = list(dict.fromkeys([*now, *answer]))
    elif _adds_nothing(answer, now):
        return
    elif str(now) in str(answer):
        answers[name] = answer
    else:
        _put_beside(marks, name, answer, writer)
        return
    marks.fields[name] = writer.mark()


def _is_as_seen(marks: Marks, name: str, seen: int | None, tab: str) -> bool:
    """Whether nobody else typed into a field since a page saw it."""
    mark = marks.fields.get(name, {"v": 0, "tab": ""})
    return seen is None or mark["v"] <= seen or (bool(tab) and mark["tab"] == tab)


def _adds_nothing(answer: Any, now: Any) -> bool:
    return not str(answer).strip() or str(answer) in str(now)


def _put_beside(marks: Marks, name: str, answer: Any, writer: Writer) -> None:
    others = [version for version in marks.twice.get(name, []) if version["tab"] != writer.tab]
    marks.twice[name] = [*others, writer.mark() | {"value": answer}]


def choose(answers: dict[str, Any], marks: Marks, name: str, which: str, writer: Writer) -> None:
    """Settle a field that was typed twice: "now", "both", or the number of one beside it."""
    beside = marks.twice.pop(name, [])
    if which == "both":
        parts = [str(answers.get(name, "")), *(str(version["value"]) for version in beside)]
        answers[name] = "\n".join(part for part in parts if part)
    elif which.isdecimal() and int(which) < len(beside):
        answers[name] = beside[int(which)]["value"]
    marks.fields[name] = writer.mark()


# --- For the page -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """What one person typed into a field: their name, their words, how to choose them."""

    name: str
    text: str
    choice: str


@dataclass(frozen=True)
class Twice:
    """A field into which two people typed different words."""

    name: str
    label: str
    versions: list[Typed]
    may_keep_both: bool


def twice_of(draft: IntakeDraft, form: Any, answers: dict[str, Any]) -> list[Twice]:
    marks = marks_of(draft)
    names = _names(marks)
    rows = []
    for name, beside in marks.twice.items():
        parts, first = name.rsplit("_", 1), marks.fields.get(name, {})
        bound = name if name in form.fields else parts[0]
        versions = [Typed(_called(first.get("by"), names), str(answers.get(name, "")), "now")]
        versions += [
            Typed(_called(version["by"], names), str(version["value"]), str(number))
            for number, version in enumerate(beside)
        ]
        label = str(form.fields[bound].label) if bound in form.fields else name
        if bound != name:
            label += f" ({('day', 'month', 'year')[int(parts[1])]})"
        rows.append(Twice(name, label, versions, name in ("words", "address", "safe_note")))
    return rows


def _names(marks: Marks) -> dict[int, str]:
    people = {mark["by"] for mark in marks.fields.values()}
    people |= {version["by"] for beside in marks.twice.values() for version in beside}
    return dict(Person.objects.filter(pk__in=people - {None}).values_list("pk", "name"))


def _called(pk: int | None, names: dict[int, str]) -> str:
    return names.get(pk, "Somebody") if pk is not None else "Somebody"


def changed_since(draft: IntakeDraft, seen: dict[str, int], tab: str) -> list[str]:
    """Names of fields that another page changed since this one saw them."""
    marks = marks_of(draft)
    # Where this page's own words lie beside the others', it goes on showing its own.
    beside = {n for n, ones in marks.twice.items() if tab in {version["tab"] for version in ones}}
    return [
        name
        for name, mark in marks.fields.items()
        if mark["v"] > seen.get(name, seen.get("", 0)) and mark["tab"] != tab and name not in beside
    ]


def who_is_typing(draft: IntakeDraft, apart_from: Person, now: datetime | None = None) -> list[str]:
    """The colleagues whose words were kept within the last seconds."""
    since = (now or timezone.now()) - STILL_TYPING
    marks = marks_of(draft)
    lately = [
        *marks.fields.values(),
        *(version for beside in marks.twice.values() for version in beside),
    ]
    people = {m["by"] for m in lately if datetime.fromisoformat(m["at"]) >= since}
    people -= {None, apart_from.pk}
    return sorted(Person.objects.filter(pk__in=people).values_list("name", flat=True))


def unsettled(draft: IntakeDraft) -> bool:
    return bool(marks_of(draft).twice)
