"""The one-time key that stands in every form: a number used once, whose page it was, and a seal.

The key names nobody. Whose page it was can be asked of it ("was it yours?"), but not read from it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

FIELD = "once_key"
NOBODY = "nobody"


def _short(salt: str, text: str) -> str:
    return salted_hmac(f"commonweal.once.{salt}", text, algorithm="sha256").hexdigest()[:32]


def _name_of(person: Any) -> str:
    return str(person.pk) if person is not None and person.is_authenticated else NOBODY


@dataclass(frozen=True)
class Key:
    """A key as it came back with a form."""

    text: str
    number: str
    mark: str

    def is_of(self, person: Any) -> bool:
        """Whether the page was this person's, or one of somebody who was not signed in."""
        names = {_name_of(person), NOBODY}
        return any(
            constant_time_compare(self.mark, _short("whose", f"{self.number}:{name}"))
            for name in names
        )


def new_key(person: Any) -> str:
    number = secrets.token_urlsafe(12)
    mark = _short("whose", f"{number}:{_name_of(person)}")
    return f"{number}.{mark}.{_short('seal', number + mark)}"


def key_in(request: HttpRequest) -> Key | None:
    """The key that a form brought, if one of our own pages made it."""
    text = request.POST.get(FIELD, "")
    parts = text.split(".")
    if len(parts) != 3 or len(text) > 120:
        return None
    number, mark, seal = parts
    if not constant_time_compare(seal, _short("seal", number + mark)):
        return None
    return Key(text, number, mark)
