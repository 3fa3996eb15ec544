"""The second factor belongs to a session, and stands before every address that shows residents'
data or what the town has not published."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from commonweal.office.errors import Refused
from commonweal.residents.models import Resident
from tests.commonweal.cast.walking import Walker
from tests.commonweal.who_meets import Met

# Whoever reads residents' data or unpublished figures, of the cast.
READERS = (
    "leah",
    "owen",
    "noor",
    "grace",
    "joan",
    "sam",
    "mei",
    "robert",
    "imran",
    "helen",
    "yusuf",
    "maya",
    "nadia",
    "idris",
    "tom",
    "daniel",
)
PROVE = ("/accounts/2fa/", "/accounts/reauthenticate/")


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


def body(response: Any) -> str:
    content = response.getvalue() if response.streaming else response.content
    return content.decode(errors="replace")


def guards_at(address: str) -> Any:
    from commonweal.accounts.access import guards_of

    return guards_of(get_resolver().resolve(address).func)


def asked(browser: Walker, address: str, method: str = "get") -> Any:
    with transaction.atomic():
        response = browser.ask(method, address)
        response.said = body(response)
        transaction.set_rollback(True)
    return response


@pytest.fixture
def every_answer(planted: Any, every_address: Any, request: Any) -> Any:
    """(name, address) of each address of which something is there, for a walk as somebody."""
    return [
        (name, reverse(name, kwargs=planted.get(name, {})))
        for name, parts in every_address
        if not parts or name in planted
    ]


def test_what_shows_a_residents_data_says_so_to_who_took_a_task(every_answer, planted, sam, walker):
    """What a volunteer reads only once they took a task; what all others read is looked at with
    the table of permissions (`who_meets`)."""
    volunteer = walker()
    volunteer.force_login(sam)
    volunteer.post(reverse("task", kwargs=planted["task"]), {"verb": "take"})
    met = Met(list(Resident.objects.values_list("code", flat=True)))
    for name, address in every_answer:
        response = asked(volunteer, address)
        if response.status_code == 200:
            met.look_for_residents("sam", name, response, response.said)
    assert not met.wrong, "\n".join(met.wrong)
    assert "task" in met.shown


@pytest.mark.alike
def test_without_the_factor_nothing_is_shown(every_answer, request, by_code_only, secret, walker):
    wrong = []
    guarded = {address for _, address in every_answer if guards_at(address).factor}
    for who in READERS:
        person = request.getfixturevalue(who)
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        browser = by_code_only(person, walker())
        for name, address in every_answer:
            for method in ("get", "post"):
                response = asked(browser, address, method)
                if secret in response.said:
                    wrong.append(f"{method} {name} for {who}")
                allowed = response.status_code in (302, 403, 404, 405)
                if address in guarded and who != "joan" and who != "sam" and not allowed:
                    wrong.append(f"{method} {name} for {who}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_every_desk_asks_for_the_factor(every_answer):
    desks = [(name, address) for name, address in every_answer if address.startswith("/desk/")]
    assert len(desks) > 80
    assert [name for name, address in desks if not guards_at(address).factor] == []


def test_the_factor_is_the_sessions_not_the_accounts(by_code_only, maya):
    """Two sign-ins by code; one of them sets up a factor. The other still has to give it."""
    first, second = by_code_only(maya), by_code_only(maya)
    assert first.get("/desk/charter/")["Location"] == "/accounts/2fa/"
    TOTP.activate(maya, "JBSWY3DPEHPK3PXP")
    for browser in (first, second):
        answer = browser.get("/desk/charter/")
        assert answer["Location"] == "/accounts/reauthenticate/?next=/desk/charter/"


def test_after_the_factor_one_is_where_one_wanted_to_be(by_code_only, maya, code_now):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(maya, secret)
    browser = by_code_only(maya)
    page = browser.get("/desk/charter/", follow=True)
    assert 'name="next" value="/desk/charter/"' in page.content.decode()
    answer = browser.post(
        "/accounts/reauthenticate/", {"code": code_now(secret), "next": "/desk/charter/"}
    )
    assert answer["Location"] == "/desk/charter/"
    assert browser.get("/desk/charter/").status_code == 200


@pytest.mark.parametrize("who", ["joan", "sam"])
def test_referral_workers_and_volunteers_give_it_too(who, planted, request, by_code_only):
    person = request.getfixturevalue(who)
    name = "space-referral" if who == "joan" else "task"
    address = reverse(name, kwargs=planted[name])
    browser = by_code_only(person)
    assert browser.get(address)["Location"] == "/accounts/2fa/"
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    assert browser.get(address)["Location"].startswith("/accounts/reauthenticate/")


def test_a_partners_own_space_needs_none(by_code_only, asha, ben, bakery):
    for person in (asha, ben):
        browser = by_code_only(person)
        for address in ("/space/", "/space/bakery/", "/space/bakery/services/"):
            assert browser.get(address, follow=True).status_code == 200


def test_a_public_page_shows_an_analyst_no_more_without_it(by_code_only, yusuf, anchor, taken):
    from commonweal.spend import preparing

    head = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"
    taken(anchor, f"{head}03/07/2026,Oakby Tiles Ltd,10.00,SECRET-5B\n", route="ledger")
    preparing.bring_up_to_date()
    TOTP.activate(yusuf, "JBSWY3DPEHPK3PXP")
    address = "/spend/payments.csv?route=ledger"
    browser = by_code_only(yusuf)
    answer = browser.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    for page in ("/spend/?route=ledger", "/spend/payments/?route=ledger"):
        assert "SECRET-5B" not in body(browser.get(page, follow=True))
    proved = Client()
    proved.force_login(yusuf)
    assert "SECRET-5B" in body(proved.get(address))


def test_roles_that_do_not_go_together_are_refused_in_both_orders(carys, daniel, today):
    from datetime import timedelta

    from commonweal.accounts import actions
    from commonweal.accounts.models import Appointment

    for pair in (
        ("administrator", "data_protection_officer"),
        ("administrator", "call_handler"),
        ("administrator", "desk_manager"),
        ("administrator", "named_colleague"),
    ):
        for first, second in (pair, pair[::-1]):
            more = {"ends_on": today + timedelta(days=9), "because": "x", "by": daniel}
            actions.appoint(person=carys, role=first, **more)
            with pytest.raises(Refused, match="may not"):
                actions.appoint(person=carys, role=second, **more)
            Appointment.objects.filter(person=carys).delete()
