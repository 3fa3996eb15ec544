"""The rows that the fictional town is made from: each TOML file beside this module, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def read(name: str) -> dict[str, Any]:
    """The tables of one file, in the order in which they stand there: chance draws by it."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
