"""People who vote by the code on their letter, as real clients of `./commonweal serve`.

    ./commonweal demo --size village --prepare
    ./commonweal run python benchmarks/voting.py                    # SQLite, that town
    ./commonweal run python benchmarks/voting.py --postgresql --workers 2
    ./commonweal run python benchmarks/voting.py --kill 5           # and pull the plug five times

A voter sends three requests: the code, the ballot, and the receipt to look it up. Each comes from
an address of its own, as each has a line of their own at home. With ``--kill`` the server is killed
(SIGKILL) at random moments and started again; a voter whom it leaves without an answer sends the
same once more, as people do. Afterwards the box is compared with what voters were told: every
receipt is in it once, with the last ballot that its voter sent.

The round is one more in the town's database: nothing else in it is touched.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
GIVES_UP_S, TRIES, PROJECTS = 60, 200, 8


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo-village")
    parser.add_argument(
        "--postgresql", action="store_true", help="where DATABASE_URL leads, else a new server"
    )
    parser.add_argument("--voters", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=40, help="voters at the same moment")
    parser.add_argument("--workers", type=int, default=1, help="processes for pages")
    parser.add_argument("--kill", type=int, default=0, metavar="TIMES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    said = arguments()
    with contextlib.ExitStack() as stack:
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
            "COMMONWEAL_VAR": str(said.folder),
            "COMMONWEAL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        }
        import django

        django.setup()
        if said.postgresql:
            from commonweal.demo.start import prepare

            prepare("village")
        voters = begin(said.voters, random.Random(said.seed))
        wrong = run(said, voters)
    sys.exit(wrong)


# --- The round, and what is in its box ------------------------------------------------------------


@dataclass
class Voter:
    """Somebody with a letter: what they choose, and what they were told."""

    number: int
    code: str
    path: str
    choices: list[int]
    receipts: set[str] = field(default_factory=set)
    sent: int = 0
    looked_up: bool = False
    gave_up: str = ""


def begin(count: int, chance: random.Random) -> list[Voter]:
    """A round that is open, with as many letters as voters."""
    from datetime import timedelta
    from decimal import Decimal

    from django.db import connection
    from django.utils import timezone

    from commonweal.voice.models import Round
    from commonweal.voice.rounds import drafting, letters

    now = timezone.now()
    answers: dict[str, Any] = {
        "title": f"Load {now:%H%M%S}",
        "words": "For a measurement.",
        "budget": Decimal(60000),
        "ties": "cheaper,votes,lot:1",
        "who_decides": "Nobody.",
        "who_may_vote": "Clients.",
        "addresses_from": "Nowhere.",
        "addresses_ground": "None.",
        "election": "None.",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=1),
    }
    budget_round = drafting.begin(answers=answers, by=None)
    idea = {"title": "x", "words": "For all.", "area": None, "proposed_by": "council"}
    checked = {
        "cost": Decimal(9000),
        "cost_words": "An offer.",
        "is_feasible": True,
        "feasible_words": "",
        "is_lawful": True,
        "lawful_words": "",
        "group": "",
    }
    for number in range(PROJECTS):
        project = drafting.add_project(
            budget_round=budget_round, answers=idea | {"title": f"Project {number}"}, by=None
        )
        drafting.check(budget_round=budget_round, project=project, answers=checked, by=None)
    drafting.close_ideas(budget_round=budget_round, by=None)
    drafting.seal(budget_round=budget_round, by=None, at=now - timedelta(hours=2))
    budget_round = Round.objects.get(pk=budget_round.pk)
    path = budget_round.get_absolute_url()
    made = letters.make(budget_round=budget_round, count=count, by=None)
    connection.close()
    projects = range(1, PROJECTS + 1)
    return [
        Voter(n, code, path, sorted(chance.sample(projects, chance.randint(1, 4))))
        for n, code in enumerate(made)
    ]


def compare(voters: list[Voter]) -> dict[str, int]:
    """What is wrong with the box, held against what voters were told."""
    from django.db import connection

    from commonweal.voice.models import OpenBallot, Round
    from commonweal.voice.rounds import box
    from localwealth.ballots import codes

    connection.close()
    budget_round = Round.objects.get(code=voters[0].path.strip("/").split("/")[-1])
    kept = Counter[str]()
    choices: dict[str, Any] = {}
    for ballot in OpenBallot.objects.filter(round=budget_round).select_related("code"):
        kept[ballot.code_id] += 1
        choices[ballot.code_id] = [number for number, _ in json.loads(ballot.choices)]
    given = dict(budget_round.codes.filter(receipt__isnull=False).values_list("digest", "receipt"))
    wrong = Counter(lost=0, doubled=0, otherwise=0, two_receipts=0, without_receipt=0)
    for voter in voters:
        digest = box.digest_of(budget_round, voter.code.replace("-", ""))
        receipt = codes.printed(given[digest]) if digest in given else ""
        wrong["two_receipts"] += len(voter.receipts) > 1
        wrong["lost"] += bool(voter.receipts) and (not kept[digest] or {receipt} != voter.receipts)
        wrong["doubled"] += kept[digest] > 1
        wrong["otherwise"] += digest in choices and choices[digest] != voter.choices
        wrong["without_receipt"] += (digest in given) != bool(kept[digest])
    return dict(wrong)


# --- The server -----------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The product's own server in a process group of its own, to be killed and started again."""

    def __init__(self, port: int, workers: int) -> None:
        self.port, self.workers = port, workers
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "commonweal.cli", "serve", "--no-jobs"]
        command += ["--workers", str(self.workers), "--port", str(self.port)]
        quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, start_new_session=True, **quiet)
        # On a machine that others keep busy it takes a minute.
        for _ in range(3600):
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1),
            ):
                return process
            time.sleep(0.05)
        raise SystemExit("The server did not start.")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


