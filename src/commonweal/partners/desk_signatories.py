"""The charter manager's pages: a list of signatories comes in, and who of the invited has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.revisions import SHOWN
from commonweal.design.words import many
from commonweal.office.errors import Refused

from . import inviting, signatories, signatory_files
from .forms import SignatoriesForm
from .models import Invitation

# Beside the button: the list that the page showed.
LIST_SHOWN = f"{SHOWN}list"
MANAGER = Role.CHARTER_MANAGER


@staff(MANAGER)
def bring(request: SignedInRequest) -> HttpResponse:
    """Invite those who signed elsewhere. What would be done is shown first, line by line."""
    form = _with_file(request)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        planned = signatories.plan(form.signatories, answers["sector"])
        mark = mark_of(planned, answers["sector"], answers["signed_on"])
        # What was looked at, and nothing else.
        is_seen = constant_time_compare(request.POST.get(LIST_SHOWN, ""), mark)
        if is_seen and "again" not in request.POST:
            try:
                brought = signatories.bring_in(
                    signatories=form.signatories,
                    sector=answers["sector"],
                    signed_on=answers["signed_on"],
                    by=request.user,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _in_words(brought))
                return redirect("desk-invited")
        context |= {
            "planned": planned,
            "mark": mark,
            "signed_on": answers["signed_on"],
            "signing": sum(line.fate in signatories.SIGN for line in planned),
        }
    return render(request, "partners/desk_signatories.html", context)


def _in_words(brought: signatories.Brought) -> str:
    signed = f"{many(brought.signatures, 'signature')} entered from paper, "
    return (
        f"{many(brought.entered, 'organisation')} entered, {signed if brought.signatures else ''}"
        f"{many(brought.letters, 'letter')} on the way. Each link works for two weeks."
    )


def _with_file(request: SignedInRequest) -> SignatoriesForm:
    """The form with the lines of a file, where one was sent, behind those that were pasted."""
    sent = request.FILES.get("file")
    if sent is None:
        return SignatoriesForm(request.POST or None)
    answers = request.POST.copy()
    try:
        from_file = signatory_files.lines_of(sent.read(), sent.name or "")
    except Refused as refused:
        form = SignatoriesForm(answers)
        form.is_valid()
        form.errors.pop("organisations", None)
        form.add_error("file", str(refused))
        return form
    answers["organisations"] = f"{answers.get('organisations', '')}\n{from_file}".strip()
    return SignatoriesForm(answers)


def mark_of(planned: list[signatories.Planned], sector: str, signed_on: date | None) -> str:
    """What a page says would be done, as a mark that goes along with its button."""
    lines = [f"{line.signatory}{line.fate}{line.partner and line.partner.pk}" for line in planned]
    text = "\n".join([sector, str(signed_on), *lines])
    return salted_hmac("commonweal.signatories", text, algorithm="sha256").hexdigest()[:40]


@staff(MANAGER)
@only_read
def invited(request: SignedInRequest) -> HttpResponse:
    """Everybody who was invited to act for an organisation, the newest first, and how far each
    invitation is."""
    invitations = Invitation.objects.select_related("partner").order_by("-pk")
    page = paged(request, invitations)
    context = {
        "page": page,
        "rows": signatories.with_stands(list(page.object_list)),
        "over": inviting.out_of_date().count(),
    }
    return render(request, "partners/desk_invited.html", context)


@staff(MANAGER)
@require_POST
def invite_again(request: SignedInRequest) -> HttpResponse:
    """Write once more to whoever did not come in time, where still nobody acts."""
    again = inviting.invite_again(by=request.user)
    messages.success(request, f"{many(again, 'letter')} on the way. Each link works for two weeks.")
    return redirect("desk-invited")
