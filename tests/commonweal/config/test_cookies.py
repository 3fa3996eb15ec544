"""What a browser may send back to whom: each cookie's name binds it to this very host."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKS = (
    "import django; django.setup(); from django.conf import settings as s; "
    "from commonweal.accounts import kept; "
    "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, kept.COOKIE, s.SESSION_COOKIE_SECURE, "
    "s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_DOMAIN, s.CSRF_COOKIE_PATH)"
)


@pytest.mark.parametrize(
    ("address", "prefix"), [("https://charter.example.org", "__Host-"), ("http://localhost", "")]
)
def test_cookies_are_bound_to_the_host_where_tls_is_in_front(tmp_path, address, prefix):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMMONWEAL")} | {
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        "COMMONWEAL_VAR": str(tmp_path),
        "COMMONWEAL_SECRET_KEY": "x" * 50,
        "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "COMMONWEAL_ADDRESS": address,
        "DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env=environment, capture_output=True, text=True
    )
    session, csrf, typed, secure, *places = done.stdout.split()
    names = [session, csrf, typed]
    assert names == [f"{prefix}{name}" for name in ("sessionid", "csrftoken", "commonweal_typed")]
    # What the prefix asks for: TLS, no domain, the whole site.
    assert (secure, places) == (str(bool(prefix)), ["None", "/", "None", "/"])
