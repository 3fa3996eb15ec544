"""The economy desk's pages of exposure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from localwealth.regional.sections import SECTIONS

from ..access import DESK
from ..models import EmployerGroup, Vulnerability
from . import actions, reads
from .forms import GroupForm, PublishGroupForm, RatingForm
from .sections import sections


def _page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-exposure")
    return {"heading": heading, "button": button, "back": (desk, "Exposure")} | context


@staff(*DESK)
@only_read
def overview(request: SignedInRequest) -> HttpResponse:
    """Groups by jobs here, and sections: spend joined with vulnerability."""
    context = {"groups": EmployerGroup.objects.all(), "sections": sections()}
    return render(request, "economy/desk_exposure.html", context)


@staff(*DESK)
@only_read
def group(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(EmployerGroup.objects.select_related("decision"), code=code)
    exposure = reads.exposure_of(group, timezone.localdate(), for_staff=True)
    return render(request, "economy/group.html", {"exposure": exposure, "for_staff": True})


@staff(*DESK)
def group_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        GroupForm(request.POST or None),
        lambda answers: actions.write_down(group=None, values=answers, by=request.user),
        said="Written down. Only staff see it.",
        to=lambda group: reverse("desk-group", args=[group.code]),
        **_page("A group or a large local firm", "Write it down"),
    )


@staff(*DESK)
def group_change(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(EmployerGroup, code=code)
    initial = {name: getattr(group, name) for name in actions.FIELDS}
    initial |= {"entries": " ".join(group.entries), "partners": list(group.partners.all())}
    at_desk = reverse("desk-group", args=[code])
    return act(
        request,
        GroupForm(request.POST or None, initial=initial),
        lambda answers: actions.write_down(group=group, values=answers, by=request.user),
        said="Changed.",
        to=at_desk,
        **_page("Change what is known of it", "Save", back=(at_desk, group.name)),
    )


@staff(*DESK)
def group_publish(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(EmployerGroup, code=code)
    at_desk = reverse("desk-group", args=[code])
    return act(
        request,
        PublishGroupForm(request.POST or None),
        lambda answers: actions.publish(group=group, by=request.user, **answers),
        said="It is public. Who supplies it is not.",
        to=at_desk,
        **_page(
            "Publish what hangs on it",
            "Publish it",
            back=(at_desk, group.name),
            before="Anybody can read its jobs in tens, payments and contracts that are public "
            "already, and its pledges.",
        ),
    )


@require_POST
@staff(*DESK)
def group_take_back(request: SignedInRequest, code: str) -> HttpResponse:
    group = get_object_or_404(EmployerGroup, code=code)
    try:
        actions.take_back(group=group, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Only staff see it again.")
    return redirect("desk-group", code)


@staff(*DESK)
def section_rate(request: SignedInRequest, section: str) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    rated = Vulnerability.objects.filter(section=section).first()
    fields = ("rating", "because", "source")
    initial = {name: getattr(rated, name) for name in fields} if rated else {}
    return act(
        request,
        RatingForm(request.POST or None, initial=initial),
        lambda answers: actions.rate(section=section, by=request.user, **answers),
        said="Rated.",
        to="desk-exposure",
        **_page(f"How vulnerable is this section: {SECTIONS[section][1]}?", "Rate it"),
    )
