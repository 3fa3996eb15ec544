"""What is shown, without the marks that a machine draws for itself.

One-time keys, names of requests, hashes and codes of files are drawn anew in each run. One of them
holds the last figures of an account or the end of a telephone number sooner or later, and a test
that looks for these in a page would then fail for nothing.
"""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a code of a row or a file
    r"|[A-Za-z0-9_-]{16}(?:\.[0-9a-f]{32}){2}"  # a one-time key
    r'|(?<=csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}'
    r"|(?<![0-9A-Za-z])[0-9a-f]{16,}(?![0-9A-Za-z])"  # a hash, a name of a request
)


def without_marks(text: str | bytes) -> str:
    """The text of a page, a file or headers, each mark as ``<mark>``."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return _MARKS.sub("<mark>", text)
