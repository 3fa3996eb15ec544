"""The tag ``csrf_token`` of every form, ours and allauth's: it gives the one-time key as well."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..keys import FIELD, new_key

register = template.Library()


class FormKeysNode(CsrfTokenNode):
    """Django's hidden field, and beside it the key by which a form that is sent twice is done
    once and by which what was typed finds its way back."""

    def render(self, context: Any) -> SafeString:
        token = super().render(context)
        request = context.get("request")
        if not token or request is None:
            return SafeString(token)
        key = new_key(getattr(request, "user", None))
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, FIELD, key)


@register.tag
def csrf_token(parser: Any, token: Any) -> FormKeysNode:
    return FormKeysNode()
