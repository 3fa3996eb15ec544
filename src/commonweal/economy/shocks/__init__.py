"""The part of the room that keeps shocks."""

from . import reads

__all__ = ["reads"]
