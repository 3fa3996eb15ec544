"""Funds, the grants that are asked for from them, and all that was decided and paid."""

from .decisions import GrantDecision, ReturnedPayment
from .funds import Fund, FundReturn
from .grants import Award, AwardReview
from .payments import Payment, PaymentRun

__all__ = [
    "Award",
    "AwardReview",
    "Fund",
    "FundReturn",
    "GrantDecision",
    "Payment",
    "PaymentRun",
    "ReturnedPayment",
]
