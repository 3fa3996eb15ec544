"""A reviewer asks for more of a claim: who may, what is written, how it comes back or ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from commonweal.accounts.models import Event, Message, Person, Reminder, Role
from commonweal.office.errors import Refused
from commonweal.partners.access import STOPPED
from commonweal.partners.models import Partner
from commonweal.places.models import Town
from commonweal.pledges import asking_more, reviewing
from commonweal.pledges.models import Entry, MoreAsked, Pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(claimed: Any) -> Entry:
    """A claim of the bakery's that waits for its review."""
    entry: Entry = claimed()[1]
    return entry


@pytest.fixture
def asked(claim: Entry, idris: Person) -> MoreAsked:
    return asking_more.ask_for_more(claim_entry=claim, wanted="The signed list.", by=idris)


def letters_to(person: Person) -> list[Message]:
    """Those about more evidence, in the order in which they were written."""
    every = Message.objects.filter(person=person).order_by("pk")
    return [letter for letter in every if "more" in letter.key]


def test_what_is_asked_for_is_kept_with_who_asked_and_until_when(
    asked: MoreAsked, claim: Entry, idris: Person, today: date, town: Town
) -> None:
    assert (asked.claim, asked.wanted, asked.asked_by) == (claim, "The signed list.", idris)
    assert (asked.asked_on, asked.ended_on) == (today, None)
    assert asked.until == today + timedelta(days=town.reply_days)


def test_it_leaves_a_record_without_its_words(asked: MoreAsked, claim: Entry) -> None:
    event = Event.objects.get(verb="more evidence asked for")
    assert (event.about_code, event.as_role) == (claim.pledge.code, "reviewer")
    assert event.detail == {"entry": claim.seq}


def test_the_partner_is_told_what_and_until_when(
    asked: MoreAsked, claim: Entry, asha: Person, ben: Person, idris: Person
) -> None:
    [letter] = letters_to(asha)
    assert letter.subject == "A reviewer asks for more evidence: Harbour Lane Bakery"
    assert "The signed list." in letter.body
    assert f"Add it by {asked.until.day} {asked.until:%B %Y}" in letter.body
    assert f"/space/bakery/pledges/{claim.pledge.code}/" in letter.body
    # Who only reads is not written to, nor is who asked.
    assert letters_to(ben) == letters_to(idris) == []
    # Their digest does not say it a second time.
    assert Reminder.objects.filter(person=asha, key=f"more-{asked.pk}").count() == 1


def test_asked_again_it_is_refused_and_nothing_is_written(
    asked: MoreAsked, claim: Entry, idris: Person, priya: Person, asha: Person
) -> None:
    for reviewer in (idris, priya):
        with pytest.raises(Refused, match="More was asked for already"):
            asking_more.ask_for_more(claim_entry=claim, wanted="Again.", by=reviewer)
    assert list(MoreAsked.objects.values_list("wanted", flat=True)) == ["The signed list."]
    assert len(letters_to(asha)) == 1
    assert Event.objects.filter(verb="more evidence asked for").count() == 1


def test_of_another_claim_more_can_be_asked(
    asked: MoreAsked, claimed: Any, idris: Person, claim: Entry, today: date
) -> None:
    pledge, second = claimed(statement="Another.")
    further = asking_more.ask_for_more(claim_entry=second, wanted="A photo.", by=idris)
    assert asking_more.running(today) == {claim.seq: asked, second.seq: further}
    assert asking_more.running_of(pledge, today) == [further]
    assert asking_more.running_of(claim.pledge, today) == [asked]


@pytest.mark.parametrize(("days", "is_running"), [(0, True), (-1, False)])
def test_it_runs_to_its_last_day(
    asked: MoreAsked, claim: Entry, today: date, days: int, is_running: bool
) -> None:
    MoreAsked.objects.filter(pk=asked.pk).update(until=today + timedelta(days=days))
    assert bool(asking_more.running(today)) is is_running
    assert bool(asking_more.running_of(claim.pledge, today)) is is_running


def test_once_its_days_are_over_it_can_be_asked_again(
    asked: MoreAsked, claim: Entry, priya: Person, today: date
) -> None:
    MoreAsked.objects.filter(pk=asked.pk).update(until=today - timedelta(days=1))
    again = asking_more.ask_for_more(claim_entry=claim, wanted="The list, please.", by=priya)
    asked.refresh_from_db()
    assert (asked.ended_on, again.ended_on) == (today, None)
    assert asking_more.running(today) == {claim.seq: again}


# Who may not


