"""Whether the words of a payee's name are somebody's, by signs that people and firms give.

Two questions, as they are answered at different cost. A name that :func:`is_person` must not even
be looked up; one that :func:`is_like` somebody's waits until a person has looked at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from localwealth import lists
from localwealth.sources.shapes import (
    FIRMS,
    PACKAGE,
    SONS,
    SURNAMES_TOO,
    TOKEN,
    TRADES,
    has_shape,
    is_plain,
    is_under_own_name,
    names_one,
    words_of,
)

# So much of a name is looked at; no more of it is ever shown.
_LONGEST = 500
# A name with none of these is not said to be a person's; with none of the others either, it names
# nobody beside or for another.
HINTS = frozenset(lists.entries(PACKAGE, "words/hints"))
_BESIDE = HINTS | frozenset(lists.entries(PACKAGE, "words/beside"))
# What no company leaves out and nobody is called.
_LEGAL = re.compile(r"\b(ltd|limited?|plc|llp|llc|inc|cic|cio|gmbh|cyf)\b|\bc\.i\.c\b", re.I)
_COMPANIES = frozenset(
    ("ltd", "limited", "limit", "plc", "llp", "llc", "inc", "cic", "cio", "gmbh", "cyf")
)
_TITLE = r"(?:mr|mrs|ms|miss|mstr|mx)"
_RANK = r"(?:dr|rev|revd|reverend|prof|professor|sir|dame|lady|cllr|parch|parchedig|bnr)"
_TITLED = re.compile(
    rf"^(?:{_TITLE}|{_RANK}|master|mr\s*(?:&|and)\s*mrs)\.?\s+\S|,?\s+\(?(?:mr|mrs|ms|miss)\.?\)?$",
    re.I,
)
# Where a person is named for whom, or in whose place, a payment is: *c/o* and its like wherever
# they stand, and what somebody is to a body where nothing else says of a firm.
_CARE_OF = (
    r"\bc/o\b|\bfao\b|\battn\b|\bfor the attention of\b|\bobo\b|\bo/b/o\b|\bon behalf of\b|"
    r"\br/o\b|\bar ran\b|(?<=\s)re[:.]?(?=\s)"
)
_AS_WHOM = (
    r"\b(?:refund(?:s|ed)?(?: to)?|(?:landlord|landlady|tenant|client|payee|claimant|student|pupil|"
    r"ex[- ]partner|bursary|guardian|appointee|deputy|attorney|executor|agent|gwarcheidwad)s?"
    r"(?: (?:of|for|to))?)\b"
)
_FOR_SOMEBODY = re.compile(
    rf"(?:{_CARE_OF}|{_AS_WHOM}|\bfor\b|\bcare of\b|^re[:.]?(?=\s))[\s:.,-]*(?:the )?(?:late )?"
    rf"(?:{_TITLE}|{_RANK})\b\.?\s+\w",
    re.I,
)
_CARE_OF_ONE = re.compile(_CARE_OF, re.I)
_AS_ONE = re.compile(_AS_WHOM, re.I)
_AMONG = re.compile(r"(?<=[\s(,/&+-])(?:mr|mrs|miss|mstr)(?![\w'’])", re.I)
_MS_AMONG = re.compile(r"(?:\(ms\)|(?:&|\band|/) ?ms\b)", re.I)
_RANK_AMONG = re.compile(rf"(?<=[\s(,/&+-]){_RANK}\b\.?\s+\w", re.I)
# The dead, and who acts for them.
_DEAD_FIRST = re.compile(
    r"^(?:the )?(?:late )?(?:estates? (?:of|late)\b|est(?:ate)? (?:of )?(?:the )?late\b|"
    r"(?:exors?|executors?|executrix|execs?|p(?:er)?s?(?:onal)? ?reps?(?:resentatives?)?|"
    r"legal rep(?:resentative)?s?|administrators?|ysgutor(?:ion)?)\.? "
    r"(?:of|for|to|the|est|late|y|mr|mrs|ms|miss)\b|(?:the|y) (?:late|diweddar) (?:mr|mrs|ms|miss|"
    r"dr)\b|yst[aâ]d\b)",
    re.I,
)
_DEAD = re.compile(
    r"\bestate of\b|\bexors?\b|\bexecutors? (?:of|for)\b|\bdeceased\b|\bdec'?d\b|\(dec\)|"
    r"\b(?:personal|legal) rep(?:resentative)?s?\b|\bymadawedig\b|\bdiweddar\b|\(late\)|"
    r"\b(?:est|estate) late\b|\b(?:the|y) late (?:mr|mrs|ms|miss|dr)\b",
    re.I,
)
_LATE = re.compile(r"^(?:the )?late (?!night)", re.I)
_ESTATE_LAST = re.compile(r"['’]s?,? (?:estate|est)$", re.I)
# What somebody is to the body that pays, of whom nobody but the body should know: words that stand
# beside a person's name, and words that stand in the names of bodies too.
_ROLE_OF_ONE = (
    r"foster(?:ing)?[- ]?(?:carers?|parents?|mother|father|mum|dad)|fosterers?|kinship carers?|"
    r"connected (?:persons?|carers?)|(?:adult )?placement carers?|special guardians?(?:hip)?|sgo|"
    r"adopters?|adoptive parents?|direct payments?|guardian of|deput(?:y|yship) for|"
    r"appointee(?:ship)? for|service users?|next of kin|re:? (?:child|baby|yp|young person)|"
    r"(?:child|baby|yp) [a-z](?: [a-z])?$|gofal\w* maeth|taliad\w* uniongyrchol|section 17|s17"
)
_ROLE = re.compile(
    rf"\b(?:{_ROLE_OF_ONE}|foster(?:ing)?[- ]?(?:care|famil(?:y|ies)|allowances?|payments?)|"
    r"kinship(?: care)?|shared lives(?: carers?)?|adoptive family|adoption allowances?|"
    r"(?:respite|family|young|unpaid|host) carers?|carers?|personal assistants?|guardian|"
    r"appointee(?:ship)?(?: of)?|deput(?:y|yship) of|(?:mother|father|mum|dad|parents?|son|"
    r"daughter|wife|husband|widow(?:er)?) of|gwarcheidwad|ar ran)\b",
    re.I,
)
_ONE_ROLE = re.compile(rf"\b(?:{_ROLE_OF_ONE})\b", re.I)
# What somebody does under his or her own name.
_WORK = re.compile(
    r"\b(?:nann(?:y|ies)|childmind(?:ers?|ing)|"
    r"babysitt(?:ers?|ing)|lodgings?|sole trader|street trader|self[- ]employed|"
    r"business account|ir35|barrister|freelance\w*|llb|qc|kc)\b",
    re.I,
)
_TRADING = re.compile(r"\b(?:t/as?|(?-i:t\.a)|trading as|yn masnachu fel)\b\.?", re.I)
# In capitals it may be somebody's initials as well.
_TRADING_OR_INITIALS = re.compile(r"\sT\.A\b\.?(?=\s\w{3})")
_PARTS = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|[#(){}\[\]:;*|]|\s/|/\s|(?<=\w{3})/(?=\w{4})")
_COLLECTED_BY = re.compile(r"^(?:paypal|sumup|sq|zettle|i?zettle|iz|pp|gofundme)\b[\s*]*", re.I)


class Likeness(IntEnum):
    """How like somebody's name a name is: PLAIN words that say of no firm, or the very SHAPE of a
    person's name, as with a first name or initials."""

    NONE = 0
    PLAIN = 1
    SHAPE = 2


