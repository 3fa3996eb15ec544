"""Reading a published file of figures, whichever of its layouts it has.

Known are HMRC's of furlough (June 2020, the workbooks after it, the table of take-up), Nomis's CSV
(claimants, earnings, jobs by industry, businesses) and its workbook of jobs with areas across, long
tables of one figure a line, tables of a count and a share a line, and a town's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from localwealth.errors import UnreadableFile
from localwealth.sources.statistics import areas, cells
from localwealth.sources.statistics.columns import Columns, area_year, columns_of, meaning
from localwealth.sources.statistics.crosswise import crosswise
from localwealth.sources.statistics.figures import Figure, Published
from localwealth.sources.statistics.measures import BY_CODE, RATE_OF, measure_of
from localwealth.sources.statistics.naming import as_told, in_thousands, is_share, of_whom
from localwealth.sources.statistics.own import UNSAID, own_measure, rhythm
from localwealth.tables.grids import Grid, Grids, grids
from localwealth.tables.placing import Placed, place
from localwealth.words import many

Period = tuple[date, date]
_ALL = re.compile(r"(total|all|persons|people|both|16 ?\+|aged 16 ?\+|all (ages|categories).*)?")
_BARE = re.compile(r"counts?|values?|number|persons|percent(age)?|rate")
_HOW_SURE = frozenset({"confidence", "variable", "coefficient of variation"})
NO_MEASURE = (
    "The file doesn't say what its figures count. Say the measure, for example claimants or "
    "furlough-now."
)
NO_PERIOD = "The file doesn't say which day or period its figures are about. Say it."
IN_THOUSANDS = "Counts were given in thousands: they are whole numbers now."
EVER_OR_NOW = (
    "The file doesn't say whether its jobs were ever furloughed or on furlough that day. These are "
    "two measures: say furlough-ever or furlough-now."
)


@dataclass(frozen=True)
class Told:
    """What somebody says of a file that it doesn't say itself: the measure's code, the first and
    last day, the sheet."""

    measure: str = ""
    period: Period | None = None
    sheet: str | None = None


def read(content: bytes, name: str, hints: Told | None = None) -> Published:
    """Read every figure of a file.

    Raises
    ------
    UnreadableFile
        It is no table, names no areas, or doesn't say what it counts or when.
    """
    hints = hints or Told()
    file = grids(content, name)
    if (across := crosswise(file, hints.sheet)) is not None:
        return across
    table = place(file, meaning, sheet=hints.sheet)
    columns = columns_of(table.header)
    if not columns.roles.keys() & {"area_code", "area_name"}:
        raise UnreadableFile(
            "No line of the file has headings for areas. Expected is a column of area codes, such "
            "as LAD23CD, ONS code or GEOGRAPHY_CODE."
        )
    reader = _Reader(hints, table, columns, _title(file, table))
    published = reader.read()
    published.area_year = area_year(table.header)
    if not published.figures:
        reasons = "; ".join(f"line {line}: {why}" for line, why in published.left_out[:3])
        raise UnreadableFile(f"The file holds no figure. {reasons}".strip())
    return published


def _title(file: Grids, table: Placed) -> str:
    grid: Grid = next(sheet for sheet in file.sheets if sheet.name == table.sheet)
    return " ".join(" ".join(filter(None, line)) for line in grid.lines[: table.line - 1])


class _Reader:
    """One file on its way to figures."""

    def __init__(self, hints: Told, table: Placed, columns: Columns, title: str) -> None:
        self.hints, self.table, self.columns, self.title = hints, table, columns, title
        self.published = Published(notes=list(table.notes), title=" ".join(title.split()))
        self.period = hints.period or cells.stated(title)
        self.ever_or_now = self._ever_or_now()

    def _ever_or_now(self) -> str:
        if self.hints.measure in ("furlough-ever", "furlough-now"):
            return self.hints.measure.removeprefix("furlough-")
        title = self.title.casefold()
        if re.search(r"\bcumulative|\bever\b|\bsince the (start|scheme)|\bup to\b", title):
            return "ever"
        return "now" if re.search(r"\bon furlough\b|\bfurloughed (at|on)\b", title) else ""

    def read(self) -> Published:
        """Every line of the table, taken or left out."""
        for line, row in self.table.rows:
            try:
                self._line(line, row)
            except _LeftOut as reason:
                self.published.left_out.append((line, str(reason)))
        self._shares_of_a_hundred()
        self._say_how_often()
        self._say_successors()
        return self.published

    def _line(self, line: int, row: Sequence[str]) -> None:
        filled = [text for text in row if text.strip()]
        code, name = self._area(row)
        if not code and len(filled) <= 1:
            self.published.footnotes += filled
            return
        if line in self.table.longer:
            raise _LeftOut("it has more cells than there are columns")
        if not code:
            shown = self.columns.cell(row, "area_code") or name
            raise _LeftOut(f"{shown!r} is no code of an area")
        self._refuse_parts(row)
        first, last = self._when(row)
        group = self.columns.cell(row, "group")
        for at, measure in self._measures(row):
            cell = self._figure(row, at)
            number = self._whole(cell.number, measure, row)
            self.published.figures.append(
                Figure(measure, code, name, first, last, number, cell.mark, group, line)
            )

    def _figure(self, row: Sequence[str], at: int) -> cells.Cell:
        """What a cell of a line counts."""
        cell = cells.cell(row[at], self.columns.cell(row, "status"))
        if cell is None:
            raise _LeftOut(f"{row[at]!r} is no figure")
        if cell.number is not None and cell.number < 0:
            raise _LeftOut(f"{row[at]!r} is below nought: nothing is counted so")
        return cell

    def _whole(self, number: Decimal | None, measure: str, row: Sequence[str]) -> Decimal | None:
        """A count that the line gives in thousands, as it is."""
        known = BY_CODE.get(measure)
        if not known or not known.counts or not in_thousands(self._words(row)):
            return number
        if IN_THOUSANDS not in self.published.notes:
            self.published.notes.append(IN_THOUSANDS)
        return None if number is None else number * 1000

    def _refuse_parts(self, row: Sequence[str]) -> None:
        """Lines about some people alone, or about another thing than the figure itself."""
        for role in ("sex", "age", "hours"):
            for_whom = self.columns.cell(row, role)
            if not _ALL.fullmatch(for_whom.casefold()):
                raise _LeftOut(f"it is about {for_whom!r} alone")
        if self.columns.cell(row, "way").casefold() in _HOW_SURE:
            raise _LeftOut("it says how sure a figure is, and is none")
        if (summary := self.columns.cell(row, "item").casefold()) not in ("", "median"):
            raise _LeftOut(f"it is a {summary}, not a median")

    def _area(self, row: Sequence[str]) -> tuple[str, str]:
        text, name = self.columns.cell(row, "area_code"), self.columns.cell(row, "area_name")
        codes = areas.codes_in(text or name)
        if len(codes) > 1:
            note = f"{' and '.join(codes)} stand in one cell: they are counted together."
            if note not in self.published.notes:
                self.published.notes.append(note)
        if codes:
            return "+".join(codes), name
        # Some tables, and a town's own, call areas by their names alone.
        return ("", name) if self._has_codes() else (text or name, name or text)

    def _has_codes(self) -> bool:
        return "area_code" in self.columns.roles and "kind" not in self.columns.roles

    def _when(self, row: Sequence[str]) -> Period:
        text = self.columns.cell(row, "period")
        if text:
            if (period := cells.period(text)) is None:
                raise _LeftOut(f"{text!r} is no day, month or year")
            return period
        if self.period is None:
            raise UnreadableFile(NO_PERIOD)
        return self.period

    def _measures(self, row: Sequence[str]) -> list[tuple[int, str]]:
        """Which columns of a line hold figures, and of which measure each."""
        if "number" in self.columns.roles:
            return [(self.columns.roles["number"], self._named(row))]
        age = self.columns.cell(row, "age")
        known = [
            (at, of_whom(self._furlough(code), age, self.table.header[at]))
            for at, code in self.columns.measures.items()
        ]
        if known:
            return known
        if not self.hints.measure:
            raise UnreadableFile(NO_MEASURE)
        share = RATE_OF.get(self.hints.measure, "")
        columns = {"count": self.hints.measure, "rate": share}
        return [(at, columns[bare]) for at, bare in self.columns.bare.items() if columns[bare]]

    def _named(self, row: Sequence[str]) -> str:
        """The measure of a line of a long table."""
        if "kind" in self.columns.roles:
            return self._own(row)
        texts = self._words(row)
        if is_share(texts[1:]) and not is_share(texts[:1]):
            # "Claimant count" beside "Percentage" is a share.
            texts = [f"{texts[0]} as a percentage", *texts]
        for text in (*texts, " ".join(filter(None, texts))):
            if code := measure_of(text):
                return self._furlough(code)
        if self.hints.measure in BY_CODE:
            return self._told(texts)
        if any(text and not _BARE.fullmatch(text.casefold()) for text in texts):
            raise _LeftOut(f"no measure is known by the name {next(filter(None, texts))!r}")
        raise UnreadableFile(NO_MEASURE)

    def _words(self, row: Sequence[str]) -> list[str]:
        """What a line of a long table says of its figure."""
        return [self.columns.cell(row, role) for role in ("measure", "way", "unit")]

    def _told(self, texts: Sequence[str]) -> str:
        try:
            return as_told(self.hints.measure, texts)
        except ValueError as error:
            raise _LeftOut(str(error)) from None

    def _own(self, row: Sequence[str]) -> str:
        try:
            measure = own_measure({role: self.columns.cell(row, role) for role in OWN})
        except ValueError as error:
            raise _LeftOut(str(error)) from None
        before = self.published.defined.setdefault(measure.code, measure)
        if before != measure:
            raise _LeftOut(f"{measure.title!r} has another unit, kind or source above")
        return measure.code

    def _furlough(self, code: str) -> str:
        if code not in ("furlough", "furlough-take-up"):
            return code
        if not self.ever_or_now:
            raise UnreadableFile(EVER_OR_NOW)
        return f"{code}-{self.ever_or_now}"

    def _shares_of_a_hundred(self) -> None:
        """HMRC's table of take-up gives 0.27 for 27%: a column of such is told by all of it."""
        for code in ("furlough-take-up-ever", "furlough-take-up-now"):
            shares = [f for f in self.published.figures if f.measure == code]
            if shares and all(f.number is None or f.number <= 1 for f in shares):
                self.published.figures = [
                    _times_hundred(f) if f.measure == code else f for f in self.published.figures
                ]
                self.published.notes.append("Take-up was given as a part of 1: it is per cent now.")

    def _say_how_often(self) -> None:
        """A town's own measures of which the file doesn't say how often they come: by its
        periods."""
        for code, measure in self.published.defined.items():
            if measure.every_months == UNSAID:
                periods = [(f.first, f.last) for f in self.published.figures if f.measure == code]
                self.published.defined[code] = replace(measure, every_months=rhythm(periods))

    def _say_successors(self) -> None:
        codes = {f.area_code: f.area_name for f in self.published.figures}
        gone = [
            (code, name, after) for code, name in codes.items() if (after := areas.successor(code))
        ]
        for code, name, (now, now_name, is_same) in gone[:10]:
            self.published.notes.append(
                f"{code} ({name}) is {now} ({now_name}) now: the same council."
                if is_same
                else f"{code} ({name}) is a part of {now} ({now_name}) now: its figures stay its "
                "own and are not those of the whole."
            )
        if len(gone) > 10:
            self.published.notes.append(
                f"And so it is with {many(len(gone) - 10, 'more area')} of the file."
            )


OWN = ("measure", "unit", "kind", "of", "source", "source_url", "every_months")


class _LeftOut(Exception):
    """Why a line is left out."""


def _times_hundred(figure: Figure) -> Figure:
    if figure.number is None:
        return figure
    return replace(figure, number=(figure.number * 100).normalize() + Decimal(0))
