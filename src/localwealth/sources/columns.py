"""Which column of a payments file says what: guessed from its heading and from what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from localwealth.sources import signs
from localwealth.sources.vocabulary import COMPILED, NEVER, ROLES, SHARED_POINTS, SHARES
from localwealth.tables import amounts, dates, marks, vocabulary

_BILINGUAL = re.compile(r"[/|\n]| [-–] ")
# Points of a column by its cells alone, from which it is taken for the payee's.
FIRMLIKE = 27
# What proposes a role for a column: points, role, the column's number from 0, the reason.
Proposal = tuple[float, str, int, str]
_FIRM = re.compile(
    r"\b(ltd|limited|plc|llp|cic|council|trust|services|& co|solutions|uk)\b", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading in small letters and single spaces: ``PaymentDate`` and ``FIN.PAYMENT_DATE (£)``
    come near one another.

    >>> plain("PaymentDate"), plain(" Amount (£) ")
    ('payment date', 'amount')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading.replace("\xa0", " "))
    spaced = re.sub(r"[^a-z0-9 ]+", " ", spaced.casefold())
    return re.sub(r"\s+", " ", spaced).strip()


@lru_cache(maxsize=8192)
def fit(heading: str, role: str) -> int:
    """0 to 100: how well a heading says a role. In two languages (``Supplier / Cyflenwr``) either
    may say it, and a little less well.

    >>> fit("Supplier / Cyflenwr", "supplier") > 80, fit("Supplier No / Rhif", "supplier")
    (True, 0)
    """
    points = _by_pattern(heading, role)
    parts = [part for part in _BILINGUAL.split(heading) if part.strip()]
    if not points and len(parts) > 1 and not any(_is_never(plain(part), role) for part in parts):
        points = max(max(_by_pattern(part, role) for part in parts) - 2, 0)
    return points or _shared(heading, role)


def _is_never(small: str, role: str) -> bool:
    return role in NEVER and re.search(NEVER[role], small) is not None


def _is_barred(small: str, role: str) -> bool:
    """Whether a heading can't say a role, whatever else stands in it."""
    is_of_tax = (
        role == "amount"
        and re.search(r"\bvat\b", small) is not None
        and not re.search(r"\b(ex|excl|excluding|net|nett|inc|incl|including)\b", small)
    )
    return not small or is_of_tax or _is_never(small, role)


def _by_pattern(heading: str, role: str) -> int:
    small = plain(heading)
    if _is_barred(small, role):
        return 0
    fitting = (points for pattern, points in COMPILED[role] if pattern.fullmatch(small))
    return max(fitting, default=0)


def _shared(heading: str, role: str) -> int:
    """A heading that all readers know, and no pattern of payments."""
    shared = SHARES.get(role, ())
    if not shared or _is_barred(plain(heading), role):
        return 0
    return SHARED_POINTS if vocabulary.says(heading, *shared) else 0


@dataclass(frozen=True)
class ColumnMapping:
    """Which column (counted from 0) says which role, and why.

    ``header`` is the heading of each column ("" throughout where the file has none), ``reasons``
    a sentence a role; ``doubled`` are further columns, by role, under the very heading of the one
    that was taken.
    """

    columns: dict[str, int]
    header: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def as_words(self) -> dict[str, str]:
        """Role to the column's heading, or ``column 7`` where it has none."""
        return {
            role: self.header[at]
            if at < len(self.header) and self.header[at]
            else f"column {at + 1}"
            for role, at in self.columns.items()
        }


vocabulary.register("payments", SHARES, lambda heading, role: fit(heading, role) > 0)


def header_score(cells: Sequence[str]) -> int:
    """How many of the three that a payment needs, a line names in different cells: 0 to 3."""
    # Most lines of a file hold a plain amount.
    if any(map(amounts.PLAIN.fullmatch, cells)):
        return 0
    if sum(map(bool, map(str.strip, cells))) < 2:
        return 0
    if any(
        amounts.amount(cell) is not None and cell.strip() not in amounts.DASHES for cell in cells
    ):
        return 0
    return sum(any(fit(cell, role) for cell in cells) for role in ("amount", "supplier", "date"))


