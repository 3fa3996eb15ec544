"""What a visitor reads when a page fails: why, whether it passes, and whom to ring."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse

from commonweal.design import away, views
from commonweal.jobs import database


def broken(request: HttpRequest) -> HttpResponse:
    """The page for an error. Django calls it while the error is being handled."""
    error = sys.exc_info()[1]
    trouble = database.trouble_of(error)
    if error is not None and trouble in {database.Trouble.READ_ONLY, database.Trouble.FULL}:
        # So that other pages say it before somebody has typed anything.
        database.is_read_only(error)
    return away.page(trouble.value) if trouble else views.broken(request)
