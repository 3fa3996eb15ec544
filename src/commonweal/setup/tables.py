"""The parts of a town's file that are set on plain pages, a form for each of its tables.

What a page asks is read from the table of keys, so that file and page take the same. What several
people judge by (the days of the rules, the tiers) changes by a decision once the town is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from commonweal.accounts.access import held_roles
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases.forgetting import STARTING
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.places import formerly, opening
from commonweal.places.models import Town
from commonweal.pledges import recounting
from commonweal.programme import starting

from . import kind_questions, townfile, writing
from .adopting import free_code
from .sections import RULES, Key, Section, sections
from .tables_words import WORDS

DECISION_WANTED = (
    "The town is open, and this changes what is judged by it. Say which decision changes it: its "
    "title, who decided, and when."
)
LEAD = (Role.ADMINISTRATOR, Role.PROGRAMME_LEAD)


@dataclass(frozen=True)
class SettingsPage:
    """One part of the file as a page, or as a list with a page for each of its tables."""

    name: str
    title: str
    about: str
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    # What changes by a decision.
    judged: tuple[str, ...] = ()
    # By which key a table is known; it is never changed.
    known_by: str = "code"
    can_add: bool = True
    can_change: bool = True
    # What its tables are called, by what they are known by, where they have no name.
    titles: Mapping[str, str] = field(default_factory=dict)
    # What is asked once, when a table is added, since figures rest on it.
    only_new: tuple[str, ...] = ()
    # The pages that change the rest of a table that stands, by name and words.
    beside: tuple[tuple[str, str], ...] = ()
    # Codes that mean something of the product's own, which a new table can't take.
    is_ours: Callable[[str], bool] = lambda code: False

    @property
    def section(self) -> Section:
        return sections()[self.name]

    @property
    def is_list(self) -> bool:
        return self.section.several

    @property
    def is_waiting(self) -> bool:
        """Whether what was set here is not in force yet."""
        return self.name == "rules" and recounting.is_waiting()

    @property
    def view_name(self) -> str:
        return f"desk-set-{self.name.replace('_', '-')}"

    def keys(self, *, is_new: bool) -> list[Key]:
        """What its form asks: not the code, which is made from the name and stays."""
        fixed = {"code"} if is_new else {self.known_by, *self.only_new}
        return [
            key for key in self.section.keys if key.name not in fixed and key.name in self.labels
        ]

    @property
    def labels(self) -> dict[str, str]:
        return WORDS[self.name]

    def rows(self) -> list[dict[str, Any]]:
        """Its tables as they stand; of a part that stands once, that one."""
        stands = writing.content().get(self.name, [])
        return list(stands) if self.is_list else [stands or {}]

    def row(self, code: str) -> dict[str, Any] | None:
        return next((row for row in self.rows() if str(row[self.known_by]) == code), None)


SET_UP = (Role.ADMINISTRATOR, Role.CHARTER_MANAGER)
PAGES = (
    SettingsPage(
        "rules",
        "Days of the rules",
        "By these days a pledge is due soon, lapsed or unanswered. New days hold as soon as every "
        "promise is counted by them, within a minute: what closed books said stays.",
        SET_UP,
        judged=tuple(name for name in RULES if name != "evidence_max_mb"),
    ),
    SettingsPage(
        "themes",
        "Themes",
        "What promises are for. They come with the charter’s text.",
        SET_UP,
        can_add=False,
    ),
    SettingsPage(
        "tiers",
        "Tiers",
        "Levels that a partner can hold, the lowest first, and what each takes. Who holds one "
        "holds it until its review date.",
        SET_UP,
        judged=(
            "criteria",
            "review_months",
            "pledges_least",
            "verified_least",
            "themes_least",
            "late_most",
        ),
    ),
    SettingsPage(
        "spend", "What is local", "By this, payments are in the town, the county or the region."
    ),
    SettingsPage(
        "pillars",
        "Pillars",
        "What the programme stands on.",
        LEAD,
    ),
    SettingsPage(
        "workstreams",
        "Workstreams",
        "Parts of the programme, each with a lead.",
        LEAD,
    ),
    SettingsPage(
        "metrics",
        "Metrics",
        "What the town watches. Of one that stands, what is counted and its unit change by “Change "
        "what is counted”: a new series begins, and no chart joins the two.",
        LEAD,
        only_new=("unit", "definition", "starts_on", "baseline", "baseline_on"),
        beside=(
            ("metric-redefine", "Change what is counted"),
            ("metric-end", "Watch it no more"),
            ("metric", "Its page"),
        ),
        is_ours=starting.is_ours,
    ),
    SettingsPage(
        "help_types", "Kinds of help", "What can be asked for, and how soon it is answered."
    ),
    SettingsPage(
        "text_templates",
        "Ready-made messages",
        "What the help desk writes to residents. They name nobody.",
    ),
    SettingsPage(
        "privacy_notices",
        "What residents are told about their data",
        "What was told stays; a new text is a new version.",
        known_by="version",
        can_change=False,
    ),
    SettingsPage(
        "retention",
        "How long things are kept",
        "After so many days they are erased.",
        known_by="purpose",
        can_add=False,
        titles={purpose: title for purpose, title, *_ in STARTING},
    ),
)


@transaction.atomic
def put(
    *,
    page: SettingsPage,
    code: str,
    answers: dict[str, Any],
    decision: dict[str, Any] | None,
    by: Person,
) -> bool:
    """Set one table of the town's settings, new where ``code`` is empty; whether it changed.

    Raises
    ------
    Refused
        Something of this name is there; it changes what is judged by it, in an open town, and no
        decision is named; or what the file refuses.
    """
    town = Town.objects.select_for_update().get(id=1)
    before = _before(page, code)
    answers = answers | _merged(page, before, answers)
    changed = [name for name, new in answers.items() if before.get(name, _nothing(new)) != new]
    if not changed:
        return False
    _refuse_twice(page, answers, changed, is_new=not code)
    decided = _decided(page, before, answers, changed, decision)
    row = before | {name: answers[name] for name in changed}
    if page.is_list and page.known_by not in row:
        row[page.known_by] = _free_code(page, answers["name"])
    _bring(page, town, _with(page, row, code) if page.is_list else row)
    record(
        "town settings changed",
        about=town,
        by=by,
        as_role=_role_of(page, by),
        part=page.name,
        settings=sorted(changed),
        which=str(row.get(page.known_by, "")),
        decision=decided.code if decided else "",
        **_of_questions(before, row),
    )
    return True


def _merged(
    page: SettingsPage, before: dict[str, Any], answers: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Questions with those that have ended, by what stands now and not when the form came in."""
    names = [key.name for key in page.section.keys if key.kind == "tables" and key.name in answers]
    return {name: kind_questions.merged(before.get(name, []), answers[name]) for name in names}


