"""Every section and key that a town's file may hold, with what each one takes.

Most of it is read from the models, so that a field that a town may set is a key of its file, with
the model's own length, choices and limits. docs/guides/town-file.md lists them; a test holds the
page to this table both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from commonweal.cases import forgetting, triage
from commonweal.cases.models import Notice, Retention, TextTemplate
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.grants.methods import METHODS
from commonweal.grants.models import Fund
from commonweal.partners.models import Sector, Size
from commonweal.places import rooms
from commonweal.places.models import Area, Town
from commonweal.pledges.models import Measure
from commonweal.programme import computed
from commonweal.programme.models import Comparator, Metric, Pillar, Series, TargetPoint, Workstream
from commonweal.services.models import HelpType
from commonweal.spend.models import Bands

LOOK = ("brand_colour", "link_colour", "tint_colour")
RULES = (
    "due_soon_days",
    "lapse_days",
    "evidence_dead_days",
    "reply_days",
    "answer_days",
    "cycle_months",
    "evidence_max_mb",
)
NOTICES = (
    "controller",
    "data_protection_officer",
    "privacy_contact",
    "retention_words",
    "help_desk_words",
    "accessibility_status",
    "accessibility_gaps",
    "accessibility_contact",
    "accessibility_checked_on",
)


@dataclass(frozen=True)
class Key:
    """One key: what it takes, whether it must be there, within which limits."""

    name: str
    kind: str
    needed: bool = False
    most: int | None = None
    least: int | None = None
    choices: tuple[str, ...] = ()
    # The section whose codes it names, for a reference.
    of: str = ""
    inner: tuple[Key, ...] = ()
    about: str = ""
    model_field: Any = field(default=None, compare=False)

    @property
    def default(self) -> Any:
        """What a row has that says nothing of it; None where nothing is set."""
        column = self.model_field
        if column is None or not column.has_default() or callable(column.default):
            return None
        return column.default

    def takes(self) -> str:
        """What it takes, in words."""
        if self.kind == "whole" and self.choices:
            return "one of " + ", ".join(self.choices)
        in_words = {
            "text": f"text, at most {self.most} letters" if self.most else "text",
            "label": f"text or a whole number, at most {self.most} letters",
            "code": f"a code of letters a to z, digits, - and _, at most {self.most}",
            "whole": f"a whole number from {self.least} to {self.most}",
            "figure": "a figure",
            "truth": "true or false",
            "day": "a day, as 2026-11-26",
            "colour": "a colour, as #1d5c5c",
            "ons": "an ONS code, as E07000243",
            "choice": "one of " + ", ".join(name or '""' for name in self.choices),
            "reference": f"the code of one of [[{self.of}]]",
            "references": f"a list of codes of [[{self.of}]]",
            "texts": "a list of texts",
            "tables": "a list of {" + ", ".join(key.name for key in self.inner) + "}",
        }
        return in_words[self.kind]


@dataclass(frozen=True)
class Section:
    """One section of the file: its name, whether it stands there several times, its keys."""

    name: str
    several: bool
    keys: tuple[Key, ...]
    # Keys whose value stands once among several tables.
    once: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return f"[[{self.name}]]" if self.several else f"[{self.name}]"

    def key(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)


def _limits(column: Any) -> tuple[int, int]:
    least, most = 0, 2_147_483_647
    if isinstance(column, models.PositiveSmallIntegerField):
        most = 32_767
    # What the field itself says; a database adds its own limits, which differ.
    for validator in column._validators:
        if isinstance(validator, MinValueValidator):
            least = max(least, validator.limit_value)
        if isinstance(validator, MaxValueValidator):
            most = min(most, validator.limit_value)
    return least, most


def _key(model: type[models.Model], name: str, *, needed: bool = False, **limits: Any) -> Key:
    """A key that is a column of a model, with the model's own limits."""
    column: Any = model._meta.get_field(name)
    key = Key(name, "text", needed, about=str(column.help_text), model_field=column)
    if isinstance(column, models.SlugField):
        key = replace(key, kind="code", most=column.max_length)
    elif column.choices:
        key = replace(
            key, kind="choice", choices=tuple(str(choice) for choice, _ in column.choices)
        )
    elif isinstance(column, models.CharField):
        key = replace(key, most=column.max_length)
    elif isinstance(column, models.BooleanField):
        key = replace(key, kind="truth")
    elif isinstance(column, models.DateField):
        key = replace(key, kind="day")
    elif isinstance(column, models.DecimalField):
        key = replace(key, kind="figure")
    elif isinstance(column, models.IntegerField):
        least, most = _limits(column)
        key = replace(key, kind="whole", least=least, most=most)
    return replace(key, **limits)


