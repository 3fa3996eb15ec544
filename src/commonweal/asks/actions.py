"""Asks that pledges answer, and draws on pledges."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from commonweal.accounts import limits, mail
from commonweal.accounts.actors import SYSTEM, Actor
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases.models import Need
from commonweal.design.words import are, in_unit
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.partners.models import MemberRole, Membership
from commonweal.pledges.models import Pledge, plain
from commonweal.pledges.standing import OPEN, Kind
from commonweal.pledges.writing import for_partner, write_down
from commonweal.residents import naming

from .left import left_of
from .models import Answer, Ask, Draw

ASK_WORDS = ("title", "words", "unit")


KEPT_CASE = (
    "A draw is public on its day, and who helps whom with this could be guessed from it. Write "
    "down once a month what was used in all, for no case."
)
ANSWERS = limits.Limit(
    "answers",
    20,
    timedelta(days=1),
    "Your organisation has answered twenty asks today. Answer more tomorrow, or ring the desk.",
)


@transaction.atomic
def make_ask(*, values: dict[str, object], by: Person | None, excuse: str = "") -> Ask:
    """Draft an ask to partners.

    Raises
    ------
    Refused
        It names somebody, or where they live.
    """
    texts = naming.texts_of(values, *ASK_WORDS)
    caught = naming.check("ask", texts, excuse=excuse)
    ask = Ask.objects.create(made_by=by, **values)
    naming.keep_excuse("ask", ask.code, caught, because=excuse, by=by)
    record("ask drafted", about=ask, by=by)
    return ask


@transaction.atomic
def change_ask(*, ask: Ask, values: dict[str, object], by: Person, excuse: str = "") -> None:
    """Change a draft.

    Raises
    ------
    Refused
        It names somebody, or where they live; it was published.
    """
    texts = naming.texts_of(values, *ASK_WORDS)
    caught = naming.check("ask", texts, excuse=excuse, code=ask.code)
    if not Ask.objects.filter(pk=ask.pk, state=Ask.State.DRAFT).update(**values):
        raise Refused("This ask is published already; close it and draft another one.")
    naming.keep_excuse("ask", ask.code, caught, because=excuse, by=by)
    record("ask changed", about=ask, by=by)


@transaction.atomic
def publish(*, ask: Ask, by: Person) -> None:
    """Publish an ask; every partner's editors are told, once.

    Raises
    ------
    Refused
        It was published, or it names somebody whom the desk got to know since it was drafted; it
        is needed by a day that is past.
    """
    ask = Ask.objects.get(pk=ask.pk)
    naming.check("ask", [ask.title, ask.words, ask.unit], code=ask.code)
    if ask.needed_by is not None and ask.needed_by < timezone.localdate():
        raise Refused("The day by which it is needed is past. Change the draft first.")
    done = Ask.objects.filter(pk=ask.pk, state=Ask.State.DRAFT).update(
        state=Ask.State.OPEN, published_on=timezone.localdate()
    )
    if not done:
        raise Refused("This ask is published already.")
    editors = (
        Membership.objects.current()
        .filter(
            role=MemberRole.EDITOR, partner__accepted_on__isnull=False, partner__stopped_on=None
        )
        .select_related("person")
    )
    for person in {membership.person for membership in editors if membership.person.wants_digest}:
        mail.write(
            key=f"ask-{ask.code}-{person.pk}",
            person=person,
            subject=f"The town asks for help: {ask.title}",
            body=f"{ask.title}: {in_unit(ask.quantity, ask.unit)} {are(ask.quantity)} needed. A "
            f"pledge of yours can answer it:\n{settings.ADDRESS}{ask.get_absolute_url()}\n",
        )
    record("ask published", about=ask, by=by)


@transaction.atomic
def close_ask(*, ask: Ask, by: Person) -> None:
    done = Ask.objects.filter(pk=ask.pk, state=Ask.State.OPEN).update(
        state=Ask.State.CLOSED, closed_on=timezone.localdate()
    )
    if not done:
        raise Refused("This ask is not open.")
    record("ask closed", about=ask, by=by)


@transaction.atomic
def answer(
    *,
    ask: Ask,
    pledge: Pledge,
    quantity: Decimal,
    by: Person,
    at: datetime | None = None,
    actor: Actor | None = None,
) -> Answer:
    """A pledge answers an ask: an entry in its ledger says so.

    ``actor`` is who writes it down where that is not the pledge's partner: a desk, with the
    partner's word.

    Raises
    ------
    Refused
        The organisation may not act, or has answered as often as it may today; the ask or the
        pledge is not open; the units differ; more is offered than is left of the pledge; it
        answered this ask already.
    """
    must_act(pledge.partner)
    pledge = (
        Pledge.objects.select_for_update().select_related("measure", "partner").get(pk=pledge.pk)
    )
    # Held until it is answered: the desk may close it at the same moment.
    if Ask.objects.select_for_update().get(pk=ask.pk).state != Ask.State.OPEN:
        raise Refused("This ask is not open any more.")
    if pledge.accepted_on is None or pledge.standing not in OPEN:
        raise Refused("Only an open pledge in the register can answer an ask.")
    if pledge.measure.unit != ask.unit:
        raise Refused(f"The ask counts {ask.unit}, the pledge {pledge.measure.unit}.")
    if quantity <= 0:
        raise Refused("Offer more than nought.")
    if quantity > left_of(pledge):
        left = left_of(pledge)
        raise Refused(
            f"{in_unit(left, ask.unit)} of this pledge {are(left)} left to offer. Raise the pledge "
            "first if you can do more."
        )
    if Answer.objects.filter(ask=ask, pledge=pledge).exists():
        raise Refused("This pledge answers this ask already.")
    if actor is None:
        limits.spend(ANSWERS, f"partner {pledge.partner_id}")
    entry = write_down(
        actor or for_partner(pledge, by),
        pledge,
        Kind.OFFERED,
        {"ask": ask.code, "title": ask.title, "quantity": plain(quantity)},
        verb="ask answered",
        about=ask,
        at=at,
    )
    return Answer.objects.create(
        ask=ask, pledge=pledge, quantity=quantity, answered_by=by, entry_seq=entry.seq
    )


@transaction.atomic
def draw(
    *,
    answer: Answer,
    quantity: Decimal,
    by: Person | None,
    need: Need | None = None,
    on: date | None = None,
    at: datetime | None = None,
    actor: Actor | None = None,
) -> Draw:
    """Use some of what a pledge offered: an entry in its ledger, so that everybody sees how much
    was used. Whose need it served stands in no ledger.

    ``actor`` is who draws where that is not the help desk's manager.

    Raises
    ------
    Refused
        More is drawn than is left of the offer; it is for a case that is kept for named colleagues.
    """
    if need is not None and need.case.is_restricted:
        raise Refused(KEPT_CASE)
    answer = (
        Answer.objects.select_for_update()
        .select_related("ask", "pledge__partner")
        .get(pk=answer.pk)
    )
    used = answer.draws.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    if quantity <= 0:
        raise Refused("Draw more than nought.")
    if used + quantity > answer.quantity:
        left = answer.quantity - used
        raise Refused(f"{in_unit(left, answer.ask.unit)} of this offer {are(left)} left.")
    entry = write_down(
        actor or Actor(by, Role.DESK_MANAGER if by else SYSTEM),
        answer.pledge,
        Kind.DRAWN,
        {"ask": answer.ask.code, "title": answer.ask.title, "quantity": plain(quantity)},
        verb="pledge drawn on",
        about=answer.ask,
        on=on,
        at=at,
    )
    try:
        return Draw.objects.create(
            answer=answer,
            need=need,
            quantity=quantity,
            drawn_by=by,
            entry_seq=entry.seq,
            drawn_on=entry.happened_on,
        )
    except IntegrityError:
        raise Refused("This can't be drawn.") from None


def met_of(ask: Ask, *, upto: date = date.max) -> tuple[Decimal, Decimal]:
    """(offered, drawn) of an ask until a day, in its unit."""
    offered = ask.answers.filter(answered_on__lte=upto).aggregate(total=Sum("quantity"))["total"]
    drawn = Draw.objects.filter(answer__ask=ask, drawn_on__lte=upto).aggregate(
        total=Sum("quantity")
    )["total"]
    return offered or Decimal(0), drawn or Decimal(0)
