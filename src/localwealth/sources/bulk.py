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
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from localwealth.errors import UnreadableFile
from localwealth.sources import columns
from localwealth.sources.accounting import (
    BLANK,
    NUMBERS,
    Lines,
    filled,
    payment_of,
    titles_above,
)
from localwealth.sources.headings import SAMPLE, SEARCHED, is_other_heading, stretches_of
from localwealth.sources.money import Money
from localwealth.sources.payees import payee
from localwealth.sources.readings import Many, PaymentLine, Rejected, Stretch
from localwealth.sources.repeats import BLOCK_LEAST, DIFFERENT_LEAST, REPEATED, blocks
from localwealth.sources.scanning import Scan, has, has_spaces
from localwealth.sources.tables import PAYMENTS, TEXTS, table_of
from localwealth.sources.totals import BALANCES
from localwealth.sources.vocabulary import MONEY_ROLES
from localwealth.tables import amounts, dates, marks
from localwealth.tables.cutting import Cut, cut, has_unseen, is_well_quoted, seen
from localwealth.tables.dates import Days
from localwealth.tables.grids import Grid
from localwealth.tables.texts import eight_bits, lost_signs

HEAD = 1 << 20
# Of the lines at most this share may be odd; of texts that are no date at most so many.
ODD_MOST = 0.2
UNDATED_MOST = 1000
BATCH = 50_000
SIGNS = (",", "£")
# So long is the longest mark for nothing.
MARK_MOST = max(map(len, marks.NOTHING)) + 1
# Amounts that `amounts.amount` reads as they stand.
PLAIN = r"-?£?(\d{1,3}(,\d{3}){1,3}|\d{1,12})(\.\d{1,2})?"
IN_FIGURES = r"-?(\d{1,3}(,\d{3}){1,3}|\d{1,12})(\.\d\d?)?"
# Payees' cells of lines that carry a balance over, as a list of SQL; no `in`, as with the marks.
_BALANCES = f"[{', '.join(map(repr, sorted(BALANCES)))}]"
_INITIALS = sorted({phrase[0] for phrase in BALANCES})
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
    notes: list[str]

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
        _refuse_other_kinds(content, name)
        is_ascii = content.isascii()
        with ThreadPoolExecutor(os.cpu_count()) as several:
            digest = several.submit(hashlib.sha256, content)
            content, notes = (content, []) if is_ascii else _in_utf8(content)
            scan = Scan.of(content, several)
        # One sign is looked for much faster than two.
        is_formula = b"=" in content and b'="' in content
        if is_formula or (scan.has_controls and b"\0" in content):
            raise Unfit
        pieces = _top(content)
        stretch, start = _only_stretch(pieces, corrections)
        table = _cells(content, start, len(pieces.lines[start]), pieces.separator)
        _refuse_uneven(table, stretch, content, pieces.separator)
        # As many lines as there are breaks: so no cell holds one.
        if table.num_rows + start != scan.breaks + (content[-1:] != b"\n"):
            raise Unfit
        return cls(
            digest.result().hexdigest(),
            pieces.lines,
            [replace(stretch, first=start + 1, last=start + table.num_rows)],
            start,
            table,
            scan.totals[scan.totals >= start] - start,
            is_ascii and not scan.has_controls,
            notes,
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

    def take(self, lines: Lines, repeats: str | None = None) -> None:
        """Send every line to one of the lists: the odd ones each for itself."""
        lines.begin(self.stretches[0])
        days = self._days(lines)
        looked = self._look(days, lines, repeats)
        # What is looked at line by line keeps one core; the second count has the other.
        with ThreadPoolExecutor(1) as beside:
            counting = beside.submit(lambda: self._tallied)
            self._take(lines, days, *looked)
            counting.result()

    def _take(
        self, lines: Lines, days: dict[str, Days | None], pennies: Any, is_odd: Any, keys: Any
    ) -> None:
        odd = np.flatnonzero(is_odd)
        if len(odd) > ODD_MOST * self.table.num_rows:
            raise Unfit
        # The sum of the plain lines before each odd one, which a line of totals may state.
        sums = np.add.reduceat(pennies, [0, *odd])[:-1].tolist()
        counts = (np.diff(odd, prepend=-1) - 1).tolist()
        commas = 0
        for row, line, since, count in zip(
            odd.tolist(), self._lines(odd), sums, counts, strict=True
        ):
            if is_other_heading(line, self.head[self.start - 1]):
                raise Unfit
            commas += amounts.decimals_in([line[self.at["amount"]]])[0]
            lines.sums.add(_pounds(since), count)
            if filled(line):
                lines.take(self.start + row + 1, line)
        self._note_commas(commas)
        is_payment = ~is_odd
        is_payment[[payment.line - self.start - 1 for payment in lines.accepted]] = True
        if keys is not None:
            repeated = self._repeated(keys, np.flatnonzero(is_payment))
            self._leave_out(repeated, lines, is_odd, pennies)
        lines.payments = Columns(self, ~is_odd, pennies, days, lines)

    def _note_commas(self, commas: int) -> None:
        """Amounts with a comma before the pennies: where most have one, they are no plain lines."""
        if not commas:
            return
        points = self.base.execute(
            rf"""select count(*) from file
            where regexp_matches({self.cell["amount"]}, '\.\d\d?$')"""
        ).fetchone()
        if commas > (points or (0,))[0]:
            raise Unfit
        stretch = self.stretches[0]
        self.stretches[0] = replace(stretch, money=replace(stretch.money, otherwise=commas))

    def _leave_out(self, repeated: Any, lines: Lines, is_odd: Any, pennies: Any) -> None:
        """Make duplicates of lines, given by their rows."""
        rows = set(repeated.tolist())
        odd = {payment.line - self.start - 1: payment.amount for payment in lines.accepted}
        for row in repeated.tolist():
            money = odd[row] if row in odd else _pounds(pennies[row])
            lines.duplicates.append(Rejected("", self.start + row + 1, REPEATED, money))
        lines.accepted = [
            payment for payment in lines.accepted if payment.line - self.start - 1 not in rows
        ]
        is_odd[repeated] = True
        pennies[repeated] = 0

    def rows(self) -> int:
        """Lines under the heading that are not empty: apart from the reading, and simpler."""
        return self._counted[0]

    def money(self) -> Decimal:
        """What the amount column comes to: apart from the reading, and simpler, from its figures
        alone."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, Decimal]:
        rows, total, others = self._tallied
        money = self.stretches[0].money
        pounds = {text: money.pounds({"amount": text.strip()}) for text in others or {}}
        return rows, sum(
            ((pounds[text] or Decimal(0)) * count for text, count in (others or {}).items()), total
        )

    @cached_property
    def _tallied(self) -> tuple[int, Decimal, dict[str, int] | None]:
        """Lines that are not empty, what the amounts in figures come to, and how often each other
        amount stands there."""
        amount, every = self.cell["amount"], ", ".join(self.cells)
        # A connection of its own, as the other may be at work.
        with self.base.cursor() as apart:
            apart.register("file", self.table)
            tallies = apart.execute(
                f"""select count(*) filter (not is_empty), coalesce(sum(case when fits
                    then figures::decimal(14, 2) end), 0), histogram(said) filter (not fits)
                from (select {amount} as said, {self.figures} as figures,
                    regexp_full_match({amount}, '{IN_FIGURES}') as fits,
                    case when {amount} <> '' then false
                    else trim(concat({every}), '{BLANK}') = '' end as is_empty from file)"""
            ).fetchone()
        return tallies or (0, Decimal(0), None)

    def _days(self, lines: Lines) -> dict[str, Days | None]:
        """What each text of a date means."""
        return {text: dates.days_any(text, lines.order) if text else None for text in self.dates()}

    def _look(
        self, days: dict[str, Days | None], lines: Lines, repeats: str | None
    ) -> tuple[Any, Any, Any]:
        """For each line its amount in pennies, whether it is odd, and a hash of all that it says:
        None where lines that are published twice are payments of their own."""
        undated = [text for text, span in days.items() if span is None or span.first > lines.latest]
        if len(undated) > UNDATED_MOST:
            raise Unfit
        plain = self._plain(has_undated=bool(undated))
        key = f", hash({', '.join(self.cells)}) as key" if repeats != "payments" else ""
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

    def _plain(self, *, has_undated: bool) -> list[str]:
        """What holds for a plain line, in SQL."""
        amount, supplier = self.cell["amount"], self.cell["supplier"]
        plain = [
            f"regexp_full_match({amount}, '{PLAIN}')",
            _no_balance(supplier),
        ]
        if not self.is_plain_text:
            beside = ", ".join(cell for cell in self.cells if cell != amount)
            plain.append(f"not regexp_matches(concat({beside}), '{BLANKS}')")
        if "date" not in self.at:
            plain.append(f"{supplier} <> ''")
        elif has_undated:
            plain.append(f"not list_contains($undated, {self.cell['date']})")
        return plain

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

    def _repeated(self, keys: Any, rows: Any) -> Any:
        """The rows of payments in blocks that say again, in order, what earlier ones say."""
        of_payments = keys[rows]
        places = _places_of_equals(of_payments)
        none = np.array([], np.int64)
        if len(np.unique(of_payments[places])) < DIFFERENT_LEAST:
            return none
        # So many in a row, at the least.
        ends = places[BLOCK_LEAST - 1 :]
        if not np.any(ends - places[: len(ends)] == BLOCK_LEAST - 1):
            return none
        repeated = blocks(of_payments, self._reference(rows), places.tolist())
        spans = [np.arange(block.first, block.last + 1) for block in repeated]
        return rows[np.concatenate(spans)] if spans else none

    def _reference(self, rows: Any) -> Callable[[int], str] | None:
        """What gives the reference of a payment by its place among them."""
        if "reference" not in self.at:
            return None
        column = self.table.column(self.at["reference"])
        return lambda place: column[int(rows[place])].as_py().strip()


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

    def outside(self, first: date, last: date) -> list[tuple[int, Days]]:
        """The line and the days of each payment before or after these days, in order."""
        far = {
            text: span
            for text, span in self.days.items()
            if span and (span.last < first or span.first > last)
        }
        if not far or "date" not in self.bulk.at:
            return []
        dates_of = self.bulk.table.column(self.bulk.at["date"])
        stripped = pc.utf8_trim(dates_of, " ")
        rows = np.flatnonzero(pc.is_in(stripped, pa.array(list(far), pa.string())).to_numpy())
        among = rows[np.isin(rows, self.at)]
        texts = stripped.take(pa.array(among)).to_pylist()
        return [
            (self.bulk.start + row + 1, far[text])
            for row, text in zip(among.tolist(), texts, strict=True)
        ]

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
        invoiced = {text: dates.days_any(text, self.order) for text in self._texts("invoice_date")}
        invoiced = {text: span for text, span in invoiced.items() if span and span.is_exact}
        base.register("invoices", _days_table(invoiced))
        others = ", ".join(
            f"{_told(bulk.cell[role], role)} as {role}" if role in bulk.cell else f"null as {role}"
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

    def __iter__(self) -> Iterator[PaymentLine]:
        return self._made(self.at)

    @overload
    def __getitem__(self, index: int) -> PaymentLine: ...

    @overload
    def __getitem__(self, index: slice) -> list[PaymentLine]: ...

    def __getitem__(self, index: int | slice) -> PaymentLine | list[PaymentLine]:
        if isinstance(index, slice):
            rows = self.at[index]
            payments = list(self._made(np.sort(rows)))
            return payments if (index.step or 1) > 0 else payments[::-1]
        return next(self._made(self.at[[index]]))

    def _made(self, rows: Any) -> Iterator[PaymentLine]:
        roles = self.bulk.at
        for row, line in zip(rows.tolist(), self.bulk._lines(rows), strict=True):
            if row in self.odd:
                yield self.odd[row]
                continue
            get = {role: line[column].strip() for role, column in roles.items()}
            paid = self.days[get["date"]] if "date" in get else self.stated
            money = amounts.amount(get["amount"])
            assert money is not None
            yield payment_of("", self.bulk.start + row + 1, get, paid, money, self.order)


def _no_balance(cell: str) -> str:
    """Whether a payee's cell carries no balance over, in SQL.

    In a case, as of an `and` both halves are worked out for every line; and only for those with the
    right first letter, which is compared as it stands, in a third of the time of cutting it out.
    """
    begins = (f"({cell} >= '{sign}' and {cell} < '{chr(ord(sign) + 1)}')" for sign in _INITIALS)
    is_none = f"not list_contains({_BALANCES}, {cell})"
    return f"case when {' or '.join(begins)} then {is_none} else true end"


def _told(cell: str, role: str) -> str:
    """What a cell says, in SQL: null where it says nothing."""
    if role not in NUMBERS:
        return f"nullif({cell}, '')"
    short = f"length({cell}) <= {MARK_MOST}"
    is_mark = f"{short} and list_contains({marks.SQL_LIST}, lower({cell}))"
    return f"case when {is_mark} then null else {cell} end"


def _places_of_equals(hashes: Any) -> Any:
    """The places, going up, of hashes that stand more than once.

    First by their halves, which are put in order in half the time and by both cores: those that
    share one are few, and only they are looked at whole.
    """
    half = hashes.view(np.uint32)[::2].copy()
    is_high = half >= np.uint32(1 << 31)
    with ThreadPoolExecutor(2) as several:
        shared = np.concatenate([*several.map(_repeated_in, (half[~is_high], half[is_high]))])
    # Their last bits pass over most of the others.
    last_bits = np.uint32((1 << 20) - 1)
    is_marked = np.zeros(1 << 20, bool)
    is_marked[shared & last_bits] = True
    half &= last_bits
    places = np.flatnonzero(is_marked[half])
    return places[np.isin(hashes[places], _repeated_in(hashes[places]))]


def _repeated_in(hashes: Any) -> Any:
    """Of hashes, which are put in order, those that follow an equal one."""
    hashes.sort()
    return hashes[1:][hashes[1:] == hashes[:-1]]


def _refuse_other_kinds(content: bytes, name: str) -> None:
    """Workbooks, and texts of two bytes a sign."""
    if not name.endswith((".csv", ".txt", ".tsv")):
        raise Unfit
    if content[:2] in (b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff"):
        raise Unfit


def _in_utf8(content: bytes) -> tuple[bytes, list[str]]:
    """A text in whatever encoding, as it is seen, and what is said of signs that were lost."""
    text = eight_bits(content)
    encoded = text.encode()
    return (seen(text).encode() if has_unseen(encoded) else encoded), lost_signs(text)


def _top(content: bytes) -> Cut:
    """The first lines, cut as those of a small file are."""
    top = content if len(content) <= HEAD else content[: content.rfind(b"\n", 0, HEAD) + 1]
    try:
        pieces = cut(top.decode())
    except UnreadableFile:
        raise Unfit from None
    if len(pieces.lines) != top.count(b"\n") + (top[-1:] != b"\n"):
        raise Unfit
    if len(top) < len(content) and len(pieces.lines) < SEARCHED + SAMPLE:
        raise Unfit
    return pieces


def _only_stretch(pieces: Cut, corrections: AnyMapping[str, str]) -> tuple[Stretch, int]:
    """What stands under the only heading, in plain pounds, and how many lines stand above."""
    head = pieces.lines
    grid = Grid("", head, separator=pieces.separator)
    stretches, start = stretches_of(grid, corrections, None)
    if len(stretches) != 1 or columns.header_score(head[start - 1]) < 2 or start == len(head):
        raise Unfit
    roles, money = stretches[0].mapping.columns, stretches[0].money
    is_odd_money = replace(money, otherwise=0) != Money() or set(MONEY_ROLES) & set(roles)
    if "supplier" not in roles or is_odd_money or pieces.notes:
        raise Unfit
    if max(roles.values()) >= len(head[start]):
        raise Unfit
    return stretches[0], start


def _cells(content: bytes, start: int, width: int, separator: str) -> pa.Table:
    """The lines below the heading, a column of text each."""
    names = [f"c{at}" for at in range(width)]
    return pacsv.read_csv(
        pa.BufferReader(content),
        pacsv.ReadOptions(column_names=names, skip_rows=start, block_size=8 << 20),
        pacsv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _refuse_uneven(table: pa.Table, stretch: Stretch, content: bytes, separator: str) -> None:
    # Cells beyond the last heading are looked at line by line.
    named = [at for at, head in enumerate(stretch.mapping.header, 1) if head]
    beyond = table.columns[max(named) :]
    if any(pc.any(pc.not_equal(column, "")).as_py() for column in beyond):
        raise Unfit
    # A quotation mark in a cell is well written, or was cut in another way than line by line.
    has_marks = any(has(column, '"') for column in table.columns)
    if has_marks and not is_well_quoted(content, separator):
        raise Unfit


def _days_table(days: dict[str, Days | None]) -> pa.Table:
    return pa.table(
        {
            "text": pa.array(list(days), pa.string()),
            "first": pa.array([span and span.first for span in days.values()], pa.date32()),
            "last": pa.array([span and span.last for span in days.values()], pa.date32()),
        }
    )


def _pounds(pennies: int) -> Decimal:
    return Decimal(int(pennies)) / 100
