from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from commonweal.design.every_answer import only_read

from . import drawing, rooms, searching
from .models import Logo, Town, the_town

# Whoever reads it later than this asks again: the town's contact may be another by then.
SECURITY_HOLDS = timedelta(days=180)


@cache_control(max_age=300)
@only_read
def look(request: HttpRequest) -> HttpResponse:
    """The town's colours, as the custom properties that the stylesheet reads."""
    town = the_town()
    css = (
        ":root{"
        f"--govuk-brand-colour:{town.brand_colour};--govuk-link-colour:{town.link_colour};"
        f"--town-brand:{town.brand_colour};--town-link:{town.link_colour};"
        f"--town-tint:{town.tint_colour}"
        "}"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@cache_control(max_age=86400)
def logo(request: HttpRequest) -> HttpResponse:
    """The town's logo; its address has its digest behind it, so a new one is asked for at once."""
    return HttpResponse(bytes(get_object_or_404(Logo, id=1).picture), content_type="image/png")


@cache_control(max_age=86400)
@only_read
def share_picture(request: HttpRequest) -> HttpResponse:
    """The picture that stands beside a link to a page of this site: the town's name."""
    town = the_town()
    picture = drawing.card(town.name, town.service_name, town.brand_colour)
    return HttpResponse(picture, content_type="image/png")


@cache_control(max_age=3600)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); not there until the town has a contact."""
    contacts = _contacts(the_town())
    if not contacts:
        raise Http404
    expires = timezone.localdate() + SECURITY_HOLDS
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {expires:%Y-%m-%d}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {settings.ADDRESS}{reverse('security-txt')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@only_read
def search(request: HttpRequest) -> HttpResponse:
    """Look for something on the whole site."""
    typed = " ".join(searching.terms_of(request.GET.get("q", "")))
    context = {
        "typed": typed,
        "groups": searching.search(typed, rooms.off_for(request)),
        "query": urlencode({"q": typed}),
    }
    return render(request, "places/search.html", context)


def _contacts(town: Town) -> list[str]:
    """The town's contacts as addresses, the one that is preferred first."""
    contacts = []
    if town.contact_email:
        contacts.append(f"mailto:{quote(town.contact_email, safe='@')}")
    digits = re.sub(r"[\s()-]", "", town.contact_phone)
    if re.fullmatch(r"\+\d{7,15}", digits):
        contacts.append(f"tel:{digits}")
    elif re.fullmatch(r"0\d{6,14}", digits):
        # A number as it is dialled here, not from abroad, says so (RFC 3966).
        contacts.append(f"tel:{digits};phone-context=+44")
    return contacts
