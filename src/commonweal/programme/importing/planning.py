"""Working out what a file of actions would do, changing nothing.

Each row is *new*, *changed*, *unchanged* or *rejected*, by what stands in the programme now. What a
file does not name is left alone; actions that it no longer lists are stopped only where somebody
asked for it, by a decision, and said how many they are (decision 0040).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils import timezone

from commonweal.bringing import holding
from commonweal.bringing.meanings import Choice
from commonweal.bringing.models import HeldFile
from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.reading import understand
from commonweal.charter.models import Decision
from commonweal.design.words import day
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.tables import marks, sheets

from ..models import Action, Change, ImportRun, Milestone, Workstream
from .comparing import check_row, replanned
from .growing import Growing
from .known import Known
from .layout import key_of, read_row
from .meanings import COLUMNS, MEANINGS
from .plans import ActionPlan
from .recommendations import read_recommendations
from .wanted import BadAction, WantedAction

ROWS_MOST = 5000
RECOMMENDATIONS = "recommendations"
# Under what the decision stands among the answers by which actions are stopped.
STOPPED_BY = "stopped by"


def state() -> tuple[Any, ...]:
    """What moves whenever somebody changes what a file may change."""
    newest = [
        model._default_manager.aggregate(newest=Max("pk"))["newest"]
        for model in (Action, Change, Milestone, Workstream, Decision)
    ]
    return (*newest, Milestone.objects.filter(is_done=True).count())


def plan(
    content: bytes,
    file_name: str,
    *,
    source: str,
    as_at: date,
    choice: Choice | None = None,
    answers: Mapping[str, str] | None = None,
    removes: int | None = None,
    stopped_by: Decision | None = None,
) -> ActionPlan:
    """Work out what bringing a file in would do, changing nothing.

    Parameters
    ----------
    choice
        What somebody told about sheet, headings and columns; by their names where None.
    answers
        What was answered to questions that the file leaves open; None where nobody is there to
        be asked.
    removes
        How many actions no longer listed are to be stopped; None for none.
    stopped_by
        The decision by which they are.

    Raises
    ------
    Refused
        The file can't be read, lacks columns, or is older than one of the same source.
    """
    if as_at > timezone.localdate():
        raise Refused("The file can't show how things stand on a day to come.")
    name = Path(file_name).name[:200]
    planned = ActionPlan(
        source=source, file_name=name, sha256=hashlib.sha256(content).hexdigest(), as_at=as_at
    )
    planned.state = state()
    planned.growing = Growing(source, as_at)
    planned.questions.answers = dict(answers or {})
    rows = list(_rows(planned, content, file_name, choice, asks=answers is not None))
    _look_at_earlier(planned)
    _compare(planned, rows)
    if removes is not None:
        planned.remove(removes, stopped_by)
    return planned


def _look_at_earlier(plan: ActionPlan) -> None:
    """Note what came in of this source before, but for what was undone."""
    standing = ImportRun.objects.filter(source=plan.source, undone_at=None)
    plan.earlier = standing.filter(sha256=plan.sha256).first()
    newest = standing.first()
    if newest and newest.as_at > plan.as_at and plan.earlier is None:
        raise Refused(
            f"A file of this source as at {day(newest.as_at)} is in the programme already; an "
            "older one would turn the plan back. Bring files in in the order of their dates."
        )


def _rows(
    plan: ActionPlan, content: bytes, file_name: str, choice: Choice | None, *, asks: bool
) -> Iterator[WantedAction]:
    """The rows that can be taken; those that can't are refused with their reason."""
    if file_name.lower().endswith(".json"):
        yield from _recommended(plan, content)
        return
    sheet = _sheet(plan, content, file_name, choice)
    known = Known(plan.questions if asks else None)
    seen: dict[str, int] = {}
    for number, cells in sheet.as_dicts():
        row = _row(cells, choice)
        try:
            sheet.refuse_surplus(number, BadAction)
            filed = read_row(number, row, known, plan.called)
            if filed.key in seen:
                key = plan.called.get("key" if "key" in row else "title", "key")
                raise BadAction(f"{key} {filed.key!r} stands in row {seen[filed.key]} already")
        except BadAction as bad:
            plan.refuse(number, str(bad), key_of(row))
        else:
            seen[filed.key] = number
            yield filed
    refused = dict(plan.rejected)
    plan.cells = {number: cells for number, cells in sheet.rows if number in refused}


