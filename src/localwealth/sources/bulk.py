"""Large, even CSV files of payments, read by columns instead of line by line, with equal answers.

Most lines of a large file are plain: an amount in figures, a date, a payee. Which are is asked of
all lines at once; plain lines need no look of their own, and all others go through
:class:`localwealth.sources.accounting.Lines` one by one, as every line of a small file does. A file
that is uneven (lines of several lengths, line breaks inside cells, a second heading, mostly odd
lines) is not read here at all.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from localwealth.errors import UnreadableFile
from localwealth.sources import columns, sheets, values
from localwealth.sources.accounting import (
    BLANK,
    REPEATED,
    Lines,
    bare,
    filled,
    payment_of,
    titles_above,
)
from localwealth.sources.headings import SAMPLE, SEARCHED, is_other_heading, stretches_of
from localwealth.sources.payees import payee
from localwealth.sources.readings import Many, Payment, Rejected, Stretch
from localwealth.sources.scanning import Scan, has, has_spaces
from localwealth.sources.tables import PAYMENTS, TEXTS, table_of
from localwealth.sources.values import Days

HEAD = 1 << 20
# Of the lines at most this share may be odd; of texts that are no date at most so many.
ODD_MOST = 0.2
UNDATED_MOST = 1000
BATCH = 50_000
SIGNS = (",", "£")
# Amounts that `values.amount` reads as they stand.
PLAIN = r"-?£?(\d{1,3}(,\d{3}){1,3}|\d{1,12})(\.\d{1,2})?"
IN_FIGURES = r"-?\d[\d,]{0,11}(\.\d\d?)?"
# Blanks that are not a space, wherever Python takes them off.
BLANKS = r"[\x00-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


class Unfit(Exception):
    """The file must be read line by line."""


@dataclass
class Bulk:
    """One file as columns of text: ``table`` has a row a line under the heading, ``totals`` the
    rows in which that word stands."""

    digest: str
    head: list[list[str]]
    stretches: list[Stretch]
    start: int
    table: pa.Table
    totals: Any
    is_plain_text: bool

    @classmethod
    def of(cls, content: bytes, name: str, corrections: AnyMapping[str, str]) -> Bulk:
        """A file's columns.

        Raises
        ------
        Unfit
            It must be read line by line.
        """
        try:
            return cls._of(content, name, corrections)
        except (UnicodeDecodeError, pa.ArrowInvalid) as error:
            raise Unfit from error

    @classmethod
    def _of(cls, content: bytes, name: str, corrections: AnyMapping[str, str]) -> Bulk:
        if not name.endswith((".csv", ".txt", ".tsv")):
            raise Unfit
        if content[:2] in (b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff"):
            raise Unfit
        with ThreadPoolExecutor(os.cpu_count()) as several:
            digest = several.submit(hashlib.sha256, content)
            is_ascii = content.isascii()
            if not is_ascii:
                content = _utf8(content)
            scan = Scan.of(content, several)
        if scan.has_controls and b"\0" in content:
            raise Unfit
        top = content if len(content) <= HEAD else content[: content.rfind(b"\n", 0, HEAD) + 1]
        try:
            head, separator = sheets.csv_lines(top.decode())
        except UnreadableFile:
            raise Unfit from None
        if len(head) != top.count(b"\n") + (top[-1:] != b"\n"):
            raise Unfit
        if len(top) < len(content) and len(head) < SEARCHED + SAMPLE:
            raise Unfit
        stretches, start = stretches_of(sheets.Grid("", head), corrections, None)
        if len(stretches) != 1 or columns.header_score(head[start - 1]) < 2 or start == len(head):
            raise Unfit
        roles = stretches[0].mapping.columns
        if "supplier" not in roles:
            raise Unfit
        names = [f"c{at}" for at in range(len(head[start]))]
        if max(roles.values()) >= len(names):
            raise Unfit
        table = pacsv.read_csv(
            pa.BufferReader(content),
            pacsv.ReadOptions(column_names=names, skip_rows=start, block_size=8 << 20),
            pacsv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        # As many lines as there are breaks: so no cell holds one.
        if table.num_rows + start != scan.breaks + (content[-1:] != b"\n"):
            raise Unfit
        last = start + table.num_rows
        below = [Stretch("", start + 1, last, stretches[0].mapping)]
        return cls(
            digest.result().hexdigest(),
            head,
            below,
            start,
            table,
            scan.totals[scan.totals >= start] - start,
            is_ascii and not scan.has_controls,
        )

    def __post_init__(self) -> None:
        self.base = duckdb.connect()
        self.base.register("file", self.table)
        self.at = self.stretches[0].mapping.columns
        with ThreadPoolExecutor(os.cpu_count()) as several:
            spaced = list(several.map(has_spaces, self.table.columns))
        self.cells = [
            f"trim({name})" if is_spaced else name
            for name, is_spaced in zip(self.table.column_names, spaced, strict=True)
        ]
        self.cell = {role: self.cells[at] for role, at in self.at.items()}
        # The amount without the signs that stand in any of its cells.
        self.figures = self.cell["amount"]
        for sign in SIGNS:
            if has(self.table.column(self.at["amount"]), sign):
                self.figures = f"replace({self.figures}, '{sign}', '')"

    def titles(self) -> list[str]:
        """What stands above the headings, which may state the period."""
        return titles_above(self.head, self.start)

    def dates(self) -> Counter[str]:
        """The texts in the column of dates, and how often each stands there."""
        return self._dates

    @cached_property
    def _dates(self) -> Counter[str]:
        if "date" not in self.at:
            return Counter()
        query = f"select {self.cell['date']} as text, count(*) from file group by 1"
        return Counter(dict(self.base.execute(query).fetchall()))

    def take(self, lines: Lines) -> None:
        """Send every line to one of the three lists: the odd ones each for itself."""
        lines.begin(self.stretches[0])
        days = self._days(lines)
        pennies, is_odd, keys = self._look(days, lines.repeats)
        odd = np.flatnonzero(is_odd)
        if len(odd) > ODD_MOST * self.table.num_rows:
            raise Unfit
        # The sum of the plain lines before each odd one, which a line of totals may state.
        sums = np.add.reduceat(pennies, [0, *odd])[:-1].tolist()
        for row, line, since in zip(odd.tolist(), self._lines(odd), sums, strict=True):
            if is_other_heading(line, self.head[self.start - 1]):
                raise Unfit
            lines.since += _pounds(since)
            if filled(line):
                lines.take(self.start + row + 1, line)
        repeated = np.array([], np.int64)
        if keys is not None:
            repeated = self._repeated(keys, is_odd)
            lines.duplicates += [
                Rejected("", self.start + row + 1, REPEATED, _pounds(pennies[row]))
                for row in repeated.tolist()
            ]
            lines.duplicates.sort(key=lambda repeat: repeat.line)
        is_odd[repeated] = True
        pennies[repeated] = 0
        lines.payments = Columns(self, ~is_odd, pennies, days, lines)

    def rows(self) -> int:
        """Lines under the heading that are not empty: apart from the reading, and simpler."""
        return self._counted[0]

    def money(self) -> Decimal:
        """What the amount column comes to: apart from the reading, and simpler, from its figures
        alone."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, Decimal]:
        amount, every = self.cell["amount"], ", ".join(self.cells)
        counts = self.base.execute(
            f"""select count(*) filter (not is_empty), coalesce(sum(case when fits
                then figures::decimal(14, 2) end), 0), histogram(said) filter (not fits)
            from (select {amount} as said, {self.figures} as figures,
                regexp_full_match({amount}, '{IN_FIGURES}') as fits,
                case when {amount} <> '' then false
                else trim(concat({every}), '{BLANK}') = '' end as is_empty from file)"""
        ).fetchone()
        rows, total, others = counts or (0, Decimal(0), None)
        return rows, sum((bare(text) * count for text, count in (others or {}).items()), total)

    def _days(self, lines: Lines) -> dict[str, Days | None]:
        """What each text of a date means."""
        return {text: values.days_any(text, lines.order) if text else None for text in self.dates()}

    def _look(self, days: dict[str, Days | None], repeats: str | None) -> tuple[Any, Any, Any]:
        """For each line its amount in pennies, whether it is odd, and a hash of what most tells
        lines apart: 0 where a line has no reference, None where no line is asked for its own."""
        amount, supplier = self.cell["amount"], self.cell["supplier"]
        undated = [text for text, span in days.items() if span is None]
        if len(undated) > UNDATED_MOST:
            raise Unfit
        plain = [f"regexp_full_match({amount}, '{PLAIN}')"]
        if not self.is_plain_text:
            beside = ", ".join(cell for cell in self.cells if cell != amount)
            plain.append(f"not regexp_matches(concat({beside}), '{BLANKS}')")
        if "date" not in self.at:
            plain.append(f"{supplier} <> ''")
        elif undated:
            plain.append(f"not list_contains($undated, {self.cell['date']})")
        key = ""
        if "reference" in self.at and repeats != "payments":
            reference = self.cell["reference"]
            mark = f"hash({reference}, {amount}) | 1"
            key = f", case when {reference} <> '' then {mark} else 0 end as key"
        # By way of a table, as a result that comes out straight is put in order by one core alone.
        self.base.execute(
            f"""create temp table looked as select case when {" and ".join(plain)}
                then ({self.figures}::decimal(14, 2) * 100)::bigint end as pennies {key}
            from file""",
            {"undated": undated} if undated and "date" in self.at else None,
        )
        looked = self.base.execute("from looked").to_arrow_table()
        self.base.execute("drop table looked")
        amounts = looked["pennies"]
        is_odd = np.require(amounts.is_null().to_numpy(), requirements="W")
        pennies = np.require(amounts.fill_null(0).to_numpy(), requirements="W")
        # Lines that may be of totals go by themselves.
        is_odd[self.totals], pennies[self.totals] = True, 0
        return pennies, is_odd, looked["key"].to_numpy() if key else None

    def _lines(self, rows: Any) -> Iterator[list[str]]:
        """The cells of some lines, whose numbers go up."""
        first = 0
        # Batch by batch, as to take from a whole table puts all of its batches together.
        for batch in self.table.to_batches(BATCH):
            among = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + len(batch))]
            if len(among):
                some = batch.take(pa.array(among - first))
                yield from map(
                    list, zip(*(column.to_pylist() for column in some.columns), strict=True)
                )
            first += len(batch)

    def _repeated(self, keys: Any, is_odd: Any) -> Any:
        """Plain lines that say what an earlier one says, cell for cell, and have a reference."""
        has = (keys != 0) & ~is_odd
        ordered = keys[has]
        ordered.sort()
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return np.array([], np.int64)
        # Few hashes stand twice: their last bits pass over most lines.
        bits = np.uint64((1 << 20) - 1)
        marked = np.zeros(1 << 20, bool)
        marked[twice & bits] = True
        rows = np.flatnonzero(has & marked[keys & bits])
        rows = rows[np.isin(keys[rows], twice)]
        seen: set[tuple[str, ...]] = set()
        again = []
        for row, line in zip(rows.tolist(), self._lines(rows), strict=True):
            cells = tuple(cell.strip() for cell in line)
            if cells in seen:
                again.append(row)
            seen.add(cells)
        return np.array(again, np.int64)


