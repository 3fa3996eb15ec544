"""A large file of public data is made once for all who ask, and by few threads at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from commonweal.accounts.record import record
from commonweal.design import shared_files

WAIT_S = 10


@pytest.fixture(autouse=True)
def _files_are_kept(settings):
    settings.PAGES_KEPT_S = 600
    shared_files.forget()
    yield
    shared_files.forget()


def body(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("ledger.csv", 4), ("ledger.json", 4), ("pledges.csv", 6), ("programme.csv", 5)],
)
def test_the_second_who_asks_gets_what_the_first_one_got(
    name, queries, client, town, pledged, django_assert_max_num_queries
):
    pledged()
    first = body(client.get(f"/{name}"))
    with django_assert_max_num_queries(queries):
        again = client.get(f"/{name}")
    assert body(again) == first
    part = client.get(f"/{name}", headers={"range": "bytes=3-9"})
    assert (part.status_code, body(part)) == (206, first[3:10])
    tag = again["ETag"]
    assert client.get(f"/{name}", headers={"if-none-match": tag}).status_code == 304


def test_after_an_entry_and_with_another_filter_it_is_another_file(client, pledged, town):
    before = pledged()
    first = body(client.get("/pledges.csv"))
    assert body(client.get("/pledges.csv?q=nothing-is-called-so")) != first
    later = pledged(statement="We will give more meals.")
    record("a pledge was made", about=later, by=None)
    second = body(client.get("/pledges.csv")).decode()
    assert before.code in second
    assert later.code in second


@pytest.fixture
def makers():
    """Threads that make files until they are told to end, as many as may."""
    begun, end = threading.Semaphore(0), threading.Event()

    def lines():
        begun.release()
        end.wait(WAIT_S)
        yield "ready\n"

    with ThreadPoolExecutor(shared_files.PLACES) as pool:
        made = [
            pool.submit(shared_files.written, lines(), kept_as="the same")
            for _ in range(shared_files.PLACES)
        ]
        assert begun.acquire(timeout=WAIT_S)
        yield made, begun
        end.set()


def until_all_places_are_taken():
    for _ in range(WAIT_S * 100):
        if not shared_files._places._value:
            return
        threading.Event().wait(0.01)
    raise AssertionError("there are places left")


def test_while_too_many_are_made_pages_answer_and_the_rest_are_told(client, town, makers):
    """Forty who fetched the ledger at once held every thread: /help/ answered after 24 seconds."""
    until_all_places_are_taken()
    told = client.get("/ledger.csv")
    assert told.status_code == 503
    assert told["Retry-After"] == "30"
    assert "Too many files are being fetched at once" in told.text
    assert client.get("/help/").status_code == 200


def test_a_file_that_is_there_is_given_while_others_are_made(client, town, makers):
    until_all_places_are_taken()
    with pytest.raises(shared_files.TooManyAtOnce):
        shared_files.written(iter(["x"]), kept_as="another")


def test_those_who_wait_for_a_file_get_the_one_that_was_made(makers):
    made, begun = makers
    until_all_places_are_taken()
    # One of them makes it; the others have not begun.
    assert not begun.acquire(blocking=False)


def test_room_for_files_is_bounded_and_a_reader_keeps_what_it_reads(monkeypatch):
    monkeypatch.setattr(shared_files, "FILES_MOST", 2)
    reader, _ = shared_files.written(iter(["first"]), kept_as="0")
    for number in range(1, 5):
        shared_files.written(iter([f"file {number}"]), kept_as=str(number))[0].close()
    anew, _ = shared_files.written(iter(["made anew"]), kept_as="0")
    there, _ = shared_files.written(iter(["never asked for"]), kept_as="4")
    assert (reader.read(), anew.read(), there.read()) == (b"first", b"made anew", b"file 4")
    for open_one in (reader, anew, there):
        open_one.close()
