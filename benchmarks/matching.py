"""Matching names: fits the shipped model, and measures it on generated and on real truth.

    ./commonweal run python benchmarks/matching.py VERB …

    truth SHARED OUT          truth files from public data
    register SHARED STORE     every real entry in them
    fit STORE LARGE TRUTH…    the model, on one half; LARGE is a generated store of millions
    report STORE TRUTH…       figures on the other half
    smaller STORE TRUTH…      the same, against small registers
    speed STORE               100,000 dirty names
    names STORE OUT.csv       the same, for `localwealth match`

LARGE is made by `localwealth register build STORE --generate 5000000`.

A name is in the first or the second half by its own checksum, so that no name is in both, in
whatever file it stands.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import shutil
import sys
import tempfile
import time
import zlib
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from localwealth.matching import evaluate as ev
from localwealth.matching import fitting, model
from localwealth.matching.match import Matcher
from localwealth.registers import coining, generate, listed, names
from localwealth.registers.building import build as build_index
from localwealth.registers.entries import Entries, save_entries
from localwealth.registers.ids import company_number
from localwealth.registers.index import Index, save_names
from localwealth.registers.loading import Said
from localwealth.registers.making import build
from localwealth.registers.store import Store
from localwealth.tables import amounts

PUBLIC_BODIES = [
    "BOROUGH COUNCIL",
    "CITY COUNCIL",
    "PRIMARY SCHOOL",
    "NHS TRUST",
    "SURGERY",
    "HIGH SCHOOL",
    "PARISH COUNCIL",
]
DECOYS = 500_000
SMALLER = (0, 500, 4_000, 25_000)
FITTED_DECOYS = (0, 150_000, DECOYS, 3_000_000)
ABBREVIATED = {long: short for short, long in listed.ALIASES.items()} | {
    long: short for short, longs in listed.READINGS.items() for long in longs if len(short) > 1
}


def first_half(name: str) -> bool:
    return zlib.crc32(name.casefold().strip().encode()) % 2 == 0


# Truth from public data


def truth(shared: Path, out: Path) -> None:
    """Write truth files in the form that ``localwealth evaluate`` takes."""
    out.mkdir(parents=True, exist_ok=True)
    folder = shared / "data" / "groundtruth"
    for name, found in (
        ("wakefield", _wakefield(folder)),
        ("nhsspend", _nhs(folder)),
        ("ocds", _ocds(folder)),
        ("gm_silver", _silver(folder)),
    ):
        with (out / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            write = csv.writer(file)
            write.writerow(["supplier_name", "amount_gbp", "postcode", "register_id"])
            for (supplier, number), (amount, postcode) in sorted(found.items()):
                write.writerow([supplier, amount, postcode, number])
        print(f"{name}: {len(found):,} names")


Found = dict[tuple[str, str], tuple[Decimal, str]]


def _rows(path: Path):
    with gzip.open(path) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", errors="replace"))


def _add(found: Found, name: str, number: str, amount: object, postcode: str = "") -> None:
    was = found.get((name, number), (Decimal(0), postcode))
    found[name, number] = (was[0] + (amounts.amount(str(amount or 0)) or 0), was[1] or postcode)


def _wakefield(folder: Path) -> Found:
    found: Found = {}
    for path in sorted((folder / "wakefield").iterdir()):
        for row in _rows(path):
            company = next(row[key] for key in row if key.startswith("Company Reg"))
            charity = next(row[key] for key in row if key.startswith("Charity Reg")).strip()
            number = company_number(company)
            own = (
                f"GB-COH-{number}"
                if number
                else f"GB-CHC-{charity}"
                if re.fullmatch(r"\d{5,8}", charity)
                else ""
            )
            if own:
                _add(found, row["Supplier Name"], own, row.get("Net Amount") or row.get("Amount"))
    return found


def _nhs(folder: Path) -> Found:
    found: Found = {}
    folder = folder / "nhsspend"
    for row in _rows(folder / "open_supplier_company_2021version.csv.gz"):
        if number := company_number(row["CompanyNumber"]):
            _add(found, row["query_string_n"], f"GB-COH-{number}", row["amount"])
    for row in _rows(folder / "open_supplier_charity_final.csv.gz"):
        if (number := row["CharityRegNo"].removesuffix(".0")).isdigit():
            _add(found, row["query_string_n"], f"GB-CHC-{number}", row["amount"])
    for row in _rows(folder / "open_supplier_nomatch_final.csv.gz"):
        _add(found, row["query_string_n"], "", row["amount"])
    return found


def _silver(folder: Path) -> Found:
    found: Found = {}
    for path in sorted((folder / "nwod").glob("*_2019.csv.gz")):
        for row in _rows(path):
            if number := company_number(row["company_number"]):
                _add(found, row["beneficiary_name"], f"GB-COH-{number}", row["amount"])
    return found


def _ocds(folder: Path) -> Found:
    found: Found = {}
    for path in [
        *sorted((folder / "ocds_bluetail").iterdir()),
        *sorted((folder / "ocds_2025").iterdir()),
    ]:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                whole = json.loads(line)
                for release in whole.get("releases", [whole]):
                    worth = {
                        one.get("id"): (award.get("value") or {}).get("amount") or 0
                        for award in release.get("awards") or []
                        for one in award.get("suppliers") or []
                    }
                    for party in release.get("parties") or []:
                        if "supplier" not in (party.get("roles") or []):
                            continue
                        marks = [
                            party.get("identifier") or {},
                            *(party.get("additionalIdentifiers") or []),
                        ]
                        number = next(
                            (
                                company_number(str(one.get("id") or ""))
                                for one in marks
                                if one.get("scheme") == "GB-COH"
                            ),
                            "",
                        )
                        if number:
                            _add(
                                found,
                                party["name"],
                                f"GB-COH-{number}",
                                worth.get(party.get("id"), 0),
                                (party.get("address") or {}).get("postalCode") or "",
                            )
    return found


def register(shared: Path, store: Path) -> None:
    """Every real entry in the public data: names with numbers, not suppliers' strings."""
    data = shared / "data"
    files = sorted((data / "registers" / "gpg").iterdir())
    files += sorted((data / "registers" / "coops").iterdir())
    files += [data / "registers" / "social_housing" / "registered_providers.csv"]
    files += [
        data / "registers" / "lookups" / name
        for name in (
            "mutual-companies.csv.gz",
            "charity-company-numbers.csv.gz",
            "organisation-company-numbers.csv",
            "academy-trusts-company-number.csv.gz",
            "federated-charities.csv.gz",
            "charity-names.csv",
            "rsp-charity-number.csv",
        )
    ]
    files += [
        data / "registers" / "companies_house" / "BasicCompanyData_format_sample.csv",
        data / "groundtruth" / "nwod" / "companies_open.csv",
    ]
    files += [
        data / "groundtruth" / "nhsspend" / name
        for name in (
            "open_supplier_company_2021version.csv.gz",
            "open_supplier_charity_final.csv.gz",
        )
    ]
    # One of them, as it is published, ends within a line.
    said = Said(takes_cut=True)
    made = build(store, files, say=lambda text: print(text, flush=True), said=said)
    print({key: made.made_of[key] for key in ("entries", "names")})


