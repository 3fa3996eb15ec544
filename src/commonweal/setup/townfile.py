"""A town's settings file: name, look, days, areas, themes, menu, tiers, decisions, charter,
pillars, workstreams, metrics, rooms, kinds of help, help lines, funds.

One TOML file. Reading it again brings the town up to date: what it names is added or changed;
what it no longer names stays, since pledges and signatures may rest on it.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actions import Refused
from commonweal.accounts.record import record
from commonweal.cases import starting as helping
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.grants import starting as granting
from commonweal.partners.models import Kind, Partner, Sector, Size
from commonweal.places import rooms
from commonweal.places.actions import switch
from commonweal.places.models import Area, Town
from commonweal.pledges import ledger
from commonweal.pledges.models import Direction, Measure, Pledge
from commonweal.programme import starting
from commonweal.programme.models import Pillar
from commonweal.spend.models import Bands

from . import backups
from .checking import Checked, check
from .lines import Lines

# How text is marked by word processors, which TOML does not take for quotation marks.
CURLY = "“”‘’«»„"
PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def read(path: Path, *, there: Mapping[str, frozenset[str]] | None = None) -> dict[str, Any]:
    """The file's content, checked as a whole.

    Raises
    ------
    Refused
        Something in it is wrong: every fault, each with its line.
    """
    checked = look(path, there=there)
    if checked.faults:
        raise Refused(complaint(path.name, checked))
    return checked.said


def look(path: Path, *, there: Mapping[str, frozenset[str]] | None = None) -> Checked:
    """The file's content, with all that is wrong with it and all that may be.

    Raises
    ------
    Refused
        It is not written in TOML, so that nothing in it can be looked at.
    """
    text = _text_of(path)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{path.name} can't be read: {_in_words(str(error), text)}") from None
    return check(said, Lines(text), there=there)


def complaint(name: str, checked: Checked) -> str:
    """All faults, one a line, under a sentence that says how many."""
    count = len(checked.faults)
    begin = "One thing is" if count == 1 else f"{count} things are"
    faults = "\n".join(f"  {fault}" for fault in checked.faults)
    return f"{begin} wrong in {name}, and nothing was written.\n{faults}"


def codes_there() -> dict[str, frozenset[str]]:
    """The codes that the town has already and that its file may name; none before `init`."""
    if not backups.is_a_town_here():
        return {}
    models = {"themes": Theme, "pillars": Pillar, "partners": Partner}
    return {
        section: frozenset(model._default_manager.values_list("code", flat=True))
        for section, model in models.items()
    }


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused(f"{path.name} is saved as UTF-16 (“Unicode”). Save it as UTF-8.")
    try:
        # Notepad begins UTF-8 with a mark.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Refused(
            f"{path.name}, line {line}: there is a letter that is not UTF-8, so the file is saved "
            "as Latin-1 or Windows-1252 (“ANSI”). Save it as UTF-8."
        ) from None


def _in_words(error: str, text: str) -> str:
    """A parser's complaint, with the line it is about and what is likely meant."""
    place = PLACE.search(error)
    if place is None:
        return error
    number = int(place[1])
    line = text.splitlines()[number - 1] if number <= len(text.splitlines()) else ""
    what = error[: place.start()].strip()
    if any(mark in line for mark in CURLY):
        hint = 'There are curly quotation marks; text stands between straight ones ("…").'
    elif "Invalid value" in what:
        hint = 'Text stands between quotation marks: key = "text".'
    elif "date" in what.lower():
        hint = "There is no such day."
    elif "overwrite" in what.lower() or "twice" in what:
        hint = "The same key or section stands twice."
    else:
        hint = ""
    return f"line {number}: {what}. {hint}\n  {line.strip()[:100]}"


