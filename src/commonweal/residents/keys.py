"""How a person is found without their words being readable: normalising, sounds, keyed hashes.

Each key is an HMAC-SHA-256 under the field key, cut to 64 bits. Two records that share a key
are candidates for being one person; `likeness` then says how alike they are and why. A key joins
two facts where one alone would find half the town.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct

import jellyfish
from anyascii import anyascii
from django.conf import settings

from commonweal.office.fields import keyed_bytes
from localwealth.tables.telephones import has_lost_figures

# The first 64 bits of a hash.
AS_NUMBER = Struct(">q").unpack_from
# Names that stand for each other. Each line is one name; the first word is its common form.
NICKNAMES = """
william bill billy will willy liam
robert bob bobby rob robbie bert
richard dick rick ricky rich
margaret maggie meg peggy marge greta rita
elizabeth liz lizzie beth betty eliza elsie libby lisa
katherine catherine kathryn kate katie kathy cathy kay kitty
james jim jimmy jamie
john jack johnny jon
michael mike mick micky
thomas tom tommy
david dave davey
daniel dan danny
edward ed eddie ted teddy ned
joseph joe joey
charles charlie chuck
christopher chris kit
anthony tony ant
andrew andy drew
stephen steven steve stevie
matthew matt matty
nicholas nick nicky
patrick pat paddy
peter pete
alexander alex sandy sasha alec
benjamin ben benny
samuel sam sammy
susan sue susie suzanne
patricia pat patty trish tricia
dorothy dot dottie dolly
jennifer jenny jen
deborah debbie deb
barbara barb babs
victoria vicky vic tori
alexandra alex sandra sasha
mary molly polly may
ann anne anna annie
helen nell nellie ellen
frances fran frankie
francis frank frankie
frederick fred freddie
george georgie
harold harry
henry harry hal
gerald gerry jerry
geoffrey geoff jeff jeffrey
gregory greg
kenneth ken kenny
lawrence laurence larry laurie
leonard len lenny
philip phil pip
raymond ray
ronald ron ronnie
stanley stan
timothy tim
walter wally walt
mohammed muhammad mohammad mohamed mohamad muhammed mehmet mohd
ahmed ahmad ahmet
hussein hussain husain hossain
abdul abdel abd
yusuf yousef youssef joseph
fatima fatma fatimah
aisha ayesha aysha
sean shaun shawn
niamh neve
oleksandr alexander aleksandr sasha
kateryna katerina ekaterina katya
""".strip().splitlines()
FORMS: dict[str, set[str]] = {}
for _line in NICKNAMES:
    _words = _line.split()
    for _word in _words:
        FORMS.setdefault(_word, set()).add(_words[0])


# Signs that look like a hyphen or an apostrophe and are none.
LOOKALIKES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | {0xB4: "'"}


def usual_signs(text: str) -> str:
    """A text in the signs that a keyboard here has: wide letters and figures as usual ones, any
    dash as a hyphen, and nothing that can't be seen."""
    plain = unicodedata.normalize("NFKC", text.translate(LOOKALIKES))
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")


@lru_cache(maxsize=50_000)
def squash(text: str) -> str:
    """Small Latin letters and figures with single spaces: "  O’Brien-Łuć " becomes
    "o brien luc"; other scripts are written in Latin letters."""
    return re.sub(r"[^a-z0-9]+", " ", anyascii(text or "").casefold()).strip()


def joined(text: str) -> str:
    return squash(text).replace(" ", "")


# Words that belong to the name that follows: alone they find nobody.
PARTICLES = frozenset(
    re.findall(
        r"\w+",
        """
o d de da do dos das du di del della la le van von der den ter ten te zu bin ibn binti bint al el
ul ap ab mac mc ni nic st y e
""",
    )
)


def parts(name: str) -> list[str]:
    """The words of a name as they are compared: St and Saint are one."""
    return ["st" if word == "saint" else word for word in squash(name).split()]


# M'Donald is how McDonald was written, and still is; M'Baye is a name of its own. As long as what
# it stands for, so that places in a text stay.
M_APOSTROPHE = re.compile(r"(?i)(?<!\w)(m)['’`](?=[^\W\d_]{3})")


