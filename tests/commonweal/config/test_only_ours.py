"""Whatever demo and serving write is for the service's own user alone; of `init` the tests of
setting up say so."""

from __future__ import annotations

import os

import pytest
from open_files import open_to_others


@pytest.fixture
def _wide():
    """A machine whose usual mask lets everybody read."""
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_wide")
def test_what_the_demo_and_serving_make(tools, demo_var, village, run_town):
    # It was made with such a mask as well.
    assert open_to_others(demo_var) == []
    town = run_town(village)
    town.log.chmod(0o600)
    visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
    visitor.post("/accounts/login/code/", {"email": "asha.patel@brackenford.example"})
    tools.wait_until(lambda: list((village / "mail").glob("*")), "no letter was written")
    assert open_to_others(village) == []
