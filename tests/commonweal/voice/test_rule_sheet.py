"""A rule sheet: drafted, published with its digest, and from then on changed by nobody."""

from __future__ import annotations

import hashlib
import inspect
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.voice.models import Emergency, Pot, Project, Round
from commonweal.voice.rounds import drafting, emergencies, guards

from ..cast.rounds import checked, close, sheet_answers

pytestmark = pytest.mark.django_db
WORD = "Quillfeather"


def three(name: str, day: date) -> dict[str, str]:
    parts = (day.day, day.month, day.year)
    return {f"{name}_{place}": str(part) for place, part in enumerate(parts)}


def typed(today: date, **more: str) -> dict[str, str]:
    """What somebody fills in for a round in ten days."""
    return {
        "title": "The green",
        "words": "For the green.",
        "budget": "£1,000.50",
        "ballot_form": "approval",
        "least": "1",
        "rule": "equal-shares",
        "satisfaction": "cost",
        "completion": "add1",
        "step": "1",
        "threshold": "0",
        "ties": "cheaper,votes,lot:7",
        "who_decides": "The cabinet.",
        "who_may_vote": "All.",
        "addresses_from": "Council tax.",
        "addresses_ground": "A public task.",
        "election": "None.",
        **three("opens_on", today + timedelta(days=10)),
        **three("last_on", today + timedelta(days=20)),
    } | more


def test_a_round_goes_from_an_idea_to_a_published_sheet(client, sign_in, nadia, today):
    desk = sign_in(nadia)
    desk.post("/desk/budgets/new/", typed(today))
    idea = {"title": "A pond", "words": "Frogs.", "proposed_by": "enterprise"}
    answer = client.post("/have-your-say/budgets/the-green/idea/", idea, follow=True)
    assert "Your idea is kept" in answer.content.decode()
    assert "A pond" not in client.get("/have-your-say/budgets/the-green/").content.decode()
    added = {"title": "A bench", "words": "To sit.", "proposed_by": "council"}
    desk.post("/desk/budgets/the-green/projects/", added)
    desk.post("/desk/budgets/the-green/checking/")
    said = {"cost": "400.50", "is_feasible": "yes", "is_lawful": "yes", "cost_words": "An offer."}
    for number in (1, 2):
        desk.post(f"/desk/budgets/the-green/projects/{number}/", said)
    assert desk.post("/desk/budgets/the-green/publish/").status_code == 302
    page = client.get("/have-your-say/budgets/the-green/").content.decode()
    sheet = client.get("/have-your-say/budgets/the-green/sheet.json").content
    assert hashlib.sha256(sheet).hexdigest() in page
    told = json.loads(sheet)
    assert told["budget"] == "1000.50"
    assert [project["cost"] for project in told["projects"]] == ["400.50", "400.50"]
    assert told["rule"]["ties"] == ["cheaper", "votes", "lot:7"]
    assert told["rule"]["stop"] == "before the step that would spend more than the budget"


def test_voting_goes_to_midnight_by_the_towns_clock_in_summer_time(sign_in, nadia, today):
    days = three("opens_on", date(2027, 6, 1)) | three("last_on", date(2027, 6, 30))
    sign_in(nadia).post("/desk/budgets/new/", typed(today, **days))
    closes_at = Round.objects.get().closes_at
    assert closes_at.isoformat() == "2027-06-30T23:00:00+00:00"
    page = sign_in(nadia).get("/desk/budgets/the-green/sheet/").content.decode()
    assert 'name="last_on_0" type="text" value="30"' in " ".join(page.split())


def test_an_idea_that_is_refused_keeps_its_words(client, sealed):
    address = f"{sealed().get_absolute_url()}idea/"
    idea = {"title": WORD, "words": "Frogs.", "proposed_by": "resident"}
    page = client.post(address, idea).content.decode()
    assert "any more" in page
    assert WORD in page
    assert not Project.objects.filter(title=WORD).exists()


