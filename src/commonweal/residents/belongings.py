"""What belongs to a resident, said once by each room for each kind of row that it keeps.

A room registers each model that hangs on a resident with `belongs`: how a row leads to its
resident, which columns are words about a person, what moves when two records are merged, what
stops when somebody has died, what is given to whoever asks about themselves, and what is left when
they are erased. Merging, deaths, subject access and erasing go through what is registered here and
name no model themselves; a house test walks everything that hangs on a resident and fails on a
model or a column that nobody has claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from .models import Resident

# Why a text or JSON column that is not among the words of its row may stand unencrypted and stay.
CODE = "a reference, code or hash that we draw"
CHOICE = "one of a list of ours"
MACHINE = "sentences or counts that the system makes, without anybody's name"
FIELDS = "names of fields, never what stands in them"
PLAIN = (CODE, CHOICE, MACHINE, FIELDS)
EMPTIED, DELETED, STAYS = "emptied", "deleted", "stays"


@dataclass(frozen=True)
class Stop:
    """What a death does to a row: rows in one of ``states`` get ``to``; once the report is
    withdrawn, rows that nobody touched since get back what they had. ``ends`` in place of
    that, given the numbers of the rows: it can't be taken back."""

    states: tuple[str, ...] = ()
    to: dict[str, Any] = field(default_factory=dict)
    # Columns that begin otherwise than they were: a task that was taken is offered anew.
    back: dict[str, Any] = field(default_factory=dict)
    ends: Callable[[list[int]], None] | None = None
    # Whether a row may go on: not where its case was closed in between.
    goes_on: Callable[[Any], bool] = lambda row: True


@dataclass(frozen=True)
class Reading:
    """Somebody read something of a resident."""

    at: datetime
    who: str
    page: str
    because: str
    third: str


@dataclass(frozen=True)
class Belonging:
    """One kind of row that belongs to a resident."""

    model: type[models.Model]
    # Ways from the row to a resident; "" for the resident's own row.
    by: tuple[str, ...]
    title: str
    # Where no foreign key leads from the row to its resident: which rows are theirs.
    found_by: Callable[[list[Resident]], Q] | None = None
    # In which of the texts that go out (see `naming`) its words stand; "" where in none.
    outlet: str = ""
    # Words about a person: encrypted, emptied when the person is erased.
    words: tuple[str, ...] = ()
    # Every other text or JSON column, with the reason (of `PLAIN`) for which it may stay.
    plain: dict[str, str] = field(default_factory=dict)
    # On a merge the row's column that leads to the resident is rewritten; "" leaves it.
    moves: str = ""
    # How a row that came since a merge is called where it is asked whose it is.
    named_by: Callable[[Any], str] = str
    # A row that moves along with another one, which alone is asked about.
    along_with: str = ""
    # What is left when the person is erased: emptied of its words, deleted, or as it is.
    erased: str = EMPTIED
    also_erased: dict[str, Any] = field(default_factory=dict)
    remains: str = ""
    before_erasing: Callable[[QuerySet[Any]], None] | None = None
    # In words, where more goes than the words of the row.
    goes: str = ""
    # What is given to whoever asks about themselves: (column or way to it, label).
    gives: tuple[tuple[str, str], ...] = ()
    withheld: dict[str, str] = field(default_factory=dict)
    at: str = ""
    # Which of these speak of, or come from, somebody else.
    thirds: dict[str, str] = field(default_factory=dict)
    stop: Stop | None = None
    # A sentence why a person can't be erased yet, by rows of this kind; "" when they can.
    holds: tuple[dict[str, Any], str] | None = None
    reads: Callable[[QuerySet[Any]], Iterable[Reading]] | None = None

    @property
    def label(self) -> str:
        return label_of(self.model)

    def of(self, residents: Iterable[Resident]) -> QuerySet[Any]:
        """The rows of this kind that belong to any of these residents."""
        residents = list(residents)
        pks = [resident.pk for resident in residents]
        leads = self.found_by(residents) if self.found_by is not None else Q()
        for path in self.by:
            leads |= Q(**{f"{path}__in" if path else "pk__in": pks})
        manager = self.model._default_manager
        return manager.filter(pk__in=manager.filter(leads).values("pk")).order_by("pk")


def label_of(model: type[models.Model]) -> str:
    """The name of a kind of row. Journals of merges and deaths keep it in the database, so it
    stays what it was when the model moves to another room, or is called by another name."""
    name: str = getattr(model, "ONCE", model.__name__)
    return f"helps.{name}"


REGISTERED: dict[str, Belonging] = {}
SET_ASIDE: dict[type[models.Model], str] = {}

