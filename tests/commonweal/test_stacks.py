"""What a long loop costs does not hang on how deep in other calls it is begun."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from commonweal.office.stacks import on_a_stack_of_its_own

CALLS = 60
DEPTHS = 200


def nothing() -> None:
    return None


def long_work() -> None:
    for _ in range(CALLS):
        nothing()


def deeper(depth: int, work: Callable[[], None]) -> None:
    if depth:
        deeper(depth - 1, work)
    else:
        work()


def dearest(work: Callable[[], None]) -> int:
    """How many pages of memory were taken anew at the worst of many depths."""
    pages = []
    for depth in range(DEPTHS):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        deeper(depth, work)
        pages.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return max(pages)


def test_long_work_takes_no_memory_anew_at_each_call():
    own = on_a_stack_of_its_own(long_work)
    # A thread has a stack of its own, without the room that the suite gives its tests.
    with ThreadPoolExecutor(1) as thread:
        with_room = thread.submit(dearest, own).result()
        without = thread.submit(dearest, long_work).result()
    assert with_room < CALLS / 2
    # That there is such a depth without it: else the test says nothing.
    assert without >= CALLS
