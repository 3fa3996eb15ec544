"""Signs that a form accepts and that XML (feeds, Word, drawings) can't hold."""

from __future__ import annotations

import re
from typing import Any

# What XML 1.0 has no place for: control signs but tab and line ends, halves of pairs, two that
# are no signs at all.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# As Word writes them into what is copied from it: a line's end and a page's.
_LINE_ENDS = str.maketrans({"\x0b": "\n", "\x0c": "\n"})


def for_xml(text: str) -> str:
    """A text as XML can hold it: Word's line and page ends as line ends, other controls left out.

    >>> for_xml("one\\x0btwo\\x1b")
    'one\\ntwo'
    """
    return _NOT_IN_XML.sub("", text.translate(_LINE_ENDS))


def all_for_xml(content: Any) -> Any:
    """The same for every text in lists and dicts, as a template gets them."""
    if isinstance(content, str):
        return for_xml(content)
    if isinstance(content, dict):
        return {name: all_for_xml(part) for name, part in content.items()}
    if isinstance(content, list | tuple):
        return type(content)(all_for_xml(part) for part in content)
    return content
