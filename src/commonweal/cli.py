"""The product's own command line: Django's commands under our names, keys made at first start."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

COMMANDS = {
    "demo": "set up and serve a complete fictional town (--size village|town|county, --port)",
    "init": "make a town from a settings file, and its first administrator",
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

# What looks at the database's version before it begins.
SERVES = {"serve", "work"}


def make_keys(folder: Path) -> bool:
    """Write secrets for a first start; never touch ones that are there."""
    from cryptography.fernet import Fernet

    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    keys.chmod(0o700)
    made = False
    for name, value in (
        ("secret_key", secrets.token_urlsafe(50)),
        ("field_keys", Fernet.generate_key().decode()),
    ):
        path = keys / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(value)
            made = True
    return made


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


def _opened(file: Path, identity: Path | None) -> bytes:
    """What a file of keys holds; one that is encrypted is opened with the key of the backup."""
    content = file.read_bytes()
    if identity is None or not content.startswith(b"age-encryption.org/v1"):
        return content
    import pyrage

    lines = [line.strip() for line in identity.read_text().splitlines()]
    secret = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
    try:
        opened: bytes = pyrage.decrypt(
            content, [pyrage.x25519.Identity.from_str(line) for line in secret]
        )
    except (pyrage.DecryptError, pyrage.IdentityError):
        sys.exit(f"commonweal: the key in {identity} does not open {file}.")
    return opened


def put_keys(var: Path, file: Path, identity: Path | None = None) -> list[Path]:
    """Put the keys of a town into place, from the file that 'backup --keys' wrote. Returns the
    files that were not there before."""
    import json

    try:
        keys = json.loads(_opened(file, identity))
        texts = {name: str(keys[name]) for name in ("secret_key", "field_keys")}
    except (OSError, ValueError, KeyError, UnicodeDecodeError):
        sys.exit(
            f"commonweal: {file} holds no keys of a town. If it is encrypted, name the file of the "
            "key that opens it as well: --identity FILE"
        )
    folder = var / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, text in texts.items():
        path = folder / name
        if path.exists() and path.read_text().strip() != text.strip():
            sys.exit(f"commonweal: there are other keys in {folder} already; nothing was changed.")
    placed = [folder / name for name in texts if not (folder / name).exists()]
    for path in placed:
        path.touch(mode=0o600)
        path.write_text(texts[path.name])
    return placed


def _after(words: list[str], name: str) -> Path | None:
    return Path(words[words.index(name) + 1]) if name in words[:-1] else None


def _keys_first(words: list[str]) -> list[Path]:
    """Make or place the keys, without which settings can't be read. Returns those of a backup
    that came into place."""
    var = Path(os.environ.get("COMMONWEAL_VAR") or Path.cwd() / "var")
    if words[0] == "init" and not _town_is_there(var):
        make_keys(var)
    if words[0] == "restore":
        var.mkdir(parents=True, exist_ok=True)
        if file := _after(words, "--keys"):
            return put_keys(var, file, _after(words, "--identity"))
    return []


def _take_away(placed: list[Path]) -> None:
    """Keys that were tried in vain stand in the way of the right ones. Once a restore has begun
    to write they stay."""
    if placed and not (placed[0].parents[1] / ".restore-begun").exists():
        for path in placed:
            path.unlink(missing_ok=True)


def _enter() -> None:
    """Go no further with a database that is not this version's."""
    import django

    django.setup()
    # Only now are the apps there.
    from commonweal.setup import guard

    guard.enter()


def help_text() -> str:
    lines = [f"  {name:<14} {about}" for name, about in COMMANDS.items()]
    return (
        "Commonweal: a town's charter, pledges and proof.\n\nCommands:\n"
        + "\n".join(lines)
        + "\n\n'commonweal COMMAND --help' says more. Other words go to Django's own commands."
    )


def _is_for_the_town(words: list[str]) -> bool:
    """Whether a command about payments is about those that the town keeps; others need no town."""
    kept = {"load", "update", "releases", "undo", "anchor"}
    return bool(words) and (
        words[0] in kept
        or (words[0] == "import" and any(word.startswith("--anchor") for word in words))
    )


def main() -> None:
    words = sys.argv[1:]
    if not words or words[0] in {"-h", "--help", "help"}:
        print(help_text())
        return
    if words[0] in {"--version", "version"}:
        from commonweal.version import VERSION

        print(f"Commonweal {VERSION}")
        return
    # A migration is made from the models alone: it needs neither a town nor its keys.
    settings = "testing" if words[0] == "makemigrations" else "settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"commonweal.config.{settings}")
    # Data, mails and keys are for the service's own user alone.
    os.umask(0o077)
    if words[0] == "demo":
        from commonweal.demo.start import main as demo

        demo(words[1:])
        return
    if words[0] == "spend" and not _is_for_the_town(words[1:]):
        from localwealth.cli import main as spend

        # "import" is what the desk calls it, "read" what the analysis does.
        sys.exit(spend(["read" if word == "import" else word for word in words[1:2]] + words[2:]))
    from commonweal.setup import environment

    # Before keys are made or looked for in a place that was not meant.
    if wrong := environment.faults(os.environ):
        sys.exit("\n".join(f"commonweal: {sentence}" for sentence in wrong))
    if words[0] in OWNERS:
        # Read by the settings; nothing else ever signs in as the owner.
        os.environ["COMMONWEAL_ACTS_AS_OWNER"] = "1"
    else:
        os.environ.pop("COMMONWEAL_ACTS_AS_OWNER", None)
    placed = _keys_first(words)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        if words[0] in SERVES and not {"-h", "--help"} & set(words):
            _enter()
        execute_from_command_line(["commonweal", *words])
    except SystemExit as end:
        if end.code:
            _take_away(placed)
        raise
    except ImproperlyConfigured as error:
        sys.exit(f"commonweal: {error}")
    except Exception as error:
        from commonweal.jobs.database import sentence_about

        _take_away(placed)
        if sentence := sentence_about(error):
            sys.exit(f"commonweal: {sentence}")
        raise


if __name__ == "__main__":
    main()
