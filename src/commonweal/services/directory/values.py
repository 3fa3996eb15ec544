"""Values of a service: web and e-mail addresses, days, ages, points. What can't be read is left
out with a remark; the service is taken without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone

from . import nodes

# Takes a remark on the record that is being read.
Say = Callable[[str], None]
# Five hundred signs of a web address are kept, with the https:// that may be put before it.
MOST_OF_ADDRESS = 490
MOST_OF_EMAIL = 254
OTHER_SCHEME = re.compile(r"(?i)(?!https?:)[a-z][a-z0-9+.\-]*:(?!\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2200
OLDEST = 150
# In or near these islands; anything else is a mistake and no place.
LATITUDES, LONGITUDES = (49, 61.5), (-11, 2.5)


def url(node: Any, say: Say) -> str:
    address = nodes.text(node, "web address")
    if len(address) > MOST_OF_ADDRESS:
        say("its web address is too long and was left out")
        return ""
    if address and "://" not in address and not OTHER_SCHEME.match(address):
        address = f"https://{address}"
    try:
        if address:
            URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        say("its web address can't be read and was left out")
        return ""
    return address


def email(node: Any, say: Say) -> str:
    address = nodes.text(node, "e-mail address")
    try:
        if address:
            validate_email(address)
    except ValidationError:
        say("its e-mail address can't be read and was left out")
        return ""
    if len(address) > MOST_OF_EMAIL:
        say("its e-mail address is too long and was left out")
        return ""
    return address


def day(node: Any, say: Say) -> date | None:
    """A day as ISO 8601 has it, or as it is written in these islands."""
    written = nodes.text(node, "date")
    if not written:
        return None
    on = _iso(written) or _british(written)
    if on is None or not FIRST_YEAR <= on.year <= LAST_YEAR:
        say(f"“{written[:30]}” is no date and was left out")
        return None
    return on


def past_day(node: Any, say: Say) -> date | None:
    """A day on which something was done: none that is still to come."""
    on = day(node, say)
    if on is not None and on > timezone.localdate():
        say(f"{on:%-d %B %Y} is still to come and was left out: nothing can be confirmed then")
        return None
    return on


def _iso(written: str) -> date | None:
    try:
        return date.fromisoformat(re.split("[T ]", written)[0])
    except ValueError:
        return None


def _british(written: str) -> date | None:
    parts = re.fullmatch(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})", written)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else None
    except ValueError:
        return None


def age(node: Any, say: Say) -> int | None:
    written = nodes.text(node, "age")
    if not written:
        return None
    years = number(written)
    if years is None or not 0 <= years <= OLDEST:
        say(f"“{written[:20]}” is no age and was left out")
        return None
    return int(years)


def number(node: Any) -> float | None:
    """A number, or a text that is one; None for all else."""
    if isinstance(node, bool) or not isinstance(node, (str, int, float)):
        return None
    try:
        return float(node)
    except (ValueError, OverflowError):
        return None


def point(latitude: Any, longitude: Any, say: Say) -> tuple[float | None, float | None]:
    """Where something stands: (latitude, longitude), or neither."""
    lat, lon = number(latitude), number(longitude)
    if lat is None or lon is None:
        if latitude not in (None, "") or longitude not in (None, ""):
            say("its latitude and longitude can't be read and were left out")
        return None, None
    if _is_here(lat, lon):
        return lat, lon
    if _is_here(lon, lat):
        say("its latitude and longitude stood the wrong way round and were changed over")
        return lon, lat
    say("its latitude and longitude lie outside these islands and were left out")
    return None, None


def _is_here(lat: float, lon: float) -> bool:
    return LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]
