"""What a town's help desk starts with: kinds of help, the privacy notice, words, retention.

A town's settings file may name its own; what it names is added or changed, the rest stays.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from commonweal.office.errors import Refused
from commonweal.places import formerly
from commonweal.services.models import HelpType
from commonweal.services.questions import with_ended

from . import enclosing, forgetting, triage
from .models import Notice, Opening, Retention, TextTemplate
from .opening import NOT_YET

STARTING: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("starting.toml").read_text("utf-8")
)
WEIGHTS: dict[str, int] = {kind["code"]: kind["weight"] for kind in STARTING["kind"]}


def apply(settings: dict[str, Any], *, on: date) -> None:
    """Bring the desk up to date with a town's settings file.

    Raises
    ------
    Refused
        A kind of help or a fund lacks what it needs.
    """
    # A desk that nobody has opened is closed; what a desk manager decided stays.
    Opening.objects.get_or_create(id=1, defaults={"because": NOT_YET})
    _kinds(settings.get("help_types"))
    # A kind that the town has just restricted: its open cases get an owner at once.
    enclosing.find_lost()
    if not Notice.objects.exists():
        Notice.objects.create(version="1", text=STARTING["notice"], in_force_from=on)
    for table in settings.get("privacy_notices", []):
        Notice.objects.get_or_create(
            version=str(table["version"]),
            defaults={"text": table["text"], "in_force_from": table.get("in_force_from", on)},
        )
    _our_texts()
    for table in settings.get("text_templates", []):
        columns = {k: v for k, v in table.items() if k != "code"}
        TextTemplate.objects.update_or_create(code=table["code"], defaults=columns)
    forgetting.start()
    for table in settings.get("retention", []):
        Retention.objects.filter(purpose=table["purpose"]).update(days=int(table["days"]))


def _our_kinds() -> None:
    HelpType.objects.bulk_create(
        HelpType(
            **{"questions": [], **kind},
            order=order,
            first_script=STARTING["first_script"],
            second_script=STARTING["second_script"],
            is_restricted=kind["code"] == "safety",
        )
        for order, kind in enumerate(STARTING["kind"], 1)
    )


def _our_texts() -> None:
    """The texts that the desk has not; what it changed stays."""
    known = set(TextTemplate.objects.values_list("code", flat=True))
    TextTemplate.objects.bulk_create(
        (
            TextTemplate(**text, subject="" if text["by_text"] else "The help desk gets in touch")
            for text in STARTING["text"]
            if text["code"] not in known
        ),
        ignore_conflicts=True,
    )


def _kinds(tables: list[dict[str, Any]] | None) -> None:
    if tables is None:
        if HelpType.objects.exists():
            return
        _our_kinds()
        return
    orders = formerly.orders(HelpType, [table.get("code", "") for table in tables])
    for table in tables:
        for needed in ("code", "name", "words"):
            if not table.get(needed):
                raise Refused(f"[[help_types]] {table.get('code', '?')} lacks {needed}.")
        columns = {k: v for k, v in table.items() if k != "code"}
        columns["weight"] = _weight(table)
        columns["order"] = orders[table["code"]]
        columns |= _questions_of(table)
        HelpType.objects.update_or_create(code=table["code"], defaults=columns)


def _questions_of(table: dict[str, Any]) -> dict[str, Any]:
    """The own questions that the file gives a kind, with those that it leaves out."""
    if "questions" not in table:
        return {}
    kind = HelpType.objects.filter(code=table["code"]).first()
    return {"questions": with_ended(kind.questions if kind else [], table["questions"])}


def _weight(table: dict[str, Any]) -> int:
    """The points of a kind of help. Where the town says none: ours for this code; for a kind that
    is restricted, danger, for it is better to be asked once too often."""
    usual = triage.DANGER if table.get("is_restricted") else 10
    weight = table.get("weight", WEIGHTS.get(table["code"], usual))
    if (
        isinstance(weight, bool)
        or not isinstance(weight, int)
        or not 0 <= weight <= triage.MOST_WEIGHT
    ):
        raise Refused(
            f"[[help_types]] {table['code']}: weight is {weight!r}; write a whole number from 0 to "
            f"{triage.MOST_WEIGHT}."
        )
    return weight
