"""What a town set for its restricted kinds of help, for whoever reads of one."""

from __future__ import annotations

from . import named
from .models import Case, Safeguard
from .models.named import safeguard_of


def safeguards_for(case: Case) -> list[Safeguard]:
    return [safeguard_of(kind) for kind in named.restricted_kinds(case)]


def numbers_of(case: Case) -> list[str]:
    """Emergency numbers besides 999, each once."""
    lines = [line for safeguard in safeguards_for(case) for line in safeguard.numbers.splitlines()]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def minutes_of(case: Case) -> int:
    """Until the alarm of a case rings again."""
    return min([safeguard.open_within for safeguard in safeguards_for(case)], default=15)
