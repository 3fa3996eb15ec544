"""Prove that pages are unchanged: keep what every request of some tests answered, before and after.

    python packaging/pages.py keep FOLDER [TEST ...]  # in the checkout before, and after
    python packaging/pages.py keep-town FOLDER VAR    # every page of a town's folder
    python packaging/pages.py compare BEFORE AFTER

Without tests, `keep` asks every address of the permission table as every role. Clock and codes are
the same in every run (``faketime`` must be on the machine); tokens and keys of forms are left out.
`compare` looks three ways: byte for byte but for white space; element by element, with the order of
attributes and classes left out; and by what is read and done: text, links, headings, tables, forms.
It answers 1 where the last differs, or where one side has a page that the other lacks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

FOLDER_NAME = "PAGES_KEPT_IN"
ROOT = Path.cwd()
CLOCK = "2026-11-26 12:00:00"
TABLE_OF_PERMISSIONS = "tests/commonweal/test_permissions.py"
# Of each address of a town so many pages are kept, as each of its cast.
OF_EACH_ADDRESS = 4

# What differs from one page to the next by itself.
VARYING = (
    re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'),
    re.compile(r'(name="once_key" value=")[^"]*'),
    re.compile(r'(\bnonce=")[^"]*'),
)


# Keeping


class Keeper:
    """Writes each different page once, and an index of who asked for what and got which."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pages").mkdir(parents=True, exist_ok=True)

    def keep(self, key: str, status: int, page: str) -> None:
        for pattern in VARYING:
            page = pattern.sub(r"\1", page)
        digest = hashlib.sha256(page.encode()).hexdigest()[:24]
        path = self.folder / "pages" / f"{digest}.html"
        if not path.exists():
            path.write_text(page, "utf-8")
        with (self.folder / "index.jsonl").open("a", encoding="utf-8") as index:
            index.write(json.dumps([key, status, digest]) + "\n")


def same_codes(seed: str) -> None:
    """Let keys, codes and salts of this process be the same in every run."""
    source = random.Random(seed)
    os.urandom = source.randbytes
    random._urandom = source.randbytes  # type: ignore[attr-defined]
    random.seed(seed)


@pytest.fixture(autouse=True)
def _same_codes_in_each_test(request: Any, django_db_setup: None) -> None:
    """Once the database is there: making it may draw codes, or not where it is copied."""
    same_codes(request.node.nodeid)


def pytest_runtest_setup(item: Any) -> None:
    """As a plugin of pytest: every request that a test makes is kept."""
    from django.test import Client

    keeper = Keeper(Path(os.environ[FOLDER_NAME]))
    request = getattr(Client, "unwatched", Client.request)
    Client.unwatched = request
    asked: Counter[str] = Counter()

    def watched(self: Client, **environ: Any) -> Any:
        response = request(self, **environ)
        if not response.streaming and "text/html" in response.headers.get("Content-Type", ""):
            line = f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']}"
            asked[line] += 1
            key = f"{item.nodeid} {line} {asked[line]}"
            keeper.keep(key, response.status_code, response.content.decode())
        return response

    Client.request = watched


def keep(folder: Path, tests: list[str]) -> int:
    environment = _at_the_hour(folder)
    command = ["-m", "pytest", "-q", "-n", "0", "-p", "pages", *(tests or [TABLE_OF_PERMISSIONS])]
    return _run([*command], environment)


