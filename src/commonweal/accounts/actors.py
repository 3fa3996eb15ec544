"""Who does something, in what role, for which organisation: in one vocabulary everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Person, Role

# A role in a partner, and those of nobody with a role: somebody outside, the system itself, a file
# that was brought in.
EDITOR, RESIDENT, SYSTEM, IMPORT = "editor", "resident", "system", "import"


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

    @property
    def role_told(self) -> str:
        """The role as it stands alone, in a history or a table: *Programme lead*, *Partner*."""
        is_somebodys = self.role == EDITOR or self.role in Role.values
        return self.role_in_words.capitalize() if is_somebodys else self.role
