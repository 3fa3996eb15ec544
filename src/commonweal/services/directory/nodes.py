"""What stands in a tree of JSON, asked for by its kind: a text, an object, a list of objects.

null is nothing, wherever it stands for a whole. Whatever else is of another kind than the
standard has there refuses its record, which is better than a directory that shows ``{'a': 1}``.
"""

from __future__ import annotations

import re
from typing import Any

from commonweal.design.lengths import kept_whole
from localwealth.tables.marks import said

from .outcome import BadRecord

Node = dict[str, Any]
# Of what can be none these are answers, and no marks for nothing.
NONE = {"none", "nil"}
# Signs that no database keeps and nobody sees: NUL, and halves of a sign.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Deeper than any service is, and not so deep that telling it takes the stack.
DEEPEST = 40
QUOTED_MOST = 30


def kind(node: Any) -> str:
    """What a node is, in words.

    >>> [kind(node) for node in (None, True, 1.5, "Club", [], {})]
    ['null', 'true', 'a number', 'text (“Club”)', 'a list', 'an object']
    """
    if node is None or isinstance(node, bool):
        return {None: "null", True: "true", False: "false"}[node]
    if isinstance(node, str):
        return f"text (“{seen(node)[:QUOTED_MOST]}”)"
    names: dict[type, str] = {list: "a list", dict: "an object"}
    return names.get(type(node), "a number")


def seen(text: str) -> str:
    """A text without the signs that nobody sees."""
    return UNSEEN.sub("", text)


def text(node: Any, called: str = "text", most: int = 10_000) -> str:
    """A text or a number as text, "" where nothing is said; ``called`` as in *its name*.

    Raises
    ------
    Bad
        It is of another kind, or longer than fits.
    """
    if node is None:
        return ""
    if isinstance(node, bool) or not isinstance(node, (str, int, float)):
        raise BadRecord(f"its {called} is {kind(node)}, where text is asked")
    return kept_whole(said(_plain(node)), most, called, BadRecord)


def answer(node: Any, called: str, most: int = 10_000) -> str:
    """As `text`, of what can be none: that fees or conditions are *None* says something."""
    told = text(node, called, most)
    is_none = isinstance(node, str) and _plain(node).casefold() in NONE
    return _plain(node) if is_none else told


def _plain(node: str | float) -> str:
    return seen(_written(node)).strip().strip('"').strip()


def _written(node: str | float) -> str:
    try:
        return str(node)
    except ValueError:
        raise BadRecord("a number of it has too many figures") from None


def thing(node: Any, called: str) -> Node:
    """An object, empty where nothing is said."""
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise BadRecord(f"its {called} is {kind(node)}, where Open Referral has an object")
    return node


def things(node: Any, called: str) -> list[Node]:
    """A list of objects, empty where nothing is said."""
    if node is None:
        return []
    if not isinstance(node, list):
        raise BadRecord(
            f"what stands for its {called} is {kind(node)}, where Open Referral has a list"
        )
    for member in node:
        if not isinstance(member, dict):
            raise BadRecord(
                f"among its {called} is {kind(member)}, where Open Referral has an object"
            )
    return node


def texts(node: Any, called: str) -> str:
    """A text, or a list of texts with commas between them: MO,TU or ["MO", "TU"]."""
    members = node if isinstance(node, list) else [node]
    return ",".join(filter(None, (text(member, called) for member in members)))


def plain(node: Any, depth: int = 0) -> Any:
    """A tree as every database keeps it: no unseen signs, no number that is none.

    Raises
    ------
    Bad
        It is nested more deeply than anything that is meant.
    """
    if depth > DEEPEST:
        raise BadRecord(f"it is nested more than {DEEPEST} levels deep")
    if isinstance(node, dict):
        return {seen(str(name)): plain(child, depth + 1) for name, child in node.items()}
    if isinstance(node, list):
        return [plain(child, depth + 1) for child in node]
    if isinstance(node, str):
        return seen(node)
    is_no_number = isinstance(node, float) and (node != node or abs(node) == float("inf"))
    return None if is_no_number else node
