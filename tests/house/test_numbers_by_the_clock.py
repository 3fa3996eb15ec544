"""The number of an authenticator app is asked for with time left to send it.

Each is right for 30 seconds. A test that works it out by itself takes it in the last of them sooner
or later, and fails for nothing.
"""

from __future__ import annotations

from pathlib import Path

import app_numbers
import pytest
from allauth.mfa.totp.internal import auth

TESTS = Path(__file__).parents[1]
SECRET = "JBSWY3DPEHPK3PXP"


def test_no_test_works_a_number_out_by_itself():
    asks_itself = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if "yield_hotp" + "_counters_from_time" in path.read_text()
    }
    assert asks_itself == {"lib/app_numbers.py"}


@pytest.mark.parametrize(("second", "slept"), [(0, 0), (26.5, 0), (27.5, 2.51), (29.9, 0.11)])
def test_a_number_near_its_end_is_let_pass(monkeypatch, second, slept):
    now = [1_800_000_000 + second]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 2))
        now[0] += seconds

    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr("time.sleep", sleep)
    number = app_numbers.app_number(SECRET)
    assert sum(waits) == slept
    now[0] += 2.9
    assert auth.validate_totp_code(SECRET, number)
