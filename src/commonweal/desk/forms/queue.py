"""The questions of the queue: whom one looks for, under which name a view is kept."""

from __future__ import annotations

from commonweal.design.forms import Form

from .fields import text


class QueueSearchForm(Form):
    q = text(
        "Search in these cases",
        missing="Enter whom you look for",
        hint="Name, date of birth, telephone, e-mail, postcode, street or reference",
    )


class KeepViewForm(Form):
    name = text("Keep this as a view called", missing="Give the view a name", most=60)
