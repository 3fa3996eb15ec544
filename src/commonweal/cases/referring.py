"""Referrals: sending, receiving, answering, the clock, consent and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.partners.models import Membership, Partner
from commonweal.residents import naming, people, reaching
from commonweal.residents.models import Resident
from commonweal.residents.unwritten import refuse_codes
from commonweal.residents.ways import Rule
from commonweal.services.models import HelpType, Service

from . import consenting, next_actions, opening, triage, working
from .consenting import give_consent, tell_workers, withdraw_consent
from .models import Callback, Case, Consent, Need, Note, Referral

__all__ = ["give_consent", "refer", "withdraw_consent"]

State, Hand = Referral.State, Referral.Hand
UNANSWERED = tuple(Referral.UNANSWERED)
# The least: a first name and one number; how it is safe goes with it in any case.
MINIMUM = ("first name", "phone")


@transaction.atomic
def refer(
    *,
    need: Need,
    service: Service,
    hand: str,
    by: Person,
    words: str = "",
    consent: Consent | None = None,
    at: datetime | None = None,
    excuse: str = "",
) -> Referral:
    """Hand one need to one partner's service.

    The newest consent for this partner and this help decides; of what is asked for, by ``hand``
    and by the service, only what was consented to goes out.

    Raises
    ------
    Refused
        The person was reported dead; the service takes none, is full, or belongs to nobody here;
        it must not hold names; no
        consent holds for this recipient and purpose; the words hold what is not shared; the
        same partner has it already.
    """
    if need.case.resident.is_dead:
        raise Refused("This person was reported dead: nobody is referred.")
    refuse_codes(need.case.resident, words, excuse)
    partner = _partner_of(service, hand)
    consent, fields = _agreed(need, service, partner, hand, seen=consent)
    caught = naming.check_referral(words, resident=need.case.resident, fields=fields, excuse=excuse)
    now = at or timezone.now()
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                case=need.case,
                need=need,
                service=service,
                partner=partner,
                hand=hand,
                fields=fields,
                consent=consent,
                words=words,
                sent_by=by,
                sent_at=now,
                answer_by=now + timedelta(hours=service.answer_hours),
            )
    except IntegrityError:
        raise Refused(f"{partner.name} has this need already.") from None
    naming.keep_excuse("referral", referral.code, caught, because=excuse, by=by)
    Case.objects.filter(pk=need.case_id).exclude(state="closed").update(state="waiting")
    next_actions.decided(need, by=by)
    _tell(
        referral,
        "sent",
        "A referral for you",
        f"Referral {referral.code} for {service.name} waits for your answer until "
        f"{timezone.localtime(referral.answer_by):%-d %B, %H:%M}. Sign in to read it.",
    )
    record("referral sent", about=referral, by=by, partner=partner.code, hand=hand)
    return referral


def _partner_of(service: Service, hand: str) -> Partner:
    """Whose service it is, where it takes a need now, handed over in this way."""
    partner = service.organisation.partner
    if partner is None or not service.takes_referrals:
        raise Refused(f"{service.name} takes no referrals here. Give the resident its details.")
    if not partner.may_act:
        raise Refused(f"{partner.name} is not accepted by the town. Choose another service.")
    if service.status != Service.Status.ACTIVE:
        raise Refused(f"{service.name} is not offered at present.")
    if service.no_names and hand != Hand.NOTHING:
        raise Refused(
            f"{service.name} must not hold names. Hand over without personal data: the resident "
            "gets in touch with the reference."
        )
    held = service.referrals.filter(state__in=Referral.OPEN).count()
    if service.capacity is not None and held >= service.capacity:
        raise Refused(
            f"{service.name} holds {many(held, 'referral')} and has room for "
            f"{service.capacity}. Choose another one, or settle the need as not met: no "
            "place was free."
        )
    return partner


def _agreed(
    need: Need, service: Service, partner: Partner, hand: str, *, seen: Consent | None
) -> tuple[Consent | None, list[str]]:
    """The consent that covers it, and which fields go out by it. ``seen`` is the one that stood on
    the page of whoever refers."""
    if hand == Hand.NOTHING:
        return None, []
    consent = consenting.that_covers(need, partner)
    if consent is None or (seen is not None and seen.resident_id != consent.resident_id):
        raise Refused(consenting.why_none(need, partner))
    if seen is not None and seen != consent:
        raise Refused("They agreed to something else since. Look again at what holds now.")
    wanted = MINIMUM if hand == Hand.MINIMUM else consent.fields
    fields = consenting.shared_with(consent, service, wanted)
    if not fields:
        raise Refused(
            f"Of what {service.name} asks for, the resident agreed to share nothing. Ask "
            "them, or hand over without personal data."
        )
    return consent, fields


_tell = tell_workers


def _tell_partners(resident: Resident, before: Rule) -> None:
    """Who holds a number of somebody is told that how to reach them has become stricter."""
    readable = Referral.objects.filter(
        case__resident=resident, state__in=Referral.OPEN, copies__isnull=False
    )
    for referral in readable.select_related("partner").distinct():
        _tell(
            referral,
            f"reach-{resident.contact_version}",
            "How to reach somebody has changed",
            f"How it is safe to reach the resident of referral {referral.code} has changed. Sign "
            "in and read it before you ring, write or visit.",
        )


reaching.LISTENERS.append(_tell_partners)


def _move(referral: Referral, *, start: tuple[str, ...], end: str, **values: object) -> None:
    moved = Referral.objects.filter(pk=referral.pk, state__in=start).update(state=end, **values)
    if not moved:
        raise Refused("Something happened to this referral since you opened it. Look again.")
    referral.refresh_from_db()


@transaction.atomic
def receive(*, referral: Referral, by: Person) -> None:
    """The partner opened it for the first time."""
    done = Referral.objects.filter(pk=referral.pk, state=State.SENT).update(
        state=State.RECEIVED, received_at=timezone.now()
    )
    if done:
        referral.refresh_from_db()
        record("referral received", about=referral, by=by)


@transaction.atomic
def accept(*, referral: Referral, by: Person) -> None:
    _move(referral, start=UNANSWERED, end=State.ACCEPTED, answered_at=timezone.now())
    record("referral accepted", about=referral, by=by)


@transaction.atomic
def decline(*, referral: Referral, because: str, words: str, by: Person) -> None:
    """The partner can't. The case is back at the desk at once, with a call that is owed."""
    if not because:
        raise Refused("Say why: the desk has to know what to try next.")
    now = timezone.now()
    _move(
        referral,
        start=UNANSWERED,
        end=State.DECLINED,
        answered_at=now,
        ended_at=now,
        declined_because=because,
        outcome_words=words,
    )
    why = referral.get_declined_because_display().lower()
    _back_to_desk(
        referral,
        f"{referral.partner.name} declined: {why}. {words}".strip(),
        because="referral_declined",
    )
    record("referral declined", about=referral, by=by, because=because)


