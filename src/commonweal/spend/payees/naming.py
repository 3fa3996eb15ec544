"""Who of the payees may be named in public: whoever may be a person waits for somebody to look."""

from __future__ import annotations

from localwealth.sources.payees import may_be_named, shows_person

from ..models import Verdict

GIVEN = "number given"
WAITS = "waits for somebody to look"
WAITS_WHY = "it looks like somebody's name, so a person must look before an entry makes it public"


def entry_stands(name: str, method: str, verdict: str | None) -> bool:
    """Whether an entry that was found for a name counts before anybody has looked: a machine's does
    not where the name is shaped as a person's, unless the publisher itself gives the number."""
    return verdict is not None or method == GIVEN or not shows_person(name)


def is_named(name: str, entry: str, verdict: str | None) -> bool:
    """Whether a payee may stand in public under its name, given the entry that stands."""
    if verdict is not None:
        return verdict != Verdict.PERSON
    return bool(entry) or may_be_named(name)
