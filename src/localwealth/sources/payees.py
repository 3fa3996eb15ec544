"""What kind of payee a name shows: who may be named in public, and who may not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Payee = Literal["named", "redacted", "person", "address", "unnamed"]

_FIRM = re.compile(
    r"\b(ltd|limited|plc|llp|llc|inc|cic|c\.i\.c|company|co|council|trust|school|college|"
    r"university|nhs|partners|"
    r"partnership|practice|surgery|services|solutions|group|associates|solicitors|association|club|"
    r"church|"
    r"society|centre|center|care|consult\w*|foundation|charity|union|office|department|agency|"
    r"homes?|hotel|"
    r"systems|engineering|construction|builders|garage|nursery|academy|medical|pharmacy|"
    r"& sons?|and sons?|t/a|trading as)\b|&",
    re.IGNORECASE,
)
# Words of trades and bodies that are hardly ever somebody's name; wider than what firms call
# themselves.
_TRADE = re.compile(
    r"\b(enterprises|holdings|investments|transport|taxis?|coaches|hire|roofing|plumbing|"
    r"electrical|flooring|catering|"
    r"cleaning|training|media|press|print\w*|design|software|technolog\w*|energy|water|gas|bank|"
    r"housing|estates?|"
    r"propert(y|ies)|lettings|insurance|finance|legal|law|chambers|veterinary|dental|primary|"
    r"junior|infants?|high|grammar|"
    r"form|theatre|museum|library|hospice|hospital|nursing|residential|borough|city|county|"
    r"district|parish|police|"
    r"fire|authority|constabulary|ministry|hmrc|revenue|customs|royal|national|international|uk|"
    r"british|english|"
    r"supplies|supply|products|stores?|motors?|autos?|tyres?|parts|machinery|equipment|tools|"
    r"fencing|landscap\w*|"
    r"gardens?|trees?|waste|recycling|skip|environment\w*|project|programme|fund|federation|"
    r"alliance|network|forum|"
    r"institute|recruitment|publishing|telecom\w*|security|joinery|glass|steel|timber|farms?|"
    r"foods?|bakery|"
    r"pension|allotments?|family|community|support|sports?|leisure|arts?|music|festival|theatre)\b",
    re.IGNORECASE,
)
# In small letters, and each beginning with one: so most names are passed over at once.
_REDACTED = re.compile(
    r"redact|personal (data|information|budget|details)|name (withheld|removed|supressed|"
    r"suppressed)|"
    r"withheld(?<!\wwithheld)\b|confidential|anonymised|private individual|"
    r"sensitive(?<!\wsensitive)\b"
)
_NOBODY = re.compile(
    r"(individuals?|\W*x{3,}\W*|data protection|not disclosed|third party( supplier)?|"
    r"misc(ellaneous)? (payments?|suppliers?)( bacs)?|sundry (payee|supplier|creditor)s?|"
    r"one[ -]?(off|time) (payee|supplier|vendor)s?( - .*)?)$"
)
_PERSON = re.compile(
    r"^(mr|mrs|ms|miss|master|mx|mr\s*(&|and)\s*mrs|dr|rev|sir|dame|lady)\.?\s+\S", re.I
)
_PERSON_LAST = re.compile(r",?\s+\(?(mr|mrs|ms|miss)\.?\)?$", re.IGNORECASE)
_TITLES = ("mr", "mrs", "ms", "miss")
# Whoever shows none of this is named, or an address: so most of a column is passed over at once.
# Signs beyond ASCII are always looked at: in small letters they may be others.
_SHOWS = (
    r"redact|personal|withheld|removed|suppress|supress|confidential|anonymised|sensitive|"
    r"individual|xxx|data\W+protection|"
    r"not\W+disclosed|third\W+party|misc|sundry|one\W*(off|time)|^[^A-Za-z0-9]*$|^\W*(n/a|"
    r"null)\W*$|"
    r"\b(mr|mrs|ms|miss|master|mx|dr|rev|sir|dame|lady)\b|[^\x00-\x7F]"
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
    if not _LETTER.search(spaced) or small in {"n/a", "#n/a", "null"}:
        return "unnamed"
    if _REDACTED.search(small) or _NOBODY.match(small):
        return "redacted"
    titled = _PERSON.match(spaced) or (
        small.rstrip(".)").endswith(_TITLES) and _PERSON_LAST.search(spaced)
    )
    if titled and not _FIRM.search(_untitled(spaced)):
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
    """Whether a name that gives no sign may be a sole trader's own: two to four plain words and
    none that firms use. Somebody must look before it stands in anything public.

    >>> may_be_person("J Smith"), may_be_person("SMITH, JOHN"), may_be_person("Smith Roofing Ltd")
    (True, True, False)
    """
    parts = re.sub(r"[,.'’-]", " ", name).split()
    says_so = _FIRM.search(name) or _TRADE.search(name)
    return 1 < len(parts) <= 4 and all(word.isalpha() for word in parts) and not says_so


def _untitled(name: str) -> str:
    return re.sub(r"^mr\s*(&|and)\s*mrs\b", "", name, flags=re.IGNORECASE)
