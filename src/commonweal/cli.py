"""The product's own command line: Django's commands under our names, keys made at first start."""

from __future__ import annotations

import argparse
import gc
import io
import os
import select
import sys
from pathlib import Path
from typing import NoReturn

from commonweal.jobs.addresses import address_to_open
from commonweal.key_files import drawn, has_keys, make_keys, put_keys

COMMANDS = {
    "demo": "set up and serve a complete fictional town (--size village|town|county, --port)",
    "init": "make a town, by name or from a settings file, and its first administrator",
    "town": "read a changed settings file into the town",
    "people": "list who holds which role, appoint somebody, take off a lost second factor",
    "serve": "serve the town with its job worker in one process",
    "work": "run the job worker by itself",
    "pledges": "import pledges, list layouts, count standings on a day",
    "ledger": "verify the ledger, print its head",
    "programme": "import actions, work out metrics, write the statutory plan",
    "balance": "open, draft, sign, validate, close and verify the books",
    "help-desk": "import lists and services, watch for surges, erase what is due",
    "spend": "read payments and keep them, load registers, match payees (also: localwealth)",
    "remind": "write and send the reminders that are owed now",
    "links": "check the web addresses of evidence now",
    "doctor": "say what is wrong with this installation, and how to mend it (--mail ADDRESS)",
    "backup": "write the whole town into one file, encrypted if you wish",
    "upgrade": "bring a town up to this version: backup, database, files, figures (--dry-run)",
    "restore": "bring a town back from a backup, and prove that it is the same",
    "move": "move a town from SQLite into an empty PostgreSQL database (--to DATABASE_URL)",
    "migrate": "bring the database up to date",
    "makemigrations": "for developers: write the migration that changed models want",
    "grant": "on PostgreSQL with two roles: give the app's role its rows again",
    "collectstatic": "gather style and script files for serving",
}
# What makes tables, and so needs the role that owns them where the town has two (PostgreSQL).
OWNERS = {"init", "migrate", "upgrade", "restore", "grant", "createcachetable"}

# For a developer: where an error came from, instead of a sentence.
TRACEBACK = "--traceback"

# What looks at the database's version before it begins.
SERVES = {"serve", "work"}


def _town_is_there(var: Path) -> bool:
    """Whether a town's database is here, asked without settings, which need the keys."""
    address = os.environ.get("DATABASE_URL", "").strip()
    asks = "SELECT COUNT(*) FROM places_town"
    try:
        if address and not address.startswith("sqlite:"):
            import psycopg

            with psycopg.connect(address, connect_timeout=10) as connection:
                row = connection.execute(asks).fetchone()
                return bool(row and row[0])
        path = Path(address.removeprefix("sqlite:///") or var / "commonweal.sqlite3")
        if not path.exists():
            return False
        import sqlite3

        with sqlite3.connect(path) as database:
            return bool(database.execute(asks).fetchone()[0])
    except Exception:
        # No server, or no tables yet: 'init' itself will say so.
        return False


def _after(arguments: list[str], name: str) -> Path | None:
    return Path(arguments[arguments.index(name) + 1]) if name in arguments[:-1] else None


def _asks_for_help(arguments: list[str]) -> bool:
    return bool({"-h", "--help"} & set(arguments))


def _asks_no_town(arguments: list[str]) -> bool:
    """Whether a command looks at a file alone: anybody proves the public ledger, without a town."""
    return (arguments[0] == "town" and "--check" in arguments) or (
        arguments[:2] == ["ledger", "verify"]
        and any(word.startswith("--file") for word in arguments)
    )


def _keys_first(arguments: list[str]) -> list[Path]:
    """Make or place the keys, without which settings can't be read. Returns those of a backup
    that came into place."""
    var = Path(os.environ.get("COMMONWEAL_VAR") or Path.cwd() / "var")
    if _asks_for_help(arguments) or _asks_no_town(arguments):
        if not has_keys(var) and not _town_is_there(var):
            _do_without_a_town()
    elif arguments[0] == "init" and not _town_is_there(var):
        make_keys(var)
    elif arguments[0] == "restore":
        return _keys_to_restore(arguments, var)
    return []


