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

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Town

from . import keys, looks, name_words, references
from .finding import full, stems, streets
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
    "asks.Ask.title": "ask",
    "asks.Ask.words": "ask",
    "asks.Ask.unit": "ask",
    "volunteers.Task.title": "task",
    "volunteers.Task.between": "task",
    "cases.Referral.words": "referral",
    "cases.TextTemplate.subject": "bulk",
    "cases.TextTemplate.body": "bulk",
    "grants.Fund.name": "fund",
    "services.Service.name": "service",
    "services.Service.description": "service",
    "services.Service.eligibility": "service",
    "services.Service.application_process": "service",
    "services.Service.fees": "service",
    "services.Service.wait_time": "service",
    "services.Service.alert": "service",
    "services.Schedule.words": "service",
    "services.Organisation.description": "service",
    "cases.Opening.because": "opening",
    "programme.Risk.title": "surge",
    "programme.Risk.description": "surge",
}
# Fields that others read and that need no check, with the reason.
FREE: dict[str, str] = {
    "cases.Notice": "the town's settings file, by whoever installs",
    "services.HelpType": "the town's settings file, by whoever installs",
    "cases.Retention": "the town's settings file, by whoever installs",
    "grants.Fund.description": "the town's settings file, by whoever installs",
    "grants.Fund.categories": "codes",
    "grants.Fund.approvals": "figures",
    "grants.Fund.code": "a code",
    "asks.Ask.code": "a code",
    "services.Place": "where a service is to be found is what a directory is for",
    "services.Schedule.days": "codes of weekdays",
    "services.Schedule.freq": "a code",
    "services.Schedule.month_days": "figures",
    "services.Schedule.months": "figures",
    "services.Organisation.name": "a body's own name",
    "services.Organisation.website": "an address",
    "services.Organisation.source": "a code",
    "services.Organisation.source_key": "a code",
    "services.Service.asks_for": "names of our fields",
    "cases.Opening.hours": "days and times of day",
    "services.Service.url": "an address",
    "services.Service.email": "a service's own address",
    "services.Service.phone": "a service's own number",
    "services.Service.source": "a code",
    "services.Service.source_key": "a code",
    "services.Service.more": "a published file's further columns",
}

MOST_SIGNS = 8000


@dataclass(frozen=True)
class Caught:
    """Words in a text that name somebody, or where and how somebody is to be found."""

    typed: str
    kind: str

    @property
    def is_excusable(self) -> bool:
        return self.kind in EXCUSABLE


class Named(Refused):
    """A text that goes out names somebody. Its message says which words."""

    def __init__(self, caught: list[Caught]) -> None:
        self.caught = caught
        parts = [f"“{catch.typed}” looks like {KINDS[catch.kind]}" for catch in caught[:4]]
        sentence = f"It names somebody, or where they live: {'; '.join(parts)}. Leave that out."
        if all(catch.is_excusable for catch in caught):
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
    caught = [catch for text in texts for catch in caught_in(text, about=about, kinds=kinds)]
    left = [catch for catch in dict.fromkeys(caught) if keys.squash(catch.typed) not in excused]
    if not left:
        return []
    if excuse.strip() and all(catch.is_excusable for catch in left):
        return left
    raise Named(left)


def keep_excuse(
    outlet: str, code: str, caught: list[Caught], *, because: str, by: Person | None
) -> None:
    """Write down who let which words out, and whose they said that these are."""
    if not caught or by is None:
        return
    excused = Excused.objects.create(
        outlet=outlet,
        code=code,
        by=by,
        because=because,
        words="\n".join(catch.typed for catch in caught),
    )
    record("words let out", about=excused, by=by, outlet=outlet, code=code, count=len(caught))


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
    catches = list(_by_look(text, kinds))
    if "name" in kinds:
        catches += _by_keys(text)
    if about is not None:
        catches += _of(about, text)
    catches = [catch for catch in dict.fromkeys(catches) if catch.kind in kinds]
    return _longest(catches)


def _longest(catches: list[Caught]) -> list[Caught]:
    """Without what is a part of something longer of the same kind."""
    return [
        catch
        for catch in catches
        if not any(
            catch != longer and catch.kind == longer.kind and catch.typed in longer.typed
            for longer in catches
        )
    ]


# --- By their look ----------------------------------------------------------------------------