def keep_town(folder: Path, var: Path) -> int:
    environment = _at_the_hour(folder)
    with tempfile.TemporaryDirectory() as apart:
        copy = Path(apart) / "var"
        shutil.copytree(var, copy, ignore=shutil.ignore_patterns("backups"))
        environment |= {
            "COMMONWEAL_VAR": str(copy),
            "COMMONWEAL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        }
        return _run([str(Path(__file__).resolve()), "walk", str(folder)], environment)


def _at_the_hour(folder: Path) -> dict[str, str]:
    if folder.exists():
        sys.exit(f"{folder} is there already.")
    folder.mkdir(parents=True)
    paths = [str(Path(__file__).resolve().parent), str(ROOT / "src")]
    return dict(os.environ) | {
        FOLDER_NAME: str(folder.resolve()),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _run(words: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        ["faketime", "-f", CLOCK, sys.executable, *words], env=environment
    ).returncode


def walk(folder: Path) -> int:
    """Every page that a link leads to, as each of the cast of a demonstration's town."""
    import django

    same_codes("town")
    django.setup()
    from django.conf import settings
    from django.test import Client

    from commonweal.demo.cast import CAST

    settings.ALLOWED_HOSTS.append("testserver")
    settings.PAGES_KEPT_S = 0
    keeper = Keeper(folder)
    for role, starts_at in [("", "/"), *((member.role, member.starts_at) for member in CAST)]:
        client = Client()
        if role:
            client.post(f"/demo/as/{role}/")
        pages = 0
        for path, response in _linked(client, ["/", "/desk/", "/space/", starts_at]):
            keeper.keep(
                f"{role or 'nobody'} {path}", response.status_code, response.content.decode()
            )
            pages += 1
        print(f"{role or 'nobody'}: {pages} pages", flush=True)
    return 0


def _linked(client: Any, ahead: list[str]) -> Iterator[tuple[str, Any]]:
    from django.urls import Resolver404, resolve

    seen: set[str] = set()
    of_each: Counter[str] = Counter()
    while ahead:
        path = ahead.pop(0).split("#")[0]
        if path in seen or not path.startswith("/") or path.startswith(("/static/", "/demo/")):
            continue
        seen.add(path)
        try:
            name = resolve(path.split("?")[0]).view_name
        except Resolver404:
            continue
        name += "?" * ("?" in path)
        if name == "account_logout" or of_each[name] >= OF_EACH_ADDRESS:
            continue
        of_each[name] += 1
        response = client.get(path)
        if response.status_code in (301, 302):
            ahead.insert(0, response["Location"])
        if response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
            continue
        yield path, response
        ahead += [link.href for link in read(response.content.decode()).links]


# Reading


@dataclass
class Link:
    href: str
    words: str = ""


@dataclass
class Reading:
    """What is read and done on a page, in its order."""

    text: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


INLINE = _set("a abbr b bdi br code em i kbd mark q s small span strong sub sup time u")
OF_FORMS = _set("form input select option textarea button label fieldset legend")
OF_TABLES = _set("table caption thead tbody tfoot tr th td")
HEADINGS = _set("h1 h2 h3 h4 h5 h6 caption legend title")
# What of an element of a form, or a table, is done or heard.
TOLD = _set(
    "action method enctype name value type checked selected required for id href scope colspan "
    "rowspan data-label aria-label aria-describedby accept disabled readonly min max step"
)


class Reader(HTMLParser):
    """Takes a page to pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = Reading()
        self._words = ""
        self._links: list[Link] = []
        self._headings: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: " ".join((value or "").split()) for name, value in attrs}
        if "class" in named:
            named["class"] = " ".join(sorted(named["class"].split()))
        self._element(tag, named)
        if tag not in INLINE:
            self._line_ends()
        elif tag == "br":
            self._say(" ")
        told = " ".join(f'{name}="{named[name]}"' for name in sorted(TOLD & set(named)))
        if tag == "a" and "href" in named:
            self._links.append(Link(named["href"]))
            self.reading.links.append(self._links[-1])
        if tag in HEADINGS:
            self._headings.append([tag, ""])
        if tag in OF_FORMS:
            self.reading.forms.append(f"<{tag} {told}>")
        if tag in OF_TABLES:
            self.reading.tables.append(f"<{tag} {told}>")

    def handle_endtag(self, tag: str) -> None:
        self.reading.elements.append(f"</{tag}>")
        if tag not in INLINE:
            self._line_ends()
        if tag == "a" and self._links:
            self._links.pop()
        if self._headings and self._headings[-1][0] == tag:
            name, words = self._headings.pop()
            self.reading.headings.append((name, " ".join(words.split())))
        if tag in ("form", "table"):
            getattr(self.reading, f"{tag}s").append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._say(data)
        words = " ".join(data.split())
        if words:
            self.reading.elements.append(words)

    def _element(self, tag: str, named: dict[str, str]) -> None:
        pairs = " ".join(f'{name}="{named[name]}"' for name in sorted(named))
        self.reading.elements.append(f"<{tag} {pairs}>")

    def _say(self, words: str) -> None:
        self._words += words
        for link in self._links:
            link.words += words
        for heading in self._headings:
            heading[1] += words

    def _line_ends(self) -> None:
        if words := " ".join(self._words.split()):
            self.reading.text.append(words)
        self._words = ""


def read(page: str) -> Reading:
    """What is read and done on a page.

    >>> page = '<h1>Bread</h1><p>Buy <a href="/b/">a  loaf</a>.</p><input name="n" class="x">'
    >>> reading = read(page)
    >>> reading.text, reading.headings, [(link.href, link.words) for link in reading.links]
    (['Bread', 'Buy a loaf.'], [('h1', 'Bread')], [('/b/', 'a loaf')])
    >>> reading.forms
    ['<input name="n">']
    """
    reader = Reader()
    reader.feed(page)
    reader.close()
    reader._line_ends()
    for link in reader.reading.links:
        link.words = " ".join(link.words.split())
    return reader.reading


def bare(page: str) -> str:
    """A page without the white space that stands between words and tags.

    >>> bare("<p>\\n  A <b>b</b> </p>") == bare("<p>A  <b>b</b></p>")
    True
    """
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", page)).strip()


# Comparing


def index_of(folder: Path) -> dict[str, tuple[int, str]]:
    lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
    return {key: (status, digest) for key, status, digest in map(json.loads, lines)}


PARTS = ("text", "links", "headings", "tables", "forms")


def differences(before: str, after: str) -> list[str]:
    """In what two pages differ: "bytes", "elements", and the parts of what is read and done."""
    if bare(before) == bare(after):
        return []
    first, second = read(before), read(after)
    parts = [part for part in PARTS if getattr(first, part) != getattr(second, part)]
    return ["bytes", *["elements"] * (first.elements != second.elements), *parts]


def compare(before: Path, after: Path, *, shown: int = 6) -> int:
    first, second = index_of(before), index_of(after)
    counts: Counter[str] = Counter()
    apart = sorted(first.keys() ^ second.keys())
    pairs: dict[tuple[str, str], str] = {}
    for key in sorted(first.keys() & second.keys()):
        if first[key][0] != second[key][0]:
            print(f"{key}: {first[key][0]} became {second[key][0]}")
            counts["status"] += 1
        if first[key][1] != second[key][1]:
            pairs.setdefault((first[key][1], second[key][1]), key)
    for (one_page, other_page), key in pairs.items():
        texts = [
            (folder / "pages" / f"{digest}.html").read_text("utf-8")
            for folder, digest in ((before, one_page), (after, other_page))
        ]
        kinds = differences(*texts)
        counts.update(kinds)
        read_otherwise = [kind for kind in kinds if kind in PARTS]
        if read_otherwise and counts["shown"] < shown:
            counts["shown"] += 1
            _show(key, read_otherwise, *map(read, texts))
            print(f"   {before}/pages/{one_page}.html\n   {after}/pages/{other_page}.html")
    for key in apart[:shown]:
        print(f"{key}: only {'before' if key in first else 'after'}")
    print(
        f"{len(first):,} answers, {len({page for _, page in first.values()}):,} different pages."
        f" Of {len(pairs):,} pairs that are not the same to the letter, differ: "
        + ", ".join(f"{kind} {counts[kind]}" for kind in ("bytes", "elements", *PARTS))
        + f". On one side only: {len(apart)}."
    )
    return int(bool(apart or counts["status"] or any(counts[part] for part in PARTS)))


def _show(key: str, parts: list[str], before: Reading, after: Reading) -> None:
    print(f"{key}: {', '.join(parts)}")
    for part in parts:
        old, new = getattr(before, part), getattr(after, part)
        number = next(
            (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
            min(len(old), len(new)),
        )
        print(f"   - {part} {number}: {old[number : number + 2]}")
        print(f"   + {part} {number}: {new[number : number + 2]}")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, places in (
        ("keep", ["folder"]),
        ("keep-town", ["folder", "var"]),
        ("walk", ["folder"]),
        ("compare", ["before", "after"]),
    ):
        of_verb = verbs.add_parser(verb)
        for place in places:
            of_verb.add_argument(place, type=Path)
        if verb == "keep":
            of_verb.add_argument("tests", nargs="*")
    options = vars(parser.parse_args(words))
    verb = options.pop("verb")
    return {"keep": keep, "keep-town": keep_town, "walk": walk, "compare": compare}[verb](**options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
