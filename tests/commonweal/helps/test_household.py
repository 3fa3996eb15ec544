"""The household as a unit: who lives together, what is open, what any of them was given; somebody
moves out. Of whom a named colleague keeps nobody else learns that they are there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.cases import adding
from commonweal.cases.models import CaseRead
from commonweal.grants import actions as granting
from commonweal.grants.models import Award
from commonweal.office.errors import Refused
from commonweal.residents import changes, households, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lodgers(asks_for_help, leah, owen):
    """Zora's case is Leah's; Ida's and Bo's are Owen's. They live together."""
    cases = {
        name: asks_for_help(
            kind,
            by=by,
            first_name=name,
            last_name="Lodger",
            born=born,
            phones=phones,
            email="",
        )
        for name, kind, by, born, phones in (
            ("Zora", "debt", leah, "1958-04-12", "07700 900111"),
            ("Ida", "money", owen, "1990-01-02", "07700 900222"),
            ("Bo", "food", owen, "2001-12-24", "07700 900333"),
        )
    }
    for name in ("Ida", "Bo"):
        cases["Zora"].resident.refresh_from_db()
        households.join(resident=cases[name].resident, housemate=cases["Zora"].resident, by=leah)
    for case in cases.values():
        case.resident.refresh_from_db()
    return cases


def page_of(client, case):
    return client.get(reverse("desk-household", args=[case.resident.code]))


def leave(client, case, *leaving, **answers):
    address = reverse("household-leave", args=[case.resident.code])
    typed = {"leaving": [one.resident.code for one in leaving], "because": "She rang."}
    return client.post(address, typed | answers, follow=True)


def names_on(page):
    return [member.resident.first_name for member in page.context["members"]]


def test_the_case_leads_to_its_household_in_one_press(lodgers, leah, sign_in):
    client = sign_in(leah)
    address = reverse("desk-household", args=[lodgers["Zora"].resident.code])
    assert address in client.get(lodgers["Zora"].get_absolute_url()).content.decode()
    adding.say_household(
        case=lodgers["Zora"], adults="3", children="2", ages="4, 7", housemate=None, by=leah
    )
    page = page_of(client, lodgers["Zora"])
    assert names_on(page) == ["Zora", "Ida", "Bo"]
    shown = words_of(page)
    for case in lodgers.values():
        assert case.code in shown
    assert "adults: 3, children: 2<span>, aged 4, 7</span>" in shown
    assert page.context["members"][0].reach in shown


def test_how_to_reach_the_others_is_for_who_may_open_their_case(
    lodgers, leah, owen, grace, sign_in
):
    rule = reaching.Rule(contact="no_ring", word="kingfisher")
    reaching.write(resident=lodgers["Ida"].resident, rule=rule, source="intake", by=owen)
    assert "kingfisher" not in words_of(page_of(sign_in(leah), lodgers["Zora"]))
    assert "kingfisher" in words_of(page_of(sign_in(grace), lodgers["Zora"]))
    assert "kingfisher" in words_of(page_of(sign_in(owen), lodgers["Bo"]))


def test_whoever_is_shown_was_read(lodgers, leah, sign_in):
    page_of(sign_in(leah), lodgers["Zora"])
    read = CaseRead.objects.filter(person=leah, what="household")
    assert set(read.values_list("resident", flat=True)) == {
        case.resident_id for case in lodgers.values()
    }


@pytest.mark.parametrize(
    ("who", "status"),
    [("leah", 200), ("grace", 200), ("owen", 302), ("mei", 403), ("daniel", 403), ("joan", 403)],
)
@pytest.mark.parametrize("name", ["desk-household", "household-leave"])
def test_each_kind_of_person(lodgers, request, sign_in, who, status, name):
    client = sign_in(request.getfixturevalue(who))
    address = reverse(name, args=[lodgers["Zora"].resident.code])
    assert client.get(address).status_code == status


