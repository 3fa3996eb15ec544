from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from .models import the_town


@cache_control(max_age=300)
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
