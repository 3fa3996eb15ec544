"""The desk manager's page about many people at once: a message to all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.cases import messages as bulk_messages
from commonweal.cases.messages import preview
from commonweal.design.words import many
from commonweal.office.errors import Refused

from .forms.excuses import excuse_of
from .forms.lists import BulkForm
from .manage import MANAGER


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
