"""Payees: counted over all releases, matched to registers, decided by people, checked by sample."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from localwealth.matching.match import Matcher
from localwealth.registers.ids import company_number
from localwealth.sources.payees import may_be_person
from localwealth.spend.lines import SAME_VAT, SAME_VAT_WHY
from localwealth.spend.measures import interval

from . import files
from .models import Check, Decided, Drawing, Payee, Release, Route, Verdict

BATCH = 5_000
# So many payees are written while others wait.
PIECE = 500
# Below this the matcher is not sure enough for nobody to look.
UNSURE_BELOW = 0.8
SAMPLE = 200
GIVEN = "number given"
Say = Callable[[int, int], None]


# A name's letters and figures: what spellings of one name have in common.
LETTERS = "regexp_replace(replace(upper(strip_accents(name)), '&', 'AND'), '[^A-Z0-9]', '', 'g')"


def code_of(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


# --- Counting -----------------------------------------------------------------------------------


def paths_of_taken() -> tuple[list[str], list[str]]:
    """The line files of all taken releases, and which of them are published ones."""
    paths, published = [], []
    for digest, route in Release.objects.taken().values_list("lines_sha256", "route"):
        place = str(files.lines_of(digest))
        paths.append(place)
        if route == Route.PUBLISHED:
            published.append(place)
    return paths, published


def count_all() -> int:
    """Bring what is paid to each payee up to date with the releases that count; returns how many
    payees there are."""
    paths, published = paths_of_taken()
    counted: dict[str, tuple[Any, ...]] = {}
    if paths:
        with duckdb.connect() as base:
            rows = base.execute(
                f"""select {LETTERS} as letters, mode(name order by name), count(*), sum(amount),
                    max(last),
                    bool_or(list_contains($2, filename)),
                    coalesce(mode(postcode), ''), coalesce(mode(number), ''),
                    coalesce(mode(vat), '')
                from {files.EVERY}
                where outcome = 'accepted' and name is not null group by letters""",
                [paths, published],
            ).fetchall()
        counted = {code_of(row[0]): row[1:] for row in rows}
    fields = [
        "name",
        "lines",
        "amount_gbp",
        "last_paid",
        "in_public",
        "postcode",
        "number",
        "vat",
    ]
    had = {code: tuple(figures) for code, *figures in Payee.objects.values_list("code", *fields)}
    fresh, changed = [], []
    anew: set[str] = set()
    for code, (name, lines, amount, last, in_public, postcode, number, vat) in counted.items():
        values = (name, lines, amount, last, in_public, postcode[:10], number[:40], vat)
        payee = Payee(code=code, **dict(zip(fields, values, strict=True)))
        before = had.get(code)
        if before is None:
            fresh.append(payee)
        elif before != values:
            changed.append(payee)
            if (before[0], *before[5:]) != (name, *values[5:]):
                # What the matcher is asked has changed.
                anew.add(code)
    gone = [code for code, row in had.items() if code not in counted and row[1]]
    _keep_counted(fresh, changed, fields, anew, gone)
    return len(counted)


def _keep_counted(
    fresh: list[Payee], changed: list[Payee], fields: list[str], anew: set[str], gone: list[str]
) -> None:
    """In pieces, between which others write. What is cut off is counted again, and goes on."""
    for part in chunks(iter(fresh), PIECE):
        Payee.objects.bulk_create(part)
    for part in chunks(iter(changed), PIECE):
        with transaction.atomic():
            write_over(part, fields)
            again = [payee.code for payee in part if payee.code in anew]
            Payee.objects.filter(code__in=again).update(matched_with="")
    for codes in chunks(iter(gone), PIECE):
        Payee.objects.filter(code__in=codes).update(
            lines=0, amount_gbp=0, last_paid=None, in_public=False
        )


def write_over(rows: list[Payee], fields: list[str]) -> None:
    """Write these fields of rows that are there: an upsert, as Django's bulk_update is slow."""
    Payee.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while part := list(islice(rows, size)):
        yield part


