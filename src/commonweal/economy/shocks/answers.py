"""Pledges that can answer a shock: found, proposed, and drawn on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.asks import actions as asking
from commonweal.asks.left import left_of
from commonweal.asks.models import Ask
from commonweal.economy.models import Level, Shock, ShockAsk, ShockDraw
from commonweal.office.errors import Refused
from commonweal.pledges.models import Direction, MeasureKind, Pledge

from .access import told

PROPOSED_MOST, LOOKED_AT_MOST = 5, 60
UNIT_MOST = 40
# So many of something: no share, no yes. Hours are the help desk's, whose metric counts them.
DRAWABLE = (MeasureKind.COUNT,)
SECRET = (
    "Only the town's staff may know of this, and a pledge's ledger is public. Ask who told you "
    "whether partners may know, then say so under “Who may know”."
)


@dataclass(frozen=True)
class Sort:
    """A sort of answer: its name, the title of the ask, and words by which pledges are found."""

    name: str
    ask: str
    words: tuple[str, ...]


SORTS = (
    Sort(
        "Jobs",
        "Work for people who look for it",
        ("job", "vacanc", "apprentice", "recruit", "placement", "trainee"),
    ),
    Sort(
        "Training",
        "Training for people who look for work",
        ("training", "course", "skills", "mentor", "coaching", "learn"),
    ),
    Sort(
        "Premises",
        "Rooms and premises",
        ("premises", "rooms", "room hire", "workspace", "office space", "desk space"),
    ),
)


@dataclass(frozen=True)
class AnsweringPledge:
    """A pledge that can answer, and how much of it is left."""

    sort: Sort
    pledge: Pledge
    left: Decimal


def _pledges(shock: Shock, sort: Sort) -> QuerySet[Pledge]:
    """Open pledges of others, by the words of their measures and their promises."""
    by_words = Q()
    for word in sort.words:
        by_words |= Q(measure__name__icontains=word) | Q(measure__unit__icontains=word)
        by_words |= Q(statement__icontains=word)
    pledges = Pledge.objects.to_the_town().open().filter(by_words, measure__kind__in=DRAWABLE)
    pledges = pledges.filter(measure__direction=Direction.UP, partner__stopped_on=None)
    drawn = shock.draws.values("draw__answer__pledge")
    pledges = pledges.exclude(partner=shock.partner_id).exclude(pk__in=drawn)
    return pledges.select_related("partner", "measure").order_by("due_on", "pk")


def proposed(shock: Shock) -> Iterator[AnsweringPledge]:
    """Pledges that can answer, at most five of a sort, the largest first; each once."""
    seen: set[int] = set()
    for sort in SORTS:
        fitting = [
            AnsweringPledge(sort, pledge, left_of(pledge))
            for pledge in _pledges(shock, sort)[:LOOKED_AT_MOST]
            if pledge.pk not in seen
        ]
        fitting = [
            proposal for proposal in fitting if proposal.left > 0 and fits_an_ask(proposal.pledge)
        ]
        fitting.sort(key=lambda proposal: -proposal.left)
        for proposal in fitting[:PROPOSED_MOST]:
            seen.add(proposal.pledge.pk)
            yield proposal


def proposal_of(shock: Shock, pledge_code: str) -> AnsweringPledge | None:
    """The proposal of one pledge; None where it is not proposed (any more)."""
    return next((p for p in proposed(shock) if p.pledge.code == pledge_code), None)


def public_words(shock: Shock, proposal: AnsweringPledge) -> str:
    """What everybody reads once a pledge is drawn on: of the case there is no word in it."""
    unit = proposal.pledge.measure.unit
    linked = _linked_ask(shock, unit)
    title = linked.title if linked else proposal.sort.ask
    return (
        "Everybody can read it at once: in the pledge's ledger, as drawn on by the town, and among "
        f"what the town asks for, as “{title}”, with how many {unit} and today's date. Neither "
        "says what happened, to whom, where or when."
    )


def _linked_ask(shock: Shock, unit: str) -> Ask | None:
    """The open ask of a shock in a unit."""
    linked = shock.asks.filter(ask__unit=unit, ask__state=Ask.State.OPEN).first()
    return linked.ask if linked else None


def fits_an_ask(pledge: Pledge) -> bool:
    """Whether an ask can count what a pledge counts: its unit is no longer than an ask's."""
    return len(pledge.measure.unit) <= UNIT_MOST


@transaction.atomic
def draw(
    *,
    shock: Shock,
    proposal: AnsweringPledge,
    quantity: Decimal,
    agreed: str,
    by: Person,
    role: str,
    on: date | None = None,
) -> ShockDraw:
    """Draw on a pledge for a shock, with its partner's word: an ask, its answer, and the draw, of
    today or of a day.

    The ask and the pledge's ledger are public, so neither says anything of the shock.

    Raises
    ------
    Refused
        The case is closed; only staff may know of it; the pledge can't give so much.
    """
    shock = Shock.objects.select_for_update().get(pk=shock.pk)
    if shock.state != Shock.State.OPEN:
        raise Refused("This case is closed.")
    if told(timezone.localdate(), Level.Who.STAFF).filter(pk=shock.pk).exists():
        raise Refused(SECRET)
    if quantity <= 0:
        raise Refused("Draw more than nought.")
    pledge, actor = proposal.pledge, Actor(by, role)
    ask = _ask_for(shock, proposal, quantity, by)
    answer = asking.answer(ask=ask, pledge=pledge, quantity=quantity, by=by, actor=actor)
    drawn = asking.draw(answer=answer, quantity=quantity, by=by, actor=actor, on=on)
    record("shock answered", about=shock, by=by, pledge=pledge.code)
    return ShockDraw.objects.create(shock=shock, draw=drawn, agreed=agreed)


def _ask_for(shock: Shock, proposal: AnsweringPledge, quantity: Decimal, by: Person) -> Ask:
    """The open ask of a shock that counts what a pledge counts; a new one where there is none.

    It asks for what is drawn and has no date: how many lose their work, and when, is not said.
    """
    unit = proposal.pledge.measure.unit
    linked = _linked_ask(shock, unit)
    if linked is not None:
        Ask.objects.filter(pk=linked.pk).update(quantity=linked.quantity + quantity)
        return linked
    ask = asking.make_ask(
        values={"title": proposal.sort.ask, "quantity": quantity, "unit": unit}, by=by
    )
    # Nobody is written to: who answers was asked already.
    Ask.objects.filter(pk=ask.pk).update(state=Ask.State.OPEN, published_on=timezone.localdate())
    ask.refresh_from_db()
    ShockAsk.objects.create(shock=shock, ask=ask)
    return ask