HOW = """
Say what becomes of it, in belongs.py of its room:

    belongs(Belonging(
        {name}, by=("resident",),      # the ways from a row to its resident
        title="...",                   # its heading where the record is given out
        words=("because",),            # EncryptedTextFields; emptied when the person is erased
        plain={{"code": CODE}},          # text and JSON columns that name nobody, with the reason
        gives=(("because", "Why"),),   # given to whoever asks; or withheld={{"because": "why not"}}
        moves="resident",              # only if a merge takes it along
        stop=Stop(("due",), {{"state": "cancelled"}}),   # only if a death stops it
    ))

or, if it belongs to no resident: set_aside({name}, because="...").
"""


def belongs(belonging: Belonging) -> Belonging:
    REGISTERED[belonging.label] = belonging
    return belonging


def set_aside(model: type[models.Model], *, because: str) -> None:
    """Say that a model hangs on no resident, or holds nothing of theirs, and why."""
    SET_ASIDE[model] = because


def registered() -> Iterator[Belonging]:
    """Every kind, in the order in which the rooms registered it."""
    yield from REGISTERED.values()


def of_model(model: type[models.Model]) -> Belonging:
    return REGISTERED[label_of(model)]


# --- Which records are one person -----------------------------------------------------------------


def standing_record(resident: Resident) -> Resident:
    """The record that stands for this person: where merged ones lead in the end."""
    while resident.merged_into is not None:
        resident = resident.merged_into
    return resident


def records_of(resident: Resident) -> list[Resident]:
    """A record and all that were merged into it, however often."""
    records, waiting = [resident], [resident]
    while waiting:
        merged = list(waiting.pop().merged_from.all())
        records += merged
        waiting += merged
    return records


# --- What nobody has claimed ------------------------------------------------------------------


def hangs_on(*roots: type[models.Model]) -> set[type[models.Model]]:
    """Every model with a row that leads, over any number of steps, to one of these."""
    reached, waiting = set(roots), list(roots)
    while waiting:
        # Those without a name on the other side ("+") hang there as well.
        for relation in waiting.pop()._meta.get_fields(include_hidden=True):
            model = relation.related_model
            hangs = relation.auto_created and not relation.concrete
            if not hangs or not isinstance(model, type):
                continue
            if model not in reached and not model._meta.auto_created:
                reached.add(model)
                waiting.append(model)
    return reached


def text_columns(model: type[models.Model]) -> list[str]:
    """The columns of a model in which words can stand."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [column.name for column in model._meta.concrete_fields if isinstance(column, kinds)]


def unclaimed(every: Iterable[type[models.Model]]) -> list[str]:
    """What of these models nobody has claimed: a sentence each, saying what to write."""
    faults = []
    for model in sorted(every, key=label_of):
        if model in SET_ASIDE:
            continue
        kind = REGISTERED.get(label_of(model))
        if kind is None:
            how = HOW.format(name=model.__name__)
            faults.append(
                f"{model._meta.label} hangs on a resident and nobody has claimed it.{how}"
            )
            continue
        faults += _faults_of(kind)
    return faults


def _faults_of(belonging: Belonging) -> Iterator[str]:
    yield from _unsaid_columns(belonging)
    yield from _faults_of_words(belonging)
    for name, why in belonging.plain.items():
        if why not in PLAIN:
            called = belonging.model._meta.label
            yield f"{called}.{name}: {why!r} is no reason; take one of {PLAIN}."


def _columns_of(model: type[models.Model]) -> dict[str, Any]:
    return {column.name: column for column in model._meta.concrete_fields}


def _unsaid_columns(belonging: Belonging) -> Iterator[str]:
    """Columns of text that are neither words about a person, nor plain, nor a choice."""
    columns = _columns_of(belonging.model)
    for name in text_columns(belonging.model):
        is_said = name in belonging.words or name in belonging.plain
        if not is_said and not columns[name].choices:
            yield (
                f"{belonging.model._meta.label}.{name}: nobody says whether these are words "
                f"about a person. Add it to words= (encrypted, erased) or to plain= with one of "
                f"{PLAIN}."
            )


def _faults_of_words(belonging: Belonging) -> Iterator[str]:
    """Words that are not there, that stay, or that nobody is given."""
    called, columns = belonging.model._meta.label, _columns_of(belonging.model)
    given_columns = {path.split(".")[0] for path, _ in belonging.gives}
    for name in belonging.words:
        if name not in columns:
            yield f"{called} has no column {name}."
        elif belonging.erased == STAYS:
            yield f"{called}.{name}: words that stay when the person is erased."
        if name not in given_columns and name not in belonging.withheld:
            yield (
                f"{called}.{name} is neither given to whoever asks about themselves nor "
                "withheld: add it to gives=, or to withheld= with the reason."
            )
