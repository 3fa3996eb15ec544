"""Who is named in words that go out: to everybody, to partners, to volunteers, into a ledger.

Each text that leaves the desk passes `check`. What has the look of a telephone, an e-mail, an
address, an NHS number, a birth date or a reference is caught, and so are the names of people whom
the desk knows, by the keyed hashes of `finding`: no record is opened for it. A name or an address
may be a firm's or a public place's; a person who says so, and whose, lets it out, and that is
kept (`Excused`). Nothing else is let out.

What partners write is judged by its look alone: else they could find out, name by name, whom the
desk knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.places.models import Town

from . import keys, references
from .clues import DATES, EMAIL, years_of
from .finding import POSTCODE, STREETS, full, stems, street_words, streets
from .models import Excused, Resident, ResidentKey

# What a text may hold, in words, by kind; of these a person may say that it is nobody's.
KINDS = {
    "name": "the name of a person",
    "house": "an address",
    "phone": "a telephone number",
    "email": "an e-mail address",
    "postcode": "a postcode",
    "nhs": "an NHS number",
    "born": "a date of birth",
    "reference": "the reference of somebody's record",
}
EXCUSABLE = frozenset({"name", "house"})
# A service gives its own telephone and address; it may be named after anybody.
SERVICE = frozenset({"nhs", "born", "reference"})
# What many read, of the town itself or in a text, may give a helpline's number.
BULK = frozenset({"name", "house", "postcode", "nhs", "born", "reference"})

# Where words go out: each field of ours that others read, and the outlet that its writer passes.
GUARDED: dict[str, str] = {
    "helps.Ask.title": "ask",
    "helps.Ask.words": "ask",
    "helps.Ask.unit": "ask",
    "helps.Task.title": "task",
    "helps.Task.between": "task",
    "helps.Referral.words": "referral",
    "helps.TextTemplate.subject": "bulk",
    "helps.TextTemplate.body": "bulk",
    "helps.Fund.name": "fund",
    "helps.Service.name": "service",
    "helps.Service.description": "service",
    "helps.Service.eligibility": "service",
    "helps.Service.application_process": "service",
    "helps.Service.fees": "service",
    "helps.Service.wait_time": "service",
    "helps.Service.alert": "service",
    "helps.Schedule.words": "service",
    "helps.Organisation.description": "service",
    "helps.Opening.because": "opening",
    "programme.Risk.title": "surge",
    "programme.Risk.description": "surge",
}
# Fields that others read and that need no check, with the reason.
FREE: dict[str, str] = {
    "helps.Notice": "the town's settings file, by whoever installs",
    "helps.HelpType": "the town's settings file, by whoever installs",
    "helps.Retention": "the town's settings file, by whoever installs",
    "helps.Fund.description": "the town's settings file, by whoever installs",
    "helps.Fund.categories": "codes",
    "helps.Fund.approvals": "figures",
    "helps.Fund.code": "a code",
    "helps.Ask.code": "a code",
    "helps.Place": "where a service is to be found is what a directory is for",
    "helps.Schedule.days": "codes of weekdays",
    "helps.Organisation.name": "a body's own name",
    "helps.Organisation.website": "an address",
    "helps.Organisation.source": "a code",
    "helps.Organisation.source_key": "a code",
    "helps.Service.asks_for": "names of our fields",
    "helps.Opening.hours": "days and times of day",
    "helps.Service.url": "an address",
    "helps.Service.email": "a service's own address",
    "helps.Service.phone": "a service's own number",
    "helps.Service.source": "a code",
    "helps.Service.source_key": "a code",
    "helps.Service.more": "a published file's further columns",
}

MOST_SIGNS = 8000
TITLED = re.compile(
    r"\b(?:(?i:mr|mrs|mx)(?:\.\s*|\s+)[^\W\d_][\w'’-]+"
    r"|(?:[Dd]r|Prof|Rev|Ms|MS|Miss|MISS|Sir|Lady|Dame)(?:\.\s*|\s+)[A-Z][\w'’-]+)"
    r"(?:\s+[A-Z][\w'’-]+){0,3}"
)
PHONE = re.compile(r"(?<![\w])(?:\+\s*44|00\s*44|\(?0)(?:[\s().\-/_]*\d){8,11}(?!\d)")
LOOSE_PHONE = re.compile(r"(?<![\w.,£])\d(?:[\s().\-_]*\d){6,12}(?!\d)")
NHS = re.compile(r"(?<!\d)\d{3}[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")
BIRTH = re.compile(r"(?i)\b(?:born|birth|birthday|d\.?o\.?b)\b")
STOP = frozenset(
    re.findall(
        r"\w+", "a an and at by for from in into near of off on or per the to up with hours people"
    )
)
# Y.Webb and yusuf_webb are two words, Anne-Marie and O'Neill one.
WORD = re.compile(r"[^\W\d_](?:(?:[^\W_]|['’`-])*[^\W_])?")


@dataclass(frozen=True)
class Caught:
    """Words in a text that name somebody, or where and how somebody is to be found."""

    words: str
    kind: str

    @property
    def is_excusable(self) -> bool:
        return self.kind in EXCUSABLE


class Named(Refused):
    """A text that goes out names somebody. Its message says which words."""

    def __init__(self, caught: list[Caught]) -> None:
        self.caught = caught
        parts = [f"“{one.words}” looks like {KINDS[one.kind]}" for one in caught[:4]]
        sentence = f"It names somebody, or where they live: {'; '.join(parts)}. Leave that out."
        if all(one.is_excusable for one in caught):
            sentence += " If it is a firm's, a street's or a public place's name, say so below."
        super().__init__(sentence)


def check(
    outlet: str,
    texts: Iterable[str],
    *,
    about: Resident | None = None,
    excuse: str = "",
    code: str = "",
    kinds: frozenset[str] = frozenset(KINDS),
) -> list[Caught]:
    """Refuse words that name somebody; give back those that an excuse lets out, to be kept.

    Parameters
    ----------
    outlet, code
        Where the words go, and in which thing: what was excused there before stays excused.
    about
        Whose need it is: each word of their own name counts as their name.
    excuse
        Whose the name or address is, if it is nobody's; "" when nobody said.
    kinds
        What is looked for.

    Raises
    ------
    Named
        Which words, and what they look like.
    """
    excused = _excused_before(outlet, code)
    caught = [one for text in texts for one in caught_in(text, about=about, kinds=kinds)]
    left = [one for one in dict.fromkeys(caught) if keys.squash(one.words) not in excused]
    if not left:
        return []
    if excuse.strip() and all(one.is_excusable for one in left):
        return left
    raise Named(left)


def keep_excuse(
    outlet: str, code: str, caught: list[Caught], *, because: str, by: Person | None
) -> None:
    """Write down who let which words out, and whose they said that these are."""
    if not caught or by is None:
        return
    made = Excused.objects.create(
        outlet=outlet,
        code=code,
        by=by,
        because=because,
        words="\n".join(one.words for one in caught),
    )
    record("words let out", about=made, by=by, outlet=outlet, code=code, count=len(caught))


def _excused_before(outlet: str, code: str) -> set[str]:
    if not code:
        return set()
    rows = Excused.objects.filter(outlet=outlet, code=code)
    return {keys.squash(line) for row in rows for line in row.words.splitlines()}


def caught_in(
    text: str, *, about: Resident | None = None, kinds: frozenset[str] = frozenset(KINDS)
) -> list[Caught]:
    """Everything in a text that names somebody, in the order of `KINDS`."""
    text = keys.usual_signs(text[:MOST_SIGNS])
    found = list(_by_look(text, kinds))
    if "name" in kinds:
        found += _by_keys(text)
    if about is not None:
        found += _of(about, text)
    found = [one for one in dict.fromkeys(found) if one.kind in kinds]
    return _longest(found)


def _longest(found: list[Caught]) -> list[Caught]:
    """Without what is a part of something longer of the same kind."""
    return [
        one
        for one in found
        if not any(
            one != other and one.kind == other.kind and one.words in other.words for other in found
        )
    ]


# --- By their look ----------------------------------------------------------------------------


def _by_look(text: str, kinds: frozenset[str]) -> Iterator[Caught]:
    ours = _own_numbers() if kinds & {"phone", "email"} else set()
    for match in EMAIL.finditer(text):
        if match[0].strip(".,;").casefold() not in ours:
            yield Caught(match[0], "email")
    for match in NHS.finditer(text):
        if is_nhs_number(match[0]):
            yield Caught(match[0], "nhs")
    for match in PHONE.finditer(text):
        if keys.phone(match[0]) not in ours:
            yield Caught(match[0].strip(), "phone")
    for match in POSTCODE.finditer(text):
        yield Caught(match[0], "postcode")
    for _, street, words in houses(text):
        if street[-1] in STREETS and (len(street) == 2 or _is_titled(words)):
            yield Caught(words, "house")
    for match in TITLED.finditer(text):
        yield Caught(match[0], "name")
    yield from _births(text)
    for span in references.spans(text):
        if span.is_plain and span.typed[0].upper() in "FHGRDX":
            yield Caught(span.typed, "reference")


def _own_numbers() -> set[str]:
    """The town's own telephones and address, which may stand anywhere."""
    town = Town.objects.first()
    if town is None:
        return set()
    numbers = {keys.phone(number) for number in (town.contact_phone, town.help_phone)}
    return {*numbers, town.contact_email.casefold()} - {""}


