"""The tags and filters of every page: components, form fields, figures, lists in pages.

They know no room: what speaks of a plan or of a need stands with its room (`programme`, `desk`).
"""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from commonweal.design import words
from commonweal.design.bars import stacked
from commonweal.design.components import govuk
from commonweal.design.days import known_day
from commonweal.design.faults import faults_of
from commonweal.design.fields import component
from commonweal.design.revisions import beside
from commonweal.version import VERSION

register = template.Library()
for as_written in (
    known_day,
    words.figure,
    words.many,
    words.in_unit,
    words.pounds,
    words.pence,
    words.in_pounds,
    words.percent,
    words.counted,
    words.part,
    words.day,
    words.spaced,
    words.paragraphs,
    words.markdown,
):
    register.filter(as_written)


@register.simple_tag
def product_version() -> str:
    """Which version of the product made this page."""
    return VERSION


@register.simple_tag
def button(text: str, kind: str = "", accesskey: str = "", **parameters: Any) -> SafeString:
    """The button of a form.

    Parameters
    ----------
    kind
        "" (green), "secondary" (grey), "warning" (red).
    accesskey
        The key that presses it, with Alt.
    parameters
        Further parameters of the component, by GOV.UK's names.
    """
    classes = f"govuk-button--{kind}" if kind else ""
    attributes = {"accesskey": accesskey} if accesskey else {}
    by_default = {"classes": classes, "attributes": attributes, "preventDoubleClick": True}
    return govuk("button", {"text": text, **by_default, **parameters})


@register.filter
def after(shown: Any, before: str) -> SafeString:
    """What is there with what leads to it in front (", born "); nothing where nothing is there."""
    return format_html("{}{}", before, shown) if shown else SafeString("")


@register.simple_tag
def error_summary(*forms_: Any) -> SafeString:
    """What is wrong with these forms, each line leading to its field."""
    wrong = [form for form in forms_ if form and getattr(form, "errors", None)]
    errors = [error for form in wrong for error in faults_of(form)]
    if not errors:
        return mark_safe("")
    return govuk("error-summary", {"titleText": "There is a problem", "errorList": errors})


@register.simple_tag
def field(bound: forms.BoundField, **parameters: Any) -> SafeString:
    """One form field with its label, hint and message, as its GOV.UK component; beside it what it
    shows of a record, so that a stale page overwrites nothing."""
    return component(bound, **parameters) + beside(bound)


TAG = '<strong class="govuk-tag tag--{}">{}</strong>'


@register.simple_tag
def tag(text: str, kind: str = "plain") -> SafeString:
    return format_html(TAG, kind, text)


@register.simple_tag
def stacked_bar(counts: Any, label: str) -> SafeString:
    """One bar cut by standing; its table stands beside it."""
    return stacked(counts, label=label)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some values changed; "" takes one out."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for key, change in changes.items():
        values.pop(key, None)
        if change not in ("", None):
            values[key] = str(change)
    return f"?{values.urlencode()}" if values else request.path


@register.filter
def also(query: str, named: str) -> str:
    """A query string ("?anchor=x" or "") with one more name (and value); as it was, for ""."""
    if not named:
        return query
    return f"{query}&{named}" if query else f"?{named}"


@register.simple_tag
def pages(page: Any, base: str) -> SafeString:
    """Links to the other pages of a list that is cut into pages; of one whose pages are not counted
    by a paginator, but know what is ``before`` and ``after`` them, to these two."""
    if not hasattr(page, "paginator"):
        return render_to_string("design/_turn.html", {"page": page, "base": base})
    if page.paginator.num_pages < 2:
        return mark_safe("")
    joiner = "&" if "?" in base else "?"

    def href(number: int) -> str:
        return f"{base}{joiner}page={number}"

    parameters: dict[str, Any] = {
        "items": [
            {"ellipsis": True}
            if number == page.paginator.ELLIPSIS
            else {"number": number, "href": href(int(number)), "current": number == page.number}
            for number in page.paginator.get_elided_page_range(
                page.number, on_each_side=1, on_ends=1
            )
        ]
    }
    if page.has_previous():
        parameters["previous"] = {"href": href(page.previous_page_number())}
    if page.has_next():
        parameters["next"] = {"href": href(page.next_page_number())}
    return govuk("pagination", parameters)


@register.filter
def get(mapping: dict[str, Any], name: str) -> Any:
    """What stands under a name that a template can't write with a dot."""
    return mapping.get(name)


@register.filter
def nth(sequence: list[Any], index: int) -> Any:
    return sequence[index]
