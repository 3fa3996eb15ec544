"""What is paid to each payee by the releases that count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from localwealth import scratch

from .. import files
from ..models import Payee, Release, Route

# So many payees are written while others wait.
PIECE = 500


# A name's letters and figures: what spellings of one name have in common.
LETTERS = "regexp_replace(replace(upper(strip_accents(name)), '&', 'AND'), '[^A-Z0-9]', '', 'g')"


def code_of(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def paths_of_taken() -> tuple[list[str], list[str]]:
    """The line files of all taken releases, and which of them are published ones."""
    paths, published = [], []
    for digest, route in Release.objects.taken().values_list("lines_sha256", "route"):
        place = str(files.lines_of(digest))
        paths.append(place)
        if route == Route.PUBLISHED:
            published.append(place)
    return paths, published


COUNTED = (
    "name",
    "lines",
    "amount_gbp",
    "last_paid",
    "in_public",
    "postcode",
    "number",
    "vat",
)


def count_all() -> int:
    """Bring what is paid to each payee up to date with the releases that count; returns how many
    payees there are."""
    counted = _counted()
    had = {code: tuple(values) for code, *values in Payee.objects.values_list("code", *COUNTED)}
    fresh, changed = [], []
    anew: set[str] = set()
    for code, values in counted.items():
        payee = Payee(code=code, **dict(zip(COUNTED, values, strict=True)))
        before = had.get(code)
        if before is None:
            fresh.append(payee)
        elif before != values:
            changed.append(payee)
            if _asked(before) != _asked(values):
                anew.add(code)
    gone = [code for code, values in had.items() if code not in counted and values[1]]
    _keep_counted(fresh, changed, anew, gone)
    return len(counted)


def _counted() -> dict[str, tuple[Any, ...]]:
    """What taken releases say of each payee, by its code, in the order of ``COUNTED``."""
    paths, published = paths_of_taken()
    if not paths:
        return {}
    with scratch.connect() as base:
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
    return {
        code_of(letters): (*counts, postcode[:10], number[:40], vat)
        for letters, *counts, postcode, number, vat in rows
    }


def _asked(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """What the matcher is asked of a payee: its name, postcode, number and VAT number."""
    return values[0], *values[5:]


def _keep_counted(
    fresh: list[Payee], changed: list[Payee], anew: set[str], gone: list[str]
) -> None:
    """In pieces, between which others write. What is cut off is counted again, and goes on."""
    for part in chunks(iter(fresh), PIECE):
        Payee.objects.bulk_create(part)
    for part in chunks(iter(changed), PIECE):
        with transaction.atomic():
            write_over(part, list(COUNTED))
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
