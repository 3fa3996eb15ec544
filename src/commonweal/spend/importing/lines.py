"""What stands in the lines of a file that was read, beside that of another one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from localwealth import scratch

from .. import files
from ..models import Release


def sample_of(release: Release, size: int = 3) -> list[dict[str, Any]]:
    """The first payments, for a person to look at before the file is taken."""
    if not release.lines_sha256:
        return []
    return _rows(
        "select * from read_parquet($1) where outcome = 'accepted' order by line limit $2",
        str(files.lines_of(release.lines_sha256)),
        size,
    )


def left_out(release: Release, size: int = 200) -> list[dict[str, Any]]:
    """Lines that are no payments, or one too many: line, why, amount."""
    if not release.lines_sha256:
        return []
    return _rows(
        """select sheet, line, outcome, why, amount from read_parquet($1)
        where outcome <> 'accepted' order by line limit $2""",
        str(files.lines_of(release.lines_sha256)),
        size,
    )


def _rows(sql: str, *values: object) -> list[dict[str, Any]]:
    with scratch.connect() as base:
        answer = base.execute(sql, list(values))
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


_SAME = "first, last, coalesce(name, payee) as who, amount, reference, category"
_DIFFER = f"""
    with old as (select {_SAME}, count(*) as n from read_parquet($1)
            where outcome = 'accepted' group by all),
        new as (select {_SAME}, count(*) as n from read_parquet($2)
            where outcome = 'accepted' group by all),
        pairs as (
            select coalesce(new.first, old.first) as first, coalesce(new.who, old.who) as who,
                coalesce(new.amount, old.amount) as amount,
                coalesce(new.reference, old.reference) as reference,
                coalesce(new.n, 0) as is_now, coalesce(old.n, 0) as was
            from new full join old on new.first is not distinct from old.first
                and new.last is not distinct from old.last
                and new.who is not distinct from old.who and new.amount = old.amount
                and new.reference is not distinct from old.reference
                and new.category is not distinct from old.category)
    select * from pairs"""


def difference(old: Release, new: Release) -> dict[str, Any]:
    """What a corrected file changes: lines and pounds that stay, come and go, with examples."""
    pairs = _rows(
        _DIFFER, str(files.lines_of(old.lines_sha256)), str(files.lines_of(new.lines_sha256))
    )
    come = [pair for pair in pairs if pair["is_now"] > pair["was"]]
    gone = [pair for pair in pairs if pair["was"] > pair["is_now"]]

    return {
        "same": sum(min(pair["is_now"], pair["was"]) for pair in pairs),
        "come": _summary(come),
        "gone": _summary(gone),
    }


def _summary(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """How many lines come or go, what they come to, and the largest of them."""
    counts = [abs(pair["is_now"] - pair["was"]) for pair in pairs]
    amounts = (count * pair["amount"] for count, pair in zip(counts, pairs, strict=True))
    largest = sorted(pairs, key=lambda pair: -abs(pair["amount"]))[:20]
    return {
        "lines": sum(counts),
        "gbp": str(sum(amounts, Decimal(0))),
        "largest": [
            {
                "day": str(pair["first"] or ""),
                "payee": pair["who"],
                "reference": pair["reference"] or "",
                "gbp": str(pair["amount"]),
            }
            for pair in largest
        ],
    }
