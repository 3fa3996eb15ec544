"""The desk's side of the directory: a file of services comes in; what a source no longer lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from commonweal.accounts import once
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.accounts.revisions import in_pieces
from commonweal.bringing import holding
from commonweal.bringing.meanings import Choice
from commonweal.bringing.models import HeldFile
from commonweal.bringing.pages import columns_page
from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.refusals import template_csv
from commonweal.bringing.remembering import known_again
from commonweal.office.errors import Refused
from commonweal.services import directory

from .forms.services import EndUnlistedForm, ServiceFileForm

PLACE = "services"


@staff(Role.DESK_MANAGER)
@in_pieces
def service_import(request: SignedInRequest) -> HttpResponse:
    """Read a file into the directory, or try what it would do. Where nobody can know what its
    columns mean, it is held until somebody says so."""
    form = ServiceFileForm(request.POST or None, request.FILES or None)
    outcome, held = None, None
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        source, only_try = form.cleaned_data["source"], form.cleaned_data["only_try"]
        content, name = upload.read(), upload.name or "file.csv"
        choice = _told_before(content, name, source)
        try:
            outcome = directory.carry_out(
                content, name, source=source, by=request.user, only_try=only_try, choice=choice
            )
            once.done(request)
        except LacksColumns as lacking:
            upload.seek(0)
            held = _held_for(upload, source, request)
            form.add_error("file", str(lacking))
        except Refused as refused:
            form.add_error("file", str(refused))
    context = {"form": form, "outcome": outcome, "held": held, "source": form["source"].value()}
    return render(request, "desk/service_import.html", context)


def _told_before(content: bytes, name: str, source: str) -> Choice | None:
    """What was told of the columns of this source's files, where this one is headed alike."""
    told = known_again(HeldFile(place=PLACE, sender=source, file_name=name), content)
    return told[0] if told else None


def _held_for(upload: UploadedFile[Any], source: str, request: SignedInRequest) -> HeldFile:
    return holding.hold(
        upload,
        place=PLACE,
        by=request.user,
        layout="services",
        sender=source,
        as_at=timezone.localdate(),
    )


def _not_held(request: SignedInRequest) -> HttpResponse:
    messages.error(request, "This file is not held any more. Choose it again.")
    return redirect("service-import")


@staff(Role.DESK_MANAGER)
@in_pieces
def service_columns(request: SignedInRequest, code: Any) -> HttpResponse:
    """Say what the columns of a held file of services mean."""
    held = HeldFile.objects.filter(place=PLACE, code=code).first()
    if held is None:
        return _not_held(request)
    try:
        return columns_page(
            request,
            held,
            meanings=directory.MEANINGS,
            fixed={},
            onward=reverse("service-held", args=[held.code]),
            back=(reverse("service-import"), "Choose another file"),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("service-import")


@staff(Role.DESK_MANAGER)
@in_pieces
def service_held(request: SignedInRequest, code: Any) -> HttpResponse:
    """What a file whose columns were told would do; then, on a press, done."""
    held = HeldFile.objects.filter(place=PLACE, code=code).first()
    if held is None:
        return _not_held(request)
    is_looked_at = request.method != "POST"
    try:
        outcome = directory.carry_out(
            holding.content_of(held),
            held.file_name,
            source=held.sender,
            by=request.user,
            only_try=is_looked_at,
            choice=Choice.of(held.choice),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("service-columns", held.code)
    if not is_looked_at:
        once.done(request)
        holding.let_go(held)
    context = {"outcome": outcome, "held": held if is_looked_at else None, "source": held.sender}
    return render(request, "desk/service_held.html", context)


@staff(Role.DESK_MANAGER)
def service_template(request: SignedInRequest) -> HttpResponse:
    """An empty file of services with one line filled in."""
    return template_csv(directory.OF_AN_EMPTY_FILE, {}, name="services.csv")


@staff(Role.DESK_MANAGER)
def services_unlisted(request: SignedInRequest) -> HttpResponse:
    """What a source no longer lists, by name: it can be ended, and brought back."""
    source = request.GET.get("source", "")
    gone = directory.unlisted(source)
    form = EndUnlistedForm(request.POST or None)
    if request.method == "POST":
        try:
            if _changed(request, source, form):
                return redirect(f"{reverse('services-unlisted')}?{urlencode({'source': source})}")
        except Refused as refused:
            form.add_error("count", str(refused))
    context = {"gone": gone, "form": form, "sources": directory.sources()}
    return render(request, "desk/services_unlisted.html", context)


def _changed(request: SignedInRequest, source: str, form: EndUnlistedForm) -> bool:
    """Whether what was asked for was done; else the form says why not."""
    if request.POST.get("verb") == "back":
        count = directory.bring_back(source=source, by=request.user)
        messages.success(request, f"{count:,} brought back.")
        return True
    if not form.is_valid():
        return False
    count = directory.end(source=source, count=form.cleaned_data["count"], by=request.user)
    messages.success(request, f"{count:,} ended. They can be brought back below.")
    return True
