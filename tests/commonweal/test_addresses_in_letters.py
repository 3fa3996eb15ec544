"""An address that a letter or a text names leads to a page that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[2] / "src/commonweal"
# {settings.ADDRESS} and what stands behind it, with what is filled in.
WRITTEN = re.compile(r"\{settings\.ADDRESS(?:\.rstrip\('/'\))?\}(/(?:[\w/.-]|\{[^}]+\})+)")
# Something that fits any part of an address: a number, a code of ours, a slug.
FILLED = ("1", "00000000-0000-4000-8000-000000000000", "a-code")


def leads_somewhere(path: str) -> bool:
    for filled in FILLED:
        whole = re.sub(r"\{[^}]+\}", filled, path)
        # What the next line of the code goes on with stands behind it.
        for address in (whole, f"{whole}{filled}/"):
            try:
                resolve(address)
            except Resolver404:
                continue
            return True
    return False


def written() -> list[tuple[str, str]]:
    return [
        (source.name, path)
        for source in sorted(ROOT.rglob("*.py"))
        for path in WRITTEN.findall(source.read_text())
    ]


def test_there_are_many():
    assert len(written()) > 25


@pytest.mark.parametrize(("source", "path"), sorted(set(written())))
def test_an_address_in_a_letter_is_a_page_of_ours(source, path):
    assert leads_somewhere(path)
