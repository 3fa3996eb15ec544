"""Who reads whose case, link by link, and the row that says that they did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from commonweal.accounts.access import needs_second_factor
from commonweal.accounts.models import Person
from commonweal.cases import access, intake, named, referring
from commonweal.cases.access import NeedsGlass, WroteHere
from commonweal.cases.models import Case, CaseRead, Copy, Glass, NextAction, OwnAddress, Referral
from commonweal.residents import guards, keys, merging, people
from commonweal.residents.models import PerhapsSame, Resident, ResidentKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(asks_for_help, leah) -> Case:
    """Leah's, from her telephone; nothing is owed and nothing is planned."""
    case = asks_for_help("debt", by=leah)
    case.callbacks.all().delete()
    NextAction.objects.all().delete()
    return case


@pytest.fixture
def kept(asks_for_help, noor, grace) -> Case:
    """A restricted one of another person, which is with the desk manager."""
    case = asks_for_help("safety", first_name="Zelda", last_name="Hidden", phones="07700 900555")
    case.callbacks.all().delete()
    NextAction.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(assigned_to=grace)
    case.refresh_from_db()
    return case


def put(case: Case, **columns: Any) -> Case:
    Case.objects.filter(pk=case.pk).update(**columns)
    return Case.objects.get(pk=case.pk)


def kept_from(fetch: Callable[[], Any]) -> str:
    """What somebody is told to do, from whom a case or a person is kept."""
    with pytest.raises(named.KeptApart) as refused:
        fetch()
    return refused.value.what_to_do


CLOSED = {"state": "closed", "closed_at": timezone.now()}


# --- By which link ----------------------------------------------------------------------------


def test_who_took_a_call_reads_it_until_it_is_closed(case, leah, grace, owen):
    others = put(case, assigned_to=grace)
    assert (access.link_to(leah, others), access.link_to(owen, others)) == ("taken", "")
    assert access.link_to(leah, put(case, **CLOSED)) == ""
    assert access.link_to(leah, put(case, assigned_to=leah)) == "caseload"


def test_the_queue_is_what_nobody_has_and_nobody_ended(case, owen):
    assert access.link_to(owen, put(case, assigned_to=None)) == "queue"
    assert access.link_to(owen, put(case, **CLOSED)) == ""


@pytest.mark.parametrize(
    ("whose", "state", "link"),
    [("owen", "due", "call"), ("owen", "done", ""), ("grace", "due", ""), (None, "done", "")],
)
def test_a_call_that_is_owed_is_a_link(case, owen, request, whose, state, link):
    caller = request.getfixturevalue(whose) if whose else None
    case.callbacks.create(
        purpose="second",
        due_at=timezone.now() + timedelta(days=3),
        assigned_to=caller,
        state=state,
    )
    assert access.link_to(owen, case) == link


@pytest.mark.parametrize(
    ("whose", "hours", "state", "link"),
    [
        ("owen", 99, "planned", "action"),
        ("owen", 1, "done", ""),
        ("grace", 0, "planned", ""),
        (None, 0, "planned", "action"),
        (None, 48, "planned", ""),
        (None, 0, "done", ""),
    ],
)
def test_what_is_planned_is_a_link_to_whose_it_is_or_to_all_where_it_is_nobodys_and_due(
    case, owen, request, whose, hours, state, link
):
    owner = request.getfixturevalue(whose) if whose else None
    ended = {} if state == "planned" else {"ended_at": timezone.now()}
    NextAction.objects.create(
        need=case.needs.get(),
        kind="other",
        words="x",
        owner=owner,
        state=state,
        due_at=timezone.now() + timedelta(hours=hours),
        because="hand",
        **ended,
    )
    assert access.link_to(owen, case) == link
    assert access.planned_for(owen, case) is bool(link)
    assert access.link_to(owen, put(case, **CLOSED)) == ""


@pytest.mark.parametrize(
    ("days", "state", "link"), [(0, "due", True), (2, "due", False), (0, "done", False)]
)
def test_a_call_of_nobodys_that_is_due_today_is_for_whoever_is_there(case, owen, days, state, link):
    due_at = timezone.now() + timedelta(days=days)
    case.callbacks.create(purpose="second", due_at=due_at, state=state)
    assert access.planned_for(owen, case) is link


