"""Every check, in the order in which failing is cheapest. Arguments go to pytest.

``--heavy`` runs the tests marked heavy as well. Where a browser or PostgreSQL is missing their
tests are skipped with the reason; with COMMONWEAL_NOTHING_SKIPPED=1 that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    arguments = sys.argv[1:]
    heavy = "--heavy" in arguments
    arguments = [one for one in arguments if one != "--heavy"]
    steps: list[list[str]] = []
    if not arguments:
        steps = [
            ["ruff", "format", "--check", "."],
            ["ruff", "check", "."],
            ["lint-imports"],
            ["mypy"],
        ]
    marks = [] if heavy else ["-m", "not heavy"]
    steps.append([sys.executable, "-m", "pytest", "-q", *marks, *arguments])
    for step in steps:
        print("$", " ".join(Path(part).name if part == sys.executable else part for part in step),
              flush=True)  # fmt: skip
        done = subprocess.run(step, cwd=ROOT, env=os.environ)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
