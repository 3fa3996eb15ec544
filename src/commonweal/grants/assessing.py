"""Asking a fund for money, holding what looks like a repeat, and saying how much is right."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases.models import Case
from commonweal.design.amounts import in_pounds
from commonweal.office.errors import Refused
from commonweal.residents import households, keys
from commonweal.residents.models import Household, Resident

from . import awaiting
from .destinations import key_of, method_of, needs_a_method_of
from .entries import (
    Kind,
    State,
    enter,
    locked,
    needs_pounds,
    needs_role,
    needs_the_reasons_shown,
    needs_words,
)
from .methods import METHODS, TRANSFER
from .models import Award, Fund, Payment
from .other_names import needs_it_known

ALIKE = (
    ("resident", "the same person"),
    ("household_code", "the same household"),
    ("address_key", "the same address"),
    # In the words of its way: the same bank account, meter, bill
    ("account_key", ""),
)
# What another grant has to be for this one to be a repeat of it.
COUNTS = (State.ASKED, State.ASSESSED, State.HELD, State.APPROVED, State.PAID)


@transaction.atomic
def apply(
    *,
    fund: Fund,
    resident: Resident,
    values: dict[str, Any],
    by: Person | None,
    case: Case | None = None,
    on: date | None = None,
) -> Award:
    """Ask a fund for money for somebody.

    Raises
    ------
    Refused
        The fund takes none today or not for this; the same case asks it already; reported dead.
    """
    today = on or timezone.localdate()
    _refuse_what_is_not_paid(fund, resident, values, today)
    _refuse_a_second(fund, case)
    award = Award(fund=fund, resident=resident, case=case, asked_on=today, **values)
    award.account_key = key_of(award)
    # Fifteen homes share a postcode: without its house it is no address that two have in common.
    has_house = resident.postcode and keys.house(resident.address)
    if resident.lives == Resident.Lives.ADDRESS and has_house:
        fact = keys.address_of(resident.postcode, resident.address)
        award.address_key = keys.address_hash(fact)
    award.household_code = resident.household.code if resident.household else ""
    award.asked_once = f"{fund.pk}:{case.pk}" if case else None
    try:
        with transaction.atomic():
            award.save(force_insert=True)
    except IntegrityError:
        # Another asked between the look and the row: what it wrote is there now.
        _refuse_a_second(fund, case)
        raise
    enter(award, Kind.ASKED, by=by, amount=award.asked)
    record("grant asked for", about=award, by=by, fund=fund.code)
    awaiting.await_grant(award, by=by)
    hold_others(award)
    return award


def _refuse_what_is_not_paid(
    fund: Fund, resident: Resident, values: dict[str, Any], today: date
) -> None:
    """A fund pays on its days, for its categories, an amount, and to the living."""
    if not fund.starts_on <= today <= fund.ends_on:
        raise Refused(f"{fund.name} takes applications until {fund.ends_on:%-d %B %Y}.")
    if fund.categories and values["category"] not in fund.categories:
        raise Refused(f"{fund.name} does not pay for this category.")
    needs_a_method_of(fund, METHODS[values.get("method") or TRANSFER.code])
    needs_pounds(values["asked"])
    if values["asked"] <= 0:
        raise Refused("Ask for more than nought.")
    if resident.is_dead:
        raise Refused("This person was reported dead.")


def _refuse_a_second(fund: Fund, case: Case | None) -> None:
    if case is None:
        return
    same = Award.objects.filter(fund=fund, case=case, state__in=Award.OPEN).first()
    if same is not None:
        raise Refused(
            f"{fund.name} is asked already for this case: {same.code}, "
            f"{same.get_state_display().lower()}. Withdraw that application first, or wait."
        )


# --- Repeats ----------------------------------------------------------------------------------


def _shares(award: Award, name: str) -> Q | None:
    """Which grants have something in common with this one; None where it has nothing of the kind.

    A household is who lived together when the grant was asked for, or lives together now: whoever
    moves in has what the household was given, and whoever moves out takes it along, also where
    another of them had asked.
    """
    if name == "resident":
        return Q(resident=award.resident_id)
    if name != "household_code":
        shared = getattr(award, name)
        return Q(**{name: shared}) if shared else None
    home = Household.objects.filter(members=award.resident_id).values_list("code", flat=True)
    codes = {award.household_code, *home} - {""}
    together = Q(household_code__in=codes) | Q(resident__household__code__in=codes)
    since = award.asked_on - timedelta(days=award.fund.window_days)
    for code, day in households.homes_left(award.resident, since):
        together |= Q(household_code=code, asked_on__lte=day)
    for pk, day in households.who_left(codes, since):
        together |= Q(resident=pk) if award.asked_on <= day else Q()
    return together


def _alike(award: Award) -> list[tuple[str, str, Award]]:
    """(what is the same, in words, the other grant): the newest of each kind in the window, in
    both directions of time, whatever step it has reached."""
    window = timedelta(days=award.fund.window_days)
    others = (
        Award.objects.filter(
            fund=award.fund,
            asked_on__range=(award.asked_on - window, award.asked_on + window),
            state__in=COUNTS,
        )
        .exclude(pk=award.pk)
        .order_by("-asked_on", "-id")
    )
    pairs = []
    for name, likeness in ALIKE:
        shares = _shares(award, name)
        same = others.filter(shares).first() if shares is not None else None
        if same is not None:
            pairs.append((name, likeness or method_of(award).same, same))
    return pairs


def _sentence(likeness: str, same: Award) -> str:
    return f"{likeness.capitalize()} as grant {same.code} of {same.asked_on:%-d %B %Y}"


def repeats_of(award: Award, *, by: str = "") -> list[str]:
    """Why this may be a repeat within the fund's window: one sentence a reason, no names; all of
    them, or the one ``by`` a column of ALIKE."""
    alike = [pair for pair in _alike(award) if by in ("", pair[0])]
    return [_sentence(likeness, same) for _, likeness, same in alike]


def hold_others(award: Award) -> None:
    """Hold what was assessed before this one came and looks like the same; and, for the same
    account in another person's name, what was approved and has not gone out. What is held already
    gets one reason more.

    So the first of two is held as well as the second.
    """
    for name, likeness, _ in _alike(award):
        shares = _shares(award, name)
        waiting = [State.ASSESSED, State.HELD]
        if name == "account_key":
            waiting.append(State.APPROVED)
        others = Award.objects.filter(shares or Q(pk=None), fund=award.fund, state__in=waiting)
        others = others.exclude(pk=award.pk).select_for_update(of=("self",)).order_by("id")
        for same in others.select_related("fund"):
            if same.state == State.APPROVED and (
                same.resident_id == award.resident_id
                or Payment.objects.filter(award=same).live().exists()
            ):
                continue
            sentence = _sentence(likeness, award)
            is_near = abs(same.asked_on - award.asked_on) <= timedelta(days=award.fund.window_days)
            if is_near and sentence not in same.held:
                enter(same, Kind.HELD, by=None, text=sentence)


@transaction.atomic
def assess(
    *, award: Award, amount: Decimal, words: str, by: Person, knows_why: bool = False
) -> Award:
    """Say how much is right, and why. A repeat within the fund's window is held.

    ``knows_why``: they say that they know why its account is in another name, where it is.

    Raises
    ------
    Refused
        It was assessed already; too much for the fund; no reasons; the account is in another name.
    """
    needs_role(by, Role.GRANTS_ASSESSOR)
    needs_words(words, "Write the reasons: the letter gives them.")
    needs_pounds(amount)
    if amount > award.fund.most:
        raise Refused(f"{award.fund.name} pays {in_pounds(award.fund.most)} at most.")
    award = locked(award)
    if award.state == State.WITHDRAWN:
        raise Refused("This application was withdrawn.")
    if award.state != State.ASKED:
        raise Refused("Somebody else has assessed this already.")
    needs_it_known(award, knows_why)
    repeats = repeats_of(award)
    enter(award, Kind.ASSESSED, by=by, amount=amount, text=words)
    if repeats:
        enter(award, Kind.HELD, by=None, text="\n".join(repeats))
    record("grant assessed", about=award, by=by, held=len(repeats))
    return award


@transaction.atomic
def release(*, award: Award, because: str, by: Person, shown: str | None = None) -> None:
    """Look at why a grant is held and let it go on, with the reason. Not by who assessed it.

    ``shown``: the mark of the reasons that were looked at.

    Raises
    ------
    Refused
        Another reason has come since; nothing holds it any more; no reason why it may go on.
    """
    needs_role(by, Role.GRANTS_APPROVER)
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this grant. Somebody else must look at why it is held.")
    needs_words(because, "Say why it may go on although it looks like a repeat.")
    award = locked(award)
    if not award.held:
        raise Refused("This grant is not held any more.")
    needs_the_reasons_shown(award, shown)
    enter(award, Kind.RELEASED, by=by, text=because)
    record("held grant released", about=award, by=by)
