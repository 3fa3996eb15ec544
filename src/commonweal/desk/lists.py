"""The desk manager's pages about a list of people that only lists have: going on with one that
stopped, and what goes back to whoever sent it. The others are `bringing`'s (`lists_frame`)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.cases import jobs, lists
from commonweal.cases.models import ListRun
from commonweal.design.every_answer import only_read
from commonweal.office.errors import Refused

from .manage import MANAGER


@staff(MANAGER)
@require_POST
@in_pieces
def list_go_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with what stopped in the middle: carrying out, or undoing."""
    run = get_object_or_404(ListRun, pk=pk)
    try:
        go_on(run)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("list-run", pk)


def go_on(run: ListRun) -> None:
    """Carry out or undo the rest of a list: at once, or by a job where it is long.

    Raises
    ------
    Refused
        Its file is not there any more.
    """
    is_undone = run.undone_at is not None
    if lists.is_long(run.rows):
        (jobs.undo_list if is_undone else jobs.carry_out_list).enqueue(run.pk)
    elif is_undone:
        lists.undo_held(run)
    else:
        lists.carry_out_held(run)


@staff(MANAGER)
@only_read
def list_results(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to whoever sent the list: row numbers and identifiers, no names."""
    run = get_object_or_404(ListRun, pk=pk)
    response = HttpResponse(lists.results_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="list-{run.pk}-results.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
