"""The part of the room that keeps series."""

from . import reads

__all__ = ["reads"]
