"""The page to print for whoever has no account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.design.every_answer import only_read

from . import law, plan


@only_read
def checklist(request: HttpRequest) -> HttpResponse:
    """One page: what to do when jobs go, in order, with telephone numbers of this town."""
    days = {"few": law.DAYS, "many": law.DAYS_OF_MANY, "first": plan.FIRST_DAYS}
    return render(request, "economy/checklist.html", {"days": days, "law": law})
