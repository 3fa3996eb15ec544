"""The tag ``csrf_token`` of every form, ours and allauth's: it gives the one-time key as well."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonweal.office.keys import FIELD, new_key

from .. import sessions
from ..access import roles_of

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


@register.simple_tag(takes_context=True)
def where_to_go_on(context: Any) -> str:
    """The page that somebody wanted before they set up a second factor; else where they work."""
    request = context["request"]
    wanted: str = request.session.get(sessions.AFTER_FACTOR, "")
    return wanted or reverse("desks" if roles_of(request.user) else "spaces")


@register.tag
def csrf_token(parser: Any, token: Any) -> FormKeysNode:
    return FormKeysNode()
