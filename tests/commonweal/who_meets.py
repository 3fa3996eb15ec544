"""Who meets what somebody told the desk: looked for in every answer that the table asks for.

Each address is asked once as every role, for the table of permissions; the same answers say
whether a planted secret is read by somebody who need not, and whether a page that shows a resident
says so of itself.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from commonweal.accounts.access import guards_of

from .cast.economy import WORD
from .cast.planted import SECRET

# Who may meet somebody's words where. Everything that is not here must not show them.
MAY = {
    "leah": {
        "desk-case",
        "case-timeline",
        "desk-history",
        "desk-household",
        "household-leave",
        "desk-intake",
        "desk-intake-save",
        "case-paper",
        "desk-resident",
        "desk-compare",
        "need-task",
        "case-consent-withdraw",
        "desk-search",
        "desk-grant",
        "desk-grant-account",
        "desk-grant-code",
        "award-letter",
        "next-done",
        "next-move",
        "desk-reach",
        "case-write",
        "case-letter",
        "desk-unmerge",
    },
    "owen": {"desk-intake", "desk-intake-save", "desk-compare"},
    "noor": {"desk-intake"},
    "grace": {
        "desk-case",
        "case-timeline",
        "desk-history",
        "desk-household",
        "household-leave",
        "desk-intake",
        "desk-intake-save",
        "case-paper",
        "desk-resident",
        "desk-compare",
        "need-task",
        "case-consent-withdraw",
        "desk-grant",
        "desk-grant-account",
        "desk-grant-code",
        "award-letter",
        "next-done",
        "next-move",
        "desk-reach",
        "case-write",
        "case-letter",
        "desk-unmerge",
        "erasure",
        "list-undo",
    },
    "helen": {"subject-review", "subject-strike", "erasure"},
    "joan": {"space-referral"},
    "mei": {"award", "award-case", "award-paper", "award-letter", "award-account"},
    "robert": {
        "award",
        "award-case",
        "award-paper",
        "award-letter",
        "award-refuse",
        "award-account",
    },
    "imran": {"award", "award-letter", "award-account", "run-file"},
}
# The look itself can fail: those who must read it do, and these pages show a resident.
MUST = {"leah": {"desk-case", "desk-resident"}, "joan": {"space-referral"}, "mei": {"award"}}
# What a partner told the town in confidence (`cast.economy`), and how many jobs: the economy desk
# reads it at its own pages, and whoever told of it where they did so. The figure stands by itself:
# in tens of thousands of hashes and keys its five signs stand by chance.
CONFIDED = re.compile(rf"{WORD}|(?<![0-9A-Za-z._-])54,?321(?![0-9A-Za-z_-])")
DESK_OF_ECONOMY = {"maya", "nadia", "yusuf"}
TOLD_BY = {"asha": {"space-shocks", "space-shock", "shock-draft", "shock-check"}}
AT_THAT_DESK = re.compile(
    r"desk-(economy|shock.*|group|exposure|bearing-add|scenario.*)|(shock|group|section)-.*"
)
SHOW = {"desk-case", "award", "space-referral", "subject-review"}


@dataclass
class Met:
    """What the answers to some addresses showed of residents."""

    # Their references; with the secret, whatever tells one of them.
    references: list[str]
    by_role: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def look(self, role: str, name: str, response: Any, body: bytes) -> None:
        """Note what an answer by GET shows, its headers and where it leads among it."""
        text = body.decode("utf-8", "replace")
        answer = text + json.dumps(dict(response.headers))
        if SECRET in answer:
            self.by_role[role].add(name)
            if name not in MAY.get(role, set()):
                self.wrong.append(f"{role} meets the secret at {name}")
        # The expression is tried at each letter of a page; what it ends with stands on few.
        if (WORD in answer or "321" in answer) and CONFIDED.search(answer):
            self.look_for_whoever_told(role, name)
        if response.status_code == 200:
            self.look_for_residents(role, name, response, text)

    def look_for_whoever_told(self, role: str, name: str) -> None:
        """Whether what was told in confidence is met below its level."""
        self.told.add(name)
        is_of_desk = role in DESK_OF_ECONOMY and AT_THAT_DESK.fullmatch(name)
        if not is_of_desk and name not in TOLD_BY.get(role, set()):
            self.wrong.append(f"{role} meets what was told in confidence at {name}")

    def look_for_residents(self, role: str, name: str, response: Any, text: str) -> None:
        """Whether a page shows a resident; if so, it must be one that no cache keeps."""
        if not any(mark in text for mark in (SECRET, *self.references)):
            return
        self.shown.add(name)
        if not guards_of(response.resolver_match.func).people:
            self.wrong.append(f"{name} for {role} says of itself that it shows nobody")
        if response.get("Cache-Control") != "no-store, private":
            self.wrong.append(f"{name} for {role} may be kept by a cache")

    def missed(self, names: set[str]) -> list[str]:
        """What must have been met among these addresses, and was not."""
        unread = [
            f"{role} does not read {name}"
            for role, pages in MUST.items()
            for name in sorted(pages & names - self.by_role[role])
        ]
        untold = sorted({"desk-shock", "space-shock"} & names - self.told)
        return (
            unread
            + [f"{name} shows nobody" for name in sorted(SHOW & names - self.shown)]
            + [f"{name} does not show what was told" for name in untold]
        )
