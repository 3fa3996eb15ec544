"""Registers in a layout that nobody knows: which column says what, said by whoever brings them in.

Whose the numbers are (:data:`REGISTERS`) and what each column means (:data:`MEANINGS`) can be said
on the command line, or in a file that :func:`write` makes, with what each column seems to mean and
three of its cells, and that comes back corrected (:func:`read`). What was said is remembered with
the headings that it was said of.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from localwealth.errors import UnreadableFile
from localwealth.registers.formats import Format
from localwealth.sources.columns import plain
from localwealth.tables import marks, sheets, vocabulary
from localwealth.tables.cutting import cut
from localwealth.tables.unpacking import FIRST_MOST, Opened

# What a column may mean, and the headings that sound so.
MEANINGS = {
    "number": r"(.*\b)?(number|no|num|reg|id|identifier|org id)",
    "name": r"((registered|organisation|company|society|charity|legal|official|business|trust|"
    r"full|current|main|entity|co operative|coop) )*(name|title)|name of .*|organisation|society|"
    r"company|charity|enw",
    "other_name": r"(trading|working|known|other|brand|alternative|short)( as| name| names)+|aka",
    "former_name": r"(previous|former|old)( company| society| charity)? names?( 1)?",
    "postcode": r"(.*\b)?(post ?code|zip)( 1)?|cod post",
    "address": r"(registered |office |full |contact |public |society )*address( full)?|cyfeiriad",
    "kind": r"(legal |constitutional |organisation |company |society )*(form|type|category|"
    r"structure)|registered as",
    "status": r"(.*\b)?status",
    "begun": r"(.*\b)?(incorporat\w+|registration|registered|founded|start|established)( on)? date|"
    r"(date|year) (of )?(incorporat\w+|registration|registered|founded|established).*",
    "ended": r"(.*\b)?(dissol\w+|deregist\w+|removed|removal|ceased|closed|end)( on)? date|"
    r"(date|year) (of )?(dissol\w+|deregist\w+|removed|removal|ceased|closed).*",
    "sic": r"(.*\b)?sic( code)?s?( 1)?",
    "size": r"(.*\b)?(size|employees|account category)",
    "register": r"registrar|regulator|register|registered (with|by)",
}
# Which meanings of all readers they have.
SHARES = {
    "number": ("company_number",),
    "name": ("organisation",),
    "postcode": ("postcode",),
    "address": ("address",),
    "status": ("status",),
}
NEEDED = ("number", "name")
# Whose numbers there are: the org-id of one, and what the bodies are.
REGISTERS = {
    "companies": ("coh(said_number)", "kind_of(coh_number(said_number), coalesce(said_kind, ''))"),
    "charities": ("chc(said_number)", "'charity'"),
    "scottish charities": ("'GB-SC-' || nullif(bare(said_number), '')", "'charity'"),
    "northern irish charities": ("'GB-NIC-' || nullif(bare(said_number), '')", "'charity'"),
    "mutuals": ("mpr(said_number)", "society_kind(coalesce(said_kind, ''))"),
    "co-operatives": ("'GB-CUK-' || nullif(bare(said_number), '')", "'cooperative'"),
    "housing": ("'GB-SHPE-' || nullif(bare(said_number), '')", "null"),
}
_SOUNDS = {
    "scottish charities": r"scot|oscr",
    "northern irish charities": r"northern ir|ccni",
    "charities": r"charit|elusen",
    "mutuals": r"societ|mutual|\bfca\b|credit union",
    "co-operatives": r"\bcuk\b|co ?operativ",
    "housing": r"housing|\brp code",
    "companies": r"compan|\bcic\b|incorporat|cwmni",
}
# Lines that are looked at for samples, and headings that a sentence names.
SAMPLED, SHOWN = 40, 12
# Day in words or figures, as these lists have it. A year in two figures is asked for first: %Y
# takes 16 for the year 16.
_DAY = """case when regexp_full_match(trim({0}), '\\d{{1,2}}[-/. ]\\w+[-/. ]\\d\\d')
    then try_strptime(trim({0}), ['%d/%m/%y', '%d-%m-%y', '%d.%m.%y', '%d-%b-%y', '%d %b %y'])
    else coalesce(day({0}), try_strptime(trim({0}), ['%d-%m-%Y', '%d.%m.%Y', '%d %B %Y',
    '%d %b %Y', '%d-%b-%Y', '%d/%m/%Y %H:%M', '%Y'])) end::date"""
_ENDED = r"dissol|deregist|de-regist|removed|ceased|closed|struck|inactive|\bended|not live|dead"


@dataclass(frozen=True)
class RegisterMapping:
    """What was said of a file: which heading has each meaning, and whose its numbers are ("" where
    a column says it)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    register: str = ""

    def is_of(self, headings: Sequence[str]) -> bool:
        """Whether all the headings that it names stand in a file."""
        return bool(self.columns) and self.keys() <= {plain(head) for head in headings}

    def keys(self) -> set[str]:
        """Its headings, however they are spaced or capitalised."""
        return {plain(head) for head in self.columns.values()}


