"""The number that an authenticator app shows, read as a person with time in hand reads it.

A number is right for 30 seconds by the clock. A test that takes it in the last of them and sends it
a moment later is refused, rightly, once in many runs.
"""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal import auth


def app_number(secret: str, seconds: float = 3) -> str:
    """The number for ``secret``, right for so many more seconds at least: near its end the next
    one is waited for."""
    left = app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD
    if left < seconds:
        time.sleep(left + 0.01)
    return auth.format_hotp_value(
        auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))
    )
