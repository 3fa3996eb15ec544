"""What must be done before a consultation is closed: each part that takes something says so."""

from __future__ import annotations

from collections.abc import Callable

from ..models import Consultation

# Each answers with a sentence on what waits still; "" where nothing does.
WAITS: list[Callable[[Consultation], str]] = []