def _keys_to_restore(arguments: list[str], var: Path) -> list[Path]:
    var.mkdir(parents=True, exist_ok=True)
    if file := _after(arguments, "--keys"):
        return put_keys(var, file, _after(arguments, "--identity"))
    if not has_keys(var):
        sys.exit(
            "commonweal: the keys of the town are not here, and no backup holds them. Name the "
            "file that 'backup --keys' wrote: './commonweal restore FILE --keys KEYFILE', and "
            "where it is encrypted the key that opens it: --identity FILE"
        )
    return []


def _do_without_a_town() -> None:
    """Let a command only look, where no town is: with keys that nothing is written with, and a
    database that is gone with the process."""
    keys = drawn()
    os.environ["COMMONWEAL_SECRET_KEY"] = keys["secret_key"]
    os.environ["COMMONWEAL_FIELD_KEYS"] = keys["field_keys"]
    os.environ["DATABASE_URL"] = "sqlite:///:memory:"
    os.environ.pop("DATABASE_OWNER_URL", None)


def _take_away(placed: list[Path]) -> None:
    """Keys that were tried in vain stand in the way of the right ones. Once a restore has begun
    to write they stay."""
    if placed and not (placed[0].parents[1] / ".restore-begun").exists():
        for path in placed:
            path.unlink(missing_ok=True)


def _enter() -> None:
    """Go no further with a database that is not this version's."""
    # Only now are the apps there.
    from commonweal.setup import guard

    guard.enter()


def help_text() -> str:
    lines = [f"  {name:<14} {about}" for name, about in COMMANDS.items()]
    return (
        "Commonweal: a town's charter, pledges and proof.\n\nCommands:\n"
        + "\n".join(lines)
        + "\n\n'commonweal COMMAND --help' says more, '--traceback' where an error came from. "
        "Other words go to Django's own commands."
    )


def _is_for_the_town(arguments: list[str]) -> bool:
    """Whether a command about payments is about those that the town keeps; others need no town."""
    for_town = {"load", "update", "releases", "undo", "anchor"}
    return bool(arguments) and (
        arguments[0] in for_town
        or (arguments[0] == "import" and any(word.startswith("--anchor") for word in arguments))
    )


def main() -> None:
    # A step is said when it begins, also to a file or a journal, and not at the end of all.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    arguments = sys.argv[1:]
    placed: list[Path] = []
    wants_traceback = TRACEBACK in arguments
    try:
        _carry_out([word for word in arguments if word != TRACEBACK], placed)
    except BaseException as stop:
        if not isinstance(stop, SystemExit) or stop.code:
            _take_away(placed)
        if isinstance(stop, SystemExit) or wants_traceback:
            raise
        _say_why(stop)


def _carry_out(arguments: list[str], placed: list[Path]) -> None:
    """Run a command; ``placed`` is filled with the keys that it put in place."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(help_text())
        return
    if arguments[0] in {"--version", "version"}:
        from commonweal.version import VERSION

        print(f"Commonweal {VERSION}")
        return
    # A migration is made from the models alone: it needs neither a town nor its keys.
    settings = "testing" if arguments[0] == "makemigrations" else "settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"commonweal.config.{settings}")
    # Data, mails and keys are for the service's own user alone.
    os.umask(0o077)
    if arguments[0] == "demo":
        from commonweal.demo.start import main as demo

        demo(arguments[1:])
    elif arguments[0] == "spend" and not _is_for_the_town(arguments[1:]):
        _analyse(arguments[1:])
    else:
        _run_with_a_town(arguments, placed)


def _analyse(arguments: list[str]) -> NoReturn:
    from localwealth.cli import main as spend

    # "import" is what the desk calls it, "read" what the analysis does.
    sys.exit(
        spend(["read" if word == "import" else word for word in arguments[:1]] + arguments[1:])
    )


def _lead_letters_here(arguments: list[str]) -> None:
    """Where no public address is set, links in letters lead to the port that is served. A socket
    has none: whoever puts a web server in front of it says where that is."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    for name, usual in (("--host", "127.0.0.1"), ("--port", "8000"), ("--socket", "")):
        parser.add_argument(name, default=usual)
    try:
        served, _ = parser.parse_known_args(arguments)
        port = int(served.port)
    except (argparse.ArgumentError, ValueError):
        # The command itself says what is wrong.
        return
    if not served.socket and not os.environ.get("COMMONWEAL_ADDRESS", "").strip():
        os.environ["COMMONWEAL_ADDRESS"] = address_to_open(served.host, port)


