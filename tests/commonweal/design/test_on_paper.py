"""What a page looks like when it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import commonweal

SHEET = Path(commonweal.__file__).parent / "design/static/design/commonweal.css"


def test_no_address_without_its_host_is_printed():
    """The vendor's sheet writes the address behind each link, `/wards/x/` as well."""
    sheet = SHEET.read_text()
    of_paper = sheet[sheet.index("@media print") :]
    rule = re.search(r"^  a\[href\^=\"/\"\]::after \{ content: none !important; \}", of_paper, re.M)
    assert rule


def test_the_square_of_a_sticker_stands_in_its_middle():
    assert re.search(r"\.certificate \.qr \{ margin: 0 auto; \}", SHEET.read_text())
