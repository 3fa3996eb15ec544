"""Who may open the desk's pages, and where a case's own pages lead back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Role
from commonweal.accounts.signing_in import kept_out
from commonweal.cases import adding
from commonweal.cases.access import HANDLERS, NeedsGlass, WroteHere
from commonweal.cases.models import Case
from commonweal.office.acting import act

from .forms.cases import NoteForm

View = Callable[..., HttpResponse]


def handler(view: View) -> View:
    """For handlers and managers; a case without a link leads to the glass, one that is kept from
    who wrote in it to what they wrote. Words that they sent to it are added there, not lost."""

    @staff(*HANDLERS)
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NeedsGlass as needs:
            return kept_out("desk-glass", needs.case.code)
        except WroteHere as wrote:
            if request.method == "POST" and request.POST.get("words", "").strip():
                return _added(request, wrote.case)
            return redirect("case-kept", wrote.case.code)

    return guarded


def _added(request: SignedInRequest, case: Case) -> HttpResponse:
    """Their words, added to what they wrote; refused, they stand where they can be mended."""
    address = reverse("case-kept", args=[case.code])
    return act(
        request,
        NoteForm(request.POST),
        lambda answers: adding.add_words(case=case, by=request.user, words=answers["words"]),
        said="Added to what you wrote.",
        to=address,
        back=(address, f"Case {case.code}"),
        heading="Add to what you wrote",
        button="Add it",
    )


def is_manager(request: SignedInRequest) -> bool:
    return Role.DESK_MANAGER in roles_of(request.user)


def of_case(code: str) -> dict[str, Any]:
    address = reverse("desk-case", args=[code])
    return {"to": address, "back": (address, f"Case {code}")}
