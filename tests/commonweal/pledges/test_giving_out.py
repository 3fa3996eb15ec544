"""Claims are given to reviewers in bulk: by share and load, without conflicts, and taken back."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from commonweal.accounts.models import Message, Role
from commonweal.office.errors import Refused
from commonweal.partners.models import Membership
from commonweal.pledges import asking_more, giving_out, review_reads
from commonweal.pledges.models import Entry, ReviewAssignment

PAGE = "/desk/charter/give/"


def words_of(page):
    """What a page says, without its tags."""
    main = re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def holds(person):
    return ReviewAssignment.objects.filter(reviewer=person).count()


@pytest.fixture
def twelve(claimed):
    return [claimed(10 + number, statement=f"Promise {number}.")[1] for number in range(12)]


def give(client, **chosen):
    """Look at who would get how many, then give it out as it is shown."""
    shown = client.get(PAGE, chosen)
    mark = re.search(r'name="shown" value="(\w+)"', shown.content.decode())
    return client.post(
        f"{PAGE}?{shown.wsgi_request.GET.urlencode()}", {"shown": mark[1]}, follow=True
    )


def test_who_would_get_how_many_is_shown_before_it_is_done(
    sign_in, twelve, maya, idris, priya, client
):
    giving_out.assign(claim_entry=twelve[0], reviewer=idris, by=maya)
    sign_in(maya)
    assert PAGE in client.get("/desk/charter/").content.decode()
    page = words_of(client.get(PAGE))
    assert "11 claims with evidence have no reviewer." in page
    assert "Idris Bowen (Brackenford College): holds 1" in page
    assert "What would happen" not in page
    page = words_of(client.get(PAGE, {f"share_{idris.pk}": 1, f"share_{priya.pk}": 1}))
    assert "Idris Bowen (Brackenford College) 1 5 6" in page
    assert "Priya Nair (Oakbridge Homes) 0 6 6" in page
    assert holds(priya) == 0


def test_shares_load_and_a_limit_say_who_gets_how_many(sign_in, twelve, maya, idris, priya, client):
    sign_in(maya)
    page = give(client, **{f"share_{idris.pk}": 2, f"share_{priya.pk}": 1})
    assert "12 claims given out. Each reviewer is told once." in page.content.decode()
    assert (holds(idris), holds(priya)) == (8, 4)
    assert "0 claims with evidence have no reviewer." in words_of(page)
    letters = Message.objects.filter(person=idris)
    assert [letter.subject for letter in letters] == [
        "8 claims to review: Harbour Lane Bakery and others"
    ]
    assert letters[0].body.count("/desk/review/") == 6
    assert "/desk/review/?show=yours" in letters[0].body


def test_a_limit_and_a_number_leave_the_rest_with_nobody(
    sign_in, twelve, maya, idris, priya, client
):
    sign_in(maya)
    shares = {f"share_{idris.pk}": 1, f"share_{priya.pk}": 0}
    page = words_of(client.get(PAGE, shares | {"most": 3}))
    assert "9 claims would stay with nobody" in page
    give(client, **shares, most=3, number=2)
    assert (holds(idris), holds(priya)) == (2, 0)
    assert set(ReviewAssignment.objects.values_list("claim", flat=True)) == {
        claim.seq for claim in twelve[:2]
    }


def test_conflicts_of_interest_are_left_out(
    sign_in, claimed, maya, idris, priya, asha, bakery, college, client, new_person
):
    dean = new_person("dean", "A Dean", of=college)
    _, of_bakery = claimed(10)
    _, of_college = claimed(20, partner=college, by=dean)
    giving_out.stand_back(claim_entry=of_bakery, because="A friend.", by=priya)
    ReviewAssignment.objects.all().delete()
    insider = new_person("insider", "Insider", role=Role.REVIEWER, of=bakery, may="reader")
    sign_in(maya)
    give(client, **{f"share_{one.pk}": 1 for one in (idris, priya, insider)})
    given = dict(ReviewAssignment.objects.values_list("claim", "reviewer"))
    assert given[of_bakery.seq] == idris.pk
    assert given[of_college.seq] in {priya.pk, insider.pk}


def test_what_waits_for_the_partner_is_not_given_out(sign_in, claimed, maya, idris, client):
    _, claim = claimed()
    asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=idris)
    assert "0 claims with evidence have no reviewer." in words_of(sign_in(maya).get(PAGE))


def test_a_plan_that_has_changed_is_shown_again_and_nothing_is_done(
    sign_in, twelve, maya, idris, priya, client
):
    sign_in(maya)
    address = f"{PAGE}?share_{idris.pk}=1&share_{priya.pk}=1"
    mark = re.search(r'name="shown" value="(\w+)"', client.get(address).content.decode())[1]
    giving_out.assign(claim_entry=twelve[3], reviewer=priya, by=maya)
    page = client.post(address, {"shown": mark})
    assert "Something has changed since you looked" in page.content.decode()
    assert mark not in page.content.decode()
    assert ReviewAssignment.objects.count() == 1


def test_two_managers_at_one_moment_give_out_once(twelve, maya, idris, today):
    waiting = review_reads.reviews_waiting(today)
    people = giving_out.reviewers(waiting, today)
    plan = giving_out.plan(waiting, people, {idris.pk: 1})
    giving_out.assign(claim_entry=twelve[3], reviewer=idris, by=maya)
    with pytest.raises(Refused, match="has changed"):
        giving_out.give_out(plan=plan, shown=plan.mark, by=maya)
    assert ReviewAssignment.objects.count() == 1


def test_what_was_given_together_is_taken_back_but_for_what_was_checked(
    sign_in, twelve, maya, idris, priya, client
):
    sign_in(maya)
    give(client, **{f"share_{idris.pk}": 1, f"share_{priya.pk}": 1})
    mine = ReviewAssignment.objects.filter(reviewer=idris).first().claim
    sign_in(idris).post(
        f"/desk/review/{mine.seq}/",
        {"verdict": "upheld", "words": "Seen.", "seen": mine.pledge.entries.count()},
    )
    sign_in(maya)
    assert "11 claims given on" in words_of(client.get(PAGE))
    batch = ReviewAssignment.objects.first().batch
    page = client.post(f"{PAGE}{batch}/undo/", follow=True)
    assert "11 claims taken back; nobody has them now." in page.content.decode()
    assert ReviewAssignment.objects.get().claim == mine
    page = client.post(f"{PAGE}{batch}/undo/", follow=True)
    assert "Nothing of it is left to take back." in page.content.decode()
    assert Entry.objects.filter(kind="review").count() == 1


def test_all_that_one_holds_is_taken_back(sign_in, twelve, maya, idris, client):
    for claim in twelve[:3]:
        giving_out.assign(claim_entry=claim, reviewer=idris, by=maya)
    sign_in(maya)
    page = client.post(f"{PAGE}from/{idris.pk}/", follow=True).content.decode()
    assert "3 claims taken back" in page
    assert holds(idris) == 0
    page = client.post(f"{PAGE}from/{idris.pk}/", follow=True).content.decode()
    assert "Nothing of it is left" in page


def test_wrong_numbers_are_said_at_their_fields(sign_in, twelve, maya, idris, client):
    page = sign_in(maya).get(PAGE, {f"share_{idris.pk}": "ten", "most": "0"}).content.decode()
    assert "Write a number from 0 to 9" in page
    assert "Write 1 or more" in page
    assert "What would happen" not in page
    assert 'value="ten"' in page


def test_without_reviewers_the_page_says_who_makes_them(sign_in, claimed, maya, client):
    claimed()
    page = words_of(sign_in(maya).get(PAGE))
    assert "Nobody is a reviewer today." in page


def test_who_left_their_organisation_has_none_beside_their_name(
    sign_in, twelve, maya, idris, client
):
    Membership.objects.filter(person=idris).update(left_on=timezone.localdate())
    assert "Idris Bowen (no organisation)" in words_of(sign_in(maya).get(PAGE))
