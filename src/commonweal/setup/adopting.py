"""The charter's text as somebody pastes it: themes with their clauses, adopted by a decision.

A version's text is what was adopted, so it is never changed; a new text is a new version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from commonweal.accounts.access import held_roles
from commonweal.accounts.lists import Unread
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme
from commonweal.office.errors import Refused
from commonweal.places import formerly
from commonweal.places.models import Town

from . import values

# "3.", "3.1", "3a)" or "(b)" before the words of a clause.
NUMBERED = re.compile(r"\(?(?P<number>\d[\d.]*[a-z]?|[a-z](?=[.)]))[.):]*\s+(?P<words>\S.*)")
# The part of a number that counts on, after what stands before it.
LAST_PART = re.compile(r"(.*?)(\d*)([a-z]?)")
THEME_MOST, NUMBER_MOST = 120, 12


@dataclass(frozen=True)
class Sentence:
    """One clause as it was pasted: the name of its theme, its number, its words; and whether the
    number was counted, as the text gives none."""

    theme: str
    number: str
    words: str
    is_counted: bool = False


def read(text: str) -> list[Sentence]:
    """The clauses of a pasted text. A line that ends with a colon is a theme, each line under it
    a clause; a clause without a number takes the next after the one before it (3.2 after 3.1; the
    first under a theme 4).

    Raises
    ------
    Unread
        A clause stands under no theme, a theme has no clause, a number stands there twice.
    """
    sentences: list[Sentence] = []
    faults: list[str] = []
    theme, empty_theme = "", ""
    for place, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.endswith(":"):
            faults += _fault_of_theme(place, words[:-1].strip(), empty_theme)
            theme = empty_theme = words[:-1].strip()
        elif words and not theme:
            faults.append(f"Line {place}: it stands under no theme. A theme’s line ends with “:”")
        elif words:
            sentences.append(_sentence(theme, words, sentences))
            empty_theme = ""
    faults += [f"“{empty_theme}” has no clause under it"] if empty_theme else []
    faults += _faults_of(sentences)
    if faults or not sentences:
        raise Unread(faults or ["Paste at least one theme with a clause"])
    return sentences


def _fault_of_theme(place: int, name: str, empty_theme: str) -> list[str]:
    faults = [f"“{empty_theme}” has no clause under it"] if empty_theme else []
    if not slugify(name):
        faults.append(f"Line {place}: the name of the theme is missing")
    elif len(name) > THEME_MOST:
        faults.append(f"Line {place}: the name of a theme has {THEME_MOST} letters at most")
    return faults


def _sentence(theme: str, words: str, before: Sequence[Sentence]) -> Sentence:
    numbered = NUMBERED.fullmatch(words)
    if numbered is None:
        number = _next_number(theme, before)
        return Sentence(theme, number, words, is_counted=True)
    return Sentence(theme, numbered["number"].rstrip("."), numbered["words"])


def _next_number(theme: str, before: Sequence[Sentence]) -> str:
    """The number after the last one; under a theme of its own the next of the first rank."""
    if not before:
        return "1"
    last = before[-1]
    rank = re.match(r"\d+", last.number)
    if rank and last.theme != theme:
        return str(int(rank[0]) + 1)
    return _after(last.number)


def _after(number: str) -> str:
    """The number that follows: 3 after 2, 3.2 after 3.1, 3b after 3a; 3z is followed by 3z1."""
    stem, digits, letter = LAST_PART.fullmatch(number).groups()  # type: ignore[union-attr]
    if letter:
        return f"{number}1" if letter == "z" else f"{stem}{digits}{chr(ord(letter) + 1)}"
    return f"{stem}{int(digits) + 1}"


def _faults_of(sentences: Sequence[Sentence]) -> Iterable[str]:
    seen: dict[str, Sentence] = {}
    for sentence in sentences:
        if earlier := seen.get(sentence.number):
            counted = next((one for one in (sentence, earlier) if one.is_counted), None)
            yield (
                f"“{values.short(counted.words)}” has no number, and {sentence.number}, the next, "
                "is another’s. Give it one"
                if counted
                else f"Clause {sentence.number} stands there twice"
            )
        if len(sentence.number) > NUMBER_MOST:
            yield f"The number {values.short(sentence.number)} is longer than {NUMBER_MOST} signs"
        seen[sentence.number] = sentence


@transaction.atomic
def adopt(
    *,
    title: str,
    preamble: str,
    sentences: Sequence[Sentence],
    decision: dict[str, Any],
    in_force_from: date | None,
    ends_earlier: bool,
    by: Person,
) -> CharterVersion:
    """Enter a version of the charter with the decision that adopted it.

    Raises
    ------
    Refused
        It would be in force before it was decided, or an earlier version begins later.
    """
    # Two at once take two numbers.
    Town.objects.select_for_update().get(id=1)
    begins = in_force_from or decision["decided_on"]
    if begins < decision["decided_on"]:
        raise Refused("The text can’t be in force before it was decided.")
    if ends_earlier:
        _end_earlier(begins)
    last = CharterVersion.objects.order_by("number").last()
    version = CharterVersion.objects.create(
        number=last.number + 1 if last else 1,
        title=title,
        preamble=preamble,
        adopted_by=_decided(decision),
        in_force_from=begins,
    )
    themes = themes_called(sentence.theme for sentence in sentences)
    write_clauses(version, [(themes[one.theme], one.number, one.words) for one in sentences])
    record(
        "charter version adopted",
        about=version,
        by=by,
        as_role=role_at_the_desk(by),
        version=version.number,
        decision=version.adopted_by.code,
    )
    return version


def write_clauses(version: CharterVersion, clauses: Iterable[tuple[Theme, str, str]]) -> None:
    """The clauses of a new version: (theme, number, words) of each."""
    Clause.objects.bulk_create(
        Clause(version=version, theme=theme, number=number, text=words)
        for theme, number, words in clauses
    )


def themes_called(names: Iterable[str]) -> dict[str, Theme]:
    """The themes of these names; one that is not there is made, behind the others."""
    known = {theme.name.casefold(): theme for theme in Theme.objects.all()}
    themes: dict[str, Theme] = {}
    for name in names:
        if name.casefold() not in known:
            order = max((theme.order for theme in known.values()), default=0) + 1
            code = free_code(Theme, name)
            known[name.casefold()] = formerly.bring(Theme, code, {"name": name, "order": order})
        themes[name] = known[name.casefold()]
    return themes


def free_code(model: Any, name: str) -> str:
    """What something new is called in addresses: its name, with a number where that is taken."""
    code = slugify(name)[:50] or "new"
    taken = set(model.objects.filter(code__startswith=code).values_list("code", flat=True))
    if code not in taken:
        return code
    return next(f"{code}-{n}" for n in range(2, len(taken) + 3) if f"{code}-{n}" not in taken)


def role_at_the_desk(person: Person) -> str:
    """In which of the two roles that may set up the charter somebody does it."""
    is_manager = Role.CHARTER_MANAGER in held_roles(person)
    return Role.CHARTER_MANAGER if is_manager else Role.ADMINISTRATOR


def _decided(decision: dict[str, Any]) -> Decision:
    """The decision, which may be there already: by its title, who decided, and the day."""
    known = {name: decision[name] for name in ("title", "body", "decided_on")}
    if same := Decision.objects.filter(**known).order_by("id").first():
        typed = {name: words for name, words in decision.items() if words}
        return formerly.bring(Decision, same.code, typed)
    code = free_code(Decision, f"{decision['decided_on']}-{decision['title']}")
    return formerly.bring(Decision, code, decision)


def _end_earlier(begins: date) -> None:
    """The versions before end on the day before the new one begins."""
    open_ones = CharterVersion.objects.filter(in_force_until=None)
    if later := open_ones.filter(in_force_from__gte=begins).first():
        raise Refused(
            f"{later} is in force from {later.in_force_from:%-d %B %Y}, which is not before the "
            "new one. Choose a later day, or let both be in force."
        )
    open_ones.update(in_force_until=begins - timedelta(days=1))
