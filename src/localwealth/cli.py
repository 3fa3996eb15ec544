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


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 where all went well, 1 where an answer is bad, 2 where
    the command could not be done."""
    given = _parser().parse_args(words)
    try:
        _spare_inputs(given)
        code: int = given.run(given)
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


def _spare_inputs(given: argparse.Namespace) -> None:
    """Refuse to write an answer over a file that the command reads."""
    read_from = [
        Path(one)
        for name in ("files", "file", "truth", "old", "new", "postcodes", "checked", "model")
        for one in _listed(getattr(given, name, None))
    ]
    read_from += [Path(one) for _, *files in getattr(given, "anchor", None) or [] for one in files]
    for name in ("out", "sample"):
        place = getattr(given, name, None)
        if place and place.resolve() in {one.resolve() for one in read_from}:
            raise UnreadableFile(f"{place.name!r} is read by this command, so it can't be written.")


def _listed(value: object) -> list[str | Path]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, (str, Path)) else []


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
    one = commands.add_parser("compare", help="what a corrected file changes")
    one.add_argument("old", type=Path)
    one.add_argument("new", type=Path)
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=compare)
    _register_words(commands.add_parser("register", help="the store of registers"))
    one = commands.add_parser("match", help="names of payees to entries of the store")
    one.add_argument("file", type=Path, help="a CSV with a column supplier_name")
    one.add_argument("--register", type=Path, required=True, metavar="STORE")
    one.add_argument("--out", type=Path, required=True, help="write the answers to this CSV")
    one.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    one.set_defaults(run=match)
    one = commands.add_parser("evaluate", help="how well names of known truth are matched")
    one.add_argument(
        "truth",
        type=Path,
        metavar="TRUTH.csv",
        help="supplier_name, amount_gbp, postcode, register_id",
    )
    one.add_argument("--register", type=Path, required=True, metavar="STORE")
    one.add_argument(
        "--decoys",
        type=int,
        default=0,
        metavar="N",
        help="put so many generated companies among the store's own",
    )
    one.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=evaluate)
    one = commands.add_parser("fit", help="fit the matcher further on your own labelled names")
    one.add_argument("truth", type=Path, metavar="TRUTH.csv", help="as for evaluate")
    one.add_argument("--register", type=Path, required=True, metavar="STORE")
    one.add_argument("--decoys", type=int, default=0, metavar="N", help="as for evaluate")
    one.add_argument("--out", type=Path, required=True, help="write the model to this file")
    one.set_defaults(run=fit)
    _measure_words(commands.add_parser("measure", help="where the money of anchors goes"))
    return parser


def _measure_words(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--anchor",
        nargs="+",
        action="append",
        required=True,
        metavar="NAME FILE",
        help="an anchor's name and its files of payments; give it for each anchor",
    )
    one.add_argument(
        "--anchor-id",
        action="append",
        default=[],
        metavar="ORG-ID",
        help="an anchor's own id, so that payments between anchors are taken out",
    )
    one.add_argument("--register", type=Path, required=True, metavar="STORE")
    one.add_argument(
        "--postcodes",
        type=Path,
        nargs="+",
        required=True,
        metavar="FILE",
        help="ONSPD, NSPL or Code-Point Open",
    )
    one.add_argument("--town", required=True, metavar="CODE", help="ONS code of the district")
    one.add_argument("--county", default="", metavar="CODE")
    one.add_argument("--region", default="", metavar="CODE")
    one.add_argument(
        "--sample",
        type=Path,
        metavar="OUT.csv",
        help="write 200 random matches, with an empty column right, to be checked",
    )
    one.add_argument(
        "--checked",
        type=Path,
        metavar="IN.csv",
        help="the same file with yes or no in its column right",
    )
    one.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=measure)


def _register_words(group: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("build", help="build a store, or refresh it by file")
    one.add_argument("store", type=Path, metavar="STORE", help="its folder")
    one.add_argument("files", type=Path, nargs="*", metavar="FILE", help="registers' files")
    one.add_argument("--generate", type=int, default=0, metavar="N", help="N made-up companies")
    one.add_argument("--seed", type=int, default=1)
    one.set_defaults(run=register_build)
    one = commands.add_parser("info", help="what a store is made of")
    one.add_argument("store", type=Path, metavar="STORE")
    one.set_defaults(run=register_info)


def _read_words(one: argparse.ArgumentParser) -> None:
    one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV, XLSX, XLS or ODS")
    one.add_argument("--json", action="store_true", help="a list with an object for each file")
    one.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ROLE=HEADING",
        help="correct the mapping: supplier='Paid to', amount=7, reference=",
    )
    one.add_argument("--publisher", default="", help="remember corrections under this name")
    one.add_argument("--layouts", type=Path, help="the file that remembers them")
    one.add_argument("--order", choices=["dmy", "mdy", "ymd", "ydm"], help="how dates are written")
    one.add_argument("--period", help="the period of a file without dates: 2024-05, 2024-25")
    one.add_argument(
        "--repeats",
        choices=["duplicates", "payments"],
        help="what lines are that repeat an earlier line and its reference",
    )
    one.add_argument("--out", type=Path, help="write the payments to this CSV")
    one.set_defaults(run=read)


def _remembered() -> Path:
    """Where corrections are kept unless another file is named."""
    home = os.environ.get("LOCALWEALTH_HOME") or Path.home() / ".local" / "share" / "localwealth"
    return Path(home) / "layouts.json"


def read(given: argparse.Namespace) -> int:
    """Read each file, say what came of every line, and refuse what doesn't reconcile."""
    said = dict(_role(text) for text in given.column)
    period = values.period(given.period) if given.period else None
    if given.period and not period:
        raise UnreadableFile(f"{given.period!r} is no period. Write 2024-05, 2024-25 or May 2024.")
    layouts = Layouts(given.layouts or _remembered())
    answers: list[dict[str, object]] = []
    taken: list[tuple[str, Reading]] = []
    for path in follow(given.files, len(given.files), "files"):
        try:
            reading = _with_memory(path, given, said, period, layouts)
        except UnreadableFile as error:
            answers.append({"file": str(path), **_nothing(str(error))})
            continue
        answers.append({"file": str(path), **as_json(reading)})
        taken.append((str(path), reading))
        if not given.json:
            print(as_text(str(path), reading))
    if given.json:
        print(json.dumps(answers, indent=1, ensure_ascii=False))
    else:
        for answer in answers:
            if answer["error"]:
                print(f"{answer['file']}\n  {answer['error']}\n")
    if given.out:
        _write(given.out, [(name, one) for name, one in taken if one.reconciles])
    return 0 if all(answer["reconciles"] for answer in answers) else 1


