"""Evidence: which files are taken, and what the nightly check of addresses does."""

from __future__ import annotations

import errno
import io
import socket
import ssl
import threading
import zipfile
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.pledges import files, ledger, links, reaching_out, reads, reviewing
from commonweal.pledges.models import EvidenceFile, EvidenceLink
from commonweal.pledges.reaching_out import AddressAnswer

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
        ("a.pdf", b"%PDF-1.7\n%%EOF\n"),
        ("a.png", PNG),
        ("a.txt", b"Plain words."),
        ("a.csv", "caf\u00e9,1\n".encode("cp1252")),
        ("a.docx", archive(word__document="x")),
        ("A.XLSX", archive(xl__workbook="x")),
    ],
)
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


def test_a_full_disk_is_filled_by_no_half_file(pledged, asha, monkeypatch):
    def half(path, target):
        assert path.stat().st_size
        raise OSError(errno.ENOSPC, "No space left on device")

    upload = SimpleUploadedFile("a.txt", b"Plain words, seen on a day when the disk was full.")
    monkeypatch.setattr(Path, "rename", half)
    before = {path for path in Path(settings.EVIDENCE_FOLDER).rglob("*") if path.is_file()}
    with pytest.raises(OSError, match="No space"):
        files.keep(upload, pledge=pledged(), by=asha, max_mb=1)
    assert {path for path in Path(settings.EVIDENCE_FOLDER).rglob("*") if path.is_file()} == before


def test_a_file_is_sent_as_a_download_that_nothing_runs(sign_in, pledged, asha, idris, client):
    pledge = pledged()
    sign_in(asha)
    client.post(
        f"/space/bakery/pledges/{pledge.code}/claim/",
        {
            "value": "1",
            "seen": pledge.entries.count(),
            "file": SimpleUploadedFile("../../et\u202ec pass wd.txt", b"words"),
        },
    )
    file = EvidenceFile.objects.get()
    assert "/" not in file.name
    client.logout()
    claim = pledge.entries.get(kind="claim")
    reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="upheld",
        figure=None,
        reasons="I looked.",
        by=idris,
    )
    response = client.get(f"/pledges/{pledge.code}/evidence/{file.sha256}/")
    assert response.getvalue() == b"words"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_refused_file_leaves_the_claim_unwritten(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    page = client.post(
        f"/space/bakery/pledges/{pledge.code}/claim/",
        {
            "value": "77",
            "seen": pledge.entries.count(),
            "words": "Keep me.",
            "file": SimpleUploadedFile("a.svg", b"<svg/>"),
        },
    ).content.decode()
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
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/here", "alive"),
        ("/gone", "gone"),
        ("/broken", "gone"),
        ("/private", "unknown"),
        ("/away", "unknown"),
    ],
)
def test_an_address_is_really_asked(site, path, answer):
    assert reaching_out.ask(site + path).answer == answer


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://192.168.0.1/",
        "ftp://example.org/",
        "http://localhost:5432/",
        "https://",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::127.0.0.1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://224.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[5f00::1]/",
        "http://[3fff::1]/",
        "http://[100:0:0:1::1]/",
        # What machines in clouds are told about themselves, their passwords included.
        "http://192.0.0.192/opc/v1/instance/",
        "http://168.63.129.16/machine/",
    ],
)
def test_private_networks_are_never_asked(url, settings):
    settings.LINK_CHECK_ALLOWED_HOSTS = set()
    with pytest.raises(reaching_out.NotAllowed):
        reaching_out.check_address(url)


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch, settings):
    """A resolver that says a public address first and a private one the second time."""
    settings.LINK_CHECK_ALLOWED_HOSTS = set()
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1", "127.0.0.1"])
    asked = []

    def resolve(host, port, **_):
        return [(2, 1, 6, "", (next(answers), port))]

    monkeypatch.setattr(reaching_out.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(
        reaching_out.socket, "create_connection", lambda to, timeout: asked.append(to)
    )
    assert reaching_out.ask("http://rebinding.example/").answer == "gone"
    assert asked == []


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "x"), "unknown"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "silent"),
        (OSError(errno.ENETUNREACH, "x"), "unknown"),
        (OSError(errno.EHOSTUNREACH, "x"), "unknown"),
        (OSError("Tunnel connection failed: 407"), "unknown"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "silent"),
        (TimeoutError("x"), "silent"),
        (ssl.SSLError("x"), "silent"),
    ],
)
def test_a_fault_of_our_own_network_is_told_from_one_of_the_other_end(
    failure, answer, monkeypatch, settings
):
    settings.LINK_CHECK_ALLOWED_HOSTS = {"evidence.example"}

    def connect(*_):
        raise failure

    monkeypatch.setattr(reaching_out, "_connect", connect)
    assert reaching_out.ask("http://evidence.example/").answer == answer


