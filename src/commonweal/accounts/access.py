"""Who may: roles in the town, and the second factor that they need."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import Person, Role


class SignedInRequest(HttpRequest):
    user: Person


def roles_of(person: Person) -> set[str]:
    """The town roles a person holds today; asked once a request."""
    held: set[str] | None = getattr(person, "_roles_today", None)
    if held is None:
        today = timezone.localdate()
        held = set(person.appointments.current(today).values_list("role", flat=True))
        person._roles_today = held  # type: ignore[attr-defined]
    return held


def needs_second_factor(person: Person) -> bool:
    return bool(roles_of(person))


def staff(*roles: Role) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only people in who hold one of these roles today. The roles are also read by the
    table of addresses, so that what it says is what is checked."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not roles_of(request.user) & set(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return wrap
