"""Staff pages: what was brought in, its rows, and what is handed out about it."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.accounts.revisions import in_pieces
from commonweal.bringing.refusals import refused_csv, template_csv
from commonweal.office.errors import Refused

from . import undoing
from .forms import UndoForm
from .meanings import MEANINGS
from .models import AskedImport, ImportRun, Measure


@staff(Role.CHARTER_MANAGER)
def imports(request: SignedInRequest) -> HttpResponse:
    page = Paginator(ImportRun.objects.all(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "on_their_way": AskedImport.objects.filter(run=None, refused_because=""),
        "refused": AskedImport.objects.exclude(refused_because="").select_related("held")[:5],
    }
    return render(request, "pledges/desk_imports.html", context)


@staff(Role.CHARTER_MANAGER)
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: what became of its rows, with links to what they made."""
    run = get_object_or_404(ImportRun, pk=pk)
    context = {
        "run": run,
        "page": Paginator(run.rejected, 100).get_page(request.GET.get("page")),
        "pledges": Paginator(undoing.pledges_of(run), 50).get_page(request.GET.get("of")),
    }
    return render(request, "pledges/desk_import_run.html", context)


@staff(Role.CHARTER_MANAGER)
def import_refused(request: SignedInRequest, pk: int) -> HttpResponse:
    """The refused rows of a file that was brought in, to be corrected and chosen again."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not run.refused:
        raise Http404
    kept = json.loads(run.refused)
    return refused_csv(kept["header"], kept["rows"], name=f"refused-{run.as_at}.csv")


@staff(Role.CHARTER_MANAGER)
def import_template(request: SignedInRequest) -> HttpResponse:
    """An empty list of pledges with one line filled in."""
    measure = Measure.objects.filter(on_menu=True).first()
    examples = {"measure": measure.code if measure else ""}
    return template_csv(MEANINGS, examples, name="pledges.csv")


@staff(Role.CHARTER_MANAGER)
@in_pieces
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back all that a file brought in, once its pledges and the reason were seen."""
    run = get_object_or_404(ImportRun, pk=pk)
    form = UndoForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            undoing.undo(
                run,
                because=form.cleaned_data["because"],
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, f"“{run.file_name}” is undone.")
            return redirect("desk-import-run", run.pk)
    except Refused as refused:
        form.add_error(None, str(refused))
    try:
        planned = undoing.plan_undo(run)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-import-run", run.pk)
    return render(
        request, "pledges/desk_import_undo.html", {"run": run, "form": form, "undoing": planned}
    )
