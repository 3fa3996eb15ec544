"""The set-up of the guide: nginx with TLS in front, over TCP and over a Unix socket."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "packaging" / "server" / "nginx.conf"
NAME = "charter.example.gov.uk"


def nginx():
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        if os.environ.get("COMMONWEAL_NOTHING_SKIPPED"):
            pytest.fail("nginx is not on this machine, and nothing may be skipped")
        pytest.skip("nginx is not on this machine (Debian: nginx-light)")
    return path


def certificate(folder):
    """One that nobody but this test trusts, for the name and for where the test finds it."""
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={NAME}",
            "-addext",
            f"subjectAltName=DNS:{NAME},DNS:localhost",
            "-keyout",
            str(folder / "key.pem"),
            "-out",
            str(folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )


def configuration(folder, *, plain, secure, upstream):
    """The file that is shipped, with this test's ports, name, certificate and upstream."""
    site = SHIPPED.read_text()
    for shipped, here in (
        ("listen [::]:80;", ""),
        ("listen [::]:443 ssl;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        (f"server_name {NAME};", "server_name localhost;"),
        ("/etc/ssl/certs/commonweal.pem", f"{folder}/cert.pem"),
        ("/etc/ssl/private/commonweal.key", f"{folder}/key.pem"),
        ("server 127.0.0.1:8000;", f"server {upstream};"),
    ):
        assert shipped in site, f"{shipped} is no longer in the file that is shipped"
        site = site.replace(shipped, here)
    (folder / "site.conf").write_text(site)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        ("user root;\n" if os.geteuid() == 0 else "")
        + f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/access.log;\n{temporary}"
        f"include {folder}/site.conf;\n}}\n"
    )


@pytest.fixture(params=["tcp", "socket"])
def town(request, village, tmp_path, run_town, tools):
    """(a folder, http port, https port) of a town behind nginx."""
    plain, secure = tools.free_port(), tools.free_port()
    address = f"https://localhost:{secure}"
    path = str(tmp_path / "web.sock")
    words = ["--socket", path] if request.param == "socket" else []
    running = run_town(village, *words, COMMONWEAL_ADDRESS=address)
    upstream = f"unix:{path}" if words else f"127.0.0.1:{running.port}"
    front = tmp_path / "nginx"
    front.mkdir()
    certificate(front)
    configuration(front, plain=plain, secure=secure, upstream=upstream)
    process = subprocess.Popen(
        [nginx(), "-p", str(front), "-c", str(front / "nginx.conf"), "-e", str(front / "error.log")]
    )
    tools.wait_until((front / "pid").exists, lambda: (front / "error.log").read_text())
    yield village, plain, address, front
    process.terminate()
    process.wait()


def code_mailed(village, email):
    letters = sorted((village / "mail").glob("*"), key=lambda path: path.stat().st_mtime)
    for letter in reversed(letters):
        words = letter.read_text()
        if email in words and (match := re.search(r"^([A-Z0-9]{3,6}-[A-Z0-9]{3,6})$", words, re.M)):
            return match[1]
    return None


def test_sign_in_upload_and_read_behind_tls(town, visitor, tools):
    village, plain, address, front = town
    context = ssl.create_default_context(cafile=str(front / "cert.pem"))

    stays = visitor(f"http://localhost:{plain}", follow=False)
    there = stays.get("/pledges/?q=meals")
    assert (there.status, there.headers["Location"]) == (
        301,
        "https://localhost/pledges/?q=meals",
    )

    asha = visitor(address, context=context)
    home = asha.get("/")
    assert home.status == 200
    assert home.url == f"{address}/"
    assert "max-age=31536000" in home.headers["Strict-Transport-Security"]

    email = "asha.patel@brackenford.example"
    asked = asha.post("/accounts/login/code/", {"email": email})
    assert asked.status == 200, asked.text
    code = tools.wait_until(lambda: code_mailed(village, email), "no code was mailed")
    inside = asha.post(asked.url.removeprefix(address), {"code": code})
    assert "/space/" in inside.url
    assert "Asha Patel" in inside.text

    partner = asha.get("/partners/harbour-lane-bakery/").text
    code = re.findall(r'href="/pledges/([^"/]+)/"', partner)[0]
    pledge = f"/space/harbour-lane-bakery/pledges/{code}/"
    # More than nginx takes by itself (1 MB), so that its sizes are tried as well.
    paper = b"What the year came to, line by line.\n" * 60_000
    [seen] = re.findall(r'name="seen" value="(\d+)"', asha.get(f"{pledge}claim/").text)
    sent = asha.post(
        f"{pledge}claim/",
        {"value": "1", "words": "Meals cooked and given away.", "seen": seen},
        [("file", "year.txt", paper)],
    )
    assert sent.status == 200, sent.text
    assert "Done" in sent.text, re.findall(r"error-summary.*?</div>", sent.text, re.S)

    evidence = next(iter(re.findall(r'href="([^"]*/evidence/[0-9a-f]{64}/)"', sent.text)), None)
    assert evidence, sent.url
    assert asha.get(evidence).body == paper
    # A visitor is told apart by their own address: what they may do is not shared by all.
    assert (village / "server.log").read_text().count("Traceback") == 0
