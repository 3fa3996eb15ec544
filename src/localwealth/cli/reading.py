"""Files of payments on the command line: reading them, and comparing an old one with a new."""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from localwealth.errors import UnreadableFile
from localwealth.layouts import Layouts
from localwealth.progress import follow
from localwealth.sources import payments
from localwealth.sources.payments import PaymentLine, Reading
from localwealth.tables import dates
from localwealth.words import many

PENNY = Decimal("0.01")
# What stands in place of a name that may not stand in public.
ANONYMOUS = {
    "redacted": "(redacted)",
    "person": "(a person)",
    "address": "(an address)",
    "unnamed": "(no name)",
}
# Columns of the table of payments that is written.
COLUMNS = (
    "file sheet line first_day last_day supplier_name payee amount_gbp reference category postcode"
)


def read(options: argparse.Namespace) -> int:
    """Read each file, say what came of every line, and refuse what doesn't reconcile."""
    read_one = _reader(options)
    answers: list[dict[str, object]] = []
    taken: list[tuple[str, Reading]] = []
    for path in follow(options.files, len(options.files), "files"):
        try:
            reading = read_one(path)
        except UnreadableFile as error:
            answers.append({"file": str(path), **_nothing(str(error))})
            continue
        answers.append({"file": str(path), **as_json(reading)})
        taken.append((str(path), reading))
        if not options.json:
            print(as_text(str(path), reading))
    _print_answers(answers, as_list=options.json)
    if options.out:
        _write(options.out, [(name, reading) for name, reading in taken if reading.reconciles])
    return 0 if all(answer["reconciles"] for answer in answers) else 1


def _reader(options: argparse.Namespace) -> Callable[[Path], Reading]:
    """What reads a file as the options ask."""
    corrections = dict(_role(text) for text in options.column)
    period = dates.period(options.period) if options.period else None
    if options.period and not period:
        raise UnreadableFile(
            f"{options.period!r} is no period. Write 2024-05, 2024-25 or May 2024."
        )
    layouts = Layouts(options.layouts or _remembered())
    return lambda path: _with_memory(path, options, corrections, period, layouts)


def _print_answers(answers: list[dict[str, object]], *, as_list: bool) -> None:
    """All answers as a list, or else those that are errors: the others were said at once."""
    if as_list:
        print(json.dumps(answers, indent=1, ensure_ascii=False))
        return
    for answer in answers:
        if answer["error"]:
            print(f"{answer['file']}\n  {answer['error']}\n")


def compare(options: argparse.Namespace) -> int:
    """Say which payments a corrected file takes away and which it brings."""
    old, new = payments_of(options.old), payments_of(options.new)
    gone, come = payments.difference(old, new)
    was, now = old.accepted_gbp, new.accepted_gbp
    if options.json:
        print(
            json.dumps(
                {
                    "gone": len(gone),
                    "come": len(come),
                    "gone_gbp": _pounds(sum((payment.amount for payment in gone), Decimal(0))),
                    "come_gbp": _pounds(sum((payment.amount for payment in come), Decimal(0))),
                    "was_gbp": _pounds(was),
                    "is_gbp": _pounds(now),
                }
            )
        )
        return 0
    if not gone and not come:
        print("The two files hold the same payments.")
    for sign, some in (("-", gone), ("+", come)):
        for payment in some:
            name = ANONYMOUS.get(payment.payee, payment.supplier)
            print(
                f"{sign} line {payment.line}: {_days(payment.paid)}, {name}, £{payment.amount:,.2f}"
            )
    print(f"£{was:,.2f} before, £{now:,.2f} after.")
    return 0


def _remembered() -> Path:
    """Where corrections are kept unless another file is named."""
    home = os.environ.get("LOCALWEALTH_HOME") or Path.home() / ".local" / "share" / "localwealth"
    return Path(home) / "layouts.json"


def _with_memory(
    path: Path,
    options: argparse.Namespace,
    corrections: dict[str, str],
    period: dates.Days | None,
    layouts: Layouts,
) -> Reading:
    content = path.read_bytes()

    def once(columns: dict[str, str]) -> Reading:
        return payments.read(
            content,
            path.name,
            columns_said=columns,
            order_said=options.order,
            period_said=period,
            repeats=options.repeats,
        )

    reading = once(corrections)
    if options.publisher:
        before = layouts.find(options.publisher, reading.mapping.header)
        if before and {**before, **corrections} != corrections:
            reading = once({**before, **corrections})
        if corrections:
            layouts.keep(options.publisher, reading.mapping, corrections)
    return reading


def _role(text: str) -> tuple[str, str]:
    role, sign, heading = text.partition("=")
    if not sign:
        raise UnreadableFile(f"{text!r} should be written ROLE=HEADING.")
    return role.strip(), heading.strip()


def payments_of(path: Path) -> Reading:
    """A file of payments; what is wrong with it is said with its name."""
    try:
        return payments.read(path.read_bytes(), path.name)
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from None


def _pounds(amount: Decimal) -> float:
    return float(amount.quantize(PENNY))


