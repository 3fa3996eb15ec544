"""A partner's own space: its pledges, drafts, reports, replies, and handing over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.charter import holding
from commonweal.charter.models import CharterVersion
from commonweal.design.every_answer import only_read
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.partners.access import (
    ANY_MEMBER,
    EDITORS,
    get_partner_for,
    membership_in,
    organisations_of,
)
from commonweal.partners.models import MemberRole, Partner
from commonweal.places import opening
from commonweal.places.context import desks_for
from commonweal.places.models import the_town

from . import (
    asking_more,
    handing_over,
    history,
    ledger,
    partner_reads,
    reads,
    review_reads,
    wishes,
)
from . import standing as st
from .access import get_pledge_for
from .forms import (
    HandOverForm,
)
from .listed import listed
from .measured import measured_of
from .models import Pledge


@login_required
@only_read
def spaces(request: SignedInRequest) -> HttpResponse:
    """Where signing in leads: the one partner somebody acts for, their one desk, or the choice of
    several; of a town that is being prepared, its administrator to what is to do."""
    mine = organisations_of(request.user)
    if not mine and (first := opening.first_page(request)):
        return redirect(first)
    if len(mine) == 1:
        return redirect("space", mine[0].code)
    desks = desks_for(request)
    if not mine and len(desks) == 1:
        return redirect(desks[0][0])
    return render(request, "pledges/spaces.html", {"partners": mine})


@login_required
@only_read
def space(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    pledges = list(
        partner.pledges.select_related("measure", "theme").order_by("due_on", "id")[:500]
    )
    for pledge in pledges:
        pledge.partner = partner
    town = the_town()
    may_edit = partner.my_role == MemberRole.EDITOR  # type: ignore[attr-defined]
    context = {
        "partner": partner,
        "may_edit": may_edit,
        "rows": listed([pledge for pledge in pledges if pledge.accepted_on], today),
        "proposed": [pledge for pledge in pledges if not pledge.accepted_on],
        **_not_promised_yet(partner),
        "todo": list(todo(pledges, today)),
        **_signing(partner, today, may_edit=may_edit),
        "proposals": partner.awards.exclude(withdrawal_because="").filter(withdrawn_on=None),
        "new_name": partner.name_changes.filter(state="waiting").exists(),
        **referral_links(partner, request.user),
        "is_inactive": partner_reads.is_inactive(
            partner, sum(pledge.is_open for pledge in pledges), today, town
        ),
    }
    return render(request, "pledges/space.html", context)


def _not_promised_yet(partner: Partner) -> dict[str, Any]:
    """What was begun, and what was sent to the town for want of a measure; newest first."""
    drafts = partner.drafts.filter(pledge=None).order_by("-saved_at", "-pk")
    return {
        "drafts": [draft for draft in drafts if wishes.SENT not in draft.answers],
        "wished": [draft for draft in drafts if wishes.SENT in draft.answers],
    }


def _signing(partner: Partner, today: date, *, may_edit: bool) -> dict[str, Any]:
    """The charter in force, what the partner signed of it or is held, and whether it may sign."""
    version = CharterVersion.objects.in_force(today).first()
    signatures = list(partner.signatures.filter(ended_on=None).select_related("version"))
    signature = next((each for each in signatures if each.version == version), None)
    held = holding.held_by(partner)
    is_signed = bool(signature or (held and held.stands))
    may_come = partner.may_act or partner.waits
    return {
        "version": version,
        "signature": signature,
        "signatures": signatures if partner.may_act else [],
        "held": held,
        "may_sign": may_edit and version is not None and not is_signed and may_come,
    }


def referral_links(partner: Partner, person: Person) -> dict[str, bool]:
    """Which pages of referrals somebody may open: who reads them is named by an editor of an
    organisation that may act, and only those named read."""
    mine = membership_in(person, partner)
    acts = partner.may_act and mine is not None
    return {
        "reads_referrals": acts and mine is not None and mine.handles_referrals,
        "names_workers": acts and mine is not None and mine.role == MemberRole.EDITOR,
    }


def todo(pledges: list[Pledge], today: Any) -> Any:
    """(pledge, sentence) for each thing that waits for the partner, most pressing first."""
    wanted = {ask.claim.pledge_id: ask for ask in asking_more.running(today).values()}
    replies = {entry.pledge_id: entry for _, entry in review_reads.replies_waiting(today)}
    for pledge in pledges:
        if pledge.pk in replies:
            yield (
                pledge,
                f"A review waits for your reply until {replies[pledge.pk].body['held_until']}",
            )
        if pledge.pk in wanted:
            until = wanted[pledge.pk].until
            yield pledge, f"A reviewer asks for more evidence until {until:%-d %B %Y}"
        if pledge.returned_because and not pledge.accepted_on:
            yield pledge, "Returned by the charter manager: change it and send it again"
        if pledge.unanswered_since:
            yield pledge, "A question waits for your answer"
        if pledge.standing == st.Standing.OVERDUE:
            yield pledge, f"Overdue since {pledge.due_on:%-d %B %Y}: report, or say why it moves"
        elif pledge.standing == st.Standing.DUE_SOON:
            yield pledge, f"Due on {pledge.due_on:%-d %B %Y}"


def _unanswered(lines: list[history.EntryLine]) -> list[history.EntryLine]:
    """Questions that nobody has answered."""
    answered = {line.about for line in lines if line.entry.kind == st.Kind.ANSWER}
    return [
        line
        for line in lines
        if line.entry.kind == st.Kind.QUESTION and line.entry.seq not in answered
    ]


def _to_reply(state: st.State, today: date) -> list[tuple[st.Claim, st.Review]]:
    """Reviews, with their claims, that are held for a reply of the partner."""
    return [
        (claim, review)
        for claim in state.claims
        for review in claim.reviews
        if review.held_until and review.held_until > today and not review.replied_on
    ]


@login_required
@only_read
def pledge(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    """One pledge as its partner sees it, with what can be done next."""
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=ANY_MEMBER)
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    pledge.refresh_from_db()
    lines = history.lines_of(pledge, on=today, see_held=True)
    state = st.fold((line.entry for line in lines), today)
    context = {
        "partner": partner,
        "pledge": pledge,
        "bar": reads.bar_of(pledge, today),
        "measured": measured_of(pledge),
        "history": list(reversed(lines)),
        "may_edit": partner.my_role == MemberRole.EDITOR,  # type: ignore[attr-defined]
        "is_open": pledge.accepted_on and pledge.standing != st.Standing.WITHDRAWN,
        "is_settled": pledge.standing in st.VERIFIED,
        "terms_open": pledge.accepted_on and pledge.is_open,
        "questions": _unanswered(lines),
        "replies": _to_reply(state, today),
        "more_asked": asking_more.running_of(pledge, today),
        "last_claim": state.claims[-1] if state.claims else None,
    }
    return render(request, "pledges/space_pledge.html", context)


@login_required
def leave(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Somebody leaves: their pledges go to a colleague."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    membership = get_object_or_404(partner.memberships.current().select_related("person"), pk=pk)
    is_oneself = membership.person_id == request.user.pk
    return act(
        request,
        HandOverForm(request.POST or None, membership=membership),
        lambda answers: handing_over.hand_over(
            membership=membership, to=answers["to"], by=request.user
        ),
        said=lambda count: (
            f"Done. {many(count, 'pledge')} {pluralize(count, 'was,were')} handed over."
        ),
        to=reverse("spaces") if is_oneself else reverse("space-people", args=[partner.code]),
        template="pledges/leave.html",
        partner=partner,
        membership=membership,
        owned=partner.pledges.filter(owner=membership.person).count(),
    )
