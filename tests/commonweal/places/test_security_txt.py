"""Whom to tell of a weakness: /.well-known/security.txt, as RFC 9116 has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

ADDRESS = "/.well-known/security.txt"


def told(client):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.endswith(b"\n")
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]


@pytest.mark.parametrize(
    ("email", "phone", "contacts"),
    [
        ("office@example.org", "", ["mailto:office@example.org"]),
        ("o'hara+x@example.org", "", ["mailto:o%27hara%2Bx@example.org"]),
        ("", "01632 960 100", ["tel:01632960100;phone-context=+44"]),
        ("", "+44 (1632) 960-100", ["tel:+441632960100"]),
        (
            "a@b.example",
            "01632 960100",
            ["mailto:a@b.example", "tel:01632960100;phone-context=+44"],
        ),
        ("a@b.example", "see the website", ["mailto:a@b.example"]),
    ],
)
def test_it_names_the_towns_own_contact(client, town, email, phone, contacts):
    town.contact_email, town.contact_phone = email, phone
    town.save()
    lines = told(client)
    assert [words for field, words in lines if field == "Contact"] == contacts
    fields = dict(lines)
    assert set(fields) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert fields["Preferred-Languages"] == "en"
    assert fields["Canonical"] == settings.ADDRESS + ADDRESS
    expires = datetime.fromisoformat(fields["Expires"])
    # Less than a year ahead, as the standard asks.
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize("phone", ["", "see the website"])
def test_a_town_without_a_contact_promises_none(client, town, phone):
    town.contact_email, town.contact_phone = "", phone
    town.save()
    assert client.get(ADDRESS).status_code == 404
