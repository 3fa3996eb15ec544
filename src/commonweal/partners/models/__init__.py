"""Organisations that join the charter, and the people who may act for them."""

from .merges import Different, Merge
from .partners import (
    ActingRequest,
    Invitation,
    Kind,
    MemberRole,
    Membership,
    MembershipQuerySet,
    NameChange,
    Partner,
    PartnerQuerySet,
    Relation,
    Sector,
    Size,
    in_two_weeks,
    months_later,
    new_token,
)

__all__ = [
    "ActingRequest",
    "Different",
    "Invitation",
    "Kind",
    "MemberRole",
    "Membership",
    "MembershipQuerySet",
    "Merge",
    "NameChange",
    "Partner",
    "PartnerQuerySet",
    "Relation",
    "Sector",
    "Size",
    "in_two_weeks",
    "months_later",
    "new_token",
]
