"""The part of the room that keeps scenarios."""

from . import reads

__all__ = ["reads"]