def _of_questions(before: dict[str, Any], row: dict[str, Any]) -> dict[str, list[str]]:
    """Which questions are asked from now on, and which no more, for the record."""
    return kind_questions.changes(before.get("questions", []), row.get("questions", []))


def _bring(page: SettingsPage, town: Town, stands: Any) -> None:
    """What the file would say, set; where it refuses, without the heading of its section."""
    content = {"town": {"name": town.name}, "programme": {"starting_metrics": False}}
    try:
        townfile.bring(content | {page.name: stands})
    except Refused as refused:
        raise Refused(str(refused).removeprefix(f"{page.section.heading} ")) from None


def _role_of(page: SettingsPage, by: Person) -> Role:
    """In which of the roles that may set a page somebody does it."""
    held = held_roles(by)
    return next((role for role in page.roles if role in held), page.roles[0])


def _before(page: SettingsPage, code: str) -> dict[str, Any]:
    """The table as it stands; of a new one nothing."""
    if not page.is_list:
        return page.rows()[0]
    before = page.row(code) if code else {}
    if before is None:
        raise Refused("It is not there any more.")
    return before


def _nothing(answer: Any) -> Any:
    """What stands for a value that is left out, by what was answered instead."""
    return type(answer)() if isinstance(answer, str | list) else None


def _refuse_twice(
    page: SettingsPage, answers: dict[str, Any], changed: Sequence[str], *, is_new: bool
) -> None:
    called = "name" if "name" in answers else page.known_by
    if not page.is_list or (called not in changed and not is_new) or called not in answers:
        return
    typed = str(answers[called]).strip()
    if not any(map(str.isalnum, typed)):
        raise Refused(f"“{typed}” is no name: write one with a letter or a figure in it.")
    if any(_folded(row[called]) == _folded(typed) for row in page.rows()):
        raise Refused(f"“{typed}” is there already. Change that one, or choose another name.")


def _folded(name: Any) -> str:
    """A name as it is told from others: not by its case, nor by its blanks."""
    return " ".join(str(name).split()).casefold()


def _free_code(page: SettingsPage, name: str) -> str:
    column: Any = page.section.key("code")
    code = free_code(column.model_field.model, name)[: column.most]
    return f"own-{code}"[: column.most] if page.is_ours(code) else code


def _with(page: SettingsPage, row: dict[str, Any], code: str) -> Sequence[dict[str, Any]]:
    """All tables of the part, with the one that changed: their order is that of the file."""
    if not code:
        return [*page.rows(), row]
    return [row if str(held[page.known_by]) == code else held for held in page.rows()]


def _decided(
    page: SettingsPage,
    before: dict[str, Any],
    answers: dict[str, Any],
    changed: Sequence[str],
    decision: dict[str, Any] | None,
) -> Decision | None:
    """The decision that changes what is judged, with what it changes in words."""
    judged = [name for name in changed if name in page.judged]
    if not judged:
        return None
    if decision is None:
        if opening.is_open():
            raise Refused(DECISION_WANTED)
        return None
    changes = (
        f"{page.labels[name]}: {_in_words(answers[name])}"
        + (f", before {_in_words(before.get(name))}." if before else ".")
        for name in judged
    )
    called = before.get("name") or answers.get("name") or page.title
    columns = decision | {"text": "\n".join([f"{called}.", *changes])}
    code = free_code(Decision, f"{decision['decided_on']}-{decision['title']}")
    return formerly.bring(Decision, code, columns)


def _in_words(setting: Any) -> str:
    if setting in (None, ""):
        return "nothing"
    return f"{setting:%-d %B %Y}" if isinstance(setting, date) else str(setting)
