"""What opens a case to whoever has no link to it: two facts of its caller, or the glass."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest
from commonweal.cases import access, ringing_back, working
from commonweal.cases.models import Case
from commonweal.office.acting import act

from .forms.cases import CallerForm, GlassForm
from .handling import handler


@handler
def glass(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_object_or_404(Case, code=code)
    if access.link_to(request.user, case):
        return redirect(case)
    access.refuse_if_closed(request.user, case)
    desk = reverse("desk-help")
    return act(
        request,
        GlassForm(request.POST or None),
        lambda answers: working.break_glass(case=case, by=request.user, **answers),
        said="The case is open to you for a day.",
        to=case.get_absolute_url(),
        back=(desk, "Help desk"),
        heading="You have no link to this case",
        button="Break the glass",
        before=f"Case {code} is not on your list. If you need it all the same, say why.",
        danger=True,
        template="desk/glass.html",
        code=code,
        facts=CallerForm(),
    )


@handler
def caller(request: SignedInRequest, code: str) -> HttpResponse:
    """Somebody rings back about a case that a colleague has: two facts open it for this call."""
    case = get_object_or_404(Case, code=code)
    if access.link_to(request.user, case):
        return redirect(case)
    access.refuse_if_closed(request.user, case)
    form = CallerForm(request.POST or None)
    return act(
        request,
        form,
        lambda _: ringing_back.identify(case=case, told=form.told(), by=request.user),
        said="They are who they say. The case is open to you for this call.",
        to=case.get_absolute_url(),
        back=(reverse("desk-glass", args=[code]), "Back"),
        heading="Who is on the telephone?",
        button="Open the case",
        before="Ask for two of these. Do not read them out: let the caller say them.",
    )
