"""The page on which a merge is undone: what came since, and whose it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from commonweal.accounts.access import SignedInRequest
from commonweal.cases.access import get_resident_for
from commonweal.office.acting import act
from commonweal.residents import parting, reaching
from commonweal.residents.models import Merge

from .forms.protection import PartForm
from .handling import handler
from .ways_back import way_back


@handler
def unmerge(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Ask whose it is that came since, and part the two. Nothing is lost either way."""
    resident = get_resident_for(request.user, code, what="unmerge")
    merge = get_object_or_404(Merge.objects.select_related("kept", "gone"), pk=pk, kept=resident)
    since = parting.come_since(merge) if merge.undone_at is None else []
    address, back = way_back(request.user, resident)
    form = PartForm(
        request.POST or None,
        since=since,
        survivor=f"{resident.name}, {resident.code}",
        gone=f"{merge.gone.name}, {merge.gone.code}",
    )

    def do(answers: dict[str, Any]) -> None:
        parting.undo_merge(
            merge=merge,
            because=answers["because"],
            whose=form.whose,
            seen=request.POST.get("seen", ""),
            by=request.user,
        )

    return act(
        request,
        form,
        do,
        said="Two records again. Each has its own; what came since is whose you said.",
        to=address,
        back=(address, back),
        heading="Two people after all?",
        button="Part the two records",
        template="desk/unmerge.html",
        merge=merge,
        since=since,
        seen=parting.fingerprint(since),
        reach_since=_reach_since(merge),
    )


def _reach_since(merge: Merge) -> str:
    """How they may be reached, in words, where somebody said so since the merge; "" where not."""
    if merge.undone_at is not None:
        return ""
    is_new = reaching.said_since(kept=merge.kept, gone=merge.gone, merged_at=merge.merged_at)
    return reaching.instruction(merge.kept) if is_new else ""
