"""What pages show of consultations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from commonweal.design import words

from ..models import Channel, Comment, Consultation, Phase, Proposal, Visibility, Voice
from . import access

ORDER = (Phase.OPEN, Phase.COMING, Phase.CONSIDERING, Phase.ANSWERED)


@dataclass(frozen=True)
class Shown:
    """A consultation with its phase on a day; for the desk, what waits there to be done."""

    consultation: Consultation
    phase: Phase
    waits: str = ""

    @property
    def label(self) -> str:
        return str(self.phase.label)


def shown(consultation: Consultation, today: date) -> Shown:
    return Shown(consultation, consultation.phase(today))


def public(today: date) -> list[Shown]:
    """All that are public, the open ones first."""
    every = [shown(consultation, today) for consultation in access.public()]
    return sorted(every, key=lambda line: ORDER.index(line.phase))


def at_desk(today: date) -> list[Shown]:
    """Every consultation, with what of proposals and comments waits for the desk."""
    unread = Q(visibility=Visibility.WAITING) | Q(appealed_on__isnull=False, appeal_on=None)
    sent = Count("id", filter=unread)
    proposals = Proposal.objects.values_list("consultation").annotate(sent=sent).order_by()
    comments = Comment.objects.values_list("proposal__consultation").annotate(sent=sent).order_by()
    bare = Proposal.objects.filter(visibility=Visibility.SHOWN, outcome="")
    unanswered = dict(bare.values_list("consultation").annotate(bare=Count("id")).order_by())
    to_read = Counter(dict(proposals)) + Counter(dict(comments))
    return [
        Shown(
            consultation,
            consultation.phase(today),
            _waits(to_read[consultation.pk], unanswered.get(consultation.pk, 0)),
        )
        for consultation in Consultation.objects.all()
    ]


def _waits(to_read: int, unanswered: int) -> str:
    """What waits, in words; empty where nothing does."""
    parts = [f"{words.figure(to_read)} to be read"] if to_read else []
    if unanswered:
        parts.append(f"{words.many(unanswered, 'proposal')} to be answered")
    return ", ".join(parts)


def by_channel(consultation: Consultation) -> list[tuple[str, int, int]]:
    """(channel, of residents, of enterprises): how many contributions came, for the desk alone. The
    two are never added up."""
    names = {
        f"{channel}_{voice}": Count("id", filter=Q(channel=channel, voice=voice))
        for channel in Channel
        for voice in Voice
    }
    counted = consultation.contributions.aggregate(**names)
    return [
        (
            str(channel.label),
            counted[f"{channel}_{Voice.RESIDENT}"],
            counted[f"{channel}_{Voice.ENTERPRISE}"],
        )
        for channel in Channel
    ]