def _by_look(text: str, kinds: frozenset[str]) -> Iterator[Caught]:
    ours = _own_numbers() if kinds & {"phone", "email"} else set()
    for address, typed, is_sure in looks.mail_addresses(text):
        if is_sure and address not in ours:
            yield Caught(typed, "email")
    for typed in looks.nhs_numbers(text):
        yield Caught(typed, "nhs")
    for number, typed in looks.telephones(text):
        if number not in ours:
            yield Caught(typed, "phone")
    for match in looks.POSTCODE.finditer(text):
        yield Caught(match[0], "postcode")
    for house in looks.houses(text):
        if house.looks_like_one:
            yield Caught(house.typed, "house")
    for match in looks.TITLED.finditer(text):
        yield Caught(match[0], "name")
    for typed in looks.births(text):
        yield Caught(typed, "born")
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


# --- By the keys of who is known --------------------------------------------------------------


def _by_keys(text: str) -> list[Caught]:
    """Names, houses and numbers of people whom the desk knows."""
    by_fact: dict[tuple[str, str], list[Caught]] = {}

    def ask(kind: str, fact: str, caught: Caught) -> None:
        by_fact.setdefault((kind, fact), []).append(caught)

    for pair in name_words.pairs(text):
        ask("full", full(pair.first, pair.last), Caught(pair.typed, "name"))
    for surname, typed in name_words.surnames(text):
        ask("last-as", surname, Caught(typed, "name"))
    for house in looks.houses(text):
        ask("house", house.fact, Caught(house.typed, "house"))
    for address, typed, _ in looks.mail_addresses(text):
        ask("email", address, Caught(typed, "email"))
    for number, typed in looks.loose_telephones(text):
        ask("phone", number, Caught(typed, "phone"))
    by_digest = {keys.digest(*fact): fact for fact in by_fact}
    known: set[str] = set()
    digests = list(by_digest)
    for start in range(0, len(digests), 900):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + 900])
        known |= set(rows.values_list("digest", flat=True).distinct())
    ours = _own_numbers()
    return [
        catch
        for digest in digests
        if digest in known
        for catch in by_fact[by_digest[digest]]
        if by_digest[digest][1] not in ours
    ]


# --- By whose need it is ----------------------------------------------------------------------


def _of(resident: Resident, text: str) -> Iterator[Caught]:
    """Each word of their own name; their telephones, e-mail, postcode, house, however written."""
    names = [resident.first_name, resident.last_name, *resident.also_known_as.splitlines()]
    name_runs = {run for name in names for run in keys.runs(name) if len(run) > 2}
    text_words = name_words.tokens(text)
    for start in range(len(text_words)):
        for end in range(start + 1, min(len(text_words), start + 4) + 1):
            if "".join(word.plain for word in text_words[start:end]) in name_runs:
                yield Caught(text[text_words[start].start : text_words[end - 1].end], "name")
    figures = looks.in_figures(text)
    for match in re.finditer(r"\d(?:[\s().\-/]*\d){5,12}", figures):
        number = re.sub(r"\D", "", match[0])
        if any(re.sub(r"\D", "", phone).endswith(number[-10:]) for phone in resident.phone_list):
            yield Caught(text[match.start() : match.end()], "phone")
    squeezed, place = keys.joined(text), keys.joined(resident.postcode)
    if len(place) > 4 and place in squeezed:
        yield Caught(resident.postcode, "postcode")
    if resident.email and resident.email.casefold() in text.casefold():
        yield Caught(resident.email, "email")
    own_houses = {
        f"{n} {stem}" for n, street in streets(resident.address) for stem in stems(street)
    }
    for house in looks.houses(text):
        if house.fact in own_houses:
            yield Caught(house.typed, "house")


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
    text: str, *, resident: Resident, fields: list[str], excuse: str = ""
) -> list[Caught]:
    """Words to a partner hold nothing of the resident but what is shared with it, and of nobody
    else anything.

    Raises
    ------
    Named
        Something that is not shared stands in them.
    """
    shared = {kind for kind, name in SHARED_AS.items() if name in fields}
    shared_names = set()
    if "first name" in fields:
        shared_names |= set(keys.runs(resident.first_name))
    if "last name" in fields:
        shared_names |= set(keys.runs(resident.last_name)) | set(shared_names)
    left = [
        catch
        for catch in caught_in(text, about=resident)
        if catch.kind not in shared and not _is_own(catch, shared_names)
    ]
    if left and not (excuse.strip() and all(catch.is_excusable for catch in left)):
        raise Named(left)
    return left


def _is_own(catch: Caught, shared_names: set[str]) -> bool:
    titles = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "dame"}
    return catch.kind == "name" and set(keys.parts(catch.typed)) - titles <= shared_names


def fit(text: str, instead: str) -> str:
    """A text that the machine makes of a town's own names, or another one where it names somebody:
    an alarm fails by no word."""
    return instead if caught_in(text) else text


def texts_of(values: Mapping[str, object], *names: str) -> list[str]:
    return [str(values.get(name) or "") for name in names]
