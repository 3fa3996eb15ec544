"""What carrying a list out would do, shown before anything happens. Nobody restricted is named: to
whoever brings the list they are as new as anybody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from django.utils import timezone

from commonweal.bringing import plans
from commonweal.bringing.questions import FileQuestion
from commonweal.office.fields import keyed_hash
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from ..models import ListRow, ListRun
from .known import RowPlan as RowPlan
from .known import find
from .persons import Listed
from .reading import Preview
from .rows import NamedRow, named_rows

# In longer lists looking up everybody takes minutes: it is done while they are carried out.
LOOKED_UP_MOST = 2000
# So many keys are asked for in one statement.
STEP = 500


@dataclass(frozen=True)
class Changed:
    """A row about somebody who is here: by which record, where it is known before."""

    listed: Listed
    resident: Resident | None = None


@dataclass(kw_only=True)
class ListPlan(plans.Plan):
    """What carrying a list out would do. ``dead`` are reported dead, and looked up by nobody
    before; of ``new`` so many are ``perhaps`` somebody who is here. Where ``is_looked_up`` is
    False the list is long: those here already stand among the new."""

    THING = "person,people"
    SUM = "Rows = new + changed + unchanged + dead + together + rejected."

    shown: Preview
    kind: HelpType
    new: list[Listed] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    dead: list[Listed] = field(default_factory=list)
    unlisted: list[NamedRow] = field(default_factory=list)
    perhaps: int = 0
    is_looked_up: bool = True

    @property
    def does_nothing(self) -> bool:
        already = self.shown.already
        is_done = already is not None and already.finished_at is not None
        return is_done or not (self.new or self.changed or self.dead)

    @property
    def counts(self) -> dict[str, int]:
        """Rows in = new + changed + unchanged + dead + together + rejected; *together* are rows
        that name somebody of another row."""
        counts = super().counts
        by_death = {"dead": len(self.dead), "together": len(self.shown.joined)}
        return counts | {name: count for name, count in by_death.items() if count}

    @property
    def fingerprint(self) -> str:
        """What somebody has seen of a list: where it is another one as they press the button, they
        see it again first."""
        shown = self.shown
        parts = [
            (shown.sha256, shown.sender, shown.placed.sheet, shown.placed.line, shown.meanings),
            (self.kind.code, self.rejected, shown.joined, shown.marked),
            [listed.row for listed in self.dead],
            [listed.row for listed in self.new],
            [
                (change.listed.row, change.resident and change.resident.code)
                for change in self.changed
            ],
            self.perhaps,
        ]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def plan(shown: Preview, kind: HelpType, *, answers: dict[str, str] | None = None) -> ListPlan:
    """Look up everybody of a list; nothing is changed by it."""
    worked_out = ListPlan(
        file_name=shown.layout.name,
        sha256=shown.sha256,
        as_at=timezone.localdate(),
        rows=shown.rows,
        rejected=shown.rejected,
        header=shown.placed.header,
        cells=dict(shown.placed.rows) if shown.rejected else {},
        sheet=shown.placed.sheet,
        notes=list(shown.placed.notes),
        shown=shown,
        kind=kind,
        is_looked_up=len(shown.listed) <= LOOKED_UP_MOST,
    )
    worked_out.questions.answers = dict(answers or {})
    hashes = {listed.key: _hash(shown, listed) for listed in shown.listed}
    earlier = _earlier(shown, list(hashes.values()))
    fresh: list[Listed] = []
    for listed in shown.listed:
        before = earlier.get(hashes[listed.key])
        if before == listed.content_hash:
            worked_out.unchanged += 1
        elif listed.is_dead:
            worked_out.dead.append(listed)
        elif before is not None:
            worked_out.changed.append(Changed(listed))
        else:
            fresh.append(listed)
    _look_up(worked_out, fresh)
    _name_missing(worked_out, set(hashes.values()))
    _ask_of_deaths(worked_out)
    return worked_out


def _hash(shown: Preview, listed: Listed) -> str:
    return keyed_hash(f"{shown.layout.code}:{listed.key}")


def _earlier(shown: Preview, hashes: list[str]) -> dict[str, str]:
    """What earlier lists said of these, as a hash, by the hash of their key."""
    of_layout = ListRow.objects.filter(layout=shown.layout.code)
    contents: dict[str, str] = {}
    for start in range(0, len(hashes), STEP):
        rows = of_layout.filter(key_hash__in=hashes[start : start + STEP])
        contents |= dict(rows.values_list("key_hash", "content_hash"))
    return contents


def _look_up(worked_out: ListPlan, fresh: list[Listed]) -> None:
    if not worked_out.is_looked_up:
        worked_out.new = fresh
        return
    rows = [RowPlan(listed) for listed in fresh]
    for start in range(0, len(rows), STEP):
        find(rows[start : start + STEP])
    worked_out.new = [row.listed for row in rows if row.resident is None]
    worked_out.changed += [Changed(row.listed, row.resident) for row in rows if row.resident]
    worked_out.perhaps = sum(row.resident is None and row.outcome == "perhaps" for row in rows)


def _name_missing(worked_out: ListPlan, listed: set[str]) -> None:
    """Name who stood in this sender's earlier lists and is not in this one. They stay."""
    shown = worked_out.shown
    if not shown.sender:
        return
    runs = ListRun.objects.filter(
        layout=shown.layout.code, sender__iexact=shown.sender, undone_at=None
    )
    stood = dict(ListRow.objects.filter(run__in=runs).values_list("key_hash", "pk"))
    missing = [pk for key_hash, pk in stood.items() if key_hash not in listed]
    worked_out.unlisted = named_rows(missing[:LOOKED_UP_MOST])
    worked_out.listed_count = len(stood)


def _ask_of_deaths(worked_out: ListPlan) -> None:
    """All contact with the dead stops at once: their names are read before."""
    if not worked_out.dead:
        return
    rows = [listed.row for listed in worked_out.dead]
    who = hashlib.sha256(json.dumps([worked_out.sha256, rows]).encode()).hexdigest()[:16]
    question = FileQuestion(
        f"deaths:{who}",
        "Have you read the names of those who are reported dead?",
        "They stand above. All contact with these people stops at once.",
        [("read", "I have read these names")],
    )
    for row in rows:
        worked_out.questions.answer(question, row)