def check(layout: RegisterMapping) -> None:
    """Refuse what can't be meant.

    Raises
    ------
    UnreadableFile
        Number or name is missing, or nobody says whose the numbers are.
    """
    for meaning in layout.columns:
        if meaning not in MEANINGS:
            raise UnreadableFile(f"A column can't mean {meaning!r}; it can mean {_list(MEANINGS)}.")
    for meaning in NEEDED:
        if meaning not in layout.columns:
            raise UnreadableFile(f"Say which column is the {meaning}: --column {meaning}=HEADING.")
    if layout.register and layout.register not in REGISTERS:
        raise UnreadableFile(f"{layout.register!r} is none of {_list(REGISTERS)}.")
    if not layout.register and "register" not in layout.columns:
        raise UnreadableFile(
            f"Say whose the numbers are: --numbers-of with one of {_list(REGISTERS)}; or, where a "
            "column says it of each line, --column register=HEADING."
        )


def said(columns: Sequence[str], register: str) -> RegisterMapping:
    """A layout from what was typed, ``MEANING=HEADING`` each."""
    pairs = {}
    for text in columns:
        meaning, sign, heading = text.partition("=")
        if not sign or not heading.strip():
            raise UnreadableFile(f"{text!r} should be MEANING=HEADING, as in name='Society'.")
        pairs[meaning.strip().lower()] = heading.strip()
    layout = RegisterMapping(pairs, register.strip().lower())
    if pairs:
        check(layout)
    return layout


def renamed(layout: RegisterMapping, headings: Sequence[str]) -> list[str]:
    """A file's headings with those that were said of called after what they mean.

    >>> renamed(RegisterMapping({"name": "the society"}), ["No", "The Society"])
    ['No', 'said_name']
    """
    by_heading = {plain(head): meaning for meaning, head in layout.columns.items()}
    out: list[str] = []
    for head in headings:
        meaning = by_heading.pop(plain(head), "") if plain(head) else ""
        out.append(f"said_{meaning}" if meaning else head)
    return out


def format_of(layout: RegisterMapping) -> Format:
    """How a file becomes rows, once its headings are :func:`renamed`."""
    whose = f"'{layout.register}'" if layout.register else _whose("said_register")
    org_id = _by_register(whose, 0)
    kind = _by_register(whose, 1)
    begun, ended = _DAY.format("said_begun"), _DAY.format("said_ended")
    status = f"""case when regexp_matches(lower(said_status), '{_ENDED}')
        or {ended} <= current_date then 'ended' when said(said_status) is not null then 'active'
        end"""
    raw = f"(select * replace ({', '.join(map(_told, layout.columns))}) from raw)"
    rows = f"""select {org_id} as id, said_name as name, {kind} as kind, {status} as status,
        {begun} as begun, {ended} as ended,
        coalesce(said(said_postcode), said(postcode_in(said_address))) as postcode,
        nullif(regexp_extract(said_sic, '(\\d{{4,5}})', 1), '') as sic, said(said_size) as size
        from {raw}"""
    further = [
        f"""select {org_id} as id, said_{kind_of}_name as name, '{kind_of}' as name_kind
        from {raw} where said(said_{kind_of}_name) is not null"""
        for kind_of in ("other", "former")
        if f"{kind_of}_name" in layout.columns
    ]
    title = f"As mapped here, {layout.register or 'several registers'}"
    return Format(title, (), rows, tuple(further))


def _told(meaning: str) -> str:
    """A column in which a mark for nothing is nothing, in SQL."""
    column = f"said_{meaning}"
    small = f"lower(trim({column}))"
    return f"case when not list_contains({marks.SQL_LIST}, {small}) then {column} end as {column}"


