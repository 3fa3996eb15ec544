"""A partner's own space: telling of a shock, and what other partners told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.design.every_answer import only_read
from commonweal.economy.models import Shock
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.access import ANY_MEMBER, EDITORS, get_partner_for
from commonweal.partners.models import MemberRole, Partner

from . import access, reads, telling
from .forms import COLUMNS, TellForm

TOLD = "Told. The economy desk has a plan that begins now."


@login_required
@only_read
def shocks(request: SignedInRequest, code: str) -> HttpResponse:
    """What this partner told, for its editors, and what others told the partners."""
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    may_edit = partner.my_role == MemberRole.EDITOR  # type: ignore[attr-defined]
    own_shocks = Shock.objects.filter(partner=partner, by_staff=False).order_by("-saved_at")
    others = access.known_to_partners(timezone.localdate()).filter(state=Shock.State.OPEN)
    others = others.exclude(partner=partner, by_staff=False)
    context = {
        "partner": partner,
        "may_edit": may_edit,
        "own": own_shocks if may_edit else (),
        "others": _shown(others) if partner.may_act else (),
    }
    return render(request, "economy/space_shocks.html", context)


def _shown(shocks: Any) -> list[tuple[Shock, str]]:
    """(shock, whose jobs they are), where the others may know the name."""
    listed = list(shocks.select_related("partner")[:50])
    return [
        (shock, reads.employer_of(shock) if access.may_be_named(shock) else "") for shock in listed
    ]


@login_required
def tell(request: SignedInRequest, code: str) -> HttpResponse:
    """One form: it is kept as a draft, and shown again before it is sent."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    form = TellForm(request.POST or None)
    return act(
        request,
        form,
        lambda _: telling.begin(
            values=form.values(), partner=partner, by=request.user, staff=False
        ),
        said="Kept. Nobody else sees it before you send it.",
        to=lambda shock: reverse("shock-check", args=[partner.code, shock.code]),
        template="economy/shock_tell.html",
        **_page(partner),
    )


def _page(partner: Partner) -> dict[str, Any]:
    return {
        "heading": "Tell the town",
        "back": (reverse("space-shocks", args=[partner.code]), "What was told"),
        "button": "Keep it and check",
        "before": "A closure, redundancies, short time, a flood, a round of vacancies. Leave out "
        "what you don't know: you can ring us later.",
    }


def initial_of(shock: Shock, names: Any) -> dict[str, Any]:
    """What a draft says, by the names of the form's fields."""
    return {name: getattr(shock, COLUMNS.get(name, name)) for name in names}


def sent_already(request: SignedInRequest, address: str) -> HttpResponse:
    """From a page of a draft, by the back button or from another tab, to what became of it."""
    messages.info(request, "It was sent already. This is what was sent.")
    return redirect(address)


@login_required
def draft(request: SignedInRequest, code: str, shock: str) -> HttpResponse:
    """Change a draft. What was typed after it was sent is refused, and stays on the page."""
    partner, draft_shock = access.get_own(request.user, code, shock)
    if request.method != "POST" and not draft_shock.is_draft:
        return sent_already(request, reverse("space-shock", args=[partner.code, draft_shock.code]))
    form = TellForm(request.POST or None, initial=initial_of(draft_shock, TellForm.base_fields))
    return act(
        request,
        form,
        lambda _: telling.keep(shock=draft_shock, values=form.values(), by=request.user),
        said="Kept. Nobody else sees it before you send it.",
        to=reverse("shock-check", args=[partner.code, draft_shock.code]),
        template="economy/shock_tell.html",
        **_page(partner),
    )


@login_required
def check(request: SignedInRequest, code: str, shock: str) -> HttpResponse:
    """What will be sent, what is missing, and who will see it; then send it."""
    partner, draft_shock = access.get_own(request.user, code, shock)
    if not draft_shock.is_draft:
        return sent_already(request, reverse("space-shock", args=[partner.code, draft_shock.code]))
    refusal = ""
    if request.method == "POST":
        try:
            telling.send(shock=draft_shock, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, TOLD)
            return redirect("space-shock", partner.code, draft_shock.code)
    context = {
        "shock": draft_shock,
        "employer": reads.employer_of(draft_shock),
        "missing": telling.missing(draft_shock),
        "refusal": refusal,
        "change": reverse("shock-draft", args=[partner.code, draft_shock.code]),
        "remove": reverse("shock-delete", args=[partner.code, draft_shock.code]),
    }
    return render(request, "economy/shock_check.html", context)


@login_required
@require_POST
def delete(request: SignedInRequest, code: str, shock: str) -> HttpResponse:
    """Throw a draft away."""
    partner, draft_shock = access.get_own(request.user, code, shock)
    try:
        telling.throw_away(shock=draft_shock, by=request.user)
        messages.success(request, "The draft is deleted.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("space-shocks", partner.code)


@login_required
@only_read
def shock(request: SignedInRequest, code: str, shock: str) -> HttpResponse:
    """What this partner told, and how far the plan is."""
    partner, sent = access.get_told_by(request.user, code, shock)
    context = {
        "partner": partner,
        "shock": sent,
        "employer": reads.employer_of(sent),
        "level": sent.levels.last(),
        "tasks": reads.tasks_of(sent, timezone.localdate()),
        "ended": reads.in_words(reads.outcome_of(sent)),
    }
    return render(request, "economy/space_shock.html", context)