class Columns(Many):
    """A file's payments, in the order of its lines."""

    def __init__(
        self, bulk: Bulk, is_plain: Any, pennies: Any, days: dict[str, Days | None], lines: Lines
    ) -> None:
        self.bulk, self.days, self.order = bulk, days, lines.order
        self.stated = lines.stated_period
        self.odd = {payment.line - bulk.start - 1: payment for payment in lines.accepted}
        is_payment = is_plain.copy()
        is_payment[list(self.odd)] = True
        self.is_plain, self.at = is_plain, np.flatnonzero(is_payment)
        self.pennies = pennies
        self.sum = _pounds(pennies.sum()) + sum(
            (payment.amount for payment in lines.accepted), Decimal(0)
        )

    @property
    def total(self) -> Decimal:
        """What they come to, in pounds."""
        return self.sum

    def table(self) -> pa.Table:
        """Plain lines by columns, the odd ones among them."""
        bulk, base = self.bulk, self.bulk.base
        rows = np.arange(len(self.is_plain))
        base.register(
            "found",
            bulk.table.append_column("row", pa.array(rows))
            .append_column("pennies", pa.array(self.pennies))
            .append_column("is_plain", pa.array(self.is_plain)),
        )
        base.register("odd", table_of([*self.odd.values()]))
        base.register("suppliers", self._suppliers())
        base.register("days", _days_table(self.days))
        invoiced = {text: values.days_any(text, self.order) for text in self._texts("invoice_date")}
        invoiced = {text: span for text, span in invoiced.items() if span and span.is_exact}
        base.register("invoices", _days_table(invoiced))
        others = ", ".join(
            f"nullif({bulk.cell[role]}, '') as {role}" if role in bulk.cell else f"null as {role}"
            for role in TEXTS
        )
        day = "days.first, days.last"
        joins = f"left join days on days.text = {bulk.cell['date']}" if "date" in bulk.at else ""
        if "date" not in bulk.at:
            stated = self.stated
            day = (
                f"date '{stated.first}' as first, date '{stated.last}' as last"
                if stated
                else "null::date as first, null::date as last"
            )
        if "invoice_date" in bulk.at:
            joins += f" left join invoices on invoices.text = {bulk.cell['invoice_date']}"
        base.execute(
            f"""create temp table made as select '' as sheet,
                (row + {bulk.start + 1})::integer as line, {day},
                suppliers.supplier, suppliers.payee,
                (pennies::decimal(16, 0) * 0.01)::decimal(18, 4) as amount,
                {"invoices.first" if "invoice_date" in bulk.at else "null::date"} as invoice_date,
                {others}
            from found join suppliers on suppliers.text = {bulk.cell["supplier"]} {joins}
            where is_plain union all by name from odd order by line"""
        )
        payments = base.execute("from made").to_arrow_table()
        base.execute("drop table made")
        return payments.select(PAYMENTS.names).cast(PAYMENTS)

    def _texts(self, role: str) -> list[str]:
        """The different texts of a role."""
        if role not in self.bulk.at:
            return []
        query = f"select distinct {self.bulk.cell[role]} from file"
        return [text for (text,) in self.bulk.base.execute(query).fetchall()]

    def _suppliers(self) -> pa.Table:
        texts = self._texts("supplier")
        names = [" ".join(text.split()) for text in texts]
        return pa.table({"text": texts, "supplier": names, "payee": list(map(payee, names))})

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[Payment]:
        return self._made(self.at)

    @overload
    def __getitem__(self, index: int) -> Payment: ...

    @overload
    def __getitem__(self, index: slice) -> list[Payment]: ...

    def __getitem__(self, index: int | slice) -> Payment | list[Payment]:
        if isinstance(index, slice):
            rows = self.at[index]
            payments = list(self._made(np.sort(rows)))
            return payments if (index.step or 1) > 0 else payments[::-1]
        return next(self._made(self.at[[index]]))

    def _made(self, rows: Any) -> Iterator[Payment]:
        roles = self.bulk.at
        for row, line in zip(rows.tolist(), self.bulk._lines(rows), strict=True):
            if row in self.odd:
                yield self.odd[row]
                continue
            get = {role: line[column].strip() for role, column in roles.items()}
            paid = self.days[get["date"]] if "date" in get else self.stated
            money = values.amount(get["amount"])
            assert money is not None
            yield payment_of("", self.bulk.start + row + 1, get, paid, money, self.order)


def _days_table(days: dict[str, Days | None]) -> pa.Table:
    return pa.table(
        {
            "text": pa.array(list(days), pa.string()),
            "first": pa.array([span and span.first for span in days.values()], pa.date32()),
            "last": pa.array([span and span.last for span in days.values()], pa.date32()),
        }
    )


def _utf8(content: bytes) -> bytes:
    """The text in UTF-8, as `decoding.decode` reads it."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252").encode()
    return content


def _pounds(pennies: int) -> Decimal:
    return Decimal(int(pennies)) / 100
