"""The town's name and telephone, kept where a page finds them while the database is away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from commonweal.design import away

from .models import Town


def keep() -> None:
    """Keep them as they stand now; called whenever the town starts."""
    if (town := Town.objects.first()) is not None:
        _keep(town)


def _keep(town: Town) -> None:
    away.keep({name: getattr(town, name) for name in away.FACTS})


@receiver(post_save, sender=Town, dispatch_uid="the town's telephone is kept")
def _town_saved(instance: Town, raw: bool = False, **_: Any) -> None:
    """A change that is not kept in the end is on no page for failures either."""
    if not raw:
        transaction.on_commit(partial(_keep, instance), robust=True)
