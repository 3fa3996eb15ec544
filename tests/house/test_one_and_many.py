"""A count stands before the word for one or for many: nobody reads "1 partners reached"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from commonweal.cases.held_back import HELD_BACK
from commonweal.design.words import many
from localwealth import words

SOURCE = Path(__file__).resolve().parents[2] / "src"
# What only looks like a count: a migration's SQL. A demonstration's numbers are written down.
PASSED_OVER = {"migrations", "demo"}
SHOWN = re.compile(r"\{\{\s*([^}]*?)\s*\}\}(?:</[a-z]+>)?(?=\s)")
# A noun of many, with up to two words before it: "open pledges", "smaller categories".
NOUN = re.compile(r"\s+(?:[a-z-]+\s+){0,2}?([a-z]+s|people|children)\b(?!\{)")
# A tile's figure stands above the words of its link, and a cell's before words that are only heard.
TILE = re.compile(
    r"\{\{\s*([^}]*?)\s*\}\}(?:</strong>\s*(?:<a[^>]*?\s*>)?|<span[^>]*>)(?=\s*([a-z]+s)\b(?!\{))"
)
# A verb of many, with up to three: "of these promises have".
VERB = re.compile(r"\s+(?:[a-z-]+\s+){0,3}?(are|were|have|do|don't)\b")
# They end like nouns of many and are none.
LIKE_NOUNS = (
    "is as was has does goes this its says signs wants claims waits offers leaves makes runs "
    "counts gets names holds hangs stands takes keeps pays lacks answers leads asks works owns "
    "ends stays always puts"
)
NO_NOUN = set(LIKE_NOUNS.split())
# What is asked about a count in a template: then it was thought of. A verb asks for itself.
ASKED = ("|many", "|pluralize")
PAGES = {
    "{{ rows|length }} are": "the first of more than one page shows",
    "{{ pledge.partner.name }} are": "a name",
    "{{ drawing.drawn_on|day }} are": "a day",
    "{{ town.name }} in these industries": "a name",
    "{{ profile.ward.name }} in figures": "a name",
    "{{ town.name }} have": "a name",
    "{{ line.without_amount }} of these promises": "one of these promises",
    "{{ owned }} of your pledges": "one of your pledges",
    "{{ share.percentages }}</strong> went to suppliers": "a share of money",
    "{{ row.amount|pounds }} went to suppliers": "money",
}
SENTENCES = {
    "run.total were": "money",
    "sums['sent'] are": "money",
    "many(len(lost), 'release') are": "the payments of a release",
    "key.most are": "a limit of tens",
    "count things": "one is asked about beside it",
    "int(row[place]) entries": "said from two on",
    "_share(rate['by_rows']) of rows": "a share",
    "_share(waited['share']) of lines": "a share",
    "precision['checked'] checked by people": "how many were checked",
    "need earlier counts are": "nine",
    "self.count times": "a developer's name of a row",
    "settings.SESSION_HOURS hours": "twelve",
    "settings.SESSION_IDLE_MINUTES minutes": "thirty",
    "failed_attempts calls": "said from two on",
    "days_waiting days": "said from two on",
    "self.max_length characters": "a limit of hundreds",
    "int(text) times": "once is asked about",
    "total rows": "of how many of a file's rows are done",
    "total entries": "said after twenty thousand",
    "working.GIVE_UP_AFTER attempts": "five",
    "workers processes": "more than PostgreSQL takes",
    "each threads": "eight",
    "wanted connections": "more than PostgreSQL takes",
    "len(owned) of your pledges": "one of your pledges",
    "len(shares) with weights": "more than six",
    "count rows": "said after a hundred thousand",
    "len(code) - 1 digits": "eight",
    "of files": "said after a thousand or a hundred megabytes",
    "self.most letters": "a limit of tens",
    "len(setting) letters": "more than a limit of tens",
    "'s' if count > 1 else '' paid to suppliers": "asked about",
    "entry in the registers": "the name of an entry",
}


def sources(ending: str) -> Iterator[Path]:
    for path in sorted(SOURCE.rglob(f"*.{ending}")):
        if not PASSED_OVER & set(path.parts):
            yield path


def counts_in_templates() -> Iterator[tuple[str, str]]:
    """Each count before a noun or verb of many, with the page it stands on."""
    for path in sources("html"):
        text = path.read_text()
        for shown in SHOWN.finditer(text):
            noun = NOUN.match(text, shown.end())
            if noun and noun[1] not in NO_NOUN and not any(a in shown[0] for a in ASKED):
                yield " ".join(text[shown.start() : noun.end()].split()), path.name
            elif (verb := VERB.match(text, shown.end())) and "|pluralize" not in shown[0]:
                yield " ".join(text[shown.start() : verb.end()].split()), path.name


def counts_in_sentences() -> Iterator[tuple[str, str]]:
    for path in sources("py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                yield from ((words_, path.name) for words_ in _counts_of(node))


def _counts_of(node: ast.JoinedStr) -> Iterator[str]:
    for shown, after in zip(node.values, node.values[1:], strict=False):
        if not isinstance(shown, ast.FormattedValue) or not isinstance(after, ast.Constant):
            continue
        expression, text = ast.unparse(shown.value), str(after.value)
        # A limit in capitals is a number that was written down, and not one.
        if re.fullmatch(r"[A-Z_]+", expression) or expression.startswith("pluralize("):
            continue
        noun, verb = NOUN.match(text), VERB.match(text)
        # SQL has lines.
        if noun and noun[1] not in NO_NOUN and "\n" not in noun[0]:
            if not expression.startswith("many("):
                yield f"{expression}{noun[0]}"
        elif verb and "\n" not in verb[0]:
            yield f"{expression}{verb[0]}"


def test_a_page_counts_one_thing_as_one():
    bare = dict(counts_in_templates())
    assert {words_: page for words_, page in bare.items() if words_ not in PAGES} == {}
    # Whoever reads the list reads what is so.
    assert set(PAGES) - set(bare) == set()


def test_a_tile_counts_one_thing_as_one():
    bare = {
        f"{tile[1]} {tile[2]}": path.name
        for path in sources("html")
        for tile in TILE.finditer(re.sub(r"\{% url [^%]*%\}", "", path.read_text()))
        if tile[2] not in NO_NOUN
    }
    assert bare == {}


def test_a_sentence_counts_one_thing_as_one():
    bare = dict(counts_in_sentences())
    assert {words_: module for words_, module in bare.items() if words_ not in SENTENCES} == {}
    assert set(SENTENCES) - set(bare) == set()


def test_one_and_many_in_words():
    assert many(1, "partner") == "1 partner"
    assert many("1.0", "hour") == "1 hour"
    assert many(0, "partner") == "0 partners"
    assert many(1250, "entry,entries") == "1,250 entries"
    assert words.many(1, "entry,entries") == "1 entry"


def test_a_count_that_is_no_number_is_many():
    assert many(HELD_BACK, "person,people") == "fewer than 5 people"
    assert many("more than 20", "case") == "more than 20 cases"
    assert many(None, "person,people") == many("", "person,people") == "not stated people"
