"""The tags of every page: GOV.UK components, form fields, figures, bars."""

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader, select_autoescape
from markdown_it import MarkdownIt

from commonweal.design import amounts
from commonweal.design.bars import stacked
from commonweal.design.days import known_day
from commonweal.design.revisions import beside
from commonweal.version import VERSION

register = template.Library()
register.filter(known_day)


@cache
def _macro(name: str) -> Any:
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=select_autoescape(["html"]),
    )
    module = environment.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    camel = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    return getattr(module, camel)


@register.simple_tag
def product_version() -> str:
    """Which version of the product made this page."""
    return VERSION


def govuk(name: str, parameters: dict[str, Any]) -> SafeString:
    return SafeString(_macro(name)(parameters))


@register.simple_tag
def button(text: str, **more: Any) -> SafeString:
    classes = more.pop("classes", "")
    return govuk("button", {"text": text, "classes": classes, "preventDoubleClick": True, **more})


@register.filter
def after(value: Any, before: str) -> SafeString:
    """What is there with what leads to it in front (", born "); nothing where nothing is there."""
    return format_html("{}{}", before, value) if value else SafeString("")


@register.simple_tag
def warning(text: str) -> SafeString:
    return govuk("warning-text", {"text": text, "iconFallbackText": "Warning"})


@register.simple_tag
def error_summary(*forms_: Any) -> SafeString:
    """What is wrong with these forms, each line leading to its field."""
    errors: list[dict[str, str]] = []
    for form in forms_:
        if not form or not getattr(form, "errors", None):
            continue
        for message in form.non_field_errors():
            errors.append({"text": message})
        for name, messages in form.errors.items():
            if name != "__all__":
                # A hidden or absent field has no place to lead to.
                field = form[name] if name in form.fields else None
                where = {"href": f"#{first_id(field)}"} if field else {}
                errors += [{"text": message, **where} for message in messages]
    if not errors:
        return mark_safe("")
    return govuk("error-summary", {"titleText": "There is a problem", "errorList": errors})


