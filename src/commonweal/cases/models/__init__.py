"""What the desk keeps of its cases. One file a noun; everything can be imported from here."""

from .cases import (
    BulkText,
    Call,
    Callback,
    Case,
    CaseFile,
    IntakeDraft,
    ListRow,
    ListRun,
    Need,
    Note,
    Shift,
    TextTemplate,
)
from .consents import Consent, Notice
from .forgetting import RetentionRun
from .keeping import CaseRead, Copy, Glass, OwnAddress, ReadsForgotten, Retention
from .named import AlarmNumber, CaseAlarm, Duty, Safeguard, StandIn
from .opening import Opening
from .planning import NextAction
from .referrals import Referral
from .subject import AccessEntry, SubjectAccess
from .written import Written

__all__ = [
    "AccessEntry",
    "AlarmNumber",
    "BulkText",
    "Call",
    "Callback",
    "Case",
    "CaseAlarm",
    "CaseFile",
    "CaseRead",
    "Consent",
    "Copy",
    "Duty",
    "Glass",
    "IntakeDraft",
    "ListRow",
    "ListRun",
    "Need",
    "NextAction",
    "Note",
    "Notice",
    "Opening",
    "OwnAddress",
    "ReadsForgotten",
    "Referral",
    "Retention",
    "RetentionRun",
    "Safeguard",
    "Shift",
    "StandIn",
    "SubjectAccess",
    "TextTemplate",
    "Written",
]
