"""How an action says no."""

from __future__ import annotations


class Refused(Exception):
    """Something can't be done. The message is fit to show to the person."""
