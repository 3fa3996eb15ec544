"""What a town set for its restricted kinds of help, for whoever reads of one."""

from __future__ import annotations

from . import named
from .models import HelpRequest, Safeguard
from .models.named import safeguard_of


def safeguards_for(request: HelpRequest) -> list[Safeguard]:
    return [safeguard_of(kind) for kind in named.restricted_kinds(request)]


def numbers_of(request: HelpRequest) -> list[str]:
    """Emergency numbers besides 999, each once."""
    lines = [line for one in safeguards_for(request) for line in one.numbers.splitlines()]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def minutes_of(request: HelpRequest) -> int:
    """Until the alarm of a case rings again."""
    return min([one.open_within for one in safeguards_for(request)], default=15)
