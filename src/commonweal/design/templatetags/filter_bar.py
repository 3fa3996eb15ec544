"""The bar above a list by which people choose what stands in it: words to look for, choices.

It asks by GET, so that what was chosen stands in the address and can be sent to others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .pages import button
from .parts import Inside, html_attributes, part

register = template.Library()


@partial(part, library=register)
def filters(
    context: Context,
    inside: Inside,
    label: str = "",
    press: str = "Show",
    kind: str = "",
    search: bool = False,
    clear: str = "",
    to: str = "",
) -> SafeString:
    """The bar with its fields, up to `endfilters`.

    Parameters
    ----------
    label
        What is chosen here, for those who hear the page.
    press, kind
        The words of its button, and "secondary" where it should be grey.
    search
        Whether it is a search, which those who hear the page can jump to.
    clear
        Name of the address that shows everything again, where a link should lead there.
    to
        Name of the address that answers, where that is another page than this one.
    """
    of_form = {"action": reverse(to)} if to else {}
    of_form |= ({"role": "search"} if search else {}) | ({"aria-label": label} if label else {})
    pressed: SafeString = button(press, kind)
    if clear:
        pressed = format_html(
            '<div class="actions">{}<a class="govuk-link" href="{}">Clear</a></div>',
            pressed,
            reverse(clear),
        )
    return format_html(
        '<form method="get" class="filters"{}>{}{}</form>',
        html_attributes(of_form),
        inside(),
        pressed,
    )


@register.simple_tag
def look_for(label: str, name: str, typed: str | None = "", width: int = 0) -> SafeString:
    """A field for words to look for. `width`: of so many signs, as GOV.UK names it."""
    return format_html(
        '<div class="govuk-form-group"><label class="govuk-label" for="{0}">{1}</label>'
        '<input class="govuk-input{2}" id="{0}" name="{0}" type="search" value="{3}"></div>',
        name,
        label,
        f" govuk-input--width-{width}" if width else "",
        typed or "",
    )


@register.simple_tag
def choose(
    label: str,
    name: str,
    options: Any,
    chosen: Any = "",
    everything: str | None = None,
    prefix: str = "",
) -> SafeString:
    """A list to choose one from.

    Parameters
    ----------
    options
        Pairs of a code and its words, a mapping of them, rows with a code and a name, or words.
    everything
        The words of the first line, which chooses nothing; without it there is no such line.
    prefix
        Before the name in the field's id, where two bars on a page have a field of one name.
    """
    lines = [("", everything)] if everything is not None else []
    lines += _pairs(options)
    return format_html(
        '<div class="govuk-form-group"><label class="govuk-label" for="{0}{1}">{2}</label>'
        '<select class="govuk-select" id="{0}{1}" name="{1}">{3}</select></div>',
        prefix,
        name,
        label,
        format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, _selected(code == chosen), label) for code, label in lines),
        ),
    )


def _selected(is_chosen: bool) -> SafeString:
    return SafeString(" selected" if is_chosen else "")


def _pairs(options: Any) -> Iterator[tuple[Any, Any]]:
    lines: Iterable[Any] = options.items() if isinstance(options, Mapping) else options
    for line in lines:
        if isinstance(line, str):
            yield line, line
        elif hasattr(line, "code"):
            yield line.code, line.name
        else:
            code, label = line
            yield code, label
