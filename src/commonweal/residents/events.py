"""What other rooms do when something happened to a resident. Each adds its function when it is
loaded; all are called within the transaction of what happened."""

from __future__ import annotations

from collections.abc import Callable

from commonweal.accounts.models import Person

from .models import Resident

# Somebody was reported dead; the report was wrong; two records became this one.
DIED: list[Callable[[Resident], None]] = []
LIVES: list[Callable[[Resident, Person], None]] = []
MERGED: list[Callable[[Resident, Person], None]] = []
# How they may be reached is another rule now, stricter or looser.
WAY_CHANGED: list[Callable[[Resident], None]] = []