GONE, ALIVE = AddressAnswer("gone", "answered 404"), AddressAnswer("alive", "answered 200")
SILENT, UNKNOWN = AddressAnswer("silent", "no answer"), AddressAnswer("unknown", "can't tell")


def night(number, *answers):
    """The check of one night, with an answer for each address in turn."""
    given = iter(answers)
    return links.check_all(now=timezone.now() + timedelta(days=number), look=lambda _: next(given))


def test_thirty_dead_days_turn_verified_into_unavailable_and_back(claimed, idris, today):
    from commonweal.pledges import reviewing

    pledge, claim = claimed(200)
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Seen.", by=idris
    )
    assert night(0, GONE).turned == 0
    assert night(0).asked == 0
    assert night(1, UNKNOWN).turned == 0
    assert night(2, GONE).turned == 0
    assert not pledge.entries.filter(kind="link_dead").exists()
    assert night(3, GONE).turned == 1
    assert night(4, UNKNOWN).turned == 0
    assert EvidenceLink.objects.get().is_dead
    dead = pledge.entries.get(kind="link_dead")
    assert dead.body["failed_on"] == [
        (today + timedelta(days=days)).isoformat() for days in (0, 2, 3)
    ]
    ledger.refresh_standings(on=today + timedelta(days=32))
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"
    ledger.refresh_standings(on=today + timedelta(days=33))
    pledge.refresh_from_db()
    assert pledge.standing == "evidence_unavailable"
    # What nobody can look at any more is drawn hollow, and said.
    gone = str(reads.bar_of(pledge, today))
    assert 'class="bar-gone"' in gone
    assert "bar-verified" not in gone
    assert "What showed it can no longer be reached." in gone
    night(34, ALIVE)
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"
    assert [e.kind for e in pledge.entries.all()][-2:] == ["link_dead", "link_alive"]


def test_days_of_failure_are_counted_anew_after_an_answer(claimed):
    pledge, _ = claimed(200)
    for number, answer in enumerate((GONE, GONE, ALIVE, GONE, GONE)):
        assert night(number, answer).turned == 0
    assert night(5, GONE).turned == 1


def test_nights_without_network_write_nothing_in_public(claimed):
    first, _ = claimed(200)
    second, _ = claimed(20, statement="Another.")
    for number in range(40):
        checked = night(number, SILENT, UNKNOWN)
        assert (checked.asked, checked.turned, checked.is_connected) == (2, 0, False)
    for pledge in (first, second):
        assert not pledge.entries.filter(kind__startswith="link").exists()


def test_who_is_silent_while_others_answer_is_dead_after_days(claimed):
    first, _ = claimed(200)
    second, _ = claimed(20, statement="Another.")
    assert [night(number, SILENT, ALIVE).turned for number in range(3)] == [0, 0, 1]
    assert first.entries.filter(kind="link_dead").count() == 1
    assert not second.entries.filter(kind="link_dead").exists()


def test_a_control_address_tells_whether_the_fault_is_ours(claimed, settings):
    pledge, _ = claimed(200)
    settings.LINK_CONTROL_ADDRESSES = ["https://control.example/"]
    for number in range(3):
        night(number, SILENT, UNKNOWN)
    assert not pledge.entries.filter(kind="link_dead").exists()
    for number in range(3, 6):
        night(number, SILENT, ALIVE)
    assert pledge.entries.filter(kind="link_dead").count() == 1


def test_what_was_marked_on_one_try_is_corrected_by_an_entry(claimed):
    pledge, _ = claimed(200)
    EvidenceLink.objects.update(is_dead=True, found="no answer (gaierror)")
    assert night(0, SILENT).turned == 1
    assert pledge.entries.last().kind == "link_alive"
    assert "too little to go by" in pledge.entries.last().body["found"]
