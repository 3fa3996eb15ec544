"""The desk manager's pages about many people: lists that are read, messages to all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.cases import lists
from commonweal.cases import messages as bulk_messages
from commonweal.cases.lists.reading import Preview
from commonweal.cases.messages import preview
from commonweal.cases.models import ListRun
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

from .forms.excuses import excuse_of
from .forms.lists import BulkForm, ListForm
from .manage import MANAGER


def _previewed(upload: UploadedFile[Any]) -> Preview:
    """What a file holds, which is put by for the second press."""
    body, name = upload.read(), upload.name or "list.csv"
    plan = lists.preview(body, name)
    lists.put_by(plan.sha256, name, body)
    return plan


@staff(MANAGER)
@in_pieces
def list_import(request: SignedInRequest) -> HttpResponse:
    """Read a list: first what it holds, then, on a second press, carried out in steps.

    Between the two the file lies encrypted on the disk, under a name that says nothing.
    """
    form = ListForm(request.POST or None, request.FILES or None)
    plan, run = None, None
    if request.method == "POST" and request.POST.get("sha256"):
        return _carry_out(request)
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            plan = _previewed(upload)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            run = plan.already
    context = {
        "form": form,
        "made": plan,
        "run": run,
        "kind": form.cleaned_data.get("help_type") if plan else None,
    }
    return render(request, "desk/list_import.html", context)


def _carry_out(request: SignedInRequest) -> HttpResponse:
    kind = get_object_or_404(HelpType, code=request.POST.get("help_type", ""))
    try:
        name, body = lists.take_out(request.POST["sha256"])
        plan = lists.preview(body, name)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-import")
    run = lists.begin(plan, help_type=kind, by=request.user)
    lists.carry_out(plan, run, by=request.user)
    lists.drop(plan.sha256)
    return redirect("list-run", run.code)


@staff(MANAGER)
def list_run(request: SignedInRequest, code: str) -> HttpResponse:
    return render(request, "desk/list_run.html", {"run": get_object_or_404(ListRun, code=code)})


@staff(MANAGER)
def list_results(request: SignedInRequest, code: str) -> HttpResponse:
    """Back to whoever sent the list: row numbers and identifiers, no names."""
    run = get_object_or_404(ListRun, code=code)
    response = HttpResponse(lists.results_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="list-{run.pk}-results.csv"'
    return response


@staff(MANAGER)
def bulk(request: SignedInRequest) -> HttpResponse:
    """A template to many: what it would say and to how many, then, on a second press, sent."""
    form = BulkForm(request.POST or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        excuse = excuse_of(answers)
        where = {
            "help_type": answers["help_type"].code if answers["help_type"] else "",
            "area": answers["area"].code if answers["area"] else "",
            "first_call_owed": answers["first_call_owed"],
            "named_too": answers["named_too"],
        }
        try:
            if request.POST.get("verb") == "send" and answers["expected"] is not None:
                message = bulk_messages.send(
                    template=answers["template"],
                    where=where,
                    expected=answers["expected"],
                    by=request.user,
                    excuse=excuse,
                )
                held = message.written.filter(state="waiting").count()
                messages.success(
                    request,
                    f"Written to {many(message.sent, 'person,people')}; sent within a minute"
                    + (f", to {held:,} of them at their next safe hour." if held else "."),
                )
                return redirect("desk-manage")
            shown = preview(template=answers["template"], where=where, excuse=excuse)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "desk/bulk.html", {"form": form, "shown": shown})
