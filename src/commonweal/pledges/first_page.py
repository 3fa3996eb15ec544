"""The first page of a PDF as a picture, so that a reviewer sees it beside the form.

A file that somebody sent is drawn in a process of its own with little time and memory: whatever is
wrong with it takes no page of the town with it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from commonweal.office.errors import Refused

DRAWING = Path(__file__).with_name("draw_page.py")
SECONDS_MOST = 20
POINTS_MOST = 8_000_000
NOT_DRAWN = "Its first page can't be drawn here. Download it to look at it."


def draw(pdf: bytes) -> bytes:
    """The first page as a JPEG, 800 points wide.

    Raises
    ------
    Refused
        It is damaged, locked, or takes too long or too much room.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "evidence.pdf").write_bytes(pdf)
        try:
            drawn = subprocess.run(
                [sys.executable, "-I", str(DRAWING), folder],
                capture_output=True,
                timeout=SECONDS_MOST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Refused(NOT_DRAWN) from None
    if drawn.returncode or not drawn.stdout:
        raise Refused(NOT_DRAWN)
    with Image.open(io.BytesIO(drawn.stdout), formats=["PNG"]) as picture:
        if picture.width * picture.height > POINTS_MOST:
            raise Refused(NOT_DRAWN)
        written = io.BytesIO()
        picture.convert("RGB").save(written, "JPEG", quality=80)
    return written.getvalue()
