"""What the tests of the analysis share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import unpacked


@pytest.fixture(scope="module", autouse=True)
def _unpacked_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Workbooks are unpacked in this process: a child of its own takes 65 ms to start. What asks
    for too much goes to one."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.module.__name__.endswith("test_bombs"):
            unpacked.here(patch)
        yield
