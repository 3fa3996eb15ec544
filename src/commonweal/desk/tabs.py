"""What one page of a call says of itself: what it changed, and which version of it it saw."""

from __future__ import annotations

from collections.abc import Iterable

from commonweal.accounts.access import SignedInRequest

from .forms.answered import as_shown
from .forms.intake import IntakeForm


def brings_more(request: SignedInRequest) -> bool:
    """Whether something was typed on this page that was not kept as it was typed."""
    if "changed" in request.POST:
        return any(request.POST.getlist("changed"))
    form = IntakeForm(request.POST, initial=as_shown({}))
    form.full_clean()
    return form.touched is None or bool(form.touched)


def seen(request: SignedInRequest, names: Iterable[str]) -> dict[str, int] | None:
    """The version of the draft that this page last saw, of each field; None where it doesn't say.
    Under "" stands what holds for every other field."""
    if not request.POST.get("seen", "").isdecimal():
        return None
    latest = int(request.POST["seen"][:9])
    versions = {name: request.POST.get(f"seen-{name}", "") for name in names}
    return {"": latest} | {n: int(t[:9]) if t.isdecimal() else latest for n, t in versions.items()}


def fields_seen(request: SignedInRequest) -> list[str]:
    """The fields of which a page says which version it saw."""
    return [name[5:] for name in request.POST if name.startswith("seen-")]
