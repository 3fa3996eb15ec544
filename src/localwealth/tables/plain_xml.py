"""XML of the parts of a workbook, which has no document type and so no entities.

ECMA-376, part 2, 8.1.4: a part holds no document type. One that does is no workbook of any
program's; what its entities stand for (a file of this machine, a word that grows a million times)
is never looked at.
"""

from __future__ import annotations

from xml.etree import ElementTree


class _Plain(ElementTree.TreeBuilder):
    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Called by the parser where a part has one: it is refused."""
        raise ElementTree.ParseError("A part of a workbook has no document type.")


def tree_of(xml: bytes) -> ElementTree.Element:
    """The elements of a part.

    Raises
    ------
    ElementTree.ParseError
        It is no XML, or has a document type.
    """
    return ElementTree.fromstring(xml, ElementTree.XMLParser(target=_Plain()))