def test_nobody_asks_their_own_organisation(claim: Entry, new_person: Any, bakery: Partner) -> None:
    insider = new_person("insider", "In Sider", role=Role.REVIEWER, of=bakery, may="reader")
    with pytest.raises(Refused, match="You belong to Harbour Lane Bakery"):
        asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=insider)
    assert not MoreAsked.objects.exists()


def test_nobody_asks_of_a_claim_that_they_made(claim: Entry, asha: Person) -> None:
    asha.memberships.all().delete()
    with pytest.raises(Refused, match="You made this claim yourself"):
        asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=asha)


def test_of_what_was_verified_no_more_is_asked(claim: Entry, idris: Person, priya: Person) -> None:
    reviewing.review(
        pledge=claim.pledge,
        claim_seq=claim.seq,
        verdict="upheld",
        figure=None,
        reasons="I read the list.",
        by=idris,
    )
    with pytest.raises(Refused, match="You have reviewed this claim already"):
        asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=idris)
    with pytest.raises(Refused, match="This claim has been verified already"):
        asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=priya)


# How it ends


def test_evidence_that_comes_ends_it_and_tells_who_asked(
    asked: MoreAsked, claim: Entry, asha: Person, idris: Person, today: date
) -> None:
    reviewing.attach_link(
        pledge=claim.pledge,
        claim_seq=claim.seq,
        url="https://example.org/signed",
        title="The list",
        by=asha,
    )
    asked.refresh_from_db()
    assert (asked.ended_on, asked.has_come) == (today, True)
    [letter] = letters_to(idris)
    assert letter.subject == "More evidence came: Harbour Lane Bakery"
    assert f"/desk/review/{claim.seq}/" in letter.body
    # A second piece tells nobody again.
    asking_more.came(claim.pledge, claim.seq)
    assert len(letters_to(idris)) == 1


def test_a_partner_with_nothing_more_says_so_and_it_goes_on(
    asked: MoreAsked, claim: Entry, asha: Person, idris: Person, today: date
) -> None:
    asking_more.have_nothing_more(pledge=claim.pledge, claim_seq=claim.seq, by=asha)
    asked.refresh_from_db()
    assert (asked.ended_on, asked.has_come) == (today, False)
    [letter] = letters_to(idris)
    assert letter.subject == "The partner has nothing more to show: Harbour Lane Bakery"
    event = Event.objects.get(verb="nothing more to show")
    assert (event.about_code, event.as_role, event.detail) == (
        claim.pledge.code,
        "editor",
        {"entry": claim.seq},
    )


def test_said_twice_it_is_refused_and_recorded_once(
    asked: MoreAsked, claim: Entry, asha: Person, idris: Person
) -> None:
    asking_more.have_nothing_more(pledge=claim.pledge, claim_seq=claim.seq, by=asha)
    with pytest.raises(Refused, match="Nothing more is asked for any longer"):
        asking_more.have_nothing_more(pledge=claim.pledge, claim_seq=claim.seq, by=asha)
    assert Event.objects.filter(verb="nothing more to show").count() == 1
    assert len(letters_to(idris)) == 1


def test_where_nothing_was_asked_for_nothing_ends(claim: Entry, asha: Person) -> None:
    asking_more.came(claim.pledge, claim.seq)
    with pytest.raises(Refused, match="Nothing more is asked for any longer"):
        asking_more.have_nothing_more(pledge=claim.pledge, claim_seq=claim.seq, by=asha)
    assert not Message.objects.filter(key__startswith="more-came").exists()


def test_who_may_not_act_for_the_town_any_more_says_nothing(
    asked: MoreAsked, claim: Entry, asha: Person, bakery: Partner, today: date
) -> None:
    Partner.objects.filter(pk=bakery.pk).update(stopped_on=today)
    with pytest.raises(Refused) as refusal:
        asking_more.have_nothing_more(pledge=claim.pledge, claim_seq=claim.seq, by=asha)
    assert str(refusal.value) == STOPPED
    asked.refresh_from_db()
    assert asked.ended_on is None


def test_a_claim_of_another_pledge_is_none_of_its_own(
    asked: MoreAsked, claim: Entry, claimed: Any, asha: Person
) -> None:
    other: Pledge = claimed(statement="Another.")[0]
    with pytest.raises(Refused, match="Nothing more is asked for any longer"):
        asking_more.have_nothing_more(pledge=other, claim_seq=claim.seq, by=asha)
    asking_more.came(other, claim.seq)
    asked.refresh_from_db()
    assert asked.ended_on is None
