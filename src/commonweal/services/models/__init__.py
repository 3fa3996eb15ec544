"""What help exists: its kinds, and the directory in the shape of Open Referral UK (HSDS 3)."""

from __future__ import annotations

from .brought import BroughtService, ServicesFile
from .helps import HelpType, Organisation
from .services import FRESH_DAYS, OPENING, Place, Schedule, Service, ServiceQuerySet

__all__ = [
    "FRESH_DAYS",
    "OPENING",
    "BroughtService",
    "HelpType",
    "Organisation",
    "Place",
    "Schedule",
    "Service",
    "ServiceQuerySet",
    "ServicesFile",
]