def is_nhs_number(typed: str) -> bool:
    """Ten figures of which the last is right (modulo 11)."""
    figures = [int(sign) for sign in typed if sign.isdigit()]
    if len(figures) != 10 or len(set(figures)) == 1:
        return False
    left = 11 - sum(figure * (10 - place) for place, figure in enumerate(figures[:9])) % 11
    return left % 11 == figures[9] and left != 10


def houses(text: str) -> Iterator[tuple[str, list[str], str]]:
    """(number, words of the street, as typed) for each number that words follow."""
    for match in re.finditer(r"(?<![\w.,£])\d{1,4}[a-zA-Z]?(?!\w)", text):
        after = list(WORD.finditer(text, match.end()))[:4]
        for many in range(1, len(after) + 1):
            last = after[many - 1]
            between = text[match.end() : last.end()]
            street = street_words(between)
            if re.search(r"[.;:!?\n]\s", between) or STOP & set(street):
                break
            yield match[0].lower(), street, text[match.start() : last.end()]


def _is_titled(words: str) -> bool:
    return all(word[0].isupper() for word in WORD.findall(words))


def _births(text: str) -> Iterator[Caught]:
    today = timezone.localdate()
    for pattern in DATES:
        for match in pattern.finditer(text):
            near = BIRTH.search(text[max(0, match.start() - 25) : match.start()])
            years = years_of(match.groupdict().get("year") or "", today)
            if near and years:
                yield Caught(match[0], "born")


