"""Joining, the profile, and the people who act for a partner."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts import coming
from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.limits import Limit, limited
from commonweal.accounts.models import Person
from commonweal.design.revisions import in_words, sent
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import actions, asking_to_act, inviting, joining, naming
from .access import ANY_MEMBER, EDITORS, get_partner_for
from .forms import ActingForm, InvitationForm, InviteForm, JoinForm, ProfileForm
from .models import ActingRequest, Invitation, MemberRole, Partner

JOINS = Limit(
    "organisations",
    10,
    timedelta(days=1),
    "You have sent this form very often today. Ring the charter manager, who can enter your "
    "organisations with you.",
)


# What was answered so far by somebody who joins.
JOINING = "joining"


@limited(JOINS)
def join(request: HttpRequest) -> HttpResponse:
    """What joining is, before anybody signs in; and where the answers are sent."""
    if request.method == "POST":
        return login_required(_join)(request)  # type: ignore[arg-type]
    return render(request, "partners/start.html")


def _join(request: SignedInRequest) -> HttpResponse:
    answer = act(
        request,
        JoinForm(request.POST or None),
        lambda answers: actions.join(
            profile={name: answers[name] for name in actions.PROFILE_FIELDS},
            job_title=answers["job_title"],
            by=request.user,
        ),
        said="Your organisation is entered. The charter manager looks at it before it is public; "
        "you can begin your first pledge meanwhile.",
        to=joining.leads_to,
        template="partners/join.html",
    )
    if answer.status_code == HTTPStatus.FOUND:
        request.session.pop(JOINING, None)
    return answer


@login_required
def join_step(request: SignedInRequest, step: str) -> HttpResponse:
    """One page of joining. What was answered is kept until it is sent."""
    answers = joining.so_far(request.session.get(JOINING, {}), request.POST)
    if step not in joining.steps_of(answers):
        return redirect("join")
    if request.method == "POST" and step != "name" and not answers.get("name"):
        messages.error(request, joining.ANSWERS_GONE)
        return redirect("join-step", "name")
    form = joining.form_for(step, answers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        answers = request.session[JOINING] = joining.keep(step, answers, form)
        onward = joining.after(step, answers)
        return redirect("join-step", onward) if onward else redirect("join-check")
    context = {
        "form": form,
        "title": joining.TITLES[step],
        "back": joining.before(step, answers),
        "carried": joining.carried(answers),
    }
    return render(request, "partners/join_step.html", context)


@login_required
def join_check(request: SignedInRequest) -> HttpResponse:
    """Every answer once more, before it is sent to the charter manager."""
    answers: dict[str, str] = request.session.get(JOINING, {})
    form = joining.as_one_form(answers)
    if not form.is_valid():
        return redirect("join-step", joining.first_wrong(form, answers) or "name")
    steps = {name: step for step, names in joining.FIELDS.items() for name in names}
    shown = [
        (bound, in_words(bound, sent(bound)), steps.get(bound.name, "number"))
        for bound in form
        if answers.get(bound.name) and bound.name not in ("is_another", "may_act")
    ]
    return render(request, "partners/join_check.html", {"form": form, "shown": shown})


ASKS = Limit(
    "acting requests",
    5,
    timedelta(days=1),
    "You have sent this form very often today. Ring the charter manager, who can bring you in.",
)


@login_required
@limited(ASKS)
def this_is_us(request: SignedInRequest, code: str) -> HttpResponse:
    """Come to act for a partner that nobody acts for."""
    partner = get_object_or_404(Partner.objects.public(), code=code)

    def ask(answers: dict[str, Any]) -> ActingRequest:
        return asking_to_act.ask(
            partner=partner,
            job_title=answers["job_title"],
            words=answers["words"],
            by=request.user,
        )

    def told(acting: ActingRequest) -> str:
        if acting.state == ActingRequest.State.ACCEPTED:
            return f"Your e-mail address is of its website. You now act for {partner.name}."
        return "The charter manager looks at it and writes to you."

    return act(
        request,
        ActingForm(request.POST or None),
        ask,
        said=told,
        to=lambda acting: (
            reverse("space", args=[partner.code])
            if acting.state == ActingRequest.State.ACCEPTED
            else partner.get_absolute_url()
        ),
        template="partners/this_is_us.html",
        partner=partner,
        host=asking_to_act.host_of(partner),
        is_open=asking_to_act.may_be_asked_for(partner),
        somebody_acts=asking_to_act.SOMEBODY_ACTS,
    )


NAME_WAITS = (
    "The new name or number waits for the charter manager. Until it is accepted the old one stays "
    "public."
)


@login_required
def profile(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    form = ProfileForm(request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(partner=partner, profile=form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The profile is saved.")
            if naming.waiting_of(partner) is not None:
                messages.info(request, NAME_WAITS)
            return redirect("space", partner.code)
    context = {"partner": partner, "form": form}
    return render(request, "partners/profile.html", context)


@login_required
def people(request: SignedInRequest, code: str) -> HttpResponse:
    roles = EDITORS if request.method == "POST" else ANY_MEMBER
    partner = get_partner_for(request.user, code, roles=roles)
    members = partner.memberships.current().select_related("person").order_by("person__name", "pk")
    return act(
        request,
        InviteForm(request.POST or None),
        lambda answers: inviting.invite(partner=partner, by=request.user, **answers),
        said="The invitation is on its way. It works for two weeks.",
        to=reverse("space-people", args=[partner.code]),
        template="partners/people.html",
        partner=partner,
        may_invite=partner.may_act,
        members=members,
        invitations=partner.invitations.filter(accepted_at=None, withdrawn_at=None),
    )


@login_required
@require_POST
def invitation_withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    invitation = get_object_or_404(partner.invitations, pk=pk)
    inviting.withdraw_invitation(invitation=invitation, by=request.user)
    messages.success(request, "The invitation is taken back.")
    return redirect("space-people", partner.code)


COMES = Limit(
    "invited",
    20,
    timedelta(hours=1),
    "You have sent this form very often. Wait an hour, then open the letter again.",
)
# What somebody answered on the page of an invitation before they were signed in.
ANSWERED = "invitation"


@limited(COMES)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Come to act for an organisation by a letter. Whoever is not signed in says who they are and
    gets a code by mail; with the code they are in, and asked nothing twice."""
    person = request.user if isinstance(request.user, Person) else None
    context: dict[str, Any] = dict.fromkeys(("form", "refused", "invitation", "acts_for"), "")
    try:
        received = context["invitation"] = inviting.open_invitation(token, person)
    except Refused as refused:
        context |= {"refused": str(refused), "acts_for": inviting.came_by(token, person)}
        return render(request, "partners/invitation.html", context, status=410)
    typed = request.POST if request.method == "POST" else None
    form = context["form"] = InvitationForm(typed, person=person, role=received.role)
    answers = _answered(request, token) if person else None
    try:
        if answers is not None or form.is_valid():
            return _come(request, received, person, answers or form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
    return render(request, "partners/invitation.html", context)


def _answered(request: HttpRequest, token: str) -> dict[str, Any] | None:
    """What was answered on this invitation's page before the code came; it is used once."""
    answered: dict[str, Any] = request.session.get(ANSWERED, {})
    if answered.get("token") != token:
        return None
    del request.session[ANSWERED]
    return answered


def _come(
    request: HttpRequest, received: Invitation, person: Person | None, answers: dict[str, Any]
) -> HttpResponse:
    if person is not None:
        return _accept(request, received, person, answers)
    request.session[ANSWERED] = {"token": received.token, **answers}
    return coming.send_code(request, email=received.email, to=request.path)


def _accept(
    request: HttpRequest, received: Invitation, person: Person, answers: dict[str, Any]
) -> HttpResponse:
    """Accept, and lead whoever may promise to the first promise, where there is none yet."""
    inviting.accept_invitation(
        invitation=received,
        by=person,
        name=answers.get("name", ""),
        job_title=answers.get("job_title", ""),
    )
    partner = received.partner
    messages.success(request, f"You now act for {partner.name}.")
    is_first = received.role == MemberRole.EDITOR and partner.last_update_on is None
    return redirect("draft-start" if is_first else "space", partner.code)
