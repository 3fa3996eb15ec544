"""How fast an election is counted, beside pabutools where an environment with it is named.

    ./commonweal run python benchmarks/ballots.py
    ./commonweal run python benchmarks/ballots.py --voters 100000 --projects 200 --beside PYTHON

Elections are drawn with eight areas, projects of different reach and about eight approvals a
ballot. The other library is given the same ballots, and its winners are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from localwealth.ballots import pabulib, shares, writing
from localwealth.ballots.elections import BallotProject, Election
from localwealth.ballots.rules import Rule

AREAS = 8
OTHERS = """
import json, sys, time
import pabutools.fractions as fractions
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
fractions.FRACTION = "float"
instance, profile = parse_pabulib(sys.argv[1])
begun = time.perf_counter()
winners = method_of_equal_shares(instance, profile, sat_class=Cost_Sat)
print(json.dumps([time.perf_counter() - begun, sorted(project.name for project in winners)]))
"""


def draw(voters: int, projects: int, approvals: float = 8, seed: int = 3) -> Election:
    """A town's election by chance: areas, and projects that are liked unlike."""
    chance = np.random.default_rng(seed)
    cost = np.round(np.exp(chance.normal(10.2, 0.9, projects)), -2).astype(np.int64).clip(500)
    area_of_voter = chance.integers(0, AREAS, voters)
    area_of_project = np.where(
        chance.random(projects) < 0.5, chance.integers(0, AREAS, projects), -1
    )
    liked = 1 / (chance.permutation(projects) + 5.0) ** 0.7
    length = chance.poisson(approvals, voters).clip(1, min(projects, 40))
    voter, project = [], []
    for area in range(AREAS):
        near = np.where(area_of_project == -1, 1, np.where(area_of_project == area, 3, 0.15))
        weight = np.log(liked * near / (liked * near).sum())
        living = np.flatnonzero(area_of_voter == area)
        for start in range(0, len(living), 5000):
            part = living[start : start + 5000]
            order = np.argsort(-(weight + chance.gumbel(size=(len(part), projects))), axis=1)
            for row, who in enumerate(part):
                voter.append(np.full(length[who], who))
                project.append(order[row, : length[who]])
    named = np.concatenate(project)
    return Election(
        projects=[
            BallotProject(f"p{place}", Decimal(int(each))) for place, each in enumerate(cost)
        ],
        budget=Decimal(int(cost.sum() * 0.3)),
        kind="approval",
        voters=voters,
        voter=np.concatenate(voter),
        project=named,
        points=np.ones(len(named), dtype=np.int64),
    )


def timed(what: str, act: Callable[[], Any]) -> Any:
    begun, spent = time.perf_counter(), time.process_time()
    answer = act()
    print(
        (
            f"{what:<44}{time.perf_counter() - begun:9.2f} s, "
            f"{time.process_time() - spent:9.2f} s of CPU"
        ),
        flush=True,
    )
    return answer


def beside(python: str, election: Election, winners: list[int], ours: float) -> None:
    """The same count by pabutools, and whether it comes to the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.pb"
        path.write_bytes(writing.write(election))
        timed("reading the file", lambda: pabulib.read_file(path))
        shown = subprocess.run(
            [python, "-c", OTHERS, str(path)], capture_output=True, text=True, check=True
        )
    seconds, theirs = json.loads(shown.stdout)
    same = theirs == sorted(election.projects[place].code for place in winners)
    print(f"pabutools, floats: {seconds:.2f} s, {seconds / ours:,.0f} times; same winners: {same}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=1_000_000)
    parser.add_argument("--projects", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--beside", metavar="PYTHON", help="an interpreter that has pabutools")
    options = parser.parse_args()
    election = timed("drawing", lambda: draw(options.voters, options.projects))
    timed("sorting ballots by project", lambda: election.supporters)
    each = Fraction(election.money, election.voters)
    begun = time.perf_counter()
    bought = timed("one count", lambda: shares.count(election, Rule(), each))
    ours = time.perf_counter() - begun
    print(
        f"{len(bought.winners)} winners, {bought.evaluations:,} evaluations, "
        f"{len(bought.ties)} ties"
    )

    def steps() -> None:
        for step in range(options.steps):
            shares.count(election, Rule(), each * (100 + step) / 100)

    timed(f"{options.steps} steps of a completion", steps)
    if options.beside:
        beside(options.beside, election, bought.winners, ours)


if __name__ == "__main__":
    main()
