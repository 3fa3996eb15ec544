"""Keeping what one chose from the queue, under a name."""

from __future__ import annotations

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused

from .models import QueueView

MOST = 12


@transaction.atomic
def keep_view(*, name: str, query: str, by: Person) -> QueueView:
    """Keep a choice; one of the same name is chosen anew.

    Raises
    ------
    Refused
        Nothing is chosen, or there are so many already.
    """
    if not query:
        raise Refused("Choose something first, then keep it.")
    views = list(QueueView.objects.select_for_update().filter(person=by))
    known = next((view for view in views if view.name.casefold() == name.casefold()), None)
    if known is not None:
        QueueView.objects.filter(pk=known.pk).update(query=query)
        return known
    if len(views) >= MOST:
        raise Refused(f"You keep {MOST} views already. Take one away first.")
    return QueueView.objects.create(person=by, name=name, query=query)


@transaction.atomic
def drop_view(*, view: QueueView) -> None:
    QueueView.objects.filter(pk=view.pk).delete()
