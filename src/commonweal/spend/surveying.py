"""The respend survey: what suppliers in the town spend there again, each on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Avg
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import files, reads
from .models import Answer, Survey

MOST = 500
# Below this nothing is said of what was answered, nor used.
SMALL = 5


@transaction.atomic
def open_survey(*, title: str, closes_on: date, by: Person, role: str) -> Survey:
    """Make a page for each supplier in the town that may be named, those paid most first.

    Raises
    ------
    Refused
        The day is past, or no supplier in the town is known.
    """
    if closes_on <= timezone.localdate():
        raise Refused("Choose a day in the future, so that suppliers can answer.")
    prepared = reads.current()
    suppliers = (
        files.ask(
            prepared.version,
            """select supplier, name from suppliers
            where route = 'published' and office = 'town' and name is not null and amount > 0
            order by amount desc, supplier limit ?""",
            MOST,
        )
        if prepared
        else []
    )
    if not suppliers:
        raise Refused("No supplier in the town is known yet: take payments first.")
    survey = Survey.objects.create(title=title, closes_on=closes_on, opened_by=by)
    Answer.objects.bulk_create(
        [
            Answer(survey=survey, supplier=supplier["supplier"], name=supplier["name"])
            for supplier in suppliers
        ],
        batch_size=200,
    )
    record("survey opened", about=survey, by=by, as_role=role, pages=len(suppliers))
    return survey


def page_of(token: str) -> Answer:
    """A supplier's page, by the secret part of its address."""
    page = Answer.objects.select_related("survey").filter(token=token).first()
    if page is None:
        raise Http404
    return page


def is_open(survey: Survey) -> bool:
    return timezone.localdate() <= survey.closes_on


def answer(*, page: Answer, again: Decimal, basis: str) -> None:
    """Keep what a supplier says; it may say something else until the survey closes."""
    if not is_open(page.survey):
        raise Refused("This survey is closed. Thank you all the same.")
    page.again, page.basis, page.answered_at = again, basis, timezone.now()
    page.save(update_fields=["again", "basis", "answered_at"])


def links(survey: Survey) -> Iterator[dict[str, Any]]:
    """(supplier, name, address, answered) for letters that the council sends itself."""
    for page in survey.answers.all():
        yield {
            "supplier": page.supplier,
            "name": page.name,
            "address": settings.ADDRESS + reverse("spend-survey", args=[page.token]),
            "answered": "yes" if page.answered_at else "no",
        }


LINK_COLUMNS = ("supplier", "name", "address", "answered")


def newest_answers() -> list[tuple[str, Decimal]]:
    """(supplier, share of 1) of the newest survey that anybody answered."""
    for survey in Survey.objects.all():
        answers = survey.answers.exclude(again=None).values_list("supplier", "again")
        if answers:
            return [(supplier, again / 100) for supplier, again in answers if again is not None]
    return []


def state_of(survey: Survey | None) -> dict[str, Any]:
    """How many were asked and answered; their mean only from five answers on."""
    if survey is None:
        return {}
    answered = survey.answers.exclude(again=None)
    count = answered.count()
    mean = answered.aggregate(mean=Avg("again"))["mean"] if count >= SMALL else None
    return {"asked": survey.answers.count(), "answered": count, "mean": mean}