@transaction.atomic
def apply(said: dict[str, Any], *, fictional: bool = False) -> Town:
    """Bring the town up to date with its file."""
    known_town = Town.objects.filter(id=1).first()
    is_new, town = known_town is None, known_town or Town(id=1)
    rules_before = town.rules
    values = {**said["town"], **said.get("look", {}), **said.get("rules", {})}
    known = Town.PUBLIC
    for name, value in values.items():
        if name not in known:
            raise Refused(f"{name} is no setting of a town. There are: {', '.join(sorted(known))}")
        setattr(town, name, value)
    if "helplines" in said:
        town.helplines = said["helplines"]
    town.is_fictional = fictional
    town.full_clean(exclude=["id"], validate_unique=False, validate_constraints=False)
    if is_new:
        town.save(force_insert=True)
    else:
        town.save(update_fields=[*values, "is_fictional"])
    for area in said.get("areas", []):
        code = area.get("code") or slugify(area["name"])
        Area.objects.update_or_create(
            code=code, defaults={k: v for k, v in area.items() if k != "code"}
        )
    for order, theme in enumerate(said.get("themes", []), 1):
        rest = {k: v for k, v in theme.items() if k != "code"}
        Theme.objects.update_or_create(code=theme["code"], defaults={"order": order, **rest})
    for decision in said.get("decisions", []):
        rest = {k: v for k, v in decision.items() if k != "code"}
        Decision.objects.update_or_create(code=decision["code"], defaults=rest)
    for rank, tier in enumerate(said.get("tiers", []), 1):
        rest = {k: v for k, v in tier.items() if k != "code"}
        Tier.objects.update_or_create(code=tier["code"], defaults={"rank": rank, **rest})
    _measures(said.get("measures", []))
    _charter(said.get("charter"))
    _council(said)
    _bands(said.get("spend", {}))
    _rooms(said.get("rooms", {}))
    starting.apply(said, on=timezone.localdate())
    helping.apply(said, on=timezone.localdate())
    granting.apply(said)
    if town.rules != rules_before:
        # Standings are worked out anew with the new days.
        ledger.bring_up_to_date(Pledge.objects.all(), on=timezone.localdate())
    record("town settings read", about=town, by=None, town=town.ons_code)
    return town


def _bands(said: dict[str, str]) -> None:
    """What town, county and region are, for local spend."""
    if not said:
        return
    for name in said:
        if name not in Bands.PUBLIC:
            known = ", ".join(sorted(Bands.PUBLIC))
            raise Refused(f"[spend] {name} is no setting. There are: {known}")
    Bands.objects.update_or_create(id=1, defaults=said)


def _rooms(said: dict[str, bool]) -> None:
    """Which rooms the town uses; what the file does not name stays as it is."""
    for code, on in said.items():
        if code not in rooms.CODES:
            raise Refused(f"[rooms] {code} is no room. There are: {', '.join(rooms.CODES)}")
        if not isinstance(on, bool):
            raise Refused(f"[rooms] {code} must be true or false, not {on!r}")
        if rooms.is_on(code) != on:
            switch(code=code, on=on, by=None)


def _measures(said: list[dict[str, Any]]) -> None:
    themes = {theme.code: theme for theme in Theme.objects.all()}
    for measure in said:
        rest = {k: v for k, v in measure.items() if k not in {"code", "theme"}}
        rest.setdefault("direction", Direction.UP)
        Measure.objects.update_or_create(
            code=measure["code"], defaults={"theme": themes[measure["theme"]], **rest}
        )


def _charter(said: dict[str, Any] | None) -> None:
    if not said:
        return
    decision = Decision.objects.get(code=said["adopted_by"])
    version, made = CharterVersion.objects.get_or_create(
        number=said.get("number", 1),
        defaults={
            "title": said["title"],
            "preamble": said.get("preamble", ""),
            "adopted_by": decision,
            "in_force_from": said.get("in_force_from", decision.decided_on),
        },
    )
    if not made:
        # A version's text is what was adopted; a new text is a new version.
        return
    themes = {theme.code: theme for theme in Theme.objects.all()}
    Clause.objects.bulk_create(
        Clause(version=version, theme=themes[one["theme"]], number=one["number"], text=one["text"])
        for one in said.get("clauses", [])
    )


def _council(said: dict[str, Any]) -> None:
    name = said["town"].get("council_name")
    if name and not Partner.objects.filter(is_council=True).exists():
        Partner.objects.create(
            code=slugify(name)[:60],
            name=name,
            sector=Sector.PUBLIC,
            kind=Kind.COUNCIL,
            size=Size.LARGE,
            is_council=True,
            accepted_on=timezone.localdate(),
        )
