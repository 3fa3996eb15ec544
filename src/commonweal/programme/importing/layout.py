"""Our own layout: a row an action."""

from __future__ import annotations

from datetime import date
from typing import Any

from commonweal.charter.models import Decision
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from localwealth.errors import UnreadableFile
from localwealth.tables import dates, marks, sheets

from ..models import Metric, Pillar
from .recommendations import read_recommendations
from .wanted import Bad, Step, Wanted

ROWS_MOST = 5000
COLUMNS = (
    "key",
    "title",
    "description",
    "workstream",
    "pillars",
    "partner",
    "owner",
    "measure",
    "decision",
    "starts_on",
    "due_on",
    "weight",
    "milestones",
)


def read(
    content: bytes, file_name: str
) -> tuple[list[Wanted], list[tuple[int, str]], dict[str, str]]:
    """(actions, rejected rows, {code: title of a decision that the file speaks of}).

    Raises
    ------
    Refused
        The file is neither of the two kinds, or holds too much.
    """
    if file_name.lower().endswith(".json"):
        return read_recommendations(content)
    sheet = _sheet(content, file_name)
    actions: dict[str, Wanted] = {}
    rejected = []
    for number, cells in sheet.rows:
        row = dict(zip(sheet.header, (cell.strip() for cell in cells), strict=False))
        try:
            sheet.refuse_surplus(number, Bad)
            filed = _row(number, row)
            if filed.key in actions:
                raise Bad(f"key {filed.key!r} stands in the file twice")
        except Bad as bad:
            rejected.append((number, str(bad)))
        else:
            actions[filed.key] = filed
    return list(actions.values()), rejected, {}


def _sheet(content: bytes, file_name: str) -> sheets.Sheet:
    """A file in our own layout, of a size that can be taken."""
    try:
        sheet = sheets.read(content, file_name, needs=["key", "title"], may=COLUMNS)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    unknown = [name for name in sheet.header if name and name not in COLUMNS]
    if unknown:
        raise Refused(
            f"There is no column {unknown[0]!r} in our layout. There are: {', '.join(COLUMNS)}."
        )
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The file has more than {ROWS_MOST:,} rows. Cut it into parts.")
    return sheet


def _row(number: int, row: dict[str, str]) -> Wanted:
    for needed in ("key", "title"):
        if not row.get(needed):
            raise Bad(f"it has no {needed}")
    filed = Wanted(
        number,
        kept_whole(row["key"], 120, "key", Bad),
        kept_whole(row["title"], 300, "title", Bad),
        row.get("description", ""),
        kept_whole(row.get("workstream", ""), 160, "workstream", Bad),
        pillars=[_named(Pillar, name) for name in _parts(row.get("pillars", ""))],
        partner=_if_named(Partner, row.get("partner")),
        owner_title=kept_whole(row.get("owner", ""), 100, "owner's title", Bad),
        metric=_if_named(Metric, row.get("measure")),
        decision=_if_named(Decision, row.get("decision")),
        starts_on=_day(row.get("starts_on", "")),
        due_on=_day(row.get("due_on", "")),
        weight=_weight(row.get("weight", "")),
        steps=[_step(part) for part in _parts(row.get("milestones", ""))],
    )
    if filed.starts_on and filed.due_on and filed.due_on < filed.starts_on:
        raise Bad("it ends before it starts")
    return filed


def _weight(text: str) -> int | None:
    if text and not text.isdecimal():
        raise Bad(f"weight {text!r} is no whole number")
    return int(text) if text else None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _if_named(model: Any, name: str | None) -> Any:
    return _named(model, name) if name else None


def _named(model: Any, name: str) -> Any:
    """By its code, else by its name."""
    row = model.objects.filter(code=name).first()
    if row is None and any(f.name == "name" for f in model._meta.fields):
        row = model.objects.filter(name__iexact=name).first()
    if row is None:
        raise Bad(f"there is no {model._meta.verbose_name} {name!r}")
    return row


def _day(text: str) -> date | None:
    if marks.is_nothing(text):
        return None
    days = dates.days(text)
    if days is None or not days.is_exact:
        raise Bad(f"{text!r} is no date; write 2027-03-31 or 31/03/2027")
    return days.first


def _step(text: str) -> Step:
    """``title | day due | done day``; the last part is empty, ``done``, or the day it was done."""
    title, due, done = ([part.strip() for part in text.split("|")] + ["", ""])[:3]
    if not title:
        raise Bad("a milestone has no title")
    done_on = _day(done) if done and done.lower() != "done" else None
    return Step(kept_whole(title, 200, "milestone's title", Bad), _day(due), bool(done), done_on)
