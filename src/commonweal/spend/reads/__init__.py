"""What pages, CSV and metrics read: prepared figures by scope, suppliers, payments."""

from __future__ import annotations

from .chances import able, contracts, opportunities
from .lines import (
    NOT_NAMED,
    PAYMENT_COLUMNS,
    Page,
    Sought,
    payment_rows,
    payments,
    supplier,
    suppliers,
)
from .scopes import (
    Choices,
    Scope,
    all_scopes,
    anchor_names,
    band_names,
    choices,
    current,
    figures,
    must_be_made_anew,
    scope_of,
    whole_of,
    year_words,
)
from .shares import Share, kept_local, local_share, placed_on, read_until, share_in, share_rows

__all__ = [
    "NOT_NAMED",
    "PAYMENT_COLUMNS",
    "Choices",
    "Page",
    "Scope",
    "Share",
    "Sought",
    "able",
    "all_scopes",
    "anchor_names",
    "band_names",
    "choices",
    "contracts",
    "current",
    "figures",
    "kept_local",
    "local_share",
    "must_be_made_anew",
    "opportunities",
    "payment_rows",
    "payments",
    "placed_on",
    "read_until",
    "scope_of",
    "share_in",
    "share_rows",
    "supplier",
    "suppliers",
    "whole_of",
    "year_words",
]
