"""What the desk keeps. One file a noun; everything can be imported from here."""

from .directory import Organisation, Place, Schedule, Service
from .grants import (
    Approval,
    Award,
    AwardReview,
    Fund,
    FundReturn,
    Payment,
    PaymentRun,
)
from .keeping import CaseRead, Copy, Glass, OwnAddress, Retention, SubjectAccess
from .naming import Excused
from .people import Consent, Different, Household, Merge, Notice, Resident, ResidentKey
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
from .volunteers import Answer, Ask, Check, Draw, Task, Volunteer
from .watch import Alarm

__all__ = [
    "Alarm", "Answer", "Approval", "Ask", "Award", "AwardReview", "BulkText", "Call", "Callback",
    "CaseFile", "CaseRead", "Check", "Consent", "Copy", "Different", "Draw", "Excused", "Fund",
    "FundReturn",
    "Glass", "HelpRequest", "HelpType", "Household", "IntakeDraft", "ListRow", "ListRun", "Merge",
    "Need", "Note", "Notice", "Organisation", "OwnAddress", "Payment", "PaymentRun", "Place",
    "Referral", "Resident", "ResidentKey", "Retention", "Schedule", "Service", "Shift",
    "SubjectAccess", "Task", "TextTemplate", "Volunteer",
]  # fmt: skip
