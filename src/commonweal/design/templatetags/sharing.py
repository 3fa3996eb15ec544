"""What a page says of itself where somebody passes its address on: title, a sentence, a picture.

All of it is in the page: nothing is fetched from elsewhere, and nobody is told who passes it on.
"""

from __future__ import annotations

from functools import partial
from html import unescape

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from .parts import Inside, part

register = template.Library()
# Pages of people at work or of their own affairs are passed on by nobody.
NEVER = ("/desk/", "/space/", "/accounts/", "/-/")
LONGEST = 200


@partial(part, library=register)
def titled(context: Context, inside: Inside) -> SafeString:
    """The title of the page, up to `endtitled`, and what stands on a card that leads to it."""
    subject, town = _plain(inside()), context["town"]
    title = format_html("<title>{} – {}</title>", subject, town.name)
    address = _address(context)
    if not address:
        return title
    card = {
        "og:title": subject,
        "og:site_name": f"{town.name}: {town.service_name}",
        "og:type": "website",
        "og:url": address,
        "og:image": f"{settings.ADDRESS}{reverse('share-picture')}",
        "twitter:card": "summary_large_image",
    }
    return title + format_html_join("", '<meta property="{}" content="{}">', card.items())


@partial(part, library=register)
def described(context: Context, inside: Inside) -> SafeString:
    """What the page is about, up to `enddescribed`, in two sentences at most."""
    if not _address(context):
        return SafeString("")
    sentence = Truncator(_plain(inside())).chars(LONGEST)
    return format_html(
        '<meta name="description" content="{}"><meta property="og:description" content="{}">',
        sentence,
        sentence,
    )


def _address(context: Context) -> str:
    """The whole address of the page; "" where nobody passes it on."""
    request = context.get("request")
    if request is None or request.path.startswith(NEVER):
        return ""
    return f"{settings.ADDRESS}{request.path}"


def _plain(drawn: str) -> str:
    return " ".join(unescape(strip_tags(drawn)).split())
