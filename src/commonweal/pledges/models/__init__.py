"""Measures, pledges and their ledger."""

from .asking import Draft, Question
from .entries import Entry, EntryQuerySet, EvidenceFile, EvidenceLink, LedgerHead
from .imports import AskedImport, ImportRun
from .measures import ALPHABET, FIGURE, Direction, Measure, MeasureKind, new_code, plain
from .promises import LISTED_BY_OTHERS, OF_OTHERS, TO_THE_TOWN, Pledge, PledgeQuerySet
from .reviewing import MoreAsked, Recusal, ReviewAssignment

__all__ = [
    "ALPHABET",
    "FIGURE",
    "LISTED_BY_OTHERS",
    "OF_OTHERS",
    "TO_THE_TOWN",
    "AskedImport",
    "Direction",
    "Draft",
    "Entry",
    "EntryQuerySet",
    "EvidenceFile",
    "EvidenceLink",
    "ImportRun",
    "LedgerHead",
    "Measure",
    "MeasureKind",
    "MoreAsked",
    "Pledge",
    "PledgeQuerySet",
    "Question",
    "Recusal",
    "ReviewAssignment",
    "new_code",
    "plain",
]
