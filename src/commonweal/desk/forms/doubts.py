"""What may be mistyped on the public form: said before it is taken, and taken as it stands where
they say that it is right. A number abroad or a made-up address must keep nobody from help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from commonweal.residents import keys
from commonweal.services.models import Place

from .fields import yes

AS_WRITTEN = "as_written"
# Of a town that has no service with an address yet.
ANYWHERE, LOOKED_AT = "AB1 2CD", 20
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
AT_HOME, ABROAD = re.compile(r"0[1-9][0-9]{8,9}"), re.compile(r"(\+|00)[1-9][0-9]{7,13}")


def _postcode_here() -> str:
    """A postcode of this town, as an example: near a service of its own."""
    for place in Place.objects.exclude(postcode="").order_by("pk")[:LOOKED_AT]:
        if _is_postcode(place.postcode):
            return f"{keys.postcode(place.postcode)[:-3]} 1AA"
    return ANYWHERE


def _is_phone(typed: str) -> bool:
    squeezed = re.sub(r"[\s().\-/]", "", typed)
    return bool(AT_HOME.fullmatch(squeezed) or ABROAD.fullmatch(squeezed))


def is_at_home(typed: str) -> bool:
    """Whether it is a telephone at home, which gets no texts."""
    return _is_phone(typed) and not keys.is_mobile(typed)


def is_email(typed: str) -> bool:
    """Whether it is written as an e-mail address is."""
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def _is_postcode(typed: str) -> bool:
    return bool(POSTCODE.fullmatch(keys.postcode(typed)))


PHONE = "Look at this number again: one here has 10 or 11 figures and begins with 0"
CHECKS = {
    "phone": (_is_phone, PHONE),
    "phone2": (_is_phone, PHONE),
    "email": (is_email, "Look at this address again: it is written like name@example.com"),
    "postcode": (_is_postcode, "Look at this postcode again: it is written like {postcode}"),
}


def without_a_way(answers: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, str] | None:
    """(field, sentence) where they chose one way only, and did not say where it leads."""
    contact = answers.get("contact")
    if contact == "text_only":
        return _without_a_text([str(answers.get(name) or "") for name in ("phone", "phone2")])
    if contact == "email_only" and not answers.get("email"):
        return "email", "Give the e-mail address to which we may write"
    if contact == "post_only" and not before.get("address"):
        return "contact", "Go back and give your address, or choose another way"
    return None


def _without_a_text(phones: list[str]) -> tuple[str, str] | None:
    if not any(phones):
        return "phone", "Give the telephone to which we may text"
    if all(map(is_at_home, filter(None, phones))):
        return "phone", "A text gets to a mobile telephone only. Give one, or choose another way"
    return None


def ask(form: forms.Form, answers: dict[str, Any]) -> None:
    """Say beside each answer what looks mistyped, and offer to take it as it is."""
    doubtful = [
        name
        for name, (is_right, _) in CHECKS.items()
        if (typed := answers.get(name)) and not is_right(str(typed))
    ]
    if not doubtful:
        return
    form.fields[AS_WRITTEN] = yes("It is right as I wrote it")
    if not form.data.get(AS_WRITTEN):
        for name in doubtful:
            form.add_error(name, CHECKS[name][1].format(postcode=_postcode_here()))
