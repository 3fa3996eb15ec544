"""What a page asks of the rooms: whether an address leads into one that is on."""

from __future__ import annotations

from typing import Any

from django import template

from commonweal.places import rooms

register = template.Library()


@register.simple_tag(takes_context=True)
def where_open(context: dict[str, Any], path: str) -> str:
    """The path, or "" where it leads into a room that is off: a link to write, or none."""
    closed: frozenset[str] = context.get("rooms_off") or frozenset()
    return "" if path and closed and rooms.room_of_path(path.split("?")[0]) in closed else path
