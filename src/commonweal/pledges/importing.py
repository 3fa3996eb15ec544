"""Importing pledges from files: a layout says how rows are read; the ledger gets what changed.

A file shows how things stood at its sender on a day. Reading it makes a plan: each row is *new*,
*changed*, *unchanged* or *rejected* (with its number and why), by what stands in the register now,
not by what was read before. Carrying the plan out (`carrying`) writes ledger entries and overwrites
nothing; the same file twice changes nothing, and after an undo it brings everything in again.

What a file does not name is left alone. Pledges that its sender no longer lists are *removed* only
where somebody asked for it and said how many they are (decision 0040).
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.bringing import holding, plans
from commonweal.bringing.meanings import Choice
from commonweal.bringing.models import HeldFile
from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.reading import understand
from commonweal.design import words
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.names import one_form
from localwealth.tables import sheets

from .asking import measure_meant, settle_partner
from .comparing import compare
from .layout import (
    BadRow,
    RegisterLayout,
    WantedPledge,
    in_order,
    layout_named,
    mapped,
    read_row,
    told,
    who_and_key,
)
from .meanings import MEANINGS
from .models import AskedImport, ImportRun, LedgerHead, Measure, Pledge
from .register import Register
from .standing import Kind

ROWS_MOST = 200_000
# Under what the run keeps, beside its pledges by their codes, how partners were called.
NAMES = "names of partners"
LONG = 500


@dataclass(kw_only=True)
class PledgePlan(plans.Plan):
    """What carrying out an import would do."""

    THING = "pledge"
    DOUBT = "Nothing is taken off while it isn't known whose promise row {} is."

    layout: RegisterLayout
    new: list[WantedPledge] = field(default_factory=list)
    changed: list[tuple[Pledge, WantedPledge, list[tuple[Kind, dict[str, Any], str]]]] = field(
        default_factory=list
    )
    removed: list[Pledge] = field(default_factory=list)
    unlisted: list[Pledge] = field(default_factory=list)
    renamed: dict[int, str] = field(default_factory=dict)
    # How far the ledger was, and how many files of this source were in, when it was read.
    seen: int = 0
    runs: int = 0
    # Whose promise each refused row is and its key, as far as it says so.
    refused_of: dict[int, tuple[str, str]] = field(default_factory=dict)

    # Whether somebody is there who can say what a word for a measure means.
    asks: bool = False
    menu: dict[str, Measure] = field(default_factory=dict)
    earlier: ImportRun | None = None
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Whether carrying it out takes longer than anybody should wait for a page."""
        return self.rows > LONG

    @property
    def already(self) -> ImportRun | None:
        """The import of this very file, where all that it says stands in the register still."""
        return self.earlier if self.does_nothing else None

    @property
    def fingerprint(self) -> str:
        parts = [
            self.counts | {"removed": 0},
            [(row.row, row.partner_name, row.sector, row.measure) for row in self.new],
            [(p.code, [[k, body] for k, body, _ in lines]) for p, _, lines in self.changed],
            [pledge.code for pledge in self.unlisted],
            self.rejected,
        ]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def refuse(self, row: int, because: str, of: tuple[str, str]) -> None:
        """Take a row out, with its reason. What the register has of it stays as it is."""
        self.rejected.append((row, because))
        self.refused_of[row] = of

    def remove(self, count: int) -> None:
        """Take the pledges that are no longer listed off the register, as somebody asked.

        Raises
        ------
        Refused
            They are not as many as was said, or a refused row may be about one of them.
        """
        self.check_removal(count)
        self.removed = list(self.unlisted)
        self.before |= _as_they_are(self.removed)

    def kept(self) -> dict[str, Any]:
        """What is kept of it for its undoing and for its refused rows, as it is written: the last
        entry of the ledger is then its own."""
        if (held := self.held) is not None:
            transaction.on_commit(lambda: holding.let_go(held))
        return {
            "after_seq": self.seen,
            "upto_seq": LedgerHead.objects.values_list("seq", flat=True).first() or 0,
            "before": self.before,
            "refused": self.refused,
        }


