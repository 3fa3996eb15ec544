"""Writing the record of who did what. Call it inside the transaction of the thing itself."""

from __future__ import annotations

from typing import Any

from django.db import models

from commonweal.office.fixed_queries import FixedQuery

from .models import Event, Person

# Lines about who came and who was kept out: they change nothing that a page shows.
SIGNING_IN = {"signed in", "sign-in failed", "proved again", "refused", "session ended"}


def record(
    verb: str, *, about: models.Model, by: Person | None, as_role: str = "", **detail: Any
) -> Event:
    """Write one line. ``detail`` takes codes, dates and figures, never names or free text."""
    code = str(getattr(about, "code", None) or about.pk)
    return Event.objects.create(
        verb=verb,
        about_kind=about._meta.label,
        about_code=code,
        by_code=by.code if by else None,
        as_role=as_role or ("system" if by is None else ""),
        detail=detail,
    )


def kinds_of(model: type[models.Model]) -> tuple[str, ...]:
    """Under which names the record knows rows of a model: what it is called, and was called when
    older lines were written (``FORMERLY`` of the model)."""
    return (model._meta.label, *getattr(model, "FORMERLY", ()))


LAST_LINE = FixedQuery(
    lambda: (
        Event.objects.exclude(verb__in=SIGNING_IN).order_by("-id").values_list("id", flat=True)[:1]
    )
)


def state_of_the_record() -> int:
    """The number of the last line that is no sign-in. While it stands, nothing that an action
    changes has changed."""
    return LAST_LINE.first() or 0
