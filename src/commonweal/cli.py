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
    "migrate": "bring the database up to date",
    "collectstatic": "gather style and script files for serving",
}


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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
    if words[0] == "demo":
        from commonweal.demo.start import main as demo

        demo(words[1:])
        return
    if words[0] == "spend" and not _is_for_the_town(words[1:]):
        from localwealth.cli import main as spend

        # "import" is what the desk calls it, "read" what the analysis does.
        sys.exit(spend(["read" if word == "import" else word for word in words[1:2]] + words[2:]))
    if words[0] == "init":
        make_keys(Path(os.environ.get("COMMONWEAL_VAR") or Path.cwd() / "var"))
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["commonweal", *words])
    except ImproperlyConfigured as error:
        sys.exit(f"commonweal: {error}")


if __name__ == "__main__":
    main()
