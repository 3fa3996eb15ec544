"""Consultations and budgets as open data: what pages show, and nothing before its time."""

from __future__ import annotations

import csv
import io
import json

import pytest

from commonweal.places.actions import switch
from commonweal.places.models import Area
from commonweal.voice.models import Proposal
from commonweal.voice.proposals import answering, reading, sending
from commonweal.voice.proposals.sending import Author
from commonweal.voice.rounds import counting, drafting

from ..cast.rounds import close
from ..cast.voice import move_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(client):
    def read(name):
        text = b"".join(client.get(f"/{name}.csv").streaming_content).decode("utf-8-sig")
        listed = json.loads(b"".join(client.get(f"/{name}.json").streaming_content))
        found = list(csv.DictReader(io.StringIO(text)))
        assert [list(row) for row in listed] == [list(row) for row in found]
        return found

    return read


def test_every_column_of_the_files_is_explained(client, rows, asked_of_all, rounds):
    page = client.get("/data/").content.decode()
    for name in (
        "consultations",
        "consultation-results",
        "consultation-proposals",
        "budget-rounds",
        "budget-projects",
    ):
        assert f'href="/{name}.csv"' in page
        assert f'id="{name}"' in page
        for column in rows(name)[0]:
            assert f">{column}<" in page.replace(" ", "").replace("\n", "")


def test_a_draft_is_not_told_and_counts_only_after_the_close(consulted, answered, rows):
    consulted(published=False, title="Secret")
    consultation = consulted(title="The square")
    answered(consultation, 6, 0)
    answered(consultation, 3, 0, voice="enterprise", enterprise="A bakery")
    [row] = rows("consultations")
    assert (row["title"], row["phase"], row["residents"]) == ("The square", "open", "")
    assert rows("consultation-results") == []
    move_back(consultation, 25)
    [row] = rows("consultations")
    assert (row["phase"], row["residents"], row["enterprises"]) == ("considering", "6", "")
    told = {
        (row["who"], row["question"], row["answer"]): row for row in rows("consultation-results")
    }
    yes = told["resident", "Should the square be for people on foot?", "Yes"]
    assert (yes["count"], yes["of"]) == ("6", "6")
    # Three enterprises answered: nothing of it is told.
    assert {row["count"] for (who, *_), row in told.items() if who == "enterprise"} == {""}


def test_only_proposals_that_are_shown_are_told_with_their_answer(consulted, maya, rows):
    consultation = consulted(takes_proposals=True)
    for title in ("Trees", "A name"):
        sending.propose(
            consultation=consultation,
            title=title,
            words="Shade.",
            author=Author(email="tamsin@example.org"),
        )
    trees = Proposal.objects.get(title="Trees")
    reading.show(sent=trees, by=maya)
    answering.accept(proposal=trees, answer="In March.", by=maya)
    [row] = rows("consultation-proposals")
    assert (row["title"], row["outcome"], row["answer"]) == ("Trees", "accepted", "In March.")
    assert "tamsin" not in str(row)


def test_of_a_round_nothing_is_told_before_the_count_and_then_its_winners(
    client, voted, nadia, rows
):
    budget_round, *_ = voted()
    [row] = rows("budget-rounds")
    assert (row["state"], row["receipts"], row["winners"]) == ("sealed", "", "")
    assert row["sheet_sha256"] == budget_round.sheet_sha256
    assert {row["votes"] for row in rows("budget-projects")} == {""}
    counting.count(budget_round=close(budget_round), by=nadia)
    [row] = rows("budget-rounds")
    assert (row["receipts"], row["winners"], row["cost_gbp"]) == ("6", "1 4", "450.00")
    path = row["ballots"].split("/", 3)[3]
    assert client.get(f"/{path}").status_code == 200
    won = {
        row["title"]: (row["votes"], row["won"], row["gets_gbp"]) for row in rows("budget-projects")
    }
    assert won == {
        "Playground": ("4", "1", "300.00"),
        "Benches": ("2", "", ""),
        "Trees": ("3", "", ""),
        "Bus shelter": ("2", "2", "150.00"),
    }


def test_an_idea_that_nobody_checked_is_not_told(drafted, nadia, rows):
    drafted()
    budget_round = drafted(title="Another")
    answers = {"title": "Quillfeather", "words": "x", "area": None, "proposed_by": "resident"}
    drafting.add_project(budget_round=budget_round, answers=answers, by=nadia)
    assert "Quillfeather" not in {row["title"] for row in rows("budget-projects")}
    assert {row["rule"] for row in rows("budget-rounds")} == {""}


def test_projects_name_their_area_and_what_part_they_get(voted, nadia, rows, town):
    # A round that is not split: areas only say where a project is.
    quay = Area.objects.create(code="quay", name="Quay")
    budget_round, *_ = voted(areas={"Trees": quay}, sums={"Trees": ["150.00", "75.00"]})
    counting.count(budget_round=close(budget_round), by=nadia)
    [trees] = [row for row in rows("budget-projects") if row["title"] == "Trees"]
    assert (trees["area"], trees["lesser_sums_gbp"]) == ("quay", "150.00 75.00")
    assert (trees["cost_gbp"], trees["gets_gbp"]) == ("200.00", "75.00")


def test_a_town_without_the_room_has_none_of_the_files(client, town, daniel):
    switch(code="voice", on=False, by=daniel)
    assert b"budget-rounds" not in client.get("/data/").content
    assert client.get("/budget-rounds.csv").status_code == 404