def _with_memory(
    path: Path,
    given: argparse.Namespace,
    said: dict[str, str],
    period: values.Days | None,
    layouts: Layouts,
) -> Reading:
    data = path.read_bytes()

    def once(columns: dict[str, str]) -> Reading:
        return payments.read(
            data,
            path.name,
            columns_said=columns,
            order_said=given.order,
            period_said=period,
            repeats=given.repeats,
        )

    reading = once(said)
    if given.publisher:
        before = layouts.find(given.publisher, reading.mapping.header)
        if before and {**before, **said} != said:
            reading = once({**before, **said})
        if said:
            layouts.keep(given.publisher, reading.mapping, said)
    return reading


def _role(text: str) -> tuple[str, str]:
    role, sign, heading = text.partition("=")
    if not sign:
        raise UnreadableFile(f"{text!r} should be written ROLE=HEADING.")
    return role.strip(), heading.strip()


def _pounds(value: Decimal) -> float:
    return float(value.quantize(PENNY))


def as_json(reading: Reading) -> dict[str, object]:
    """A reading as plain values; money in pounds, to the penny."""
    total, rejected, duplicate = (
        one.quantize(PENNY) for one in (reading.total, reading.rejected_gbp, reading.duplicate_gbp)
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
                "sheet": one.sheet,
                "line": one.line,
                "why": one.why,
                "gbp": None if one.amount is None else _pounds(one.amount),
            }
            for one in (*reading.rejected, *reading.duplicates)
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
            f"    line {one.line}: {_days(one.paid) or 'no date'}, "
            f"{ANONYMOUS.get(one.payee, one.supplier)}, £{one.amount:,.2f}"
            for one in reading.sample()
        ]
    why = Counter(one.why for one in (*reading.rejected, *reading.duplicates))
    for reason, count in why.most_common(8):
        at = [one.line for one in (*reading.rejected, *reading.duplicates) if one.why == reason]
        more = f" and {count - 5:,} more" if count > 5 else ""
        lines.append(f"  Left out: {reason}: line {', '.join(map(str, at[:5]))}{more}")
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
            out.writerows(_row(name, one) for one in reading.payments)


def _row(name: str, one: Payment) -> list[str]:
    return [
        name,
        one.sheet,
        str(one.line),
        str(one.paid.first) if one.paid else "",
        str(one.paid.last) if one.paid else "",
        ANONYMOUS.get(one.payee, one.supplier),
        one.payee,
        str(one.amount),
        one.more.get("reference", ""),
        one.more.get("category", ""),
        one.more.get("postcode", ""),
    ]


def compare(given: argparse.Namespace) -> int:
    """Say which payments a corrected file takes away and which it brings."""
    old, new = _payments(given.old), _payments(given.new)
    gone, come = payments.difference(old, new)
    was, now = old.accepted_gbp, new.accepted_gbp
    if given.json:
        print(
            json.dumps(
                {
                    "gone": len(gone),
                    "come": len(come),
                    "gone_gbp": _pounds(sum((one.amount for one in gone), Decimal(0))),
                    "come_gbp": _pounds(sum((one.amount for one in come), Decimal(0))),
                    "was_gbp": _pounds(was),
                    "is_gbp": _pounds(now),
                }
            )
        )
        return 0
    if not gone and not come:
        print("The two files hold the same payments.")
    for sign, some in (("-", gone), ("+", come)):
        for one in some:
            name = ANONYMOUS.get(one.payee, one.supplier)
            print(f"{sign} line {one.line}: {_days(one.paid)}, {name}, £{one.amount:,.2f}")
    print(f"£{was:,.2f} before, £{now:,.2f} after.")
    return 0


