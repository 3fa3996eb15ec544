"""A town's settings file: name, look, days, areas, themes, menu, tiers, decisions, charter,
pillars, workstreams, metrics, rooms, kinds of help, help lines, funds.

One TOML file. Reading it again brings the town up to date: what it names is added or changed;
what it no longer names stays, since pledges and signatures may rest on it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actions import Refused
from commonweal.accounts.record import record
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.helps import starting as helping
from commonweal.partners.models import Kind, Partner, Sector, Size
from commonweal.places import rooms
from commonweal.places.actions import switch
from commonweal.places.models import Area, Town
from commonweal.pledges import ledger
from commonweal.pledges.models import Direction, Measure, MeasureKind, Pledge
from commonweal.programme import starting
from commonweal.spend.models import Bands

COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def read(path: Path) -> dict[str, Any]:
    """The file's content, checked.

    Raises
    ------
    Refused
        It is no TOML, lacks the town's name, or has colours that people can't read.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path.name} can't be read: {error}") from None
    if not said.get("town", {}).get("name"):
        raise Refused(f'{path.name} lacks the name of the town: [town] name = "…"')
    _check_look(said.get("look", {}))
    _check_codes(said)
    _check_helplines(said.get("helplines", []))
    return said


def _check_look(look: dict[str, str]) -> None:
    for name, colour in look.items():
        if not COLOUR.match(str(colour)):
            raise Refused(f"[look] {name} must be a colour like #1d5c5c, not {colour!r}")
    for name, behind, what in (
        ("brand_colour", "#ffffff", "white letters on the brand colour"),
        ("link_colour", "#ffffff", "links on white"),
        ("link_colour", look.get("tint_colour", "#eef5f2"), "links on the tint"),
    ):
        if name in look and contrast(look[name], behind) < 4.5:
            raise Refused(
                f"[look] {name} {look[name]}: {what} would be too faint to read (contrast below "
                "4.5 to 1). Choose a darker colour."
            )


def _check_helplines(lines: list[dict[str, str]]) -> None:
    for line in lines:
        for needed in ("name", "number"):
            if not str(line.get(needed) or "").strip():
                raise Refused(f"[[helplines]] {line.get('name', '?')} lacks its {needed}.")
        if unknown := set(line) - {"name", "number", "words"}:
            raise Refused(f"[[helplines]] {min(unknown)} is no setting: name, number, words are.")


def _check_codes(said: dict[str, Any]) -> None:
    themes = {theme["code"] for theme in said.get("themes", [])}
    decisions = {decision["code"] for decision in said.get("decisions", [])}
    for measure in said.get("measures", []):
        if measure.get("theme") not in themes:
            raise Refused(f"measure {measure.get('code')!r} names a theme that is not in the file")
        if measure.get("kind") not in MeasureKind.values:
            raise Refused(
                f"measure {measure.get('code')!r}: kind must be one of "
                + ", ".join(MeasureKind.values)
            )
    charter = said.get("charter")
    if charter and charter.get("adopted_by") not in decisions:
        raise Refused("[charter] adopted_by names a decision that is not in the file")


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