def _back_to_desk(referral: Referral, sentence: str, *, because: str) -> None:
    case = referral.case
    consenting.not_waiting(referral)
    Note.objects.create(case=case, kind="partner", words=sentence)
    # Whom nobody may get in touch with gets no call; the next action below is the thing to do.
    open_way, _ = reaching.way_for(case.resident)
    if open_way is not None and not case.resident.is_dead:
        Callback.objects.get_or_create(
            case=case,
            purpose="follow_up",
            state="due",
            defaults={
                "due_at": reaching.within_hours(case.resident, timezone.now()),
                "assigned_to": case.assigned_to,
            },
        )
    next_actions.follow(referral.need, because)


@transaction.atomic
def name_worker(*, membership: Membership, handles: bool, by: Person) -> None:
    """An editor says who of the organisation reads referrals. Taking it away is always possible.

    Raises
    ------
    Refused
        The organisation may not act.
    """
    if handles:
        must_act(membership.partner)
    Membership.objects.filter(pk=membership.pk).update(handles_referrals=handles)
    record(
        "referral worker changed",
        about=membership.partner,
        by=by,
        member=str(membership.person.code),
        handles=handles,
    )


@transaction.atomic
def contacted(*, referral: Referral, by: Person) -> None:
    _move(referral, start=(State.ACCEPTED,), end=State.CONTACTED, contacted_at=timezone.now())
    Case.objects.filter(pk=referral.case_id, first_contact_at=None).update(
        first_contact_at=timezone.now()
    )
    record("resident contacted by partner", about=referral, by=by)


