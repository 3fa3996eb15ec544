"""The grants desk shows each grant once, and offers only what can be done."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.accounts.models import Message
from commonweal.grants import returned
from commonweal.office.errors import Refused

from .granted import Desk
from .world import words_of

pytestmark = pytest.mark.django_db
DESK = "/desk/grants/"


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


def came_back(desk: Desk) -> Any:
    award = desk.approved(60)
    desk.read_back(desk.run(), award, "cancelled")
    return award


def test_what_came_back_is_written_down_once_and_only_where_it_did(desk):
    award = came_back(desk)
    back = award.payments.get()
    count = award.decisions.count()
    with pytest.raises(Refused, match="written down already"):
        returned.came_back(payment=back, because="Closed.", by=desk.people["imran"])
    paid = desk.paid().payments.get()
    with pytest.raises(Refused, match="has not come back"):
        returned.came_back(payment=paid, because="Closed.", by=desk.people["imran"])
    with pytest.raises(Refused, match="Say why"):
        returned.came_back(payment=back, because=" ", by=desk.people["imran"])
    assert award.decisions.count() == count


def test_each_grant_stands_in_one_list(desk, robert, sign_in):
    grants = [
        came_back(desk),
        desk.approved(60, payee="", sort_code="", account=""),
        desk.approved(70),
        desk.assessed(80),
        desk.asked(90),
    ]
    page = words_of(sign_in(robert).get(DESK))
    for award in grants:
        assert page.count(f">{award.code}</a>") == 1, award.state
    assert "Payments that came back (1)" in page
    assert "can&#x27;t be paid yet (1)" in page or "can't be paid yet (1)" in page
    assert "To pay (1)" in page


def test_a_file_is_offered_where_there_is_something_to_pay(desk, fund, imran, sign_in):
    fund.methods = ["transfer", "voucher"]
    fund.save()
    desk.approved(60, payee="", sort_code="", account="")
    client = sign_in(imran)
    page = words_of(client.get(DESK))
    assert "Make the file" not in page
    assert "Nothing to pay now." in page
    desk.approved(70)
    page = words_of(client.get(DESK))
    assert "Make the file: bank transfer (1)" in page
    assert "voucher" not in page


def test_what_is_paid_or_under_way_offers_no_change(desk, leah, robert, sign_in):
    award = desk.approved(60)
    pages = (award.get_absolute_url(), f"/desk/help/grants/{award.code}/")

    def offers() -> list[bool]:
        return [
            f'href="{path}account/"' in sign_in(person).get(path).content.decode()
            for person, path in zip((robert, leah), pages, strict=True)
        ]

    assert offers() == [True, True]
    run = desk.run()
    assert offers() == [False, False]
    desk.read_back(run, award)
    assert offers() == [False, False]


def test_the_first_time_nobody_asks_why_nothing_changes(desk, leah, sign_in):
    award = desk.asked(60, payee="", sort_code="", account="")
    client, path = sign_in(leah), f"/desk/help/grants/{award.code}/account/"
    assert "why is this right" not in client.get(path).content.decode()
    client.post(path, {"payee": "Nr1 Person1", "sort_code": "204060", "account": "12345678"})
    assert "why is this right" in client.get(path).content.decode()


def test_the_letter_of_a_payment_that_came_back_leads_to_the_case(desk, leah):
    award = came_back(desk)
    told = Message.objects.get(key=f"payment-came-back-{award.payments.get().pk}")
    assert told.person == leah
    assert told.body.rstrip().endswith(award.case.get_absolute_url())
