"""One person or two: a merge takes over what says more; undoing takes back only what it did."""

from __future__ import annotations

import json
import re

import pytest

from commonweal.cases import access, consenting, subject
from commonweal.cases.models import Callback, Case
from commonweal.grants import actions as granting
from commonweal.office.errors import Refused
from commonweal.residents import deaths, merging, parting, people, reaching, ways
from commonweal.residents.models import Merge, Resident
from commonweal.residents.models.guarding import GUARDED

pytestmark = pytest.mark.django_db

ONE = {
    "first_name": "William",
    "last_name": "Turner",
    "born": "1965",
    "phones": "07700 934567",
    "address": "14 Mill Lane",
    "postcode": "BF1 2AG",
}
TWO = {
    "first_name": "Bill",
    "last_name": "Turner",
    "born": "1965-09-03",
    "phones": "07700 934000",
    "address": "3 Quay Street",
    "postcode": "BF2 4DJ",
    "email": "bill@example.org",
}


@pytest.fixture
def pair(asks_for_help, leah):
    """Two records of Leah's that may be one person: (kept, gone)."""
    one = asks_for_help(by=leah, **ONE).resident
    two = asks_for_help("energy", by=leah, **TWO).resident
    return one, two


@pytest.fixture
def desk(sign_in, leah):
    return sign_in(leah)


def merged(desk, pair, **answers):
    """Through the page: the merge that came of it."""
    one, two = pair
    answers = {"verb": "merge", "because": "The same voice."} | answers
    response = desk.post(f"/desk/help/people/{one.code}/with/{two.code}/", answers)
    assert response.status_code == 302, response.content.decode()
    for resident in pair:
        resident.refresh_from_db()
    return Merge.objects.get()


def change(resident, **values):
    """Somebody changed this of the record since; by which page does not matter here."""
    Resident.objects.filter(pk=resident.pk).update(**values)


def reached(resident, rule, by):
    """Somebody said since how they may be reached."""
    reaching.write(resident=resident, rule=rule, source="changed", because="Told.", by=by)


def unmerged(desk, pair, **answers):
    """Through the page, with what it proposes unless it is said otherwise."""
    merge = Merge.objects.get()
    address = f"/desk/help/people/{merge.kept.code}/unmerge/{merge.pk}/"
    page = desk.get(address)
    form = page.context["form"]
    posted = {name: form[name].initial for name in form.fields if name.startswith("whose_")}
    for what, whose in answers.items():
        [name] = [n for n in posted if form[n].label.lower().startswith(what)]
        posted[name] = whose
    posted |= {"because": "Two voices.", "seen": page.context["seen"]}
    response = desk.post(address, posted)
    assert response.status_code == 302, response.content.decode()
    for resident in pair:
        resident.refresh_from_db()
    return page.content.decode()


# --- What came since stays ------------------------------------------------------------------------


def test_what_came_since_a_merge_survives_its_undoing(desk, pair, leah):
    """The finding: *do not contact*, a safe word, a corrected birth date, a telephone."""
    one, two = pair
    merged(desk, pair)
    reached(one, ways.Rule("none", note="A violent ex-partner knows it.", word="heron"), leah)
    change(
        one,
        born="1965-09-04",
        phones="07700 934567\n07700 934000\n07700 911111",
    )
    page = unmerged(desk, pair)
    assert "This came since. Whose is it?" in page
    assert (one.contact, two.contact) == ("none", "none")
    assert (one.safe_word, two.safe_word) == ("heron", "heron")
    assert "violent" in one.safe_note
    assert "violent" in two.safe_note
    assert (one.born, two.born) == ("1965-09-04", "1965-09-03")
    assert one.phone_list == ["07700 934567", "07700 911111"]
    assert two.phone_list == ["07700 934000"]
    for resident in pair:
        for way in reaching.Way:
            assert not reaching.may(resident, way=way).ever, way


