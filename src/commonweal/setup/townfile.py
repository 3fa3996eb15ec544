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

from commonweal.accounts.record import record
from commonweal.cases import starting as helping
from commonweal.charter.models import CharterVersion, Decision, Theme, Tier
from commonweal.grants import starting as granting
from commonweal.office.errors import Refused
from commonweal.partners.models import Kind, Partner, Sector, Size
from commonweal.places import formerly, notices, rooms
from commonweal.places.actions import switch
from commonweal.places.models import Area, Town
from commonweal.pledges import menu, recounting
from commonweal.pledges.models import Direction
from commonweal.programme import starting
from commonweal.programme.models import Pillar
from commonweal.spend.models import Bands

from . import adopting, values
from .backups.presence import is_a_town_here
from .checking import Checked, check
from .lines import Lines, lines_of

# How text is marked by word processors, which TOML does not take for quotation marks.
CURLY = "“”‘’«»„"
PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def read(path: Path, *, known_codes: Mapping[str, frozenset[str]] | None = None) -> dict[str, Any]:
    """The file's content, checked as a whole.

    Raises
    ------
    Refused
        Something in it is wrong: every fault, each with its line.
    """
    checked = look(path, known_codes=known_codes)
    if checked.faults:
        raise Refused(complaint(path.name, checked))
    return checked.content


def look(path: Path, *, known_codes: Mapping[str, frozenset[str]] | None = None) -> Checked:
    """The file's content, with all that is wrong with it and all that may be.

    Raises
    ------
    Refused
        It is not written in TOML, so that nothing in it can be looked at.
    """
    text = _text_of(path)
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise Refused(
            f"{path.name} can't be read: lists or tables stand within each other too deeply."
        ) from None
    except ValueError as error:
        # A number with too many digits too, which is no fault of TOML's.
        raise Refused(f"{path.name} can't be read: {_in_words(str(error), text)}") from None
    return check(content, Lines(text), known_codes=known_codes)


def complaint(name: str, checked: Checked) -> str:
    """All faults, one a line, under a sentence that says how many."""
    count = len(checked.faults)
    begin = "One thing is" if count == 1 else f"{count} things are"
    faults = "\n".join(f"  {fault}" for fault in checked.faults)
    return f"{begin} wrong in {name}, and nothing was written.\n{faults}"


def codes_there() -> dict[str, frozenset[str]]:
    """The codes that the town has already and that its file may name; none before `init`."""
    if not is_a_town_here():
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
        return "there is a number with thousands of digits." if "digits" in error else error
    number = int(place[1])
    lines = lines_of(text)
    line = lines[number - 1] if number <= len(lines) else ""
    problem = error[: place.start()].strip()
    if any(mark in line for mark in CURLY):
        hint = 'There are curly quotation marks; text stands between straight ones ("…").'
    elif "Invalid value" in problem:
        hint = 'Text stands between quotation marks: key = "text".'
    elif "date" in problem.lower():
        hint = "There is no such day."
    elif "overwrite" in problem.lower() or "twice" in problem:
        hint = "The same key or section stands twice."
    else:
        hint = ""
    return f"line {number}: {problem}. {hint}\n  {line.strip()[:100]}"


@transaction.atomic
def apply(content: dict[str, Any], *, fictional: bool = False) -> Town:
    """Bring the town up to date with its file."""
    town = bring(content, fictional=fictional)
    recounting.recount(on=timezone.localdate())
    record("town settings read", about=town, by=None, town=town.ons_code)
    return town


@transaction.atomic
def bring(content: dict[str, Any], *, fictional: bool = False) -> Town:
    """Set what a file or a page says. What it does not name stays. New days of the rules are in
    force as soon as all is counted by them (`recounting`)."""
    known_town = Town.objects.filter(id=1).first()
    town = known_town or Town(id=1)
    in_force = town.rules
    _settings(town, content, is_new=known_town is None, fictional=fictional)
    _areas(content.get("areas", []))
    _themes(content.get("themes", []))
    _decisions(content.get("decisions", []))
    _tiers(content.get("tiers", []))
    _measures(content.get("measures", []))
    _charter(content.get("charter"))
    enter_council(content["town"].get("council_name", ""))
    _bands(content.get("spend", {}))
    _rooms(content.get("rooms", {}))
    starting.apply(content, on=timezone.localdate())
    helping.apply(content, on=timezone.localdate())
    granting.apply(content)
    recounting.hold(town, in_force)
    return town


