"""The public page of a group that may be named."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.design.every_answer import only_read

from . import reads


@only_read
def group(request: HttpRequest, code: str) -> HttpResponse:
    """To the public a group without leave is as if there were none."""
    group = get_object_or_404(reads.public(), code=code)
    exposure = reads.exposure_of(group, timezone.localdate(), for_staff=False)
    return render(request, "economy/group.html", {"exposure": exposure, "for_staff": False})
