"""How pages lead on within what they are about."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def route_of(scope: Any) -> str:
    """How the payments were read, as the rest of an address; nothing where they were published."""
    return "" if scope.route == "published" else f"&route={scope.route}"
