"""What stood in a field before: of a person and of a case, for whoever may read it, and only as
long as the town says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.cases import adding, changes, forgetting, working
from commonweal.cases.models import Case, CaseChange, Need
from commonweal.cases.working import moving
from commonweal.residents import belongings, erasing, merging, parting, people
from commonweal.residents import changes as of_people
from commonweal.residents.models import Resident, ResidentChange
from commonweal.services.models import HelpType

from .world import words_of

pytestmark = pytest.mark.django_db
OLD, NEW = "14 Mill Lane", "3 Abbey Street"


@pytest.fixture
def case(asks_for_help, leah):
    return asks_for_help("debt", by=leah, address=OLD, postcode="BF1 2AG")


def page_of(client, resident, **asked):
    return client.get(reverse("desk-history", args=[resident.code]), asked)


def test_every_field_has_a_history_or_a_reason_why_not():
    for model, kept, not_kept in (
        (Resident, of_people.KEPT_OF_PEOPLE, of_people.NOT_KEPT),
        (Case, changes.KEPT_OF_CASES, changes.NOT_KEPT),
        (Need, changes.KEPT_OF_NEEDS, changes.NOT_KEPT_OF_NEEDS),
    ):
        assert not kept.keys() & not_kept.keys()
        assert kept.keys() | not_kept.keys() == model.PRIVATE, model


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("first_name", "Maud"),
        ("last_name", "Olsen"),
        ("also_known_as", "Maudie"),
        ("born", "1950-03"),
        ("nhs_number", "943 476 5919"),
        ("language", "Welsh"),
        ("phones", "07700 900123"),
        ("email", "maud@example.org"),
        ("lives", "no_fixed"),
        ("address", NEW),
        ("postcode", "BF1 3AA"),
        ("uprn", "100"),
    ],
)
def test_each_field_that_is_changed_by_hand_keeps_what_it_was(case, leah, name, typed):
    before = of_people.in_words(name, getattr(case.resident, name))
    people.change(resident=case.resident, values={name: typed}, by=leah, because="She rang.")
    change = ResidentChange.objects.get(field=name)
    assert (change.was, change.by, change.because) == (before, leah, "She rang.")


def test_the_page_says_what_it_was_and_became_who_and_why(case, leah, sign_in):
    client = sign_in(leah)
    address = reverse("desk-resident", args=[case.resident.code])
    shown = client.get(address).context["form"].initial
    typed = {name: stood or "" for name, stood in shown.items()}
    for place, why in ((NEW, "She moved."), ("9 High Row", "Misheard.")):
        client.post(address, typed | {"address": place, "because": why})
    page = page_of(client, case.resident, field="address")
    lines = [(x.was, x.became, x.who, x.because) for x in page.context["page"]]
    assert lines == [
        (NEW, "9 High Row", leah.name, "Misheard."),
        (OLD, NEW, leah.name, "She moved."),
    ]
    assert OLD in words_of(page)
    assert OLD not in words_of(page_of(client, case.resident, field="email"))


def test_what_is_sent_twice_is_one_change_and_nothing_changed_is_none(case, leah):
    for _ in range(2):
        people.change(resident=case.resident, values={"address": NEW}, by=leah)
    assert ResidentChange.objects.count() == 1


def test_nothing_is_kept_of_where_a_refuge_is_nor_shown_of_where_they_were(case, leah, sign_in):
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    people.change(resident=case.resident, values={"lives": "refuge"}, by=leah)
    people.change(resident=case.resident, values={"address": "Hidden House"}, by=leah)
    people.change(resident=case.resident, values={"address": "Elsewhere"}, by=leah)
    assert "Hidden House" not in {change.was for change in ResidentChange.objects.all()}
    shown = words_of(page_of(sign_in(leah), case.resident))
    for place in (OLD, NEW, "Hidden House", "Elsewhere"):
        assert place not in shown
    people.change(
        resident=case.resident,
        values={"lives": "address", "address": "1 New Row"},
        by=leah,
        left_refuge=True,
    )
    shown = words_of(page_of(sign_in(leah), case.resident))
    assert OLD in shown
    assert "Hidden House" not in shown
    assert "Elsewhere" not in shown


@pytest.mark.parametrize("who", ["owen", "grace", "daniel", "helen", "joan", "mei", "carys"])
def test_each_kind_of_person(case, request, leah, sign_in, who):
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    page = page_of(sign_in(request.getfixturevalue(who)), case.resident)
    assert (OLD.encode() in page.content) == (who == "grace"), page.status_code


def test_whom_a_restricted_case_keeps_apart_has_no_history_here(
    case, asks_for_help, noor, leah, sign_in
):
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    adding.add_need(case=case, help_type=_restricted(), by=leah)
    page = page_of(sign_in(leah), case.resident)
    assert page.status_code == 403
    assert OLD.encode() not in page.content
    assert OLD in words_of(page_of(sign_in(noor), case.resident))


def _restricted():
    return HelpType.objects.filter(is_restricted=True).first()


def test_a_merge_leaves_its_lines_and_parting_keeps_nothing_of_the_other(
    case, asks_for_help, leah, grace, sign_in
):
    twin = asks_for_help("debt", by=leah, address="77 Secret Row", postcode="BF1 9ZZ").resident
    people.change(resident=twin, values={"phones": "07700 900999"}, by=leah)
    merge = merging.merge(
        kept=case.resident, gone=twin, because="Same.", chosen={"address": "gone"}, by=grace
    )
    case.resident.refresh_from_db()
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    was = {(line.called, line.was) for line in of_people.history(case.resident)}
    assert {("Address", OLD), ("Address", "77 Secret Row")} <= was
    parting.undo_merge(merge=merge, because="Two.", by=grace)
    survivor = Resident.objects.get(pk=case.resident_id)
    texts = [f"{line.was} {line.became}" for line in of_people.history(survivor)]
    assert any(OLD in text for text in texts)
    assert not any("77 Secret Row" in text or "900999" in text for text in texts)


def test_it_goes_with_the_person(case, leah):
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    adding.say_household(case=case, adults="2", children="", ages="", housemate=None, by=leah)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now())
    erasing.erase(resident=case.resident, by=None, because="its time came")
    assert not ResidentChange.objects.exists()
    assert not CaseChange.objects.exists()


def test_what_was_corrected_is_kept_as_long_as_the_town_says(case, leah):
    people.change(resident=case.resident, values={"address": NEW}, by=leah)
    people.change(resident=case.resident, values={"address": "9 High Row"}, by=leah)
    adding.say_household(case=case, adults="2", children="", ages="", housemate=None, by=leah)
    long_ago = timezone.now() - timedelta(days=forgetting.days_of("changes") + 2)
    ResidentChange.objects.filter(pk=ResidentChange.objects.last().pk).update(at=long_ago)
    CaseChange.objects.update(at=long_ago)
    assert forgetting.forget_due()["changes"] == 1
    assert [change.was for change in ResidentChange.objects.all()] == [NEW]
    assert not CaseChange.objects.exists()


def test_each_change_is_given_to_whoever_asks_what_is_held(case, leah):
    people.change(resident=case.resident, values={"address": NEW}, by=leah, because="Moved.")
    kind = belongings.of_model(ResidentChange)
    assert kind.of([case.resident]).get().was == OLD
    assert {"was", "because"} <= {path for path, _ in kind.gives}


# --- Of a case --------------------------------------------------------------------------------


def fields_of(case):
    return [(line.called, line.was, line.became, line.who) for line in changes.history(case)]


def test_what_is_changed_of_a_case_is_kept(case, leah, owen, grace):
    need = case.needs.get()
    adding.say_household(case=case, adults="2", children="1", ages="4", housemate=None, by=leah)
    case.refresh_from_db()
    adding.say_household(case=case, adults="2", children="2", ages="4", housemate=None, by=leah)
    urgent = case.get_urgency_display()
    working.decide_urgency(case=case, level=1, because="No food.", by=leah)
    working.hand_over(case=case, to=owen, words="Please.", by=leah)
    working.settle(need=need, state="unmet", why="no_money", by=owen)
    need.refresh_from_db()
    working.reopen(need=need, by=grace)
    case.refresh_from_db()
    lines = fields_of(case)
    assert ("Children at home", "1", "2", leah.name) in lines
    assert ("Children at home", "nothing", "1", leah.name) in lines
    assert ("How urgent", urgent, "Now: today", leah.name) in lines
    assert ("Handler", leah.name, owen.name, leah.name) in lines
    assert [line[1:] for line in lines if line[0].endswith("what came of it")] == [
        ("Not met (the fund is spent)", "Open", grace.name),
        ("Open", "Not met (the fund is spent)", owen.name),
    ]


def test_who_had_it_before_is_kept_when_many_move_and_go_back(case, leah, owen, grace):
    stroke = moving.hand_many(codes=[case.code], to=owen, words="Yours.", by=grace)
    assert fields_of(Case.objects.get(pk=case.pk)) == [
        ("Handler", leah.name, owen.name, grace.name)
    ]
    case.notes.update(at=stroke.made_at)
    moving.take_back(stroke=stroke, by=grace)
    assert fields_of(Case.objects.get(pk=case.pk))[0] == (
        "Handler",
        owen.name,
        leah.name,
        grace.name,
    )


def test_what_came_of_a_case_is_kept_when_it_is_closed_again(case, leah):
    for words in ("All done.", "Done at last."):
        need = case.needs.get()
        working.settle(need=need, state="gone", by=leah)
        case.refresh_from_db()
        working.close(case=case, words=words, by=leah)
        need.refresh_from_db()
        working.reopen(need=need, by=leah)
        case.refresh_from_db()
    lines = fields_of(case)
    assert ("What came of it", "All done.", "Done at last.", leah.name) in lines
    assert [line[1] for line in lines if line[0] == "Open or closed"] == ["Closed", "Open"] * 2