def _by_register(whose: str, part: int) -> str:
    whens = " ".join(f"when '{name}' then {sql[part]}" for name, sql in REGISTERS.items())
    number = "trim(said_number)" if part == 0 else "null"
    return (
        f"case when regexp_full_match(trim(said_number), 'GB-[A-Z]+-\\w+') then {number} "
        f"else case {whose} {whens} end end"
    )


def _whose(column: str) -> str:
    whens = " ".join(
        f"when regexp_matches(lower({column}), '{pattern}') then '{name}'"
        for name, pattern in _SOUNDS.items()
    )
    return f"(case {whens} end)"


def means(heading: str, meaning: str) -> bool:
    """Whether a heading sounds like a meaning."""
    small = plain(heading)
    return bool(small and re.fullmatch(MEANINGS[meaning], small)) or vocabulary.says(
        heading, *SHARES.get(meaning, ())
    )


vocabulary.register("registers", SHARES, means)


def guess(headings: Sequence[str], file_name: str = "") -> RegisterMapping:
    """What columns seem to mean; to be looked at by somebody before it is taken."""
    columns: dict[str, str] = {}
    for meaning in MEANINGS:
        for head in headings:
            if head not in columns.values() and means(head, meaning):
                columns[meaning] = head
                break
    heard = plain(f"{columns.get('number', '')} {file_name} {columns.get('name', '')}")
    register = next((name for name, sound in _SOUNDS.items() if re.search(sound, heard)), "")
    return RegisterMapping(columns, "" if "register" in columns else register)


def as_words(layout: RegisterMapping) -> str:
    """A layout as it is typed on the command line."""
    options = [f"--column {meaning}={head!r}" for meaning, head in layout.columns.items()]
    return " ".join([*options, *([f"--numbers-of {layout.register!r}"] if layout.register else [])])


def proposal(path: Path) -> str:
    """What is said of a file of no known register: how it can be mapped."""
    try:
        headings, _ = sample(path)
    except UnreadableFile as error:
        return str(error)
    stand = ", ".join(repr(head) for head in headings[:SHOWN] if head)
    ellipsis = " …" if len(headings) > SHOWN else ""
    guessed = as_words(guess(headings, path.name))
    seems = f" It seems to be: {guessed}." if guessed else ""
    return (
        f"{path.name} is of no known register. Say what its columns are (--column number=HEADING "
        f"--column name=HEADING --numbers-of companies). They are: {stand}{ellipsis}.{seems}"
    )


def _list(names: Mapping[str, object]) -> str:
    return ", ".join(names)


# --- The file that is corrected and comes back --------------------------------------------------

HEADINGS = ("heading", "means", "first", "second", "third")


def write(path: Path, place: Path) -> int:
    """Write what the columns of a file seem to mean, with three cells of each; returns how many."""
    headings, lines = sample(path)
    layout = guess(headings, path.name)
    meant = {head: meaning for meaning, head in layout.columns.items()}
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        for at, head in enumerate(headings):
            cells = [line[at] for line in lines if at < len(line) and line[at].strip()][:3]
            out.writerow([head, meant.get(head, ""), *cells])
        out.writerow(["(numbers of)", layout.register or "", *list(REGISTERS)[:3]])
    return len(headings)


def read(place: Path) -> RegisterMapping:
    """The corrected file."""
    sheet = sheets.read(place.read_bytes(), place.name, needs=HEADINGS[:2])
    columns: dict[str, str] = {}
    register = ""
    for _, row in sheet.as_dicts():
        head, meaning = row["heading"].strip(), row["means"].strip().lower()
        if head == "(numbers of)":
            register = meaning
        elif meaning in columns:
            raise UnreadableFile(f"{place.name}: two columns can't both be the {meaning}.")
        elif meaning:
            columns[meaning] = head
    layout = RegisterMapping(columns, register)
    check(layout)
    return layout


def sample(path: Path) -> tuple[list[str], list[list[str]]]:
    """A file's headings and its first lines.

    Raises
    ------
    UnreadableFile
        It holds no table.
    """
    with tempfile.TemporaryDirectory() as scratch:
        opened = Opened(path, Path(scratch))
        tables = opened.tables()
        if not tables:
            raise UnreadableFile(f"{path.name} holds no table.")
        largest = max(tables, key=lambda table: table.size)
        with opened.place(largest).open(encoding="utf-8-sig", newline="") as file:
            lines = cut(file.read(FIRST_MOST)).lines
    return list(largest.head), lines[largest.above + 1 :][:SAMPLED]
