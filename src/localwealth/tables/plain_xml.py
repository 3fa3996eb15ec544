"""XML of the parts of a workbook, which has no document type and so no entities.

ECMA-376, part 2, 8.1.4: a part holds no document type. One that does is no workbook of any
program's; what its entities stand for (a file of this machine, a word that grows a million times)
is never looked at.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO
from xml.etree import ElementTree

PIECE = 1 << 20


class Elements(ABC):
    """What meets the elements of a part in turn, without a tree of them all."""

    @abstractmethod
    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, tag: str) -> None:
        """An element ends."""

    @abstractmethod
    def data(self, text: str) -> None:
        """Text between elements; it may come in pieces."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Called by the parser where a part has one: it is refused."""
        _refuse_doctype()


class _Plain(ElementTree.TreeBuilder):
    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Called by the parser where a part has one: it is refused."""
        _refuse_doctype()


def _refuse_doctype() -> None:
    raise ElementTree.ParseError("A part of a workbook has no document type.")


def tree_of(xml: bytes) -> ElementTree.Element:
    """The elements of a part.

    Raises
    ------
    ElementTree.ParseError
        It is no XML, or has a document type.
    """
    return ElementTree.fromstring(xml, ElementTree.XMLParser(target=_Plain()))


def walk(part: IO[bytes], elements: Elements) -> None:
    """Let each element of a part be met in turn.

    Raises
    ------
    ElementTree.ParseError
        It is no XML, or has a document type.
    """
    parser = ElementTree.XMLParser(target=elements)
    while piece := part.read(PIECE):
        parser.feed(piece)
    parser.close()


def in_double_quotes(xml: bytes) -> bytes:
    """The same part with its attributes in double quotes.

    Raises
    ------
    ElementTree.ParseError
        It is no XML, or has a document type.
    """
    return ElementTree.tostring(tree_of(xml))