def test_each_thing_that_came_since_goes_to_whom_the_page_is_told(desk, pair, asks_for_help, leah):
    one, two = pair
    merged(desk, pair)
    reached(one, ways.Rule("text_only"), leah)
    change(one, born="1965-09-04", phones="07700 934567\n07700 922222")
    case = asks_for_help("debt", by=leah, resident=one)
    theirs = ("date of birth", "case", "phones, added")
    unmerged(desk, pair, **dict.fromkeys(theirs, "gone"))
    # How they may be reached is not asked about: it may be about either, so it holds for both.
    assert (one.contact, two.contact) == ("text_only", "text_only")
    assert (one.born, two.born) == ("1965", "1965-09-04")
    assert one.phone_list == ["07700 934567"]
    # 07700 934000 was taken out since: it is taken out of both unless somebody says otherwise.
    assert two.phone_list == ["07700 922222"]
    case.refresh_from_db()
    assert case.resident == two


def test_a_case_consent_and_grant_that_came_since_stay_unless_said(
    desk, pair, asks_for_help, leah, fund
):
    one, two = pair
    before = {r.pk: set(r.cases.values_list("code", flat=True)) for r in pair}
    merged(desk, pair)
    case = asks_for_help("debt", by=leah, resident=one)
    consent = consenting.give_consent(
        resident=one,
        help_type=case.needs.get().help_type,
        purpose="advice",
        words="Yes.",
        by=leah,
        fields=["first name"],
    )
    grant = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50}
    own = granting.apply(fund=fund, resident=one, by=leah, values=grant)
    of_case = granting.apply(fund=fund, resident=one, case=case, by=leah, values=grant)
    page = unmerged(desk, pair)
    assert case.code in page
    assert own.code in page
    # A grant of a case is whose its case is: it is not asked about by itself.
    assert of_case.code not in page
    for row in (case, consent, own, of_case):
        row.refresh_from_db()
        assert row.resident == one
    assert set(two.cases.values_list("code", flat=True)) == before[two.pk]


def test_a_grant_follows_its_case(desk, pair, asks_for_help, leah, fund):
    one, two = pair
    merged(desk, pair)
    case = asks_for_help("debt", by=leah, resident=one)
    grant = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50}
    of_case = granting.apply(fund=fund, resident=one, case=case, by=leah, values=grant)
    unmerged(desk, pair, case="gone")
    of_case.refresh_from_db()
    assert of_case.resident == two


def test_the_dead_are_not_made_alive_by_an_undoing(desk, pair, leah):
    one, two = pair
    merged(desk, pair)
    case = one.cases.first()
    once = desk.post(f"/desk/help/cases/{case.code}/dead/", {"because": "Her daughter rang."})
    assert "Tick that this person has died" in once.content.decode()
    assert "Her daughter rang." in once.content.decode()
    death = {"because": "Her daughter rang.", "sure": "on"}
    desk.post(f"/desk/help/cases/{case.code}/dead/", death)
    unmerged(desk, pair)
    assert one.is_dead
    assert two.is_dead
    # Of either it can be said by itself that the report was wrong.
    deaths.alive_after_all(resident=two, because="He stood at the door.", by=leah)
    for resident in pair:
        resident.refresh_from_db()
    assert (one.is_dead, two.is_dead) == (True, False)


def test_one_who_was_dead_makes_the_merged_record_dead_and_stops_its_calls(
    desk, pair, leah, asks_for_help
):
    one, two = pair
    Callback.objects.create(
        case=one.cases.get(), purpose="follow_up", due_at=one.cases.get().opened_at
    )
    deaths.report_dead(resident=two, by=leah, because="His sister said so.")
    merged(desk, pair)
    assert one.is_dead
    assert not Callback.objects.filter(state="due").exists()
    unmerged(desk, pair)
    assert one.is_dead
    assert two.is_dead
    deaths.alive_after_all(resident=one, because="It was the other one.", by=leah)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.is_dead, two.is_dead) == (False, True)
    assert Callback.objects.get(state="due").case.resident == one


