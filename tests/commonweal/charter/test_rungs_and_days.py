"""What a tier takes beside what is there, and on which days versions, signatures and tiers hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.accounts.models import Person
from commonweal.charter import facts, reads
from commonweal.charter.facts import Criterion, KnownFact, Rung, criteria_of, rungs_of
from commonweal.charter.models import (
    CharterVersion,
    Clause,
    Decision,
    Signature,
    Tier,
    TierAward,
)
from commonweal.partners.models import Partner

TODAY = date(2026, 5, 6)
PARTNER = Partner(code="acorn", name="Acorn")


def fact(code: str, count: int, words: str = "") -> KnownFact:
    return KnownFact(code, code or "Beside", count, words or str(count), "/partners/acorn/")


def rung(known: list[KnownFact], monkeypatch: pytest.MonkeyPatch, **takes: Any) -> Rung:
    monkeypatch.setattr(facts, "KNOWN", [lambda partner, on: known])
    [only] = rungs_of(PARTNER, TODAY, [Tier(code="t", name="T", **takes)])
    return only


@pytest.mark.parametrize(
    ("code", "bound", "count", "takes", "is_met"),
    [
        ("pledges_least", 2, 1, "2 at least", False),
        ("pledges_least", 2, 2, "2 at least", True),
        ("pledges_least", 2, 3, "2 at least", True),
        ("pledges_least", 0, 0, "0 at least", True),
        ("pledges_least", None, 0, "", True),
        ("verified_least", 1, 0, "1 at least", False),
        ("themes_least", 3, 3, "3 at least", True),
        ("late_most", 0, 0, "none", True),
        ("late_most", 0, 1, "none", False),
        ("late_most", 2, 2, "2 at most", True),
        ("late_most", 2, 3, "2 at most", False),
        ("late_most", None, 99, "", True),
    ],
)
def test_what_a_tier_takes_is_held_against_what_is_there(
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    bound: int | None,
    count: int,
    takes: str,
    is_met: bool,
) -> None:
    known = fact(code, count)
    tried = rung([known], monkeypatch, **{code: bound})
    assert tried.criteria == [Criterion(known, takes, is_met)]
    assert tried.is_met is is_met
    assert tried.counted == (tried.criteria if takes else [])


def test_what_no_tier_asks_for_stands_beside_it_and_hinders_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = rung([fact("", 7), fact("pledges_least", 1)], monkeypatch, pledges_least=1)
    assert [criterion.takes for criterion in tried.criteria] == ["", "1 at least"]
    assert [criterion.fact.code for criterion in tried.counted] == ["pledges_least"]
    assert tried.is_met


def test_one_that_is_missing_is_enough_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [fact("pledges_least", 5), fact("late_most", 1)]
    assert not rung(known, monkeypatch, pledges_least=2, late_most=0).is_met
    assert rung(known, monkeypatch, pledges_least=2, late_most=1).is_met
    assert rung([], monkeypatch, pledges_least=2).is_met


def test_what_is_known_is_counted_once_for_all_tiers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []

    def count(partner: Partner, on: date) -> list[KnownFact]:
        asked.append(on)
        return [fact("pledges_least", 2)]

    monkeypatch.setattr(facts, "KNOWN", [count])
    tiers = [Tier(code=str(n), name=str(n), pledges_least=n) for n in (1, 2, 3)]
    assert [each.is_met for each in rungs_of(PARTNER, TODAY, tiers)] == [True, True, False]
    assert asked == [TODAY]
    assert criteria_of(tiers[2], PARTNER, TODAY) == rungs_of(PARTNER, TODAY, tiers)[2].criteria


def test_rooms_tell_what_they_know_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [
        lambda partner, on: [fact("a", 1)],
        lambda partner, on: [],
        lambda partner, on: [fact("b", 2), fact("c", 3)],
    ]
    monkeypatch.setattr(facts, "KNOWN", rooms)
    assert [known.code for known in facts.known_of(PARTNER, TODAY)] == ["a", "b", "c"]


# Days


DAYS = some.integers(-3, 3)
MAYBE = some.one_of(some.none(), DAYS)


def on_day(number: int | None) -> Any:
    return None if number is None else TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("begins", "ends", "is_in_force"),
    [
        (0, None, True),
        (-1, None, True),
        (1, None, False),
        (-5, 0, True),
        (-5, 1, True),
        (-5, -1, False),
        (0, 0, True),
    ],
)
def test_a_version_is_in_force_from_its_first_day_to_its_last(
    begins: int, ends: int | None, is_in_force: bool
) -> None:
    version = CharterVersion(number=1, in_force_from=on_day(begins), in_force_until=on_day(ends))
    assert version.is_in_force(TODAY) is is_in_force


@pytest.mark.parametrize(
    ("confirmed", "review", "withdrawn", "is_held"),
    [
        (None, None, None, False),
        (0, 0, None, True),
        (0, 700, None, True),
        (-700, 0, None, True),
        (-700, -1, None, False),
        (1, 700, None, False),
        (-9, 700, 0, False),
        (-9, 700, -1, False),
        (-9, 700, 1, True),
    ],
)
def test_a_tier_is_held_until_its_review_or_its_withdrawal(
    confirmed: int | None, review: int | None, withdrawn: int | None, is_held: bool
) -> None:
    award = TierAward(
        confirmed_on=on_day(confirmed), review_on=on_day(review), withdrawn_on=on_day(withdrawn)
    )
    assert award.is_held(TODAY) is is_held


@given(MAYBE, MAYBE, MAYBE)
def test_a_tier_that_is_held_was_confirmed_and_is_not_over(
    confirmed: int | None, review: int | None, withdrawn: int | None
) -> None:
    award = TierAward(
        confirmed_on=on_day(confirmed), review_on=on_day(review), withdrawn_on=on_day(withdrawn)
    )
    held = [n for n in range(-5, 6) if award.is_held(TODAY + timedelta(days=n))]
    # It is held on days without a gap.
    assert held == list(range(held[0], held[-1] + 1)) if held else True
    if confirmed is None or review is None:
        assert held == []
    elif held:
        assert held[0] == confirmed
        assert held[-1] == min(review, review if withdrawn is None else withdrawn - 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "on 6 May 2026, as Owner"),
        ({"show_name": True}, "on 6 May 2026, as Owner (Fern Hale)"),
        (
            {"entered_on": date(2026, 6, 1), "signed_name": "", "capacity": ""},
            "on paper on 6 May 2026; the town entered it on 1 June 2026",
        ),
    ],
)
def test_a_signature_says_how_it_was_given_and_names_who_agreed_to_be_named(
    more: dict[str, Any], words: str
) -> None:
    told = {"signed_on": TODAY, "capacity": "Owner", "signed_name": "Fern Hale"}
    assert Signature(**(told | more)).in_words == words


def test_each_is_called_by_what_it_is() -> None:
    decision = Decision(code="2026-01", title="Adopted", body="Executive", decided_on=TODAY)
    version = CharterVersion(number=2, title="The charter", adopted_by=decision)
    tier = Tier(code="gold", name="Gold")
    assert str(decision) == "Adopted (Executive, 6 May 2026)"
    assert decision.get_absolute_url() == "/charter/decisions/2026-01/"
    assert str(version) == "Version 2"
    assert str(Clause(version=version, number="4", text="Work.")) == "Version 2, 4: Work."
    assert str(Signature(partner=PARTNER, version=version)) == "Acorn on Version 2"
    assert str(TierAward(tier=tier, partner=PARTNER)) == "Gold for Acorn"


# Counts


@pytest.fixture
def signs(version: CharterVersion, today: date) -> Any:
    """A partner signs some days from today, and leaves some days from today."""

    def sign(partner: Partner, at: int, until: int | None = None) -> Signature:
        return Signature.objects.create(
            partner=partner,
            version=version,
            signed_on=today + timedelta(days=at),
            capacity="Owner",
            terms_version="1",
            signed_name="A",
            ended_on=None if until is None else today + timedelta(days=until),
            ended_because="" if until is None else "Closed.",
        )

    return sign


@pytest.fixture
def awards(tom: Person, priya: Person, today: date) -> Any:
    """A partner holds a tier from some days before today to some days from it."""

    def award(partner: Partner, tier: Tier, *, ago: int = 10, review_in: int = 100) -> TierAward:
        return TierAward.objects.create(
            partner=partner,
            tier=tier,
            reasons="Two results.",
            proposed_by=tom,
            proposed_on=today - timedelta(days=ago),
            confirmed_by=priya,
            confirmed_on=today - timedelta(days=ago),
            review_on=today + timedelta(days=review_in),
        )

    return award


def test_who_signed_counts_from_that_day_until_they_left(
    signs: Any, bakery: Partner, college: Partner, today: date
) -> None:
    signs(bakery, -10)
    signs(college, -10, until=-2)
    counted = [reads.signed_on(today + timedelta(days=n)) for n in (-11, -10, -3, -2, 0)]
    assert counted == [0, 2, 2, 1, 1]
    assert reads.holders("signed", today) == [bakery.pk]


def test_who_signed_two_versions_is_one_signatory(
    signs: Any, bakery: Partner, decision: Decision, today: date
) -> None:
    first = signs(bakery, -10)
    second = CharterVersion.objects.create(
        number=2, title="The second", adopted_by=decision, in_force_from=date(2024, 1, 1)
    )
    Signature.objects.create(
        partner=bakery,
        version=second,
        signed_on=today,
        capacity="Owner",
        terms_version="1",
        signed_name="A",
    )
    assert first.version != second
    assert reads.signed_on(today) == 1


def test_of_two_tiers_the_highest_counts(
    awards: Any, tier: Tier, bakery: Partner, college: Partner, today: date
) -> None:
    leader = Tier.objects.create(code="leader", name="Leader", criteria="More", rank=5)
    awards(bakery, tier)
    higher = awards(bakery, leader, review_in=3)
    awards(college, tier)
    assert reads.tier_of(bakery, today) == higher
    assert reads.highest_tiers(today) == {bakery.pk: "leader", college.pk: "partner"}
    assert reads.tiers_with_counts(today) == [(tier, 1), (leader, 1)]
    assert sorted(reads.holders("assessed", today)) == sorted([bakery.pk, college.pk])
    assert reads.holders("leader", today) == [bakery.pk]
    # Once its review date has passed the lower one is what it holds.
    later = today + timedelta(days=4)
    assert reads.tiers_with_counts(later) == [(tier, 2), (leader, 0)]
    assert reads.counts(later).assessed == 2


def test_the_rows_that_are_held_are_those_that_say_so(
    awards: Any, tier: Tier, bakery: Partner, college: Partner, homes: Partner, today: date
) -> None:
    made = [
        awards(bakery, tier, ago=10, review_in=0),
        awards(college, tier, ago=10, review_in=-1),
        awards(homes, tier, ago=0, review_in=5),
    ]
    for days in (-11, -10, -1, 0, 1, 5, 6):
        on = today + timedelta(days=days)
        held = list(TierAward.objects.held(on).order_by("pk"))
        assert held == [award for award in made if award.is_held(on)]


def test_where_nobody_signed_and_nothing_is_held_all_is_nought(town: Any, today: date) -> None:
    assert reads.counts(today) == reads.Counts(0, 0, 0)
    assert reads.tiers_with_counts(today) == []
    for show in ("signed", "assessed", "gold"):
        assert reads.holders(show, today) == []
