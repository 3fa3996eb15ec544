"""Funds, the grants that are asked for from them, and all that was decided and paid."""

from .decisions import GrantDecision, ReturnedPayment
from .funds import Fund, FundBefore, FundReturn
from .grants import Award, AwardReview
from .payments import IssuedCode, Payment, PaymentRun

__all__ = [
    "Award",
    "AwardReview",
    "Fund",
    "FundBefore",
    "FundReturn",
    "GrantDecision",
    "IssuedCode",
    "Payment",
    "PaymentRun",
    "ReturnedPayment",
]
