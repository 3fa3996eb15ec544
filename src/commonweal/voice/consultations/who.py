"""Who took part against who lives here: wards and ages of the residents who answered, beside those
of the town's own figures.

See ``docs/methods/who-took-part.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils.text import slugify

from commonweal.design.words import figure, percent
from commonweal.economy.models import Series
from commonweal.economy.series.lines import Point, lines_of
from commonweal.economy.series.places import town_code
from commonweal.places.models import Area

from ..models import Consultation, Contribution, Voice
from .forms import AGES
from .results import NOBODY_SAID, kept_back

# What the town's own file of who lives there calls its measures.
RESIDENTS = "residents"
AGED = "Residents aged {}"


@dataclass(frozen=True)
class Beside:
    """A ward or an age: how many of those who answered are of it, and how many live there.

    ``count`` is None where it is held back, ``lives`` where the town has no figure. The shares,
    0 to 1, are of those who said it and of all who live there; None where either is not known.
    """

    label: str
    count: int | None
    share: float | None
    lives: int | None
    lives_share: float | None

    @property
    def shown(self) -> str:
        return "not shown" if self.count is None else f"{self.count:,}"

    @property
    def share_shown(self) -> str:
        return "" if self.label == NOBODY_SAID else percent(self.share)

    @property
    def lives_shown(self) -> str:
        return "" if self.label == NOBODY_SAID else figure(self.lives)

    @property
    def lives_share_shown(self) -> str:
        return "" if self.label == NOBODY_SAID else percent(self.lives_share)


@dataclass(frozen=True)
class TookPart:
    """The wards, or the ages, of those who answered; ``day`` is that of the town's figures, None
    where it has none of one day for all of them."""

    title: str
    lines: list[Beside]
    day: date | None


def who_took_part(consultation: Consultation) -> list[TookPart]:
    """By ward and by age, as the public may see it; nothing of fewer than 5 residents."""
    contributions = consultation.contributions.filter(voice=Voice.RESIDENT)
    return [_by_ward(contributions), _by_age(contributions)]


def _by_ward(contributions: QuerySet[Contribution]) -> TookPart:
    names = contributions.annotate(ward=F("area__name")).values_list("ward", flat=True)
    came: Counter[str] = Counter(name or NOBODY_SAID for name in names)
    series_of = {area.name: (RESIDENTS, area.ons_code or area.code) for area in Area.objects.all()}
    return _beside("Wards", came, _newest(series_of))


def _by_age(contributions: QuerySet[Contribution]) -> TookPart:
    labels = {code: str(label) for code, label in AGES if code}
    bands = contributions.values_list("age_band", flat=True)
    came: Counter[str] = Counter(labels.get(band, NOBODY_SAID) for band in bands)
    series_of = {label: (slugify(AGED.format(label)), town_code()) for label in labels.values()}
    return _beside("Ages", came, _newest(series_of))


def _newest(series_of: Mapping[str, tuple[str, str]]) -> dict[str, Point | None]:
    """The newest figure of each of some series, by measure and area."""
    measures = {measure for measure, _ in series_of.values()}
    every = Series.objects.filter(measure__in=measures, group="")
    newest = {(line.series.measure, line.series.area_code): line.newest for line in lines_of(every)}
    return {label: newest.get(key) for label, key in series_of.items()}


def _beside(title: str, came: Counter[str], living: Mapping[str, Point | None]) -> TookPart:
    counts = {label: came[label] for label in (*living, NOBODY_SAID)}
    shown = kept_back(counts) if counts else {}
    unsaid = shown.get(NOBODY_SAID)
    who_told = None if unsaid is None else sum(counts.values()) - unsaid
    day = _one_day(living)
    lives = {label: _number(point) for label, point in living.items()}
    all_live = None if day is None else sum(number or 0 for number in lives.values())
    lines = [
        Beside(
            label,
            count,
            _share(count, who_told) if label != NOBODY_SAID else None,
            lives.get(label),
            _share(lives.get(label), all_live),
        )
        for label, count in shown.items()
    ]
    return TookPart(title, lines, day)


def _one_day(living: Mapping[str, Point | None]) -> date | None:
    """The day of all the figures; None where one is missing, or they are of several days."""
    days = {point.last if point else None for point in living.values()}
    return days.pop() if len(days) == 1 else None


def _number(point: Point | None) -> int | None:
    number: Decimal | None = point.number if point else None
    return None if number is None else int(number)


def _share(part: int | None, total: int | None) -> float | None:
    return part / total if part is not None and total else None