def _recommended(plan: ActionPlan, content: bytes) -> list[WantedAction]:
    plan.layout = RECOMMENDATIONS
    wanted, plan.rejected, decisions = read_recommendations(content)
    plan.rows = len(wanted) + len(plan.rejected)
    plan.doubtful = [row for row, _ in plan.rejected]
    plan.growing.decide(decisions)
    return wanted


def _row(cells: Mapping[str, str], choice: Choice | None) -> dict[str, str]:
    """A row by what its columns mean, marks for nothing left out."""
    row = {name: text.strip() for name, text in cells.items() if name in COLUMNS}
    row |= {name: text for name, text in (choice.fixed if choice else {}).items() if text}
    return {name: marks.said(text) for name, text in row.items()}


def _sheet(plan: ActionPlan, content: bytes, file_name: str, choice: Choice | None) -> sheets.Sheet:
    """The table of a file, its columns called as ours, of a size that can be taken."""
    if choice is not None:
        understood = understand(content, file_name, meanings=MEANINGS, choice=choice)
        plan.signature = understood.signature
        plan.layout = f"told {understood.signature}"
        plan.called = understood.called(MEANINGS)
        plan.header = [column.heading or column.letter for column in understood.columns]
        sheet = understood.as_sheet()
    else:
        sheet = _own(content, file_name)
        plan.header = sheet.header
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The file has more than {ROWS_MOST:,} rows. Cut it into parts.")
    plan.rows, plan.blank = len(sheet.rows), sheet.blank_count
    plan.sheet, plan.notes = sheet.name, sheet.notes
    return sheet


def _own(content: bytes, file_name: str) -> sheets.Sheet:
    try:
        sheet = sheets.read(content, file_name, needs=["key", "title"], may=COLUMNS)
    except UnreadableFile as error:
        is_table = "column" in str(error)
        raise (LacksColumns if is_table else Refused)(str(error)) from None
    if unknown := [name for name in sheet.header if name and name not in COLUMNS]:
        raise LacksColumns(
            f"There is no column {unknown[0]!r} in our layout. There are: {', '.join(COLUMNS)}."
        )
    return sheet


def _compare(plan: ActionPlan, rows: list[WantedAction]) -> None:
    """Which row is which action, and what is different; what is no longer listed."""
    have = Action.objects.filter(source=plan.source)
    had = {
        action.source_key: action
        for action in have.select_related(
            "workstream", "partner", "metric", "decision"
        ).prefetch_related("milestones", "pillars", "needs")
    }
    for wanted in rows:
        if wanted.decided:
            wanted.decision = plan.growing.decided[wanted.decided]
        try:
            _sort_in(plan, had.get(wanted.key), wanted)
        except BadAction as bad:
            plan.refuse(wanted.row, str(bad), wanted.key)
    plan.rejected.sort()
    _look_for_unlisted(plan, had, {wanted.key for wanted in rows})


def _sort_in(plan: ActionPlan, action: Action | None, wanted: WantedAction) -> None:
    if action is None:
        check_row(wanted)
        plan.new.append((wanted, plan.growing.stream_of(wanted)))
        return
    difference = replanned(action, wanted, plan.growing.stream_of(wanted))
    if difference.changes:
        plan.changed.append(difference)
    else:
        plan.unchanged += 1


def _look_for_unlisted(plan: ActionPlan, had: Mapping[str, Action], named: set[str]) -> None:
    """The actions of this source that the file does not name.

    A file of headings alone says nothing of anybody; a refused row counts as listed; a file of
    another layout than the newest lists other things.
    """
    going = {key: action for key, action in had.items() if action.stopped_on is None}
    plan.listed_count = len(going)
    newest = ImportRun.objects.filter(source=plan.source, undone_at=None).first()
    if not plan.rows or (newest is not None and newest.layout != plan.layout):
        return
    plan.doubtful += [row for row, key in plan.refused_keys.items() if key not in had]
    named |= set(plan.refused_keys.values())
    plan.unlisted = [action for key, action in going.items() if key not in named]


def plan_held(held: HeldFile) -> ActionPlan:
    """Plan a file that waits, by all that was said about it."""
    code = held.answers.get(STOPPED_BY, "")
    planned = plan(
        holding.content_of(held),
        held.file_name,
        source=held.sender,
        as_at=held.as_at,
        choice=Choice.of(held.choice),
        answers=held.answers,
        removes=held.removes,
        stopped_by=Decision.objects.filter(code=code).first() if code else None,
    )
    planned.held = held
    return planned
