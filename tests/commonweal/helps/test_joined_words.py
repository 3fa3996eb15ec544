"""What is joined by commas, colons and brackets on the desk's pages is joined by one of them, also
where a part is missing: no page says *Food, .* or *: ,* or *?:* or (), and none says None."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

pytestmark = pytest.mark.django_db
DESK = re.compile(r"/(?:desk/(?:help|grants|reads|subject|erasing)|help)/")
# What is typed or cut stands in its own right, and pictures have signs of their own.
SET_ASIDE = re.compile(r"<(script|style|svg|textarea|select)\b.*?</\1>|<!--.*?-->", re.S)
ASKEW = re.compile(
    r"[,;:][ ]*[,;:.](?!\.)|\?\s*:|\s[,;](?=\s)|\(\s*\)|\bNone\b(?![.]| [a-z])|, and,|,\.,"
)


def words_shown(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    text = re.sub(
        "<[^>]+>",
        "",
        re.sub("</(p|li|td|th|h.|div|label|dd|dt|summary|legend)>", "\n", SET_ASIDE.sub("", main)),
    )
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def addresses(every_address: Any, planted: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    for name, _ in every_address:
        try:
            path = reverse(name, kwargs=planted.get(name, {}))
        except NoReverseMatch:
            continue
        if DESK.match(path):
            found.append(path)
    return sorted(set(found))


def test_no_page_of_the_desk_joins_words_askew(
    planted, every_address, grace, leah, robert, imran, helen, sign_in
):
    seen, askew = set(), []
    for person in (grace, leah, robert, imran, helen):
        client = sign_in(person)
        for path in addresses(every_address, planted):
            answer = client.get(path)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            seen.add(path)
            text = words_shown(answer.content.decode())
            askew += [
                (path, text[max(0, m.start() - 30) : m.end() + 20]) for m in ASKEW.finditer(text)
            ]
    assert len(seen) > 60
    assert not askew, "\n".join(map(str, askew))


def test_a_question_is_followed_by_one_sign(asks_for_help, kinds, leah, sign_in):
    kinds["food"].questions = [{"code": "people", "label": "For how many people?"}]
    kinds["food"].save()
    case = asks_for_help(by=leah)
    need = case.needs.get()
    need.answers = json.dumps({"people": "6"})
    need.save()
    page = words_shown(sign_in(leah).get(case.get_absolute_url()).content.decode())
    assert "For how many people: 6" in page
