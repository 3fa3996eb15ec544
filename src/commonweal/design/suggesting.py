"""A line in which a browser offers, while somebody types, what can be written there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class SuggestingInput(forms.TextInput):
    """It takes any words: what is offered is a help, no bound."""

    def __init__(self, suggestions: Callable[[], Iterable[str]], **options: Any) -> None:
        self.suggestions = suggestions
        super().__init__(**options)

    def listed(self, identifier: str) -> SafeString:
        """The words that are offered, as a browser wants them."""
        options = ((words,) for words in self.suggestions())
        offered = format_html_join("", '<option value="{}"></option>', options)
        return format_html('<datalist id="{}">{}</datalist>', identifier, offered)
