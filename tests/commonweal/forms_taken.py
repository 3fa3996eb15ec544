"""Which pages take a form: looked for on each page that the table asks for, and on each answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

# These take a form that stands on another page, as a search does that begins on the first page, or
# on their own at times only, as a reply does to a withdrawal that is open. Any other page without a
# form for it takes none: it answers 405 before it reads anything.
ELSEWHERE_OR_AT_TIMES = {
    "contracts-file",
    "desk-give-out",
    "desk-import-run",
    "desk-intake-save",
    "desk-queue",
    "draft-check",
    "economy-ward-find",
    "follow-stop",
    "list-run",
    "programme-import-run",
    "service-file",
    "services-unlisted",
    "space-tiers",
    "spend-sample",
    "volunteer",
}
FORM = re.compile(r"<form\b[^>]*>")
ACTION = re.compile(r'\baction="([^"?#]*)')
OF_A_BUTTON = re.compile(r'\bformaction="([^"?#]*)')


def has_a_form_for(address: str, page: str) -> bool:
    """Whether what is typed into a page at an address is sent to that address."""
    tags = [tag for tag in FORM.findall(page) if 'method="post"' in tag]
    if any("action=" not in tag for tag in tags):
        return True
    ways = [*ACTION.findall("".join(tags)), *OF_A_BUTTON.findall(page)]
    return address in map(unescape, ways)


@dataclass
class FormsTaken:
    """Which pages answer a form without having one for it, and which refuse the one they have."""

    shown: set[tuple[str, str]] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def look(self, name: str, role: str, address: str, method: str, code: str, page: str) -> None:
        has_one = has_a_form_for(address, page)
        if method == "get" and has_one:
            self.shown.add((name, role))
        elif method == "post" and code == "200" and not has_one:
            self.without.add(name)
        elif method == "post" and code == "405" and (name, role) in self.shown:
            self.refused.add(f"{name} has a form for {role} and takes none")
