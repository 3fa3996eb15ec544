"""Evidence: which files are taken, and what the nightly check of addresses does."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.pledges import files, ledger, links
from commonweal.pledges.models import EvidenceFile, EvidenceLink

PNG = (
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", "")
    )
    + b"\0" * 40
)


def archive(**names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in names.items():
            made.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7\n%%EOF\n"), ("a.png", PNG), ("a.txt", b"Plain words."),
        ("a.csv", "caf\u00e9,1\n".encode("cp1252")), ("a.docx", archive(word__document="x")),
        ("A.XLSX", archive(xl__workbook="x")),
    ],
)  # fmt: skip
def test_these_are_taken(name, data):
    assert files.check(name, data, max_mb=1)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.svg", b"<svg onload=alert(1)>", "can't be taken"),
        ("a.html", b"<html>", "can't be taken"),
        ("a.exe", b"MZ", "can't be taken"),
        ("noname", b"x", "can't be taken"),
        ("a.txt", b"<svg xmlns='x'><script/></svg>", "web page or a drawing"),
        ("a.csv", b"<!DOCTYPE html><script>", "web page or a drawing"),
        ("a.csv", b"a\0b", "not plain text"),
        ("a.pdf", b"<html>%PDF", "not what its name says"),
        ("a.png", b"%PDF-1.7\n", "not what its name says"),
        ("a.docx", b"PK\x03\x04broken", "damaged"),
        ("a.docx", archive(xl__workbook="x"), "not what its name says"),
        ("a.docx", archive(word__document="x", word__vbaProject="x"), "macros"),
        ("a.xlsx", archive(xl__sheet=b"\0" * 30_000_000), "unreasonable size"),
        ("a.pdf", b"", "empty"),
        ("a.txt", b"x" * 2_000_000, "larger than 1 MB"),
    ],
)
def test_these_are_refused_by_name(name, data, said):
    with pytest.raises(Refused, match=said):
        files.check(name, data, max_mb=1)


def test_a_file_is_sent_as_a_download_that_nothing_runs(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    client.post(f"/space/bakery/pledges/{pledge.code}/claim/", {
        "value": "1", "file": SimpleUploadedFile("../../et\u202ec pass wd.txt", b"words"),
    })  # fmt: skip
    file = EvidenceFile.objects.get()
    assert "/" not in file.name
    client.logout()
    response = client.get(f"/pledges/{pledge.code}/evidence/{file.sha256}/")
    assert response.getvalue() == b"words"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_refused_file_leaves_the_claim_unwritten(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    page = client.post(f"/space/bakery/pledges/{pledge.code}/claim/", {
        "value": "77", "words": "Keep me.", "file": SimpleUploadedFile("a.svg", b"<svg/>"),
    }).content.decode()  # fmt: skip
    assert "can&#39;t be taken" in page
    assert "Keep me." in page
    assert pledge.entries.filter(kind="claim").count() == 0


class Site(BaseHTTPRequestHandler):
    answers = {"/here": 200, "/gone": 404, "/broken": 500, "/private": 403}

    def do_GET(self):
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/here")
        else:
            self.send_response(self.answers.get(self.path, 404))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "alive"),
    [("/here", True), ("/gone", False), ("/broken", False), ("/private", None), ("/away", False)],
)
def test_an_address_is_really_asked(site, path, alive):
    assert links.fetch(site + path)[0] is alive


@pytest.mark.parametrize("url", [
    "http://10.1.2.3/", "http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd",
    "http://192.168.0.1/", "ftp://example.org/", "http://localhost:5432/", "https://",
])  # fmt: skip
def test_private_networks_are_never_asked(url, settings):
    settings.LINK_CHECK_ALLOWED_HOSTS = set()
    with pytest.raises(links.NotAllowed):
        links.check_address(url)


def test_thirty_dead_days_turn_verified_into_unavailable_and_back(claimed, idris, today):
    from commonweal.pledges import reviewing

    pledge, claim = claimed(200)
    reviewing.review(pledge=pledge, claim_seq=claim.seq, verdict="upheld", value=None, words="Seen.",
                   by=idris)  # fmt: skip
    now = timezone.now()
    assert links.check_all(now=now, look=lambda _: (False, "answered 404")) == (1, 1)
    assert links.check_all(now=now, look=lambda _: (False, "answered 404")) == (0, 0)
    tomorrow = now + timedelta(days=1)
    assert links.check_all(now=tomorrow, look=lambda _: (None, "answered 403")) == (1, 0)
    assert EvidenceLink.objects.get().is_dead
    ledger.refresh_standings(on=today + timedelta(days=29))
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"
    ledger.refresh_standings(on=today + timedelta(days=30))
    pledge.refresh_from_db()
    assert pledge.standing == "evidence_unavailable"
    links.check_all(now=now + timedelta(days=31), look=lambda _: (True, "answered 200"))
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"
    assert [e.kind for e in pledge.entries.all()][-2:] == ["link_dead", "link_alive"]
