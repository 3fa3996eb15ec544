"""Who is named in words that go out: to everybody, to partners, to volunteers, into a ledger.

Each text that leaves the desk passes `check`, by what `catching` finds in it. A name or an address
may be a firm's or a public place's; a person who says so, and whose, lets it out, and that is
kept (`Excused`). Nothing else is let out.

What partners write is judged by its look alone: else they could find out, name by name, whom the
desk knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import keys
from .catching import KINDS, Caught, caught_in
from .models import Excused, Resident

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
    "grants.Fund.methods": "codes",
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
    shared_names = _shared_names(resident, fields)
    left = [
        catch
        for catch in caught_in(text, about=resident)
        if catch.kind not in shared and not _is_own(catch, shared_names)
    ]
    if left and not (excuse.strip() and all(catch.is_excusable for catch in left)):
        raise Named(left)
    return left


def _shared_names(resident: Resident, fields: list[str]) -> set[str]:
    """The words of their own name that may stand there."""
    names = (("first name", resident.first_name), ("last name", resident.last_name))
    return {run for field, name in names if field in fields for run in keys.runs(name)}


def _is_own(catch: Caught, shared_names: set[str]) -> bool:
    titles = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "dame"}
    return catch.kind == "name" and set(keys.parts(catch.typed)) - titles <= shared_names


def fit(text: str, instead: str) -> str:
    """A text that the machine makes of a town's own names, or another one where it names somebody:
    an alarm fails by no word."""
    return instead if caught_in(text) else text


def texts_of(values: Mapping[str, object], *names: str) -> list[str]:
    return [str(values.get(name) or "") for name in names]
