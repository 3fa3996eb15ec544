"""When a service is open: read in the forms in which sources write it, said in plain words.

What is understood is kept as `OpeningHours`; what is not stays in its source's own words, and is
shown as these. Nothing here asks a database or a clock.
"""

from __future__ import annotations

from .cells import openings_of_days
from .clock import Span, span_of, spans
from .open_now import Now, now
from .opening import OpeningHours
from .recurrence import Unclear, ruled
from .saying import said, say_all
from .typed import openings_typed

__all__ = [
    "Now",
    "OpeningHours",
    "Span",
    "Unclear",
    "now",
    "openings_of_days",
    "openings_typed",
    "ruled",
    "said",
    "say_all",
    "span_of",
    "spans",
]
