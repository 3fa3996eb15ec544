"""The desk manager's pages about lists of people: what is understood, what would happen, what did,
and undoing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.revisions import in_pieces
from commonweal.cases import jobs, lists
from commonweal.cases.models import ListRun
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

from .forms.lists import ChoicesForm, ListForm, choices_of
from .manage import MANAGER

ANOTHER = (
    "This is not what you saw: something here, or what you chose, has changed since. Look at it "
    "again, and press the button once more."
)
DONE_ALREADY = "This list was carried out already. Nothing was done again."


def _previewed(upload: UploadedFile[Any], sender: str) -> lists.Preview:
    """What a file holds, which is put by for the second press; read as its sender's lists were."""
    body, name = upload.read(), upload.name or "list.csv"
    shown = lists.preview(body, name, lists.Choices(sender=sender))
    if said := lists.remembered(shown):
        shown = lists.preview(body, name, lists.Choices(sender=sender, meanings=said))
    lists.put_by(shown.sha256, name, body)
    return shown


@staff(MANAGER)
@in_pieces
def list_import(request: SignedInRequest) -> HttpResponse:
    """Read a list: first what it holds, then, on a second press, carried out in steps.

    Between the two the file lies encrypted on the disk, under a name that says nothing.
    """
    if request.method == "POST" and request.POST.get("sha256"):
        return _chosen(request)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = _previewed(form.cleaned_data["file"], form.cleaned_data["sender"])
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            kind = form.cleaned_data["help_type"]
            return _show(request, shown, kind, ChoicesForm(None, shown=shown, kind=kind))
    return render(request, "desk/list_import.html", {"form": form})


def _show(
    request: SignedInRequest, shown: lists.Preview, kind: HelpType, form: ChoicesForm
) -> HttpResponse:
    """What a list holds and what would happen; what was chosen stays chosen."""
    looked = lists.look(shown)
    form.seen = lists.fingerprint(shown, looked, kind.code)
    context = {"shown": shown, "looked": looked, "kind": kind, "form": form}
    return render(request, "desk/list_look.html", context)


def _chosen(request: SignedInRequest) -> HttpResponse:
    """Somebody chose how a list is read, or pressed the button."""
    kind = get_object_or_404(HelpType, code=request.POST.get("help_type", ""))
    done = ListRun.objects.filter(
        sha256=request.POST["sha256"], undone_at=None, finished_at__isnull=False
    ).first()
    if done is not None:
        messages.info(request, DONE_ALREADY)
        return redirect("list-run", done.code)
    try:
        name, body = lists.take_out(request.POST["sha256"])
        shown = lists.preview(body, name, choices_of(request.POST))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-import")
    if request.POST.get("verb") != "carry":
        return _show(request, shown, kind, ChoicesForm(None, shown=shown, kind=kind))
    form = ChoicesForm(request.POST, shown=shown, kind=kind)
    try:
        return _carry_out(request, shown, kind, form)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, shown, kind, form)


def _carry_out(
    request: SignedInRequest, shown: lists.Preview, kind: HelpType, form: ChoicesForm
) -> HttpResponse:
    seen = lists.fingerprint(shown, lists.look(shown), kind.code)
    if request.POST.get("seen") != seen and shown.already is None:
        raise Refused(ANOTHER)
    if not form.is_valid():
        return _show(request, shown, kind, form)
    with transaction.atomic():
        run = lists.begin(shown, help_type=kind, by=request.user)
        lists.remember(shown, by=request.user)
        if lists.is_long(run.rows):
            jobs.carry_out_list.enqueue(run.pk)
    if not lists.is_long(run.rows):
        lists.carry_on(shown, run)
    return redirect("list-run", run.code)


@staff(MANAGER)
@in_pieces
def list_run(request: SignedInRequest, code: str) -> HttpResponse:
    """What came of a list; where it stopped in the middle, it goes on."""
    run = get_object_or_404(ListRun, code=code)
    if request.method == "POST":
        try:
            _go_on(run)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("list-run", code)
    stayed = {int(row): why for row, why in run.stayed}
    rows = run.kept_rows.filter(row__in=stayed).select_related("case").order_by("row")
    context = {
        "run": run,
        "stayed": [(row, stayed[row.row]) for row in rows],
        "has_refused": lists.refused_csv(run) is not None,
    }
    return render(request, "desk/list_run.html", context)


def _go_on(run: ListRun) -> None:
    """Go on with what stopped in the middle: carrying out, or undoing."""
    if run.undone_at is not None:
        if lists.is_long(run.rows):
            jobs.undo_list.enqueue(run.pk)
        else:
            lists.undo_held(run)
    elif lists.is_long(run.rows):
        jobs.carry_out_list.enqueue(run.pk)
    else:
        lists.carry_out_held(run)


@staff(MANAGER)
@in_pieces
def list_undo(request: SignedInRequest, code: str) -> HttpResponse:
    """Undo a list as a whole: first what that would do, then, on a second press, done."""
    run = get_object_or_404(ListRun, code=code)
    if request.method == "POST":
        try:
            with transaction.atomic():
                run = lists.begin_undoing(run=run, by=request.user)
                if lists.is_long(run.rows):
                    jobs.undo_list.enqueue(run.pk)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            if not lists.is_long(run.rows):
                lists.undo_held(run)
        return redirect("list-run", code)
    context = {"run": run, "deaths": len(run.left.get("deaths", ()))}
    return render(request, "desk/list_undo.html", context)


def _csv(text: str, file_name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@staff(MANAGER)
def list_results(request: SignedInRequest, code: str) -> HttpResponse:
    """Back to whoever sent the list: row numbers and identifiers, no names."""
    run = get_object_or_404(ListRun, code=code)
    return _csv(lists.results_csv(run), f"list-{run.pk}-results.csv")


@staff(MANAGER)
def list_refused(request: SignedInRequest, code: str) -> HttpResponse:
    """The refused rows as they stood, with their reasons, for whoever sent them."""
    run = get_object_or_404(ListRun, code=code)
    text = lists.refused_csv(run)
    if text is None:
        raise Http404("No refused rows of this list are kept.")
    return _csv(text, f"list-{run.pk}-refused.csv")


@staff(MANAGER)
def list_template(request: SignedInRequest) -> HttpResponse:
    """The empty list, with one line filled in."""
    return _csv(lists.template_csv(), "list-of-people.csv")