# --- By the keys of who is known --------------------------------------------------------------


def _by_keys(text: str) -> list[Caught]:
    """Names, houses and numbers of people whom the desk knows."""
    asked: dict[tuple[str, str], list[Caught]] = {}

    def ask(kind: str, fact: str, caught: Caught) -> None:
        asked.setdefault((kind, fact), []).append(caught)

    for first, last, words in _pairs(text):
        ask("full", full(first, last), Caught(words, "name"))
    for surname, words in _surnames(text):
        ask("last-as", surname, Caught(words, "name"))
    for number, street, words in houses(text):
        ask("house", f"{number} {' '.join(street)}", Caught(words, "house"))
    for match in LOOSE_PHONE.finditer(text):
        if made := keys.phone(match[0]):
            ask("phone", made, Caught(match[0], "phone"))
    by_digest = {keys.digest(*fact): fact for fact in asked}
    known: set[str] = set()
    digests = list(by_digest)
    for start in range(0, len(digests), 900):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + 900])
        known |= set(rows.values_list("digest", flat=True).distinct())
    ours = _own_numbers()
    return [
        one
        for digest in digests
        if digest in known
        for one in asked[by_digest[digest]]
        if by_digest[digest][1] not in ours
    ]


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """(word as names are compared, where it begins and ends) of each word of a text."""
    found = []
    for match in WORD.finditer(text):
        typed = re.sub(r"['’]s$", "", match[0])
        if word := "".join(keys.parts(typed)):
            found.append((word, match.start(), match.start() + len(typed)))
    return found


