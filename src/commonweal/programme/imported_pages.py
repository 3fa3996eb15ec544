"""The programme lead's pages: what was brought in, its rows, and what is handed out about it."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.bringing.refusals import refused_csv, template_csv
from commonweal.office.errors import Refused

from . import importing
from .desk import LEAD, author_of
from .import_forms import UndoForm
from .models import ImportRun, Metric, Pillar


@staff(LEAD)
def imports(request: SignedInRequest) -> HttpResponse:
    page = Paginator(ImportRun.objects.all(), 50).get_page(request.GET.get("page"))
    return render(request, "programme/desk_imports.html", {"page": page})


@staff(LEAD)
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: what became of its rows, with links to what they made."""
    run = get_object_or_404(ImportRun, pk=pk)
    context = {
        "run": run,
        "page": Paginator(run.rejected, 100).get_page(request.GET.get("page")),
        "actions": Paginator(importing.actions_of(run), 50).get_page(request.GET.get("of")),
        "known": set(run.before),
    }
    return render(request, "programme/desk_import_run.html", context)


@staff(LEAD)
def import_refused(request: SignedInRequest, pk: int) -> HttpResponse:
    """The refused rows of a file that was brought in, to be corrected and chosen again."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not run.refused:
        raise Http404
    kept = json.loads(run.refused)
    return refused_csv(kept["header"], kept["rows"], name=f"refused-{run.as_at}.csv")


@staff(LEAD)
def import_template(request: SignedInRequest) -> HttpResponse:
    """An empty list of actions with one line filled in, with a pillar and a measure of the town."""
    pillar, metric = Pillar.objects.first(), Metric.objects.first()
    examples = {
        "pillars": pillar.code if pillar else "",
        "measure": metric.code if metric else "",
    }
    return template_csv(importing.MEANINGS, examples, name="actions.csv")


@staff(LEAD)
@in_pieces
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back all that a file brought in, once its actions and the reason were seen."""
    run = get_object_or_404(ImportRun, pk=pk)
    form = UndoForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            importing.undo(
                run,
                because=form.cleaned_data["because"],
                author=author_of(request),
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, f"“{run.file_name}” is undone.")
            return redirect("programme-import-run", run.pk)
    except Refused as refused:
        form.add_error(None, str(refused))
    try:
        undoing = importing.plan_undo(run)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("programme-import-run", run.pk)
    context = {"run": run, "form": form, "undoing": undoing}
    return render(request, "programme/desk_import_undo.html", context)
