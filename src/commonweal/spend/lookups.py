"""Whether a lookup of postcodes was loaded. Asked wherever somebody is written down: what reads
it (`files`) takes most of a second to be read in, and is where there is one."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

POSTCODES = "postcodes.parquet"


def is_loaded() -> bool:
    return Path(settings.SPEND_FOLDER, POSTCODES).exists()
