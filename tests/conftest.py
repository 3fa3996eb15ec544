"""What all tests share: examples may take their time, and the test database is made once."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest import fixtures, runner
from django.core import management
from django.db import connection
from hypothesis import settings

from . import migrations_kept, unpacked
from .kept import ROWS, VILLAGE, KeptRows, KeptVillage

# How long an example takes says nothing on a machine that others use as well. The same commit gives
# the same answer; whoever looks for more draws anew: `--hypothesis-profile=explore`, as --heavy
# does.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("house")

SOURCES = Path(__file__).parents[1] / "src" / "commonweal"

# The server on which the suite runs a second time, or nothing on SQLite.
SERVER = os.environ.get("COMMONWEAL_TEST_DATABASE_URL", "")


@pytest.fixture(scope="session")
def migrated() -> str:
    """The migrated, empty database that others are copies of: its file, or its name."""
    digest = migrations_kept.digest(SOURCES)
    if SERVER:
        return f"commonweal_migrated_{digest}"
    return str(Path(tempfile.gettempdir()) / f"commonweal-migrated-{digest}.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _migrate_once(migrated: str) -> Iterator[None]:
    """The migrations run once; every later process copies what they made.

    They take most of a short run's time.
    """
    run = management.call_command

    def call(name: str, *args: Any, **options: Any) -> Any:
        # Only the first time: when the test database is made.
        management.call_command = run
        if name != "migrate":
            return run(name, *args, **options)
        copy = _copied_on_postgresql if SERVER else _copied_on_sqlite
        return copy(migrated, lambda: run(name, *args, **options))

    management.call_command = call
    yield
    management.call_command = run


def _copied_on_sqlite(migrated: str, migrate: Callable[[], Any]) -> Any:
    connection.ensure_connection()
    template = Path(migrated)
    with template.with_suffix(".lock").open("w") as lock:
        # One worker makes it and the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if template.exists():
            with closing(sqlite3.connect(template)) as kept:
                kept.backup(connection.connection)
            return None
        answer = migrate()
        partial = template.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(partial)) as kept:
            connection.connection.backup(kept)
        partial.rename(template)
        return answer


def _copied_on_postgresql(migrated: str, migrate: Callable[[], Any]) -> Any:
    import psycopg

    own, answer = connection.settings_dict["NAME"], None
    with psycopg.connect(SERVER, autocommit=True) as server:
        # One worker makes it and the others wait; the lock goes with the connection.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [migrated])
        if _exists(server, migrated):
            connection.close()
            server.execute(f'DROP DATABASE "{own}"')
            server.execute(f'CREATE DATABASE "{own}" TEMPLATE {migrated}')
        else:
            answer = migrate()
            connection.close()
            server.execute(f'CREATE DATABASE {migrated} TEMPLATE "{own}"')
    return answer


def _exists(server: Any, name: str) -> bool:
    rows = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return rows.fetchone() is not None


@pytest.fixture(scope="session")
def kept_village(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptVillage]:
    """The village of this process; nothing is made before a test asks for `whole_village`."""
    kept = KeptVillage(lambda: tmp_path_factory.mktemp("village"))
    yield kept
    with django_db_blocker.unblock():
        kept.forget()


@pytest.fixture(scope="session")
def kept_rows(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, KeptRows]]:
    """By fixture, the rows of this process; the first test that asks for a fixture makes its."""
    rows = {name: KeptRows(name, lambda: tmp_path_factory.mktemp("rows")) for name in ROWS}
    yield rows
    with django_db_blocker.unblock():
        for kept in rows.values():
            kept.forget()


def _rows_asked_for(request: Any) -> str:
    """The fixture of rows that a test asks for, if it does; `samples` has `planted` in it."""
    return next((name for name in ROWS if name in request.fixturenames), "")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> Any:
    """Before a test's transaction opens: turn to what is kept, or back to the empty town. Where
    rows are kept, their fixtures give what they returned when these were made."""
    name = fixturedef.argname
    if name == "_django_db_helper":
        if not _asks_for_the_database(request.node):
            pytest.fail("Name `db` among this test's fixtures: it would not run on PostgreSQL.")
        _turn_to_what_is_asked_for(request)
    elif fixturedef.scope == "function" and name != "tmp_path" and _rows_asked_for(request):
        return _kept_answer(fixturedef, request)
    return None


def _kept_answer(fixturedef: pytest.FixtureDef[Any], request: Any) -> Any:
    """What a fixture returned when the rows were made. Where they were not, the fixture that they
    are called after is set up here and they are kept, and any other is left to pytest."""
    name, kept = fixturedef.argname, request.getfixturevalue("kept_rows")[_rows_asked_for(request)]
    if kept.has(fixturedef):
        fixturedef.cached_result = (kept.lent[name], fixturedef.cache_key(request), None)
        return kept.lent[name]
    if name != kept.name:
        return None
    answer = fixtures.pytest_fixture_setup(fixturedef, request)
    if made_of := _alone_in_the_database(name, request._fixture_defs | {name: fixturedef}):
        kept.keep(made_of, request.getfixturevalue("tmp_path"))
    return answer


def _turn_to_what_is_asked_for(request: Any) -> None:
    village = request.getfixturevalue("kept_village")
    rows = request.getfixturevalue("kept_rows")
    of_village = VILLAGE in request.fixturenames
    of_rows = "" if of_village else _rows_asked_for(request)
    with request.getfixturevalue("django_db_blocker").unblock():
        # Copies are of the empty one: back to it first.
        for kept in (village, *rows.values()):
            kept.show(False)
        village.show(of_village)
        for name, kept in rows.items():
            kept.show(name == of_rows)
            kept.lend(request.getfixturevalue("tmp_path") if name == of_rows else None)


def _alone_in_the_database(rows: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """The fixtures of ours that rows are made of; none if another made something before them,
    which would be kept with them."""

    @cache
    def all_of(name: str) -> set[str]:
        behind = definitions[name].argnames if name in definitions else ()
        return {name}.union(*(all_of(argument) for argument in behind if argument != "request"))

    parts = all_of(rows)
    if any("db" in all_of(name) for name in definitions if name not in parts):
        return {}
    ours = [name for name in parts & set(definitions) if _is_ours(definitions[name])]
    return {name: definitions[name] for name in ours}


def _is_ours(definition: Any) -> bool:
    # By its file: a folder that is a package of its own calls its module otherwise.
    return Path(definition.func.__code__.co_filename).is_relative_to(Path(__file__).parent)


def _roomy(call: Callable[..., Any], *args: Any) -> Any:
    """Call with a stack of frames that has room."""
    return call(*args)


# CPython takes memory for the frames of its calls 16 KB at a time from the system, and gives it
# back as soon as the frame that needed it returns. Where a loop stands at such a border each round
# asks the system twice: 1,400 times for a page, a fifth of what a test of one takes. A frame that
# asks for much gets a chunk with as much again behind it, in which all calls of a test find room.
_roomy.__code__ = _roomy.__code__.replace(co_stacksize=70_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    return _roomy(runner.pytest_runtest_protocol, item, nextitem)


_names_of_arguments = fixtures.getfuncargnames


def _names_in_short(function: Any, *, name: str = "", **more: Any) -> tuple[str, ...]:
    return () if name == "request" else _names_of_arguments(function, name=name, **more)


# For each fixture that asks for `request` pytest makes a definition of that anew, six for a test,
# and looks into its function for arguments, of which it has none: a tenth of what a test takes
# that does little.
fixtures.getfuncargnames = _names_in_short


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What shares tests out among workers."""
    from .sharing_out import ForgetfulScheduling

    return ForgetfulScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


