"""Staff pages: files of other registers, looked at before they are carried out."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.accounts.revisions import in_pieces
from commonweal.office.errors import Refused

from . import carrying, importing, jobs
from .forms import ImportForm
from .layout import layouts
from .models import AskedImport, ImportRun


def _import_kept(request: SignedInRequest) -> HttpResponse:
    """Import the file whose preview was shown: at once, or by a job where it is long."""
    plan = importing.plan_kept(
        request.POST.get("sha256", ""),
        file_name=request.POST.get("file_name", ""),
        layout_name=request.POST.get("layout", ""),
        as_at=date.fromisoformat(request.POST.get("as_at", "")),
    )
    if plan.is_long and not plan.already:
        _ask_for(plan, request)
        return redirect("desk-imports")
    run = carrying.carry_out(plan, by=request.user)
    messages.success(request, "The file is imported.")
    return redirect("desk-import-run", run.pk)


@staff(Role.CHARTER_MANAGER)
@in_pieces
def import_file(request: SignedInRequest) -> HttpResponse:
    """Import pledges from a file: first a preview of what would happen, then the import."""
    choices = [(layout.name, layout.title) for layout in layouts()]
    form = ImportForm(None, layouts=choices)
    preview = None
    try:
        if "import" in request.POST:
            return _import_kept(request)
        if request.method == "POST":
            form = ImportForm(request.POST, request.FILES, layouts=choices)
            if form.is_valid():
                preview = importing.plan_upload(
                    form.cleaned_data["file"],
                    layout_name=form.cleaned_data["layout"],
                    as_at=form.cleaned_data["as_at"] or timezone.localdate(),
                )
    except Refused as refused:
        if form.is_bound:
            form.add_error("file", str(refused))
        else:
            messages.error(request, str(refused))
    except ValueError:
        messages.error(request, "That was no date. Choose the file again.")
    return render(request, "pledges/desk_import.html", {"form": form, "preview": preview})


def _ask_for(plan: importing.Plan, request: SignedInRequest) -> None:
    with transaction.atomic():
        asked_import = carrying.ask_for(plan, by=request.user)
        jobs.import_asked.enqueue(asked_import.pk)
    messages.success(
        request,
        "The file is being read in. Its pledges come into the register all at once, when all of "
        "them are ready.",
    )


@staff(Role.CHARTER_MANAGER)
def imports(request: SignedInRequest) -> HttpResponse:
    page = Paginator(ImportRun.objects.all(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "on_their_way": AskedImport.objects.filter(run=None, refused_because=""),
        "refused": AskedImport.objects.exclude(refused_because="")[:5],
    }
    return render(request, "pledges/desk_imports.html", context)


@staff(Role.CHARTER_MANAGER)
def import_run(request: SignedInRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun, pk=pk)
    page = Paginator(run.rejected, 100).get_page(request.GET.get("page"))
    return render(request, "pledges/desk_import_run.html", {"run": run, "page": page})