def _as_they_are(pledges: list[Pledge]) -> dict[str, Any]:
    return {pledge.code: copy.deepcopy(pledge.source_row) for pledge in pledges}


def plan(
    content: bytes,
    file_name: str,
    *,
    layout: RegisterLayout,
    as_at: date,
    choice: Choice | None = None,
    answers: Mapping[str, str] | None = None,
    removes: int | None = None,
) -> PledgePlan:
    """Work out what an import would do, changing nothing.

    Parameters
    ----------
    choice
        What somebody told about sheet, headings and columns; by their names where None.
    answers
        What was answered to questions that the file leaves open; None where nobody is there
        who could be asked what a word means.
    removes
        How many pledges no longer listed are to be taken off; None for none.

    Raises
    ------
    Refused
        The file can't be read, lacks columns, or is older than one already imported from the
        same source.
    """
    if as_at > timezone.localdate():
        raise Refused("The file can't show how things stand on a day to come.")
    planned = PledgePlan(
        layout=layout,
        file_name=Path(file_name).name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        as_at=as_at,
    )
    planned.asks = answers is not None
    planned.questions.answers = dict(answers or {})
    planned.menu = measures_of(layout)
    _look_at_earlier(planned)
    sheet = _read(planned, content, file_name, choice)
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The file has more than {ROWS_MOST:,} rows. Cut it into parts.")
    planned.blank, planned.rows = sheet.blank_count, len(sheet.rows)
    planned.sheet, planned.notes = sheet.name, [*_whose(layout), *sheet.notes]
    planned.layout, doubt = in_order(planned.layout, [row for _, row in sheet.as_dicts()])
    if doubt:
        planned.notes = [*planned.notes, doubt]
    have = Register(layout.source)
    planned.listed_count = sum(not pledge.source_row.get("removed") for pledge in have.pledges)
    fixed = choice.fixed if choice else {}
    compare(planned, have, list(_rows(planned, have, sheet, fixed)))
    planned.before |= _as_they_are([pledge for pledge, _, _ in planned.changed])
    planned.notes = [*planned.notes, *_unkept_remarks(planned)]
    refused = dict(planned.rejected)
    planned.cells = {number: cells for number, cells in sheet.rows if number in refused}
    if removes is not None:
        planned.remove(removes)
    return planned


def _whose(layout: RegisterLayout) -> Iterator[str]:
    """What is to be known of a list that is not the town's own before it is read in."""
    if not layout.checked:
        yield (
            "This is a register of another body: what it lists stands apart from what was promised "
            "to the town, and is in none of the town's figures."
        )


def _unkept_remarks(plan: PledgePlan) -> Iterator[str]:
    """What is said of remarks on new pledges that have nothing to explain, and so no place."""
    count = sum(wanted.has_an_unkept_remark for wanted in plan.new)
    if count:
        yield (
            f"Remarks that are not taken: on {words.many(count, 'new promise')}. A remark is kept "
            "beside the change, the status or the withdrawal that it explains."
        )


def measures_of(layout: RegisterLayout) -> dict[str, Measure]:
    """What rows may count, by code: the town's measures, and the register's own where its columns
    are told and none of its files is in yet."""
    own_measures = layout.measures if layout.is_told else {}
    known = {measure.code: measure for measure in Measure.objects.select_related("theme")}
    return {code: Measure(code=code, **terms) for code, terms in own_measures.items()} | known


def _look_at_earlier(plan: PledgePlan) -> None:
    """Note what came in of this source before, but for what was undone."""
    runs = ImportRun.objects.filter(source=plan.layout.source)
    plan.runs = runs.count()
    plan.seen = LedgerHead.objects.values_list("seq", flat=True).first() or 0
    standing = runs.filter(undone_at=None)
    plan.earlier = standing.filter(sha256=plan.sha256).first()
    newest = standing.order_by("-as_at").first()
    if newest and newest.as_at > plan.as_at and plan.earlier is None:
        raise Refused(
            f"A file of this source as at {newest.as_at:%-d %B %Y} is in the register already; an "
            "older one would rewrite history. Import files in the order of their dates."
        )


