"""Every form that posts carries a one-time key: looked for on each page that the table asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.urls import reverse

# Of a ballot nothing is remembered but itself, not even that it was sent. Sent twice it comes to
# the same, and whoever clicks twice gets the same answer, which voting has tests of.
OF_VOTING = {"budget-vote", "budget-ballot", "budget-receipt", "budget-telephone"}
# Nothing is changed by it, and the first page, on which it stands, is the same for everybody: a key
# would make it another for each visitor, and set a cookie.
LOOKS_ONLY = {"economy-ward-find"}
POSTS = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)
# The look itself can fail: of each app that has forms a page with one of its own.
HAVE_FORMS = {
    "action-change",
    "consultation-answer",
    "demo",
    "desk-acting",
    "desk-assign",
    "desk-case",
    "desk-people",
    "desk-period",
    "desk-rooms",
    "desk-scenario",
    "follow",
    "pledge-claim",
    "sign",
}


@dataclass
class Keys:
    """The forms that were seen on pages, and those among them without a key."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    without: set[tuple[str, str]] = field(default_factory=set)

    def look(self, name: str, page: str) -> None:
        for form in POSTS.findall(page):
            action = re.search(r'action="([^"]*)"', form.partition(">")[0])
            to = action[1] if action else ""
            if to in map(reverse, LOOKS_ONLY):
                continue
            self.seen.setdefault(name, set()).add(to)
            if 'name="once_key"' not in form and name not in OF_VOTING:
                self.without.add((name, to))

    def missed(self, names: set[str]) -> set[str]:
        """The pages among these addresses on which a form must have been seen, and was not."""
        return HAVE_FORMS & names - set(self.seen)
