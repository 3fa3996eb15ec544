"""The public's pages of the help desk: how one gets help, the notice, how the desk does."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.cases import opening
from commonweal.cases.held_back import held_back
from commonweal.cases.models import Notice
from commonweal.design.every_answer import only_read
from commonweal.design.plots import BarOf, bars
from commonweal.partners.models import months_later
from commonweal.services.models import HelpType

from . import closing, figures


@only_read
def home(request: HttpRequest) -> HttpResponse:
    """What help there is and how one gets it, first by telephone."""
    if not opening.is_open():
        return closing.page(request)
    kinds = HelpType.objects.filter(is_active=True, is_public=True)
    return render(request, "desk/home.html", {"kinds": kinds})


@only_read
def notice(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "desk/notice.html",
        {"notices": Notice.objects.all(), "in_force": Notice.in_force()},
    )


@only_read
def desk_figures(request: HttpRequest) -> HttpResponse:
    """The desk in figures, the last twelve months; small counts held back."""
    today = timezone.localdate()
    last = date(today.year, today.month, 1) - timedelta(days=1)
    first = months_later(last + timedelta(days=1), -12)
    figures_of_desk = figures.desk(first, last)
    shown = [(name, count) for name, count in figures_of_desk.need_totals.items() if count]
    labels = {
        "met": "Met",
        "partly": "Met in part",
        "unmet": "Not met",
        "gone": "Not needed any more",
        "open": "Still open",
    }
    fills = {"met": "solid", "partly": "hatched"}
    hidden = held_back(dict(shown))
    needs = [
        BarOf(labels[state], count, fills.get(state, "hollow"))
        for state, count in shown
        if hidden[state] is not None
    ]
    picture = bars(needs, label="Needs by what became of them") if shown else ""
    context = {"said": figures_of_desk, "picture": picture, "drawn": needs, "words": labels}
    return render(request, "desk/figures.html", context)
