"""How pledges were worded, and their partners called, on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from commonweal.places import formerly

from .models import Entry, Pledge
from .standing import Kind


def worded_as_then(pledges: Iterable[Pledge], on: date) -> None:
    """Give pledges the wording of a day, from their ledgers, and their partners its names.
    Nothing is written to the database."""
    pledges = list(pledges)
    later = Entry.objects.filter(pledge__in=pledges, kind=Kind.CHANGED, happened_on__gt=on)
    reworded = {
        entry.pledge_id: str(entry.body["old"])
        for entry in later.filter(body__field="statement").order_by("-seq")
    }
    for pledge in pledges:
        pledge.statement = reworded.get(pledge.pk, pledge.statement)
    formerly.as_at([pledge.partner for pledge in pledges], on, with_new=True)