@pytest.mark.parametrize("since", [False, True])
def test_only_what_the_merge_did_is_taken_back(desk, pair, leah, since):
    """Column by column: everything that the merge changed is what it was, and nothing else."""
    one, two = pair
    people.change(resident=two, values={"lives": "refuge"}, by=leah)
    reached(two, ways.Rule("no_ring", note="Not on Fridays.", word="heron"), leah)
    before = [merging.values_of(Resident.objects.get(pk=r.pk)) for r in pair]
    rules = [reaching.rule_of(Resident.objects.get(pk=r.pk)) for r in pair]
    merged(desk, pair)
    assert (one.contact, one.lives, one.email) == ("no_ring", "refuge", "bill@example.org")
    if since:
        change(one, language="Welsh")
    unmerged(desk, pair)
    after = [merging.values_of(one), merging.values_of(two)]
    if since:
        assert after[0].pop("language") == "Welsh"
        before[0].pop("language")
    assert after == before
    assert [reaching.rule_of(one), reaching.rule_of(two)] == rules


@pytest.mark.parametrize("name", [*Resident.PERSONAL, "contact", "lives"])
@pytest.mark.parametrize("whose", ["kept", "gone", "both"])
def test_no_column_that_changed_since_is_lost(pair, leah, name, whose):
    """Over every column and every answer: the later value stands on at least one of the two.
    What says how they may be reached stands on both, whatever is answered."""
    one, two = pair
    merge = merging.merge(kept=one, gone=two, because="One.", by=leah)
    later = {"contact": "none", "lives": "no_fixed", "born": "1971-02-03"}.get(name, "07700 955555")
    if name in GUARDED:
        part = {"safe_note": "note", "safe_word": "word"}.get(name, name)
        reached(one, ways.Rule(**{"contact": "any", part: later}), leah)
    else:
        change(one, **{name: later})
    merge.refresh_from_db()
    whose_is_it = {since.key: whose for since in parting.come_since(merge)}
    asked = name in {key.removesuffix("-out") for key in whose_is_it}
    assert asked != (name in GUARDED)
    parting.undo_merge(merge=merge, because="Two.", whose=whose_is_it, by=leah)
    one.refresh_from_db()
    two.refresh_from_db()
    there = {side: later in str(getattr(r, name)) for side, r in (("kept", one), ("gone", two))}
    assert any(there.values())
    if name in GUARDED:
        assert all(there.values())
    elif whose != "both":
        assert there[whose]


def test_what_came_while_the_page_was_open_is_not_decided_unseen(desk, pair):
    merge = merged(desk, pair)
    address = f"/desk/help/people/{pair[0].code}/unmerge/{merge.pk}/"
    seen = desk.get(address).context["seen"]
    change(pair[0], born="1971-02-03")
    page = desk.post(address, {"because": "Two voices.", "seen": seen, "whose_0": "kept"})
    assert "Something came to this record since you opened the page" in page.content.decode()
    assert "Two voices." in page.content.decode()
    assert Merge.objects.get().undone_at is None


def test_undoing_takes_a_reason_and_the_right_order(desk, pair, asks_for_help, leah):
    one, two = pair
    merge = merged(desk, pair)
    address = f"/desk/help/people/{one.code}/unmerge/{merge.pk}/"
    assert "Say how you know" in desk.post(address, {"because": ""}).content.decode()
    third = asks_for_help("work", by=leah, first_name="W", last_name="Turner").resident
    later = merging.merge(kept=one, gone=third, because="The same.", by=leah)
    with pytest.raises(Refused, match="merged into this record later"):
        parting.undo_merge(merge=merge, because="Two.", by=leah)
    parting.undo_merge(merge=later, because="Two.", by=leah)
    parting.undo_merge(merge=merge, because="Two voices.", by=leah)
    assert Merge.objects.get(pk=merge.pk).undone_because == "Two voices."
    assert [r.cases.count() for r in (one, two, third)] == [1, 1, 1]


# --- Merging --------------------------------------------------------------------------------------