# --- Matching -----------------------------------------------------------------------------------


def to_match(state: str) -> QuerySet[Payee]:
    """Payees that nobody has decided on and that were not asked of the registers as they are."""
    return Payee.objects.paid().filter(decided=None).exclude(matched_with=state)


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
        answers = matcher.match(
            pa.table(
                {
                    "name": pa.array([payee.name for payee in part], pa.string()),
                    "postcode": pa.array([payee.postcode or None for payee in part], pa.string()),
                    "number": pa.array([payee.number or None for payee in part], pa.string()),
                    "paid": pa.array([payee.last_paid for payee in part], pa.date32()),
                }
            )
        )
        wanted = pa.concat_arrays(
            [answers[name].combine_chunks().drop_null() for name in ("entry", "likeliest")]
        )
        entries = entries_of(wanted)
        for payee, answer in zip(part, answers.to_pylist(), strict=True):
            payee.entry, payee.register_name = entries.get(answer["entry"], ("", ""))
            payee.likeliest, payee.likeliest_name = entries.get(answer["likeliest"], ("", ""))
            payee.probability, payee.method = answer["probability"], answer["method"]
            payee.reasons, payee.matched_with = answer["reasons"], state
        fields = [
            "entry",
            "register_name",
            "likeliest",
            "likeliest_name",
            "probability",
            "method",
            "reasons",
            "matched_with",
        ]
        for piece in chunks(iter(part), PIECE):
            write_over(piece, fields)
        done += len(part)
        say(done, total)
    share_vat_numbers()
    return done


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
class Candidate:
    """A register entry that a payee may be, with what it says of itself."""

    entry: str
    name: str
    probability: float
    kind: str
    status: str
    begun: Any
    ended: Any
    postcode: str


