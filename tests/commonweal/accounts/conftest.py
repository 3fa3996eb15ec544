"""Signing in without a second factor. Scripts that a test runs apart are no tests."""

from __future__ import annotations

from ..cast.signing_in import by_code_only, code_now

__all__ = ["by_code_only", "code_now"]

collect_ignore = ["guesses_apart.py"]
