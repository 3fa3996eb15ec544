"""What the desk keeps of its cases. One file a noun; everything can be imported from here."""

from .calls import Call, Callback
from .cases import Case, IntakeDraft, Need
from .changes import CaseChange
from .consents import Consent, Notice
from .explained import ReadsExplained
from .forgetting import RetentionRun
from .gaps import Gap
from .keeping import CaseRead, Copy, Glass, OwnAddress, ReadsForgotten, Retention, RingBack
from .lists import ListLayout, ListRow, ListRun
from .moves import CaseMove, MovedCase
from .named import AlarmNumber, CaseAlarm, Duty, Safeguard, StandIn
from .notes import CaseFile, Note
from .opening import Opening
from .planning import NextAction
from .referrals import Referral
from .shifts import Shift
from .subject import AccessEntry, SubjectAccess
from .texts import BulkText, TextTemplate
from .views import QueueView
from .written import Written

__all__ = [
    "AccessEntry",
    "AlarmNumber",
    "BulkText",
    "Call",
    "Callback",
    "Case",
    "CaseAlarm",
    "CaseChange",
    "CaseFile",
    "CaseMove",
    "CaseRead",
    "Consent",
    "Copy",
    "Duty",
    "Gap",
    "Glass",
    "IntakeDraft",
    "ListLayout",
    "ListRow",
    "ListRun",
    "MovedCase",
    "Need",
    "NextAction",
    "Note",
    "Notice",
    "Opening",
    "OwnAddress",
    "QueueView",
    "ReadsExplained",
    "ReadsForgotten",
    "Referral",
    "Retention",
    "RetentionRun",
    "RingBack",
    "Safeguard",
    "Shift",
    "StandIn",
    "SubjectAccess",
    "TextTemplate",
    "Written",
]
