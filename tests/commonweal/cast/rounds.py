"""A budget round of £600 with the four projects of `docs/methods/equal-shares.md`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.voice.models import Project, Round
from commonweal.voice.rounds import box, closing, counting, drafting, emergencies, letters
from commonweal.voice.ways import papers, places, slips

COSTS = {"Playground": 300, "Benches": 120, "Trees": 200, "Bus shelter": 150}


def sheet_answers(**more: Any) -> dict[str, Any]:
    """A rule sheet with nothing missing; voting began yesterday and lasts six days more."""
    now = timezone.now()
    return {
        "title": "Six hundred pounds",
        "words": "For the green.",
        "budget": Decimal(600),
        "ballot_form": "approval",
        "least": 1,
        "most": None,
        "points": None,
        "rule": "equal-shares",
        "satisfaction": "cost",
        "completion": "none",
        "step": Decimal(1),
        "compares": False,
        "threshold": 0,
        "ties": "cheaper,votes,lot:7",
        "who_decides": "The cabinet.",
        "is_binding": True,
        "who_may_vote": "All who live here.",
        "addresses_from": "The council tax register.",
        "addresses_ground": "A public task.",
        "tells_receipts": False,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=6),
        "election": "None before the count.",
        "quiet_from_on": None,
        "quiet_to_on": None,
    } | more


def checked(**more: Any) -> dict[str, Any]:
    """The answer to an idea that comes onto the ballot."""
    return {
        "cost": None,
        "cost_words": "An offer.",
        "is_feasible": True,
        "feasible_words": "",
        "is_lawful": True,
        "lawful_words": "",
        "group": "",
        "lesser_sums": None,
    } | more


@pytest.fixture
def drafted(nadia: Person) -> Any:
    """A draft whose ideas are all checked."""

    def make(costs: dict[str, int] | None = None, **more: Any) -> Round:
        groups, sums, areas = (more.pop(name, {}) for name in ("groups", "sums", "areas"))
        budgets = more.pop("budgets", [])
        budget_round = drafting.begin(answers=sheet_answers(**more), by=nadia)
        for title, cost in (costs or COSTS).items():
            answers = {
                "title": title,
                "words": "For all.",
                "area": areas.get(title),
                "proposed_by": "resident",
            }
            project = drafting.hand_in(budget_round=budget_round, answers=answers, by=None)
            drafting.check(
                budget_round=budget_round,
                project=project,
                by=nadia,
                answers=checked(
                    cost=Decimal(cost), group=groups.get(title, ""), lesser_sums=sums.get(title)
                ),
            )
        drafting.close_ideas(budget_round=budget_round, by=nadia)
        drafting.share_out(budget_round=budget_round, budgets=budgets, by=nadia)
        return Round.objects.get(pk=budget_round.pk)

    return make


@pytest.fixture
def sealed(drafted: Any, nadia: Person) -> Any:
    """A round whose sheet was published two days ago: by default open for voting."""

    def make(costs: dict[str, int] | None = None, **more: Any) -> Round:
        budget_round = drafted(costs, **more)
        earlier = timezone.now() - timedelta(days=9)
        drafting.seal(budget_round=budget_round, by=nadia, at=earlier)
        return Round.objects.get(pk=budget_round.pk)

    return make


# The six voters of `docs/methods/equal-shares.md`, by the numbers of the projects they name.
BALLOTS = ([1, 2], [1, 2], [1, 3], [1, 3], [3, 4], [4])


def put(budget_round: Round, code: str, choices: list[Any]) -> str:
    """Put a ballot into the box; returns its receipt. Numbers alone are ticks."""
    token = box.admit(budget_round=budget_round, typed=code)
    pairs = [(one, 1) if isinstance(one, int) else one for one in choices]
    return box.put(budget_round=budget_round, token=token, choices=pairs).receipt


@pytest.fixture
def voted(sealed: Any, nadia: Person) -> Any:
    """A round in which ballots are in the box, with the codes and the receipts of its voters."""

    def make(ballots: Any = BALLOTS, **more: Any) -> tuple[Round, list[str], list[str]]:
        budget_round = sealed(**more)
        codes = letters.make(budget_round=budget_round, count=len(ballots), by=nadia)
        receipts = [put(budget_round, *one) for one in zip(codes, ballots, strict=True)]
        return budget_round, codes, receipts

    return make


def close_at(moment: datetime, budget_round: Round | None = None) -> None:
    """Let voting in a round, or in all, close at another moment, as if time had passed. The
    database refuses that to everybody, so its guard is taken off for it and laid on again."""
    rounds = Round.objects.filter(pk=budget_round.pk) if budget_round else Round.objects.all()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            rounds.update(closes_at=moment)
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'voice_round_close_stays'")
        [guard] = cursor.fetchone()
        cursor.execute("DROP TRIGGER voice_round_close_stays")
        rounds.update(closes_at=moment)
        cursor.execute(guard)
        # The schema is as it was, and SQLite is told so: it would read the whole of it anew after
        # each rollback to a savepoint, which are as many as the requests of a walk.
        cursor.execute("PRAGMA writable_schema = RESET")


def close(budget_round: Round) -> Round:
    """Let the close have come, and empty the box."""
    close_at(timezone.now() - timedelta(seconds=1), budget_round)
    closing.empty_box(budget_round=budget_round)
    return Round.objects.get(pk=budget_round.pk)


@pytest.fixture
def on_paper(sealed: Any, voted: Any, nadia: Person) -> Any:
    """A round that has closed, with ballots in the box and papers whose slips were taken."""

    def make(*, count: int = 3, ballots: Any = BALLOTS, **more: Any) -> Round:
        ways = more | {"takes_paper": True}
        budget_round = voted(ballots=ballots, **ways)[0] if ballots else sealed(**ways)
        if count:
            for code in letters.make(budget_round=budget_round, count=count, by=nadia):
                slips.take(budget_round=budget_round, typed=code)
        return close(budget_round)

    return make


def enter(budget_round: Round, number: int, *people: Any, what: Any = ((1, 1),)) -> None:
    """Let some people enter the same of a paper."""
    for person in people:
        choices = None if what is None else [*what]
        papers.enter(budget_round=budget_round, number=number, choices=choices, by=person)


@pytest.fixture
def rounds(
    sealed: Any, drafted: Any, voted: Any, on_paper: Any, nadia: Person, maya: Person, today: date
) -> dict[str, dict[str, Any]]:
    """For each address of rounds, what stands in it."""
    budget_round = sealed(takes_paper=True, takes_telephone=True)
    places.add(
        budget_round=budget_round, name="The library", first_on=today, last_on=today, by=nadia
    )
    counted_by_hand = on_paper(count=1)
    enter(counted_by_hand, 1, nadia)
    enter(counted_by_hand, 1, maya, what=[(2, 1)])
    project = Project.objects.get(round=budget_round, number=2)
    asked = emergencies.ask(
        budget_round=budget_round,
        kind="withdraw",
        notice="The owner sold it.",
        closes_at=None,
        project=project,
        by=nadia,
    )
    letters.make(budget_round=budget_round, count=1, by=nadia)
    names = (
        "budget",
        "budget-idea",
        "budget-sheet",
        "desk-budget",
        "budget-close-ideas",
        "budget-project-add",
        "budget-seal",
        "budget-emergency",
        "budget-vote",
        "budget-ballot",
        "budget-receipt",
        "budget-codes",
        "budget-code-revoke",
        "budget-paper",
        "budget-place-add",
        "budget-telephone",
        "desk-papers",
        "budget-slip",
        "budget-paper-enter",
        "budget-paper-sample",
    )
    draft = drafted()
    over, *_ = voted(
        groups={"Playground": "the green", "Bus shelter": "the green"}, sums={"Trees": ["150.00"]}
    )
    counting.count(budget_round=close(over), by=nadia)
    of_results = (
        "budget-result",
        "budget-result-json",
        "budget-ballots",
        "budget-receipts",
        "budget-groups",
        "budget-sums",
    )
    return {name: {"code": budget_round.code} for name in names} | {
        **{name: {"code": over.code} for name in of_results},
        "budget-count": {"code": budget_round.code},
        **{
            name: {"code": budget_round.code, "number": 1}
            for name in ("budget-place-open", "budget-place-end")
        },
        **{
            name: {"code": counted_by_hand.code, "number": 1}
            for name in ("budget-paper-look", "budget-paper-right")
        },
        "budget-deliver": {"code": over.code, "number": 1},
        "budget-change": {"code": draft.code},
        "budget-areas": {"code": draft.code},
        "budget-enterprises": {"code": draft.code},
        "budget-project-check": {"code": draft.code, "number": 2},
        "budget-batch-revoke": {"code": budget_round.code, "number": 1},
        "budget-emergency-agree": {"code": budget_round.code, "pk": asked.pk},
    }