def _pairs(text: str) -> Iterator[tuple[str, str, str]]:
    """(first, last, as typed) for each way to take two to four neighbouring words as a name."""
    tokens = _tokens(text)
    for start in range(len(tokens)):
        for end in range(start + 2, min(len(tokens), start + 5) + 1):
            taken = tokens[start:end]
            typed = text[taken[0][1] : taken[-1][2]]
            if re.search(r"[.;:!?\n]\s", typed[2:]):
                break
            words = [word for word, _, _ in taken]
            for cut in range(1, len(words)):
                yield "".join(words[:cut]), "".join(words[cut:]), typed


def _surnames(text: str) -> Iterator[tuple[str, str]]:
    """(surname, as typed) where a word stands as one: Y. Webb, the Webbs, the Webb family."""
    tokens = _tokens(text)
    for (word, start, _), (after, _, end) in pairwise(tokens):
        typed = text[start:end]
        if len(word) == 1 and len(after) > 2 and text[start].isupper():
            yield after, typed
        if after in ("family", "household", "children", "residence"):
            yield word, typed
        if word == "the" and after.endswith("s") and text[end - len(after)].isupper():
            yield after[:-1], typed


# --- By whose need it is ----------------------------------------------------------------------


def _of(resident: Resident, text: str) -> Iterator[Caught]:
    """Each word of their own name; their telephones, e-mail, postcode, house, however written."""
    names = [resident.first_name, resident.last_name, *resident.also_known_as.splitlines()]
    own = {run for name in names for run in keys.runs(name) if len(run) > 2}
    for word, start, end in _tokens(text):
        if word in own:
            yield Caught(text[start:end], "name")
    for match in re.finditer(r"\d(?:[\s().\-/]*\d){5,12}", text):
        figures = re.sub(r"\D", "", match[0])
        if any(re.sub(r"\D", "", phone).endswith(figures[-10:]) for phone in resident.phone_list):
            yield Caught(match[0], "phone")
    squeezed, place = keys.joined(text), keys.joined(resident.postcode)
    if len(place) > 4 and place in squeezed:
        yield Caught(resident.postcode, "postcode")
    if resident.email and resident.email.casefold() in text.casefold():
        yield Caught(resident.email, "email")
    own_houses = {
        f"{n} {stem}" for n, street in streets(resident.address) for stem in stems(street)
    }
    for number, street, words in houses(text):
        if f"{number} {' '.join(street)}" in own_houses:
            yield Caught(words, "house")


# --- What an outlet takes ---------------------------------------------------------------------

# What a kind of words is called among the fields that somebody agrees to share.
SHARED_AS = {
    "phone": "phone",
    "email": "email",
    "house": "address",
    "postcode": "address",
    "born": "born",
}


def check_referral(
    words: str, *, resident: Resident, fields: list[str], excuse: str = ""
) -> list[Caught]:
    """Words to a partner hold nothing of the resident but what is shared with it, and of nobody
    else anything.

    Raises
    ------
    Named
        Something that is not shared stands in them.
    """
    shared = {kind for kind, name in SHARED_AS.items() if name in fields}
    own = set()
    if "first name" in fields:
        own |= set(keys.runs(resident.first_name))
    if "last name" in fields:
        own |= set(keys.runs(resident.last_name)) | set(own)
    left = [
        one
        for one in caught_in(words, about=resident)
        if one.kind not in shared and not _is_own(one, own)
    ]
    if left and not (excuse.strip() and all(one.is_excusable for one in left)):
        raise Named(left)
    return left


def _is_own(one: Caught, own: set[str]) -> bool:
    titles = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "dame"}
    return one.kind == "name" and set(keys.parts(one.words)) - titles <= own


def fit(text: str, instead: str) -> str:
    """A text that the machine makes of a town's own names, or another one where it names somebody:
    an alarm fails by no word."""
    return instead if caught_in(text) else text


def texts_of(values: Mapping[str, object], *names: str) -> list[str]:
    return [str(values.get(name) or "") for name in names]
