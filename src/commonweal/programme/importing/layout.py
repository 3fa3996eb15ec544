"""A row an action: our own layout, or one whose columns were told on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from commonweal.design.lengths import kept_whole
from commonweal.design.lengths import key as short_key
from localwealth.names import one_form
from localwealth.tables import dates, marks

from .known import Known
from .wanted import BadAction, WantedAction, WantedMilestone

KEY_MOST = 120
# What is called otherwise in a file than in an action.
FIELDS = {"owner": "owner_title", "measure": "metric"}
DONE, OPEN = {"done", "yes", "complete", "completed"}, {"open", "no", "not done"}


def key_of(row: Mapping[str, str]) -> str:
    """By what an action is known again: its reference, or its title where there is no column of
    references."""
    if "key" in row:
        return row["key"]
    return short_key(one_form(row.get("title", "")), KEY_MOST)


def read_row(
    number: int, row: Mapping[str, str], known: Known, called: Mapping[str, str]
) -> WantedAction:
    """An action as a row has it; ``called`` is how its columns are headed, where that was told.

    Raises
    ------
    Bad
        With the reason.
    """
    for needed in ("key", "title"):
        if needed in row and not row[needed]:
            raise BadAction(f"it has no {called.get(needed, needed)}")
    wanted = WantedAction(
        number,
        kept_whole(key_of(row), KEY_MOST, called.get("key", "key"), BadAction),
        kept_whole(row["title"], 300, "title", BadAction),
        row.get("description", ""),
        kept_whole(row.get("workstream", ""), 160, "workstream", BadAction),
        owner_title=kept_whole(row.get("owner", ""), 100, "owner's title", BadAction),
        starts_on=_day(row.get("starts_on", ""), called.get("starts_on", "")),
        due_on=_day(row.get("due_on", ""), called.get("due_on", "")),
        weight=_weight(row.get("weight", ""), called.get("weight", "weight")),
        steps=[
            _step(part, called.get("milestones", "")) for part in _parts(row.get("milestones", ""))
        ],
        told=frozenset(FIELDS.get(name, name) for name in row),
    )
    if wanted.starts_on and wanted.due_on and wanted.due_on < wanted.starts_on:
        raise BadAction("it ends before it starts")
    _name(wanted, number, row, known)
    return wanted


def _name(wanted: WantedAction, number: int, row: Mapping[str, str], known: Known) -> None:
    """Find what a row names; what the town has not is asked about, or refused."""
    pillars = (known.pillar(name, number) for name in _parts(row.get("pillars", "")))
    wanted.pillars = [pillar for pillar in pillars if pillar is not None]
    if name := row.get("partner"):
        wanted.partner = known.partner(name, number)
    if name := row.get("measure"):
        wanted.metric = known.metric(name, number)
    if name := row.get("decision"):
        wanted.decision = known.decision(name)


def _weight(text: str, called: str) -> int | None:
    if text and not text.isdecimal():
        raise BadAction(f"{called} {text!r} is no whole number")
    if text and int(text) > 32_767:
        raise BadAction(f"{called} {text!r} is more than can be kept: 32,767 is the most")
    return int(text) if text else None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _day(text: str, called: str) -> date | None:
    if marks.is_no_date(text):
        return None
    days = dates.days(text)
    if days is None or not days.is_exact:
        where = f" in “{called}”" if called else ""
        raise BadAction(f"{text!r} is no date; write 2027-03-31 or 31/03/2027{where}")
    return days.first


def _step(text: str, called: str) -> WantedMilestone:
    """``title | day due | done day``; the last part is ``done``, the day on which it was, ``open``,
    or empty: then nothing is said of it."""
    title, due, done = ([part.strip() for part in text.split("|")] + ["", ""])[:3]
    if not title:
        raise BadAction("a milestone has no title")
    is_done: bool | None = bool(done) or None
    done_on = None
    if done.lower() in OPEN:
        is_done = False
    elif done and done.lower() not in DONE:
        done_on = _day(done, called)
    return WantedMilestone(
        kept_whole(title, 200, "milestone's title", BadAction), _day(due, called), is_done, done_on
    )
