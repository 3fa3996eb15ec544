"""What stands between us and the web is never a mark against a partner: a proxy whose own way out
is down, a filter's page, a network that wants somebody to sign in first."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from commonweal.pledges import links, reaching_out
from commonweal.pledges.models import EvidenceLink

pytestmark = pytest.mark.django_db


class Between(BaseHTTPRequestHandler):
    """A proxy, or a filter, that answers everything in the same way; but for one address."""

    code = 200

    def do_GET(self):
        is_there = self.path.endswith("/there")
        self.send_response(200 if is_there else self.code)
        if self.code == 302 and not is_there:
            self.send_header("Location", "http://192.168.7.1/blocked")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_CONNECT(self):
        self.send_error(self.code)

    def log_message(self, *_):
        pass


@pytest.fixture
def between(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)

    def answers(code: int) -> str:
        monkeypatch.setattr(Between, "code", code)
        return address

    yield answers
    server.shutdown()
    thread.join()
    server.server_close()


def nights(count: int) -> None:
    for number in range(count):
        links.check_all(now=timezone.now() + timedelta(days=number))


@pytest.fixture
def linked(claimed):
    """Two pledges with evidence at http:// addresses."""
    kept = [claimed(120)[0], claimed(20, statement="Another.")[0]]
    for number, link in enumerate(EvidenceLink.objects.order_by("pk")):
        EvidenceLink.objects.filter(pk=link.pk).update(url=f"http://site{number}.example.org/list")
    return kept


def dead(pledges) -> int:
    return sum(pledge.entries.filter(kind="link_dead").count() for pledge in pledges)


@pytest.mark.parametrize("code", [500, 502, 503, 504, 511, 403, 407, 404, 410])
def test_a_proxy_that_answers_everything_alike_marks_nothing(linked, between, code):
    between(code)
    nights(5)
    assert dead(linked) == 0


def test_through_a_proxy_that_works_evidence_that_is_gone_is_marked(linked, between):
    between(404)
    first = EvidenceLink.objects.order_by("pk").first()
    EvidenceLink.objects.filter(pk=first.pk).update(url="http://site0.example.org/there")
    nights(5)
    assert dead(linked) == 1


@pytest.mark.parametrize("code", [302, 511])
def test_a_filter_that_answers_in_the_place_of_a_site_tells_nothing(
    between, settings, monkeypatch, code
):
    address = between(code)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name)
    settings.LINK_CHECK_ALLOWED_HOSTS = {"127.0.0.1"}
    assert reaching_out.ask(f"{address}/list").answer == "unknown"
