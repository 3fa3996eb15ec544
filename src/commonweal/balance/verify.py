"""Proving the closed books: what `./commonweal balance verify` does.

Each closed statement is held against four things that were written at different times and
places: its own bytes, the append-only record, the statement after it, and the ledger, from which
its account is worked out anew as at its closing moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commonweal.accounts.models import Event
from commonweal.pledges import ledger, proving
from commonweal.pledges.proving import Proof

from . import cutting
from . import statement as st
from .account import Book, OutOfBalance, add_up
from .models import Period, Statement


@dataclass(frozen=True)
class StatementFinding:
    """One closed statement, and what is wrong with it; nothing when it is whole."""

    statement: Statement
    wrong: list[str]


def verify(say: proving.Say = lambda text: None) -> tuple[Proof, Iterator[StatementFinding]]:
    """Read the chain first, then every closed statement, oldest first."""
    proof = proving.verify(say)
    statements = (
        Statement.objects.closed().select_related("period").order_by("period__ends_on", "number")
    )
    return proof, (
        StatementFinding(statement, list(wrong_with(statement, proof))) for statement in statements
    )


def wrong_with(statement: Statement, proof: Proof) -> Iterator[str]:
    stored = bytes(statement.canonical or b"")
    if ledger.sha256(stored) != statement.sha256:
        yield "its bytes are not the ones that were closed: their SHA-256 is another"
    try:
        content = json.loads(stored)
        cuts = cutting.Cuts.of(content)
    except (ValueError, KeyError, TypeError):
        yield "its bytes can't be read any more"
        return
    if ledger.canonical(content) != stored:
        yield "its bytes are not canonical"
    yield from _wrong_identity(statement, content)
    yield from _wrong_record(statement)
    yield from _wrong_chain(statement, content, proof)
    yield from _wrong_opening(statement, content)
    yield from _wrong_account(content, cuts)


def _wrong_identity(statement: Statement, content: dict[str, Any]) -> Iterator[str]:
    period = content.get("period", {})
    written = (
        period.get("code"),
        period.get("starts_on"),
        period.get("ends_on"),
        content["number"],
    )
    filed = (
        statement.period.code,
        statement.period.starts_on.isoformat(),
        statement.period.ends_on.isoformat(),
        statement.number,
    )
    if written != filed:
        yield "it says another period or number than the one it is kept under"
    if content.get("signoffs") != statement.signoffs:
        yield "its sign-offs are not the ones in its bytes"


def _wrong_record(statement: Statement) -> Iterator[str]:
    closed = Event.objects.filter(
        verb="statement closed", about_kind=Period._meta.label, about_code=statement.period.code
    )
    hashes = [
        event.detail.get("sha256")
        for event in closed
        if event.detail.get("number") == statement.number
    ]
    if hashes != [statement.sha256]:
        yield "the record of its closing names another SHA-256"


def _wrong_chain(statement: Statement, content: dict[str, Any], proof: Proof) -> Iterator[str]:
    cut = content["cut"]
    if proof.broken and proof.broken.seq <= cut["seq"]:
        yield f"it rests on the ledger, which is broken at entry {proof.broken.seq}"
    if cut["seq"] and cutting.hash_at(cut["seq"]) != cut["hash"]:
        yield f"ledger entry {cut['seq']} has another hash than when the books were closed"


def _wrong_opening(statement: Statement, content: dict[str, Any]) -> Iterator[str]:
    before = content["opening"]["statement"]
    if before and not Statement.objects.closed().filter(sha256=before).exists():
        yield "the statement that it opens from is not among the closed ones"
    restates = content.get("restates")
    if restates:
        earlier = statement.period.statements.closed().filter(number=restates["number"]).first()
        if earlier is None or earlier.sha256 != restates["sha256"]:
            yield "the statement that it restates is not the one that was closed"


def _wrong_lines(
    content: dict[str, Any], again: dict[tuple[str, str], dict[str, Any]]
) -> Iterator[str]:
    lines = {(line["theme"], line["measure"]): line for line in content["lines"]}
    for key in sorted(set(lines) | set(again)):
        has = {k: v for k, v in lines.get(key, {}).items() if not k.endswith("_name")}
        if has != again.get(key):
            yield f"the line {key[0]} / {key[1]} is not what the ledger adds up to"


def _wrong_account(content: dict[str, Any], cuts: cutting.Cuts) -> Iterator[str]:
    try:
        book = add_up(
            st.every_pledge(cuts.closing.seq),
            cuts.opening,
            cuts.closing,
            cuts.opening_days,
            cuts.closing_days,
        )
    except OutOfBalance as error:
        yield f"the ledger does not add up any more: {error}"
        return
    yield from _wrong_book(content, book)
    others = content.get("others")
    if others is None and book.others is None:
        return
    empty = st.account(Book(), cuts.closing.on)
    for wrong in _wrong_book(others or empty, book.others or Book()):
        yield f"of what registers of other bodies list: {wrong}"


def _wrong_book(content: dict[str, Any], book: Book) -> Iterator[str]:
    """What an account says that the ledger does not give today; names are as they were."""
    again = {
        (s.terms.theme, s.terms.measure): st.line(s, lets_go=book.lets_go)
        for s in book.lines.values()
    }
    yield from _wrong_lines(content, again)
    if content["totals"] != st.totals_of(again.values(), lets_go=book.lets_go):
        yield "its totals are not what its lines add up to"
    if content["standings"] != dict(sorted(book.standings.items())):
        yield "its counts by standing are not what the ledger gives"
    if (content["entries"], content["late_entries"]) != (book.entries, book.late_entries):
        yield "its number of entries is not what the ledger gives"
