"""What an area lives by, as one answer for the command line and pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from localwealth.structure.measures import (
    FEWEST,
    Quotient,
    ShiftShare,
    diversity,
    location_quotients,
    shift_share,
)
from localwealth.structure.tables import JobsTable
from localwealth.words import many

LIMITS = (
    "Jobs are counted where they are done, not where people live. Shift-share describes a change "
    "and explains none: what it calls local is all that the rest leaves."
)


def everything(
    table: JobsTable, area: str, wide: str, years: tuple[int, int | None]
) -> dict[str, Any]:
    """Quotients and diversity of a year, and shift-share since an earlier one where it is given.

    Raises
    ------
    UnreadableFile
        The table lacks the area, the year, or an industry of it.
    """
    year, since = years
    local, larger = table.of(area, year), table.of(wide, year)
    spread = diversity(local, larger)
    unknown = sorted(i for a, y, i in table.unknown if (a, y) == (area, year))
    answer: dict[str, Any] = {
        "area": area,
        "larger_area": wide,
        "year": year,
        "fewest_jobs": FEWEST,
        "limits": LIMITS,
        "unknown": unknown,
        "diversity": {**asdict(spread), "equal_industries": spread.equal_industries},
        "quotients": [_quotient(q, unknown) for q in location_quotients(local, larger)],
    }
    if since is not None:
        here, there = (table.unknown_in(of, (since, year)) for of in (area, wide))
        shifts = shift_share(
            table.of(area, since),
            local,
            table.of(wide, since),
            larger,
            unknown=here,
            unknown_there=there,
        )
        answer |= {"since": since, "shifts": [_shift(shift) for shift in shifts]}
        answer["unsplit"] = sorted(here | there)
    return answer


def _quotient(quotient: Quotient, unknown: list[str]) -> dict[str, Any]:
    """A quotient as it is told: of what the file doesn't know, nothing is said."""
    row = {**asdict(quotient), "is_small": quotient.is_small}
    return row | {"local": None, "lq": None} if quotient.industry in unknown else row


def _shift(shift: ShiftShare) -> dict[str, Any]:
    return {**asdict(shift), "change": shift.change, "is_small": shift.is_small}


def as_text(answer: dict[str, Any]) -> str:
    """The answer as lines for a terminal."""
    spread = answer["diversity"]
    lines = [
        f"{answer['area']} beside {answer['larger_area']}, {answer['year']}: "
        f"{many(round(spread['jobs']), 'job')}, "
        f"as spread out as over equal industries, this many: {spread['equal_industries']:.1f}",
        f"HHI {spread['hhi']:.4f}  Shannon (bits) {spread['shannon']:.4f}  "
        f"Krugman {spread['krugman']:.4f}  Hachman {spread['hachman']:.4f}",
        "",
        f"{'jobs':>10} {'expected':>10} {'LQ':>7}  industry",
    ]
    for row in answer["quotients"]:
        shown = "too few" if row["lq"] is None else f"{row['lq']:.2f}"
        jobs = "unknown" if row["local"] is None else f"{row['local']:,.0f}"
        lines.append(f"{jobs:>10} {row['expected']:>10,.0f} {shown:>7}  {row['industry']}")
    if "shifts" in answer:
        lines += ["", f"since {answer['since']}:"]
        lines.append(f"{'change':>10} {'growth':>10} {'mix':>10} {'local':>10}  industry")
        lines += [
            f"{row['change']:>+10,.0f} {row['growth']:>+10,.0f} {row['mix']:>+10,.0f} "
            f"{row['local']:>+10,.0f}  {row['industry']}{' (too few)' * row['is_small']}"
            for row in answer["shifts"]
        ]
        if answer["unsplit"]:
            lines.append(f"Not known in one of the years: {', '.join(answer['unsplit'])}.")
    if answer["unknown"]:
        lines += ["", f"Without a figure, and therefore in no sum: {', '.join(answer['unknown'])}."]
    return "\n".join([*lines, "", answer["limits"]])