# --- Voters ---------------------------------------------------------------------------------------


class NoAnswer(Exception):
    """The line broke before an answer was there."""


async def ask(port: int, voter: Voter, path: str, form: list[tuple[str, str]]) -> tuple[int, str]:
    """Send one form from an address of the voter's own; (status, page)."""
    secret = secrets.token_hex(16)
    body = urlencode([("csrfmiddlewaretoken", secret), *form]).encode()
    host = f"127.0.0.1:{port}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: http://{host}\r\n"
        f"Cookie: csrftoken={secret}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    own = f"127.{1 + voter.number // 60000}.{voter.number // 250 % 240}.{1 + voter.number % 250}"
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port, local_addr=(own, 0)), GIVES_UP_S
        )
        try:
            writer.write(head.encode() + body)
            raw = await asyncio.wait_for(reader.read(-1), GIVES_UP_S)
        finally:
            writer.close()
    except (OSError, TimeoutError) as broken:
        raise NoAnswer from broken
    top, end, page = raw.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", top)
    if not end or (length and len(page) < int(length[1])):
        raise NoAnswer
    return int(top.split(b" ")[1]), page.decode("utf-8", "replace")


TOKEN = re.compile(r'name="token" value="([^"]+)"')
RECEIPT = re.compile(r'<strong class="hash">([\w-]+)</strong>')


async def vote(port: int, voter: Voter, errors: Counter[str], seconds: list[float]) -> None:
    """Three requests; what gets no answer is sent again."""

    async def until(step: str, form: list[tuple[str, str]]) -> str:
        for _ in range(TRIES):
            began = time.monotonic()
            try:
                status, page = await ask(port, voter, f"{voter.path}{step}/", form)
            except NoAnswer:
                errors["no answer"] += 1
                await asyncio.sleep(0.2)
                continue
            seconds.append(time.monotonic() - began)
            if status == 200:
                return page
            errors[f"{step} {status}"] += 1
            await asyncio.sleep(0.2)
        voter.gave_up = step
        return ""

    token = TOKEN.search(await until("vote", [("code", voter.code)]))
    if not token:
        voter.gave_up = voter.gave_up or "no ballot"
        return
    projects = [("projects", str(number)) for number in voter.choices]
    voter.sent += 1
    receipt = RECEIPT.search(await until("ballot", [("token", token[1]), *projects]))
    if not receipt:
        voter.gave_up = voter.gave_up or "no receipt"
        return
    voter.receipts.add(receipt[1])
    page = await until("receipt", [("receipt", receipt[1])])
    voter.looked_up = "It is in the box" in page


async def all_vote(said: argparse.Namespace, server: Server, voters: list[Voter]) -> Any:
    """Everybody, so many at a time; (errors, seconds of each request)."""
    errors: Counter[str] = Counter()
    seconds: list[float] = []
    waiting = iter(voters)

    async def client() -> None:
        for voter in waiting:
            await vote(server.port, voter, errors, seconds)

    async def killer() -> None:
        chance = random.Random(said.seed)
        # At moments by how many voted, so that each kill meets a box that is being filled.
        for at in sorted(chance.sample(range(len(voters) // 20, len(voters) * 9 // 10), said.kill)):
            while sum(bool(voter.receipts) for voter in voters) < at:
                await asyncio.sleep(0.02)
            await asyncio.sleep(chance.uniform(0, 0.1))
            server.kill()
            server.process = await asyncio.to_thread(server.start)

    await asyncio.gather(killer(), *(client() for _ in range(said.clients)))
    return errors, seconds


def children_s() -> float:
    """Seconds of processor that processes of this one took which have ended."""
    took = os.times()
    return took.children_user + took.children_system


def run(said: argparse.Namespace, voters: list[Voter]) -> bool:
    """One run; whether anything went wrong in it."""
    server = Server(said.port or free_port(), said.workers)
    before = children_s()
    try:
        began = time.monotonic()
        errors, seconds = asyncio.run(all_vote(said, server, voters))
        took = time.monotonic() - began
    finally:
        server.stop()
    of_server = children_s() - before
    wrong = compare(voters)
    told = sum(bool(voter.receipts) for voter in voters)
    unseen = sum(not voter.looked_up for voter in voters)
    middle, p95 = (sorted(seconds)[int(len(seconds) * part)] * 1000 for part in (0.5, 0.95))
    print(
        f"{len(voters)} voters, {said.clients} at a time, {said.workers} processes, killed "
        f"{said.kill} times: {took:.1f} s, {told / took * 60:.0f} voters a minute, "
        f"{of_server / max(told, 1) * 1000:.0f} ms of a core each, starting included; a request "
        f"{middle:.0f} ms in the middle, {p95:.0f} ms p95; receipts {told}, not found again "
        f"{unseen}; {json.dumps(wrong)}; errors {json.dumps(dict(errors))}; load "
        f"{os.getloadavg()[0]:.1f}"
    )
    return bool(any(wrong.values()) or unseen or told < len(voters))


if __name__ == "__main__":
    main()
