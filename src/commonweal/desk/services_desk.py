"""The desk's side of the directory: a file of services comes in; what a source no longer lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from commonweal.accounts import once
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.accounts.revisions import in_pieces
from commonweal.office.errors import Refused
from commonweal.services import directory

from .forms.services import EndUnlistedForm, ServiceFileForm


@staff(Role.DESK_MANAGER)
@in_pieces
def service_import(request: SignedInRequest) -> HttpResponse:
    """Read a file into the directory, or try what it would do."""
    form = ServiceFileForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            outcome = directory.carry_out(
                upload.read(),
                upload.name or "file.csv",
                source=form.cleaned_data["source"],
                by=request.user,
                only_try=form.cleaned_data["only_try"],
            )
            once.done(request)
        except Refused as refused:
            form.add_error("file", str(refused))
    return render(request, "desk/service_import.html", {"form": form, "outcome": outcome})


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
