"""The team at one glance, for the desk manager."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import queues
from commonweal.cases import team as teams
from commonweal.design.every_answer import only_read

from .forms.fields import handlers


@staff(Role.DESK_MANAGER)
@only_read
def team(request: SignedInRequest) -> HttpResponse:
    """Who is on, how much each has, how much of it is late, how many were reached in time."""
    members = teams.team(handlers(), timezone.now())
    context = {
        "members": members,
        "on_count": sum(member.began_at is not None for member in members),
        "loose": queues.counted(queues.queue_for(request.user).filter(assigned_to=None)),
    }
    return render(request, "desk/team.html", context)
