"""A form's field as the component that its widget asks for: label, hint, message, value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from .components import govuk
from .suggesting import SuggestingInput

# What of a widget's attributes is the browser's business.
FOR_BROWSERS = ("autocomplete", "inputmode", "spellcheck")


@dataclass(frozen=True)
class Shown:
    """A field on its way to a page: itself, how its name stands there, and what a page adds."""

    bound: forms.BoundField
    is_heading: bool
    extra: dict[str, Any]

    @property
    def widget(self) -> forms.Widget:
        widget: forms.Widget = self.bound.field.widget
        return widget

    def _named(self, kind: str) -> dict[str, Any]:
        return {
            "text": self.bound.label,
            "classes": f"{kind}--{'l' if self.is_heading else 's'}",
            "isPageHeading": self.is_heading,
        }

    @property
    def label(self) -> dict[str, Any]:
        return self._named("govuk-label") | {"for": self.bound.auto_id}

    @property
    def fieldset(self) -> dict[str, Any]:
        return {"legend": self._named("govuk-fieldset__legend")}

    @property
    def parameters(self) -> dict[str, Any]:
        """What every component takes: identifier, name, hint, message."""
        bound = self.bound
        parameters: dict[str, Any] = {"id": bound.auto_id, "name": bound.html_name}
        if bound.help_text:
            parameters["hint"] = {"text": str(bound.help_text)}
        if bound.errors:
            parameters["errorMessage"] = {"text": " ".join(str(error) for error in bound.errors)}
        return parameters | self.extra


def first_id(bound: forms.BoundField) -> str:
    """The identifier of a field's first input, which a message about it leads to."""
    if isinstance(bound.field.widget, forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.auto_id


def component(bound: forms.BoundField, *, heading: bool = False, **extra: Any) -> SafeString:
    """The component of a field.

    Parameters
    ----------
    heading
        Its label is the heading of the page.
    extra
        Further parameters of the component, by GOV.UK's names.
    """
    shown = Shown(bound, bool(heading), extra)
    return next(draw for kind, draw in COMPONENTS if isinstance(shown.widget, kind))(shown)


def _date(shown: Shown) -> SafeString:
    bound = shown.bound
    typed_parts = bound.value()
    if not isinstance(typed_parts, list | tuple):
        typed_parts = bound.field.widget.decompress(typed_parts)
    wrong = " govuk-input--error" if bound.errors else ""
    items = [
        {
            "name": f"{bound.html_name}_{index}",
            "id": f"{bound.auto_id}_{index}",
            "label": part,
            "value": typed or "",
            "classes": f"govuk-input--width-{4 if part == 'Year' else 2}{wrong}",
        }
        for index, (part, typed) in enumerate(
            zip(("Day", "Month", "Year"), typed_parts, strict=False)
        )
    ]
    parameters = shown.parameters
    parameters.pop("name")
    return govuk("date-input", {**parameters, "fieldset": shown.fieldset, "items": items})


def _tick(shown: Shown) -> SafeString:
    bound, parameters = shown.bound, shown.parameters
    box = {
        "value": "on",
        "text": bound.label,
        "checked": bool(bound.value()),
        "id": bound.auto_id,
        "hint": parameters.pop("hint", None),
    }
    return govuk("checkboxes", {**parameters, "idPrefix": bound.auto_id, "items": [box]})


def _ticks(shown: Shown) -> SafeString:
    return _choices("checkboxes", shown, {str(key) for key in shown.bound.value() or []})


def _radios(shown: Shown) -> SafeString:
    chosen = shown.bound.value()
    return _choices("radios", shown, {str(chosen)} if chosen is not None else set())


def _choices(name: str, shown: Shown, chosen: set[str]) -> SafeString:
    hints = getattr(shown.bound.field, "hints", {})
    letters = getattr(shown.bound.field, "access_keys", {})
    items = [
        {
            "value": str(key),
            "text": str(text),
            "checked": str(key) in chosen,
            **({"hint": {"text": hints[str(key)]}} if str(key) in hints else {}),
            **({"attributes": {"accesskey": letters[str(key)]}} if str(key) in letters else {}),
        }
        for key, text in _pairs(shown)
        if str(key) != ""
    ]
    parameters = {"idPrefix": shown.bound.auto_id, "fieldset": shown.fieldset, "items": items}
    return govuk(name, {**shown.parameters, **parameters})


def _select(shown: Shown) -> SafeString:
    chosen = str(shown.bound.value() or "")
    items = [
        {"value": str(key), "text": str(text), "selected": str(key) == chosen}
        for key, text in _pairs(shown)
    ]
    return govuk("select", {**shown.parameters, "label": shown.label, "items": items})


def _pairs(shown: Shown) -> list[tuple[Any, Any]]:
    return list(getattr(shown.widget, "choices", []))


def _lines(shown: Shown) -> SafeString:
    parameters = {
        "label": shown.label,
        "value": _as_written(str(shown.bound.value() or "")),
        "rows": shown.widget.attrs.get("rows", "5"),
        # Where the caret stands when the page opens.
        "attributes": {"autofocus": "autofocus"} if shown.widget.attrs.get("autofocus") else {},
    }
    return govuk("textarea", {**parameters, **shown.parameters})


def _as_written(lines: str) -> str:
    """Lines as they go into a text area, which leaves the first out if it is empty."""
    return f"\n{lines}" if lines.startswith(("\n", "\r")) else lines


def _file(shown: Shown) -> SafeString:
    return govuk("file-upload", {**shown.parameters, "label": shown.label})


def _line(shown: Shown) -> SafeString:
    typed, attributes = shown.bound.value(), shown.widget.attrs
    parameters = {
        "label": shown.label,
        "value": "" if typed is None else str(typed),
        "type": getattr(shown.widget, "input_type", "text"),
        **{name: attributes[name] for name in FOR_BROWSERS if name in attributes},
    }
    if isinstance(shown.widget, SuggestingInput):
        offered = f"{shown.bound.auto_id}-offered"
        parameters |= {
            "attributes": {"list": offered},
            "autocomplete": "off",
            "formGroup": {"afterInput": {"html": shown.widget.listed(offered)}},
        }
    return govuk("input", {**shown.parameters, **parameters})


# The first kind that a widget is of draws it, so the narrower stands above the wider.
COMPONENTS: tuple[tuple[type[forms.Widget], Callable[[Shown], SafeString]], ...] = (
    (forms.MultiWidget, _date),
    (forms.CheckboxInput, _tick),
    (forms.CheckboxSelectMultiple, _ticks),
    (forms.RadioSelect, _radios),
    (forms.Select, _select),
    (forms.Textarea, _lines),
    (forms.FileInput, _file),
    (forms.Widget, _line),
)