def test_broken_glass_opens_one_case_to_one_person_for_its_time(case, asks_for_help, owen, leah):
    now = timezone.now()
    Glass.objects.create(person=owen, case=case, because="x", until=now + timedelta(hours=1))
    other = put(asks_for_help("debt", by=leah, first_name="Ada"), assigned_to=leah)
    assert (access.link_to(owen, case), access.link_to(owen, other)) == ("glass", "")
    late = put(other, assigned_to=leah)
    Glass.objects.create(person=owen, case=late, because="x", until=now - timedelta(seconds=1))
    assert access.link_to(owen, late) == ""


def test_a_restricted_case_is_for_those_who_are_named_for_it(kept, noor, owen, leah, mei):
    assert access.link_to(noor, kept) == "named"
    assert [access.is_named(person, kept) for person in (noor, owen)] == [True, False]
    # Whatever else would let them in.
    Glass.objects.create(person=owen, case=kept, because="x")
    mine = put(kept, taken_by=owen, assigned_to=owen)
    assert [access.link_to(person, mine) for person in (owen, leah, mei)] == ["", "", ""]


def test_nobody_but_handlers_has_a_link(case, mei, joan, helen):
    loose = put(case, assigned_to=None)
    assert [access.link_to(person, loose) for person in (mei, joan, helen)] == ["", "", ""]


@pytest.mark.parametrize("turned", [True, False])
def test_who_is_perhaps_restricted_is_for_the_named_until_it_is_decided(
    case, kept, noor, leah, turned
):
    one, other = (case, kept) if turned else (kept, case)
    pair = PerhapsSame.objects.create(one=one.resident, other=other.resident)
    assert access.link_to(noor, case) == "named"
    PerhapsSame.objects.filter(pk=pair.pk).update(decided_at=timezone.now(), is_same=False)
    assert access.link_to(noor, case) == ""


# --- To fetch it ------------------------------------------------------------------------------


def test_each_refusal_of_a_case(case, kept, leah, owen, mei):
    with pytest.raises(Http404):
        access.get_case_for(owen, "H-NONE")
    with pytest.raises(PermissionDenied):
        access.get_case_for(mei, case.code)
    with pytest.raises(NeedsGlass) as refused:
        access.get_case_for(owen, case.code)
    assert refused.value.case == case
    assert kept_from(lambda: access.get_case_for(owen, kept.code)) == named.KEPT
    put(kept, taken_by=leah)
    with pytest.raises(WroteHere) as wrote:
        access.get_case_for(leah, kept.code)
    assert wrote.value.case == kept
    assert not CaseRead.objects.exists()


def test_to_open_it_is_written_down_and_stills_the_alarm(case, kept, leah, noor):
    assert access.get_case_for(leah, case.code) == case
    assert access.get_case_for(noor, kept.code, what="file").resident.first_name == "Zelda"
    reads = CaseRead.objects.order_by("id").values_list("person", "case", "what", "link")
    assert [*reads] == [(leah.pk, case.pk, "case", "caseload"), (noor.pk, kept.pk, "file", "named")]
    assert not kept.case_alarms.filter(opened_at=None).exists()


def test_of_who_has_another_case_that_is_kept_nothing_is_said(case, kept, leah):
    Case.objects.filter(pk=kept.pk).update(resident=case.resident)
    shown = access.get_case_for(leah, case.code)
    assert (shown.resident.pk, shown.resident.first_name) == (case.resident.pk, "")
    assert kept_from(lambda: access.get_case_with_person_for(leah, case.code)) == guards.PERSON_KEPT
    assert (
        kept_from(lambda: access.get_resident_for(leah, case.resident.code)) == guards.PERSON_KEPT
    )


def test_with_its_person(case, leah):
    fetched = access.get_case_with_person_for(leah, case.code, what="reach")
    assert fetched.resident == case.resident
    assert CaseRead.objects.get().what == "reach"


def test_who_wrote_in_a_kept_case_keeps_what_they_wrote(kept, leah, owen, mei):
    put(kept, taken_by=leah)
    assert access.get_written_for(leah, kept.code) == kept
    read = CaseRead.objects.get()
    assert (read.person, read.case, read.what, read.link) == (leah, kept, "own words", "wrote")
    with pytest.raises(Http404):
        access.get_written_for(leah, "H-NONE")
    with pytest.raises(PermissionDenied):
        access.get_written_for(mei, kept.code)
    assert kept_from(lambda: access.get_written_for(owen, kept.code)) == named.KEPT


