"""The charter in public, signing it, badges, and a partner's tiers."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.design.bars import badge as draw_badge
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.access import ANY_MEMBER, EDITORS, get_partner_for, membership_in
from commonweal.partners.models import MemberRole, Partner
from commonweal.places.models import the_town

from . import actions, holding, reads
from .facts import rungs_of
from .forms import LeaveCharterForm, SignForm, TierReplyForm
from .models import CharterVersion, Clause, Signature, Tier

NEWER = "A newer version was adopted while you read. It stands here now: read it, then sign."


@only_read
def charter(request: HttpRequest) -> HttpResponse:
    """The newest version in force, with all others."""
    today = timezone.localdate()
    version = CharterVersion.objects.in_force(today).select_related("adopted_by").first()
    return _version(request, version)


@only_read
def version(request: HttpRequest, number: int) -> HttpResponse:
    numbered = get_object_or_404(CharterVersion.objects.select_related("adopted_by"), number=number)
    return _version(request, numbered)


def _version(request: HttpRequest, shown: CharterVersion | None) -> HttpResponse:
    today = timezone.localdate()
    clauses = shown.clauses.select_related("theme").order_by("theme__order", "id") if shown else []
    context = {
        "version": shown,
        "today": today,
        "clauses": clauses,
        "versions": CharterVersion.objects.select_related("adopted_by"),
        "counts": reads.counts(today),
        "tiers": reads.tiers_with_counts(today),
        "signatures": shown.signatures.filter(ended_on=None).count() if shown else 0,
    }
    return render(request, "charter/charter.html", context)


@cache_control(max_age=3600)
@only_read
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """A partner's badge as SVG: what it holds today, or that it holds nothing."""
    partner = get_object_or_404(Partner.objects.public(), code=code)
    today, town = timezone.localdate(), the_town()
    award = reads.tier_of(partner, today)
    if not partner.may_act:
        state, holds = "No partner of the charter today", False
    elif award:
        state, holds = f"{award.tier.name}, until {award.review_on:%-d %B %Y}", True
    elif Signature.objects.filter(partner=partner, ended_on=None).exists():
        state, holds = "Signatory of the charter", True
    else:
        state, holds = "No signatory today", False
    svg = draw_badge(f"{town.name}: {town.service_name}", partner.name, state, holds=holds)
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    # Others show it on their own pages.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@login_required
def sign(request: SignedInRequest, code: str) -> HttpResponse:
    """Sign the newest version; for one that waits to be accepted the signature is held."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    version = CharterVersion.objects.in_force(timezone.localdate()).first()
    mine = membership_in(request.user, partner)
    known = {"name": request.user.name, "capacity": mine.job_title if mine else ""}
    form = SignForm(request.POST or None, initial=known)
    held = holding.held_by(partner)
    if held is not None and held.stands and request.method != "POST":
        shown = {"partner": partner, "held": held, "clauses": _clauses_of(held.version)}
        return render(request, "charter/held.html", shown)
    context: dict[str, Any] = {"partner": partner, "version": version}
    if version is None:
        return render(request, "charter/sign.html", {"form": form, **context})
    signed_it = partner.signatures.filter(version=version, ended_on=None)
    if request.method != "POST" and signed_it.exists():
        return redirect("space-signed" if partner.may_act else "space", partner.code)
    context["clauses"] = _clauses_of(version)
    return _sign(request, form, partner, version, context)


def _clauses_of(version: CharterVersion) -> QuerySet[Clause]:
    return version.clauses.order_by("theme__order", "id")


def _sign(
    request: SignedInRequest,
    form: SignForm,
    partner: Partner,
    version: CharterVersion,
    context: dict[str, Any],
) -> HttpResponse:
    """Sign what was read, or hold the signature of who waits to be accepted."""
    shown = request.POST.get("version", str(version.number))
    if shown != str(version.number) and form.is_valid():
        form.add_error(None, NEWER)
        return render(request, "charter/sign.html", {"form": form, **context})
    return act(
        request,
        form,
        lambda answers: (holding.hold if partner.waits else actions.sign)(
            partner=partner,
            version=version,
            by=request.user,
            **{name: answer for name, answer in answers.items() if name != "terms"},
        ),
        said="Signed. It is held until your organisation is accepted."
        if partner.waits
        else f"{partner.name} has signed the charter.",
        to=reverse("space" if partner.waits else "space-signed", args=[partner.code]),
        template="charter/sign.html",
        **context,
    )


@login_required
@require_POST
def sign_take_back(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    try:
        holding.take_back(partner=partner, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The signature is taken back.")
    return redirect("space", partner.code)


@login_required
@only_read
def signed(request: SignedInRequest, code: str) -> HttpResponse:
    """What shows others that a partner signed: a certificate and a sticker to print, and the badge
    for its own pages. There is none where it has not signed, or left."""
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    signature = partner.signatures.filter(ended_on=None).select_related("version").last()
    if signature is None or not partner.may_act:
        raise Http404
    page = f"{settings.ADDRESS}{partner.get_absolute_url()}"
    badge_at = f"{settings.ADDRESS}{reverse('badge', args=[partner.code])}"
    context = {
        "partner": partner,
        "signature": signature,
        "page": page,
        "picture": qr_of(page),
        "badge_code": f'<a href="{page}"><img src="{badge_at}" alt="{escape(partner.name)}, '
        f'partner of {escape(the_town().name)}" width="320" height="84"></a>',
    }
    return render(request, "charter/signed.html", context)


def qr_of(address: str) -> SafeString:
    """An address as a picture that a phone reads."""
    drawn = str(get_adapter().build_totp_svg(address))
    return mark_safe(drawn[drawn.index("<svg") :])


@login_required
def leave(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    signature = get_object_or_404(
        partner.signatures.select_related("version"), version__number=number, ended_on=None
    )
    return act(
        request,
        LeaveCharterForm(request.POST or None),
        lambda answers: actions.end_signature(signature=signature, by=request.user, **answers),
        said="The signature has ended; the reason stands beside it.",
        to=reverse("space", args=[partner.code]),
        template="charter/leave.html",
        partner=partner,
        signature=signature,
    )


@login_required
def tiers(request: SignedInRequest, code: str) -> HttpResponse:
    """A partner's tiers, and its reply when one is to be withdrawn."""
    partner = get_partner_for(
        request.user, code, roles=EDITORS if request.method == "POST" else ANY_MEMBER
    )
    today = timezone.localdate()
    open_one = partner.awards.exclude(withdrawal_because="").filter(withdrawn_on=None).first()
    form = TierReplyForm(request.POST or None)
    context = {
        "partner": partner,
        "awards": partner.awards.filter(confirmed_on__isnull=False).select_related("tier"),
        "rungs": rungs_of(partner, today, Tier.objects.all()) if partner.may_act else [],
        "today": today,
        "open_one": open_one,
        "signed": partner.may_act and partner.signatures.filter(ended_on=None).exists(),
        "may_edit": partner.my_role == MemberRole.EDITOR,  # type: ignore[attr-defined]
    }
    if open_one is None:
        return render(request, "charter/tiers.html", {"form": form, **context})
    return act(
        request,
        form,
        lambda answers: actions.reply_to_withdrawal(award=open_one, by=request.user, **answers),
        said="Your reply is with the panel.",
        to=reverse("space-tiers", args=[partner.code]),
        template="charter/tiers.html",
        **context,
    )
