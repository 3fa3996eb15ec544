"""Who does something, in what role, for which organisation: in one vocabulary everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Person, Role

# A role in a partner, and those of nobody with a role: somebody outside, and the system itself.
EDITOR, RESIDENT, SYSTEM = "editor", "resident", "system"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts. ``role`` is a code, as the record keeps it; nobody is the system."""

    person: Person | None
    role: str
    organisation: str = ""

    @property
    def role_in_words(self) -> str:
        """The role as the public reads it in a ledger: *charter manager*, *partner*."""
        if self.role == EDITOR:
            return "partner"
        if self.role not in Role.values:
            return self.role
        return Role(self.role).label.split(" (")[0].lower()
