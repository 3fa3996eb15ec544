"""A town's file, looked through as a whole before anything is written.

Every fault is said at once, each with its line, its section and its key, and with what to write
instead where that can be known. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from commonweal.grants.methods import METHODS
from commonweal.programme import starting
from commonweal.programme.computed import REGISTERED

from . import colours, hints, kind_questions, onscodes, values
from .lines import Lines, Place
from .sections import Key, Section, sections

# A table of the file: its place, its section as it is written, and its keys.
Placed = tuple[Place, str, dict[str, Any]]


@dataclass(frozen=True, order=True)
class Remark:
    """A fault or a warning, and where in the file it is."""

    line: int
    where: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.where}: {self.text}" if self.line else self.text


@dataclass
class Checked:
    """A file after it was looked through: what it says, what is wrong, what may be wrong."""

    content: dict[str, Any]
    faults: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


def check(
    content: dict[str, Any],
    lines: Lines,
    *,
    known_codes: Mapping[str, frozenset[str]] | None = None,
) -> Checked:
    """Look a file through. `known_codes` holds the codes that the town has already, by section."""
    looked = _Look(content, lines, known_codes or {})
    looked.through()
    checked = looked.checked
    checked.faults.sort()
    checked.warnings.sort()
    return checked


class _Look:
    def __init__(
        self, content: dict[str, Any], lines: Lines, known_codes: Mapping[str, frozenset[str]]
    ) -> None:
        self.checked = Checked(content)
        self.lines = lines
        self.known_codes = known_codes
        self.codes: dict[str, set[str]] = {}

    # --- Saying ---------------------------------------------------------------------------

    def _fault(self, place: Place, where: str, text: str) -> None:
        self.checked.faults.append(Remark(self.lines.of(place) or 1, where, text))

    def _warn(self, place: Place, where: str, text: str) -> None:
        self.checked.warnings.append(Remark(self.lines.of(place) or 1, where, text))

    # --- Sections -------------------------------------------------------------------------

    def through(self) -> None:
        content, known = self.checked.content, sections()
        meant = {name: hints.nearest(name, known) for name in content if name not in known}
        for name in meant:
            self._unknown_section(name, meant[name], known)
        contents = self._contents(known, meant)
        present = [name for name in known if name in contents]
        tables = {name: list(self._tables(known[name], contents[name])) for name in present}
        self._note_codes(tables)
        for name, placed in tables.items():
            self._section(name, known[name], placed)
        if "town" not in contents:
            self._fault((), "[town]", 'lacks the name of the town: [town] name = "…"')
        self._across(tables)

    def _contents(self, known: Mapping[str, Section], meant: Mapping[str, str]) -> dict[str, str]:
        """By section the name that it stands under in the file.

        What was misspelt is looked through as what it was meant to be, so that nothing is said to
        be missing which is there.
        """
        contents = {name: name for name in known if name in self.checked.content}
        for name, section in meant.items():
            self._join(name, section, contents)
        return contents

    def _note_codes(self, tables: Mapping[str, list[Placed]]) -> None:
        """The codes that other tables may name, before any is looked at."""
        for name, placed in tables.items():
            self.codes[name] = {_code_of(name, table) for _, _, table in placed} - {""}
        self._what_comes_by_itself(tables)

    def _section(self, name: str, section: Section, placed: list[Placed]) -> None:
        for place, where, table in placed:
            self._table(section.keys, table, place, where)
        for key in section.once:
            self._once(name, key, placed)

    def _join(self, name: str, section: str, contents: dict[str, str]) -> None:
        """Put what stands under a misspelt section to the section that was meant."""
        content = self.checked.content
        if not section or not isinstance(content[name], dict | list):
            return
        if section not in contents:
            contents[section] = name
        elif isinstance(content[name], dict) and isinstance(content[section], dict):
            content[section] = content[name] | content[section]

    def _unknown_section(self, name: str, meant: str, known: Mapping[str, Section]) -> None:
        if not isinstance(self.checked.content[name], dict | list):
            homes = [s.heading for s in known.values() if s.key(name)]
            hint = f"it belongs under {homes[0]}" if homes else "every key stands under a section"
            self._fault((name,), values.short(name), f"stands before the first section; {hint}")
            return
        hint = (
            f"Did you mean {known[meant].heading}?" if meant else f"There are: {', '.join(known)}"
        )
        self._fault((name,), f"[{values.short(name)}]", f"is no section of a town's file. {hint}")

    def _tables(self, section: Section, name: str) -> Iterator[Placed]:
        content = self.checked.content[name]
        if section.several:
            if not isinstance(content, list):
                self._fault((name,), f"[{name}]", f"is written {section.heading}, once for each")
                content = [content]
            for number, table in enumerate(content):
                if isinstance(table, dict):
                    yield (name, number), f"{section.heading} {hints.shown(table, number)}", table
                else:
                    self._fault(
                        (name,), section.heading, f"holds {values.shown(table)}, which is no table"
                    )
        elif isinstance(content, dict):
            yield (name,), section.heading, content
        else:
            wrong = f"[[{name}]]" if isinstance(content, list) else name
            self._fault((name,), wrong, f"is written {section.heading}, and stands once")
            for number, table in enumerate(content if isinstance(content, list) else []):
                if isinstance(table, dict):
                    yield (name, number), section.heading, table

    # --- Keys -----------------------------------------------------------------------------

    def _table(
        self, keys: tuple[Key, ...], table: dict[str, Any], place: Place, where: str
    ) -> None:
        known = {key.name: key for key in keys}
        meant: set[str] = set()
        for name in list(table):
            if key := known.get(name):
                self._value(key, table, (*place, name), where)
                continue
            nearest = hints.nearest(name, {k: v for k, v in known.items() if k not in table})
            meant.add(nearest)
            self._fault((*place, name), where, hints.unknown_key(name, nearest, known))
        for key in self._needed(keys, table):
            if key.name not in table and key.name not in meant:
                self._fault(place, where, f"lacks {key.name} ({key.takes()})")

    def _needed(self, keys: tuple[Key, ...], table: dict[str, Any]) -> list[Key]:
        by_itself = set()
        if any(key.name == "computed" for key in keys):
            function = table.get("computed") or table.get("code")
            if isinstance(function, str) and function in REGISTERED:
                by_itself = {"name", "kind", "unit", "definition"}
        return [key for key in keys if key.needed and key.name not in by_itself]

    def _value(self, key: Key, table: dict[str, Any], place: Place, where: str) -> None:
        setting = table[key.name]
        if key.kind == "tables":
            self._inner(key, setting, place, where)
            return
        if wrong := values.fault(key, setting):
            self._fault(place, where, f"{key.name} {wrong}")
            return
        if key.kind == "ons" and (doubt := onscodes.doubt(setting)):
            self._warn(place, where, f"{key.name}: {doubt}")
        if key.kind == "code" or key.of:
            self._take_code(key, table, place, where)
        table[key.name] = values.plain(key, table[key.name])

    def _inner(self, key: Key, setting: Any, place: Place, where: str) -> None:
        if not isinstance(setting, list) or not all(isinstance(inner, dict) for inner in setting):
            self._fault(place, where, f"{key.name} is {key.takes()}")
            return
        for number, inner in enumerate(setting):
            named = f"{where} {key.name} {hints.shown(inner, number)}"
            self._table(key.inner, inner, (*place, number), named)

    def _take_code(self, key: Key, table: dict[str, Any], place: Place, where: str) -> None:
        """Take a code, or the name of one, as it stands in addresses."""
        written = table[key.name]
        code = (
            [values.folded(reference) for reference in written]
            if key.kind == "references"
            else values.folded(written)
        )
        table[key.name] = code
        if key.kind == "code" and code != written:
            self._warn(
                place,
                where,
                f"{key.name} {values.shown(written)} is taken as {values.shown(code)}, for it "
                "makes an address",
            )
        named = code if isinstance(code, list) else [code]
        for reference in named if key.of else []:
            known = self._known(key.of)
            if known is not None and reference not in known:
                self._fault(place, where, hints.not_there(key, reference, known))

    def _known(self, section: str) -> set[str] | None:
        """The codes that may be named; None where that is not known here."""
        inside, before = self.codes.get(section, set()), self.known_codes.get(section)
        if section == "partners" and before is None:
            return None
        return inside | set(before or ())

    def _what_comes_by_itself(self, tables: Mapping[str, Any]) -> None:
        if "pillars" not in tables:
            self.codes["pillars"] = {code for code, *_ in starting.FIVE}
        for _, _, town in tables.get("town", []):
            council = town.get("council_name")
            self.codes["partners"] = (
                {values.council_code(council)} if isinstance(council, str) else set()
            )

    # --- Across tables --------------------------------------------------------------------

    def _once(self, name: str, key: str, tables: list[Placed]) -> None:
        seen: dict[str, Place] = {}
        for place, where, table in tables:
            setting = table.get(key) or (_code_of(name, table) if key == "code" else "")
            if not isinstance(setting, str | int) or setting == "":
                continue
            folded = values.folded(str(setting))
            if folded in seen:
                first = self.lines.of((*seen[folded], key))
                self._fault(
                    (*place, key),
                    where,
                    f"{key} {values.shown(setting)} stands twice, first in line {first}",
                )
            else:
                seen[folded] = (*place,)

    def _across(self, tables: Mapping[str, list[Placed]]) -> None:
        """What no single key shows: how those of a table go together."""
        checks = {
            "areas": self._area,
            "charter": self._clauses,
            "funds": self._fund,
            "help_types": self._questions,
            "metrics": self._metric,
            "look": self._look,
        }
        for section, look_at in checks.items():
            for placed in tables.get(section, []):
                look_at(*placed)

    def _area(self, place: Place, where: str, area: dict[str, Any]) -> None:
        name = area.get("name")
        if "code" in area or not isinstance(name, str) or not name.strip():
            return
        if not 1 <= len(slugify(name)) <= 40:
            self._fault(place, where, "needs a code of its own: none can be made of the name")

    def _clauses(self, place: Place, where: str, charter: dict[str, Any]) -> None:
        clauses = charter.get("clauses")
        if isinstance(clauses, list) and all(isinstance(clause, dict) for clause in clauses):
            numbered = [((*place, "clauses", n), where, clause) for n, clause in enumerate(clauses)]
            self._once("clauses", "number", numbered)

    def _fund(self, place: Place, where: str, fund: dict[str, Any]) -> None:
        if _is_before(fund.get("ends_on"), fund.get("starts_on")):
            self._fault((*place, "ends_on"), where, "ends_on lies before starts_on")
        named = fund.get("methods", [])
        if isinstance(named, list) and (
            unknown := [method for method in named if method not in METHODS]
        ):
            of = ", ".join(METHODS)
            self._fault(
                (*place, "methods"), where, f"methods has {unknown[0]!r}, which is none of {of}"
            )

    def _questions(self, place: Place, where: str, kind: dict[str, Any]) -> None:
        questions = kind.get("questions", [])
        if not kind_questions.are_questions(questions):
            return
        numbered = [((*place, "questions", n), where, row) for n, row in enumerate(questions)]
        self._once("questions", "code", numbered)
        if fault := kind_questions.fault(questions):
            self._fault((*place, "questions"), where, f"questions: {fault}")

    def _metric(self, place: Place, where: str, metric: dict[str, Any]) -> None:
        if "baseline" in metric and "baseline_on" not in metric:
            self._fault((*place, "baseline"), where, "baseline lacks its day: baseline_on")

    def _look(self, place: Place, where: str, look: dict[str, Any]) -> None:
        for key, faint in colours.too_faint(look):
            self._fault((*place, key), where, faint)


def _is_before(day: Any, limit: Any) -> bool:
    try:
        return bool(str(day)[:10] < str(limit)[:10]) and day is not None and limit is not None
    except TypeError:
        return False


def _code_of(section: str, table: dict[str, Any]) -> str:
    """The code of a table, as it stands in addresses; an area without one is called by its name."""
    code, name = table.get("code"), table.get("name")
    if isinstance(code, str):
        return values.folded(code)
    return slugify(name) if section == "areas" and isinstance(name, str) else ""