def first_id(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.auto_id


@register.simple_tag
def field(bound: forms.BoundField, **more: Any) -> SafeString:
    """One form field with its label, hint and message, as its GOV.UK component; beside it what it
    shows of a record, so that a stale page overwrites nothing."""
    return _component(bound, **more) + beside(bound)


def _component(bound: forms.BoundField, **more: Any) -> SafeString:
    widget = bound.field.widget
    heading = more.pop("heading", False)
    size = "l" if heading else "s"
    label = {
        "text": bound.label,
        "classes": f"govuk-label--{size}",
        "isPageHeading": bool(heading),
        "for": bound.auto_id,
    }
    legend = {
        "text": bound.label,
        "classes": f"govuk-fieldset__legend--{size}",
        "isPageHeading": bool(heading),
    }
    common: dict[str, Any] = {"id": bound.auto_id, "name": bound.html_name}
    if bound.help_text:
        common["hint"] = {"text": str(bound.help_text)}
    if bound.errors:
        common["errorMessage"] = {"text": " ".join(str(one) for one in bound.errors)}
    common.update(more)
    value = bound.value()
    if isinstance(widget, forms.MultiWidget):
        return _date(bound, common, legend)
    if isinstance(widget, forms.CheckboxInput):
        item = {
            "value": "on",
            "text": bound.label,
            "checked": bool(value),
            "id": bound.auto_id,
            "hint": common.pop("hint", None),
        }
        return govuk("checkboxes", {**common, "idPrefix": bound.auto_id, "items": [item]})
    if isinstance(widget, forms.CheckboxSelectMultiple):
        chosen = {str(one) for one in value or []}
        return govuk(
            "checkboxes",
            {
                **common,
                "idPrefix": bound.auto_id,
                "fieldset": {"legend": legend},
                "items": _items(bound, chosen),
            },
        )
    if isinstance(widget, forms.RadioSelect):
        return govuk(
            "radios",
            {
                **common,
                "idPrefix": bound.auto_id,
                "fieldset": {"legend": legend},
                "items": _items(bound, {str(value)} if value is not None else set()),
            },
        )
    if isinstance(widget, forms.Select):
        items = [
            {"value": str(key), "text": str(text), "selected": str(key) == str(value or "")}
            for key, text in _flat(bound)
        ]
        return govuk("select", {**common, "label": label, "items": items})
    if isinstance(widget, forms.Textarea):
        rows = widget.attrs.get("rows", "5")
        return govuk("textarea", {**common, "label": label, "value": value or "", "rows": rows})
    if isinstance(widget, forms.FileInput):
        return govuk("file-upload", {**common, "label": label})
    parameters = {**common, "label": label, "value": "" if value is None else str(value)}
    parameters["type"] = getattr(widget, "input_type", "text")
    for key in ("autocomplete", "inputmode", "spellcheck"):
        if key in widget.attrs:
            parameters[key] = widget.attrs[key]
    return govuk("input", parameters)


def _flat(bound: forms.BoundField) -> list[tuple[Any, Any]]:
    return list(getattr(bound.field.widget, "choices", []))


def _items(bound: forms.BoundField, chosen: set[str]) -> list[dict[str, Any]]:
    hints = getattr(bound.field, "hints", {})
    return [
        {
            "value": str(key),
            "text": str(text),
            "checked": str(key) in chosen,
            **({"hint": {"text": hints[str(key)]}} if str(key) in hints else {}),
        }
        for key, text in _flat(bound)
        if str(key) != ""
    ]


def _date(bound: forms.BoundField, common: dict[str, Any], legend: dict[str, Any]) -> SafeString:
    value = bound.value()
    if not isinstance(value, list | tuple):
        value = bound.field.widget.decompress(value)
    wrong = " govuk-input--error" if bound.errors else ""
    items = [
        {
            "name": f"{bound.html_name}_{index}",
            "id": f"{bound.auto_id}_{index}",
            "label": part,
            "value": typed or "",
            "classes": f"govuk-input--width-{4 if part == 'Year' else 2}{wrong}",
        }
        for index, (part, typed) in enumerate(zip(("Day", "Month", "Year"), value, strict=False))
    ]
    common.pop("name")
    return govuk("date-input", {**common, "fieldset": {"legend": legend}, "items": items})


TAG = '<strong class="govuk-tag tag--{}">{}</strong>'


@register.simple_tag
def tag(text: str, kind: str = "plain") -> SafeString:
    return format_html(TAG, kind, text)


@register.filter
def figure(value: Any) -> str:
    """A number as people read it: 1,250 or 12.5; "not stated" when it is not known."""
    if value is None or value == "":
        return "not stated"
    number = Decimal(str(value))
    text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@register.filter
def pounds(value: Any) -> str:
    """Money in whole pounds: £1,235; "not stated" when it is not known."""
    if value is None or value == "":
        return "not stated"
    rounded = Decimal(str(value)).quantize(Decimal(1))
    return f"-£{-rounded:,}" if rounded < 0 else f"£{abs(rounded):,}"


@register.filter
def pence(value: Any) -> str:
    """Money to the penny: £1,234.56."""
    if value is None or value == "":
        return "not stated"
    exact = Decimal(str(value)).quantize(Decimal("0.01"))
    return f"-£{-exact:,}" if exact < 0 else f"£{abs(exact):,}"


@register.filter
def in_pounds(value: Any) -> str:
    """Money as it stands in a sentence: £300, £1,234.50; "not stated" when it is not known."""
    return "not stated" if value is None or value == "" else amounts.in_pounds(Decimal(str(value)))


@register.filter
def percent(value: Any) -> str:
    """A share of 1 as per cent with one decimal; "not shown" where there is nothing to share."""
    return "not shown" if value in (None, "") else f"{float(value):.1%}"


@register.filter
def day(value: Any) -> str:
    """A date as people read it: 3 March 2027."""
    return f"{value.day} {value:%B %Y}" if value else "no date stated"


@register.filter
def paragraphs(text: str) -> SafeString:
    """Somebody's words, escaped, with their line breaks."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text or "") if block.strip()]
    return format_html_join(
        "",
        '<p class="govuk-body">{}</p>',
        (
            (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in b.splitlines())),)
            for b in blocks
        ),
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Our own pages (never somebody's input): Markdown with tables, raw HTML off."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for plain, classed in (
        ("<h1>", '<h1 class="govuk-heading-xl">'),
        ("<h2>", '<h2 class="govuk-heading-m">'),
        ("<h3>", '<h3 class="govuk-heading-s">'),
        ("<p>", '<p class="govuk-body">'),
        ("<ul>", '<ul class="govuk-list govuk-list--bullet">'),
        ("<ol>", '<ol class="govuk-list govuk-list--number">'),
        ("</table>", "</table></div>"),
        ("<th>", '<th class="govuk-table__header" scope="col">'),
        ("<td>", '<td class="govuk-table__cell">'),
        ("<a ", '<a class="govuk-link" '),
    ):
        html = html.replace(plain, classed)
    # Regions of one page need names of their own.
    number = itertools.count(1)
    opening = (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table {}">'
        '<table class="govuk-table whole-words">'
    )
    return SafeString(re.sub("<table>", lambda _: opening.format(next(number)), html))


@register.simple_tag
def stacked_bar(counts: Any, label: str) -> SafeString:
    """One bar cut by standing; its table stands beside it."""
    return stacked(counts, label=label)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some values changed; "" takes one out."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for key, value in changes.items():
        values.pop(key, None)
        if value not in ("", None):
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else request.path


@register.simple_tag
def pages(page: Any, base: str) -> SafeString:
    """Links to the other pages of a list that is cut into pages."""
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


@register.simple_tag
def figure_of(series: Any, value: Any) -> str:
    """A figure of a series with its unit."""
    return str(series.write(value))


@register.filter
def get(found: dict[str, Any], name: str) -> Any:
    """What stands under a name that a template can't write with a dot."""
    return found.get(name)


@register.filter
def counted(value: int | None) -> str:
    """A count that may be held back because it is small."""
    return "fewer than 5" if value is None else figure(value)


@register.filter
def answers(need: Any) -> list[tuple[str, str]]:
    """(question, answer) of what somebody was asked about a need."""
    said = json.loads(need.answers) if need.answers else {}
    labels = {one["code"]: one["label"] for one in need.help_type.questions}
    return [(labels.get(code, code), str(value)) for code, value in said.items()]


@register.filter
def nth(found: list[Any], index: int) -> Any:
    return found[index]


@register.filter
def spaced(name: str) -> str:
    """A name of the code as words: in_time becomes "in time"."""
    return name.replace("_", " ")


CHANGED = {
    "starts_on": "beginning", "due_on": "date", "stopped_on": "stopped", "done": "done",
    "owner_title": "owner", "partner": "organisation", "metric": "measure", "added": "added",
    "is_done": "done",
}  # fmt: skip


@register.filter
def plan_change(change: Any) -> str:
    """What changed in the plan, in words: "date: 31 March 2027 to 31 May 2027"."""
    if change.field == "added":
        return "added"

    def said(value: str) -> str:
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value or "nothing"

    name = CHANGED.get(change.field, change.field)
    return f"{name}: {said(change.old)} to {said(change.new)}"
