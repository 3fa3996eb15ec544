"""How often early warning sees a surge, and how often it is wrong: the product's rule and others.

    ./commonweal run python benchmarks/surge.py [--surges 1000] [--years 40] [--seed 1]

A surge is a rise of a half that begins on a Monday and lasts; it is seen if a rule rings within
14 days. A false alarm is one in a year without any rise; as in the product, an alarm that rang is
closed after two weeks, and rings anew then. Counts are Poisson; weekends are closed, or busy with
a third of a weekday.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from localwealth.watch.cusum import cusum
from localwealth.watch.ears import ears
from localwealth.watch.lasting import WHOLE_WEEKS, lasting_rise

MONDAY = date(2024, 1, 1)
LEAD, WATCHED, YEAR = 7 * (WHOLE_WEEKS + 1), 14, 364
# The product's own chance for a jump of a day (`asks.surge.ALPHA`).
JUMP = 1e-8
Rule = Callable[[Sequence[int], Sequence[date], float], list[bool]]


def default(counts: Sequence[int], days: Sequence[date], mean: float) -> list[bool]:
    """What the product does: a lasting rise, or a jump of a day."""
    jumps = ears(counts, method="C2", alpha=JUMP, least_spread=1.0)
    rings = []
    for place, day in enumerate(days):
        since = next(p for p, d in enumerate(days) if d > day - timedelta(days=7 * WHOLE_WEEKS))
        rise = lasting_rise(counts[since : place + 1], days[since : place + 1])
        rings.append(rise.is_alarm or jumps[place].is_alarm)
    return rings


def by_ears(method: str) -> Rule:
    return lambda counts, days, mean: [j.is_alarm for j in ears(counts, method=method)]


def by_cusum(counts: Sequence[int], days: Sequence[date], mean: float) -> list[bool]:
    """With the reference's k and h, and the mean known, which nobody has."""
    return [summed.is_alarm for summed in cusum(counts, [mean] * len(counts))]


RULES: dict[str, Rule] = {
    "the product's": default,
    "EARS C1, R's defaults": by_ears("C1"),
    "EARS C2, R's defaults": by_ears("C2"),
    "EARS C3, R's defaults": by_ears("C3"),
    "CUSUM, R's defaults, mean known": by_cusum,
}


def poisson(draw: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), draw.random(), 0
    while product > limit:
        product, count = product * draw.random(), count + 1
    return count


def series(
    draw: random.Random, mean: float, length: int, weekend: float, rise_from: int
) -> tuple[list[int], list[date]]:
    """Counts over so many days; ``weekend`` is the share of a weekday, 0 for closed: left out."""
    counts, days = [], []
    for number in range(length):
        share = weekend if number % 7 >= 5 else 1.0
        if share:
            rise = 1.5 if number >= rise_from else 1.0
            counts.append(poisson(draw, mean * share * rise))
            days.append(MONDAY + timedelta(days=number))
    return counts, days


def filled(counts: Sequence[int], days: Sequence[date]) -> tuple[list[int], list[date]]:
    """The same with noughts on closed days: what goes wrong when they are counted in."""
    known = dict(zip(days, counts, strict=True))
    every = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]
    return [known.get(day, 0) for day in every], every


def seen(rule: Rule, mean: float, surges: int, weekend: float, seed: int, fill: bool) -> float:
    """The share of surges that ring within 14 days."""
    draw, found = random.Random(seed), 0
    begins = MONDAY + timedelta(days=LEAD)
    for _ in range(surges):
        counts, days = series(draw, mean, LEAD + WATCHED, weekend, LEAD)
        if fill:
            counts, days = filled(counts, days)
        rings = rule(counts, days, mean)
        found += any(ring for ring, day in zip(rings, days, strict=True) if day >= begins)
    return found / surges


def false_alarms(
    rule: Rule, mean: float, years: int, weekend: float, seed: int, fill: bool
) -> float:
    """A year, in quiet ones."""
    draw, found = random.Random(seed), 0
    begins = MONDAY + timedelta(days=LEAD)
    for _ in range(years):
        counts, days = series(draw, mean, LEAD + YEAR, weekend, LEAD + YEAR)
        if fill:
            counts, days = filled(counts, days)
        open_until = begins
        for ring, day in zip(rule(counts, days, mean), days, strict=True):
            if ring and day >= open_until:
                found += 1
                open_until = day + timedelta(days=14)
    return found / years


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--surges", type=int, default=1000)
    parser.add_argument("--years", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| rule | a day | weekends | surges seen in 14 days | false alarms a year |")
    print("|---|---|---|---|---|")
    plans = [(name, 10.0, 0.0, False, "closed, left out") for name in RULES]
    plans += [
        (name, 10.0, 0.0, True, "closed, counted in as 0") for name in RULES if name[0] == "E"
    ]
    plans += [("the product's", mean, 0.0, False, "closed, left out") for mean in (2.0, 5.0, 20.0)]
    plans += [("the product's", mean, 0.33, False, "a third") for mean in (5.0, 10.0, 20.0)]
    for name, mean, weekend, fill, words in plans:
        rule = RULES[name]
        share = seen(rule, mean, options.surges, weekend, options.seed, fill)
        wrong = false_alarms(rule, mean, options.years, weekend, options.seed, fill)
        print(f"| {name} | {mean:g} | {words} | {share:.1%} | {wrong:.1f} |", flush=True)


if __name__ == "__main__":
    main()