def _run_with_a_town(arguments: list[str], placed: list[Path]) -> None:
    from commonweal.setup import environment

    # Before keys are made or looked for in a place that was not meant.
    if wrong := environment.faults(os.environ):
        sys.exit("\n".join(f"commonweal: {sentence}" for sentence in wrong))
    if arguments[0] in OWNERS:
        # Read by the settings; nothing else ever signs in as the owner.
        os.environ["COMMONWEAL_ACTS_AS_OWNER"] = "1"
    else:
        os.environ.pop("COMMONWEAL_ACTS_AS_OWNER", None)
    if arguments[0] == "serve":
        _lead_letters_here(arguments[1:])
    placed += _keys_first(arguments)
    # What is made from here until the command begins stays to its end. Python would go through it
    # again and again for what can be taken away, and twice more before it ends: two fifths of what
    # a short command takes.
    gc.disable()
    import django
    from django.core.management import BaseCommand, execute_from_command_line

    if arguments[0] not in SERVES:
        # Django would read in every page only to look at its address, a quarter of what a short
        # command takes.
        from commonweal.office.checks import OF_AN_INSTALLATION

        BaseCommand.requires_system_checks = [OF_AN_INSTALLATION]
    django.setup()
    gc.freeze()
    gc.enable()
    if arguments[0] in SERVES and not _asks_for_help(arguments):
        _enter()
    # With --traceback Django hands on what stopped a command, instead of saying it in its own way.
    execute_from_command_line(["commonweal", arguments[0], TRACEBACK, *arguments[1:]])
    if arguments[0] in SERVES:
        from commonweal.jobs import ending

        ending.leave()


def _say_why(error: BaseException) -> NoReturn:
    """End with a sentence where the error is the machine's, the database's or the operator's; a
    fault of our own keeps its traceback."""
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    if isinstance(error, KeyboardInterrupt):
        print("commonweal: stopped.", file=sys.stderr)
        sys.exit(130)
    if isinstance(error, BrokenPipeError) and _nobody_reads(sys.stdout.fileno()):
        # Whoever read has seen enough ('… | head'). What was to follow is not done: not 0, but what
        # a shell makes of it; and nothing more is written, at the end neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    if isinstance(error, ImproperlyConfigured):
        sys.exit(f"commonweal: {error}")
    if isinstance(error, OSError):
        from commonweal.setup import files

        sentence = files.why_not(error)
    elif apps.models_ready:
        # Only now are there settings, without which this can't be asked.
        from commonweal.setup import complaints

        sentence = complaints.sentence_of(error)
    else:
        from commonweal.setup import database

        sentence = database.why_not(error)
    if not sentence:
        raise error
    print(f"commonweal: {sentence}", file=sys.stderr)
    sys.exit(getattr(error, "returncode", 1))


def _nobody_reads(descriptor: int) -> bool:
    """Whether the other end of a pipe that we write into is closed."""
    looks = select.poll()
    looks.register(descriptor, 0)
    return any(event & select.POLLERR for _, event in looks.poll(0))


if __name__ == "__main__":
    main()
