"""Reading actions in bulk: our own CSV or XLSX, or recommendations with their responses.

The same file twice changes nothing. A later file of the same source updates what it names and
keeps the history of what changed; what it no longer names stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from commonweal.accounts.actions import Refused
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.design.lengths import heading, whole
from commonweal.jobs import rows
from commonweal.partners.models import Partner
from commonweal.places.models import the_town
from localwealth.errors import UnreadableFile
from localwealth.sources import apart, sheets

from .actions import WRITTEN, Author, changed, complete, free_code
from .models import Action, Change, Metric, Milestone, Pillar, Workstream

ROWS_MOST = 5000
STEP = ("due_on", "is_done", "done_on")
OVERTAKEN = (
    "Somebody else changed the programme while this file was being read. Nothing of it was "
    "written. Import it again."
)
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


@dataclass(frozen=True)
class Step:
    title: str
    due_on: date | None = None
    is_done: bool = False
    done_on: date | None = None


@dataclass
class Wanted:
    """An action as a file has it."""

    row: int
    key: str
    title: str
    description: str = ""
    workstream: str = ""
    workstream_description: str = ""
    pillars: list[Pillar] = field(default_factory=list)
    partner: Partner | None = None
    owner_title: str = ""
    metric: Metric | None = None
    decision: Decision | None = None
    decided: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    weight: int | None = None
    steps: list[Step] = field(default_factory=list)


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
            f"{self.rows:,} rows: {self.new:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {len(self.rejected):,} rejected."
        )


class Bad(Exception):
    """Why a row can't be taken."""


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
        return _recommendations(content)
    sheet = _sheet(content, file_name)
    actions: dict[str, Wanted] = {}
    rejected = []
    for number, cells in sheet.rows:
        row = dict(zip(sheet.header, (cell.strip() for cell in cells), strict=False))
        try:
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
        sheet = sheets.read(content, file_name, needs=["key", "title"])
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
        whole(row["key"], 120, "key", Bad),
        whole(row["title"], 300, "title", Bad),
        row.get("description", ""),
        whole(row.get("workstream", ""), 160, "workstream", Bad),
        pillars=[_named(Pillar, name) for name in _parts(row.get("pillars", ""))],
        partner=_if_named(Partner, row.get("partner")),
        owner_title=whole(row.get("owner", ""), 100, "owner's title", Bad),
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
    if text and not text.isdigit():
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
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return date(year, month, day)
    except ValueError:
        raise Bad(f"{text!r} is no date; write 2027-03-31 or 31/03/2027") from None


def _step(text: str) -> Step:
    """``title | day due | done day``; the last part is empty, ``done``, or the day it was done."""
    title, due, done = ([part.strip() for part in text.split("|")] + ["", ""])[:3]
    if not title:
        raise Bad("a milestone has no title")
    done_on = _day(done) if done and done.lower() != "done" else None
    return Step(whole(title, 200, "milestone's title", Bad), _day(due), bool(done), done_on)


# --- Recommendations --------------------------------------------------------------------------

RESPONSES = {"true": "Accepted", "partial": "Accepted in part", "false": "Not accepted"}


def _recommendations(
    content: bytes,
) -> tuple[list[Wanted], list[tuple[int, str]], dict[str, str]]:
    """Categories become workstreams, recommendations actions, responses decisions.

    A recommendation that its source calls implemented in part has a first milestone done and a
    second one open; no day is known for either, and none is made up.
    """
    try:
        report = apart.run("json", content)
        categories, name = report["categories"], str(report["name"])
    except (ValueError, KeyError, TypeError):
        raise Refused(
            "This JSON has no recommendations: it needs “name” and “categories”, each category "
            "with “name” and “recommendations”."
        ) from None
    actions: list[Wanted] = []
    rejected: list[tuple[int, str]] = []
    decisions: dict[str, str] = {}
    number = 0
    for category in categories:
        for recommendation in category.get("recommendations", []):
            number += 1
            try:
                wanted = _recommendation(number, recommendation, category)
            except Bad as bad:
                rejected.append((number, str(bad)))
                continue
            if wanted.decided:
                decisions[slugify(wanted.decided)] = heading(f"{wanted.decided}: {name}", 200)
            actions.append(wanted)
    return actions, rejected, decisions


def _recommendation(
    number: int, recommendation: dict[str, Any], category: dict[str, Any]
) -> Wanted:
    key, text = (
        str(recommendation.get("id", "")),
        str(recommendation.get("recommendation", "")).strip(),
    )
    if not key or not text:
        raise Bad("it has no id or no text")
    done = str(recommendation.get("implemented", "")).lower()
    if done not in RESPONSES:
        raise Bad(f"“implemented” is {done!r}; it must be true, partial or false")
    accepted = str(recommendation.get("accepted", "")).lower()
    if accepted not in RESPONSES:
        raise Bad(f"“accepted” is {accepted!r}; it must be true, partial or false")
    notes = str(recommendation.get("notes") or "").strip()
    return Wanted(
        number,
        whole(key, 120, "id", Bad),
        heading(f"Recommendation {key}: {text}", 300),
        text + (f"\n\nThe source notes: {notes}" if notes else ""),
        whole(str(category.get("name", "")), 160, "category's name", Bad),
        str(category.get("description", "")),
        decided=RESPONSES[accepted],
        steps=[
            Step("Implemented in part", is_done=done in {"partial", "true"}),
            Step("Implemented in full", is_done=done == "true"),
        ],
    )


# --- Carrying out -----------------------------------------------------------------------------


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