def is_person(name: str) -> bool:
    """Whether a name, with single spaces, says itself that it is a person's.

    >>> is_person("Estate of Mr A Leaf"), is_person("Estate Agents of York Ltd")
    (True, False)
    """
    name = name[:_LONGEST]
    if HINTS.isdisjoint(TOKEN.findall(name.casefold())):
        return False
    return _is_dead(name) or _is_titled(name) or _has_role(name)


def is_like(name: str) -> Likeness:
    """How like somebody's a name is.

    >>> is_like("John Leaf & Jane Leaf").name, is_like("Marks & Spencer").name
    ('SHAPE', 'NONE')
    """
    name = name[:_LONGEST]
    tokens = TOKEN.findall(name.casefold())
    if "://" in name:
        return Likeness.NONE
    if not _BESIDE.isdisjoint(tokens):
        trader = _TRADING.split(name, maxsplit=1)[0].strip(" ,-")
        if trader and trader != name:
            return is_like(trader)
        before = _TRADING_OR_INITIALS.split(name, maxsplit=1)[0].strip(" ,-")
        if before != name and (like := is_like(before)):
            return like
        if _is_told_of(name) or any(map(names_one, _told_of(name))):
            return Likeness.SHAPE
    if not _COMPANIES.isdisjoint(tokens):
        return Likeness.NONE
    has_more = _ROLE.search(name) or _WORK.search(name)
    return max(_likeness(name), _likeness(_bare(name)) if has_more else Likeness.NONE)


