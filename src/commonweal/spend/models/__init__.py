"""Local spend: anchors, releases of their payments, payees and what people decided of them.

The payments themselves stand in files, not in tables here (see `commonweal.spend.files`).
"""

from __future__ import annotations

from .contracts import Contract, ContractsFile
from .figures import Figures, Prepared, Run
from .payees import Check, Decided, Drawing, Payee, PayeeQuerySet, Verdict
from .releases import MONEY, ROUTE_WORDS, Anchor, Bands, Layout, Release, ReleaseQuerySet, Route
from .surveys import Answer, Survey, new_token

__all__ = [
    "MONEY",
    "ROUTE_WORDS",
    "Anchor",
    "Answer",
    "Bands",
    "Check",
    "Contract",
    "ContractsFile",
    "Decided",
    "Drawing",
    "Figures",
    "Layout",
    "Payee",
    "PayeeQuerySet",
    "Prepared",
    "Release",
    "ReleaseQuerySet",
    "Route",
    "Run",
    "Survey",
    "Verdict",
    "new_token",
]
