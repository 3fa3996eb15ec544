"""What the desk keeps. One file a noun; everything can be imported from here."""

from .deaths import DeathReport
from .decisions import GrantDecision, ReturnedPayment
from .directory import Organisation, Place, Schedule, Service
from .forgetting import Erasure, RetentionRun
from .grants import Award, AwardReview, Fund, FundReturn, Payment, PaymentRun
from .keeping import CaseRead, Copy, Glass, OwnAddress, ReadsForgotten, Retention
from .named import AlarmNumber, CaseAlarm, Duty, PerhapsSame, Safeguard, StandIn
from .naming import Excused
from .opening import Opening
from .people import Consent, Different, Household, Merge, Notice, Resident, ResidentKey
from .planning import NextAction
from .reaching import SafeContact, Written
from .referrals import Referral
from .requests import (
    BulkText,
    Call,
    Callback,
    CaseFile,
    HelpRequest,
    HelpType,
    IntakeDraft,
    ListRow,
    ListRun,
    Need,
    Note,
    Shift,
    TextTemplate,
)
from .subject import AccessEntry, SubjectAccess
from .volunteers import Answer, Ask, Check, Draw, Task, TaskTake, Volunteer
from .watch import Alarm

__all__ = [
    "AccessEntry",
    "Alarm",
    "AlarmNumber",
    "Answer",
    "Ask",
    "Award",
    "AwardReview",
    "BulkText",
    "Call",
    "Callback",
    "CaseAlarm",
    "CaseFile",
    "CaseRead",
    "Check",
    "Consent",
    "Copy",
    "DeathReport",
    "Different",
    "Draw",
    "Duty",
    "Erasure",
    "Excused",
    "Fund",
    "FundReturn",
    "Glass",
    "GrantDecision",
    "HelpRequest",
    "HelpType",
    "Household",
    "IntakeDraft",
    "ListRow",
    "ListRun",
    "Merge",
    "Need",
    "NextAction",
    "Note",
    "Notice",
    "Opening",
    "Organisation",
    "OwnAddress",
    "Payment",
    "PaymentRun",
    "PerhapsSame",
    "Place",
    "ReadsForgotten",
    "Referral",
    "Resident",
    "ResidentKey",
    "Retention",
    "RetentionRun",
    "ReturnedPayment",
    "SafeContact",
    "Safeguard",
    "Schedule",
    "Service",
    "Shift",
    "StandIn",
    "SubjectAccess",
    "Task",
    "TaskTake",
    "TextTemplate",
    "Volunteer",
    "Written",
]
