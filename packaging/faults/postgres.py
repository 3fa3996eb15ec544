"""PostgreSQL for the runs: a server of its own, a database for each seed, and a way to stop it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from run_tests import postgresql, server

TEMPLATE = "postgres"
STARTS_MOST = 20


@contextmanager
def means() -> Iterator[dict[str, Callable[..., None]]]:
    """Start the server, and say how a run makes its database, drops it, and stops the server."""
    programs = postgresql()
    if programs is None:
        raise SystemExit("PostgreSQL is not on this machine.")
    # The server's own clock is the machine's.
    preloaded = os.environ.pop("LD_PRELOAD", "")
    with server(programs) as address:
        os.environ["DATABASE_URL"] = address
        if preloaded:
            os.environ["LD_PRELOAD"] = preloaded
        yield {
            "make": partial(_make, address),
            "drop": lambda name: _ask(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'),
            "restart": lambda: _restart(programs, address),
            "start": lambda: _start(programs, address),
            "close_template": lambda: _close(address),
        }


def _ask(address: str, sql: str) -> None:
    parts = urlsplit(address)
    elsewhere = address.replace(parts.path, "/template1", 1)
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(sql)


def _close(address: str) -> None:
    """Make the town ready to be copied: nobody is in it, and no sequence is ahead of its log.

    PostgreSQL logs a sequence for 32 numbers at a time. A copy of one in between would give the
    same numbers again after a crash, which is the copying's fault and not the town's.
    """
    from django.db import connection

    connection.close()
    with psycopg.connect(address, autocommit=True) as base:
        base.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, last_value) "
            "FROM pg_sequences WHERE last_value IS NOT NULL"
        )


def _make(address: str, name: str, *, of: str = TEMPLATE) -> None:
    """A database with the town in it, or with what is in another one."""
    _ask(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _ask(address, f'CREATE DATABASE "{name}" TEMPLATE "{of}"')


def _restart(programs: Path, address: str) -> None:
    """Stop the server as a power cut stops it, and start it again."""
    _control(programs, address, "-m", "immediate", "stop")
    _start(programs, address)


def _start(programs: Path, address: str) -> None:
    """Start the server unless it answers: who stopped it may have been killed before its start,
    and one that is just stopping still counts as running."""
    folder = parse_qs(urlsplit(address).query)["host"][0]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    start = ("-o", options, "-l", f"{folder}/log", "start")
    for _ in range(STARTS_MOST):
        with contextlib.suppress(psycopg.OperationalError):
            _ask(address, "SELECT 1")
            return
        _control(programs, address, *start, is_asked=True)
    raise SystemExit("PostgreSQL did not start again.")


def _control(programs: Path, address: str, *words: str, is_asked: bool = False) -> int:
    """Have PostgreSQL's own program do something; its exit code."""
    folder = parse_qs(urlsplit(address).query)["host"][0]
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, str(programs / "pg_ctl"), "-D", f"{folder}/data", "-w", *words],
        env={name: text for name, text in os.environ.items() if name != "LD_PRELOAD"},
        check=not is_asked,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    return done.returncode