@transaction.atomic
def finish(*, referral: Referral, outcome: str, words: str, by: Person) -> None:
    """The partner says what came of it. Helped settles the need."""
    _move(
        referral,
        start=(State.ACCEPTED, State.CONTACTED),
        end=State.DONE,
        outcome=outcome,
        outcome_words=words,
        ended_at=timezone.now(),
    )
    if outcome in ("helped", "partly") and referral.need.state == "open":
        working.settle(need=referral.need, state="met" if outcome == "helped" else "partly", by=by)
    _back_to_desk(
        referral,
        f"{referral.partner.name}: {referral.get_outcome_display().lower()}. {words}".strip(),
        because="referral_done",
    )
    record("referral done", about=referral, by=by, outcome=outcome)


@transaction.atomic
def take_back(*, referral: Referral, by: Person) -> None:
    """The desk takes a referral back. The partner can't read it any more."""
    _move(referral, start=tuple(Referral.OPEN), end=State.REVOKED, ended_at=timezone.now())
    consenting.not_waiting(referral)
    next_actions.follow(referral.need, "referral_back", by=by)
    record("referral taken back", about=referral, by=by)


def return_unanswered(now: datetime | None = None) -> int:
    """The clock: what nobody answered in time returns to the desk, and both sides are told.

    Safe to run at any time, and twice.
    """
    now = now or timezone.now()
    return_from_stopped(now)
    late = Referral.objects.filter(state__in=Referral.UNANSWERED, answer_by__lte=now)
    count = 0
    for referral in late.select_related("partner", "service", "case__resident"):
        with transaction.atomic():
            moved = Referral.objects.filter(
                pk=referral.pk, state__in=Referral.UNANSWERED, answer_by__lte=now
            ).update(state=State.RETURNED, ended_at=now)
            if not moved:
                continue
            _back_to_desk(
                referral,
                f"{referral.partner.name} did not answer in time.",
                because="referral_returned",
            )
            _tell(
                referral,
                "returned",
                "A referral went back to the desk",
                f"Referral {referral.code} was not answered within "
                f"{many(referral.service.answer_hours if referral.service else 48, 'hour')} and "
                "went back to the desk. It counts in your figures.",
            )
            if (handler := referral.case.assigned_to) is not None:
                mail.write(
                    key=f"referral-{referral.code}-back",
                    person=handler,
                    subject="A referral came back",
                    body=f"Nobody answered referral {referral.code} in time. Case "
                    f"{referral.case.code} is on your list again:\n"
                    f"{settings.ADDRESS}{referral.case.get_absolute_url()}\n",
                )
            record("referral returned", about=referral, by=None)
            count += 1
    return count


def return_from_stopped(now: datetime) -> int:
    """What an organisation holds that may not act any more returns to the desk at once: its
    people can't read it, so nobody would help."""
    held = Referral.objects.filter(state__in=Referral.OPEN, partner__stopped_on__isnull=False)
    count = 0
    for referral in held.select_related("partner", "service", "case__resident"):
        with transaction.atomic():
            moved = Referral.objects.filter(pk=referral.pk, state__in=Referral.OPEN).update(
                state=State.RETURNED, ended_at=now
            )
            if not moved:
                continue
            _back_to_desk(
                referral,
                f"{referral.partner.name} is not accepted any more.",
                because="referral_returned",
            )
            record("referral returned", about=referral, by=None, because="partner stopped")
            count += 1
    return count


@transaction.atomic
def refer_in(
    *,
    partner: Partner,
    values: dict[str, str],
    help_types: list[HelpType],
    words: str,
    consent_words: str,
    by: Person,
    signs: Iterable[str] = (),
) -> Case:
    """A partner sends somebody to the desk, with their consent. What an organisation sends is
    normal at least, and stays as urgent as it came.

    Raises
    ------
    Refused
        The organisation may not act; the desk is closed; there are no words of consent.
    """
    must_act(partner)
    if not opening.is_open():
        raise Refused(opening.CLOSED)
    if not consent_words.strip():
        raise Refused("Write the words in which the resident agreed.")
    signs = list(signs)
    resident = people.add(values=values, by=by)
    return working.open_case(
        resident=resident,
        channel="partner",
        needs={kind: {} for kind in help_types},
        words=words,
        consent_words=consent_words,
        from_partner=partner,
        signs=signs,
        came_as=triage.level_of_sent(signs, [(kind.name, kind.weight) for kind in help_types]),
    )
