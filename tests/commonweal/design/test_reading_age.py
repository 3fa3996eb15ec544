"""How old somebody has to be to read what a public page says: eleven at most.

By Flesch and Kincaid's grade and five years, over the sentences of a page's own text. The formula
is rough: it counts words to a sentence and syllables to a word, and tells hard pages from easy
ones, no more. Pages with little prose are left out.
"""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.urls import NoReverseMatch, reverse

from tests.commonweal.design.test_robots import readable

# What pages say hangs on no database.
pytestmark = pytest.mark.alike

AGE_MOST = 11
# Of so few words the formula says nothing.
WORDS_LEAST = 60
SENTENCE = re.compile(r"[.!?:](?:\s|$)")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")


def prose_of(page: str) -> str:
    """The sentences of a page: paragraphs and points that are sentences."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(table|form|script|svg|select|nav)\b.*?</\1>", " ", main, flags=re.S)
    # What others wrote is quoted, with its source: a page says it in words of its own as well.
    main = re.sub(r"<blockquote\b[^>]* cite=\"http.*?</blockquote>", " ", main, flags=re.S)
    parts = re.findall(r"<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", main, re.S)
    texts = (" ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts)
    return " ".join(text for text in texts if text.endswith((".", "?", "!", ":")))


def syllables(word: str) -> int:
    bare = word.lower().removesuffix("e") if not word.lower().endswith("le") else word.lower()
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def reading_age(text: str) -> float:
    words = WORD.findall(text)
    sentences = max(1, len(SENTENCE.findall(text)))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / sentences + 11.8 * per_word - 15.59 + 5


def addresses() -> list[str]:
    """The public pages that are one page in every town."""
    public = []
    for name, code in readable():
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if code == "200":
            public.append(address)
    return public


def test_the_formula_tells_easy_from_hard():
    easy = "We give bread to who needs it. You can ask for some. It costs you nothing at all."
    hard = (
        "Notwithstanding considerations regarding organisational accountability, participating "
        "institutions demonstrate commensurate responsibility for communicating developments."
    )
    assert reading_age(easy) < 8
    assert reading_age(hard) > 20


def test_what_is_quoted_without_its_source_counts():
    quoted = '<blockquote cite="https://gov.example/x"><p>Theirs.</p></blockquote>'
    page = f"<main><p>Ours.</p>{quoted}<blockquote><p>Nobody's.</p></blockquote></main>"
    assert prose_of(page) == "Ours. Nobody's."


def test_the_notice_is_read_at_eleven_with_everything_that_a_town_fills_in(client, town):
    town.accessibility_status, town.accessibility_gaps = "partial", "Some old maps."
    town.accessibility_contact, town.accessibility_checked_on = "Ring 01438 1.", date(2026, 11, 1)
    town.save()
    text = prose_of(client.get("/accessibility/").content.decode())
    assert reading_age(text) <= AGE_MOST, text


@pytest.mark.parametrize("address", addresses())
def test_a_public_page_is_read_at_eleven(address, client, town, version, pledged):
    pledged()
    answer = client.get(address)
    if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code != 200:
        return
    text = prose_of(answer.content.decode())
    if len(WORD.findall(text)) >= WORDS_LEAST:
        assert reading_age(text) <= AGE_MOST, text