def test_a_person_is_read_by_a_link_to_a_case_of_theirs(case, leah, owen, grace, mei):
    code = case.resident.code
    assert access.get_resident_for(leah, code) == case.resident
    read = CaseRead.objects.get()
    assert (read.what, read.link, read.case) == ("person", "caseload", case)
    with pytest.raises(Http404):
        access.get_resident_for(leah, "R-NONE")
    with pytest.raises(PermissionDenied):
        access.get_resident_for(mei, code)
    with pytest.raises(NeedsGlass) as refused:
        access.get_resident_for(owen, code)
    assert refused.value.case == case
    access.get_resident_for(grace, code)
    assert CaseRead.objects.get(person=grace).link == "manager"


def test_a_person_without_a_case_is_for_the_manager(leah, grace, kinds):
    resident = people.add(values={"first_name": "Ada", "last_name": "Alone"}, by=grace)
    assert kept_from(lambda: access.get_resident_for(leah, resident.code)) == guards.PERSON_KEPT
    assert access.get_resident_for(grace, resident.code) == resident
    assert CaseRead.objects.get().case is None


def test_of_a_merged_record_the_cases_of_the_one_that_stayed_decide(
    case, asks_for_help, leah, owen, grace
):
    gone = asks_for_help("food", first_name="Ada", last_name="Gone").resident
    merging.merge(kept=case.resident, gone=gone, because="The same.", by=grace)
    Case.objects.update(assigned_to=leah)
    NextAction.objects.all().delete()
    assert access.get_resident_for(leah, gone.code) == gone
    newest = asks_for_help("money", by=leah, resident=case.resident)
    with pytest.raises(NeedsGlass) as refused:
        access.get_resident_for(owen, gone.code)
    assert refused.value.case == newest


# --- What is written down ---------------------------------------------------------------------


def test_the_same_page_again_is_the_same_reading_and_another_is_not(case, leah, owen):
    person, draft = case.resident, intake.start(channel="phone", by=leah)[0]
    first = access.note_read(leah, person, what="case", link="caseload", case=case)
    assert access.note_read(leah, person, what="case", link="taken", case=case) == first
    others = [
        access.note_read(owen, person, what="case", link="glass", case=case),
        access.note_read(leah, person, what="file", link="caseload", case=case),
        access.note_read(leah, person, what="case", link="caseload"),
        access.note_read(leah, person, what="case", link="x", case=case, draft=draft),
    ]
    assert len({first, *others}) == CaseRead.objects.count() == 5
    assert others[-1].draft_code == draft.code
    assert (first.resident, first.link, first.own_name, first.own_address) == (
        person,
        "caseload",
        False,
        False,
    )


def test_ones_own_name_and_address_are_told(case, leah, owen):
    Resident.objects.filter(pk=case.resident.pk).update(last_name="Omondi")
    person = Resident.objects.get()
    address = keys.address_hash(keys.address_of(person.postcode, person.address))
    assert keys.of_hash(address) == person.keys.get(kind="address").digest
    OwnAddress.objects.create(person=leah, digest=address)
    OwnAddress.objects.create(person=owen, digest=keys.address_hash("BF9 9ZZ 1"))
    for reader in (leah, owen):
        access.note_read(reader, person, what="case", link="x", case=case)
        access.note_reads(reader, [person], what="search", link="x")
    rows = CaseRead.objects.values_list("person", "what", "own_name", "own_address")
    assert set(rows) == {
        (leah.pk, "case", True, True),
        (leah.pk, "search", True, True),
        (owen.pk, "case", False, False),
        (owen.pk, "search", False, False),
    }


def test_of_several_at_once_those_are_noted_that_were_not(case, asks_for_help, leah, owen):
    other = asks_for_help(first_name="Ada").resident
    access.note_reads(leah, [case.resident], what="search", link="search")
    access.note_reads(leah, [case.resident, other], what="search", link="search")
    access.note_reads(leah, [other], what="list", link="search")
    access.note_reads(owen, [other], what="search", link="search")
    rows = CaseRead.objects.order_by("id").values_list("person", "resident", "what", "link")
    assert [*rows] == [
        (leah.pk, case.resident.pk, "search", "search"),
        (leah.pk, other.pk, "search", "search"),
        (leah.pk, other.pk, "list", "search"),
        (owen.pk, other.pk, "search", "search"),
    ]


