"""Tests are shared out among workers: each once, a group on one worker, and what is done is not
counted again."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest
from xdist.scheduler import loadscope

from tests.sharing_out import ForgetfulScheduling

TESTS = [f"tests/test_a.py::test_{n}" + "@village" * (n % 7 == 0) for n in range(200)]


class Worker:
    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.waiting: deque[int] = deque()
        self.did: list[str] = []
        self.shutting_down = False

    def send_runtest_some(self, places: list[int]) -> None:
        self.waiting.extend(places)

    def shutdown(self) -> None:
        self.shutting_down = True


class Office:
    """A scheduling of two workers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loadscope, "parse_tx_spec_config", lambda config: ["popen"] * 2)
        config: Any = SimpleNamespace(option=SimpleNamespace(loadscopereorder=False))
        log: Any = SimpleNamespace(loadscopesched=_silent, loadgroupsched=_silent)
        self.scheduling = ForgetfulScheduling(config, log)
        self.workers = [Worker("a"), Worker("b")]
        for worker in self.workers:
            self.scheduling.add_node(worker)
            self.scheduling.add_node_collection(worker, list(TESTS))
        self.scheduling.schedule()

    def does_one(self, worker: Worker) -> None:
        place = worker.waiting.popleft()
        worker.did.append(TESTS[place])
        self.scheduling.mark_test_complete(worker, place)


def _silent(*_: Any) -> None:
    """What is said of each step."""


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def test_each_test_is_done_once_and_a_group_by_one_worker(office: Office) -> None:
    while any(worker.waiting for worker in office.workers):
        for worker in office.workers:
            if worker.waiting:
                office.does_one(worker)
            known = sum(map(len, office.scheduling.assigned_work[worker].values()))
            assert known <= len([one for one in TESTS if one.endswith("@village")]) + 3
    a, b = office.workers
    assert sorted(a.did + b.did) == sorted(TESTS)
    assert office.scheduling.tests_finished
    assert not office.scheduling.has_pending
    assert all(worker.shutting_down for worker in office.workers)
    villages = [any(one.endswith("@village") for one in worker.did) for worker in (a, b)]
    assert sorted(villages) == [False, True]


def test_what_a_worker_that_died_left_is_done_by_the_other(office: Office) -> None:
    a, b = office.workers
    for _ in range(5):
        office.does_one(a)
    at = TESTS[a.waiting[0]]
    assert office.scheduling.remove_node(a) == at
    while b.waiting:
        office.does_one(b)
    assert set(a.did + b.did) == set(TESTS)
    assert len(a.did + b.did) == len(TESTS), "what was done is done again"
