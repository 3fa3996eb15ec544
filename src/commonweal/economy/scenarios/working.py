"""From what somebody assumed to the answer, and the proof that it is the same again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.regional import scenarios
from localwealth.regional.multipliers import Closure
from localwealth.regional.scenarios import Evaluated
from localwealth.regional.shocks import AreaAssumptions, DemandShock, Net

from ..models import Structure
from . import structures

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Assumed:
    """What a scenario assumes, as it is typed and kept. Shares are per cent; ``pounds`` millions of
    today's a year; ``prices`` what cost 1 in the table's year and costs today."""

    industry: str
    months: int
    resident_share: Decimal
    share: Decimal = HUNDRED
    employer_jobs: int | None = None
    pounds: Decimal | None = None
    kept: Decimal | None = None
    kept_months: int | None = None
    prices: Decimal = Decimal(1)
    closure: str = "pay"
    leakage: Decimal | None = None
    displacement: Decimal | None = None
    deadweight: Decimal | None = None
    net_source: str = ""
    evaluated_low: Decimal | None = None
    evaluated_high: Decimal | None = None
    evaluated_source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            name: format(assumption, "f") if isinstance(assumption, Decimal) else assumption
            for name, assumption in vars(self).items()
        }

    @classmethod
    def of(cls, as_json: dict[str, Any]) -> Assumed:
        """What was kept, with its figures as figures again."""
        figures = {
            name: Decimal(assumption)
            for name, assumption in as_json.items()
            if isinstance(assumption, str) and name not in WORDS
        }
        return cls(**(as_json | figures))


WORDS = {"industry", "closure", "net_source", "evaluated_source"}


def work_out(structure: Structure, assumed: Assumed) -> tuple[dict[str, Any], str]:
    """The answer, and the digest of what it was made of and of itself.

    Raises
    ------
    Refused
        The assumptions can't be, or the area is too small for an answer.
    """
    table, area = structures.load(structure)
    net, evaluated = _net(assumed), _evaluated(assumed)
    try:
        answer = scenarios.answer(
            table,
            area,
            _closure(structure, assumed),
            _shock(assumed),
            _place(assumed),
            net,
            evaluated,
        )
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    return answer, digest_of(structure, assumed, answer)


def digest_of(structure: Structure, assumed: Assumed, answer: dict[str, Any]) -> str:
    """Equal where files, assumptions and every figure are."""
    parts = [
        structure.table_sha256,
        structure.sheet,
        structure.jobs_sha256,
        structure.groups_sha256,
        json.dumps(assumed.as_json(), sort_keys=True, ensure_ascii=False),
        scenarios.digest(answer),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _share(per_cent: Decimal | None) -> float:
    return float((per_cent or Decimal(0)) / HUNDRED)


def _shock(assumed: Assumed) -> DemandShock:
    return DemandShock(
        industry=assumed.industry,
        months=assumed.months,
        share=_share(assumed.share),
        employer_jobs=assumed.employer_jobs,
        pounds=None if assumed.pounds is None else float(assumed.pounds),
        pay_kept=_share(assumed.kept),
        support_months=assumed.kept_months or 0,
    )


def _place(assumed: Assumed) -> AreaAssumptions:
    return AreaAssumptions(_share(assumed.resident_share), float(assumed.prices))


def _closure(structure: Structure, assumed: Assumed) -> Closure | None:
    if assumed.closure == "none":
        return None
    if assumed.closure == "pay":
        return Closure("pay")
    if structure.household_income is None:
        raise Refused(
            "The income of all households is not known for this table. Choose pay alone, or take "
            "the table in again with that figure and its source."
        )
    return Closure("income", float(structure.household_income))


def _net(assumed: Assumed) -> Net | None:
    shares = (assumed.leakage, assumed.displacement, assumed.deadweight)
    if all(share is None for share in shares):
        return None
    if not assumed.net_source:
        raise Refused("Say where the town's own assumptions for a net figure come from.")
    return Net(*map(_share, shares))


def _evaluated(assumed: Assumed) -> Evaluated | None:
    low, high = assumed.evaluated_low, assumed.evaluated_high
    if low is None and high is None:
        return None
    if low is None or high is None or not assumed.evaluated_source:
        raise Refused(
            "A multiplier from evaluations has a lower and a higher figure, and a source."
        )
    return Evaluated(float(low), float(high), assumed.evaluated_source)
