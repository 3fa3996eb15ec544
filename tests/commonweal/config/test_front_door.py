"""Who asks, over what: believed of trusted proxies alone; and a HEAD has no body."""

from __future__ import annotations

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as some

from commonweal.config.front_door import FrontDoor

USUAL = settings.TRUSTED_PROXIES


def asked(trusted=USUAL, method="GET", **headers):
    """The environment as the product gets it, from a peer and headers."""
    got = {}

    def application(environ, start_response):
        got.update(environ)
        start_response("200 OK", [])
        return [b"body"]

    environ = {"REQUEST_METHOD": method, "REMOTE_ADDR": "127.0.0.1"} | headers
    body = list(FrontDoor(application, trusted=trusted)(environ, lambda *_: None))
    return got, body


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="a proxy on this machine"),
        pytest.param("::1", "203.0.113.7", "203.0.113.7", id="the same by IPv6"),
        pytest.param("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7", id="IPv4 in IPv6"),
        pytest.param("", "203.0.113.7", "203.0.113.7", id="a Unix socket"),
        pytest.param("localhost", "203.0.113.7", "203.0.113.7", id="a Unix socket of waitress"),
        pytest.param("127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7", id="the first is made up"),
        pytest.param("127.0.0.1", "203.0.113.7, 127.0.0.1", "203.0.113.7", id="two proxies here"),
        pytest.param("127.0.0.1", "203.0.113.7:4711", "203.0.113.7", id="with its port"),
        pytest.param("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7", id="IPv6 with its port"),
        pytest.param("127.0.0.1", "fe80::1%eth0", "fe80::1", id="IPv6 of an interface"),
        pytest.param("127.0.0.1", "[fe80::1%eth0]:47", "fe80::1", id="that and its port"),
        pytest.param("127.0.0.1", "fe80::1%<script> '", "fe80::1", id="any text behind it"),
        pytest.param("fe80::1%eth0", "", "fe80::1", id="a neighbour on the wire"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="asked on the machine itself"),
        pytest.param("127.0.0.1", "<script>", "127.0.0.1", id="no address at all"),
        pytest.param("198.51.100.9", "203.0.113.7", "198.51.100.9", id="a stranger says so"),
        pytest.param("", "", "127.0.0.1", id="a socket without a header"),
    ],
)
def test_the_visitor_is_the_nearest_address_that_is_no_proxy_of_ours(peer, forwarded, visitor):
    environ, _ = asked(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert environ["REMOTE_ADDR"] == visitor
    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_tls_in_front_is_believed_of_a_proxy_and_of_nobody_else():
    told = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example"}
    environ, _ = asked(REMOTE_ADDR="127.0.0.1", **told)
    assert environ["HTTP_X_FORWARDED_PROTO"] == "https"
    assert "HTTP_X_FORWARDED_HOST" not in environ
    environ, _ = asked(REMOTE_ADDR="198.51.100.9", **told)
    assert "HTTP_X_FORWARDED_PROTO" not in environ


def test_a_proxy_on_another_machine_is_named_in_one_setting():
    told = {"REMOTE_ADDR": "10.0.0.5", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
    assert asked(**told)[0]["REMOTE_ADDR"] == "10.0.0.5"
    assert asked(trusted=["10.0.0.0/24"], **told)[0]["REMOTE_ADDR"] == "203.0.113.7"
    with pytest.raises(ValueError, match="nonsense"):
        asked(trusted=["nonsense"])


def test_a_head_has_no_body_and_what_made_it_is_closed():
    closed = []

    class Answer:
        def __iter__(self):
            return iter([b"HTTP/1.1 200 OK\r\n\r\n<script>"])

        def close(self):
            closed.append(True)

    door = FrontDoor(lambda *_: Answer(), trusted=USUAL)
    head = {"REQUEST_METHOD": "HEAD", "REMOTE_ADDR": "127.0.0.1"}
    assert list(door(head, lambda *_: None)) == []
    assert closed == [True]
    assert asked()[1] == [b"body"]


ZONED = some.text(max_size=20).map("fe80::1%{}".format)


@given(peer=some.text(max_size=20) | ZONED, forwarded=some.text(max_size=60) | ZONED)
def test_whatever_is_sent_an_address_comes_of_it(peer, forwarded):
    import ipaddress

    environ, _ = asked(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    ipaddress.ip_address(environ["REMOTE_ADDR"])
    assert "%" not in environ["REMOTE_ADDR"]
