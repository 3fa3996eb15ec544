"""No page leads into a room that is off: looked for on the pages that the table asks for.

Those that lead into another room than their own are asked for again with that room off. (Menus,
which stand on every page, have a test of their own.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from commonweal.places import rooms
from commonweal.places.models import Room

# Those who see most, and whoever is not signed in.
WATCHED = ("nobody", "asha", "maya", "nadia", "grace", "joan", "yusuf")
LINK = re.compile(r'(?:href|action|src)="(/[^"?#]*)')
# The look itself can fail: these lead into another room, and say nothing of it once that is off.
LEAD = {"decisions", "desks", "home", "space"}


@cache
def room_at(path: str) -> str:
    return rooms.room_of_path(path)


def leading_into(page: str) -> set[str]:
    """The rooms that the body of a page leads into."""
    body = page.split("<main", 1)[-1].split("</main>")[0]
    return {room_at(path) for path in set(LINK.findall(body))}


@dataclass
class Leads:
    """Which page leads whom into which other room, and where that page stands."""

    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def look(self, name: str, role: str, address: str, page: str) -> None:
        if role in WATCHED and page:
            for room in leading_into(page) - {room_at(address), rooms.ALWAYS}:
                self.seen[name, role, room] = address

    def wrong(self, page_of: Callable[[str, str], str]) -> list[str]:
        """The pages that go on leading there; ``page_of`` asks for one as somebody."""
        lines = []
        for (name, role, room), address in sorted(self.seen.items()):
            Room.objects.all().delete()
            Room.objects.create(code=room, is_on=False)
            if room in leading_into(page_of(role, address)):
                lines.append(f"{name} leads {role} into {room}, which is off")
        Room.objects.all().delete()
        return lines

    def missed(self, names: set[str]) -> set[str]:
        """The pages among these that must have led into another room, and did not."""
        return LEAD & names - {name for name, _, _ in self.seen}