def test_what_says_more_is_taken_and_each_column_can_be_chosen(desk, pair):
    one, two = pair
    page = desk.get(f"/desk/help/people/{one.code}/with/{two.code}/")
    form = page.context["form"]
    assert {name: form[f"which_{name}"].initial for name in form.columns} == {
        "first_name": "kept",
        "born": "gone",
        "address": "kept",
    }
    assert "3 Quay Street BF2 4DJ" in page.content.decode()
    merged(desk, pair, which_born="gone", which_address="gone", which_first_name="kept")
    assert (one.born, one.address, one.postcode) == ("1965-09-03", "3 Quay Street", "BF2 4DJ")
    assert one.first_name == "William"
    assert one.also_known_as == "Bill Turner"
    assert json.loads(Merge.objects.get().journal)["kept"]["born"] == ["1965", "1965-09-03"]


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "which"),
    [
        ("born", "1965", "1965-09-03", "gone"),
        ("born", "1965-09-03", "1965", "kept"),
        ("born", "1965-09", "1965-09-03", "gone"),
        ("born", "1966", "1965-09-03", "kept"),
        ("first_name", "J", "Joan", "gone"),
        ("first_name", "Joan", "J", "kept"),
        ("postcode", "BF1", "BF1 2AG", "gone"),
        ("last_name", "Bell", "Reed", "kept"),
        ("address", "14 Mill Lane", "14 Mill Lane, Oakby", "gone"),
    ],
)
def test_the_more_precise_value_wins(name, ours, theirs, which):
    kept, gone = Resident(**{name: ours}), Resident(**{name: theirs})
    assert merging.preferred(name, kept, gone) == which


@pytest.fixture
def areas(area):
    return [area, type(area).objects.create(code="other", name="Other")]


MILL, QUAY = ("14 Mill Lane", "BF1 2AG"), ("3 Quay Street", "BF2 4DJ")


@pytest.mark.parametrize(
    ("ours", "theirs", "chosen", "stands"),
    [
        (MILL, QUAY, "kept", MILL),
        (MILL, QUAY, "gone", QUAY),
        (MILL, QUAY, "", MILL),
        # What one lacks is not taken from another place.
        (("14 Mill Lane", ""), QUAY, "", ("14 Mill Lane", "")),
        (MILL, ("3 Quay Street", ""), "gone", ("3 Quay Street", "")),
        # A whole place before a postcode alone, and of one house the other postcode as said.
        (("", "BF1 2AG"), QUAY, "", QUAY),
        (("", "BF1 2AG"), QUAY, "kept", ("", "BF1 2AG")),
        (MILL, ("14 Mill Lane", "BF1 2AB"), "gone", ("14 Mill Lane", "BF1 2AB")),
        # One place, said in parts.
        (("14 Mill Lane", ""), ("", "BF1 2AG"), "", MILL),
        (("14 Mill Lane", "BF1"), ("14 mill lane", "BF1 2AG"), "", MILL),
        (
            ("14 Mill Lane, Oakby", ""),
            ("14 Mill Lane", "BF1 2AG"),
            "",
            ("14 Mill Lane, Oakby", "BF1 2AG"),
        ),
    ],
)
def test_of_two_places_one_is_taken_as_a_whole(pair, desk, areas, ours, theirs, chosen, stands):
    """A house of one with the postcode of the other is nowhere."""
    one, two = pair
    change(one, address=ours[0], postcode=ours[1], area=areas[0])
    change(two, address=theirs[0], postcode=theirs[1], area=areas[1])
    merged(desk, pair, **({"which_address": chosen} if chosen else {}))
    assert (one.address, one.postcode) == stands
    assert one.area == (areas[1] if stands == QUAY or chosen == "gone" else areas[0])
    unmerged(desk, pair)
    assert (one.address, one.postcode, one.area) == (*ours, areas[0])
    assert (two.address, two.postcode, two.area) == (*theirs, areas[1])


def test_whoever_is_in_a_refuge_stays_hidden_whichever_place_is_taken(pair, desk):
    for hidden, chosen in ((pair[0], "gone"), (pair[1], "kept")):
        change(hidden, lives="refuge")
        page = desk.get(f"/desk/help/people/{pair[0].code}/with/{pair[1].code}/")
        assert hidden.address not in page.content.decode()
        assert "In a refuge: the address is never shown" in page.content.decode()
        merged(desk, pair, which_address=chosen)
        assert pair[0].lives == "refuge"
        unmerged(desk, pair)
        Merge.objects.all().delete()
        change(hidden, lives="address")


