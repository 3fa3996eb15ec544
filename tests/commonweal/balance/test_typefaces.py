"""Books can be printed whatever was typed into them: once closed, nobody can mend a name."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from commonweal.balance import cutting, typefaces
from commonweal.charter.models import Theme

pytestmark = pytest.mark.django_db
# Each is taken by a form; none of them is in the typefaces, alone or as they stand together.
ODD = {
    "a hand": "Well done \N{THUMBS UP SIGN}",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467 first",
    "a key": "Ring 1\ufe0f\u20e3 now",
    "a flag": "\U0001f1ec\U0001f1e7",
    "another script": "Caf\u00e9 \u4e2d\u6587",
    "a mark of the order of bytes": "first\ufeffthen",
    "no sign at all": "a\ufffeb\uffffc",
    "a control sign": "a\x01b\x0bc",
    "another plane": "a\U000f0000b",
    "many marks": "e" + "\u0301" * 60,
    "a long word": "W" * 400,
}


@pytest.fixture
def closed(told, period, close_books, theme):
    told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))
    Theme.objects.filter(pk=theme.pk).update(name=" ".join(ODD.values())[:120])
    return close_books(period)


@pytest.mark.alike
@pytest.mark.parametrize("kind", ["statement", "report"])
def test_closed_books_are_printed_whatever_was_typed(client, closed, period, kind):
    answer = client.get(f"/balance/{period.code}/1/{kind}.pdf")
    assert answer.status_code == 200
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Well done \u25a1" in words
    # What the typefaces lack is not lost: the books have it as it was typed.
    assert "\N{THUMBS UP SIGN}" in str(cutting.load(closed))
    assert "\N{THUMBS UP SIGN}" in client.get(f"/balance/{period.code}/1/").content.decode()


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD)
def test_only_what_can_t_be_printed_is_left_out(typed):
    shown = typefaces.printable({"words": [typed]})["words"][0]
    kept = [sign for sign in shown if sign != typefaces.STAND_IN]
    assert [sign for sign in typed if sign.isascii() and sign >= " "] == [
        sign for sign in kept if sign.isascii() and sign >= " "
    ]
    assert typefaces._is_shown(shown)


def test_the_letters_that_are_not_asked_about_are_in_the_typefaces():
    certain = [chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x250), 0x20AC]]
    certain += [chr(code) for code in range(0x2010, 0x2028)]
    assert [sign for sign in certain if not typefaces._is_shown(sign)] == []
    assert typefaces.printable("Caf\u00e9, \u2018so\u2019 \u2013 \u00a35\u2026") == (
        "Caf\u00e9, \u2018so\u2019 \u2013 \u00a35\u2026"
    )
    # Welsh, Arabic and Hebrew have typefaces too, and stay.
    assert (
        typefaces.printable("D\u0175r \u05e9\u05dc\u05d5\u05dd")
        == "D\u0175r \u05e9\u05dc\u05d5\u05dd"
    )
