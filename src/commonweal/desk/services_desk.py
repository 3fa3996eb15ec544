"""The desk's side of the directory: what a source of services no longer lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.office.errors import Refused
from commonweal.services import directory

from .forms.services import EndUnlistedForm


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
