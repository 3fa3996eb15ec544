"""Who is who: a person's page, comparing two, and where somebody of the staff lives."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, held_roles, staff
from commonweal.cases import access
from commonweal.cases.access import HANDLERS, get_resident_for
from commonweal.cases.models import OwnAddress
from commonweal.grants import access as grant_access
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import households, keys, merging, people, reaching
from commonweal.residents.models import Resident

from . import around
from .forms.people import OwnAddressForm, PersonForm
from .forms.protection import SamePersonForm
from .handling import handler
from .ways_back import way_back


@handler
def person(request: SignedInRequest, code: str) -> HttpResponse:
    """What is known of a person, to change."""
    resident = get_resident_for(request.user, code, what="change")
    address, back = way_back(request.user, resident)
    initial = {
        name: getattr(resident, name, None) for name in PersonForm.base_fields if name != "area"
    }
    initial["area"] = resident.area_id
    return act(
        request,
        PersonForm(request.POST or None, initial=initial),
        lambda answers: people.change(
            resident=resident,
            left_refuge=answers.pop("left_refuge"),
            because=answers.pop("because"),
            values=answers,
            by=request.user,
        ),
        said="Changed.",
        to=address,
        back=(address, back),
        heading="What is known of them",
        button="Keep it",
    )


def _side_by_side(first: Resident, second: Resident) -> list[tuple[str, Any, Any]]:
    """(what, of the first, of the second) where either says something; how to reach them first."""
    reach = ("how to reach them", reaching.instruction(first), reaching.instruction(second))
    columns = [
        (
            "date of birth" if name == "born" else name.replace("_", " "),
            merging.stands(name, first),
            merging.stands(name, second),
        )
        for name in Resident.PERSONAL
        if getattr(first, name) or getattr(second, name)
    ]
    return [reach, *columns]


@handler
def compare(request: SignedInRequest, code: str, second_code: str) -> HttpResponse:
    """Two records side by side: one person or two? A person decides."""
    first = get_resident_for(request.user, code, what="compare")
    second = around.may_compare(request.user, first, second_code)
    if second is None:
        raise Http404
    access.note_read(request.user, second, what="compare", link="duplicate")
    address, _ = way_back(request.user, first)
    if request.GET.get("from") == "list":
        address = reverse("desk-duplicates")
    form = SamePersonForm(request.POST or None, survivor=first, gone=second)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, first, second, form)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(address)
    likely = people.alike(first, second)
    context = {
        "one": first,
        "two": second,
        "likeness": likely,
        "rows": _side_by_side(first, second),
        "back_to": address,
        "form": form,
    }
    return render(request, "desk/compare.html", context)


def _decide(
    request: SignedInRequest, first: Resident, second: Resident, form: SamePersonForm
) -> None:
    because = form.cleaned_data["because"]
    match request.POST.get("verb"):
        case "merge":
            merging.merge(
                kept=first, gone=second, because=because, chosen=form.chosen, by=request.user
            )
            messages.success(request, "One record now. It can be undone for twelve months.")
        case "different":
            people.say_different(resident=first, lookalike=second, because=because, by=request.user)
            messages.success(request, "Two people. The pair is not offered again.")
        case "household":
            households.join(resident=first, housemate=second, by=request.user)
            people.say_different(resident=first, lookalike=second, because=because, by=request.user)
            messages.success(request, "Two people of one household.")
        case _:
            raise Http404


@staff(*HANDLERS, *grant_access.GRANTS)
def own_address(request: SignedInRequest) -> HttpResponse:
    """Whoever works here says where they live, as a hash, so that reading it stands out."""
    # Officers of grants work at a desk of their own, and are refused at the other.
    is_handler = not held_roles(request.user).isdisjoint(HANDLERS)
    desk = reverse("desk-help" if is_handler else "desk-grants")

    def keep(answers: dict[str, Any]) -> None:
        fact = keys.address_of(answers["postcode"], answers["house"])
        OwnAddress.objects.update_or_create(
            person=request.user, defaults={"digest": keys.address_hash(fact)}
        )

    return act(
        request,
        OwnAddressForm(request.POST or None),
        keep,
        said="Kept as a hash that nobody can read.",
        to=desk,
        back=(desk, "Help desk" if is_handler else "Grants"),
        heading="Where do you live?",
        button="Keep it",
        before="Your own address is kept only as a hash. If your record, or your neighbour's, is "
        "opened by you, the data protection officer is told.",
    )