def _settings(town: Town, content: dict[str, Any], *, is_new: bool, fictional: bool) -> None:
    """The town's own row: its name, its look and its days."""
    settings = dict(content["town"])
    for section in ("look", "rules", "notices"):
        settings |= content.get(section, {})
    _refuse_unknown(settings)
    if is_new or fictional:
        # A file read into a demonstration makes no town of it.
        settings["is_fictional"] = fictional
    closed = rooms.off()
    gaps = notices.gaps(town, closed)
    if not is_new:
        formerly.keep(town, settings)
    for name, setting in settings.items():
        setattr(town, name, setting)
    if "helplines" in content:
        town.helplines = content["helplines"]
    town.full_clean(exclude=["id"], validate_unique=False, validate_constraints=False)
    if not is_new:
        notices.refuse_to_lose(town, gaps, closed)
    if is_new:
        town.save(force_insert=True)
    else:
        town.save(update_fields=list(settings))


def _refuse_unknown(settings: Mapping[str, Any]) -> None:
    for name in settings:
        if name not in Town.PUBLIC:
            known = ", ".join(sorted(Town.PUBLIC))
            raise Refused(f"{name} is no setting of a town. There are: {known}")


def _but_the_code(table: dict[str, Any]) -> dict[str, Any]:
    return {name: setting for name, setting in table.items() if name != "code"}


def _areas(areas: list[dict[str, Any]]) -> None:
    for area in areas:
        code = area.get("code") or slugify(area["name"])
        Area.objects.update_or_create(code=code, defaults=_but_the_code(area))


def _themes(themes: list[dict[str, Any]]) -> None:
    orders = formerly.orders(Theme, [theme["code"] for theme in themes])
    for theme in themes:
        columns = {"order": orders[theme["code"]], **_but_the_code(theme)}
        formerly.bring(Theme, theme["code"], columns)


def _decisions(decisions: list[dict[str, Any]]) -> None:
    for decision in decisions:
        formerly.bring(Decision, decision["code"], _but_the_code(decision))


def _tiers(tiers: list[dict[str, Any]]) -> None:
    ranks = formerly.orders(Tier, [tier["code"] for tier in tiers], column="rank")
    # From the last, since no two hold one rank at any moment.
    for tier in reversed(tiers):
        formerly.bring(Tier, tier["code"], {"rank": ranks[tier["code"]], **_but_the_code(tier)})


def _bands(settings: dict[str, str]) -> None:
    """What town, county and region are, for local spend."""
    if not settings:
        return
    for name in settings:
        if name not in Bands.PUBLIC:
            known = ", ".join(sorted(Bands.PUBLIC))
            raise Refused(f"[spend] {name} is no setting. There are: {known}")
    Bands.objects.update_or_create(id=1, defaults=settings)


def _rooms(switches: dict[str, bool]) -> None:
    """Which rooms the town uses; what the file does not name stays as it is."""
    for code, on in switches.items():
        if code not in rooms.CODES:
            raise Refused(f"[rooms] {code} is no room. There are: {', '.join(rooms.CODES)}")
        if not isinstance(on, bool):
            raise Refused(f"[rooms] {code} must be true or false, not {on!r}")
        if rooms.is_on(code) != on:
            switch(code=code, on=on, by=None)


def _measures(measures: list[dict[str, Any]]) -> None:
    themes = {theme.code: theme for theme in Theme.objects.all()}
    for measure in measures:
        columns = {k: v for k, v in measure.items() if k not in {"code", "theme"}}
        columns.setdefault("direction", Direction.UP)
        menu.bring(measure["code"], {"theme": themes[measure["theme"]], **columns})


def _charter(charter: dict[str, Any] | None) -> None:
    if not charter:
        return
    decision = Decision.objects.get(code=charter["adopted_by"])
    version, is_new = CharterVersion.objects.get_or_create(
        number=charter.get("number", 1),
        defaults={
            "title": charter["title"],
            "preamble": charter.get("preamble", ""),
            "adopted_by": decision,
            "in_force_from": charter.get("in_force_from", decision.decided_on),
        },
    )
    if not is_new:
        # A version's text is what was adopted; a new text is a new version.
        return
    themes = {theme.code: theme for theme in Theme.objects.all()}
    clauses = charter.get("clauses", [])
    adopting.write_clauses(
        version,
        [(themes[clause["theme"]], clause["number"], clause["text"]) for clause in clauses],
    )


def enter_council(name: str) -> None:
    """Make the council the first partner, where its name is known and it is none yet."""
    name = name.strip()
    if name and not Partner.objects.filter(is_council=True).exists():
        Partner.objects.create(
            code=values.council_code(name),
            name=name,
            sector=Sector.PUBLIC,
            kind=Kind.COUNCIL,
            size=Size.LARGE,
            is_council=True,
            accepted_on=timezone.localdate(),
        )