def guess(header: Sequence[str], sample: Sequence[Sequence[str]]) -> ColumnMapping:
    """The likeliest mapping of a header's columns, given some of the lines under it.

    A heading proposes, the cells decide: a column is taken for an amount or a date where most of
    its cells are, with fewer only where nothing else can be. Without headings only cells speak.
    """
    width = max(map(len, [header, *sample]))
    columns = _cells_by_column(sample, width)
    heads = [*header, *[""] * (width - len(header))]
    proposals = _by_headings(columns, heads)
    if not _propose("amount", proposals):
        proposals += _by_cells(columns, heads)
    if not _propose("supplier", proposals):
        proposals += _payees_by_cells(columns, {at for _, _, at, _ in proposals})
    if not _propose("date", proposals):
        proposals += _dates_by_cells(columns, heads)
    chosen, reasons = _likeliest(proposals)
    _invoiced(heads, columns, chosen, reasons)
    _signed(heads, columns, chosen, reasons)
    _in_sterling(heads, columns, chosen, reasons)
    order = {role: chosen[role] for role in ROLES if role in chosen}
    doubled = _doubled(heads, columns, chosen)
    return ColumnMapping(order, tuple(head.strip() for head in heads), reasons, doubled)


def _cells_by_column(sample: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Of each column the cells that say something."""
    return [
        [line[at].strip() for line in sample if at < len(line) and line[at].strip()]
        for at in range(width)
    ]


def _by_headings(columns: Sequence[list[str]], heads: Sequence[str]) -> list[Proposal]:
    """Roles that headings say, where the cells don't forbid it."""
    return [
        (points + looks, role, at, f"its heading is {heads[at].strip()!r}")
        for at, cells in enumerate(columns)
        for role in ROLES
        if (points := fit(heads[at], role)) and (looks := _looks(cells, role)) is not None
    ]


def _propose(role: str, proposals: Sequence[Proposal]) -> bool:
    return any(role == proposed for _, proposed, _, _ in proposals)


def _payees_by_cells(columns: list[list[str]], taken: set[int]) -> list[Proposal]:
    """A payee's column may have a name that nobody has thought of; its cells then say so."""
    return [
        (points, role, at, reason)
        for points, role, at, reason in _by_cells(columns, [""] * len(columns))
        if role == "supplier" and at not in taken and points > FIRMLIKE
    ]


def _dates_by_cells(columns: list[list[str]], heads: Sequence[str]) -> list[Proposal]:
    """A column of dates may have no heading at all."""
    return [
        (points, "date", at, "it has no heading, and its cells are dates")
        for points, role, at, _ in _by_cells(columns, heads)
        if role == "date" and not heads[at].strip()
    ]


def _likeliest(proposals: Sequence[Proposal]) -> tuple[dict[str, int], dict[str, str]]:
    """Of each role the column with most points that no likelier role has taken, and why."""
    chosen: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for _, role, at, reason in sorted(
        proposals, key=lambda proposal: (-proposal[0], ROLES.index(proposal[1]), proposal[2])
    ):
        if role not in chosen and at not in chosen.values():
            chosen[role], reasons[role] = at, reason
    return chosen, reasons


def _doubled(
    heads: Sequence[str], columns: list[list[str]], chosen: dict[str, int]
) -> dict[str, tuple[int, ...]]:
    """Columns that bear the very heading of one that was taken, and say something else."""
    doubled: dict[str, tuple[int, ...]] = {}
    for role in ("amount", "supplier", "date"):
        if role not in chosen or not plain(heads[chosen[role]]):
            continue
        taken = chosen[role]
        others = tuple(
            at
            for at, head in enumerate(heads)
            if at not in chosen.values()
            and plain(head) == plain(heads[taken])
            and columns[at]
            and columns[at] != columns[taken]
        )
        if others:
            doubled[role] = others
    return doubled


def _signed(
    heads: Sequence[str], columns: list[list[str]], chosen: dict[str, int], reasons: dict[str, str]
) -> None:
    """A column of credits beside one of debits, or one that marks each amount as either."""
    if "amount" not in chosen:
        return
    small = list(map(plain, heads))
    sign = signs.column_of_signs(small[chosen["amount"]], small, columns, {*chosen.values()})
    if sign is not None:
        role, at = sign
        chosen[role], reasons[role] = at, f"its heading is {heads[at].strip()!r}"


def _in_sterling(
    heads: Sequence[str], columns: list[list[str]], chosen: dict[str, int], reasons: dict[str, str]
) -> None:
    """Of two columns of amounts beside one of currencies that in pounds, which none then names:
    the other is what was paid in the currency."""
    if not {"amount", "currency"} <= chosen.keys():
        return
    amounts_at = [
        at
        for at, head in enumerate(heads)
        if fit(head, "amount") and _share(columns[at], _is_money) > 0.5
    ]
    sterling = [at for at in amounts_at if signs.says_sterling(heads[at])]
    if len(sterling) == 1 and len(amounts_at) > 1:
        chosen["amount"] = sterling[0]
        reasons["amount"] = f"its heading is {heads[sterling[0]].strip()!r}"
        del chosen["currency"]


def _invoiced(
    heads: Sequence[str], columns: list[list[str]], chosen: dict[str, int], reasons: dict[str, str]
) -> None:
    """The date of the invoice, where a file gives it beside the date of payment: only then, as a
    file with one date means the payment's."""
    if "date" not in chosen or re.search(r"invoice|document", plain(heads[chosen["date"]])):
        return
    for at, head in enumerate(heads):
        if (
            at not in chosen.values()
            and re.fullmatch(r"(supplier )?(invoice|document) ?date|date of invoice", plain(head))
            and _share(columns[at], dates.days) > 0.5
        ):
            chosen["invoice_date"], reasons["invoice_date"] = at, f"its heading is {head.strip()!r}"
            return


def _share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells) if cells else 0.0


