"""Every check, in the order in which failing is cheapest. Arguments go to pytest.

1. Format of code and templates, lint, arrows, types; beside them and what follows the journeys in
   a browser, which mostly waits. Where a check fails they are stopped.
2. The whole suite on SQLite.
3. On PostgreSQL what asks for the database, on a server that is started for it and thrown away.

``--heavy`` runs the tests marked heavy as well. Where a browser or PostgreSQL is missing, their
tests are skipped with the reason; with COMMONWEAL_NOTHING_SKIPPED=1 that is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Started = subprocess.Popen[str]

ROOT = Path(__file__).resolve().parent.parent
# One more than there are processors: a fifth of the time a test waits for a process or a disk.
WORKERS = str(min((os.cpu_count() or 1) + 1, 5))
STRICT = bool(os.environ.get("COMMONWEAL_NOTHING_SKIPPED"))
CHECKS = (
    ["ruff", "format", "--check", "."],
    ["djangofmt", "--check", "src"],
    ["ruff", "check", "."],
    ["lint-imports"],
    ["mypy"],
)


def check_all() -> None:
    """All at once, each on one core; what they say is shown one after the other."""
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        checks = [
            pool.submit(
                subprocess.run,
                check,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for check in CHECKS
        ]
    for check, done in zip(CHECKS, checks, strict=True):
        print(f"\n$ {' '.join(check)}\n{done.result().stdout}", end="", flush=True)
    if any(done.result().returncode for done in checks):
        sys.exit(1)


def with_compiled_files(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which what Python compiles is kept.

    Images of containers tell Python to keep nothing. The suite starts hundreds of processes, and
    each would compile Django and all of this anew: 3.9 seconds of a processor for a command, where
    1.7 are enough. Nothing comes to lie beside the source: it is kept in the environment's folder.
    """
    kept = dict(environment)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(Path(sys.prefix) / "compiled"))
    return kept


def begin(*arguments: str, output: int | IO[str] = subprocess.PIPE, **more: str) -> Started:
    command = [sys.executable, "-m", "pytest", "-q", "-rs", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=with_compiled_files(os.environ | more), stdout=output, text=True
    )


def show(lines: Iterable[str]) -> bool:
    """Print what pytest says; whether it skipped a test."""
    skipped = False
    for line in lines:
        print(line, end="", flush=True)
        skipped = skipped or bool(re.search(r"\b[1-9]\d* skipped", line))
    return skipped


def judge(process: Started, skipped: bool) -> None:
    """Where nothing may be skipped, a skipped test is a failure."""
    if process.returncode:
        sys.exit(process.returncode)
    if skipped and STRICT:
        sys.exit("A test was skipped, and nothing may be skipped here.")


def pytest(*arguments: str, **more: str) -> None:
    print(f"\n$ pytest {' '.join(arguments)}", flush=True)
    with begin(*arguments, **more) as process:
        skipped = show(process.stdout or [])
    judge(process, skipped)


def stop(process: Started) -> None:
    """As by Ctrl+C: pytest closes its browser and its town."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        # Whoever was started by a shell in the background hears no Ctrl+C.
        process.kill()
        process.wait()


@contextmanager
def beside(*arguments: str) -> Iterator[None]:
    """Run pytest while something else runs; what it says is shown at the end."""
    with tempfile.TemporaryFile("w+") as said:
        process = begin(*arguments, output=said)
        try:
            yield
            process.wait()
        finally:
            if process.poll() is None:
                stop(process)
        said.seek(0)
        print(f"\n$ pytest {' '.join(arguments)}", flush=True)
        judge(process, show(said))


def postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, newest first; Debian keeps them off the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        folders.insert(0, Path(found).parent)
    return next((one for one in folders if (one / "initdb").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A PostgreSQL server on a socket of its own; yields its address. It refuses to run as root,
    so root starts it as the user that Debian's package makes."""
    # Not under the usual temporary folder of this process: the other user must get at it.
    folder = Path(tempfile.mkdtemp(prefix="commonweal-pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [
            *as_user,
            str(programs / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "commonweal",
            "--locale=C.UTF-8",
            "-E",
            "UTF8",
        ],
        **quiet,
    )
    # Nothing here outlives the run, so it need not reach the disk.
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    subprocess.run([*control, "-o", options, "-l", str(folder / "log"), "start"], **quiet)
    try:
        yield f"postgresql://commonweal@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    arguments = sys.argv[1:]
    heavy = "--heavy" in arguments
    arguments = [one for one in arguments if one != "--heavy"]
    marks = ["--hypothesis-profile=explore"] if heavy else ["-m", "not heavy"]
    if arguments:
        pytest(*marks, *arguments)
        return
    workers = ["-n", WORKERS, "--dist", "loadgroup"]
    # The browser's journeys share one running town, so they stay in one process. They make it on
    # the core that the checks leave, where one of them, the types, takes longer than all others.
    with beside(*marks, "tests/journeys"), tempfile.TemporaryDirectory() as made:
        # Folders of towns that both passes copy.
        os.environ["COMMONWEAL_MADE_ONCE"] = made
        check_all()
        pytest(*marks, *workers, "tests", "src/localwealth", "--ignore=tests/journeys")
        on_postgresql([*marks, *workers])


def on_postgresql(arguments: list[str]) -> None:
    programs = postgresql()
    if programs is None:
        if STRICT:
            sys.exit("PostgreSQL is not on this machine, and nothing may be skipped here.")
        print("\nSkipped: PostgreSQL is not on this machine, so the suite did not run on it.")
        return
    with server(programs) as address:
        pytest(*arguments, "tests/commonweal", COMMONWEAL_TEST_DATABASE_URL=address)


if __name__ == "__main__":
    main()
