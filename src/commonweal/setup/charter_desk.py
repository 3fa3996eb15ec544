"""Pages on which the charter's text and the menu of measures are set up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.charter.models import CharterVersion, Theme
from commonweal.design.every_answer import only_read
from commonweal.design.forms import Form
from commonweal.design.revisions import SHOWN
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.places import opening
from commonweal.pledges.models import Direction, Measure, MeasureKind

from . import adopting, taking_out
from . import measures as the_measures
from .charter_forms import AdoptForm, MeasureForm
from .tables_desk import desk_of

# Who sets up the charter: whoever runs it, and whoever sets up the town.
SET_UP = (Role.ADMINISTRATOR, Role.CHARTER_MANAGER)
# Beside the button: the text that the page showed.
TEXT_SHOWN = f"{SHOWN}text"
A_NEW_ONE = {"kind": MeasureKind.COUNT, "direction": Direction.UP, "on_menu": True}


@staff(*SET_UP)
def adopt(request: SignedInRequest) -> HttpResponse:
    """Enter a version of the charter. It is shown as it will stand before it is entered."""
    form = AdoptForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "versions": CharterVersion.objects.all()}
    context["back"] = desk_of(request.user, SET_UP)
    context["is_closed"] = not opening.is_open()
    context["may_go"] = taking_out.newest() if context["is_closed"] else None
    if request.method == "POST" and form.is_valid():
        mark = mark_of(str(sorted(form.cleaned_data.items(), key=str)))
        is_seen = constant_time_compare(request.POST.get(TEXT_SHOWN, ""), mark)
        if is_seen and "again" not in request.POST:
            try:
                version = adopting.adopt(**form.adopted(), by=request.user)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"{version} is entered.")
                return redirect("desk-charter-text")
        begins = form.cleaned_data["in_force_from"] or form.cleaned_data["decided_on"]
        context |= {"sentences": form.sentences, "mark": mark, "begins": begins}
    return render(request, "setup/desk_charter.html", context)


@staff(*SET_UP)
def version_out(request: SignedInRequest, number: int) -> HttpResponse:
    """Take a version out before the town opens: a slip, or words that stood in for others."""
    version = get_object_or_404(CharterVersion, number=number)
    return act(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _: taking_out.take_out(version=version, by=request.user),
        said=f"{version} is taken out.",
        to="desk-charter-text",
        back=(reverse("desk-charter-text"), "The charter’s text"),
        heading=f"Take out {version.title}, version {number}",
        before="Until the town opens, the newest text can be taken out while nobody has signed it. "
        "Its decision stays. Copy the text first if you need it.",
        button="Take it out",
        danger=True,
    )


def mark_of(text: str) -> str:
    return salted_hmac("commonweal.charter", text, algorithm="sha256").hexdigest()[:40]


@staff(*SET_UP)
@only_read
def measures(request: SignedInRequest) -> HttpResponse:
    """What can be promised, by theme."""
    context = {
        "measures": Measure.objects.select_related("theme"),
        "themes": Theme.objects.all(),
        "back": desk_of(request.user, SET_UP),
    }
    return render(request, "setup/desk_measures.html", context)


@staff(*SET_UP)
def measure_add(request: SignedInRequest) -> HttpResponse:
    form = MeasureForm(request.POST or None, initial=A_NEW_ONE)
    return _put(request, form, None, "Add a measure")


@staff(*SET_UP)
def measure(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a measure. What it counts stays once something is promised by it."""
    row = get_object_or_404(Measure.objects.select_related("theme"), code=code)
    shown = {name: getattr(row, name) for name in MeasureForm.base_fields}
    shown |= {"theme": row.theme.code, "examples": the_measures.written(row.examples)}
    form = MeasureForm(request.POST or None, initial=shown)
    return _put(request, form, row, row.name)


@staff(*SET_UP)
def measure_away(request: SignedInRequest, code: str) -> HttpResponse:
    """Delete a measure by which nothing was promised."""
    row = get_object_or_404(Measure, code=code)
    return act(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _: the_measures.take_away(measure=row, by=request.user),
        said=f"{row.name} is deleted.",
        to="desk-measures",
        back=(reverse("desk-measure", args=[row.code]), row.name),
        heading=f"Delete {row.name}",
        before="It can be deleted while nothing is promised by it.",
        button="Delete it",
        danger=True,
    )


def _put(
    request: SignedInRequest, form: MeasureForm, row: Measure | None, heading: str
) -> HttpResponse:
    return act(
        request,
        form,
        lambda _: the_measures.put(measure=row, answers=form.answered(), by=request.user),
        said=lambda measure: f"{measure.name} is kept.",
        to="desk-measures",
        template="setup/desk_measure.html",
        heading=heading,
        measure=row,
    )