# Dirt, as people and systems make it


def dirty(name: str, draw: random.Random) -> str:
    """A register's name as a payments system may hold it."""
    words = name.split()
    said = draw.random()
    if len(words) > 1 and words[-1].rstrip(".") in listed.LEGAL:
        if said < 0.35:
            words.pop()
        elif said < 0.6:
            words[-1] = draw.choice(["LTD", "LIMITED", "Ltd", "Ltd.", "LTD."])
        elif said < 0.63:
            words[-1] = (
                draw.choice(["LIMTED", "LTD T/A", "LIMITED (UK)"])
                if draw.random() < 0.4
                else words[-1]
            )
    if draw.random() < 0.12:
        words = [ABBREVIATED.get(word, word) if draw.random() < 0.7 else word for word in words]
    if draw.random() < 0.07:
        at = draw.randrange(len(words))
        words[at] = _typo(words[at], draw)
    if draw.random() < 0.03 and len(words) > 2:
        del words[draw.randrange(len(words) - 1)]
    if draw.random() < 0.02 and len(words) > 2:
        at = draw.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    if draw.random() < 0.02:
        at = draw.randrange(len(words))
        if len(words[at]) > 6:
            cut = draw.randrange(3, len(words[at]) - 2)
            words[at : at + 1] = [words[at][:cut], words[at][cut:]]
    if draw.random() < 0.015 and len(words) > 2:
        words = [*words[1:], words[0]]
    made = " ".join(words)
    said = draw.random()
    if said < 0.2:
        made = made.replace("&", "AND") if "&" in made else made.replace(" AND ", " & ")
    elif said < 0.24:
        made = "THE " + made
    said = draw.random()
    if said < 0.03:
        made = (
            f"{draw.choice(listed.SURNAMES)} {draw.choice(coining.TRADES)} T/A {made}"
            if draw.random() < 0.5
            else f"{made} T/A {draw.choice(coining.PLACES)} {draw.choice(coining.TRADES)}"
        )
    elif said < 0.055:
        made += draw.choice([" - ", " ", " ("]) + draw.choice(
            [*coining.PLACES[:60], "HEAD OFFICE", "PAYMENTS", "A/C 44321", "BACS"]
        )
    elif said < 0.065:
        made = f"{draw.randrange(100000, 999999)}{made}"
    if draw.random() < 0.1:
        made = made[: draw.choice([30, 30, 35, 40])]
    if draw.random() < 0.5:
        made = made.title()
    return made.strip()


