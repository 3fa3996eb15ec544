"""What a statement keeps of its committee report's author, and how papers say it."""

from __future__ import annotations

from typing import Any

from .models import CommitteePaper

FIELDS = ("author", "contact", *CommitteePaper.Implication.values)
NOT_WRITTEN, NONE_STATED = "Not written.", "None stated."


def written(paper: CommitteePaper | None) -> dict[str, Any] | None:
    """What a statement keeps of it; None where nobody wrote any."""
    if paper is None:
        return None
    return {
        "author": paper.author,
        "contact": paper.contact,
        "implications": [
            {
                "code": code,
                "title": title,
                "words": getattr(paper, code),
                "is_none": code in paper.none_of,
            }
            for code, title in CommitteePaper.Implication.choices
        ],
    }


def in_words(content: dict[str, Any]) -> list[list[str]]:
    """(title, words) of each implication in a statement; empty for one that was closed before
    they were asked for."""
    if "paper" not in content:
        return []
    paper = content["paper"] or {"implications": []}
    texts = {
        implication["code"]: implication["words"]
        or (NONE_STATED if implication["is_none"] else NOT_WRITTEN)
        for implication in paper["implications"]
    }
    return [
        [title, texts.get(code, NOT_WRITTEN)] for code, title in CommitteePaper.Implication.choices
    ]


def unwritten(content: dict[str, Any]) -> list[str]:
    """The implications of which a statement says nothing, in small letters."""
    return [title.lower() for title, text in in_words(content) if text == NOT_WRITTEN]