def candidates(payee: Payee, most: int = 6) -> list[Candidate]:
    """The likeliest entries, each once, for a person to choose from."""
    store = files.register()
    if store is None:
        return []
    matcher = Matcher.open(store.folder / "index")
    question = pa.table(
        {
            "name": pa.array([payee.name], pa.string()),
            "postcode": pa.array([payee.postcode or None], pa.string()),
            "paid": pa.array([payee.last_paid], pa.date32()),
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
        Candidate(probability=chosen[number], **described[number])
        for number in chosen
        if number in described
    ]


def entry_named(org_id: str) -> Candidate | None:
    """An entry by its org-id, or by a bare company number."""
    number = org_id.strip().upper()
    if not number.startswith(("GB-", "XI-")):
        number = f"GB-COH-{company_number(number)}"
    entries = _described("list_contains(ids, $1)", number)
    return next((Candidate(probability=1.0, **entry) for entry in entries.values()), None)


def _described(condition: str, wanted: object) -> dict[int, dict[str, Any]]:
    store = files.register()
    if store is None:
        return {}
    rows = store.query(
        f"""select entry as number, id as entry, name, coalesce(kind, '') as kind,
            coalesce(status, '') as status, begun, ended, coalesce(postcode, '') as postcode
        from entries where {condition}""",
        wanted,
    ).to_pylist()
    return {row.pop("number"): row for row in rows}


# --- Decisions of people ------------------------------------------------------------------------


def queue() -> QuerySet[Payee]:
    """What a person should look at, most money first: unmatched, or matched without certainty."""
    unsure = Q(entry="") | Q(probability__lt=UNSURE_BELOW)
    return (
        Payee.objects.paid()
        .filter(unsure, decided=None)
        .exclude(method=GIVEN)
        .order_by("-amount_gbp", "name")
    )


@transaction.atomic
def decide(
    *, payee: Payee, verdict: str, because: str, by: Person, role: str, entry: str = ""
) -> Decided:
    """Say what a payee is. It holds for every anchor that pays it, now and later.

    Raises
    ------
    Refused
        Somebody has decided already, no reason is given, or the entry is in no register here.
    """
    if not because.strip():
        raise Refused("Say how you know: whoever comes after you will ask.")
    name = ""
    if verdict == Verdict.ENTRY:
        chosen = entry_named(entry) if entry else None
        if chosen is None:
            raise Refused(f"There is no entry {entry!r} in the registers here.")
        entry, name = chosen.entry, chosen.name
    else:
        entry = ""
    try:
        with transaction.atomic():
            decision = Decided.objects.create(
                payee=payee,
                verdict=verdict,
                entry=entry,
                register_name=name,
                because=because,
                decided_by=by,
                by_role=role,
            )
    except IntegrityError:
        raise Refused("Somebody has decided this already. Take that back first.") from None
    payee.decided, payee.entry, payee.register_name = decision, entry, name
    payee.method, payee.probability = "decided by a person", 1.0 if entry else 0.0
    payee.reasons = because
    payee.save(
        update_fields=["decided", "entry", "register_name", "method", "probability", "reasons"]
    )
    record("payee decided", about=payee, by=by, as_role=role, verdict=verdict, entry=entry)
    return decision


@transaction.atomic
def take_back(*, decided: Decided, because: str, by: Person, role: str) -> None:
    """Undo a decision: the matcher's answer holds again, until somebody decides anew."""
    if not because.strip():
        raise Refused("Say why it is taken back.")
    done = Decided.objects.filter(pk=decided.pk, undone_on=None).update(
        undone_on=timezone.localdate(), undone_by=by, undone_because=because
    )
    if not done:
        raise Refused("Somebody else has taken it back already.")
    Payee.objects.filter(decided=decided).update(
        decided=None,
        entry="",
        register_name="",
        probability=0,
        method="",
        reasons="",
        matched_with="",
    )
    record("payee decision taken back", about=decided.payee, by=by, as_role=role)


# --- The checked sample -------------------------------------------------------------------------


@transaction.atomic
def draw(*, by: Person, role: str, size: int = SAMPLE, seed: int | None = None) -> Drawing:
    """Draw matches at random, of those that neither a person nor a number has settled."""
    matches = list(
        Payee.objects.paid().matched().filter(decided=None).exclude(method=GIVEN).order_by("code")
    )
    if not matches:
        raise Refused("Nothing is matched yet, so there is nothing to check.")
    seed = random.SystemRandom().randrange(2**31) if seed is None else seed
    drawing = Drawing.objects.create(drawn_by=by, seed=seed, of=len(matches))
    picked = random.Random(seed).sample(matches, min(size, len(matches)))
    Check.objects.bulk_create(
        Check(drawing=drawing, payee=payee, entry=payee.entry, register_name=payee.register_name)
        for payee in picked
    )
    record("sample drawn", about=drawing, by=by, as_role=role, size=len(picked))
    return drawing


def check(*, check: Check, is_right: bool, by: Person) -> None:
    """Say whether a drawn match is right."""
    Check.objects.filter(pk=check.pk).update(
        is_right=is_right, checked_on=timezone.localdate(), checked_by=by
    )


@dataclass(frozen=True)
class Precision:
    """What a checked sample says: shares of 1, with Wilson's 95 % interval."""

    share: float
    low: float
    high: float
    right: int
    checked: int
    drawn_on: Any

    def percent(self, share: float) -> str:
        return f"{share:.1%}"

    @property
    def sentence(self) -> str:
        return (
            f"{self.right} of {self.checked} matches that people checked at random were right: "
            f"{self.share:.1%}, and between {self.low:.1%} and {self.high:.1%} for all, by 95 % "
            "confidence"
        )


def precision() -> Precision | None:
    """Of the newest drawing that people have begun to check; None where there is none."""
    for drawing in Drawing.objects.all():
        answers = list(drawing.checks.exclude(is_right=None).values_list("is_right", flat=True))
        if answers:
            right = sum(map(bool, answers))
            share, low, high = interval(right, len(answers))
            return Precision(share, low, high, right, len(answers), drawing.drawn_on)
    return None


def total_of(payees: QuerySet[Payee]) -> Decimal:
    return payees.aggregate(whole=Sum("amount_gbp"))["whole"] or Decimal(0)
