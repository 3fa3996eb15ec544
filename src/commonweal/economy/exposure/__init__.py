"""The part of the room that keeps what hangs on groups of firms and on sections."""

from . import reads

__all__ = ["reads"]
