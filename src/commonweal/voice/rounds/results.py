"""Public pages of a counted round: winners and why, and the files that let anybody count again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from commonweal.design.every_answer import only_read
from localwealth.ballots import codes

from ..models import PaperCheck, Round, VotingCode
from ..ways import totals
from . import outcomes, pots, reads, sheet
from .pots import Shared


def _counted(code: str) -> Round:
    """A counted round; before the count it is to everybody as if there were no such page."""
    return get_object_or_404(Round, code=code, state=Round.State.COUNTED)


@only_read
def result(request: HttpRequest, code: str) -> HttpResponse:
    budget_round = _counted(code)
    assert budget_round.count is not None
    context = {
        "round": budget_round,
        "count": budget_round.count,
        "outcomes": outcomes.outcomes(budget_round),
        "receipts": reads.receipts_shown(budget_round),
        "pair": reads.other_ballot_shown(budget_round),
        "ways": totals.shown(budget_round),
        "paper_check": PaperCheck.objects.filter(round=budget_round).first(),
    }
    return render(request, "voice/result.html", context)


def _asked_for(request: HttpRequest, code: str) -> Shared:
    """What is counted by itself of a counted round: the pot of the area asked for, or a round that
    is not split."""
    budget_round, area = _counted(code), request.GET.get("area", "")
    for shared in pots.shared_out(budget_round, sheet.on_ballot(budget_round)):
        if area == (shared.pot.code if shared.pot else ""):
            return shared
    raise Http404


@only_read
def ballots(request: HttpRequest, code: str) -> HttpResponse:
    """Every ballot, in Pabulib's format: no age, no ward, no channel, no order in time. Of a split
    round those of one area; without one the list of all files with their digests."""
    budget_round = _counted(code)
    if "areas" in (budget_round.count or {}) and "area" not in request.GET:
        return _file(budget_round.ballot_file, f"{code}-files.txt")
    shared = _asked_for(request, code)
    text = shared.pot.ballot_file if shared.pot else budget_round.ballot_file
    if not text:
        raise Http404
    return _file(text, f"{shared.name}.pb")


@only_read
def result_json(request: HttpRequest, code: str) -> JsonResponse:
    return JsonResponse(_counted(code).count, json_dumps_params={"indent": 1})


@only_read
def receipts(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of every ballot that was counted, in their own order."""
    used = VotingCode.objects.filter(round=_counted(code), receipt__isnull=False)
    lines = sorted(codes.printed(code.receipt) for code in used if code.receipt)
    return _file("".join(f"{line}\n" for line in lines), f"{code}-receipts.txt")


@only_read
def groups(request: HttpRequest, code: str) -> HttpResponse:
    """Projects of which one can win, a line a group, as the count takes them."""
    shared = _asked_for(request, code)
    shut_out = sheet.groups_of(shared.projects)
    if not shut_out:
        raise Http404
    text = "".join(",".join(group) + "\n" for group in shut_out)
    return _file(text, f"{shared.name}-groups.txt")


@only_read
def sums(request: HttpRequest, code: str) -> HttpResponse:
    """Lesser sums, a line a project, as the count takes them."""
    shared = _asked_for(request, code)
    lines = [
        f"{project.code_in_files}: {', '.join(f'{lesser:f}' for lesser in project.sums)}\n"
        for project in shared.projects
        if project.sums
    ]
    if not lines:
        raise Http404
    return _file("".join(lines), f"{shared.name}-sums.txt")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
