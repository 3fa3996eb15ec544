"""What a child unpacks, unpacked in the test's own process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localwealth.tables import apart


def here(patch: pytest.MonkeyPatch) -> None:
    """Start no child for a workbook, an archive or JSON until what was patched is undone."""
    patch.setattr(apart, "run", _run)


def _run(work: str, content: bytes, **arguments: Any) -> Any:
    # It comes back as JSON, as from a child.
    return json.loads(json.dumps(apart.WORKS[work](content, **arguments)))