def test_of_a_restricted_member_nobody_else_learns(lodgers, leah, owen, noor, grace, sign_in):
    kind = HelpType.objects.filter(is_restricted=True).first()
    adding.add_need(case=lodgers["Bo"], help_type=kind, by=owen)
    for who, seen in (("leah", ["Zora", "Ida"]), ("grace", ["Zora", "Ida", "Bo"])):
        page = page_of(sign_in({"leah": leah, "grace": grace}[who]), lodgers["Zora"])
        assert names_on(page) == seen
    client = sign_in(leah)
    for page in (
        page_of(client, lodgers["Zora"]),
        leave(client, lodgers["Zora"], because=""),
    ):
        text = page.content.decode()
        assert "Bo " not in text
        assert lodgers["Bo"].resident.code not in text
        assert lodgers["Bo"].code not in text
    page = leave(client, lodgers["Zora"], lodgers["Bo"])
    assert Resident.objects.get(pk=lodgers["Bo"].resident_id).household is not None
    assert page.status_code == 200


def test_somebody_moves_out_and_it_leaves_a_record(lodgers, leah, sign_in):
    client, home = sign_in(leah), lodgers["Zora"].resident.household
    page = leave(client, lodgers["Zora"], lodgers["Ida"])
    assert "They moved out." in words_of(page)
    assert names_on(page) == ["Zora", "Bo"]
    ida = Resident.objects.get(pk=lodgers["Ida"].resident_id)
    assert ida.household is None
    assert Event.objects.get(verb="household left").detail == {"household": home.code}
    line = changes.history(ida, name="household")[0]
    assert (line.was, line.became, line.because) == (home.code, "nothing", "She rang.")


def test_a_household_is_split_and_stays_two(lodgers, leah, sign_in):
    leave(sign_in(leah), lodgers["Zora"], lodgers["Ida"], lodgers["Bo"], together="on")
    homes = [
        Resident.objects.get(pk=lodgers[name].resident_id).household_id
        for name in ("Zora", "Ida", "Bo")
    ]
    assert homes[0] != homes[1] == homes[2]
    assert None not in homes


@pytest.mark.parametrize(
    ("leaving", "answers", "sentence"),
    [
        ((), {}, "Tick who moves out"),
        (("Ida",), {"because": ""}, "Say how you know that they moved out"),
        (("Zora", "Ida", "Bo"), {"together": "on"}, "Leave out who stays"),
    ],
)
def test_what_can_not_be_is_refused_and_what_was_typed_stays(
    lodgers, leah, sign_in, leaving, answers, sentence
):
    page = leave(sign_in(leah), lodgers["Zora"], *(lodgers[name] for name in leaving), **answers)
    assert sentence in words_of(page)
    for name in leaving:
        assert f'value="{lodgers[name].resident.code}" checked' in words_of(page)
    assert Resident.objects.exclude(household=None).count() == 3


def test_said_twice_it_is_done_once(lodgers, leah):
    ida = lodgers["Ida"].resident
    out = {"resident": lodgers["Zora"].resident, "leaving": [ida], "together": False}
    households.move_out(**out, because="She rang.", by=leah)
    with pytest.raises(Refused, match="moved out already"):
        households.move_out(**out, because="She rang.", by=leah)
    assert Event.objects.filter(verb="household left").count() == 1


def test_whom_one_may_not_see_one_moves_nowhere(lodgers, leah, owen):
    kind = HelpType.objects.filter(is_restricted=True).first()
    adding.add_need(case=lodgers["Bo"], help_type=kind, by=owen)
    with pytest.raises(Refused, match="named colleagues"):
        households.move_out(
            resident=lodgers["Zora"].resident,
            leaving=[lodgers["Bo"].resident],
            together=False,
            because="Heard.",
            by=leah,
        )


# --- Grants -----------------------------------------------------------------------------------


def grant_for(case, fund, by, account):
    return granting.apply(
        fund=fund,
        resident=case.resident,
        case=case,
        by=by,
        values={
            "category": "food",
            "reason": "GTIR010",
            "purpose": "GTIP070",
            "asked": Decimal(90),
            "payee": case.resident.full_name,
            "sort_code": "200000",
            "account": account,
        },
    )


def test_what_any_of_them_was_given_is_on_the_page_with_until_when_it_counts(
    lodgers, fund, leah, owen, sign_in
):
    grant = grant_for(lodgers["Ida"], fund, owen, "11112222")
    page = page_of(sign_in(leah), lodgers["Zora"])
    shown = words_of(page)
    assert grant.code in shown
    until = page.context["given"][0].held_until
    assert until == grant.asked_on + timedelta(days=fund.window_days)
    assert "held until an approver has looked" in shown


