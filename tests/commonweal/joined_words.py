"""What is joined by commas, colons and brackets on the desk's pages is joined by one of them, also
where a part is missing: no page says *Food, .* or *: ,* or *?:* or (), and none says None. Looked
for on each page that the table asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

DESK = re.compile(r"/(?:desk/(?:help|grants|reads|subject|erasing)|help)/")
READERS = {"grace", "leah", "robert", "imran", "helen"}
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


@dataclass
class Joined:
    """The pages of the desk that were read, and what is joined askew on them."""

    seen: set[str] = field(default_factory=set)
    askew: list[str] = field(default_factory=list)

    def look(self, role: str, address: str, page: str) -> None:
        if not page or role not in READERS or not DESK.match(address):
            return
        self.seen.add(address)
        text = words_shown(page)
        self.askew += [
            f"{address}: {text[max(0, sign.start() - 30) : sign.end() + 20]}"
            for sign in ASKEW.finditer(text)
        ]
