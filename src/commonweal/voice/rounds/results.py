"""Public pages of a counted round: winners and why, and the files that let anybody count again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from localwealth.ballots import codes

from ..models import Round, VotingCode
from . import pictures, reads, sheet


def _counted(code: str) -> Round:
    """A counted round; before the count it is to everybody as if there were no such page."""
    return get_object_or_404(Round, code=code, state=Round.State.COUNTED)


def result(request: HttpRequest, code: str) -> HttpResponse:
    budget_round = _counted(code)
    assert budget_round.count is not None
    context = {
        "round": budget_round,
        "count": budget_round.count,
        "explained": reads.explained(budget_round),
        "picture": pictures.purses(budget_round),
        "steps": reads.steps(budget_round),
        "receipts": reads.receipts_shown(budget_round),
        "groups": sheet.groups_of(sheet.on_ballot(budget_round)),
    }
    return render(request, "voice/result.html", context)


def ballots(request: HttpRequest, code: str) -> HttpResponse:
    """Every ballot, in Pabulib's format: no age, no ward, no channel, no order in time."""
    return _file(_counted(code).ballot_file, f"{code}.pb")


def result_json(request: HttpRequest, code: str) -> JsonResponse:
    return JsonResponse(_counted(code).count, json_dumps_params={"indent": 1})


def receipts(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of every ballot that was counted, in their own order."""
    kept = VotingCode.objects.filter(round=_counted(code), receipt__isnull=False)
    lines = sorted(codes.printed(code.receipt) for code in kept if code.receipt)
    return _file("".join(f"{line}\n" for line in lines), f"{code}-receipts.txt")


def groups(request: HttpRequest, code: str) -> HttpResponse:
    """Projects of which one can win, a line a group, as the count takes them."""
    shut_out = sheet.groups_of(sheet.on_ballot(_counted(code)))
    if not shut_out:
        raise Http404
    return _file("".join(",".join(group) + "\n" for group in shut_out), f"{code}-groups.txt")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