# Walks over every address, and what waits for processes, take longest.
LONGEST = {"every_address", "postgresql", "run_apart", "demo_village", "harness"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each database gets the tests that it can answer differently."""
    is_short = "not heavy" in config.getoption("markexpr")
    left_out = [item for item in items if not _has_something_to_try(item, is_short)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _has_something_to_try(item, is_short)]
    for item in items:
        # Whoever looks at the village does so on one worker, so that it is made once.
        if VILLAGE in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("village"))
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Begun last, one worker would wait for the other.
        items.sort(key=lambda item: LONGEST.isdisjoint(getattr(item, "fixturenames", ())))


def pytest_collection_finish() -> None:
    """What collecting made stays to the end: whoever looks for circles needn't go through it anew,
    six thousand times for a folder of tests, a twelfth of the processor's work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _has_something_to_try(item: pytest.Item, is_short: bool) -> bool:
    if "postgresql" in getattr(item, "fixturenames", ()):
        return bool(SERVER)
    if not SERVER:
        return True
    if is_short and item.get_closest_marker("alike"):
        return False
    return _asks_for_the_database(item)


def _asks_for_the_database(item: pytest.Item) -> bool:
    names = {"db", "transactional_db", "live_server", "run_apart"}
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not names.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def postgresql() -> str:
    """The address of the server of PostgreSQL; who asks for it is tried there alone."""
    return SERVER


@pytest.fixture
def whole_village(db: None, kept_village: KeptVillage, tmp_path: Path) -> KeptVillage:
    """A whole village in the test's database, with its files; made once, and rolled back."""
    kept_village.lay_files(tmp_path)
    return kept_village


@pytest.fixture(scope="session")
def once_a_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A folder that the first worker to ask for it makes; the others wait and find it, and so do
    those of the next pass."""
    base = tmp_path_factory.getbasetemp()
    of_pass = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    shared = Path(os.environ.get("COMMONWEAL_MADE_ONCE", of_pass))

    def folder_of(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / f"made-{name}"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                partial = shared / f"partial-{name}"
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                make(partial)
                partial.rename(folder)
        return folder

    return folder_of


@pytest.fixture(scope="session")
def demo_var(once_a_run: Callable[..., Path]) -> Path:
    """The data folder of a village, as `commonweal demo` made it where the usual mask lets
    everybody read; to be looked at, and copied."""

    def make(folder: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))}
        kept.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "commonweal.cli", "demo", "--size", "village", "--prepare"],
            env=kept | {"COMMONWEAL_VAR": str(folder / "var")},
            capture_output=True,
            text=True,
            cwd=SOURCES.parents[1],
            umask=0,
        )
        assert done.returncode == 0, done.stderr

    return once_a_run("demo", make) / "var"


@pytest.fixture(scope="session")
def demo_village(demo_var: Path) -> Callable[[Path], Path]:
    """Copies that village's folder to where one likes."""

    def copy(to: Path) -> Path:
        return Path(shutil.copytree(demo_var / "demo-village", to))

    return copy


def in_memory() -> str | None:
    """A folder that the machine holds in memory, if it has one with room."""
    folder = Path("/dev/shm")
    has_room = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2**30
    return str(folder) if has_room else None


@pytest.fixture
def unpacked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test reads is unpacked in this process. A child of its own takes 65 ms to start, and
    is for files that ask for too much: who asks whether it holds them lets it start."""
    unpacked.here(monkeypatch)


@pytest.fixture
def run_apart(
    migrated: str, django_db_setup: None
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Run a script in a process with a folder and a database of its own, SQLite or PostgreSQL.

    What threads or a migration backwards do to a database must not be seen by another test.
    The database is migrated as the tests' own; with `empty` it has nothing in it. The folder lies
    in memory where there is room: each commit waits for the disk otherwise, for nothing.
    """
    name = f"apart_{uuid.uuid4().hex}"
    folder = Path(tempfile.mkdtemp(prefix="apart-", dir=in_memory()))

    def run(script: Path, *, empty: bool = False) -> subprocess.CompletedProcess[str]:
        if SERVER:
            _make_database(name, "template1" if empty else migrated)
        elif not empty and Path(migrated).exists():
            shutil.copyfile(migrated, folder / "commonweal.sqlite3")
        environment = dict(os.environ) | {
            "COMMONWEAL_VAR": str(folder),
            "DATABASE_URL": SERVER.replace("/postgres?", f"/{name}?"),
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [sys.executable, str(script)], env=environment, capture_output=True, text=True
        )

    yield run
    shutil.rmtree(folder)
    if SERVER:
        import psycopg

        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _make_database(name: str, template: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as server:
        # Where no test before needed the database, there is none to copy; the script migrates.
        template = template if _exists(server, template) else "template1"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
