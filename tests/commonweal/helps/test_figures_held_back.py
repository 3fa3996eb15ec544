"""The public page of the desk's figures: of few, nothing is said that tells of somebody."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from commonweal.cases.figures import PartnerFigures
from commonweal.cases.models import Case, Need
from commonweal.volunteers.models import Task

from .world import words_of

METHOD = Path(__file__).resolve().parents[3] / "docs" / "methods" / "help-desk.md"


def last_month() -> date:
    return timezone.localdate().replace(day=1) - timedelta(days=3)


def page_of(client) -> str:
    return " ".join(re.sub("<[^>]+>", " ", words_of(client.get("/help/figures/"))).split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "says"), [(4, "Fewer than 5 requests for help"), (5, "5 requests for help")]
)
def test_few_requests_are_not_counted_in_public(client, asks_for_help, leah, count, says):
    for number in range(count):
        asks_for_help(first_name=f"P{number}", last_name=f"L{number}", by=leah)
    Case.objects.update(
        opened_at=timezone.now().replace(
            year=last_month().year, month=last_month().month, day=last_month().day
        )
    )
    page = page_of(client)
    assert says in page
    assert ("4 requests" in page) is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "says"),
    [
        (1, "Volunteers finished fewer than 5 tasks ."),
        (5, "Volunteers finished 5 tasks and gave"),
    ],
)
def test_few_tasks_and_their_hours_are_not_told(client, asks_for_help, leah, sam, count, says):
    case = asks_for_help(by=leah)
    moment = timezone.now() - timedelta(days=(timezone.localdate() - last_month()).days)
    Task.objects.bulk_create(
        Task(
            need=case.needs.get(),
            code=f"T{number}",
            state="done",
            done_at=moment,
            minutes_given=75,
            taken_by=sam.volunteer,
        )
        for number in range(count)
    )
    page = page_of(client)
    assert says in page.replace("tasks.", "tasks .")
    assert ("1.3 hours" in page or "1.2 hours" in page) is False


def test_what_became_of_a_partners_referrals_is_held_back_as_the_page_on_method_works_it_out():
    rows = re.findall(r"^\| (counted|shown) \| 20 \|(.*)\|$", METHOD.read_text(), re.M)
    (_, counted), (_, shown) = rows
    accepted, declined, returned, otherwise = (int(cell) for cell in counted.split("|"))
    line = PartnerFigures(None, 20, accepted, declined, returned, None)  # type: ignore[arg-type]
    assert sum((accepted, declined, returned, otherwise)) == line.sent
    told = [
        "held back" if line.shown[name] is None else str(line.shown[name])
        for name in ("accepted", "declined", "returned")
    ]
    told[0] += f" ({line.accepted_per_cent}%)"
    assert told == [cell.strip() for cell in shown.split("|")][:3]
    assert Decimal(line.accepted_per_cent or 0) == 60


@pytest.mark.django_db
def test_the_picture_of_needs_has_its_table(client, asks_for_help, leah):
    """A picture is no use to who can't see it, nor on a phone that is small."""
    for number in range(6):
        asks_for_help(first_name=f"P{number}", last_name=f"L{number}", by=leah)
    Case.objects.update(
        opened_at=timezone.now() - timedelta(days=(timezone.localdate() - last_month()).days)
    )
    Need.objects.update(opened_on=last_month())
    page = words_of(client.get("/help/figures/"))
    picture = page[page.index("<svg") :]
    table = picture[picture.index("As a table") : picture.index("</details>")]
    assert "Still open" in table
    assert ">6<" in table.replace(" ", "")
