"""The people of the fictional town that one can sign in as."""

from __future__ import annotations

from dataclasses import dataclass

from . import tables

DOMAIN = "brackenford.example"


@dataclass(frozen=True)
class Member:
    """One person of the cast: what they are, and where their day begins."""

    role: str
    title: str
    name: str
    does: str
    starts_at: str
    town_role: str = ""
    partner: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


CAST = tuple(Member(**member) for member in tables.read("cast")["member"])