def with_mc(text: str) -> str:
    """A text in which M' is Mc."""
    return M_APOSTROPHE.sub(r"\1c", text)


def runs(name: str) -> list[str]:
    """As `_runs` has them."""
    return list(_runs(name))


@lru_cache(maxsize=20_000)
def _runs(name: str) -> tuple[str, ...]:
    """Neighbouring words of a name, each run written as one word: O'Hagan-Smyth gives
    ohagansmyth, ohagan, hagansmyth, hagan, smyth. The whole name first; no particle alone."""
    name_parts = parts(name)[:6]
    joined_name = "".join(name_parts)
    spellings = [joined_name] if joined_name else []
    for start in range(len(name_parts)):
        for end in range(len(name_parts), start, -1):
            run = "".join(name_parts[start:end])
            if len(run) > 1 and not PARTICLES.issuperset(name_parts[start:end]):
                spellings.append(run)
    return tuple(dict.fromkeys(spellings))


def forms_of(first: str) -> set[str]:
    """The common forms that a first name may stand for; itself when it is no short form."""
    name_parts = squash(first).split()
    return FORMS.get(name_parts[0], {name_parts[0]}) if name_parts else set()


# Spellings that are one sound when a name comes from another alphabet or is spelt by ear.
EAR = (
    (r"ph", "f"),
    (r"ck", "k"),
    (r"q", "k"),
    (r"x", "ks"),
    (r"(?<!^)h(?![aeiou])", ""),
    (r"sch|tsch|tch|tsh", "ch"),
    (r"dzh|dj", "j"),
    (r"kh", "k"),
    (r"gh", "g"),
    (r"ou|oo", "u"),
    (r"ee|ea|ie|iy|yi", "i"),
    (r"y", "i"),
    (r"w", "v"),
    (r"z", "s"),
    (r"dh", "d"),
    (r"th", "t"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"(.)\1+", r"\1"),
)
SPELT = [(re.compile(pattern), instead) for pattern, instead in EAR]
VOWELS = re.compile("[aeiou]")


@lru_cache(maxsize=50_000)
def sound(name: str) -> str:
    """How a name sounds, written in consonants: Smith and Smyth, Hussain and Husayn are one."""
    text = joined(name)
    if not text:
        return ""
    for pattern, instead in SPELT:
        text = pattern.sub(instead, text)
    head, tail = text[:1], VOWELS.sub("", text[1:])
    spoken = jellyfish.metaphone(text)
    return (head if head in "aeiou" else "") + ((tail and head + tail) or head or spoken)


def phone(text: str) -> str:
    """The last ten figures: 07700 900123 and +44 7700 900123 are one. Fewer than seven: none, and
    none where a spreadsheet ate the last of them (7.70090E+09), or one stands for all (0000000)."""
    figures = re.sub(r"\D", "", text or "")
    is_broken = len(set(figures[2:])) < 2 or has_lost_figures(text.strip())
    return "" if len(figures) < 7 or is_broken else figures[-10:]


def one_spelling(numbers: Iterable[str]) -> list[str]:
    """Telephones without other spellings of one: the first stays. What holds words stays too."""
    once: dict[str, str] = {}
    for number in numbers:
        is_plain = re.search(r"[^\W\d_]", number) is None
        once.setdefault((is_plain and phone(number)) or number, number)
    return list(once.values())


def is_mobile(number: str) -> bool:
    """Whether a text gets there: a mobile telephone here (07, but no 070 or pager), or a number
    abroad, of which nobody knows. A telephone at home reads no texts."""
    dialled = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", number))
    if dialled.startswith("+") and not dialled.startswith("+44"):
        return len(dialled) > 7
    at_home = re.sub(r"^(\+44)?0?", "", dialled)
    return bool(re.fullmatch(r"7([1-57-9]\d{8}|624\d{6})", at_home))


