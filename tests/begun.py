"""Commands of the product, each in a process of its own that has begun already.

To begin takes a command longer than most of what it then does: it reads the whole product in. One
process does so once and forks for each command. There the settings are read from the command's
own environment, its connections are its own, and it ends as any other: by its exit code. What is
about how a process begins starts one anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

# Of nobody: nothing is written with them.
KEYS = {name: "k" * 50 for name in ("COMMONWEAL_SECRET_KEY", "COMMONWEAL_FIELD_KEYS")}


class Begun:
    """The process that forks, and its end of it in that of the tests."""

    def __init__(self, root: Path) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="commonweal-begun-")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO"))}
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env=clean | KEYS | {"COMMONWEAL_VAR": self.folder.name, "DATABASE_URL": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )

    def run(self, words: tuple[str, ...], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        out, err = (Path(self.folder.name, name) for name in ("out", "err"))
        order = {"words": words, "env": env, "streams": [str(out), str(err)]}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())

    def end(self) -> None:
        self.process.communicate()
        self.folder.cleanup()


def begin() -> None:
    """Read the product in, as a command does until its own work begins."""
    import gc

    gc.disable()
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django
    from django.db.migrations.loader import MigrationLoader

    import commonweal.cli

    assert commonweal.cli
    django.setup()
    MigrationLoader(None)
    for path in Path(commonweal.__path__[0]).glob("setup/management/commands/[a-z]*.py"):
        import_module(f"commonweal.setup.management.commands.{path.stem}")
    # Those of libraries for numbers are no use, and no good, on the other side of a fork.
    assert threading.active_count() == len(os.listdir("/proc/self/task")) == 1
    gc.freeze()
    gc.enable()


def become(words: list[str], env: dict[str, str], streams: list[str]) -> None:
    """Make this process one that was started with these words and this environment."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    for descriptor, path in zip((1, 2), streams, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(env)
    os.umask(0o022)
    sys.argv = ["commonweal", *words]
    # What was read of the settings is forgotten: they are read anew when they are asked for.
    del sys.modules[settings.SETTINGS_MODULE]
    settings._wrapped = empty
    connections.__dict__.pop("settings", None)
    connections._settings = None
    del connections["default"]


def fork_for_each() -> None:
    """Do what is ordered, a line each, and answer with the exit code."""
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            become(**order)
            from commonweal.cli import main

            main()
            sys.exit()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    begin()
    fork_for_each()
