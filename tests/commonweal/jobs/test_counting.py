"""What a town answered, counted by all its processes together in memory that they share."""

from __future__ import annotations

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.jobs import counting
from commonweal.jobs.counting import BUCKETS, STATUSES, Counting, open_memory

ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([101, 200, 204, 302, 304, 403, 404, 500, 503, 599]),
        st.floats(0, 20, allow_nan=False),
    ),
    max_size=30,
)


@pytest.fixture
def memory():
    descriptor = open_memory(3)
    yield descriptor
    os.close(descriptor)


def test_nothing_was_answered_yet(memory):
    before = time.time()
    counts = Counting(memory, 0).counts()
    assert counts.answered == dict.fromkeys(STATUSES, 0)
    assert counts.took_at_most == dict.fromkeys(BUCKETS, 0)
    assert counts.took_s == 0
    assert before - 60 < counts.since <= time.time()


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (100, "1xx"),
        (199, "1xx"),
        (200, "2xx"),
        (206, "2xx"),
        (299, "2xx"),
        (302, "3xx"),
        (304, "3xx"),
        (400, "4xx"),
        (404, "4xx"),
        (499, "4xx"),
        (500, "5xx"),
        (503, "5xx"),
        (599, "5xx"),
    ],
)
def test_a_status_is_counted_with_its_like(memory, status, name):
    counter = Counting(memory, 1)
    counter.note(status, 0.1)
    assert counter.counts().answered == dict.fromkeys(STATUSES, 0) | {name: 1}


@pytest.mark.parametrize(
    ("seconds", "within"),
    [
        (0.0, 8),
        (0.05, 8),
        (0.0501, 7),
        (0.1, 7),
        (0.25, 6),
        (0.3, 5),
        (0.5, 5),
        (1.0, 4),
        (2.5, 3),
        (2.6, 2),
        (5.0, 2),
        (10.0, 1),
        (10.1, 0),
        (3600.0, 0),
    ],
)
def test_an_answer_counts_within_every_bound_that_it_kept(memory, seconds, within):
    counter = Counting(memory, 0)
    counter.note(200, seconds)
    counts = counter.counts()
    assert list(counts.took_at_most.values()) == [0] * (len(BUCKETS) - within) + [1] * within
    assert counts.took_s == pytest.approx(seconds)


def test_bounds_rise_so_that_each_holds_the_one_before():
    assert list(BUCKETS) == sorted(set(BUCKETS))


def test_whoever_is_asked_knows_of_all(memory):
    first, second, third = (Counting(memory, place) for place in range(3))
    first.note(200, 0.2)
    first.note(404, 0.02)
    second.note(200, 1.5)
    for counter in (first, second, third):
        counts = counter.counts()
        assert counts.answered == {"1xx": 0, "2xx": 2, "3xx": 0, "4xx": 1, "5xx": 0}
        assert counts.took_s == pytest.approx(1.72)
        assert counts.took_at_most[0.25] == 2
        assert counts.took_at_most[2.5] == 3


def test_who_follows_one_that_died_goes_on_where_it_ended(memory):
    Counting(memory, 1).note(200, 0.1)
    follower = Counting(memory, 1)
    follower.note(500, 0.3)
    counts = follower.counts()
    assert (counts.answered["2xx"], counts.answered["5xx"]) == (1, 1)
    assert counts.took_s == pytest.approx(0.4)


def test_when_serving_began_stays(memory):
    since = Counting(memory, 0).counts().since
    Counting(memory, 2).note(200, 0.1)
    assert Counting(memory, 1).counts().since == since


def test_there_is_no_place_beyond_those_that_were_made(memory):
    counter = Counting(memory, 3)
    with pytest.raises(IndexError):
        counter.note(200, 0.1)
    assert Counting(memory, 0).counts().took_s == 0


def test_memory_is_as_long_as_its_places(tmp_path):
    sizes = []
    for places in (1, 2, 3):
        descriptor = open_memory(places)
        sizes.append(os.fstat(descriptor).st_size)
        os.close(descriptor)
    # The moment, and of each place: the statuses, the bounds, and the seconds in all.
    assert sizes == [8 * (1 + places * (len(STATUSES) + len(BUCKETS) + 1)) for places in (1, 2, 3)]


def test_threads_of_a_process_lose_no_count(memory):
    counter = Counting(memory, 0)

    def work():
        for _ in range(500):
            counter.note(200, 0.01)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = counter.counts()
    assert counts.answered["2xx"] == counts.took_at_most[0.05] == 2000


@given(ANSWERS)
def test_the_sum_is_that_of_what_each_counted(answers):
    descriptor = open_memory(3)
    try:
        counters = [Counting(descriptor, place) for place in range(3)]
        for place, status, seconds in answers:
            counters[place].note(status, seconds)
        counts = counters[0].counts()
    finally:
        os.close(descriptor)
    assert sum(counts.answered.values()) == len(answers)
    for number, name in enumerate(STATUSES, 1):
        assert counts.answered[name] == sum(status // 100 == number for _, status, _ in answers)
    for bound in BUCKETS:
        assert counts.took_at_most[bound] == sum(seconds <= bound for _, _, seconds in answers)
    assert counts.took_s == pytest.approx(sum(seconds for _, _, seconds in answers))


# A process by itself


@pytest.fixture
def unbegun(monkeypatch):
    monkeypatch.setattr(counting, "_counting", None)


def test_who_can_not_know_of_others_counts_nothing(unbegun):
    counting.note(200, 0.1)
    assert counting.counts() is None


def test_a_process_that_is_alone_counts_for_itself(unbegun):
    counting.begin()
    counting.note(302, 0.1)
    assert counting.counts().answered["3xx"] == 1


def test_a_process_of_a_crew_counts_in_the_memory_that_it_was_handed(unbegun, memory):
    Counting(memory, 0).note(200, 0.1)
    counting.begin(memory, 2)
    counting.note(200, 0.1)
    assert counting.counts().answered["2xx"] == 2
    assert Counting(memory, 0).counts().answered["2xx"] == 2