def as_json(reading: Reading) -> dict[str, object]:
    """A reading as plain values; money in pounds, to the penny."""
    total, rejected, duplicate = (
        pounds.quantize(PENNY)
        for pounds in (reading.total, reading.rejected_gbp, reading.duplicate_gbp)
    )
    # Some files give fractions of pennies. Rounded, the parts must still make the whole.
    accepted = total - rejected - duplicate if reading.reconciles else reading.accepted_gbp
    return {
        "rows": reading.rows,
        "accepted": len(reading.payments),
        "rejected": len(reading.rejected),
        "duplicates": len(reading.duplicates),
        "total_gbp": float(total),
        "accepted_gbp": _pounds(accepted),
        "rejected_gbp": float(rejected),
        "duplicate_gbp": float(duplicate),
        "reconciles": reading.reconciles,
        "mapping": reading.mapping.as_words(),
        "reasons": reading.mapping.reasons,
        "refusals": [
            {
                "sheet": left_out.sheet,
                "line": left_out.line,
                "why": left_out.why,
                "gbp": None if left_out.amount is None else _pounds(left_out.amount),
            }
            for left_out in (*reading.rejected, *reading.duplicates)
        ],
        "dates": reading.order,
        "period": _days(reading.period),
        "questions": reading.questions,
        "notes": reading.notes,
        "passed_over": [{"sheet": sheet, "why": why} for sheet, why in reading.passed_over],
        "sha256": reading.digest,
        "error": "",
    }


def _nothing(why: str) -> dict[str, object]:
    numbers = ("rows", "accepted", "rejected", "duplicates")
    money = ("total_gbp", "accepted_gbp", "rejected_gbp", "duplicate_gbp")
    return {
        **dict.fromkeys(numbers, 0),
        **dict.fromkeys(money, 0.0),
        "reconciles": False,
        "mapping": {},
        "error": why,
    }


def _days(days: dates.Days | None) -> str:
    if days is None:
        return ""
    return str(days.first) if days.is_exact else f"{days.first} to {days.last}"


def as_text(name: str, reading: Reading) -> str:
    """A reading for people: what came of the lines and the money, the mapping with its reasons,
    three payments, and what was refused."""
    lines = [
        name,
        f"  {many(reading.rows, 'line')} = {many(len(reading.payments), 'payment')}"
        f" + {len(reading.rejected):,} refused + {many(len(reading.duplicates), 'duplicate')}",
        f"  £{reading.total:,.2f} in the file = £{reading.accepted_gbp:,.2f}"
        f" + £{reading.rejected_gbp:,.2f} + £{reading.duplicate_gbp:,.2f}: "
        + ("reconciles" if reading.reconciles else "DOES NOT RECONCILE; the file is refused"),
        f"  Dates: {reading.order}"
        + (f"; the file is for {_days(reading.period)}" if reading.period else ""),
    ]
    lines += [*_columns(reading), *_first_payments(reading), *_left_out(reading)]
    lines += [f"  Note: {note}" for note in reading.notes]
    lines += [f"  Please say: {question}" for question in reading.questions]
    return "\n".join(lines) + "\n"


def _columns(reading: Reading) -> list[str]:
    heads = reading.mapping.as_words()
    wide = max(len(role) for role in heads)
    return ["  Columns:"] + [
        f"    {role:<{wide}}  {heading!r}, because {reading.mapping.reasons.get(role, '')}"
        for role, heading in heads.items()
    ]


def _first_payments(reading: Reading) -> list[str]:
    if not reading.payments:
        return []
    return ["  The first payments:"] + [
        f"    line {payment.line}: {_days(payment.paid) or 'no date'}, "
        f"{ANONYMOUS.get(payment.payee, payment.supplier)}, £{payment.amount:,.2f}"
        for payment in reading.sample()
    ]


def _left_out(reading: Reading) -> list[str]:
    """The commonest reasons, each with the first lines of which it is said; and whole sheets."""
    lines_by_reason: dict[str, list[int]] = {}
    for left_out in (*reading.rejected, *reading.duplicates):
        lines_by_reason.setdefault(left_out.why, []).append(left_out.line)
    commonest = Counter({reason: len(at) for reason, at in lines_by_reason.items()})
    texts = []
    for reason, count in commonest.most_common(8):
        first = ", ".join(map(str, lines_by_reason[reason][:5]))
        further = f" and {count - 5:,} more" if count > 5 else ""
        texts.append(f"  Left out: {reason}: line {first}{further}")
    return texts + [f"  Left out: sheet {sheet!r}: {why}" for sheet, why in reading.passed_over]


def _write(place: Path, taken: list[tuple[str, Reading]]) -> None:
    """Payments as a clean table. Payees who may not be named in public are not named in it."""
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS.split())
        for name, reading in taken:
            out.writerows(_row(name, payment) for payment in reading.payments)


def _row(name: str, payment: PaymentLine) -> list[str]:
    return [
        name,
        payment.sheet,
        str(payment.line),
        str(payment.paid.first) if payment.paid else "",
        str(payment.paid.last) if payment.paid else "",
        ANONYMOUS.get(payment.payee, payment.supplier),
        payment.payee,
        str(payment.amount),
        payment.roles.get("reference", ""),
        payment.roles.get("category", ""),
        payment.roles.get("postcode", ""),
    ]
