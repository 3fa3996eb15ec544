"""Large files can be fetched in parts, and are not sent to whoever has them."""

from __future__ import annotations

import io

import pytest
from django.http import FileResponse
from hypothesis import given
from hypothesis import strategies as some

from commonweal.design.ranges import Part, RangeMiddleware, tagged

WHOLE = bytes(range(100))


def ask(rf, words="", **headers):
    def view(request):
        return tagged(FileResponse(io.BytesIO(WHOLE)), "digest")

    if words:
        headers["Range"] = words
    answer = RangeMiddleware(view)(rf.get("/", headers=headers))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-10", 10, 10),
        ("bytes=90-", 90, 99),
        ("bytes=90-500", 90, 99),
        ("bytes=-5", 95, 99),
        ("bytes=-500", 0, 99),
    ],
)
def test_a_part_is_what_was_asked_for(rf, words, first, last):
    answer, body = ask(rf, words)
    assert answer.status_code == 206
    assert body == WHOLE[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/100"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "words", ["", "bytes=", "bytes=-", "bytes=9-3", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"]
)
def test_whatever_else_is_asked_for_is_answered_whole(rf, words):
    answer, body = ask(rf, words)
    assert (answer.status_code, body) == (200, WHOLE)
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("words", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_part_beyond_the_end_is_none(rf, words):
    answer, body = ask(rf, words)
    assert (answer.status_code, body) == (416, b"")
    assert answer["Content-Range"] == "bytes */100"


def test_a_part_of_another_file_is_answered_whole(rf):
    assert ask(rf, "bytes=0-9", if_range='"digest"')[0].status_code == 206
    assert ask(rf, "bytes=0-9", if_range='"another"')[1] == WHOLE


def test_whoever_has_it_is_not_sent_it(rf):
    answer, body = ask(rf, if_none_match='"digest"')
    assert (answer.status_code, body) == (304, b"")


@given(start=some.integers(0, 99), length=some.integers(1, 100), at=some.integers(0, 99))
def test_a_window_is_read_like_a_file(start, length, at):
    length = min(length, 100 - start)
    part, like = Part(io.BytesIO(WHOLE), start, length), io.BytesIO(WHOLE[start : start + length])
    assert part.seek(0, 2) == like.seek(0, 2)
    at = min(at, length)
    assert part.seek(at) == like.seek(at)
    assert part.read(7) == like.read(7)
    assert part.tell() == like.tell()
    assert part.read() == like.read()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("path", ["/pledges.csv", "/ledger.csv", "/ledger.json", "/partners.json"])
def test_exports_are_named_by_what_is_in_them(client, path):
    whole = client.get(path)
    body = b"".join(whole.streaming_content)
    part = client.get(path, headers={"range": "bytes=0-1", "if-range": whole["ETag"]})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == body[:2]
    assert client.get(path, headers={"if-none-match": whole["ETag"]}).status_code == 304
