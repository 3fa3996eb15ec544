"""Who walks over every address: a browser that asks thousands of times and looks at answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.template import Template
from django.test import Client
from django.utils.crypto import get_random_string

EMPTY_FORM: dict[str, Any] = {
    "CONTENT_TYPE": "application/x-www-form-urlencoded",
    "CONTENT_LENGTH": "0",
}


class Walker(Client):
    """Sends an empty form as a browser does, and has the cookie of forms that any page with a form
    left there. The tests' own client sends one with files and makes that cookie at each page."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.cookies[settings.CSRF_COOKIE_NAME] = get_random_string(32)

    def ask(self, method: str, address: str) -> Any:
        """The answer to reading an address (``get``), or to an empty form (``post``)."""
        form = EMPTY_FORM if method == "post" else {}
        return self.generic(method.upper(), address, **form)


def _rendered(template: Any, context: Any) -> Any:
    return template.nodelist.render(context)


@pytest.fixture
def walker(monkeypatch: pytest.MonkeyPatch) -> type[Walker]:
    """What a walk asks with. Of its answers nothing but the page is looked at: pages are made as a
    server makes them, without a copy of what each of their pieces was made of."""
    monkeypatch.setattr(Template, "_render", _rendered)
    return Walker