def _typo(word: str, draw: random.Random) -> str:
    if len(word) < 4:
        return word
    at = draw.randrange(1, len(word) - 1)
    letter = draw.choice("AEIOURSTLN")
    return draw.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        ]
    )


def generated(store: Store, size: int, seed: int) -> ev.Truth:
    """Dirty names of the store's own entries and of its decoys, and names that it doesn't hold."""
    draw = random.Random(seed)
    own = store.query(
        "select e.id, n.name, e.postcode from names n join entries e using (entry) order "
        "by entry, n.name"
    ).to_pylist()
    decoys = (
        ev.decoys_of(DECOYS)
        .select(["CompanyName", " CompanyNumber", "RegAddress.PostCode"])
        .slice(0, 200_000)
        .to_pylist()
    )
    others = generate.companies(100_000, 99)["CompanyName"].to_pylist()
    made = ev.Truth([], [], [], [])
    for _ in range(size):
        said, postcode = draw.random(), ""
        if said < 0.35:
            one = draw.choice(own)
            name, number, postcode = one["name"].upper(), one["id"], one["postcode"] or ""
        elif said < 0.65:
            row = draw.choice(decoys)
            name, number, postcode = (
                row["CompanyName"],
                f"GB-COH-{row[' CompanyNumber']}",
                row["RegAddress.PostCode"],
            )
        elif said < 0.85:
            name, number = draw.choice(others), ""
        elif said < 0.95:
            name, number = (
                (
                    f"{draw.choice('ABCDEGHJKLMNPRST')} {draw.choice(listed.SURNAMES)} "
                    f"{draw.choice(['', '', draw.choice(coining.TRADES)])}"
                ).strip(),
                "",
            )
        else:
            name, number = f"{draw.choice(coining.PLACES)} {draw.choice(PUBLIC_BODIES)}", ""
        if draw.random() > 0.25:
            postcode = ""
        elif draw.random() > 0.55:
            postcode = draw.choice(decoys)["RegAddress.PostCode"]
        made.names.append(dirty(name, draw))
        made.amounts.append(Decimal(round(10 ** draw.uniform(2.5, 6), 2)))
        made.postcodes.append(postcode)
        made.ids.append(number)
    return made


# Fitting and reporting


def _half(one: ev.Truth, first: bool) -> ev.Truth:
    keep = [at for at, name in enumerate(one.names) if first_half(name) == first]
    return ev.Truth(
        *(
            [column[at] for at in keep]
            for column in (one.names, one.amounts, one.postcodes, one.ids)
        )
    )


def part_of(store: Store, one: ev.Truth, more: int, folder: Path, seed: int = 3) -> Matcher:
    """A small register: of a store's entries those that a truth names, and some more."""
    entries = store.query("select id, postcode, begun, ended from entries order by entry")
    every = store.query("select entry, name, kind from names order by entry, kind, name")
    wanted = Entries.load(store.folder / "index").find(one.ids)
    kept = {int(at) for at in wanted if at >= 0}
    kept |= set(random.Random(seed).sample(range(len(entries)), min(more, len(entries))))
    number = {old: new for new, old in enumerate(sorted(kept))}
    own = every.take(
        pa.array([row for row, entry in enumerate(every["entry"].to_pylist()) if entry in number])
    )
    texts = own["name"].cast(pa.large_string()).combine_chunks()
    numbers = np.array([number[entry] for entry in own["entry"].to_pylist()])
    build_index(texts, numbers, own["kind"].to_numpy()).save(folder)
    others = [row for row in store.other_ids().to_pylist() if row["entry"] in number]
    save_entries(
        folder,
        entries.take(pa.array(sorted(kept))),
        pa.table(
            {
                "entry": pa.array([number[row["entry"]] for row in others], pa.int64()),
                "id": pa.array([row["id"] for row in others], pa.string()),
            }
        ),
    )
    save_names(folder, texts)
    return Matcher(Index.load(folder), Entries.load(folder), texts, model=None)


