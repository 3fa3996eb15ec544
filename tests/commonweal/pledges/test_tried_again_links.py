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
from commonweal.pledges.reaching_out import AddressAnswer, AddressState

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


@pytest.mark.parametrize("is_dead", [True, False])
def test_a_page_to_sign_in_at_is_nobody_s_evidence(linked, is_dead):
    """A hotspot answers every name without TLS with a page of its own, and lets nothing else out.
    For a week nothing is written in public: neither that one is back nor that the other is gone."""
    plain, secure = EvidenceLink.objects.order_by("pk")
    EvidenceLink.objects.filter(pk=secure.pk).update(url="https://site1.example.org/list")
    failed = ["2026-01-01", "2026-01-02", "2026-01-03"] if is_dead else []
    EvidenceLink.objects.update(is_dead=is_dead, failed_on=failed)
    entries = sum(pledge.entries.count() for pledge in linked)

    def hotspot(url: str) -> AddressAnswer:
        if url.startswith("https:"):
            return AddressAnswer(AddressState.SILENT, "no answer (SSLError)")
        return AddressAnswer(AddressState.ALIVE, "answered 200")

    for number in range(7):
        checked = links.check_all(now=timezone.now() + timedelta(days=number), look=hotspot)
        assert not checked.is_connected
    assert sum(pledge.entries.count() for pledge in linked) == entries
    plain.refresh_from_db()
    assert plain.is_dead is is_dead
    assert plain.found == links.NOT_THEIRS


@pytest.mark.parametrize("reply", [AddressState.ALIVE, AddressState.GONE])
@pytest.mark.parametrize("is_dead", [True, False])
@pytest.mark.parametrize("by", ["evidence", "control"])
def test_a_hotspot_that_looks_names_up_honestly_is_nobody_s_evidence(
    linked, settings, reply, is_dead, by
):
    """It gives every address without TLS its own page, and a name of nobody is nobody's."""
    if by == "control":
        settings.LINK_CONTROL_ADDRESSES = ["https://control.example/"]
    else:
        secure = EvidenceLink.objects.order_by("pk").last()
        EvidenceLink.objects.filter(pk=secure.pk).update(url="https://site1.example.org/list")
    failed = ["2026-01-01", "2026-01-02", "2026-01-03"] if is_dead else []
    EvidenceLink.objects.update(is_dead=is_dead, failed_on=failed)
    entries = sum(pledge.entries.count() for pledge in linked)

    def hotspot(url: str) -> AddressAnswer:
        if ".invalid" in url:
            return AddressAnswer(AddressState.SILENT, "its name is not known")
        if url.startswith("https:"):
            return AddressAnswer(AddressState.SILENT, "no answer (SSLError)")
        return AddressAnswer(reply, "answered")

    for number in range(7):
        links.check_all(now=timezone.now() + timedelta(days=number), look=hotspot)
    assert sum(pledge.entries.count() for pledge in linked) == entries
    plain = EvidenceLink.objects.order_by("pk").first()
    assert plain.is_dead is is_dead
    assert plain.found == links.NOT_THEIRS


def test_a_site_without_tls_is_believed_where_nobody_answers_for_all(linked):
    EvidenceLink.objects.update(is_dead=True, failed_on=["2026-01-01", "2026-01-02", "2026-01-03"])

    def web(url: str) -> AddressAnswer:
        if ".invalid" in url:
            return AddressAnswer(AddressState.SILENT, "its name is not known")
        return AddressAnswer(AddressState.ALIVE, "answered 200")

    assert links.check_all(look=web).turned == 2


def test_a_control_without_tls_shows_no_way_out_where_somebody_answers_for_all(linked, settings):
    settings.LINK_CONTROL_ADDRESSES = ["http://control.example/"]
    EvidenceLink.objects.update(url="https://site.example.org/list")

    def hotspot(url: str) -> AddressAnswer:
        answer = AddressState.SILENT if url.startswith("https:") else AddressState.ALIVE
        return AddressAnswer(answer, "")

    for number in range(5):
        links.check_all(now=timezone.now() + timedelta(days=number), look=hotspot)
    assert dead(linked) == 0