def test_what_was_typed_is_noted_once_and_an_empty_form_is_nobodys(case, leah, owen):
    draft, _ = intake.start(channel="phone", by=leah)
    described = keys.Described(
        first="Ada", last="Omondi", address="14 Mill Lane", postcode="BF1 2AG"
    )
    assert access.note_draft(leah, draft, described) is None
    intake.save(draft=draft, answers={"first_name": "Ada"}, by=leah)
    OwnAddress.objects.create(person=leah, digest=keys.address_hash("BF12AG 14"))
    draft.refresh_from_db()
    first = access.note_draft(leah, draft, described)
    assert access.note_draft(leah, draft, described) == first
    assert (first.draft_code, first.what, first.link) == (draft.code, "draft", "intake")
    assert (first.own_name, first.own_address, first.person) == (True, True, leah)
    other = access.note_draft(owen, draft, described)
    assert (other.own_name, other.own_address, other.person) == (False, False, owen)


@pytest.mark.parametrize(("seconds", "readings"), [(298, 1), (302, 2)])
def test_after_five_minutes_it_is_another_reading(case, leah, monkeypatch, seconds, readings):
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers={"first_name": "Ada"}, by=leah)
    draft.refresh_from_db()
    described = keys.Described(first="Ada")
    began = timezone.now()
    for moment in (began, began + timedelta(seconds=seconds)):
        monkeypatch.setattr(timezone, "now", lambda now=moment: now)
        access.note_read(leah, case.resident, what="case", link="caseload", case=case)
        access.note_reads(leah, [case.resident], what="search", link="search")
        access.note_draft(leah, draft, described)
    for what in ("case", "search", "draft"):
        assert CaseRead.objects.filter(what=what).count() == readings, what


def test_a_list_that_shows_somebody_of_an_open_case_is_a_reading_of_its_own(case, leah):
    access.note_read(leah, case.resident, what="search", link="x", case=case)
    access.note_reads(leah, [case.resident], what="search", link="search")
    assert CaseRead.objects.filter(case=None).count() == 1


def test_a_digest_of_another_kind_is_no_address(case, leah):
    digest = keys.address_hash("BF9 9ZZ 1")
    key = {"kind": "name", "digest": keys.of_hash(digest)}
    ResidentKey.objects.create(resident=case.resident, **key)
    OwnAddress.objects.create(person=leah, digest=digest)
    assert not access.note_read(leah, case.resident, what="case", link="x", case=case).own_address
    access.note_reads(leah, [case.resident], what="search", link="x")
    assert not CaseRead.objects.get(what="search").own_address


def test_who_was_shown_a_candidate_for_a_form_has_not_read_the_form_by_that(case, leah):
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers={"first_name": "Ada"}, by=leah)
    draft.refresh_from_db()
    access.note_read(leah, case.resident, what="candidate", link="x", draft=draft)
    access.note_draft(leah, draft, keys.Described(first="Ada"))
    assert CaseRead.objects.filter(what="draft").count() == 1


def test_two_forms_of_one_person_are_read_each(case, leah):
    for number in range(2):
        draft, _ = intake.start(channel="phone", by=leah)
        intake.save(draft=draft, answers={"first_name": f"Ada {number}"}, by=leah)
        draft.refresh_from_db()
        access.note_draft(leah, draft, keys.Described(first="Ada"))
    assert CaseRead.objects.filter(what="draft").count() == 2


def test_only_who_was_shown_as_a_candidate_for_that_form_was_offered(
    case, asks_for_help, leah, owen
):
    draft, other = (intake.start(channel="phone", by=leah)[0] for _ in range(2))
    person = case.resident
    access.note_read(leah, person, what="draft", link="x", draft=draft)
    assert not access.was_offered(leah, draft, person)
    access.note_read(leah, person, what="candidate", link="x", draft=draft)
    assert access.was_offered(leah, draft, person)
    assert not access.was_offered(owen, draft, person)
    assert not access.was_offered(leah, other, person)
    another = asks_for_help(first_name="Ada", by=leah).resident
    assert not access.was_offered(leah, draft, another)


# --- Partners ---------------------------------------------------------------------------------


@pytest.fixture
def referral(case, advice, service, leah, kinds) -> Referral:
    referring.give_consent(
        resident=case.resident,
        partner=advice,
        help_type=kinds["debt"],
        by=leah,
        words="Yes.",
        fields=["first name", "phone", "born"],
    )
    return referring.refer(need=case.needs.get(), service=service, hand="consented", by=leah)