def small_generated(size: int, folder: Path, seed: int) -> tuple[Matcher, ev.Truth]:
    """A small generated register, and dirty names for it."""
    made = build(folder, [], generate.companies(size, seed))
    opened = Matcher(*ev.with_decoys(made, 0), model=None)
    return opened, own_names(made, min(2 * size // 3, 4000), seed)


def fit(folder: Path, large: Path, truths: list[Path], made_up: int = 40_000) -> None:
    store, big = Store.open(folder), Store.open(large)
    small = Path(tempfile.mkdtemp())
    opened = {size: Matcher(*ev.with_decoys(store, size), model=None) for size in FITTED_DECOYS}
    sets = [
        (opened[DECOYS], generated(store, made_up, 5)),
        (Matcher(*ev.with_decoys(big, 0), model=None), own_names(big, made_up, 5)),
        *(small_generated(size, small / f"made-up-{size}", size) for size in (400, 3000, 30_000)),
    ]
    made_up = sum(len(one.names) for _, one in sets)
    halves = [_half(ev.read_truth(path), True) for path in truths]
    real = sum(len(half.names) for half in halves)
    for number, half in enumerate(halves):
        print(truths[number].name, len(half.names))
        # A town may load no more than the registers of its own charities, or of its region. Real
        # names count three times, as there are fewer of them than of those made up.
        parts = [part_of(store, half, more, small / f"{number}-{more}") for more in SMALLER]
        sets += 3 * [(which, half) for which in (*opened.values(), *parts)]
    parts, base, true = [], 0, 0
    for which, one in sets:
        values_, right, group = fitting.pairs_of(which, one)
        held = np.array([zlib.crc32(name.encode()) % 6 == 0 for name in one.names])
        if base >= made_up:
            true += int((held & (np.array(which.entries.find(one.ids)) >= 0)).sum())
        parts.append((values_, right, group + base, held[group]))
        base += len(one.names)
    values_, right, group, held = (np.concatenate(part) for part in zip(*parts, strict=True))
    began = time.perf_counter()
    made = fitting.fit_several(
        values_,
        right,
        group,
        held,
        blur={"size of the register": 0.5},
        made_of={
            "generated names": made_up,
            "real names": real,
            "halves of": [path.stem for path in truths],
            "registers": len({which.index.names for which, _ in sets}),
            "pairs": len(right),
        },
    )
    judged = held & (group >= made_up)
    made.threshold = fitting.threshold_of(made, values_[judged], right[judged], group[judged], true)
    place = Path(model.__file__).with_name("model.json")
    made.save(place)
    shutil.rmtree(small)
    print(
        f"fitted on {len(right):,} pairs in {time.perf_counter() - began:.0f} s, "
        f"threshold {made.threshold:.2f}"
    )


def exact(store: Store, one: ev.Truth, decoys: int) -> float:
    """F1 of what everybody tries first: the same letters after normalising, where one entry has
    them."""
    index, entries, _ = ev.with_decoys(store, decoys)
    keys = names.cut(names.column(one.names)).key
    wanted, none = np.array(entries.find(one.ids)), np.array([not number for number in one.ids])
    low, high = (
        np.searchsorted(index.key_sorted, keys, "left"),
        np.searchsorted(index.key_sorted, keys, "right"),
    )
    got = np.full(len(keys), -1)
    for at in np.flatnonzero((high > low) & (keys > 0)):
        own = np.unique(np.asarray(index.entry)[np.asarray(index.key_name[low[at] : high[at]])])
        got[at] = own[0] if len(own) == 1 else -1
    held = none | (wanted >= 0)
    right = ((got == wanted) & (got >= 0) & ~none).sum()
    precision, recall = (
        right / max((held & (got >= 0)).sum(), 1),
        right / max((held & ~none).sum(), 1),
    )
    return 2 * precision * recall / max(precision + recall, 1e-9)


def report(folder: Path, truths: list[Path]) -> None:
    store = Store.open(folder)
    for decoys in (0, DECOYS):
        for name, one in [(path.stem, _half(ev.read_truth(path), False)) for path in truths] + (
            [("generated", generated(store, 20_000, 77))] if decoys else []
        ):
            made = ev.evaluate(store, one, decoys)
            by, worth = made["by_names"], made["by_value"]
            print(
                (
                    f"| {name} | {decoys:,} | {made['with_a_match']:,} + "
                    f"{made['confirmed_no_match']:,} | {by['blocking_recall']:.3f} | "
                    f"{by['precision']:.3f} | {by['recall']:.3f} | {by['f1']:.3f} | "
                    f"{worth['f1']:.3f} | {exact(store, one, decoys):.3f} | "
                    f"{made['not_held']['names']:,}, "
                    f"{made['not_held']['matched_all_the_same']:,} | {made['seconds']:.1f} |"
                ),
                flush=True,
            )


def smaller(folder: Path, truths: list[Path]) -> None:
    """The other halves against small registers: what the truth names, and so many more entries."""
    store = Store.open(folder)
    for path in truths:
        one = _half(ev.read_truth(path), False)
        said = []
        for more in (0, 2_000, 20_000):
            with tempfile.TemporaryDirectory() as place:
                which = part_of(store, one, more, Path(place), seed=9)
                which.model = model.shipped()
                payees = pa.table(
                    {"name": one.names, "postcode": [code or None for code in one.postcodes]}
                )
                got = which.match(payees)["entry"].fill_null(-1).to_numpy()
            wanted = np.array(which.entries.find(one.ids))
            none = np.array([not number for number in one.ids])
            right, known = (got == wanted) & (got >= 0), none | (wanted >= 0)
            precision = right.sum() / max(((got >= 0) & known).sum(), 1)
            recall = right.sum() / max((wanted >= 0).sum(), 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            said.append(f"{which.index.names:,} names: {precision:.3f} {recall:.3f} {f1:.3f}")
        print("|", path.stem, "|", " | ".join(said), "|", flush=True)


def own_names(store: Store, size: int, seed: int) -> ev.Truth:
    """Dirty names of a generated register's entries, and three in ten of nobody in it."""
    draw = random.Random(seed)
    total = int(store.made_of["entries"])
    picked = pa.table({"entry": pa.array(draw.sample(range(total), 7 * size // 10), pa.int32())})
    with duckdb.connect() as base:
        base.register("picked", picked)
        place = str(store.folder / "entries.parquet").replace("'", "''")
        own = base.execute(
            f"select id, name, postcode from read_parquet('{place}') join picked using "
            f"(entry) order by entry"
        ).fetchall()
    others = generate.companies(size - len(own), 1000 + seed)["CompanyName"].to_pylist()
    made = [
        (dirty(name, draw), number, (code or "") if draw.random() < 0.15 else "")
        for number, name, code in own
    ]
    made += [
        (dirty(name, draw), "", draw.choice(own)[2] or "" if draw.random() < 0.15 else "")
        for name in others
    ]
    draw.shuffle(made)
    texts, numbers, codes = (list(part) for part in zip(*made, strict=True))
    return ev.Truth(texts, [Decimal(1)] * size, codes, numbers)


def names_file(folder: Path, place: Path) -> None:
    """The dirty names of :func:`speed` as a file, for ``localwealth match``."""
    made = own_names(Store.open(folder), 100_000, 11)
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["supplier_name", "amount_gbp", "postcode"])
        out.writerows(zip(made.names, made.amounts, made.postcodes, strict=True))


def speed(folder: Path, sizes: tuple[int, ...] = (10_000, 30_000, 100_000)) -> None:
    """Dirty names against a generated register, three in ten of nobody in it."""
    began = time.perf_counter()
    store = Store.open(folder)
    Matcher.open(folder / "index")
    print(f"opened in {time.perf_counter() - began:.2f} s")
    for size in sizes:
        found = ev.evaluate(store, own_names(store, size, 11))
        by = found["by_names"]
        print(
            (
                f"| {size:,} | {found['seconds']:.1f} | {found['peak_memory_mb']:,} | "
                f"{by['blocking_recall']:.3f} | {by['precision']:.3f} | {by['recall']:.3f} | "
                f"{by['f1']:.3f} |"
            ),
            flush=True,
        )


if __name__ == "__main__":
    what, *paths = sys.argv[1:]
    {
        "truth": lambda: truth(*map(Path, paths)),
        "register": lambda: register(*map(Path, paths)),
        "fit": lambda: fit(Path(paths[0]), Path(paths[1]), list(map(Path, paths[2:]))),
        "names": lambda: names_file(Path(paths[0]), Path(paths[1])),
        "speed": lambda: speed(Path(paths[0])),
        "smaller": lambda: smaller(Path(paths[0]), list(map(Path, paths[1:]))),
        "report": lambda: report(Path(paths[0]), list(map(Path, paths[1:]))),
    }[what]()
