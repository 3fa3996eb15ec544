"""Where a TOML file says what: the line of each section and key, which `tomllib` does not tell."""

from __future__ import annotations

import re

# A place in the file: names of sections and keys, and the number of a table among several.
Place = tuple[str | int, ...]

NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})*"
HEADING = re.compile(rf"^\s*(\[\[?)\s*({DOTTED})\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(rf"^\s*({DOTTED})\s*=(.*)$", re.DOTALL)
TOKEN = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[\[\]{}]|\\.|.', re.DOTALL)


def lines_of(text: str) -> list[str]:
    """The lines as TOML and editors count them: signs that only Python takes for a line's end
    (from Word, or a web page) end none."""
    return text.split("\n")


class Lines:
    """The line on which each place of a file begins."""

    def __init__(self, text: str) -> None:
        self.known: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}
        self._section: Place = ()
        self._ends = ""
        self._depth = 0
        for number, line in enumerate(lines_of(text), 1):
            self._read(line, number)

    def of(self, place: Place) -> int | None:
        """The line of a place, else of the narrowest one around it that has a line."""
        while place:
            if place in self.known:
                return self.known[place]
            place = place[:-1]
        return None

    def _read(self, line: str, number: int) -> None:
        if self._ends or self._depth:
            self._skip(line)
        elif heading := HEADING.match(line):
            self._enter(_parts(heading[2]), heading[1] == "[[", number)
        elif key := KEY.match(line):
            self.known.setdefault((*self._section, *_parts(key[1])), number)
            self._skip(key[2])

    def _enter(self, parts: list[str], is_one_of_several: bool, number: int) -> None:
        place: Place = ()
        for index, part in enumerate(parts, 1):
            place = (*place, part)
            # Of a table within tables that have no heading of their own.
            self.known.setdefault(place, number)
            if is_one_of_several and index == len(parts):
                self._counts[place] = self._counts.get(place, -1) + 1
                self.known.setdefault(place, number)
            if place in self._counts:
                place = (*place, self._counts[place])
        self.known.setdefault(place, number)
        self._section = place

    def _skip(self, text: str) -> None:
        """Go over a value, which may go on over several lines."""
        for token in TOKEN.findall(text):
            if self._ends:
                if token == self._ends:
                    self._ends = ""
            elif token in ('"""', "'''"):
                self._ends = token
            elif token in ("[", "{"):
                self._depth += 1
            elif token in ("]", "}"):
                self._depth -= 1


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(NAME, dotted)]