def _read(plan: PledgePlan, content: bytes, file_name: str, choice: Choice | None) -> sheets.Sheet:
    """The table of a file, its columns called as the layout calls them."""
    layout = plan.layout
    if choice is not None:
        understood = understand(content, file_name, meanings=MEANINGS, choice=choice)
        plan.signature = understood.signature
        plan.layout = replace(layout, called=understood.called(MEANINGS))
        plan.header = [column.heading or column.letter for column in understood.columns]
        return understood.as_sheet()
    try:
        sheet = sheets.read(content, file_name, needs=layout.must_have, may=layout.columns)
    except UnreadableFile as error:
        is_table = "column" in str(error)
        raise (LacksColumns if is_table else Refused)(str(error)) from None
    plan.header = sheet.header
    return sheet


def _rows(
    plan: PledgePlan, have: Register, sheet: sheets.Sheet, fixed: Mapping[str, str]
) -> Iterator[WantedPledge]:
    """The rows that can be taken; those that can't are refused with their reason."""
    known = set(plan.menu) | set(plan.layout.measures)
    by_key: dict[tuple[str, str], WantedPledge] = {}
    spelled: dict[str, str] = {}
    for number, cells in sheet.as_dicts():
        row = {**cells, **{name: text for name, text in fixed.items() if text}}
        try:
            sheet.refuse_surplus(number, BadRow)
            wanted = _wanted(plan, have, number, row, known)
            # One organisation is one, however a file spells it.
            wanted.partner_name = spelled.setdefault(
                one_form(wanted.partner_name), wanted.partner_name
            )
            if _is_taken(plan, by_key, wanted):
                yield wanted
        except BadRow as reason:
            plan.refuse(number, str(reason), who_and_key(plan.layout, row))


def _wanted(
    plan: PledgePlan, have: Register, number: int, row: dict[str, str], known: set[str]
) -> WantedPledge:
    wanted = read_row(plan.layout, number, row)
    if plan.asks and plan.layout.asks and wanted.measure:
        wanted.measure = measure_meant(plan.questions, plan.menu, wanted.measure, number)
        is_known = not wanted.measure or wanted.measure in known
    else:
        is_known = wanted.measure in known
    if not is_known:
        raise BadRow(f"there is no measure {wanted.measure!r} on the town's menu")
    wanted.counts = plan.menu.get(wanted.measure) or _own_measure(plan.layout, wanted.measure)
    if plan.layout.asks:
        settle_partner(plan.questions, have, wanted)
    return wanted


def _own_measure(layout: RegisterLayout, code: str) -> Measure | None:
    """A measure that a register brings with it, as it will be."""
    return Measure(code=code, **layout.measures[code]) if code in layout.measures else None


def _is_taken(
    plan: PledgePlan, by_key: dict[tuple[str, str], WantedPledge], wanted: WantedPledge
) -> bool:
    """Whether a row is a pledge of its own; one that only claims goes with the first of its key."""
    key = (wanted.partner_name.casefold(), wanted.base_key)
    first = by_key.get(key)
    if first and plan.layout.rows_are_claims:
        first.claims += wanted.claims
        plan.unchanged += 1
        return False
    if first and plan.layout.one_row_a_key:
        raise BadRow(f"the same pledge stands in row {first.row} already")
    by_key.setdefault(key, wanted)
    return True


def layout_of(held: HeldFile) -> RegisterLayout:
    """The layout of a held file: one that is known, or the town's own under its sender's name."""
    layout = layout_named(held.layout)
    if layout.checked:
        return mapped(layout, held.sender, held.choice)
    return told(layout, held.choice) if held.choice else layout


def plan_held(held: HeldFile) -> PledgePlan:
    """Plan a file that waits, by all that was said about it."""
    planned = plan(
        holding.content_of(held),
        held.file_name,
        layout=layout_of(held),
        as_at=held.as_at,
        choice=Choice.of(held.choice),
        answers=held.answers,
        removes=held.removes,
    )
    planned.held = held
    return planned


def plan_asked(asked_import: AskedImport) -> PledgePlan:
    """Plan a file anew that a worker was asked to carry out."""
    if asked_import.held is None:
        raise Refused(holding.GONE)
    return plan_held(asked_import.held)
