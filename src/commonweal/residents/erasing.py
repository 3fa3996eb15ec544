"""Erasing a person: what goes and what stays, as the rooms registered it. Asked for by one person
and done by another; the nightly job does it by itself when the time has come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import belongings
from .belongings import DELETED, EMPTIED, Belonging
from .models import Erasure, Resident

ASKS = (Role.DATA_PROTECTION_OFFICER,)
NOTHING = "nothing"
CONFIRMS = (Role.DATA_PROTECTION_OFFICER, Role.DESK_MANAGER)


def why_not(resident: Resident) -> str:
    """Why a person can't be erased yet, in a sentence; "" when they can."""
    if resident.state == Resident.State.ERASED:
        return "This record was erased already."
    if resident.merged_into is not None:
        return f"This record was merged into {resident.merged_into.code}. Erase that one."
    records = belongings.records_of(resident)
    for kind in belongings.registered():
        if kind.holds is not None:
            where, sentence = kind.holds
            if kind.of(records).filter(**where).exists():
                return sentence
    return ""


@transaction.atomic
def erase(*, resident: Resident, by: Person | None, because: str) -> None:
    """Erase a person. What is left: a code, keyed hashes, the area, and what was counted.

    Cases keep their kind, dates and outcome, so that no total changes; words, names and papers
    go. Records merged into this one go too. ``because`` is one of our own words, and is recorded.

    Raises
    ------
    Refused
        A case is open, money is under way, or somebody waits for what is held.
    """
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    if reason := why_not(resident):
        raise Refused(reason)
    records = belongings.records_of(resident)
    for kind in belongings.registered():
        _erase_rows(kind, records)
    today = timezone.localdate()
    Resident.objects.filter(pk__in=[merged.pk for merged in records]).update(
        erased_on=today, household=None
    )
    # A merged record has no keys of its own any more, and leads to a tombstone.
    Resident.objects.filter(pk=resident.pk).update(state=Resident.State.ERASED)
    Erasure.objects.filter(resident__in=records, state=Erasure.State.ASKED).update(
        state=Erasure.State.DROPPED, ended_at=timezone.now()
    )
    record("resident erased", about=resident, by=by, because=because)


def _erase_rows(kind: Belonging, records: list[Resident]) -> None:
    rows = kind.of(records)
    if kind.before_erasing is not None:
        kind.before_erasing(rows)
    if kind.erased == DELETED:
        rows.delete()
    elif kind.erased == EMPTIED:
        also = {
            name: column() if callable(column) else column
            for name, column in kind.also_erased.items()
        }
        rows.order_by().update(**dict.fromkeys(kind.words, ""), **also)


# --- What goes and what stays ---------------------------------------------------------------------


@dataclass(frozen=True)
class Going:
    """One kind of row: how many there are, what of them goes, what stays."""

    title: str
    count: int
    goes: str
    stays: str


def what_goes(resident: Resident) -> list[Going]:
    """All that belongs to a person, kind by kind, with what erasing does to it."""
    records = belongings.records_of(resident)
    counted = [(kind, kind.of(records).count()) for kind in belongings.registered()]
    return [Going(kind.title, count, _goes(kind), kind.remains) for kind, count in counted if count]


def _goes(kind: Belonging) -> str:
    if kind.erased == DELETED:
        return "all of it"
    if kind.erased == EMPTIED and kind.words:
        return ", ".join(_called(kind, name) for name in kind.words)
    return kind.goes or NOTHING


def _called(kind: Belonging, name: str) -> str:
    return dict(kind.gives).get(name, name.replace("_", " ")).lower()


def fingerprint(going: list[Going]) -> str:
    """What goes, as it was shown, so that nothing that came in between is erased unseen. What
    stays may grow: looking at the page is a reading, too."""
    goes = [kind for kind in going if kind.goes != NOTHING]
    return hashlib.sha256(repr(goes).encode()).hexdigest()[:32]


# --- By two people --------------------------------------------------------------------------------


def _refuse_role(by: Person, roles: tuple[Any, ...], sentence: str) -> None:
    if not roles_of(by) & set(roles):
        raise Refused(sentence)


@transaction.atomic
def ask(*, resident: Resident, because: str, by: Person) -> Erasure:
    """The officer asks that a person be erased. Nothing goes before a second person has looked.

    Raises
    ------
    Refused
        No reason; it was asked already; a case is open, or money under way.
    """
    _refuse_role(by, ASKS, "This takes the role of data protection officer.")
    if not because.strip():
        raise Refused("Say why they are to be erased.")
    if reason := why_not(resident):
        raise Refused(reason)
    erasure, fresh = Erasure.objects.get_or_create(
        resident=resident, state=Erasure.State.ASKED, defaults={"because": because, "asked_by": by}
    )
    if not fresh:
        raise Refused("Somebody has asked for this already. It waits for a second person.")
    record("erasure asked for", about=resident, by=by)
    return erasure


@transaction.atomic
def confirm(*, erasure: Erasure, seen: str, by: Person) -> None:
    """A second person looked at what goes and what stays, and erases.

    Raises
    ------
    Refused
        The one who asked; somebody without the role; something came since the page was opened.
    """
    _refuse_role(by, CONFIRMS, "This takes the role of data protection officer or of desk manager.")
    if by.pk == erasure.asked_by_id:
        raise Refused("You asked for this. Somebody else has to look and confirm.")
    if seen != fingerprint(what_goes(erasure.resident)):
        raise Refused("Something came to this record since you opened the page. Look again.")
    _end(erasure, Erasure.State.DONE, by)
    erase(resident=erasure.resident, by=by, because="asked for")


@transaction.atomic
def drop(*, erasure: Erasure, because: str, by: Person) -> None:
    """The person is not erased after all, with the reason. Anybody who may ask or confirm."""
    _refuse_role(by, CONFIRMS, "This takes the role of data protection officer or of desk manager.")
    if not because.strip():
        raise Refused("Say why they are not erased.")
    _end(erasure, Erasure.State.DROPPED, by, because)
    record("erasure dropped", about=erasure.resident, by=by)


def _end(erasure: Erasure, state: str, by: Person, because: str = "") -> None:
    ended = Erasure.objects.filter(pk=erasure.pk, state=Erasure.State.ASKED).update(
        state=state, ended_at=timezone.now(), ended_by=by, ended_because=because
    )
    if not ended:
        raise Refused("Somebody else has ended this already.")
