"""The administrator's pages about the town itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.forms import Form
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.places import notices as the_notices
from commonweal.places import opening, rooms
from commonweal.places.models import Town, the_town

from . import actions, reads
from .forms import LogoForm, LookForm, NoticesForm, TownForm
from .helpline_forms import HelplinesForm
from .tables_desk import pages_of

ADMINISTRATOR = Role.ADMINISTRATOR


def _settled(
    request: SignedInRequest,
    form: Form,
    *,
    template: str,
    to: str,
    lacks: Callable[[], list[str]] = list,
) -> HttpResponse:
    """Save some settings of the town; ``lacks`` says what the page does not say yet."""

    def said(changed: list[str]) -> str:
        saved = "Saved." if changed else "Nothing was changed."
        return f"{saved} Still missing: {', '.join(missing)}." if (missing := lacks()) else saved

    return act(
        request,
        form,
        lambda answers: actions.settle(settings=answers, by=request.user),
        said=said,
        to=to,
        template=template,
    )


def _as_it_is(form: type[Form]) -> dict[str, Any]:
    """What a form about the town shows: the town as it is now."""
    town = Town.objects.get(id=1)
    return {name: getattr(town, name) for name in form.base_fields}


@staff(ADMINISTRATOR)
@only_read
def steps(request: SignedInRequest) -> HttpResponse:
    """What the town needs and what of it is there; where its first administrator begins."""
    listed = reads.steps()
    missing = [step for step in listed if step.is_needed and not step.is_done]
    pages = pages_of({ADMINISTRATOR})
    context = {"steps": listed, "missing": missing, "pages": pages}
    return render(request, "setup/desk_steps.html", context)


@staff(ADMINISTRATOR)
def open_town(request: SignedInRequest) -> HttpResponse:
    """Show the site to everybody, once all is there."""
    if request.method == "GET" and opening.is_open():
        messages.info(request, "The town is open: everybody sees it.")
        return redirect("desk-town")
    return act(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _: actions.open_town(by=request.user),
        said="The town is open. Everybody sees it.",
        to="home",
        template="setup/desk_open.html",
        shows=lambda: {"missing": reads.missing(), "is_open": opening.is_open()},
    )


@staff(ADMINISTRATOR)
def town(request: SignedInRequest) -> HttpResponse:
    """What the town is called, and how people reach it."""
    form = TownForm(request.POST or None, initial=_as_it_is(TownForm))
    return _settled(
        request,
        form,
        template="setup/desk_town.html",
        to="desk-town",
        lacks=lambda: reads.lacks_of(the_town()),
    )


@staff(ADMINISTRATOR)
def look(request: SignedInRequest) -> HttpResponse:
    """The colours of its pages; the logo has a form of its own."""
    form = LookForm(request.POST or None, initial=_as_it_is(LookForm))
    return _settled(request, form, template="setup/desk_look.html", to="desk-town")


@staff(ADMINISTRATOR)
def logo(request: SignedInRequest) -> HttpResponse:
    """Put a logo at the head of every page."""
    return act(
        request,
        LogoForm(request.POST or None, request.FILES or None),
        lambda answers: actions.put_logo(
            name=answers["file"].name, content=answers["file"].read(), by=request.user
        ),
        said="The logo stands at the head of every page.",
        to="desk-town",
        template="setup/desk_logo.html",
        refused_at="file",
    )


@staff(ADMINISTRATOR)
@require_POST
def logo_off(request: SignedInRequest) -> HttpResponse:
    try:
        actions.take_logo_off(by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The logo is taken off.")
    return redirect("desk-logo")


def _notices_saved(changed: list[str]) -> str:
    if gaps := the_notices.gaps(the_town(), rooms.off()):
        return f"Saved. Still missing: {', '.join(gaps)}."
    return "Saved. Read the two pages as everybody sees them."


@staff(ADMINISTRATOR)
def notices(request: SignedInRequest) -> HttpResponse:
    """What the pages on privacy and accessibility say."""
    form = NoticesForm(request.POST or None, initial=_as_it_is(NoticesForm))
    return act(
        request,
        form,
        lambda answers: actions.settle(settings=answers, by=request.user),
        said=_notices_saved,
        to="desk-town",
        template="setup/desk_notices.html",
        shows=lambda: {"gaps": the_notices.gaps(the_town(), rooms.off())},
    )


@staff(ADMINISTRATOR)
def helplines(request: SignedInRequest) -> HttpResponse:
    """Whom people are told of who need more than the town can give."""
    form = HelplinesForm(request.POST or None, initial=_as_it_is(HelplinesForm))
    return _settled(request, form, template="setup/desk_helplines.html", to="desk-town")