def postcode(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", (text or "").upper())


def house(address: str) -> str:
    """The number or name of the house: the first figures, else the first word."""
    figures = re.search(r"\d+[a-z]?", squash(address))
    return figures[0] if figures else (squash(address).split() or [""])[0]


@dataclass(frozen=True)
class Described:
    """A person as they were described: whole words, for comparing. Nothing is kept of it."""

    first: str = ""
    last: str = ""
    others: tuple[str, ...] = ()
    born: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    nhs: str = ""
    address: str = ""
    postcode: str = ""
    uprn: str = ""
    household: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[tuple[str, str]]:
        """(first, last) as given and as also known; each other name is "First Last" or "Last"."""
        pairs = [(self.first, self.last)]
        for alias in self.others:
            alias_parts = alias.split()
            if len(alias_parts) > 1:
                pairs.append((" ".join(alias_parts[:-1]), alias_parts[-1]))
            elif alias_parts:
                pairs.append((self.first, alias_parts[0]))
        return pairs


def facts_of(person: Described) -> Iterator[tuple[str, str]]:
    """(kind, fact) for everything that a person may be found by."""
    for number in person.phones:
        if telephone := phone(number):
            yield "phone", telephone
    if person.email:
        yield "email", person.email.strip().casefold()
    if figures := re.sub(r"\D", "", person.nhs):
        yield "nhs", figures
    if person.uprn.strip():
        yield "uprn", person.uprn.strip().lstrip("0")
    place = postcode(person.postcode)
    if place and person.address:
        yield "address", address_of(place, person.address)
    for first, last in person.names:
        yield from _name_facts(first, last, person.born, place)


def _name_facts(first: str, last: str, born: str, place: str) -> Iterator[tuple[str, str]]:
    lasts = {sound(run) for run in runs(last)} - {""}
    firsts = ({sound(form) for form in forms_of(first)} | {sound(run) for run in runs(first)}) - {
        ""
    }
    for last_sound in lasts:
        yield from _last_name_facts(last_sound, born, place)
        for first_sound in firsts:
            # In order, so that a name whose parts were swapped is found as well.
            yield "name", " ".join(sorted((last_sound, first_sound)))
    for first_sound in firsts:
        if len(born) == 10:
            yield "first-born", f"{first_sound} {born}"
        if place and not lasts:
            yield "first-place", f"{first_sound} {place}"


def _last_name_facts(last_sound: str, born: str, place: str) -> Iterator[tuple[str, str]]:
    yield "last", last_sound
    if place:
        yield "last-place", f"{last_sound} {place}"
    if born:
        yield "last-born", f"{last_sound} {born}"
        yield "last-year", f"{last_sound} {born[:4]}"


# Facts that many share, so that their numbers are worked out once: names, years, streets.
SHARED = frozenset({"name", "last", "last-year", "first", "last-as", "first-as", "street"})


def digest(kind: str, fact: str) -> int:
    """By which number a fact is found."""
    [(number, _)] = digests([(kind, fact)])
    return number


def digests(facts: Iterable[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """(digest, kind) of facts, in this order."""
    key = settings.FIELD_KEYS[-1]
    for kind, fact in facts:
        yield (_shared_digest if kind in SHARED else _digest)(kind, fact, key), kind


def _digest(kind: str, fact: str, key: str) -> int:
    return int(AS_NUMBER(keyed_bytes(f"{kind}:{fact}", key))[0])


_shared_digest = lru_cache(maxsize=50_000)(_digest)


def address_hash(fact: str) -> str:
    """The hash of an address (see `address_of`) as it stands outside the table of keys."""
    return keyed_bytes(f"address:{fact}")[:16].hex()


def of_hash(long_hash: str) -> int:
    """The number by which is found what such a hash stands for."""
    return int.from_bytes(bytes.fromhex(long_hash[:16]), "big", signed=True)


def address_of(place: str, address: str) -> str:
    """Postcode and house, as they are compared."""
    return f"{postcode(place)} {house(address)}"


def keys_of(person: Described) -> set[tuple[str, int]]:
    """(kind, digest) of everything that a person may be found by."""
    return {(kind, number) for number, kind in digests(facts_of(person))}


# What makes a candidate, strongest first. "last" alone finds half the town: only for searching.
CANDIDATE_KINDS = (
    "nhs",
    "uprn",
    "email",
    "phone",
    "name",
    "first-born",
    "last-born",
    "address",
    "last-place",
    "last-year",
    "first-place",
)


def only(keys: Iterable[tuple[str, int]], kinds: Iterable[str]) -> set[tuple[str, int]]:
    wanted = set(kinds)
    return {(kind, hashed) for kind, hashed in keys if kind in wanted}
