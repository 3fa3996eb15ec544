"""The components of GOV.UK's design system, as its own macros write them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.safestring import SafeString


@cache
def _macro(name: str) -> Any:
    # Not when the product starts: a short command writes no page.
    from jinja2 import Environment, PackageLoader, PrefixLoader, select_autoescape

    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=select_autoescape(["html"]),
    )
    module = environment.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    camel = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    return getattr(module, camel)


def govuk(name: str, parameters: dict[str, Any]) -> SafeString:
    """One component ("date-input") with the parameters that its page in the design system names."""
    return SafeString(_macro(name)(parameters))
