"""What every verb of a pledge needs: to hold its row, to know it open, to tell its people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from commonweal.accounts import mail
from commonweal.accounts.models import Person, Reminder
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act

from .models import Entry, Pledge
from .standing import Kind, Standing

STALE = (
    "Somebody else wrote to this pledge while you did. What you typed is still here; read the "
    "newest entries above, then send it again if it still holds."
)


def hold(
    pledge: Pledge,
    seen: int | None,
    kind: Kind,
    body: dict[str, Any],
    wording: str = "",
    by: Person | None = None,
) -> Entry | None:
    """Hold the pledge's row; refuse if entries came since the person looked.

    Returns the entry that came since and says the same in the same words by the same person: then
    this is a form sent twice. The same figure in other words, or by somebody else, is not.
    """
    now = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if seen is None or now.entry_count == seen:
        pledge.refresh_from_db()
        return None
    since = list(pledge.entries.order_by("seq")[seen:])
    for entry in since:
        same = (entry.kind, entry.body, entry.words) == (kind, body, wording)
        if same and by is not None and entry.by_code == by.code:
            return entry
    raise Refused(_what_came(pledge, kind, body, since))


def _what_came(pledge: Pledge, kind: Kind, body: dict[str, Any], since: list[Entry]) -> str:
    """Why somebody must look again; where a colleague reported the same figure, who and how."""
    same = next((e for e in since if e.kind == kind == Kind.CLAIM and e.body == body), None)
    if same is None:
        return STALE
    person = Person.objects.filter(code=same.by_code).first() if same.by_code else None
    day = date.fromisoformat(body["as_of"])
    quote = f": “{same.words}”" if same.words else ""
    return (
        f"{person or 'Somebody'} reported {pledge.measure.write(Decimal(body['value']))} as of "
        f"{day.day} {day:%B %Y} already{quote}. Yours is still here. If it adds something, send it "
        "again: it becomes an entry of its own, with your words and your evidence."
    )


def recipients(pledge: Pledge) -> list[Person]:
    """Who is told about a pledge: its owner while they act for the partner, else every editor."""
    members = list(pledge.partner.memberships.current().select_related("person"))
    owner = [m.person for m in members if m.person_id == pledge.owner_id]
    return owner or [m.person for m in members if m.role == "editor"]


def tell(pledge: Pledge, key: str, subject: str, body: str, *, owed: str = "") -> None:
    """Write to the people of a pledge. ``owed``: under which key their digest would tell them the
    same, so that it does not."""
    for person in recipients(pledge):
        message, _ = mail.write(key=f"{key}-{person.pk}", person=person, subject=subject, body=body)
        if owed:
            Reminder.objects.get_or_create(person=person, key=owed, defaults={"message": message})


def must_be_open(pledge: Pledge) -> None:
    must_act(pledge.partner)
    if pledge.accepted_on is None:
        raise Refused("This pledge is not in the register yet.")
    if pledge.standing == Standing.WITHDRAWN:
        raise Refused("This pledge was withdrawn; its ledger is closed.")
