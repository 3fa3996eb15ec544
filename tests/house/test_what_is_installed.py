"""Nothing is installed that is not the file whose hash we keep."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("commonweal", "packaging/**/*", ".ci/*")
INSTALLS = re.compile(r"\bpip\b\W+install\b")


def test_whatever_pip_installs_is_held_to_its_hash():
    """uv holds what it installs to the lock; what brings uv itself is pip."""
    calls = 0
    for path in (path for place in PLACES for path in ROOT.glob(place) if path.is_file()):
        text = path.read_text(errors="replace")
        for call in INSTALLS.finditer(text):
            calls += 1
            assert "--require-hashes" in text[call.start() : call.start() + 300], path
    assert calls == 2


def test_what_brings_the_rest_is_one_version_with_the_hash_of_each_file():
    text = (ROOT / "packaging/uv.txt").read_text().replace("\\\n", " ")
    [requirement] = [line for line in text.splitlines() if not line.startswith("#")]
    name, *hashes = requirement.split()
    assert re.fullmatch(r"uv==[\d.]+", name)
    assert len(hashes) > 10
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", digest) for digest in hashes)
