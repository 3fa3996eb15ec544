"""Codes of the Office for National Statistics: their form, and the lists that this town loaded.

A code without the right form is a mistake. A code that a list does not have may be newer than the
list, so that is only said, with the list's date.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from commonweal.office.errors import Refused

from . import files

# X stands for no nation: the code of a place that is made up.
FORM = re.compile(r"[EWSNKJLMX]\d{8}")
# Unpacked; the longest list of the ONS that a town needs has a tenth of it.
UNPACKED_MOST = 60 * 1024 * 1024
# Counted before a line is cut: sixty megabytes of empty cells would be gigabytes.
CELLS_MOST = 4_000_000
TOO_LARGE = (
    "The list is larger than 60 MB, or has more than four million cells. Send the one of "
    "your region or district."
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH_AND_YEAR = re.compile(rf"({'|'.join(MONTHS)})[a-z]*[ _-]?(20\d\d)")
YEAR_OF_COLUMN = re.compile(r"^[A-Z]+(\d\d)CD$")
LEAST = 3


def fault(code: str) -> str:
    """What is wrong with the form of a code, or nothing."""
    if FORM.fullmatch(code):
        return ""
    says = f"{code!r} is no ONS code: it is a letter and eight digits, as E07000243"
    fixed = code.upper().strip()[:1] + code.upper().strip()[1:].replace("O", "0").replace("I", "1")
    if FORM.fullmatch(fixed):
        return f"{says}. Did you mean {fixed}?"
    if re.fullmatch(r"[A-Z]\d+", code):
        return f"{says}; this one has {len(code) - 1} digits."
    return f"{says}."


@dataclass(frozen=True)
class CodeList:
    """The codes of one list, by what they are codes of (the first three signs)."""

    name: str
    of: str
    codes: frozenset[str]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(code[:3] for code in self.codes)


def folder() -> Path:
    return Path(settings.VAR) / "lists"


def paths() -> list[Path]:
    """The lists that are here."""
    if not folder().is_dir():
        return []
    return sorted(path for path in folder().iterdir() if ".csv" in path.suffixes)


def read(path: Path) -> CodeList:
    """A list as the ONS publishes it: a CSV, packed or not, with a column of codes.

    Raises
    ------
    Refused
        It is no CSV, or holds no codes.
    """
    try:
        rows = _rows(path)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        missing = files.why_not(error) if isinstance(error, OSError) else ""
        raise Refused(missing or f"{path.name} can't be read as a list of codes: {error}") from None
    codes = frozenset(cell.strip() for row in rows for cell in row if FORM.fullmatch(cell.strip()))
    if len(codes) < LEAST:
        raise Refused(f"{path.name} holds no list of ONS codes (a letter and eight digits each).")
    return CodeList(path.name, _date_of(path, rows[0]), codes)


def _rows(path: Path) -> list[list[str]]:
    """The lines of a list, its heading first."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        raw = file.read(UNPACKED_MOST + 1)
    if len(raw) > UNPACKED_MOST or raw.count(b",") + raw.count(b"\n") > CELLS_MOST:
        raise Refused(TOO_LARGE)
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def _date_of(path: Path, heading: list[str]) -> str:
    """When a list is of: by its name, else by its columns, else the day of the file."""
    if named := MONTH_AND_YEAR.search(path.name.lower()):
        return f"{date(2000, MONTHS.index(named[1]) + 1, 1):%B} {named[2]}"
    years = [match[1] for cell in heading if (match := YEAR_OF_COLUMN.match(cell.strip()))]
    if years:
        return f"20{max(years)}"
    return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%-d %B %Y}, the day of the file"


def keep(name: str, content: bytes) -> CodeList:
    """Keep a list that somebody sent, under its own name without what leads elsewhere.

    Raises
    ------
    Refused
        It is no CSV, or holds no codes.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name).strip("-.")[-80:]
    if not plain.lower().endswith((".csv", ".csv.gz")):
        raise Refused("Send a CSV, packed (.csv.gz) or not.")
    with tempfile.TemporaryDirectory() as folder_of_one:
        sent = Path(folder_of_one) / plain.lower()
        sent.write_bytes(content)
        return load(sent)


@dataclass(frozen=True)
class AreasOfList:
    """The areas of one district in one list: its name, when it is of, (code, name) of each."""

    name: str
    of: str
    year: int | None
    areas: tuple[tuple[str, str], ...]


def areas_of(district: str) -> list[AreasOfList]:
    """What the lists that are here have of a district, each that has something. Looked up anew:
    another process may have taken one in."""
    if not district:
        return []
    offered = [_areas_in(path, district) for path in paths()]
    return [ons_list for ons_list in offered if ons_list.areas]


# Of a list of wards: the district beside each.
DISTRICT = re.compile(r"^LAD\d\dCD$")
DISTRICTS_MOST = 10


def districts_called(typed: str) -> dict[str, str] | None:
    """Districts of the lists that are here whose names hold what is typed, by their codes. None
    where no list that is here says in which district an area is."""
    lists = [_districts_in(path) for path in paths()]
    if all(districts is None for districts in lists):
        return None
    every = {code: name for districts in lists for code, name in (districts or {}).items()}
    called = [pair for pair in every.items() if typed and typed.lower() in pair[1].lower()]
    return dict(called[:DISTRICTS_MOST])


def _districts_in(path: Path) -> dict[str, str] | None:
    heading, *rows = _rows(path)
    places = {cell.strip(): place for place, cell in enumerate(heading)}
    code = next((cell for cell in places if DISTRICT.match(cell)), "")
    name_at = places.get(f"{code[:-2]}NM")
    if name_at is None:
        return None
    code_at = places[code]
    full = [row for row in rows if len(row) > max(name_at, code_at)]
    return {row[code_at].strip(): row[name_at].strip() for row in full}


def _areas_in(path: Path, district: str) -> AreasOfList:
    heading, *rows = _rows(path)
    places = {cell.strip(): place for place, cell in enumerate(heading)}
    code = next((cell for cell in places if YEAR_OF_COLUMN.match(cell)), "")
    name_at = places.get(f"{code[:-2]}NM")
    areas: dict[str, str] = {}
    if code and name_at is not None:
        for row in rows:
            others = [cell.strip() for place, cell in enumerate(row) if place != places[code]]
            if district in others and len(row) > name_at:
                areas[row[places[code]].strip()] = row[name_at].strip()
    of = _date_of(path, heading)
    year = re.search(r"20\d\d", of)
    return AreasOfList(path.name, of, int(year[0]) if year else None, tuple(areas.items()))


def load(path: Path) -> CodeList:
    """Keep a list, so that towns' files are held against it."""
    read(path)
    folder().mkdir(parents=True, exist_ok=True)
    copy = folder() / path.name
    # With its own day, by which its age is told.
    shutil.copy2(path, copy)
    loaded.cache_clear()
    return read(copy)


@cache
def loaded() -> tuple[CodeList, ...]:
    return tuple(read(path) for path in paths())


def doubt(code: str) -> str:
    """What the loaded lists say against a code of the right form, or nothing."""
    lists = [codes for codes in loaded() if code[:3] in codes.kinds]
    if not lists or any(code in codes.codes for codes in lists):
        return ""
    named = ", ".join(f"{codes.name} ({codes.of})" for codes in lists)
    return f"{code} is not in {named}. Lists age, so it was taken; look whether it is right."