def _columns(model: type[models.Model], names: str, needed: str = "") -> tuple[Key, ...]:
    must = needed.split()
    return tuple(_key(model, name, needed=name in must) for name in names.split())


@cache
def sections() -> dict[str, Section]:
    """All sections, in the order in which the page about them lists them."""
    every = (*_of_the_town(), *_of_the_charter(), *_of_the_programme(), *_of_help())
    return {section.name: section for section in every}


def _of_the_town() -> tuple[Section, ...]:
    # What is only in its own section, or not set by a file.
    elsewhere = {"helplines", "is_fictional", "ons_code", "logo_digest", *LOOK, *RULES}
    elsewhere |= {*Town.PRIVATE, *NOTICES}
    names = [c.name for c in Town._meta.concrete_fields if c.name not in elsewhere]
    ons = _key(Town, "ons_code", kind="ons", about="The town's own code; a district's as a rule.")
    look = tuple(_key(Town, name, kind="colour") for name in LOOK)
    kinds = tuple(Key(kind.code, "truth", about=kind.words) for kind in rooms.SWITCHABLE)
    bands = tuple(
        replace(key, kind="ons") if not key.name.endswith("_name") else key
        for key in _columns(Bands, "district county county_name region region_name")
    )
    return (
        Section("town", False, (*_columns(Town, " ".join(names), "name"), ons)),
        Section("look", False, look),
        Section("rules", False, _columns(Town, " ".join(RULES))),
        Section("notices", False, _columns(Town, " ".join(NOTICES))),
        Section("rooms", False, kinds),
        Section(
            "areas",
            True,
            (
                *_columns(Area, "name", "name"),
                _key(Area, "code", about="If it is not there, it is made from the name."),
                _key(Area, "ons_code", kind="ons"),
                _key(Area, "boundaries_year", least=1900, most=2100),
            ),
            once=("code", "ons_code"),
        ),
        Section("spend", False, bands),
    )


def _of_the_charter() -> tuple[Section, ...]:
    either = ("",)
    examples = (
        Key("sector", "choice", choices=(*either, *Sector.values)),
        Key("size", "choice", choices=(*either, *Size.values)),
        Key("text", "text", needed=True),
    )
    theme = Key("theme", "reference", needed=True, of="themes")
    clauses = (
        theme,
        _key(Clause, "number", needed=True, kind="label"),
        *_columns(Clause, "text", "text"),
    )
    return (
        Section("themes", True, _columns(Theme, "code name description", "code name"), ("code",)),
        Section(
            "decisions",
            True,
            _columns(
                Decision,
                "code title body decided_on text minute source_url",
                "code title body decided_on",
            ),
            ("code",),
        ),
        Section(
            "charter",
            False,
            (
                *_columns(CharterVersion, "number title preamble in_force_from", "title"),
                Key("adopted_by", "reference", needed=True, of="decisions"),
                Key("clauses", "tables", inner=clauses),
            ),
        ),
        Section(
            "measures",
            True,
            (
                *_columns(Measure, "code name", "code name"),
                theme,
                *_columns(Measure, "kind unit direction how evidence_hint on_menu", "kind unit"),
                Key("examples", "tables", inner=examples, about="Sentences to start from."),
            ),
            ("code",),
        ),
        Section(
            "tiers",
            True,
            _columns(
                Tier,
                "code name criteria review_months pledges_least verified_least themes_least "
                "late_most",
                "code name",
            ),
            ("code",),
        ),
    )


