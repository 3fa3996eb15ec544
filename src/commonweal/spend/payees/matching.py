"""Payees matched to the entries of registers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import QuerySet

from localwealth.matching.match import Matcher
from localwealth.registers.ids import company_number
from localwealth.sources.payees import may_be_person
from localwealth.spend.lines import SAME_VAT, SAME_VAT_WHY

from .. import files
from ..models import Payee
from .counting import PIECE, chunks, write_over
from .naming import WAITS, WAITS_WHY, entry_stands

BATCH = 5_000
Say = Callable[[int, int], None]


def to_match(state: str) -> QuerySet[Payee]:
    """Payees that nobody has decided on and that were not asked of the registers as they are."""
    return Payee.objects.paid().filter(decided=None).exclude(matched_with=state)


# What the matcher finds of a payee.
MATCHED = (
    "entry",
    "register_name",
    "likeliest",
    "likeliest_name",
    "probability",
    "method",
    "reasons",
)


def match_waiting(say: Say) -> int:
    """Match what is not matched yet, in parts: each is kept, so that one may stop in between."""
    store = files.register()
    if store is None:
        return 0
    state = files.state_of_registers()
    # What came from another payee is asked anew, as that one may be another by now.
    Payee.objects.filter(decided=None, method=SAME_VAT).update(matched_with="")
    total, done = to_match(state).count(), 0
    matcher = Matcher.open(store.folder / "index")
    while part := list(to_match(state).order_by("pk")[:BATCH]):
        _match(matcher, part)
        for payee in part:
            payee.matched_with = state
        for piece in chunks(iter(part), PIECE):
            write_over(piece, [*MATCHED, "matched_with"])
        done += len(part)
        say(done, total)
    share_vat_numbers()
    return done


def _match(matcher: Matcher, part: list[Payee]) -> None:
    answers = matcher.match(_asked_of(part))
    numbers = [answers[name].combine_chunks().drop_null() for name in ("entry", "likeliest")]
    entries = entries_of(pa.concat_arrays(numbers))
    for payee, answer in zip(part, answers.to_pylist(), strict=True):
        payee.entry, payee.register_name = entries.get(answer["entry"], ("", ""))
        payee.likeliest, payee.likeliest_name = entries.get(answer["likeliest"], ("", ""))
        payee.probability, payee.method = answer["probability"], answer["method"]
        payee.reasons = answer["reasons"]
        if payee.entry and not entry_stands(payee.name, payee.method, None):
            payee.entry, payee.register_name = "", ""
            payee.method, payee.reasons = WAITS, WAITS_WHY


def _asked_of(part: list[Payee]) -> pa.Table:
    """What the matcher is asked about payees."""
    return pa.table(
        {
            "name": pa.array([payee.name for payee in part], pa.string()),
            "postcode": pa.array([payee.postcode or None for payee in part], pa.string()),
            "number": pa.array([payee.number or None for payee in part], pa.string()),
            "paid": pa.array([payee.last_paid for payee in part], pa.date32()),
        }
    )


def share_vat_numbers() -> int:
    """Payees that nothing was found for become what others with the same VAT number are, where all
    of these are one; returns how many. Names that may be a person's wait for somebody to look, as
    an entry would make them public."""
    known: dict[str, dict[str, tuple[str, float]]] = {}
    for vat, entry, name, probability in (
        Payee.objects.paid()
        .exclude(vat="")
        .exclude(entry="")
        .values_list("vat", "entry", "register_name", "probability")
    ):
        before = known.setdefault(vat, {}).get(entry, (name, 0.0))
        known[vat][entry] = (name, max(probability, before[1]))
    shared = []
    for payee in Payee.objects.paid().filter(decided=None, entry="").exclude(vat=""):
        entries = known.get(payee.vat, {})
        if len(entries) == 1 and not may_be_person(payee.name):
            [(payee.entry, (payee.register_name, payee.probability))] = entries.items()
            payee.method, payee.reasons = SAME_VAT, SAME_VAT_WHY
            shared.append(payee)
    for part in chunks(iter(shared), PIECE):
        write_over(part, ["entry", "register_name", "probability", "method", "reasons"])
    return len(shared)


def entries_of(numbers: pa.Array) -> dict[int | None, tuple[str, str]]:
    """(org-id, name) of entries by their number in the store."""
    store = files.register()
    if store is None or not len(numbers):
        return {}
    entries = store.query(
        "select entry, id, name from entries where entry in (select unnest($1))",
        numbers.unique().to_pylist(),
    )
    return {row["entry"]: (row["id"], row["name"]) for row in entries.to_pylist()}


@dataclass(frozen=True)
class EntryCandidate:
    """A register entry that a payee may be, with what it says of itself."""

    entry: str
    name: str
    probability: float
    kind: str
    status: str
    begun: Any
    ended: Any
    postcode: str
    ids: tuple[str, ...] = ()


def candidates(payee: Payee, most: int = 6) -> list[EntryCandidate]:
    """The likeliest entries, each once, for a person to choose from."""
    return _likeliest(payee.name, payee.postcode, payee.last_paid, most)


def named(name: str, most: int) -> list[EntryCandidate]:
    """The likeliest entries of a name of which nothing else is known."""
    return _likeliest(name, "", None, most)


def _likeliest(name: str, postcode: str, paid: date | None, most: int) -> list[EntryCandidate]:
    store = files.register()
    if store is None:
        return []
    matcher = Matcher.open(store.folder / "index")
    question = pa.table(
        {
            "name": pa.array([name], pa.string()),
            "postcode": pa.array([postcode or None], pa.string()),
            "paid": pa.array([paid], pa.date32()),
        }
    )
    _, _, pairs = matcher.candidates(question)
    chance = matcher.model.probability(pairs.values)
    best: dict[int, float] = {}
    for at in np.argsort(-chance, kind="stable"):
        best.setdefault(int(pairs.entry[at]), float(chance[at]))
    chosen = dict(islice(best.items(), most))
    described = _described("entry in (select unnest($1))", list(chosen))
    return [
        EntryCandidate(probability=chosen[number], **described[number])
        for number in chosen
        if number in described
    ]


def entry_named(org_id: str) -> EntryCandidate | None:
    """An entry by its org-id, or by a bare company number."""
    number = org_id.strip().upper()
    if not number.startswith(("GB-", "XI-")):
        number = f"GB-COH-{company_number(number)}"
    entries = _described("list_contains(ids, $1)", number)
    return next((EntryCandidate(probability=1.0, **entry) for entry in entries.values()), None)


def _described(condition: str, wanted: object) -> dict[int, dict[str, Any]]:
    store = files.register()
    if store is None:
        return {}
    rows = store.query(
        f"""select entry as number, id as entry, name, coalesce(kind, '') as kind,
            coalesce(status, '') as status, begun, ended, coalesce(postcode, '') as postcode, ids
        from entries where {condition}""",
        wanted,
    ).to_pylist()
    return {row.pop("number"): row for row in rows}