def _is_money(cell: str) -> bool:
    return amounts.amount(cell) is not None or amounts.amount(cell, ",") is not None


def _is_day(cell: str) -> bool:
    return bool(dates.days(cell) or dates.days(cell, "mdy"))


def _may_be_day(cell: str) -> bool:
    """Under a heading that says so also with its year first in two figures (98-04-13), which an
    account of a bank may be written like."""
    return _is_day(cell) or dates.days(cell, "yymd") is not None


def _dated(cells: Sequence[str]) -> Sequence[str]:
    """Cells of a column of days that don't say that there is none; all, where all do."""
    return [cell for cell in cells if not marks.is_no_date(cell)] or cells


def _looks(cells: Sequence[str], role: str) -> float | None:
    """Points to add for what is in a column; None where it can't be the role at all."""
    if role not in _TESTS:
        return 0.0
    if role == "date":
        cells = _dated(cells)
    share = _share(cells, _TESTS[role])
    if not cells or share >= 0.5:
        return 5 * share
    # Where the heading says amounts and some are: better than nothing, worse than any other.
    return 5 * share - 60 if role == "amount" and share else None


_TESTS: dict[str, Callable[[str], object]] = {
    "amount": _is_money,
    "date": _may_be_day,
    "supplier": re.compile(r"[A-Za-z]{2}").search,
}


def _by_cells(columns: list[list[str]], heads: Sequence[str]) -> list[Proposal]:
    """Roles by the look of the cells: for files without headings."""
    most = max((len(cells) for cells in columns), default=0)
    proposals = (
        _by_look(at, cells, heads[at])
        for at, cells in enumerate(columns)
        if cells and len(cells) >= most / 2
    )
    return [proposal for proposal in proposals if proposal]


def _by_look(at: int, cells: list[str], head: str) -> Proposal | None:
    """What a column's cells look like, if like anything."""
    dated = _share(_dated(cells), _is_day)
    if dated > 0.8:
        return (50 * dated, "date", at, "its cells are dates")
    money = _share(cells, _is_money)
    if money > 0.8:
        # The amount stands towards the end more often than identifiers do.
        pennies = _share(cells, re.compile(r"\.\d{1,2}\D*$").search)
        points = 30 * money + 20 * pennies + at / 10
        return (points, "amount", at, "its cells are amounts of money")
    worded = _share(cells, re.compile(r"[A-Za-z]{2}.*[A-Za-z]{2}").search)
    different, firms = len(set(cells)) / len(cells), _share(cells, _FIRM.search)
    # Few different cells and none that sounds like a firm are kinds of shops or departments.
    if worded > 0.6 and not head.strip() and (firms > 0.05 or different > 0.3):
        points = 20 * worded + 30 * firms + 5 * different
        return (points, "supplier", at, "its cells look most like names of firms")
    if different > 0.5 and worded < 0.5:
        return (10.0, "reference", at, "its cells look like references")
    return None