def _of_the_programme() -> tuple[Section, ...]:
    targets = _columns(TargetPoint, "on value", "on value")
    comparators = _columns(
        Comparator,
        "place starts_on ends_on value source published_on",
        "place starts_on ends_on source",
    )
    return (
        Section("pillars", True, _columns(Pillar, "code name description", "code name"), ("code",)),
        Section(
            "workstreams",
            True,
            (
                *_columns(Workstream, "code name", "code name"),
                *_columns(Workstream, "description lead_title source"),
            ),
            ("code",),
        ),
        Section(
            "programme",
            False,
            (
                Key(
                    "starting_metrics",
                    "truth",
                    about="Whether the metrics that need no typing come by themselves.",
                ),
            ),
        ),
        Section(
            "metrics",
            True,
            (
                *_columns(Metric, "code name", "code name"),
                *_columns(Metric, "question"),
                _key(Metric, "kind", needed=True),
                *_columns(Series, "unit definition", "unit definition"),
                *_columns(Metric, "direction method source source_url"),
                Key(
                    "computed",
                    "choice",
                    choices=tuple(sorted(computed.REGISTERED)),
                    about="The function that works it out; then it knows name, kind, unit and "
                    "definition by itself.",
                ),
                _key(Metric, "every_months", choices=("1", "3", "6", "12")),
                *_columns(Metric, "release_days owner_title"),
                Key("theme", "reference", of="themes"),
                Key("partner", "reference", of="partners"),
                Key("pillars", "references", of="pillars"),
                *_columns(Series, "starts_on baseline baseline_on"),
                Key("targets", "tables", inner=targets),
                Key("comparators", "tables", inner=comparators),
            ),
            ("code",),
        ),
    )


def _of_help() -> tuple[Section, ...]:
    purposes = tuple(purpose for purpose, *_ in forgetting.STARTING)
    return (
        _helplines(),
        _help_types(),
        Section(
            "privacy_notices",
            True,
            (
                _key(Notice, "version", needed=True, kind="label"),
                *_columns(Notice, "text in_force_from", "text"),
            ),
            ("version",),
        ),
        Section(
            "text_templates",
            True,
            _columns(TextTemplate, "code name by_text subject body", "code name body"),
            ("code",),
        ),
        Section(
            "retention",
            True,
            (
                _key(Retention, "purpose", needed=True, kind="choice", choices=purposes),
                _key(Retention, "days", needed=True, most=forgetting.DAYS_MOST),
            ),
            ("purpose",),
        ),
        _funds(),
    )


def _helplines() -> Section:
    keys = (
        Key("name", "text", needed=True, most=120),
        Key("number", "text", needed=True, most=40),
        Key("words", "text", most=300),
    )
    return Section("helplines", True, keys)


def _help_types() -> Section:
    questions = (
        Key("code", "code", needed=True, most=40),
        Key("label", "text", needed=True),
        Key("kind", "choice", choices=("text", "number", "yes_no", "choice")),
        Key("choices", "texts"),
        Key("ended", "truth", about="It is asked no more; what was answered keeps its words."),
    )
    needed = "code name words"
    keys = (
        *_columns(HelpType, f"{needed} hours_promised second_call_days", needed),
        _key(HelpType, "weight", most=triage.MOST_WEIGHT),
        *_columns(HelpType, "is_restricted is_public is_active first_script second_script"),
        Key("questions", "tables", inner=questions),
    )
    return Section("help_types", True, keys, ("code",))


def _funds() -> Section:
    approvals = (
        Key("up_to", "figure", needed=True),
        Key("approvals", "whole", needed=True, least=1, most=9),
    )
    columns = "code name description budget starts_on ends_on carries_over window_days most"
    keys = (
        *_columns(Fund, columns, "code name budget starts_on ends_on"),
        Key("categories", "texts", about="Codes; empty: all."),
        Key("methods", "texts", about=f"Of {', '.join(METHODS)}; left out: transfer."),
        Key("approvals", "tables", inner=approvals),
        *_columns(Fund, "ask_review_days review_days"),
    )
    return Section("funds", True, keys, ("code",))
