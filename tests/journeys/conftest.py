"""A running demo town in a process of its own, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CODE = re.compile(r"^([A-Z0-9-]{4,12})$", re.M)
# First the same Chromium without windows, tabs and a profile: half of a processor's work a page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe found right is not described element by element, which is a third of its work.
LOOK = {"runOnly": RULES, "resultTypes": ["violations"]}


def find_browser() -> str | None:
    return os.environ.get("COMMONWEAL_BROWSER") or next(
        (path for name in BROWSERS if (path := shutil.which(name))), None
    )


# A link to another page, or a button that sends a form; a file of evidence is a download.
LEADS_ON = """element => element.matches("a[href]:not([href^='#']):not([href*='/evidence/'])")
    || (element.matches("button:not([type=button]), input[type=submit]")
        && element.form !== null)"""
# A busy machine answers late; that a click led nowhere shows within moments.
ANSWERED_WITHIN_S = 150
BEGINS_WITHIN_S = 5
SHOWS_WITHIN_S = 60


def wait_until_whole(page: Any) -> None:
    """Until the document that stands there is all there. The page itself is asked: the browser's
    news of it may be of the page before."""
    from playwright.sync_api import Error

    began_at = time.monotonic()
    while True:
        try:
            if page.evaluate("document.readyState") == "complete":
                return
        except Error:
            # The document went while it was asked; the next one is there in a moment.
            if page.is_closed():
                raise
        assert time.monotonic() - began_at < ANSWERED_WITHIN_S, f"{page.url} is not all there"
        page.wait_for_timeout(20)


def _arrive_after_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a click leads to is waited for until it stands there whole, as a person does: on a slow
    machine the old page, or an empty new one, would be asked for what the next page has."""
    from playwright.sync_api import Locator, expect

    expect.set_options(timeout=SHOWS_WITHIN_S * 1000)
    click = Locator.click

    def click_and_arrive(self: Any, **options: Any) -> None:
        if not self.evaluate(LEADS_ON):
            click(self, **options)
            return
        page = self.page
        asked_for: list[str] = []
        arrived: list[str] = []

        def note_request(request: Any) -> None:
            if request.is_navigation_request() and request.frame == page.main_frame:
                asked_for.append(request.url)

        def note_arrival(frame: Any) -> None:
            if frame == page.main_frame:
                arrived.append(frame.url)

        def note_download(download: Any) -> None:
            arrived.append(download.url)

        page.on("request", note_request)
        page.on("framenavigated", note_arrival)
        page.on("download", note_download)
        try:
            clicked_at = time.monotonic()
            click(self, **options)
            while not arrived:
                waited = time.monotonic() - clicked_at
                if not asked_for and waited > BEGINS_WITHIN_S:
                    # It led nowhere: what comes next says whether that is right.
                    return
                assert waited < ANSWERED_WITHIN_S, (
                    f"{asked_for[0]} was not answered in {waited:.0f} s"
                )
                page.wait_for_timeout(20)
            wait_until_whole(page)
        finally:
            page.remove_listener("request", note_request)
            page.remove_listener("framenavigated", note_arrival)
            page.remove_listener("download", note_download)

    monkeypatch.setattr(Locator, "click", click_and_arrive)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = find_browser()
    if path is None:
        if os.environ.get("COMMONWEAL_NOTHING_SKIPPED"):
            pytest.fail("no Chromium is on this machine, and nothing may be skipped")
        pytest.skip("no Chromium is on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player, pytest.MonkeyPatch.context() as monkeypatch:
        _arrive_after_clicks(monkeypatch)
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            # A page's scripts run once: to compile them a second time costs more than it saves.
            "--js-flags=--no-opt --no-maglev",
        ]
        browser = player.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


class Town:
    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder

    def newest_mail(self, to: str) -> str:
        """The newest mail with a code to an address; it comes by the queue, within seconds."""
        deadline = time.monotonic() + 120
        while True:
            folder = self.folder / "demo-village" / "mail"
            for path in sorted(folder.glob("*"), key=lambda p: p.stat().st_mtime, reverse=True):
                mail = path.read_text()
                if f"To: {to}\n" in mail and CODE.search(mail.partition("\n\n")[2]):
                    return mail
            assert time.monotonic() < deadline, f"no code came to {to}"
            time.sleep(0.2)


def answers(address: str) -> bool:
    """The first page is there. A town is made within a minute, on a busy machine in several."""
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("var")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))
    }
    environment |= {"COMMONWEAL_VAR": str(folder)}
    environment.pop("DATABASE_URL", None)
    command = [
        sys.executable,
        "-m",
        "commonweal.cli",
        "demo",
        "--size",
        "village",
        "--port",
        str(port),
    ]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 300
    while not answers(address):
        assert process.poll() is None, (folder / "log.txt").read_text()
        assert time.monotonic() < deadline, (folder / "log.txt").read_text()
        time.sleep(0.2)
    yield Town(address, folder)
    process.terminate()
    assert process.wait(timeout=40) == 0, "the demo did not stop cleanly"
    said = (folder / "log.txt").read_text()
    assert "Traceback" not in said, said[-3000:]


@pytest.fixture
def visit(browser: Any, town: Town) -> Iterator[Any]:
    """Open a page as somebody, at a width; returns a function that makes a fresh visitor."""
    contexts = []

    def make(role: str | None = None, *, width: int = 1280, javascript: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            base_url=town.address,
            java_script_enabled=javascript,
        )
        context.set_default_timeout(ANSWERED_WITHIN_S * 1000)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        if role:
            page.goto(f"/demo/as/{role}/")
            page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    yield make
    for context in contexts:
        context.close()


WHICH_DOCUMENT = "performance.timeOrigin"


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe says of the page. A page that was replaced while axe looked is looked at again:
    half of it, or the page before, would have been judged."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Error

    for _ in range(5):
        wait_until_whole(page)
        document = None
        try:
            document = page.evaluate(WHICH_DOCUMENT)
            answer = Axe().run(page, options=LOOK).response["violations"]
            is_still_there = page.evaluate(WHICH_DOCUMENT) == document
        except Error:
            wait_until_whole(page)
            if page.evaluate(WHICH_DOCUMENT) == document:
                raise
            continue
        if is_still_there:
            return [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in answer]
    raise AssertionError(f"{page.url} is replaced again and again")


def check(page: Any) -> None:
    """No axe violation, no error in the console, nothing wider than the screen."""
    violated = violations(page)
    assert not violated, f"{page.url}: {violated}"
    assert not page.problems, f"{page.url}: {page.problems}"
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    assert not wide, f"{page.url} is wider than the screen"


@pytest.fixture
def looks_right() -> Any:
    return check


@pytest.fixture
def code_in() -> Any:
    return lambda mail: CODE.search(mail.split("\n\n", 1)[1]).group(1)
