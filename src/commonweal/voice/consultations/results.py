"""What came of the questions: counts of residents and of enterprises, never added up.

Small counts are held back, and so is whatever they could be worked out from; see
``docs/methods/consultations.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from commonweal.cases.held_back import SMALL, held_back

from ..models import AskedQuestion, Channel, Consultation, Contribution, GivenAnswer, Voice
from . import pictures
from .ranking import Ranked, places_of, ranked

NO_ANSWER = "No answer"
NOBODY_SAID = "Not said"
CSV_COLUMNS = ("consultation", "who", "question", "answer", "count", "of")


def kept_back(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts that add up to a total which is shown: small ones are None, and enough beside them;
    all of them where the total is small.

    Examples
    --------
    >>> kept_back({"yes": 40, "no": 1, "none": 1})
    {'yes': None, 'no': None, 'none': None}
    >>> kept_back({"yes": 40, "no": 3, "none": 0, "both": 9})
    {'yes': 40, 'no': None, 'none': 0, 'both': None}
    """
    return dict.fromkeys(counts) if 0 < sum(counts.values()) < SMALL else held_back(counts)


@dataclass(frozen=True)
class Line:
    """An answer and how many gave it; None where it is held back. ``share``: of those asked."""

    label: str
    count: int | None
    share: float | None

    @property
    def shown(self) -> str:
        # Not "fewer than 5": what is held back beside a small count may be more.
        return "not shown" if self.count is None else f"{self.count:,}"


@dataclass(frozen=True)
class QuestionResult:
    """How one question was answered by one voice. ``mean``: of marks, where no count of them is
    held back. ``wrote``: how many wrote something. ``ranked``: of a ranking the answers in their
    order, ``of`` so many who spoke in this voice."""

    question: AskedQuestion
    lines: list[Line]
    mean: float | None = None
    wrote: int | None = None
    ranked: tuple[Ranked, ...] = ()
    of: int | None = None

    @property
    def places(self) -> tuple[str, ...]:
        return places_of(self.question.options)

    @property
    def picture(self) -> SafeString:
        label = f"{self.question.words} How many put each first, second and third."
        return pictures.places(self.ranked, self.of, label)

    @property
    def has_places(self) -> bool:
        """Whether it is shown who put what first: else only how often each was named."""
        return any(line.by_place for line in self.ranked)


@dataclass(frozen=True)
class VoiceResult:
    """What residents, or enterprises, answered. ``total``: None where it is held back."""

    voice: str
    title: str
    total: int | None
    channels: list[Line]
    areas: list[Line]
    questions: list[QuestionResult]


TITLES = {Voice.RESIDENT: "Residents", Voice.ENTERPRISE: "Local enterprises"}


def results_of(consultation: Consultation) -> list[VoiceResult]:
    """The results by voice, residents first; each figure as the public may see it."""
    questions = list(consultation.questions.all())
    return [_voice(consultation, questions, voice) for voice in Voice]


def _voice(consultation: Consultation, questions: list[AskedQuestion], voice: Voice) -> VoiceResult:
    contributions = consultation.contributions.filter(voice=voice)
    count = contributions.count()
    total = None if 0 < count < SMALL else count
    by_channel = {str(kind.label): contributions.filter(channel=kind).count() for kind in Channel}
    return VoiceResult(
        voice,
        TITLES[voice],
        total,
        _lines(by_channel, total),
        _lines(_areas(contributions), total),
        [_question(question, voice, total, count) for question in questions],
    )


def _areas(contributions: Any) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for contribution in Contribution.objects.filter(pk__in=contributions).select_related("area"):
        counted[contribution.area.name if contribution.area else NOBODY_SAID] += 1
    return dict(sorted(counted.items(), key=lambda pair: (pair[0] == NOBODY_SAID, pair[0])))


def _lines(counts: Mapping[str, int], total: int | None) -> list[Line]:
    shown = kept_back(counts) if total is not None else dict.fromkeys(counts)
    return [Line(label, count, _share(count, total)) for label, count in shown.items()]


def _share(count: int | None, total: int | None) -> float | None:
    return count / total if count is not None and total else None


def _ranking(
    question: AskedQuestion, voice: Voice, total: int | None, count: int
) -> QuestionResult:
    answers = GivenAnswer.objects.filter(question=question, contribution__voice=voice)
    picks = list(answers.values_list("picked", flat=True))
    lines = tuple(ranked(question.options, picks, count))
    return QuestionResult(question, [], ranked=lines, of=total)


def _question(
    question: AskedQuestion, voice: Voice, total: int | None, count: int
) -> QuestionResult:
    if question.kind == AskedQuestion.Kind.RANKING:
        return _ranking(question, voice, total, count)
    answers = GivenAnswer.objects.filter(question=question, contribution__voice=voice)
    answered = answers.count()
    if question.kind == AskedQuestion.Kind.TEXT:
        is_small = 0 < answered < SMALL or 0 < count - answered < SMALL
        return QuestionResult(question, [], wrote=None if is_small or total is None else answered)
    return _picked(question, answers, total, count)


def _picked(
    question: AskedQuestion, answers: QuerySet[GivenAnswer], total: int | None, count: int
) -> QuestionResult:
    answered = answers.count()
    picked = [number for picks in answers.values_list("picked", flat=True) for number in picks]
    counted = Counter(picked)
    counts = {label: counted[number] for number, label in question.choices}
    if question.kind == AskedQuestion.Kind.CHOICES:
        return QuestionResult(question, _several(counts, total))
    lines = _lines(counts | {NO_ANSWER: count - answered}, total)
    if question.kind == AskedQuestion.Kind.RATING and answered and _is_whole(lines, total):
        return QuestionResult(question, lines, mean=sum(picked) / answered)
    return QuestionResult(question, lines)


def _is_whole(lines: list[Line], total: int | None) -> bool:
    return total is not None and all(line.count is not None for line in lines)


def _several(counts: Mapping[str, int], total: int | None) -> list[Line]:
    """Where any of several can be picked nothing adds up: each is held back by itself, also where
    all but a few picked it."""
    return [
        Line(label, shown, _share(shown, total))
        for label, count in counts.items()
        for shown in [None if _tells(count, total) else count]
    ]


def _tells(count: int, total: int | None) -> bool:
    return total is None or 0 < count < SMALL or 0 < total - count < SMALL


def rows(consultation: Consultation) -> Iterator[dict[str, object]]:
    """The results as rows of a file; what is held back is empty."""
    for voice in results_of(consultation):
        row: dict[str, object] = {
            "consultation": consultation.code,
            "who": voice.voice,
            "of": voice.total,
        }
        yield row | {"question": "", "answer": "", "count": voice.total}
        for line in voice.channels:
            yield row | {"question": "Channel", "answer": line.label, "count": line.count}
        for of_question in voice.questions:
            question = of_question.question.words
            for line in of_question.lines:
                yield row | {"question": question, "answer": line.label, "count": line.count}
            yield from _ranking_rows(row | {"question": question}, of_question)
            if not (of_question.lines or of_question.ranked):
                yield row | {"question": question, "answer": "wrote", "count": of_question.wrote}


def _ranking_rows(
    row: dict[str, object], of_question: QuestionResult
) -> Iterator[dict[str, object]]:
    for line in of_question.ranked:
        for place, count in zip(of_question.places, line.by_place, strict=False):
            yield row | {"answer": f"{line.label}: {place}", "count": count}
        yield row | {"answer": f"{line.label}: named", "count": line.named}
