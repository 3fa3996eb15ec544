"""A county under load: readers and writers as real clients of `./commonweal serve`.

    ./commonweal demo --size county --prepare
    ./commonweal run python benchmarks/load.py                 # SQLite, that town
    ./commonweal run python benchmarks/load.py --postgresql    # a server and a town for this run
    ./commonweal run python benchmarks/load.py --workers 1 2   # one process for pages, then two

Each reader opens public pages one after the other, comes back to pages with the ETag that it was
given, and now and then asks for the bare page, which does nothing: what a page costs is held
against what the same server needs for nothing at the same moment. Each writer reports progress on
a pledge of its own through the form, again and again. Afterwards every report is looked for in
the ledger. Machines are shared and noisy, so ratios of one run count, not seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/",
    "/pledges/",
    "/pledges/?standing=overdue&sort=partner",
    "/pledges/?q=hours",
    "/partners/",
    "/themes/neighbours/",
    "/ledger/",
    "/charter/",
    "/balance/",
    "/help/",
    "/charter/decisions/",
)
# The first of these that is there: a page that asks nothing of the database.
BARE = ("/-/live", "/robots.txt", "/static/staticfiles.json")
GIVES_UP_S = 120


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", default="county", choices=["village", "town", "county"])
    parser.add_argument(
        "--postgresql", action="store_true", help="where DATABASE_URL leads, else a new server"
    )
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=2.0, help="of a reader between pages, s")
    parser.add_argument("--no-jobs", action="store_true", help="no reminders, links, letters")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[1], help="processes for pages, one run for each"
    )
    return parser.parse_args()


def main() -> None:
    said = arguments()
    with contextlib.ExitStack() as stack:
        folder = ROOT / "var" / f"demo-{said.size}"
        if said.postgresql and "DATABASE_URL" not in os.environ:
            sys.path.insert(0, str(ROOT / "packaging"))
            import run_tests

            programs = run_tests.postgresql()
            if programs is None:
                sys.exit("PostgreSQL is not on this machine.")
            os.environ["DATABASE_URL"] = stack.enter_context(run_tests.server(programs))
        elif not said.postgresql:
            os.environ.pop("DATABASE_URL", None)
        os.environ |= {
            "COMMONWEAL_VAR": str(folder),
            "COMMONWEAL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        }
        import django

        django.setup()
        if said.postgresql:
            from commonweal.demo.start import prepare

            prepare(said.size)
        wrong = False
        for workers in said.workers:
            with serving(said, workers) as port:
                wrong = measure(said, port) or wrong
    sys.exit(wrong)


@contextlib.contextmanager
def serving(said: argparse.Namespace, workers: int) -> Iterator[int]:
    """The product's own server, in a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "commonweal.cli", "serve", "--workers", str(workers)]
    if said.no_jobs:
        command.append("--no-jobs")
    print(f"\n{' '.join(command[3:])}: ", end="", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, "--port", str(port)], **quiet) as process:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        try:
            yield port
        finally:
            process.terminate()
            process.wait(timeout=60)


# --- A client ---------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Visitor:
    """One browser: its cookies, the pages that it keeps."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)

    async def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        body = urlencode(form).encode() if form is not None else b""
        host = f"127.0.0.1:{self.port}"
        lines = [
            f"{'POST' if form is not None else 'GET'} {path} HTTP/1.1",
            f"Host: {host}",
            "Connection: close",
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if form is None and path in self.etags:
            lines.append(f"If-None-Match: {self.etags[path]}")
        if form is not None:
            lines += [
                f"Content-Length: {len(body)}",
                f"Origin: http://{host}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Referer: http://{host}{path}",
            ]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            raw = await reader.read(-1)
        finally:
            writer.close()
        return self._read(path, raw)

    def _read(self, path: str, raw: bytes) -> Answer:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = [(k.lower(), v.strip()) for k, _, v in (line.partition(":") for line in rest)]
        for key, value in headers:
            if key == "set-cookie":
                name, _, content = value.split(";")[0].partition("=")
                self.cookies[name] = content
        answer = Answer(int(first.split(" ")[1]), headers, body.decode("utf-8", "replace"))
        if answer.header("etag"):
            self.etags[path] = answer.header("etag")
        return answer


@dataclass
class Tally:
    """What all clients met. ``taken``: marks of reports that the server said it took."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    taken: list[str] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)
    write_seconds: list[float] = field(default_factory=list)


async def timed(visitor: Visitor, path: str, tally: Tally, form: dict[str, str] | None = None):
    """(answer or None, seconds); what went wrong is counted."""
    began = time.monotonic()
    try:
        answer = await asyncio.wait_for(visitor.ask(path, form), GIVES_UP_S)
    except (OSError, TimeoutError, ValueError, IndexError) as failure:
        tally.errors[f"{path.split('?')[0]}: {type(failure).__name__}"] += 1
        return None, time.monotonic() - began
    if answer.status >= 400:
        tally.errors[f"{path.split('?')[0]}: {answer.status}"] += 1
    return answer, time.monotonic() - began


async def read(number: int, port: int, until: float, tally: Tally, said, bare: str) -> None:
    chance = random.Random(number)
    visitor = Visitor(port)
    await asyncio.sleep(chance.uniform(0, said.pause))
    while time.monotonic() < until:
        path = bare if chance.random() < 0.2 else chance.choice(PAGES)
        if path == bare:
            visitor.etags.pop(bare, None)
        answer, took = await timed(visitor, path, tally)
        tally.seconds[path].append(took)
        tally.kept += answer is not None and answer.status == 304
        await asyncio.sleep(chance.uniform(0, 2 * said.pause))


HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


def hidden_of(page: str) -> dict[str, str]:
    """What the form that reports progress sends along unseen."""
    form = next(part for part in page.split("<form")[1:] if 'name="words"' in part)
    inputs = HIDDEN.findall(form.split("</form>")[0])
    return {
        NAME.search(one)[1]: unescape(VALUE.search(one)[1]) for one in inputs if VALUE.search(one)
    }


async def write(number: int, port: int, until: float, tally: Tally, path: str, key: str) -> None:
    chance = random.Random(10_000 + number)
    visitor = Visitor(port, {"sessionid": key})
    count = 0
    while time.monotonic() < until:
        page, took = await timed(visitor, path, tally)
        tally.seconds["(the form)"].append(took)
        if page is not None and page.status == 200:
            count += 1
            mark = f"Load {os.getpid()}-{port}-{number}-{count}"
            form = hidden_of(page.body) | {"value": "0", "words": mark}
            visitor.etags.clear()
            answer, took = await timed(visitor, path, tally, form)
            tally.write_seconds.append(took)
            was_taken = answer is not None and answer.status in (302, 303)
            (tally.taken if was_taken else tally.not_taken).append(mark)
        await asyncio.sleep(chance.uniform(0.5, 2.5))


def writers(count: int) -> list[tuple[str, str]]:
    """(address of the form, session) of as many editors of partners with an open pledge."""
    from django.contrib.auth import login
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from commonweal.pledges.models import Pledge

    ready, seen = [], set()
    pledges = Pledge.objects.public().open().filter(measure__kind="count", source="")
    for pledge in pledges.select_related("partner").order_by("pk").iterator():
        member = pledge.partner.memberships.current().filter(role="editor").first()
        if member is None or member.person_id in seen or not pledge.partner.may_act:
            continue
        seen.add(member.person_id)
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = "127.0.0.1"
        request.user = AnonymousUser()
        request.session = SessionStore()
        login(request, member.person, "allauth.account.auth_backends.AuthenticationBackend")
        request.session.save()
        path = f"/space/{pledge.partner.code}/pledges/{pledge.code}/claim/"
        ready.append((path, request.session.session_key))
        if len(ready) == count:
            return ready
    raise SystemExit(f"This town has only {len(ready)} partners who can write.")


async def all_at_once(said, port: int, tally: Tally, bare: str) -> None:
    """Everybody, once each page was asked for once."""
    first = Visitor(port)
    for path in (*PAGES, bare):
        await timed(first, path, tally)
    forms = await asyncio.to_thread(writers, said.writers)
    until = time.monotonic() + said.seconds
    await asyncio.gather(
        *(read(n, port, until, tally, said, bare) for n in range(said.readers)),
        *(write(n, port, until, tally, *form) for n, form in enumerate(forms)),
    )


async def bare_page(port: int) -> str:
    for path in BARE:
        if (await Visitor(port).ask(path)).status == 200:
            return path
    name = re.search(r'href="(/static/[^"]+\.css)"', (await Visitor(port).ask("/charter/")).body)
    return name[1] if name else "/charter/"


def measure(said, port: int) -> bool:
    """One run; whether anything went wrong in it."""
    from django.db import connection

    from commonweal.pledges import proving
    from commonweal.pledges.models import Entry, Pledge

    entries = Entry.objects.count()
    print(
        f"{connection.vendor}, {Pledge.objects.count():,} pledges, {entries:,} entries; "
        f"{said.readers} readers, {said.writers} writers, {said.seconds:.0f} s"
    )
    bare = asyncio.run(bare_page(port))
    tally = Tally()
    asyncio.run(all_at_once(said, port, tally, bare))
    tell(tally, bare)
    connection.close()
    counts = Counter(
        Entry.objects.filter(words__startswith=f"Load {os.getpid()}-{port}-").values_list(
            "words", flat=True
        )
    )
    lost = [mark for mark in tally.taken if not counts[mark]]
    doubled = [mark for mark, count in counts.items() if count > 1]
    unsaid = [mark for mark in tally.not_taken if counts[mark]]
    proof = proving.verify()
    print(
        f"\nwrites taken {len(tally.taken)}, refused {len(tally.not_taken)}, lost {len(lost)}, "
        f"doubled {len(doubled)}, written though the answer was no {len(unsaid)}; "
        f"errors {sum(tally.errors.values())} {dict(tally.errors.most_common(6))}; answered "
        f"from what the visitor keeps (304): {tally.kept}; chain "
        f"{'BROKEN' if proof.broken else 'whole'}, {proof.entries - entries} entries more"
    )
    return bool(lost or doubled or tally.errors or proof.broken)


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(int(len(seconds) * 0.95), len(seconds) - 1)]


def tell(tally: Tally, bare: str) -> None:
    """Each page beside the bare page of the same run."""
    base = tally.seconds.pop(bare, [0.001])
    print(
        "\n| page | asked for | median ms | p95 ms | p95, times the bare page |\n"
        "|---|---|---|---|---|"
    )
    every = [s for path in PAGES for s in tally.seconds.get(path, [])]
    rows = [(f"bare ({bare.split('?')[0][:30]})", base), ("all public pages", every)]
    rows += [*sorted(tally.seconds.items()), ("(a report sent)", tally.write_seconds)]
    for name, seconds in rows:
        if seconds:
            print(
                f"| {name} | {len(seconds)} | {statistics.median(seconds) * 1000:.0f} | "
                f"{p95(seconds) * 1000:.0f} | {p95(seconds) / p95(base):.2f} |"
            )


if __name__ == "__main__":
    main()
