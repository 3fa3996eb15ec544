"""What the first page tells: what became of the promises in five parts, what is in none of them,
and what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.urls import reverse

from . import standing as st
from .history import shown_files
from .models import Entry, EvidenceFile, Pledge
from .reads import StandingCount


@dataclass(frozen=True)
class StoryPart(StandingCount):
    """One of the five parts, with the standings that it holds, each with its promises."""

    holds: tuple[StandingCount, ...]


@dataclass(frozen=True)
class TownStory:
    """The five parts, also those that are empty; beside them what is in none, and how many."""

    parts: list[StoryPart]
    beside: list[StandingCount]
    beside_count: int


def story_of(counts: Sequence[StandingCount]) -> TownStory:
    """What became of the promises. The shares are those among all that are in one of the parts."""
    by_standing = {line.standing: line for line in counts}

    def of(standings: Iterable[str]) -> tuple[StandingCount, ...]:
        return tuple(by_standing[code] for code in standings if code in by_standing)

    held = {story: of(st.OF_STORY[story]) for story in st.STORIES}
    sums = {story: sum(line.count for line in lines) for story, lines in held.items()}
    total = sum(sums.values()) or 1
    parts = [
        StoryPart(story, label, meaning, sums[story], sums[story] / total, held[story])
        for story, (label, meaning) in st.STORIES.items()
    ]
    beside = list(of(st.BESIDE))
    return TownStory(parts, beside, sum(line.count for line in beside))


@dataclass(frozen=True)
class Result:
    """A promise that was kept, and where its picture is; "" where none may be shown."""

    pledge: Pledge
    picture: str


def results(on: date, most: int = 3) -> list[Result]:
    """The promises last found to be kept, the newest first."""
    newest = (
        Pledge.objects.to_the_town()
        .filter(standing__in=st.OF_STORY[st.Story.KEPT])
        .select_related("partner", "measure")
        .order_by(F("verified_on").desc(nulls_last=True), "-pk")[:most]
    )
    pledges = list(newest)
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
