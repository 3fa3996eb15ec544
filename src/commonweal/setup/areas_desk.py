"""The administrator's page of wards or neighbourhoods."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.words import many
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.places.models import Area, the_town

from . import areas as the_areas
from . import onscodes
from .forms import AreaListForm, NamedAreasForm

ADMINISTRATOR = Role.ADMINISTRATOR


@staff(ADMINISTRATOR)
def areas(request: SignedInRequest) -> HttpResponse:
    """Add areas: as somebody pastes them, or as a list of the ONS has them for the district."""
    offer = _offer(request)
    offered: list[onscodes.AreasOfList] = offer["offered"]
    chosen = next(
        (ons_list for ons_list in offered if ons_list.name == request.GET.get("list")), None
    )
    begin: dict[str, Any] = {}
    if chosen is not None:
        lines = [the_areas.NamedArea(name, code) for code, name in chosen.areas]
        begin = {"areas": the_areas.written(lines), "year": chosen.year}
    return act(
        request,
        NamedAreasForm(request.POST or None, initial=begin),
        lambda answers: the_areas.bring(
            areas=answers["areas"], year=answers["year"], by=request.user
        ),
        said=lambda count: f"{many(count, 'area')} kept.",
        to="desk-areas",
        template="setup/desk_areas.html",
        shows=lambda: {"areas": Area.objects.all(), **offer},
    )


def _offer(request: SignedInRequest) -> dict[str, Any]:
    """The areas of the town's district in each list that is here; where there are none, the
    districts of which somebody typed the name."""
    code = request.GET.get("district", "")
    district = code if onscodes.FORM.fullmatch(code) else the_town().ons_code
    offered = onscodes.areas_of(district)
    sought = request.GET.get("q", "").strip()[:100]
    return {
        "offered": offered,
        "district": district,
        "q": sought,
        "districts": None if offered else onscodes.districts_called(sought),
        "has_lists": bool(onscodes.paths()),
    }


@staff(ADMINISTRATOR)
def area_list(request: SignedInRequest) -> HttpResponse:
    """Take in a list of the ONS, from which areas are then chosen."""
    return act(
        request,
        AreaListForm(request.POST or None, request.FILES or None),
        lambda answers: the_areas.take_in(
            name=answers["file"].name, content=answers["file"].read(), by=request.user
        ),
        said=lambda ons_list: f"{many(len(ons_list.codes), 'code')} kept, of {ons_list.of}.",
        to="desk-areas",
        template="setup/desk_area_list.html",
        refused_at="file",
    )


@staff(ADMINISTRATOR)
@require_POST
def area_off(request: SignedInRequest, code: str) -> HttpResponse:
    area = get_object_or_404(Area, code=code)
    try:
        the_areas.take_off(area=area, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{area.name} is taken off.")
    return redirect("desk-areas")
