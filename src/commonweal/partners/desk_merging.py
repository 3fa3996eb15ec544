"""The charter manager's pages on which two entries become one organisation, or two again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.revisions import SHOWN
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import merging, parting
from .likeness import similar_to
from .merge_forms import MergePartnersForm, UndoMergeForm
from .models import Merge, Partner
from .side_by_side import LABELS, pairs, shown

# Beside the button: what the page said would be done.
MERGE_SHOWN = f"{SHOWN}merge"
MANAGER = Role.CHARTER_MANAGER


@staff(MANAGER)
@only_read
def choose(request: SignedInRequest, code: str) -> HttpResponse:
    """Which other entry is the same organisation: those of a like name, and a search."""
    partner = get_object_or_404(Partner.objects.filter(merged_into=None), code=code)
    typed = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    others = Partner.objects.filter(merged_into=None).exclude(pk=partner.pk).order_by("name")
    context = {
        "partner": partner,
        "q": typed,
        "alike": [
            other
            for other in similar_to(partner.name, apart_from=partner)
            if other.merged_into_id is None
        ],
        "page": paged(request, others.filter(name__icontains=typed)) if typed else None,
    }
    return render(request, "partners/desk_merge_choose.html", context)


@staff(MANAGER)
def merge(request: SignedInRequest, code: str, other: str) -> HttpResponse:
    """Two entries beside each other; what would be done is shown before it is."""
    partners = Partner.objects.select_related("area", "merged_into")
    kept, gone = (get_object_or_404(partners, code=each) for each in (code, other))
    form = MergePartnersForm(request.POST or None, kept=kept, gone=gone)
    context: dict[str, Any] = {
        "form": form,
        "kept": kept,
        "gone": gone,
        "pairs": pairs(kept, gone),
        "moves": merging.would_move(kept, gone),
        "why_not": merging.why_not(kept, gone, by=request.user),
    }
    if request.method == "POST" and form.is_valid():
        mark = mark_of(kept, gone, form)
        # What was looked at, and nothing else.
        is_seen = constant_time_compare(request.POST.get(MERGE_SHOWN, ""), mark)
        if is_seen and "again" not in request.POST:
            try:
                merging.merge(kept=kept, gone=gone, by=request.user, **form.answers)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"Done. {kept.name} stands for both. It can be undone.")
                return redirect("desk-partner", kept.code)
        context |= {"mark": mark, "becomes": becomes(kept, gone, form.answers["chosen"])}
    return render(request, "partners/desk_merge.html", context)


def becomes(kept: Partner, gone: Partner, chosen: dict[str, str]) -> list[tuple[str, str]]:
    """(what, what it says afterwards) of the columns that change at the entry that stays."""
    became = merging.combined(kept, gone, chosen)
    return [
        (label, shown(gone, column))
        for column, label in LABELS.items()
        if became[column] != getattr(kept, column)
    ]


def mark_of(kept: Partner, gone: Partner, form: MergePartnersForm) -> str:
    """What a page says would be done, as a mark that goes along with its button."""
    parts = [
        kept.pk,
        gone.pk,
        pairs(kept, gone),
        merging.would_move(kept, gone),
        [membership.pk for membership in merging.newcomers(kept, gone)],
        form.answers,
    ]
    return salted_hmac("commonweal.merge", repr(parts), algorithm="sha256").hexdigest()[:40]


@staff(MANAGER)
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two organisations after all: what goes back, and what came since and stays."""
    merge = get_object_or_404(Merge.objects.select_related("kept__merged_into", "gone"), pk=pk)
    address = reverse("desk-partner", args=[merge.kept.code])
    return act(
        request,
        UndoMergeForm(request.POST or None),
        lambda answers: parting.undo(merge=merge, by=request.user, **answers),
        said=f"Two again: {merge.gone.name}, and {merge.kept.name}.",
        to=address,
        back=(address, merge.kept.name),
        heading="Two organisations after all?",
        button="Part the two",
        template="partners/desk_merge_undo.html",
        merge=merge,
        why_not=parting.why_not(merge),
        shows=lambda: {"lines": parting.goes_back(merge) if merge.undone_at is None else []},
    )
