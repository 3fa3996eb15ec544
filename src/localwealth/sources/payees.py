"""What kind of payee a name shows: who may be named in public, and who may not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from localwealth.sources import persons
from localwealth.sources.persons import Likeness
from localwealth.tables import marks

if TYPE_CHECKING:
    import pyarrow as pa

Payee = Literal["named", "redacted", "person", "address", "unnamed"]

# In small letters, and each beginning with one: so most names are passed over at once.
_REDACTED = re.compile(
    r"redact|personal (data|information|budget|details)|name (withh?eld|removed|supressed|"
    r"suppressed)|"
    r"withheld(?<!\wwithheld)\b|confidential|anonymised|private individual|"
    r"sensitive(?<!\wsensitive)\b"
)
_NOBODY = re.compile(
    r"(individuals?|\W*x{3,}\W*|data protection|not disclosed|third party( supplier)?|"
    r"misc(ellaneous)? (payments?|suppliers?)( bacs)?|sundry (payee|supplier|creditor)s?|"
    r"one[ -]?(off|time) (payee|supplier|vendor)s?( - .*)?)$"
)
# Whoever shows none of this is named, or an address: so most of a column is passed over at once.
# Signs beyond ASCII are always looked at: in small letters they may be others.
_SHOWS = (
    r"redact|personal|withh?eld|removed|suppress|supress|confidential|anonymised|sensitive|"
    r"individual|xxx|data\W+protection|"
    r"not\W+disclosed|third\W+party|misc|sundry|one\W*(off|time)|^[^A-Za-z0-9]*$|"
    rf"^[^A-Za-z0-9]*({'|'.join(map(re.escape, sorted(marks.NOTHING - {''})))})[^A-Za-z0-9]*$|"
    rf"\b({'|'.join(sorted(persons.HINTS))})\b|[^\x00-\x7F]"
)
_LETTER = re.compile(r"[A-Za-z0-9]")
_ADDRESS = re.compile(
    r"^(flat \d+\w?,? )?\d{1,4}[a-z]?,? [a-z' ]+ (road|rd|street|st|avenue|ave|lane|row|villas|"
    r"close|drive|"
    r"crescent|terrace|gardens|grove|place|court|way|walk|square|hill|view|mews)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=65_536)
def payee(name: str) -> Payee:
    """What kind of payee a name shows. Only ``named`` may stand in anything public, and a body
    that publishes must still ask whether a bare name is a sole trader's.

    >>> payee("REDACTED PERSONAL DATA"), payee("Mrs A Lee"), payee("Dr Lee & Partners"), payee("")
    ('redacted', 'person', 'named', 'unnamed')
    """
    spaced = " ".join(name.split())
    small = spaced.casefold()
    if not _LETTER.search(spaced) or marks.is_nothing(spaced):
        return "unnamed"
    if _REDACTED.search(small) or _NOBODY.match(small):
        return "redacted"
    if persons.is_person(spaced):
        return "person"
    if _ADDRESS.match(spaced):
        return "address"
    return "named"


def not_looked_up(names: pa.Array) -> list[bool]:
    """Of a column of names, which are a person's, redacted or nobody's."""
    # Here, as the command line begins without anything heavy.
    import pyarrow.compute as pc

    texts = names.fill_null("")
    shows = pc.match_substring_regex(texts, _SHOWS, ignore_case=True).to_pylist()
    return [
        some and payee(name) in ("redacted", "unnamed", "person")
        for some, name in zip(shows, texts.to_pylist(), strict=True)
    ]


def may_be_person(name: str) -> bool:
    """Whether a name may be somebody's: a sole trader's own, of plain words that no firm uses, or
    one with a first name or initials. Somebody must look before it stands in anything public.

    >>> may_be_person("J Smith"), may_be_person("SMITH, JOHN"), may_be_person("Smith Roofing Ltd")
    (True, True, False)
    """
    return _likeness(name) > Likeness.NONE


def shows_person(name: str) -> bool:
    """Whether a name is shaped as a person's, so that also a register's entry that a machine found
    for it must not make it public before somebody has looked.

    >>> shows_person("J Smith"), shows_person("Zygotic Wumpus"), shows_person("Jane Leaf T/A Oak")
    (True, False, True)
    """
    return _likeness(name) is Likeness.SHAPE


def may_be_named(name: str) -> bool:
    """Whether a name may stand in public though nobody has looked at it and no register has it.

    >>> may_be_named("Acorn Roofing Ltd"), may_be_named("Abel Leaf"), may_be_named("Mr A Leaf")
    (True, False, False)
    """
    return payee(name) == "named" and not may_be_person(name)


@lru_cache(maxsize=65_536)
def _likeness(name: str) -> Likeness:
    spaced = " ".join(name.split())
    return Likeness.SHAPE if persons.is_person(spaced) else persons.is_like(spaced)
