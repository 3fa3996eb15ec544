"""The administrator's page of rooms."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.office.errors import Refused

from . import actions
from . import rooms as the_rooms


@staff(Role.ADMINISTRATOR)
def rooms(request: SignedInRequest) -> HttpResponse:
    """Which parts of the product the town uses."""
    if request.method == "POST":
        on, code = request.POST.get("verb") == "on", request.POST.get("room", "")
        try:
            actions.switch(code=code, on=on, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            name = the_rooms.CODES[code].name
            messages.success(request, f"{name} is {'on' if on else 'off'}.")
        return redirect("desk-rooms")
    return render(request, "places/desk_rooms.html", {"every": list(the_rooms.every())})