def test_only_referral_workers_of_a_partner_that_acts(advice, joan, asha, service, bakery):
    assert access.get_partner_for_referrals(joan, "advice") == advice
    for person, code in ((asha, "advice"), (joan, "bakery")):
        with pytest.raises(Http404):
            access.get_partner_for_referrals(person, code)
    with pytest.raises(PermissionDenied):
        access.get_partner_for_referrals(asha, "bakery")
    type(advice).objects.filter(pk=advice.pk).update(stopped_on=timezone.localdate())
    with pytest.raises(PermissionDenied):
        access.get_partner_for_referrals(joan, "advice")


def test_a_referral_is_read_by_the_partner_that_got_it(referral, joan, bakery):
    assert access.get_referral_for(joan, "advice", referral.code) == referral
    with pytest.raises(Http404):
        access.get_referral_for(joan, "advice", "F-NONE")
    Referral.objects.update(partner=bakery)
    with pytest.raises(Http404):
        access.get_referral_for(joan, "advice", referral.code)


def test_what_a_partner_reads_is_kept(referral, joan):
    shown = access.shown_to_partner(referral, joan)
    assert [*shown] == [access.INSTRUCTION, "first name", "phone", "born"]
    copy = Copy.objects.get()
    assert (copy.referral, copy.partner, copy.person, copy.fields) == (
        referral,
        referral.partner,
        joan,
        [*shown],
    )


def test_what_was_handed_over_before_consent_was_compared_is_cut_to_what_was_agreed(referral, joan):
    Referral.objects.update(fields=["first name", "last name"])
    shown = access.shown_to_partner(Referral.objects.get(), joan)
    assert [*shown] == [access.INSTRUCTION, "first name"]


@pytest.mark.parametrize("gone", ["dead", "merged"])
def test_of_who_is_gone_a_partner_reads_nothing(referral, joan, asks_for_help, gone):
    other = asks_for_help(first_name="Ada").resident
    now = {"is_dead": True} if gone == "dead" else {"state": "merged", "merged_into": other}
    Resident.objects.filter(pk=referral.case.resident_id).update(**now)
    assert access.shown_to_partner(Referral.objects.get(), joan) == {}
    assert not Copy.objects.exists()


def test_who_became_restricted_is_reached_through_the_desk(referral, kept, joan, case):
    Case.objects.filter(pk=kept.pk).update(resident=case.resident)
    told = access.shown_to_partner(Referral.objects.get(), joan)
    assert told == {access.INSTRUCTION: access.THROUGH_THE_DESK}
    copy = Copy.objects.get()
    assert (copy.partner, copy.person, copy.fields) == (
        referral.partner,
        joan,
        [access.INSTRUCTION],
    )
    # The partner that got the restricted case itself has a part in it.
    Case.objects.filter(pk=case.pk).update(is_restricted=True)
    assert "first name" in access.shown_to_partner(Referral.objects.get(), joan)


def test_the_fields_of_a_resident(case):
    resident = case.resident
    told = access.fields_of(resident)
    assert [*told] == [access.INSTRUCTION, *(name for name, _ in access.SHARED)]
    assert (told["first name"], told["last name"], told["born"]) == (
        "Zebedee",
        "Quillfeather",
        "12 April 1958",
    )
    assert (told["phone"], told["household"], told["words"]) == ("07700 934567", "", "")


def test_a_number_that_is_never_rung_is_in_no_field(asks_for_help, leah):
    told = access.fields_of(asks_for_help("debt", by=leah, contact="post_only").resident)
    assert (told["phone"], told["first name"]) == ("", "Zebedee")


def test_who_reads_for_a_partner_needs_a_second_factor(joan, service):
    assert needs_second_factor(joan)
    joan.memberships.update(handles_referrals=False)
    assert not needs_second_factor(Person.objects.get(pk=joan.pk))


def test_a_page_of_another_role_says_whose_it_is_and_leads_back(leah, sign_in):
    answer = sign_in(leah).get("/desk/help/services/")
    assert answer.status_code == 403
    page = " ".join(answer.content.decode().split())
    assert "It is for the desk manager. If it belongs to your work, ask" in page
    assert '<a class="govuk-link" href="/desk/help/">Go to Help desk</a>' in page
