"""What a file wants, carried out at one stroke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.design.words import many
from commonweal.jobs import rows
from commonweal.office.errors import Refused
from commonweal.places.models import the_town

from ..actions import WRITTEN, Author, changed, complete, free_code
from ..models import Action, Change, Milestone, Pillar, Workstream
from .layout import read
from .wanted import Step, Wanted

STEP = ("due_on", "is_done", "done_on")
OVERTAKEN = (
    "Somebody else changed the programme while this file was being read. Nothing of it was "
    "written. Import it again."
)


@dataclass
class Result:
    """What became of a file's rows: rows in = new + changed + unchanged + rejected."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    decisions: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged + len(self.rejected)

    @property
    def sentence(self) -> str:
        return (
            f"{many(self.rows, 'row')}: {self.new:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {len(self.rejected):,} rejected."
        )


@dataclass
class Ready:
    """All that a file writes into the programme, worked out; others write meanwhile."""

    state: tuple[Any, ...]
    decisions: list[Decision] = field(default_factory=list)
    streams: list[Workstream] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    pillars: list[tuple[Action, Pillar]] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    changed_actions: list[Action] = field(default_factory=list)
    changed_milestones: list[Milestone] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def carry_out(
    content: bytes,
    file_name: str,
    *,
    source: str,
    as_at: date,
    author: Author,
    only_try: bool = False,
) -> Result:
    """Read a file into the programme; ``only_try`` says what would happen and changes nothing.

    All of it is worked out first and then written at one stroke, so that nobody waits for long
    and nobody meets half a file.

    Raises
    ------
    Refused
        It can't be read, or somebody changed the programme at the same moment.
    """
    wanted, rejected, decisions = read(content, Path(file_name).name)
    summary = Result(rejected=rejected)
    ready = _prepare(wanted, decisions, source, as_at, author, summary)
    if only_try:
        return summary
    try:
        with transaction.atomic():
            _write(ready, source, author)
            record(
                "actions imported",
                about=the_town(),
                by=author.person,
                as_role=author.role,
                source=source,
                new=summary.new,
                changed=summary.changed,
            )
    except IntegrityError:
        raise Refused(OVERTAKEN) from None
    return summary


def _state() -> tuple[Any, ...]:
    """What moves whenever somebody changes what a file may change."""
    newest = [
        model.objects.aggregate(newest=Max("pk"))["newest"]
        for model in (Action, Change, Milestone, Workstream, Decision)
    ]
    return (*newest, Milestone.objects.filter(is_done=True).count())


def _prepare(
    wanted: list[Wanted],
    decisions: dict[str, str],
    source: str,
    as_at: date,
    author: Author,
    summary: Result,
) -> Ready:
    ready = Ready(_state())
    decided = _decisions(decisions, source, as_at, ready)
    summary.decisions = len(ready.decisions)
    existing = {
        filed.source_key: filed
        for filed in Action.objects.filter(source=source).prefetch_related("milestones")
    }
    codes = set(Action.objects.values_list("code", flat=True))
    streams: dict[str, Workstream] = {}
    for filed in wanted:
        if filed.decided:
            filed.decision = decided[slugify(filed.decided)]
        stream = _stream(filed, source, streams, ready)
        values: dict[str, Any] = {
            name: stream if name == "workstream" else getattr(filed, name) for name in WRITTEN
        }
        action = existing.get(filed.key)
        if action is None:
            action = Action(
                code=free_code(filed.title, codes),
                source=source,
                source_key=filed.key,
                made_on=as_at,
                made_by=author.person,
                **values,
            )
            codes.add(action.code)
            _add(action, filed, ready)
            summary.new += 1
        elif _change(action, values, filed, ready):
            summary.changed += 1
        else:
            summary.unchanged += 1
    complete(ready.changes, f"As the source “{source}” says.", author, None, on=as_at)
    return ready


def _add(action: Action, filed: Wanted, ready: Ready) -> None:
    ready.actions.append(action)
    ready.pillars += [(action, pillar) for pillar in filed.pillars]
    ready.milestones += [
        Milestone(action=action, order=order, **vars(step))
        for order, step in enumerate(filed.steps, 1)
    ]


