"""What pages show of consultations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from ..models import Channel, Consultation, Phase
from . import access

ORDER = (Phase.OPEN, Phase.COMING, Phase.CONSIDERING, Phase.ANSWERED)


@dataclass(frozen=True)
class Shown:
    """A consultation with its phase on a day."""

    consultation: Consultation
    phase: Phase

    @property
    def words(self) -> str:
        return str(self.phase.label)


def shown(consultation: Consultation, today: date) -> Shown:
    return Shown(consultation, consultation.phase(today))


def public(today: date) -> list[Shown]:
    """All that are public, the open ones first."""
    every = [shown(consultation, today) for consultation in access.public()]
    return sorted(every, key=lambda line: ORDER.index(line.phase))


def at_desk(today: date) -> list[Shown]:
    return [shown(consultation, today) for consultation in Consultation.objects.all()]


def by_channel(consultation: Consultation) -> dict[str, int]:
    """How many contributions came by each channel, for the desk alone."""
    names = {str(channel): Count("id", filter=Q(channel=channel)) for channel in Channel}
    counted = consultation.contributions.aggregate(**names)
    return {str(channel.label): counted[str(channel)] for channel in Channel}