def test_how_they_live_goes_with_the_place_that_is_taken(pair, desk):
    one, two = pair
    change(one, lives="no_fixed")
    merged(desk, pair, which_address="gone")
    assert (one.address, one.lives) == ("3 Quay Street", "address")


def test_the_page_of_an_undoing_says_that_how_to_reach_them_was_changed_since(desk, pair, leah):
    one, two = pair
    merged(desk, pair)
    address = f"/desk/help/people/{one.code}/unmerge/{Merge.objects.get().pk}/"
    assert "Nothing came to the record since." in desk.get(address).content.decode()
    reached(one, ways.Rule("none", word="heron"), leah)
    page = desk.get(address).content.decode()
    assert "How they may be reached was changed since: Do not contact" in page
    assert "Nothing came" not in page


def test_a_merge_takes_a_reason_and_keeps_what_was_typed(desk, pair):
    one, two = pair
    address = f"/desk/help/people/{one.code}/with/{two.code}/"
    page = desk.post(address, {"verb": "merge", "which_born": "kept"})
    assert "Say how you know" in page.content.decode()
    assert re.search(r'value="kept"[^>]*checked', page.content.decode())
    with pytest.raises(Refused, match="Say how you know"):
        merging.merge(kept=one, gone=two, because=" ", by=one.cases.get().taken_by)
    assert not Merge.objects.exists()


@pytest.mark.parametrize("one", Resident.Contact.values)
@pytest.mark.parametrize("other", Resident.Contact.values)
def test_the_stricter_way_allows_only_what_both_allow(pair, leah, one, other):
    for resident, contact in zip(pair, (one, other), strict=True):
        reached(resident, ways.Rule(contact), leah)
    kept, gone = pair
    merging.merge(kept=kept, gone=gone, because="One.", by=leah)
    kept.refresh_from_db()
    assert kept.contact == ways.meet(one, other) == ways.meet(other, one)
    assert ways.OPENS[kept.contact] == ways.OPENS[one] & ways.OPENS[other]


def test_a_merged_record_is_changed_through_the_one_that_stands(pair, leah):
    one, two = pair
    merging.merge(kept=one, gone=two, because="One.", by=leah)
    with pytest.raises(Refused, match=one.code):
        people.change(resident=Resident.objects.get(pk=two.pk), values={"born": "1"}, by=leah)


def test_who_was_said_to_be_another_stays_another_after_a_merge(asks_for_help, leah, pair):
    one, two = pair
    cousin = asks_for_help("debt", by=leah, **TWO | {"first_name": "William"}).resident
    people.say_different(resident=two, lookalike=cousin, because="Cousins.", by=leah)
    merging.merge(kept=one, gone=two, because="One.", by=leah)
    one.refresh_from_db()
    near = people.candidates(people.described(one), apart_from=one)
    assert cousin not in [candidate.resident for candidate in near]
    assert Case.objects.count() == 3


def test_a_date_of_birth_is_written_as_people_read_it_wherever_it_is_shown(
    desk, pair, joan, service, sign_in, leah, helen, kinds
):
    """Compared, chosen between, parted, referred, given out: nowhere as it is kept."""
    one, two = pair
    compared = desk.get(f"/desk/help/people/{one.code}/with/{two.code}/").content.decode()
    assert "3 September 1965" in compared
    assert "1965-09-03" not in compared
    assert access.fields_of(two)["born"] == "3 September 1965"
    entries = subject.entries_of(two)
    lines = [line for entry in entries for line in entry.lines if line[0] == "Date of birth"]
    assert [line[1] for line in lines] == ["3 September 1965"]
    assert parting.shown(two, "born") == "3 September 1965"
    assert merging.in_words("born", "1965-09") == "September 1965"