def _change(action: Action, values: dict[str, Any], filed: Wanted, ready: Ready) -> bool:
    changes = [
        changed(action, None, name, getattr(action, name), new)
        for name, new in values.items()
        if getattr(action, name) != new
    ]
    if changes:
        for name, new in values.items():
            setattr(action, name, new)
        ready.changed_actions.append(action)
    changes += list(_steps(action, filed.steps, ready))
    ready.changes += changes
    return bool(changes)


def _write(ready: Ready, source: str, author: Author) -> None:
    """Store what is ready, if the programme is still what it was made ready for."""
    if _state() != ready.state:
        raise Refused(OVERTAKEN)
    Decision.objects.bulk_create(ready.decisions)
    Workstream.objects.bulk_create(ready.streams)
    Action.objects.bulk_create(ready.actions, batch_size=500)
    link = Action.pillars.through
    links = [link(action_id=action.pk, pillar_id=pillar.pk) for action, pillar in ready.pillars]
    link.objects.bulk_create(links, batch_size=500)
    Milestone.objects.bulk_create(ready.milestones, batch_size=500)
    # What they hang on has its number only now.
    for action in ready.changed_actions:
        action.workstream, action.decision = action.workstream, action.decision
    rows.change(Action, rows.changes_of(Action, ready.changed_actions, WRITTEN), WRITTEN)
    rows.change(Milestone, rows.changes_of(Milestone, ready.changed_milestones, STEP), STEP)
    Change.objects.bulk_create(ready.changes, batch_size=500)


def _decisions(
    titles: dict[str, str], source: str, as_at: date, ready: Ready
) -> dict[str, Decision]:
    by_name = {}
    for name, title in titles.items():
        code = f"{source}-{name}"[:60]
        decision = Decision.objects.filter(code=code).first()
        if decision is None:
            decision = Decision(
                code=code,
                title=title,
                body="As the source says",
                decided_on=as_at,
                text="The source gives the response but no day; this is the day that the file "
                "shows.",
            )
            ready.decisions.append(decision)
        by_name[name] = decision
    return by_name


def _stream(
    filed: Wanted, source: str, streams: dict[str, Workstream], ready: Ready
) -> Workstream | None:
    if not filed.workstream:
        return None
    if filed.workstream not in streams:
        stream = Workstream.objects.filter(code=filed.workstream).first() or (
            Workstream.objects.filter(name__iexact=filed.workstream).first()
        )
        streams[filed.workstream] = stream or _new_stream(filed, source, ready)
    return streams[filed.workstream]


def _new_stream(filed: Wanted, source: str, ready: Ready) -> Workstream:
    codes = {stream.code for stream in ready.streams}
    codes |= set(Workstream.objects.values_list("code", flat=True))
    base = f"{source}-{slugify(filed.workstream)}"[:55].strip("-")
    code, number = base, 1
    while code in codes:
        number += 1
        code = f"{base}-{number}"
    last = Workstream.objects.aggregate(last=Max("order"))["last"] or 0
    added = Workstream(
        code=code,
        name=filed.workstream,
        description=filed.workstream_description,
        order=last + len(ready.streams) + 1,
        source=source,
    )
    ready.streams.append(added)
    return added


def _steps(action: Action, wanted: list[Step], ready: Ready) -> Iterator[Change]:
    """Bring milestones up to date by their title; one that the file drops stays."""
    existing = {known.title: known for known in action.milestones.all()}
    for order, step in enumerate(wanted, 1):
        old = existing.get(step.title)
        if old is None:
            milestone = Milestone(action=action, order=order, **vars(step))
            ready.milestones.append(milestone)
            yield changed(action, milestone, "added", "", step.title)
            continue
        for name in ("due_on", "is_done"):
            if getattr(old, name) != getattr(step, name):
                yield changed(action, old, name, getattr(old, name), getattr(step, name))
        if (old.due_on, old.is_done, old.done_on) != (step.due_on, step.is_done, step.done_on):
            old.due_on, old.is_done, old.done_on = step.due_on, step.is_done, step.done_on
            ready.changed_milestones.append(old)
