"""What the public reads while the help desk is closed: where to ring, and who else helps."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.accounts.limits import typed_in
from commonweal.cases import opening
from commonweal.cases.models import IntakeDraft
from commonweal.services.models import HelpType

View = Callable[..., HttpResponse]


def when_open(view: View) -> View:
    """Take a form only while the desk is open. A form that was sent already still leads on to
    its reference."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if opening.is_open():
            return view(request, *args, **kwargs)
        draft = _draft_of_visitor(request)
        if draft is not None and draft.sent_as_id is not None and draft.code == kwargs.get("code"):
            return view(request, *args, **kwargs)
        return page(request, draft=draft)

    guarded.when_open = True  # type: ignore[attr-defined]
    return guarded


def _draft_of_visitor(request: HttpRequest) -> IntakeDraft | None:
    code = request.session.get("help_draft")
    return IntakeDraft.objects.filter(code=code).first() if code else None


def page(request: HttpRequest, *, draft: IntakeDraft | None = None) -> HttpResponse:
    """The telephone, the services, the national lines. Nothing is stored."""
    running = draft if draft is not None and draft.sent_as_id is None and draft.saves else None
    context = {
        "opening": opening.state(),
        "draft": running,
        "pin": request.session.get("help_pin") if running else "",
        "typed": typed_in(request) if request.method == "POST" else [],
        "kinds": HelpType.objects.filter(is_active=True, is_public=True),
    }
    return render(request, "desk/closed.html", context)
