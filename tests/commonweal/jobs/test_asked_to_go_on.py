"""Who asks first whether to send more (Expect: 100-continue) is told to go on where more is to come
and is taken. Told so otherwise, waitress waits for what never comes."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments

from commonweal.jobs.serving import FORM_MOST, Parser

ASKS = b"Host: town.example\r\nExpect: 100-continue\r\n"
REQUESTS = {
    "no body": (b"GET /-/live HTTP/1.1\r\n", False),
    "no body, and none wanted": (b"HEAD /-/live HTTP/1.1\r\n", False),
    "an empty body": (b"POST /help/ HTTP/1.1\r\nContent-Length: 0\r\n", False),
    "too large a body": (b"POST /help/ HTTP/1.1\r\nContent-Length: 900000000\r\n", False),
    "a body": (b"POST /help/ HTTP/1.1\r\nContent-Length: 3\r\n", True),
    "a body in pieces": (b"POST /help/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", True),
}


@pytest.mark.parametrize(("line", "goes_on"), REQUESTS.values(), ids=REQUESTS)
def test_only_who_has_more_to_send_is_told_to_go_on(line, goes_on):
    parser = Parser(Adjustments(max_request_body_size=10 * FORM_MOST))
    parser.received(line + ASKS + b"\r\n")
    assert parser.headers_finished
    assert parser.expect_continue is goes_on
    assert parser.completed is not goes_on
