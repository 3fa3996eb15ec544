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

from django.db.models import F
from django.utils.text import slugify

from commonweal.design.words import figure, percent
from commonweal.economy.models import Series
from commonweal.economy.series.lines import Point, lines_of
from commonweal.economy.series.places import town_code
from commonweal.places.models import Area

from ..models import Consultation, Voice
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

    words: str
    count: int | None
    share: float | None
    lives: int | None
    lives_share: float | None

    @property
    def shown(self) -> str:
        return "not shown" if self.count is None else f"{self.count:,}"

    @property
    def share_shown(self) -> str:
        return "" if self.words == NOBODY_SAID else percent(self.share)

    @property
    def lives_shown(self) -> str:
        return "" if self.words == NOBODY_SAID else figure(self.lives)

    @property
    def lives_share_shown(self) -> str:
        return "" if self.words == NOBODY_SAID else percent(self.lives_share)


@dataclass(frozen=True)
class TookPart:
    """The wards, or the ages, of those who answered; ``day`` is that of the town's figures, None
    where it has none of one day for all of them."""

    title: str
    lines: list[Beside]
    day: date | None


def who_took_part(consultation: Consultation) -> list[TookPart]:
    """By ward and by age, as the public may see it; nothing of fewer than 5 residents."""
    given = consultation.contributions.filter(voice=Voice.RESIDENT)
    wards = {area.name: area.ons_code or area.code for area in Area.objects.all()}
    ages = {str(words): code for code, words in AGES if code}
    by_ward: Counter[str] = Counter(
        name or NOBODY_SAID
        for name in given.annotate(ward=F("area__name")).values_list("ward", flat=True)
    )
    words_of = {code: words for words, code in ages.items()}
    by_age: Counter[str] = Counter(
        words_of.get(band, NOBODY_SAID) for band in given.values_list("age_band", flat=True)
    )
    of_ages = {words: slugify(AGED.format(words)) for words in ages}
    return [
        _beside("Wards", by_ward, _newest({n: (RESIDENTS, code) for n, code in wards.items()})),
        _beside("Ages", by_age, _newest({w: (m, town_code()) for w, m in of_ages.items()})),
    ]


def _newest(series_of: Mapping[str, tuple[str, str]]) -> dict[str, Point | None]:
    """The newest figure of each of some series, by measure and area."""
    measures = {measure for measure, _ in series_of.values()}
    every = Series.objects.filter(measure__in=measures, group="")
    newest = {(line.series.measure, line.series.area_code): line.newest for line in lines_of(every)}
    return {words: newest.get(key) for words, key in series_of.items()}


def _beside(title: str, came: Counter[str], living: Mapping[str, Point | None]) -> TookPart:
    counts = {words: came[words] for words in (*living, NOBODY_SAID)}
    shown = kept_back(counts) if counts else {}
    unsaid = shown.get(NOBODY_SAID)
    who_told = None if unsaid is None else sum(counts.values()) - unsaid
    days = {point.last for point in living.values() if point}
    is_whole = bool(living) and all(living.values()) and len(days) == 1
    lives = {words: _number(point) for words, point in living.items()}
    all_live = sum(number or 0 for number in lives.values()) if is_whole else None
    lines = [
        Beside(
            words,
            count,
            _share(count, who_told) if words != NOBODY_SAID else None,
            lives.get(words),
            _share(lives.get(words), all_live),
        )
        for words, count in shown.items()
    ]
    return TookPart(title, lines, next(iter(days)) if is_whole else None)


def _number(point: Point | None) -> int | None:
    number: Decimal | None = point.number if point else None
    return None if number is None else int(number)


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None
