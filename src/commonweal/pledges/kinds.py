"""The kinds of line in a pledge's ledger: what each is called, who writes it, what it holds.

All that is known of a kind but what it does to a pledge's standing follows from one table. What
it does is in `standing.fold`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of line in a pledge's ledger."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLAIM = "claim"
    EVIDENCE = "evidence"
    REVIEW = "review"
    REPLY = "reply"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    QUESTION = "question"
    ANSWER = "answer"
    LINK_DEAD = "link_dead"
    LINK_ALIVE = "link_alive"
    SOURCE_STATUS = "source_status"
    REMOVED = "removed"
    RELISTED = "relisted"
    HANDED_OVER = "handed_over"
    STRUCK = "struck"
    TAKEN_BACK = "taken_back"
    MEASURED = "measured"
    OFFERED = "offered"
    DRAWN = "drawn"
    MERGED = "merged"
    PARTED = "parted"


@dataclass(frozen=True)
class KindInfo:
    """One kind of line.

    ``keys`` are always in its body, ``may`` sometimes; no other key is written, as a body is
    public and hashed for good. ``is_update``: only the partner itself can do it, and it shows
    that the partner is there.
    """

    code: Kind
    title: str
    keys: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    is_update: bool = False


def _kind(
    code: Kind, title: str, keys: str = "", *, may: str = "", is_update: bool = False
) -> KindInfo:
    return KindInfo(code, title, frozenset(keys.split()), frozenset(may.split()), is_update)


KINDS: tuple[KindInfo, ...] = (
    _kind(
        Kind.PROPOSED,
        "Promise made",
        "measure measure_kind unit direction baseline target due_on owner_title who_benefits "
        "area theme clause decision",
        may="made_on source",
    ),
    _kind(Kind.RETURNED, "Returned by the charter manager"),
    _kind(Kind.ACCEPTED, "Accepted into the register", may="source", is_update=True),
    _kind(Kind.CLAIM, "Progress claimed", "value as_of final", is_update=True),
    _kind(
        Kind.EVIDENCE, "Evidence attached", "about title", may="url file private", is_update=True
    ),
    _kind(Kind.REVIEW, "Reviewed", "about by held_until value verdict", may="withhold"),
    _kind(Kind.REPLY, "Reply of the partner", "about agrees", is_update=True),
    _kind(Kind.CHANGED, "Terms changed", "field old new", is_update=True),
    _kind(Kind.WITHDRAWN, "Promise withdrawn", is_update=True),
    _kind(Kind.QUESTION, "Question from the public", "asked_on"),
    _kind(Kind.ANSWER, "Answer of the partner", "about", is_update=True),
    _kind(Kind.LINK_DEAD, "Evidence can't be reached", "about found", may="failed_on"),
    _kind(Kind.LINK_ALIVE, "Evidence can be reached again", "about found"),
    _kind(Kind.SOURCE_STATUS, "New status in the source", "source status"),
    _kind(Kind.REMOVED, "No longer listed by the source", "source"),
    _kind(Kind.RELISTED, "Listed by the source again", "source"),
    _kind(Kind.HANDED_OVER, "Handed over to a colleague", "owner_title"),
    _kind(Kind.STRUCK, "Words struck out", "about"),
    _kind(Kind.TAKEN_BACK, "Report taken back with its file", "about"),
    _kind(
        Kind.MEASURED,
        "Measured by the system",
        "metric series value starts_on ends_on status version tolerance",
    ),
    _kind(Kind.OFFERED, "Offered to an ask", "ask title quantity"),
    _kind(Kind.DRAWN, "Drawn on", "ask title quantity"),
    _kind(Kind.MERGED, "Two entries of one organisation joined", "partner name into into_name"),
    _kind(Kind.PARTED, "Two organisations after all", "partner name out_of out_of_name"),
)
INFO: Mapping[str, KindInfo] = {info.code: info for info in KINDS}
TITLES: Mapping[str, str] = {info.code: info.title for info in KINDS}
# What only the partner itself can do; any of it restores an inactive partner.
PARTNER_UPDATES = frozenset(info.code for info in KINDS if info.is_update)


def check_body(code: str, keys: Iterable[str]) -> None:
    """See that a body holds nothing that its kind doesn't.

    Raises
    ------
    ValueError
        A key is there that the table doesn't know: a fault of ours.
    """
    unknown = frozenset(keys) - INFO[code].keys - INFO[code].may
    if unknown:
        raise ValueError(
            f"An entry of the kind {code} has no {', '.join(sorted(unknown))}: see {__name__}."
        )
