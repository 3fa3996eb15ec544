"""``localwealth``: the command line of the analysis, for whoever has files and no web site."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile
from localwealth.layouts import Layouts
from localwealth.progress import follow
from localwealth.sources import payments, sheets, values
from localwealth.sources.payments import Payment, Reading

if TYPE_CHECKING:
    from localwealth.matching.model import Model

PENNY = Decimal("0.01")
ANONYMOUS = {
    "redacted": "(redacted)",
    "person": "(a person)",
    "address": "(an address)",
    "unnamed": "(no name)",
}
MODEL = "match with a model of your own (see fit)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 where all went well, 1 where an answer is bad, 2 where
    the command could not be done."""
    options = _parser().parse_args(arguments)
    try:
        _spare_inputs(options)
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough: `localwealth read … | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UnreadableFile as error:
        print(f"localwealth: {error}", file=sys.stderr)
        return 2
    except (FileNotFoundError, IsADirectoryError) as error:
        print(f"localwealth: there is no file {Path(str(error.filename)).name!r}.", file=sys.stderr)
        return 2
    return code


def _spare_inputs(options: argparse.Namespace) -> None:
    """Refuse to write an answer over a file that the command reads."""
    read_from = [
        Path(path)
        for name in ("files", "file", "truth", "old", "new", "postcodes", "checked", "model")
        for path in _listed(getattr(options, name, None))
    ]
    read_from += [
        Path(path) for _, *files in getattr(options, "anchor", None) or [] for path in files
    ]
    for name in ("out", "sample"):
        place = getattr(options, name, None)
        if place and place.resolve() in {path.resolve() for path in read_from}:
            raise UnreadableFile(f"{place.name!r} is read by this command, so it can't be written.")


def _listed(option: object) -> list[str | Path]:
    if isinstance(option, list):
        return option
    return [option] if isinstance(option, (str, Path)) else []


def _payments(path: Path) -> Reading:
    """A file of payments; what is wrong with it is said with its name."""
    try:
        return payments.read(path.read_bytes(), path.name)
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="localwealth",
        description="Where an area's money goes, from messy files to figures that can be defended.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _read_words(commands.add_parser("read", help="read files of payments and reconcile each"))
    command = commands.add_parser("compare", help="what a corrected file changes")
    command.add_argument("old", type=Path)
    command.add_argument("new", type=Path)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=compare)
    _register_words(commands.add_parser("register", help="the store of registers"))
    command = commands.add_parser("match", help="names of payees to entries of the store")
    command.add_argument("file", type=Path, help="a CSV with a column supplier_name")
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument("--out", type=Path, required=True, help="write the answers to this CSV")
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.set_defaults(run=match)
    command = commands.add_parser("evaluate", help="how well names of known truth are matched")
    command.add_argument(
        "truth",
        type=Path,
        metavar="TRUTH.csv",
        help="supplier_name, amount_gbp, postcode, register_id",
    )
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument(
        "--decoys",
        type=int,
        default=0,
        metavar="N",
        help="put so many generated companies among the store's own",
    )
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=evaluate)
    command = commands.add_parser("fit", help="fit the matcher further on your own labelled names")
    command.add_argument("truth", type=Path, metavar="TRUTH.csv", help="as for evaluate")
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument("--decoys", type=int, default=0, metavar="N", help="as for evaluate")
    command.add_argument("--out", type=Path, required=True, help="write the model to this file")
    command.set_defaults(run=fit)
    _measure_words(commands.add_parser("measure", help="where the money of anchors goes"))
    return parser


def _measure_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--anchor",
        nargs="+",
        action="append",
        required=True,
        metavar="NAME FILE",
        help="an anchor's name and its files of payments; give it for each anchor",
    )
    command.add_argument(
        "--anchor-id",
        action="append",
        default=[],
        metavar="ORG-ID",
        help="an anchor's own id, so that payments between anchors are taken out",
    )
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument(
        "--postcodes",
        type=Path,
        nargs="+",
        required=True,
        metavar="FILE",
        help="ONSPD, NSPL or Code-Point Open",
    )
    command.add_argument("--town", required=True, metavar="CODE", help="ONS code of the district")
    command.add_argument("--county", default="", metavar="CODE")
    command.add_argument("--region", default="", metavar="CODE")
    command.add_argument(
        "--sample",
        type=Path,
        metavar="OUT.csv",
        help="write 200 random matches, with an empty column right, to be checked",
    )
    command.add_argument(
        "--checked",
        type=Path,
        metavar="IN.csv",
        help="the same file with yes or no in its column right",
    )
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=measure)


def _register_words(group: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("build", help="build a store, or refresh it by file")
    command.add_argument("store", type=Path, metavar="STORE", help="its folder")
    command.add_argument("files", type=Path, nargs="*", metavar="FILE", help="registers' files")
    command.add_argument("--generate", type=int, default=0, metavar="N", help="N made-up companies")
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(run=register_build)
    command = commands.add_parser("info", help="what a store is made of")
    command.add_argument("store", type=Path, metavar="STORE")
    command.set_defaults(run=register_info)


def _read_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV, XLSX, XLS or ODS"
    )
    command.add_argument("--json", action="store_true", help="a list with an object for each file")
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ROLE=HEADING",
        help="correct the mapping: supplier='Paid to', amount=7, reference=",
    )
    command.add_argument("--publisher", default="", help="remember corrections under this name")
    command.add_argument("--layouts", type=Path, help="the file that remembers them")
    command.add_argument(
        "--order", choices=["dmy", "mdy", "ymd", "ydm"], help="how dates are written"
    )
    command.add_argument("--period", help="the period of a file without dates: 2024-05, 2024-25")
    command.add_argument(
        "--repeats",
        choices=["duplicates", "payments"],
        help="what lines are that repeat an earlier line and its reference",
    )
    command.add_argument("--out", type=Path, help="write the payments to this CSV")
    command.set_defaults(run=read)


def _remembered() -> Path:
    """Where corrections are kept unless another file is named."""
    home = os.environ.get("LOCALWEALTH_HOME") or Path.home() / ".local" / "share" / "localwealth"
    return Path(home) / "layouts.json"


def read(options: argparse.Namespace) -> int:
    """Read each file, say what came of every line, and refuse what doesn't reconcile."""
    corrections = dict(_role(text) for text in options.column)
    period = values.period(options.period) if options.period else None
    if options.period and not period:
        raise UnreadableFile(
            f"{options.period!r} is no period. Write 2024-05, 2024-25 or May 2024."
        )
    layouts = Layouts(options.layouts or _remembered())
    answers: list[dict[str, object]] = []
    taken: list[tuple[str, Reading]] = []
    for path in follow(options.files, len(options.files), "files"):
        try:
            reading = _with_memory(path, options, corrections, period, layouts)
        except UnreadableFile as error:
            answers.append({"file": str(path), **_nothing(str(error))})
            continue
        answers.append({"file": str(path), **as_json(reading)})
        taken.append((str(path), reading))
        if not options.json:
            print(as_text(str(path), reading))
    if options.json:
        print(json.dumps(answers, indent=1, ensure_ascii=False))
    else:
        for answer in answers:
            if answer["error"]:
                print(f"{answer['file']}\n  {answer['error']}\n")
    if options.out:
        _write(options.out, [(name, reading) for name, reading in taken if reading.reconciles])
    return 0 if all(answer["reconciles"] for answer in answers) else 1


def _with_memory(
    path: Path,
    options: argparse.Namespace,
    corrections: dict[str, str],
    period: values.Days | None,
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


def _days(days: values.Days | None) -> str:
    if days is None:
        return ""
    return str(days.first) if days.is_exact else f"{days.first} to {days.last}"


def as_text(name: str, reading: Reading) -> str:
    """A reading for people: what came of the lines and the money, the mapping with its reasons,
    three payments, and what was refused."""
    lines = [
        name,
        f"  {reading.rows:,} lines = {len(reading.payments):,} payments"
        f" + {len(reading.rejected):,} refused + {len(reading.duplicates):,} duplicates",
        f"  £{reading.total:,.2f} in the file = £{reading.accepted_gbp:,.2f}"
        f" + £{reading.rejected_gbp:,.2f} + £{reading.duplicate_gbp:,.2f}: "
        + ("reconciles" if reading.reconciles else "DOES NOT RECONCILE; the file is refused"),
        f"  Dates: {reading.order}"
        + (f"; the file is for {_days(reading.period)}" if reading.period else ""),
    ]
    heads = reading.mapping.as_words()
    wide = max(len(role) for role in heads)
    lines += ["  Columns:"] + [
        f"    {role:<{wide}}  {heading!r}, because {reading.mapping.reasons.get(role, '')}"
        for role, heading in heads.items()
    ]
    if reading.payments:
        lines += ["  The first payments:"] + [
            f"    line {payment.line}: {_days(payment.paid) or 'no date'}, "
            f"{ANONYMOUS.get(payment.payee, payment.supplier)}, £{payment.amount:,.2f}"
            for payment in reading.sample()
        ]
    why = Counter(left_out.why for left_out in (*reading.rejected, *reading.duplicates))
    for reason, count in why.most_common(8):
        at = [
            left_out.line
            for left_out in (*reading.rejected, *reading.duplicates)
            if left_out.why == reason
        ]
        further = f" and {count - 5:,} more" if count > 5 else ""
        lines.append(f"  Left out: {reason}: line {', '.join(map(str, at[:5]))}{further}")
    lines += [f"  Left out: sheet {sheet!r}: {reason}" for sheet, reason in reading.passed_over]
    lines += [f"  Please say: {question}" for question in reading.questions]
    return "\n".join(lines) + "\n"


def _write(place: Path, taken: list[tuple[str, Reading]]) -> None:
    """Payments as a clean table. Payees who may not be named in public are not named in it."""
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "file",
                "sheet",
                "line",
                "first_day",
                "last_day",
                "supplier_name",
                "payee",
                "amount_gbp",
                "reference",
                "category",
                "postcode",
            ]
        )
        for name, reading in taken:
            out.writerows(_row(name, payment) for payment in reading.payments)


def _row(name: str, payment: Payment) -> list[str]:
    return [
        name,
        payment.sheet,
        str(payment.line),
        str(payment.paid.first) if payment.paid else "",
        str(payment.paid.last) if payment.paid else "",
        ANONYMOUS.get(payment.payee, payment.supplier),
        payment.payee,
        str(payment.amount),
        payment.more.get("reference", ""),
        payment.more.get("category", ""),
        payment.more.get("postcode", ""),
    ]


def compare(options: argparse.Namespace) -> int:
    """Say which payments a corrected file takes away and which it brings."""
    old, new = _payments(options.old), _payments(options.new)
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


def register_build(options: argparse.Namespace) -> int:
    """Build a store from registers' files, from the generator, or from both."""
    from localwealth.registers import generate, store

    if not options.files and not options.generate:
        raise UnreadableFile("Name files of registers, or --generate N.")
    if options.generate < 0:
        raise UnreadableFile("--generate takes a number of companies.")
    made_up = generate.companies(options.generate, options.seed) if options.generate else None
    built = store.build(
        options.store, options.files, made_up, lambda text: print(text, file=sys.stderr, flush=True)
    )
    print(f"{built.made_of['entries']:,} entries, {built.made_of['names']:,} names")
    return 0


def register_info(options: argparse.Namespace) -> int:
    """Say what a store holds."""
    from localwealth.registers.store import Store

    contents = Store.open(options.store).made_of
    print(f"{contents['entries']:,} entries, {contents['names']:,} names, of:")
    for source in contents["sources"]:
        print(f"  {source.get('file', '')}  {source['format']}")
    return 0


def match(options: argparse.Namespace) -> int:
    """Match the names of a CSV; the answers stand beside each line, with their reasons."""
    from localwealth.matching.match import Matcher, payees_of
    from localwealth.registers.store import Store

    store = Store.open(options.register)
    sheet = sheets.read(options.file.read_bytes(), options.file.name, needs=["supplier_name"])
    rows = [row for _, row in sheet.as_dicts()]
    if rows and "supplier_name" not in rows[0]:
        raise UnreadableFile(f"{options.file.name} has no column supplier_name.")
    matcher = Matcher.open(store.folder / "index", _model(options))
    answers = matcher.match(payees_of(rows), _say_done).to_pylist()
    ids = store.query("select id, name from entries order by entry").to_pylist()
    with options.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        head = list(rows[0]) if rows else ["supplier_name"]
        out.writerow([*head, "register_id", "register_name", "probability", "method", "reasons"])
        for row, answer in zip(rows, answers, strict=True):
            entry = ids[answer["entry"]] if answer["entry"] is not None else {"id": "", "name": ""}
            out.writerow(
                [
                    *row.values(),
                    entry["id"],
                    entry["name"],
                    f"{answer['probability']:.3f}",
                    answer["method"],
                    answer["reasons"],
                ]
            )
    matched = sum(answer["entry"] is not None for answer in answers)
    print(f"{matched:,} of {len(rows):,} names matched")
    return 0


def _say_done(done: int, total: int) -> None:
    if total > done:
        print(f"{done:,} of {total:,} names", file=sys.stderr, flush=True)


def evaluate(options: argparse.Namespace) -> int:
    """Print how often matches are right: by names, by value, with what the store doesn't hold."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.registers.store import Store

    if options.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    store = Store.open(options.register)
    figures = evaluating.evaluate(
        store, evaluating.read_truth(options.truth), options.decoys, _model(options), say=_say_done
    )
    print(json.dumps(figures, indent=1) if options.json else evaluating.as_text(figures))
    return 0


def fit(options: argparse.Namespace) -> int:
    """Fit the shipped model further on labelled names; write it, and say what it gains."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.matching import fitting
    from localwealth.registers.store import Store

    if options.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    model, gains = fitting.fit_further(
        Store.open(options.register), evaluating.read_truth(options.truth), options.decoys
    )
    model.save(options.out)
    print(
        f"Of {gains['names']:,} names held back, F1: shipped {gains['f1']:.4f}, "
        f"fitted {gains['f1_own']:.4f}; threshold {model.threshold:.2f}"
    )
    return 0


def _model(options: argparse.Namespace) -> Model | None:
    from localwealth.matching.model import Model

    return Model.read(options.model) if options.model else None


def measure(options: argparse.Namespace) -> int:
    """Work out every measure of the anchors' spend, with match rate and precision beside it."""
    from localwealth.registers.store import Store
    from localwealth.sources import places
    from localwealth.spend import lines, report

    anchors = []
    for name, *files in options.anchor:
        if not files:
            raise UnreadableFile(f"--anchor {name!r} names no file.")
        readings = [_payments(Path(file)) for file in files]
        for reading in readings:
            if not reading.reconciles:
                raise UnreadableFile(f"{reading.name} does not reconcile, so it is refused.")
        anchors.append(lines.Anchor(name, readings))
    anchors[0].ids = options.anchor_id
    base = lines.assemble(
        anchors,
        Store.open(options.register),
        places.postcodes(options.postcodes),
        lines.Home(options.town, options.county, options.region),
        _model(options),
    )
    if options.sample:
        sampled = lines.sample(base, 200)
        with options.sample.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(
                file, [*(sampled[0] if sampled else {"supplier_name": ""}), "right"]
            )
            out.writeheader()
            out.writerows(sampled)
    checked = report.checks(options.checked.read_bytes()) if options.checked else None
    figures = report.everything(base, checked)
    print(
        json.dumps(figures, indent=1, default=report.plain)
        if options.json
        else report.as_text(figures)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