def test_the_grant_of_a_restricted_member_is_on_nobody_elses_page(
    lodgers, fund, leah, owen, sign_in
):
    grant = grant_for(lodgers["Bo"], fund, owen, "11112222")
    kind = HelpType.objects.filter(is_restricted=True).first()
    adding.add_need(case=lodgers["Bo"], help_type=kind, by=owen)
    assert grant.code not in words_of(page_of(sign_in(leah), lodgers["Zora"]))


@pytest.mark.parametrize("moves", ["before", "in_since", "out_since"])
def test_the_limit_of_a_fund_holds_for_who_lives_together_or_did(
    lodgers, fund, mei, leah, owen, moves
):
    """Whether they lived together when the first was asked for, or moved in after, or have moved
    out since: the second is held, and so is the first."""
    zora, ida = lodgers["Zora"], lodgers["Ida"]
    if moves == "in_since":
        Resident.objects.filter(pk=ida.resident_id).update(household=None)
        ida.resident.refresh_from_db()
    for case, house in ((zora, "1 Mill Lane"), (ida, "2 Abbey Street")):
        Resident.objects.filter(pk=case.resident_id).update(address=house)
        case.resident.refresh_from_db()
    first = grant_for(ida, fund, owen, "11112222")
    if moves == "in_since":
        households.join(resident=ida.resident, housemate=zora.resident, by=leah)
    if moves == "out_since":
        households.move_out(
            resident=zora.resident,
            leaving=[ida.resident],
            together=False,
            because="She rang.",
            by=leah,
        )
    first = granting.assess(award=first, amount=Decimal(50), words="x", by=mei)
    second = grant_for(zora, fund, leah, "33334444")
    second = granting.assess(award=second, amount=Decimal(50), words="x", by=mei)
    assert second.held == [f"The same household as grant {first.code} of {_day(first)}"]
    assert Award.objects.get(pk=first.pk).held == [
        f"The same household as grant {second.code} of {_day(second)}"
    ]


def test_what_the_household_was_given_counts_on_for_who_left_it(
    lodgers, fund, mei, leah, owen, sign_in
):
    """Zora's grant was Ida's household's, also once Ida asks from elsewhere; whichever of the two
    is assessed last is held. Ida's page tells of it, without saying whose it is."""
    zora, ida = lodgers["Zora"], lodgers["Ida"]
    for case, house in ((zora, "1 Mill Lane"), (ida, "2 Abbey Street")):
        Resident.objects.filter(pk=case.resident_id).update(address=house)
        case.resident.refresh_from_db()
    first = grant_for(zora, fund, leah, "11112222")
    households.move_out(
        resident=zora.resident,
        leaving=[ida.resident],
        together=False,
        because="She rang.",
        by=leah,
    )
    ida.resident.refresh_from_db()
    second = grant_for(ida, fund, owen, "33334444")
    second = granting.assess(award=second, amount=Decimal(50), words="x", by=mei)
    assert second.held == [f"The same household as grant {first.code} of {_day(first)}"]
    first = granting.assess(award=first, amount=Decimal(50), words="x", by=mei)
    assert first.held == [f"The same household as grant {second.code} of {_day(second)}"]
    page = page_of(sign_in(owen), ida)
    assert f"{first.code}</a> who lived with them then," in words_of(page)
    assert "Zora" not in words_of(page)


def test_what_who_left_was_given_stays_on_the_page_of_who_stays(
    lodgers, fund, leah, owen, noor, sign_in
):
    grant = grant_for(lodgers["Ida"], fund, owen, "11112222")
    client = sign_in(leah)
    leave(client, lodgers["Zora"], lodgers["Ida"])
    page = page_of(client, lodgers["Zora"])
    assert f"{grant.code}</a> who lived with them then," in words_of(page)
    assert "held until an approver has looked" in words_of(page)
    kind = HelpType.objects.filter(is_restricted=True).first()
    adding.add_need(case=lodgers["Ida"], help_type=kind, by=owen)
    assert grant.code not in words_of(page_of(client, lodgers["Zora"]))


def _day(grant):
    return f"{grant.asked_on:%-d %B %Y}"
