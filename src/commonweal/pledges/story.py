"""What the first page tells: what became of the promises in five parts, and what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.urls import reverse

from . import standing as st
from .history import shown_files
from .models import Entry, EvidenceFile, Pledge
from .reads import StandingCount


def story_of(counts: Sequence[StandingCount]) -> list[StandingCount]:
    """The five parts of the story, each with how many promises are in it, also where none is."""
    by_standing = {line.standing: line for line in counts}
    told = []
    for story, (words, meaning) in st.STORIES.items():
        lines = [by_standing[code] for code in st.OF_STORY[story] if code in by_standing]
        told.append(
            StandingCount(
                story,
                words,
                meaning,
                sum(line.count for line in lines),
                sum(line.share for line in lines),
            )
        )
    return told


@dataclass(frozen=True)
class Result:
    """A promise that was kept, and where its picture is; "" where none may be shown."""

    pledge: Pledge
    picture: str


def results(on: date, most: int = 3) -> list[Result]:
    """The promises last found to be kept, the newest first."""
    kept = (
        Pledge.objects.filter(accepted_on__isnull=False, standing__in=st.OF_STORY[st.Story.KEPT])
        .select_related("partner", "measure")
        .order_by(F("verified_on").desc(nulls_last=True), "-pk")[:most]
    )
    pledges = list(kept)
    entries: dict[int, list[Entry]] = {pledge.pk: [] for pledge in pledges}
    for entry in Entry.objects.filter(pledge__in=pledges).order_by("seq"):
        entries[entry.pledge_id].append(entry)
    files = EvidenceFile.objects.filter(pledge__in=pledges)
    pictures = {file.sha256 for file in files if file.is_picture}
    return [
        Result(pledge, _picture_of(pledge, entries[pledge.pk], pictures, on)) for pledge in pledges
    ]


def _picture_of(pledge: Pledge, entries: Sequence[Entry], pictures: set[str], on: date) -> str:
    shown = shown_files(entries, on)
    for entry in reversed(entries):
        sha256 = entry.body.get("file", "")
        if entry.kind == st.Kind.EVIDENCE and entry.seq in shown and sha256 in pictures:
            return reverse("evidence-small", args=[pledge.code, sha256])
    return ""
