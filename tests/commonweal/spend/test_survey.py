"""The respend survey: one page a supplier, and what its answers do to the multiplier."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from commonweal.office.errors import Refused
from commonweal.spend import files, preparing, reads, surveying
from commonweal.spend.models import Answer, Bands, Survey

from .town import registered, text_of

pytestmark = pytest.mark.django_db
HEAD = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"


@pytest.fixture
def asked(anchor, taken, yusuf, today):
    """Seven firms of the town paid £100 each and one elsewhere £300; each of the seven is asked."""
    here = [
        f"HOLLOWTREE {word} LIMITED"
        for word in ("BRICKS", "CANDLES", "DRAINS", "ENGINES", "FENCES", "GLASS", "HINGES")
    ]
    registered(
        *(
            (name, f"0200000{at}", f"ZB2 {at}AA", "Private Limited Company", "43220", "Active")
            for at, name in enumerate(here)
        )
    )
    lines = [f"0{at + 1}/07/2026,{name},100.00,A{at}\n" for at, name in enumerate(here)]
    taken(anchor, HEAD + "".join(lines) + "09/07/2026,Cedar Software Limited,300.00,B1\n")
    preparing.bring_up_to_date()
    return surveying.open_survey(
        title="Again?", closes_on=today + timedelta(days=9), by=yusuf, role="analyst"
    )


def multiplier():
    return reads.figures(preparing.bring_up_to_date(), reads.Scope())["lm3"]


def test_each_supplier_of_the_town_gets_a_page_and_nobody_else(asked):
    assert asked.answers.count() == 7
    assert not asked.answers.filter(name__contains="CEDAR").exists()
    assert len(set(asked.answers.values_list("token", flat=True))) == 7


def test_answers_narrow_the_multiplier_once_there_are_five(asked, client):
    before = multiplier()
    # £700 of £1,000 stay; nothing is known of what becomes of them.
    assert (before["low"], before["high"], before["answers"]) == ("1.7000", "2.4000", 0)
    pages = list(asked.answers.all())
    for number, page in enumerate(pages[:5]):
        assert multiplier()["answers"] == 0
        answer = client.post(
            f"/spend/survey/{page.token}/", {"again": str(10 * (number + 1)), "basis": "estimate"}
        )
        assert answer.status_code == 302
    # Of £500 the five spend 30 % here again; of the other £200 nothing is known.
    after = multiplier()
    assert (after["low"], after["high"], after["answers"]) == ("1.8500", "2.0500", 5)
    page = text_of(client, "/spend/")
    assert "5 suppliers said in a survey what they spend here" in page
    assert "round 3 of 71% of round 2 by survey" in page


def test_a_supplier_may_change_its_answer_until_the_survey_closes(asked, client, today):
    page = asked.answers.first()
    address = f"/spend/survey/{page.token}/"
    assert page.name in text_of(client, address)
    for wrong in ("", "101", "-1", "much"):
        said = client.post(address, {"again": wrong, "basis": "accounts"})
        assert said.status_code == 200
    assert Answer.objects.exclude(again=None).count() == 0
    client.post(address, {"again": "40", "basis": "accounts"})
    client.post(address, {"again": "45.5", "basis": "accounts"})
    page.refresh_from_db()
    assert page.again == Decimal("45.5")
    assert "Thank you" in text_of(client, f"{address}?done=1")
    Survey.objects.update(closes_on=today - timedelta(days=1))
    client.post(address, {"again": "99", "basis": "accounts"})
    page.refresh_from_db()
    assert page.again == Decimal("45.5")
    with pytest.raises(Refused, match="closed"):
        surveying.answer(page=surveying.page_of(page.token), again=Decimal(1), basis="accounts")
    assert client.get("/spend/survey/of-nobody/").status_code == 404


def test_the_analyst_sends_the_addresses_and_sees_a_mean_only_of_five(sign_in, yusuf, asked):
    desk = sign_in(yusuf)
    rows = list(
        csv.DictReader(
            io.StringIO(
                desk.get(f"/desk/spend/survey/{asked.pk}/links.csv").content.decode("utf-8-sig")
            )
        )
    )
    assert len(rows) == 7
    assert {row["answered"] for row in rows} == {"no"}
    pages = list(asked.answers.all())
    for page in pages[:4]:
        surveying.answer(page=page, again=Decimal(40), basis="estimate")
    assert "From five answers on they are used" in text_of(desk, "/desk/spend/survey/")
    surveying.answer(page=pages[4], again=Decimal(90), basis="estimate")
    assert "On average £50 of £100" in text_of(desk, "/desk/spend/survey/")


def test_without_suppliers_in_the_town_or_with_a_day_gone_by_nothing_is_opened(
    anchor, taken, yusuf, today
):
    with pytest.raises(Refused, match="future"):
        surveying.open_survey(title="x", closes_on=today, by=yusuf, role="analyst")
    with pytest.raises(Refused, match="No supplier"):
        surveying.open_survey(
            title="x", closes_on=today + timedelta(days=2), by=yusuf, role="analyst"
        )
    assert not Bands.objects.exists()
    assert files.register() is None
