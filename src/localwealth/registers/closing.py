"""Who has ended as a register no longer has them: never by a part of it, nor by a torn file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from localwealth.registers import formats
from localwealth.registers.loading import Said, counted
from localwealth.registers.store import Say
from localwealth.words import many

Source = Mapping[str, object]
# Companies House publishes its file whole, and in parts: BasicCompanyData-2026-11-01-part1_7.zip.
_PART = re.compile(r"^(.*?)[ _-]*(?:part|pt)[ _-]*(\d+)[ _-]*(?:of|_|-| )[ _-]*(\d+)", re.I)
# Where more than this share of those that were live would end, somebody says how many.
SHARE_UNASKED = 0.05
# A file with so many fewer rows than the one before it is asked about.
FEWER = 0.8
NAMED_MOST = 5


def part_of(name: str) -> tuple[str, int, int] | None:
    """Of what a file is a part, which, and of how many, by its name.

    >>> part_of("BasicCompanyData-2026-11-01-part3_7.zip")
    ('BasicCompanyData-2026-11-01', 3, 7)
    >>> part_of("companies.csv")
    """
    part = _PART.match(name)
    return (part[1], int(part[2]), int(part[3])) if part and int(part[3]) > 1 else None


def is_companies(source: Source) -> bool:
    """Whether a source is Companies House's file, which has live companies only."""
    return source["format"] == formats.FORMATS[0].title


def end(
    base: duckdb.DuckDBPyConnection, rank: int, sources: Sequence[Source], said: Said, say: Say
) -> None:
    """Companies House's file has live companies only: what is gone from the whole of it has ended.

    Files have the ranks up to ``rank``, what the store held before the next. Nobody is ended by a
    part, nor by a file that was cut off; and where more than one in twenty would be, not before
    somebody has said how many (``said.ended``).
    """
    companies = [source for source in sources if is_companies(source)]
    if why := _why_not_whole(companies):
        say(f"{why}: nobody is ended by what is left out.")
        return
    gone = _GONE.format(rank=rank)
    count = counted(base, f"select count(distinct id) from ({gone})")
    live = counted(base, f"select count(distinct id) from rows where {_LIVE.format(rank=rank)}")
    if not count:
        return
    named = _named(base, gone)
    share = f"{count:,} of {many(live, 'live company,live companies')}"
    if count > SHARE_UNASKED * live and said.ended != count:
        say(
            f"LOOK: in none of these files: {share} ({named}). Nobody is ended. If the "
            f"files are the whole register, say so: --end-unlisted {count}"
        )
        return
    base.execute(f"update rows set status = 'ended' where source = {rank + 1} and id in ({gone})")
    say(f"Listed no more, and ended: {share} ({named}).")


_LIVE = "source = {rank} + 1 and status = 'active' and id like 'GB-COH-%'"
_GONE = f"""select distinct id from rows where {_LIVE} and id not in (
    select id from rows where source <= {{rank}} and id is not null and status is not null)"""


def _named(base: duckdb.DuckDBPyConnection, gone: str) -> str:
    names = base.execute(
        f"""select min(name) from rows where id in ({gone}) and name_kind = 0 and name is not null
        group by id order by id limit {NAMED_MOST + 1}"""
    ).fetchall()
    ellipsis = " …" if len(names) > NAMED_MOST else ""
    return ", ".join(str(name) for (name,) in names[:NAMED_MOST]) + ellipsis


def _why_not_whole(companies: Sequence[Source]) -> str:
    """Why files are not the whole register, where they say so; "" else."""
    for source in companies:
        if source.get("cut"):
            return f"{source['file']} was cut off"
    parts = [part_of(str(source["file"])) for source in companies]
    if None in parts:
        return ""
    for name, number, count in filter(None, parts):
        if not {(name, part, count) for part in range(1, count + 1)} <= set(parts):
            return f"{name} is here in part only (part {number} of {count})"
    return ""


def fewer(source: Source, before: Sequence[Source]) -> str:
    """What is asked where a file has far fewer rows than the one before it of its register; ""
    where it has not."""
    earlier = [old for old in before if old["format"] == source["format"] and "names" in old]
    if not earlier or part_of(str(source["file"])) or source.get("cut"):
        return ""
    was, now = int(str(earlier[-1]["names"])), int(str(source["names"]))
    if now >= FEWER * was:
        return ""
    return (
        f"LOOK: {source['file']} has {many(now, 'name')}, {earlier[-1]['file']} before it had "
        f"{was:,}. Is it whole? What it lacks stays as it was."
    )
