"""The count of a round, its public files, and winners that become actions."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pabulib.checker import Checker

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.programme.models import Action
from commonweal.voice.models import Project, Round
from commonweal.voice.rounds import counting, emergencies, outcomes
from localwealth.cli import main

from ..cast.rounds import BALLOTS, close, close_at

pytestmark = pytest.mark.django_db
FILES = ("result/", "result.json", "ballots.pb", "receipts.txt", "groups.txt")


@pytest.fixture
def counted(voted: Any, nadia: Any) -> Any:
    def make(**more: Any) -> tuple[Round, list[str]]:
        budget_round, _, receipts = voted(**more)
        counting.count(budget_round=close(budget_round), by=nadia)
        return Round.objects.get(pk=budget_round.pk), receipts

    return make


def test_the_six_voters_of_the_method_page_come_out_as_worked_by_hand(client, counted):
    budget_round, _ = counted()
    assert budget_round.winners == ["1", "4"]
    page = " ".join(
        client.get(f"{budget_round.get_absolute_url()}result/").content.decode().split()
    )
    assert "2 projects won and cost £450 of £600. 6 ballots counted, 6 receipts given." in page
    assert "When its turn came its supporters had £150: too little by £50." in page
    assert "They had paid £150 for Playground." in page
    assert "Enough would have been 1 more vote. A vote brings the £100 that everybody has." in page
    assert "is more than the budget" not in page
    # After the first purchase £300 is left in all purses, after the second £150.
    assert [step["left"] for step in budget_round.count["purses"]["steps"]] == ["300.00", "150.00"]
    of_projects = budget_round.count["purses"]["projects"]
    [trees] = [row for row in of_projects if row["project"] == "3"]
    assert trees == {
        "project": "3",
        "full": "300.00",
        "gone": "150.00",
        "had": "150.00",
        "cost": "200.00",
    }
    assert "<svg" in page


def test_where_the_budget_is_spent_more_votes_are_not_said_to_be_enough(client, counted):
    """By steps everybody comes to £125, of which playground and shelter take £450. One more vote
    for the trees would pay them, from purses of £875: the budget is £600 all the same."""
    budget_round, _ = counted(completion="add1")
    page = read(client, f"{budget_round.get_absolute_url()}result/")
    assert "Everybody who voted had £125: £750 in all. That is more than the budget of £600" in page
    [trees] = [row for row in outcomes.explained(budget_round.count) if row.title == "Trees"]
    assert trees.sentences[-1] == (
        "Enough would have been 1 more vote for its supporters to pay, as a vote brings the £125 "
        "that everybody has. But £150 of the budget is left, and it costs more: something else "
        "would have had to go."
    )
    [benches] = [row for row in outcomes.explained(budget_round.count) if row.title == "Benches"]
    assert benches.sentences[-1].startswith("Enough would have been 1 more vote. A vote brings")


def read(client: Any, address: str) -> str:
    """What a page says, its spaces as one."""
    return " ".join(client.get(address).content.decode().split())


def test_nothing_is_counted_before_the_close(client, sign_in, nadia, voted):
    budget_round, *_ = voted()
    page = sign_in(nadia).post(f"/desk/budgets/{budget_round.code}/count/", follow=True)
    assert "Voting is not over yet" in page.content.decode()
    assert Round.objects.get().state == "sealed"
    for name in FILES:
        assert client.get(f"{budget_round.get_absolute_url()}{name}").status_code == 404


def test_a_round_is_counted_once_from_its_page(sign_in, nadia, voted):
    budget_round, *_ = voted()
    close_at(timezone.now() - timedelta(seconds=1))
    desk = sign_in(nadia)
    address = f"/desk/budgets/{budget_round.code}/"
    assert "Count the ballots" in desk.get(address).content.decode()
    assert "2 projects won" in desk.post(f"{address}count/", follow=True).content.decode()
    assert "counted already" in desk.post(f"{address}count/", follow=True).content.decode()
    assert Event.objects.filter(verb="round counted").count() == 1


def test_a_stopped_round_and_one_without_ballots_are_not_counted(sealed, voted, nadia, maya):
    with pytest.raises(Refused, match="Nobody voted"):
        counting.count(budget_round=close(sealed()), by=nadia)
    budget_round, *_ = voted()
    emergency = emergencies.ask(
        budget_round=budget_round, kind="stop", notice="x", closes_at=None, project=None, by=nadia
    )
    emergencies.agree(emergency=emergency, by=maya)
    with pytest.raises(Refused, match="was stopped"):
        counting.count(budget_round=budget_round, by=nadia)
    assert not budget_round.open_ballots.exists()


SHEETS: dict[str, dict[str, Any]] = {
    "shares": {},
    "add1 and a comparison": {"completion": "add1", "step": 10, "compares": True},
    "by votes from what is left": {"completion": "by-votes", "satisfaction": "cardinality"},
    "until none fits": {"completion": "add1-exhaustive"},
    "phragmen": {"rule": "phragmen"},
    "greedy": {"rule": "greedy", "satisfaction": "cardinality"},
    "a threshold": {"rule": "greedy-threshold", "threshold": 3, "satisfaction": "cardinality"},
    "points": {
        "ballot_form": "points",
        "points": 10,
        "satisfaction": "points",
        "ballots": [[(1, 6), (2, 4)], [(3, 10)], [(4, 1), (1, 1)]],
    },
    "ranking": {
        "ballot_form": "ranking",
        "satisfaction": "borda",
        "least": 2,
        "most": 2,
        "ballots": [[(3, 0), (1, 1)], [(1, 0), (2, 1)], [(4, 0), (3, 1)]],
    },
    "knapsack": {"ballot_form": "knapsack"},
}


@pytest.mark.parametrize("name", SHEETS)
def test_the_one_line_counts_the_public_file_to_the_same_winners(client, counted, tmp_path, name):
    budget_round, _ = counted(**SHEETS[name])
    content = client.get(f"{budget_round.get_absolute_url()}ballots.pb").content
    (tmp_path / f"{budget_round.code}.pb").write_bytes(content)
    answer = recounted(budget_round, tmp_path)
    assert answer["sha256"] == hashlib.sha256(content).hexdigest() == budget_round.count["sha256"]
    assert answer["winners"] == budget_round.winners
    assert answer["official"]["same"]
    assert answer["rule"] == budget_round.count["rule"]
    assert answer["cost"] == budget_round.count["cost"]
    assert by_project(answer) == by_project(budget_round.count)
    assert errors_of(tmp_path / f"{budget_round.code}.pb") == {}


def by_project(answer: dict[str, Any]) -> dict[str, Any]:
    return {row["project"]: row for row in answer["projects"]}


def recounted(budget_round: Round, folder: Path) -> dict[str, Any]:
    """What its one line answers where its file lies."""
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(words_of(budget_round)) == 0
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def words_of(budget_round: Round) -> list[str]:
    [program, *words] = shlex.split(budget_round.count["command"])
    assert program == "localwealth"
    return words


def recounted_apart(budget_round: Round, folder: Path) -> dict[str, Any]:
    """The same of a process, as whoever has the file runs it."""
    ran = subprocess.run(
        [sys.executable, "-m", "localwealth.cli", *words_of(budget_round)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def errors_of(path: Path) -> dict[str, object]:
    """What the format's own checker has against a file."""
    with contextlib.redirect_stdout(io.StringIO()):
        answer = Checker().process_files([str(path)])
    (checked,) = [answer[key] for key in answer if key not in ("metadata", "summary")]
    return dict(checked["results"]["errors"])


