from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import the_town


def town(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the town, the day, and whether this is the demonstration."""
    return {"town": SimpleLazyObject(the_town), "is_demo": settings.DEMO}
