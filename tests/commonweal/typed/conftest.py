"""Forms as a browser reads them off a page, to be sent as a browser sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.commonweal.test_permissions import samples

# What exists for each address of the product, as the table of permissions has it.
__all__ = ["samples"]


@dataclass
class PageForm:
    """One form of a page with what stands in it."""

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside = False
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(at.get("method", "get").lower(), at.get("action", "")))
            self.inside = True
        if not self.inside:
            return
        fields, name = self.forms[-1].fields, at.get("name", "")
        if tag == "input" and name:
            if at.get("type") in ("checkbox", "radio") and "checked" not in at:
                return
            if at.get("type") != "file":
                fields.setdefault(name, []).append(at.get("value", "on"))
        elif tag == "textarea":
            self.area = name
            fields.setdefault(name, []).append("")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in at:
            fields[self.select] = [at.get("value", "")]
        elif tag == "button" and name:
            self.forms[-1].buttons.append((name, at.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.forms[-1].fields[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def forms_on(response: Any) -> list[PageForm]:
    reader = _Reader()
    reader.feed(response.content.decode())
    for form in reader.forms:
        # A browser leaves out one line break at the beginning of a text area.
        form.fields = {
            name: [value.removeprefix("\n") for value in values]
            for name, values in form.fields.items()
        }
    return reader.forms


@pytest.fixture
def read_forms() -> Any:
    return forms_on


@pytest.fixture
def open_form() -> Any:
    """Open a page and take the form off it that has a field (or leads to an address)."""

    def opened(client: Client, address: str, having: str = "", to: str = "") -> dict[str, Any]:
        return _the_form(client.get(address), having, to)

    return opened


@pytest.fixture
def form_in() -> Any:
    return _the_form


def _the_form(response: Any, having: str = "", to: str = "") -> dict[str, Any]:
    found = [
        form
        for form in forms_on(response)
        if form.method == "post"
        and (not having or having in form.fields)
        and (form.action == to if to else "logout" not in form.action)
    ]
    assert found, f"no form with {having or to} on the page ({response.status_code})"
    return dict(found[0].fields)


LOOKERS = (
    "asha",
    "leah",
    "grace",
    "mei",
    "robert",
    "imran",
    "joan",
    "sam",
    "maya",
    "idris",
    "tom",
    "nadia",
    "daniel",
    "helen",
    "yusuf",
    "newcomer",
    "nobody",
)


@pytest.fixture
def lookers(request: Any, samples: Any, new_person: Any, new_partner: Any) -> dict[str, Client]:
    """Everybody's browser, signed in with a second factor; "nobody" is signed out."""
    of = new_partner("other", "Other firm")
    people = {
        name: request.getfixturevalue(name)
        for name in LOOKERS
        if name not in ("nobody", "newcomer")
    }
    people["newcomer"] = new_person("other", "Olwen Other", of=of)
    clients = {name: Client() for name in LOOKERS}
    for name, person in people.items():
        clients[name].force_login(person)
        session = clients[name].session
        session["demo_second_factor"] = True
        session.save()
    return clients