def test_projects_that_exclude_each_other_are_counted_so_and_again(client, counted, tmp_path):
    budget_round, _ = counted(groups={"Playground": "the green", "Bus shelter": "the green"})
    address = budget_round.get_absolute_url()
    assert "4" not in budget_round.winners
    for name in ("groups.txt", "ballots.pb"):
        answer = client.get(f"{address}{name}")
        kept = answer.headers["Content-Disposition"].split('"')[1]
        (tmp_path / kept.replace("-ballots", "")).write_bytes(answer.content)
    assert recounted(budget_round, tmp_path)["winners"] == budget_round.winners


def test_the_file_of_ballots_says_nothing_but_what_they_name(client, counted):
    budget_round, receipts = counted()
    text = client.get(f"{budget_round.get_absolute_url()}ballots.pb").content.decode()
    votes = text.split("VOTES\n")[1].splitlines()
    assert votes[0] == "voter_id;vote"
    assert [line.split(";")[1] for line in votes[1:]] == sorted(
        ",".join(map(str, ballot)) for ballot in BALLOTS
    )
    for receipt in receipts:
        assert receipt not in text
    assert budget_round.sheet_sha256 in text


def test_receipts_are_published_in_their_own_order_and_add_up(client, counted):
    budget_round, receipts = counted()
    listed = client.get(f"{budget_round.get_absolute_url()}receipts.txt").content.decode().split()
    assert listed == sorted(receipts)
    assert len(listed) == budget_round.count["election"]["ballots"]
    look = f"{budget_round.get_absolute_url()}receipt/"
    assert "Counted." in client.post(look, {"receipt": receipts[0]}).content.decode()


def test_a_project_that_was_taken_off_is_on_no_ballot(client, voted, nadia, maya):
    budget_round, *_ = voted()
    emergency = emergencies.ask(
        budget_round=budget_round,
        kind="withdraw",
        notice="Sold.",
        closes_at=None,
        project=budget_round.projects.get(number=1),
        by=nadia,
    )
    emergencies.agree(emergency=emergency, by=maya)
    counting.count(budget_round=close(budget_round), by=nadia)
    after = Round.objects.get()
    # Trees ask 33 % of each of three, benches half; then voter 5 has £33.33 left for the shelter.
    assert after.winners == ["3", "2"]
    assert after.count["election"]["ballots"] == 6
    assert client.get(f"{after.get_absolute_url()}result/").status_code == 200


def test_the_database_keeps_a_count(counted):
    counted()
    for change in ({"ballot_file": "x"}, {"state": "closed"}, {"count": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Round.objects.update(**change)


def test_a_winner_becomes_an_action_with_milestones_and_a_loser_does_not(
    client, sign_in, nadia, counted, today
):
    budget_round, _ = counted()
    desk = sign_in(nadia)
    due = today + timedelta(days=200)
    typed = {
        "owner_title": "Head of parks",
        "step_1": "Swings ordered",
        "due_on_0": due.day,
        "due_on_1": due.month,
        "due_on_2": due.year,
    }
    address = f"/desk/budgets/{budget_round.code}/deliver/"
    refused = desk.post(f"{address}2/", typed).content.decode()
    assert "Only what won" in refused
    assert "Swings ordered" in refused
    assert desk.post(f"{address}1/", typed).status_code == 302
    action = Action.objects.get()
    assert action.milestones.get().title == "Swings ordered"
    assert Project.objects.get(number=1).action == action
    assert action.get_absolute_url() in client.get(budget_round.get_absolute_url()).content.decode()
    again = desk.post(f"{address}1/", typed | {"step_1": "Other"}).content.decode()
    assert "an action of the programme already" in again
