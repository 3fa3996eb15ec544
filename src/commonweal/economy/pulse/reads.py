"""What pages and files show of the pulse survey, after a wave has closed and never before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from commonweal.cases.held_back import SMALL
from commonweal.design.words import many
from commonweal.places.models import Area

from ..held_back import held_back
from ..models import ASKED_OF, Feeling, HelpMost, PulseAnswer, PulseWave, Who

CSV_COLUMNS = ("wave", "opened_on", "ended_on", "who", "question", "answer", "count", "mark")
NO_WARD = "Not said"
# What is held back may be five or more: then it guards a smaller one.
HELD_BACK = "held back"
QUESTIONS = {
    "now": "Now, compared with three months ago",
    "ahead": "In the next three months",
    "help_most": "What would help most",
    "area": "Where they live or work",
    "way": "How they answered",
}
NOUNS = {Who.RESIDENT: "resident", Who.ENTERPRISE: "business or organisation"}
PLURALS = {Who.RESIDENT: "residents", Who.ENTERPRISE: "businesses and organisations"}


@dataclass(frozen=True)
class Row:
    """One answer that could be given: how many gave it, and per cent of those who answered; None
    where it is held back."""

    words: str
    count: int | None
    per_cent: int | None

    @property
    def shown(self) -> str:
        return HELD_BACK if self.count is None else f"{self.count:,}"

    @property
    def share(self) -> str:
        return "not shown" if self.per_cent is None else f"{self.per_cent}%"


@dataclass(frozen=True)
class Split:
    """One question with its rows; none where too few answered to show how they split."""

    name: str
    question: str
    rows: list[Row]


@dataclass(frozen=True)
class Side:
    """What residents, or enterprises, said. ``answered`` is None where it is a small count."""

    who: str
    title: str
    answered: int | None
    splits: list[Split]

    @property
    def sentence(self) -> str:
        """What was said of now, in words; how many answered where no more can be shown."""
        people = f"{NOUNS[Who(self.who)]},{PLURALS[Who(self.who)]}"
        if self.answered is None:
            return f"Fewer than {SMALL} {PLURALS[Who(self.who)]} answered."
        answered = f"{many(self.answered, people)} answered."
        now = {row.words: row for row in self.splits[0].rows}
        worse, better = now.get(Feeling.WORSE.label), now.get(Feeling.BETTER.label)
        if worse is None or better is None or worse.count is None or better.count is None:
            return answered
        return (
            f"{answered} Worse than three months ago for {worse.count:,} of them "
            f"({worse.per_cent}%), better for {better.count:,} ({better.per_cent}%)."
        )


@dataclass(frozen=True)
class Results:
    """A wave that has closed, residents and enterprises apart."""

    wave: PulseWave
    sides: list[Side]


@dataclass(frozen=True)
class PulseResults:
    """What the public page shows: the wave that is open, and the results of the last one."""

    open: PulseWave | None
    newest: Results | None
    earlier: list[PulseWave]


def pulse() -> PulseResults:
    today = timezone.localdate()
    waves = list(PulseWave.objects.filter(opens_on__lte=today))
    closed = [wave for wave in waves if wave.is_closed(today)]
    return PulseResults(
        next((wave for wave in waves if wave.is_open(today)), None),
        results_of(closed[0]) if closed else None,
        closed[1:],
    )


def results_of(wave: PulseWave) -> Results:
    """What was said in a wave. Only for waves that have closed."""
    answers = list(wave.answers.values("who", *QUESTIONS))
    wards = dict(Area.objects.values_list("pk", "name"))
    sides = [
        _side(who, [answer for answer in answers if answer["who"] == who], wards) for who in Who
    ]
    return Results(wave, sides)


def _side(who: Who, answers: Sequence[Mapping[str, Any]], wards: Mapping[int, str]) -> Side:
    splits = [_split(name, who, answers, wards) for name in QUESTIONS]
    answered = None if 0 < len(answers) < SMALL else len(answers)
    return Side(who.value, who.label, answered, splits)


def _split(
    name: str, who: Who, answers: Sequence[Mapping[str, Any]], wards: Mapping[int, str]
) -> Split:
    tallied = Counter(answer[name] for answer in answers)
    counts = {label: tallied[key] for key, label in _choices(name, who, wards).items()}
    shown = held_back(counts) or {}
    rows = [Row(label, count, _per_cent(count, len(answers))) for label, count in shown.items()]
    return Split(name, QUESTIONS[name], rows)


def _choices(name: str, who: Who, wards: Mapping[int, str]) -> dict[Any, str]:
    """Each answer that could be given to a question, with its words."""
    if name == "area":
        return {**wards, None: NO_WARD}
    if name == "help_most":
        return {choice.value: HelpMost(choice).label for choice in ASKED_OF[who]}
    return dict(PulseAnswer.Way.choices if name == "way" else Feeling.choices)


def _per_cent(count: int | None, of: int) -> int | None:
    return None if count is None or not of else round(100 * count / of)


def csv_rows(results: Results) -> Iterator[dict[str, Any]]:
    """The results as lines of a file: how many answered, then each answer; what is held back is
    marked so."""
    wave = results.wave
    of_wave = {"wave": wave.code, "opened_on": wave.opens_on, "ended_on": wave.ended_on}
    for side in results.sides:
        of_side = of_wave | {"who": side.who}
        mark = HELD_BACK if side.answered is None else ""
        yield of_side | {
            "question": "answered",
            "answer": "",
            "count": side.answered,
            "mark": mark,
        }
        for split in side.splits:
            yield from _lines_of(split, of_side)


def _lines_of(split: Split, of_side: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = split.rows or [Row("", None, None)]
    for row in rows:
        mark = HELD_BACK if row.count is None else ""
        yield of_side | {
            "question": split.question,
            "answer": row.words,
            "count": row.count,
            "mark": mark,
        }


@dataclass(frozen=True)
class AtDesk:
    """A wave as the desk sees it: its state, and how many answered so far, apart."""

    wave: PulseWave
    state: str
    residents: int
    enterprises: int


def at_desk() -> list[AtDesk]:
    today = timezone.localdate()
    waves = PulseWave.objects.annotate(
        residents=Count("answers", filter=Q(answers__who=Who.RESIDENT)),
        enterprises=Count("answers", filter=Q(answers__who=Who.ENTERPRISE)),
    ).order_by("-opens_on", "-id")
    return [AtDesk(wave, _state(wave, today), wave.residents, wave.enterprises) for wave in waves]


def _state(wave: PulseWave, today: date) -> str:
    if wave.is_closed(today):
        return "closed"
    return "open" if wave.is_open(today) else "not open yet"
