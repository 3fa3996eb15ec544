"""The wards on the first page of the site: a map, their names, and a box for one's postcode."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from commonweal.places.first_page import PARTS, Part
from commonweal.pledges.reads import kept


def wards() -> SafeString:
    # What reads the lookup of postcodes is read in with the page, and not when the product starts.
    from .series import ward_reads, yours
    from .series.forms import PostcodeForm

    front = kept("wards on the first page", timezone.localdate(), ward_reads.front)
    form = PostcodeForm() if yours.can_be_told() else None
    return render_to_string("economy/_front_wards.html", {"front": front, "form": form})


PARTS.append(Part("economy", wards))