def register_build(given: argparse.Namespace) -> int:
    """Build a store from registers' files, from the generator, or from both."""
    from localwealth.registers import generate, store

    if not given.files and not given.generate:
        raise UnreadableFile("Name files of registers, or --generate N.")
    if given.generate < 0:
        raise UnreadableFile("--generate takes a number of companies.")
    made_up = generate.companies(given.generate, given.seed) if given.generate else None
    made = store.build(
        given.store, given.files, made_up, lambda text: print(text, file=sys.stderr, flush=True)
    )
    print(f"{made.made_of['entries']:,} entries, {made.made_of['names']:,} names")
    return 0


def register_info(given: argparse.Namespace) -> int:
    """Say what a store holds."""
    from localwealth.registers.store import Store

    made = Store.open(given.store).made_of
    print(f"{made['entries']:,} entries, {made['names']:,} names, of:")
    for one in made["sources"]:
        print(f"  {one.get('file', '')}  {one['format']}")
    return 0


def match(given: argparse.Namespace) -> int:
    """Match the names of a CSV; the answers stand beside each line, with their reasons."""
    from localwealth.matching.match import Matcher, payees_of
    from localwealth.registers.store import Store

    store = Store.open(given.register)
    sheet = sheets.read(given.file.read_bytes(), given.file.name, needs=["supplier_name"])
    rows = [row for _, row in sheet.as_dicts()]
    if rows and "supplier_name" not in rows[0]:
        raise UnreadableFile(f"{given.file.name} has no column supplier_name.")
    matcher = Matcher.open(store.folder / "index", _model(given))
    answers = matcher.match(payees_of(rows), _say_done).to_pylist()
    ids = store.query("select id, name from entries order by entry").to_pylist()
    with given.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        head = list(rows[0]) if rows else ["supplier_name"]
        out.writerow([*head, "register_id", "register_name", "probability", "method", "reasons"])
        for row, one in zip(rows, answers, strict=True):
            found = ids[one["entry"]] if one["entry"] is not None else {"id": "", "name": ""}
            out.writerow(
                [
                    *row.values(),
                    found["id"],
                    found["name"],
                    f"{one['probability']:.3f}",
                    one["method"],
                    one["reasons"],
                ]
            )
    matched = sum(one["entry"] is not None for one in answers)
    print(f"{matched:,} of {len(rows):,} names matched")
    return 0


def _say_done(done: int, total: int) -> None:
    if total > done:
        print(f"{done:,} of {total:,} names", file=sys.stderr, flush=True)


def evaluate(given: argparse.Namespace) -> int:
    """Print how often matches are right: by names, by value, with what the store doesn't hold."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.registers.store import Store

    if given.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    store = Store.open(given.register)
    made = evaluating.evaluate(
        store, evaluating.read_truth(given.truth), given.decoys, _model(given), say=_say_done
    )
    print(json.dumps(made, indent=1) if given.json else evaluating.as_text(made))
    return 0


def fit(given: argparse.Namespace) -> int:
    """Fit the shipped model further on labelled names; write it, and say what it gains."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.matching import fitting
    from localwealth.registers.store import Store

    if given.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    made, said = fitting.own(
        Store.open(given.register), evaluating.read_truth(given.truth), given.decoys
    )
    made.save(given.out)
    print(
        f"Of {said['names']:,} names held back, F1: shipped {said['f1']:.4f}, "
        f"fitted {said['f1_own']:.4f}; threshold {made.threshold:.2f}"
    )
    return 0


def _model(given: argparse.Namespace) -> Model | None:
    from localwealth.matching.model import Model

    return Model.read(given.model) if given.model else None


def measure(given: argparse.Namespace) -> int:
    """Work out every measure of the anchors' spend, with match rate and precision beside it."""
    from localwealth.registers.store import Store
    from localwealth.sources import places
    from localwealth.spend import lines, report

    anchors = []
    for name, *files in given.anchor:
        if not files:
            raise UnreadableFile(f"--anchor {name!r} names no file.")
        readings = [_payments(Path(one)) for one in files]
        for one in readings:
            if not one.reconciles:
                raise UnreadableFile(f"{one.name} does not reconcile, so it is refused.")
        anchors.append(lines.Anchor(name, readings))
    anchors[0].ids = given.anchor_id
    base = lines.assemble(
        anchors,
        Store.open(given.register),
        places.postcodes(given.postcodes),
        lines.Home(given.town, given.county, given.region),
        _model(given),
    )
    if given.sample:
        found = lines.sample(base, 200)
        with given.sample.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, [*(found[0] if found else {"supplier_name": ""}), "right"])
            out.writeheader()
            out.writerows(found)
    checked = report.checks(given.checked.read_bytes()) if given.checked else None
    made = report.everything(base, checked)
    print(json.dumps(made, indent=1, default=report.plain) if given.json else report.as_text(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
