"""`commonweal demo`: make the fictional town if it is not there, then serve it."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import time
from pathlib import Path

from commonweal.jobs.addresses import address_to_open


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="commonweal demo", description="Set up and serve a complete fictional town."
    )
    parser.add_argument("--size", choices=["village", "town", "county"], default="town")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fresh", action="store_true", help="make the town anew")
    parser.add_argument("--prepare", action="store_true", help="make it, but do not serve it")
    return parser.parse_args(arguments)


def address_of(options: argparse.Namespace) -> str:
    """Where the town is reached."""
    return address_to_open(options.host, options.port)


def say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    base = Path(os.environ.get("COMMONWEAL_VAR") or Path.cwd() / "var")
    folder = base / f"demo-{options.size}"
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    os.environ["COMMONWEAL_VAR"] = str(folder)
    os.environ["COMMONWEAL_DEMO"] = "1"
    os.environ["COMMONWEAL_ADDRESS"] = address_of(options)
    from commonweal.key_files import make_keys

    make_keys(folder)
    import django

    django.setup()
    # What is there now stays to the end: nothing of it is looked for again.
    gc.freeze()
    prepare(options.size)
    if options.prepare:
        return
    serve(options)


def prepare(size: str) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from commonweal.jobs import collecting
    from commonweal.places.models import Town
    from commonweal.setup.progress import make_tables

    from .generate import generate

    say("Preparing the database ...")
    make_tables(lambda text: say(f"  {text}"))
    if Town.objects.exists():
        say(f"The {size} is there already (--fresh makes it anew).")
    else:
        say(f"Making a fictional {size} ...")
        began = time.monotonic()
        with collecting.seldom():
            generate(size=size, today=timezone.localdate(), say=lambda text: say(f"  {text}"))
        say(f"  in {time.monotonic() - began:.0f} s")
    say("Gathering style and script files ...")
    call_command("collectstatic", interactive=False, verbosity=0)


def serve(options: argparse.Namespace) -> None:
    from commonweal.jobs.serving import serve as run

    from .cast import CAST

    address = address_of(options)

    def ready() -> None:
        say(f"\nBrackenford is open: {address}\n\nSign in as one of these (no password, no mail):")
        for member in CAST:
            sign_in = f"{address}/demo/as/{member.role}/"
            say(f"  {member.title:<34} {sign_in}   {member.name}, {member.does}")
        say(f"\nOr by e-mailed code: the mails lie in {os.environ['COMMONWEAL_VAR']}/mail")
        say("Stop with Ctrl+C.")

    try:
        run(options.host, options.port, ready=ready)
    except OSError as error:
        sys.exit(f"Port {options.port} can't be used ({error.strerror}). Try --port 8001.")
    say("Stopped.")
