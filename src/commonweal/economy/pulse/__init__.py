"""The part of the room that asks residents and enterprises how things are."""

from . import reads

__all__ = ["reads"]
