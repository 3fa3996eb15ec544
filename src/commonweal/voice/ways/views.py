"""The ballot to print, for whoever has no computer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commonweal.design.every_answer import only_read

from ..models import Round
from ..rounds import sheet
from ..rounds.ballot_forms import limits_of


@only_read
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """A ballot on paper with a slip for the code; ``?large=1`` prints it large."""
    budget_round = get_object_or_404(Round, code=code)
    if not (budget_round.takes_paper and budget_round.sheet):
        raise Http404
    context = {
        "round": budget_round,
        "projects": sheet.on_ballot(budget_round),
        "limits": limits_of(budget_round),
        "is_large": request.GET.get("large") == "1",
        "boxes": range(13),
    }
    return render(request, "voice/paper_ballot.html", context)