def _likeness(name: str) -> Likeness:
    """The same of a name that is no company's and names nobody beside another."""
    payer = _COLLECTED_BY.match(name)
    if payer and name[payer.end() :] and not TRADES.among(words_of(name[payer.end() :])):
        return Likeness.SHAPE
    parts = _PARTS.split(name)
    if has_shape(name) or (len(parts) > 1 and any(map(names_one, parts))):
        return Likeness.SHAPE
    looks_so = is_plain(name) or is_under_own_name(name)
    return Likeness.PLAIN if looks_so else Likeness.NONE


def _is_dead(name: str) -> bool:
    if _DEAD_FIRST.match(name):
        return True
    if _LEGAL.search(name):
        return False
    if _DEAD.search(name):
        return True
    rest = _LATE.sub("", name)
    if rest != name:
        return is_plain(rest) or has_shape(rest)
    return bool(_ESTATE_LAST.search(name)) and has_shape(_ESTATE_LAST.sub("", name))


def _is_titled(name: str) -> bool:
    """Whether a title stands before or behind it, or amidst it where nothing says of a firm."""
    if _TITLED.search(name):
        return not _says_of_firm(name)
    is_amidst = _FOR_SOMEBODY.search(name) or _AMONG.search(name) or _MS_AMONG.search(name)
    return bool(is_amidst) and not _says_of_firm(name)


def _says_of_firm(name: str) -> bool:
    """Whether a name with a title is a firm's all the same. That of a Mr or a Miss is not, though
    she is called Church, and though there are two of them."""
    words = words_of(name)
    says = FIRMS.among(words)
    is_ranked = not re.search(rf"\b{_TITLE}\b", name, re.I)
    if is_ranked:
        several = len(re.findall(rf"\b{_RANK}\b", name, re.I)) < 2 and "&" in name
        return bool(says or several or (TRADES.among(words[1:]) and words[-1] not in SURNAMES_TOO))
    if SONS.search(name) or _TRADING.search(name):
        return True
    return any(word not in SURNAMES_TOO for word in says)


def _has_role(name: str) -> bool:
    """Whether it says what somebody is to who pays, beside a person's name."""
    if not _ROLE.search(name) or _LEGAL.search(name):
        return False
    bare = _bare(name)
    return has_shape(bare) or (bool(_ONE_ROLE.search(name)) and is_plain(bare))


def _bare(name: str) -> str:
    """A name without what it says of its bearer."""
    for words in (_ROLE, _WORK, _AS_ONE, _CARE_OF_ONE, _PARTS):
        name = words.sub(" ", name)
    return " ".join(name.split()).strip(" ,.-")


def _is_told_of(name: str) -> bool:
    """Whether somebody is named in it beside a firm."""
    if _AMONG.search(name) or _FOR_SOMEBODY.search(name):
        return True
    return bool(_RANK_AMONG.search(name)) and not TRADES.among(words_of(name))


def _told_of(name: str) -> Iterator[str]:
    """Whom it may name beside another: whoever stands behind *care of* and the like; or behind
    *tenant* and the like, where nothing says of a firm."""
    parts = _CARE_OF_ONE.split(name)
    if len(parts) > 1:
        yield from parts
    if not FIRMS.among(words_of(name)):
        yield from _AS_ONE.split(name)