def test_a_no_needs_its_reason_and_is_public_with_it(client, sign_in, nadia, drafted):
    budget_round = drafted()
    address = f"/desk/budgets/{budget_round.code}/projects/1/"
    no = {"is_feasible": "no", "is_lawful": "yes"}
    assert "Give the reason" in sign_in(nadia).post(address, no).content.decode()
    sign_in(nadia).post(address, no | {"feasible_words": "A pipe lies there."})
    page = client.get(budget_round.get_absolute_url()).content.decode()
    assert "A pipe lies there." in page
    assert "Not on the ballot" in page


MISSING = {
    "who_decides": ("", "Say who decides"),
    "who_may_vote": (" ", "Say who may vote"),
    "addresses_from": ("", "from which register"),
    "addresses_ground": ("", "legal ground"),
    "election": ("", "next election"),
    "ties": ("cheaper,votes", "Ties must end"),
    "rule": ("greedy-threshold", "how many votes"),
    "satisfaction": ("points", "kind of ballot"),
    "least": (5, "least number"),
    "most": (0, "smaller than the least"),
    "opens_at": (None, "when voting opens"),
    "ballot_form": ("ranking", "least and the most alike"),
    "budget": (Decimal(299), "More than there is"),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_sheet_with_a_gap_is_not_published(drafted, nadia, name):
    wrong, sentence = MISSING[name]
    budget_round = drafted(**{name: wrong})
    with pytest.raises(Refused, match=sentence):
        drafting.seal(budget_round=budget_round, by=nadia, at=timezone.now() - timedelta(days=9))
    assert Round.objects.get().sheet == ""


def test_voting_keeps_clear_of_the_pre_election_period(drafted, nadia, today):
    quiet = {"quiet_from_on": today + timedelta(days=3), "quiet_to_on": today + timedelta(days=30)}
    budget_round = drafted(**quiet)
    with pytest.raises(Refused, match="pre-election period"):
        drafting.seal(budget_round=budget_round, by=nadia, at=timezone.now() - timedelta(days=9))


def test_voting_is_not_published_after_it_began(drafted, nadia):
    with pytest.raises(Refused, match="must open after"):
        drafting.seal(budget_round=drafted(), by=nadia)


def test_an_idea_that_nobody_answered_keeps_the_sheet_back(drafted, nadia):
    budget_round = drafted()
    answers = {"title": WORD, "words": "x", "area": None, "proposed_by": "council"}
    drafting.add_project(budget_round=budget_round, answers=answers, by=nadia)
    with pytest.raises(Refused, match="nobody has checked: 1"):
        drafting.seal(budget_round=budget_round, by=nadia, at=timezone.now() - timedelta(days=9))


# --- After it is published -----------------------------------------------------------------------


def given_to(name: str, budget_round: Round) -> dict[str, Any]:
    """What each action that would change a sheet is called with."""
    project = budget_round.projects.get(number=1)
    idea = {"title": WORD, "words": "x", "area": None, "proposed_by": "council"}
    return {
        "change": {"answers": sheet_answers(title=WORD)},
        "add_project": {"answers": idea},
        "close_ideas": {},
        "share_out": {"budgets": [(None, Decimal(600))]},
        "check": {"project": project, "answers": checked(cost=Decimal(1))},
        "seal": {},
        "give_a_ballot": {
            "budget": None,
            "percent": 10,
            "projects": [project],
            "answers": {"who_may_vote": WORD},
        },
    }[name]


def everything(budget_round: Round) -> list[Any]:
    rows = Round.objects.filter(pk=budget_round.pk).values()
    return [*rows, *budget_round.projects.values(), *budget_round.pots.values()]


STATES = ("sealed", "closed", "stopped")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", sorted(guards.CHANGES))
def test_after_it_is_published_every_change_is_refused_and_written_down(sealed, nadia, name, state):
    budget_round = sealed()
    Round.objects.filter(pk=budget_round.pk).update(state=state)
    before = everything(budget_round)
    with pytest.raises(Refused, match="nothing in it can be changed"):
        guards.CHANGES[name](budget_round=budget_round, by=nadia, **given_to(name, budget_round))
    assert everything(budget_round) == before
    line = Event.objects.get(verb="change of a sealed round refused")
    assert line.detail == {"wanted": name}
    assert line.by_code == nadia.code


def test_every_action_on_a_draft_is_among_those_that_are_walked():
    told = {
        name
        for name, action in inspect.getmembers(drafting, inspect.isfunction)
        if action.__module__ == drafting.__name__ and not name.startswith("_")
    }
    # A new round has no sheet yet; ideas are refused by the round's stage, tried above.
    assert told - set(guards.CHANGES) == {"begin", "hand_in"}
    # And one that makes a second ballot of a draft.
    assert set(guards.CHANGES) - told == {"give_a_ballot"}


PAGES = {
    "sheet/": {"title": WORD},
    "enterprises/": {
        "percent": "10",
        "projects": [],
        "who_may_vote": WORD,
        "addresses_from": "x",
        "addresses_ground": "x",
    },
    "projects/": {"title": WORD, "words": "x", "proposed_by": "council"},
    "projects/1/": {"cost": "1", "is_feasible": "yes", "is_lawful": "yes", "cost_words": WORD},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_change_after_it_is_published_is_refused_on_its_page(sign_in, nadia, sealed, today, page):
    budget_round = sealed()
    answers = typed(today) | PAGES[page] if page == "sheet/" else PAGES[page]
    if "projects" in answers:
        answers = answers | {"projects": [budget_round.projects.get(number=1).pk]}
    answer = sign_in(nadia).post(f"/desk/budgets/{budget_round.code}/{page}", answers)
    text = answer.content.decode()
    assert "nothing in it can be changed" in text
    assert WORD in text
    assert Event.objects.filter(verb="change of a sealed round refused").exists()


def test_the_database_refuses_it_too(sealed):
    budget_round = sealed()
    project = budget_round.projects.get(number=1)
    tries = [
        lambda: Round.objects.update(budget=601),
        lambda: Round.objects.update(state="checking"),
        lambda: Round.objects.update(ties="listed"),
        lambda: Round.objects.update(most=2),
        lambda: Project.objects.filter(pk=project.pk).update(cost=1),
        lambda: Project.objects.filter(pk=project.pk).update(group="x"),
        lambda: Project.objects.filter(pk=project.pk).update(lesser_sums=["1.00"]),
        lambda: Pot.objects.create(round=budget_round, budget=1),
        lambda: Project.objects.filter(pk=project.pk).delete(),
        lambda: Project.objects.create(round=budget_round, number=9, title="x", words="x"),
    ]
    before = everything(budget_round)
    for attempt in tries:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert everything(budget_round) == before


# --- In an emergency -----------------------------------------------------------------------------


def ask(budget_round: Round, **more: Any) -> Any:
    project = budget_round.projects.get(number=2)
    usual = {"kind": "withdraw", "notice": WORD, "closes_at": None, "project": project}
    return emergencies.ask(budget_round=budget_round, **(usual | more))


def test_an_emergency_change_needs_a_second_person_and_is_told_to_all(
    client, sign_in, sealed, nadia, maya
):
    budget_round = sealed()
    address = budget_round.get_absolute_url()
    emergency = ask(budget_round, by=nadia)
    agree = f"/desk/budgets/{budget_round.code}/emergency/{emergency.pk}/"
    refused = sign_in(nadia).post(agree, follow=True).content.decode()
    assert "A second person must agree" in refused
    assert WORD not in client.get(address).content.decode()
    sign_in(maya).post(agree)
    page = client.get(address).content.decode()
    assert WORD in page
    assert "Taken off the ballot" in page
    again = sign_in(maya).post(agree, follow=True).content.decode()
    assert "made already" in again


def test_the_day_that_was_asked_for_is_the_day_that_is_agreed_to_and_told(
    client, sign_in, sealed, nadia, maya
):
    """Voting goes to the midnight after its last day, whose date is another."""
    budget_round = sealed()
    last_on = timezone.localdate() + timedelta(days=20)
    form: dict[str, Any] = {"kind": "later", "notice": WORD}
    form |= {"last_on_0": last_on.day, "last_on_1": last_on.month, "last_on_2": last_on.year}
    lead = sign_in(nadia)
    at_desk = f"/desk/budgets/{budget_round.code}/"
    page = lead.post(f"{at_desk}emergency/", form, follow=True).content.decode()
    assert f"(until {last_on:%-d %B %Y})" in page
    # Who asked is offered no button that would be refused.
    assert "A second person must agree." in page
    assert "Agree, and make" not in page
    waits = "An emergency change waits for a second person."
    manager = sign_in(maya)
    assert waits in manager.get("/desk/voice/").content.decode()
    assert "Agree, and make" in manager.get(at_desk).content.decode()
    manager.post(f"{at_desk}emergency/{budget_round.emergencies.get().pk}/")
    assert waits not in manager.get("/desk/voice/").content.decode()
    page = " ".join(client.get(budget_round.get_absolute_url()).content.decode().split())
    assert f"voting closes later (until {last_on:%-d %B %Y}). {WORD}" in page


def test_an_emergency_moves_the_close_only_to_later(sealed, nadia, maya):
    budget_round = sealed()
    for days in (-1, 0):
        with pytest.raises(Refused, match="must be later"):
            ask(
                budget_round,
                kind="later",
                project=None,
                by=nadia,
                closes_at=budget_round.closes_at + timedelta(days=days),
            )
    later = budget_round.closes_at + timedelta(days=2)
    emergency = ask(budget_round, kind="later", project=None, closes_at=later, by=nadia)
    emergencies.agree(emergency=emergency, by=maya)
    after = Round.objects.get()
    assert after.closes_at == later
    # The sheet says what was planned, and its digest still fits.
    assert hashlib.sha256(after.sheet.encode()).hexdigest() == budget_round.sheet_sha256


def test_an_emergency_is_refused_on_a_draft_and_after_the_close(drafted, sealed, nadia):
    now = timezone.now()
    over = sealed(opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1))
    for budget_round in (drafted(), over):
        with pytest.raises(Refused, match="published and that is not over"):
            ask(budget_round, by=nadia)


def test_what_can_be_withdrawn_is_on_this_ballot(sealed, nadia):
    mine, other = sealed(), sealed()
    with pytest.raises(Refused, match="which project"):
        ask(mine, project=other.projects.get(number=1), by=nadia)


def test_a_ballot_keeps_as_many_projects_as_it_must_name(sealed, nadia):
    with pytest.raises(Refused, match="Too few projects"):
        ask(sealed(least=4), by=nadia)


def test_the_database_moves_the_close_by_no_other_way(sealed, drafted, nadia, maya):
    budget_round, other = sealed(), sealed()
    later = budget_round.closes_at + timedelta(days=2)
    asked = ask(budget_round, kind="later", project=None, closes_at=later, by=nadia)
    # Agreed for another round, or asked for and not agreed to: neither moves this one.
    emergencies.agree(
        emergency=ask(other, kind="later", project=None, closes_at=later, by=nadia), by=maya
    )
    for moment in (later, budget_round.closes_at - timedelta(days=1), timezone.now()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Round.objects.filter(pk=budget_round.pk).update(closes_at=moment)
    emergencies.agree(emergency=asked, by=maya)
    assert Round.objects.get(pk=budget_round.pk).closes_at == later
    # Nor back, or to a moment that nobody agreed to.
    for moment in (budget_round.closes_at, later + timedelta(days=1)):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Round.objects.filter(pk=budget_round.pk).update(closes_at=moment)
    draft = drafted()
    assert Round.objects.filter(pk=draft.pk).update(closes_at=later) == 1


def test_the_database_keeps_an_emergency_change_that_was_made(sealed, nadia, maya):
    budget_round = sealed()
    later = budget_round.closes_at + timedelta(days=2)
    emergency = ask(budget_round, kind="later", project=None, closes_at=later, by=nadia)
    emergencies.agree(emergency=emergency, by=maya)
    of_this = Emergency.objects.filter(pk=emergency.pk)
    for change in (lambda: of_this.update(notice="Nothing."), of_this.delete):
        with pytest.raises(DatabaseError, match="was made is never changed"), transaction.atomic():
            change()


def test_the_close_of_a_round_that_is_over_stays(sealed, nadia, maya):
    budget_round = sealed()
    later = budget_round.closes_at + timedelta(days=2)
    asked = ask(budget_round, kind="later", project=None, closes_at=later, by=nadia)
    over = close(budget_round)
    Emergency.objects.filter(pk=asked.pk).update(agreed_by=maya, agreed_on=timezone.localdate())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Round.objects.filter(pk=over.pk).update(closes_at=later)
