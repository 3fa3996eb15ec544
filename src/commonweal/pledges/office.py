"""What parts of Word, Excel and OpenDocument files tell of who made them, and taking it out.

Parts are known by what they hold and not by what they are called: every program has names of its
own for them.
"""

from __future__ import annotations

import re

# The root of a part with properties, in any of the spellings that programs use for its name.
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?(coreProperties|Properties|document-meta)[\s>/]")
_EMPTY = {
    b"coreProperties": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    b"extended": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    b"custom": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
    b"document-meta": b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
    b"<office:meta/></office:document-meta>",
}
# By where a part lies, for what is no whole XML.
_PROPERTIES = re.compile(r"^(docprops/[^/]*\.xml|meta\.xml|.*\.psmdcp)$", re.I)
# No pattern looks past the next tag, and none looks for an end that is not there a second time: a
# part that was made to be slow would else take hours.
_VALUE = rb"""(?:"[^"<]*"|'[^'<]*')"""
# Who wrote a comment or a change (Word), who is somebody (Excel's comments), and in whose folder
# the workbook lay.
_ATTRIBUTES = re.compile(rb"([\s:](?:author|initials|userId|userName)\s*=\s*)" + _VALUE)
# A table has a displayName too, and needs it.
_PERSONS = re.compile(rb"(<(?:[\w.-]+:)?person\b[^<>]*?\bdisplayName\s*=\s*)" + _VALUE)
_PATHS = re.compile(rb"(<(?:[\w.-]+:)?absPath\b[^<>]*?\burl\s*=\s*)" + _VALUE)
_USERS = re.compile(rb"(<(?:[\w.-]+:)?userInfo\b[^<>]*?\bname\s*=\s*)" + _VALUE)
# In whose folder a template, or another workbook, lay: what it is called is enough to open it by.
_LEADS_TO = re.compile(
    rb"(<(?:[\w.-]+:)?Relationship\b[^<>]*?\bTarget\s*=\s*[\"'])"
    rb"((?:file:|\\\\|[A-Za-z]:[\\/])[^\"'<>]*)"
)
_ELEMENTS = re.compile(
    rb"(<(dc:creator|(?:meta|loext):[\w-]+|(?:x:)?author)(?:\s[^<>]*+)?>)[^<]*(</\2\s*>)"
)
_PRINTERS = re.compile(
    rb"(<config:config-item\b(?=[^<>]*config:name=[\"']Printer(?:Name|Setup)[\"'])[^<>]*+>)[^<]*(<)"
)
# What SharePoint lays into a file: who may read it, who changed it, what was said in a workflow.
_MANAGED = (
    re.compile(rb"<(?:[\w.-]+:)?documentManagement\b[^<>]*>"),
    re.compile(rb"</(?:[\w.-]+:)?documentManagement\s*>"),
)
# What programs for drawing write into an SVG: in whose folder it lay, who drew it and when.
_DRAWN_BY = (
    (re.compile(rb"<!--"), re.compile(rb"-->")),
    (re.compile(rb"<metadata\b[^<>]*>"), re.compile(rb"</metadata\s*>")),
    (re.compile(rb"<sodipodi:namedview\b[^<>]*>"), re.compile(rb"</sodipodi:namedview\s*>")),
)
_DRAWN_WITH = re.compile(rb"\s(?:inkscape|sodipodi|serif|sketch):[\w.-]+\s*=\s*" + _VALUE)
_SVG = re.compile(rb"<(?:[\w.-]+:)?svg[\s>]")


def without_makers(name: str, part: bytes) -> bytes:
    """A part of a file that is no picture, without the people and programs that made it."""
    empty = _properties(name, part)
    if empty is not None:
        return empty
    if part.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return part
    if _SVG.search(part[:4000]):
        for begins, ends in _DRAWN_BY:
            part = _without(part, begins, ends)
        return _DRAWN_WITH.sub(b"", part)
    for pattern in (_ATTRIBUTES, _PERSONS, _PATHS, _USERS):
        part = pattern.sub(rb'\1""', part)
    part = _LEADS_TO.sub(lambda target: target[1] + re.split(rb"[\\/]", target[2])[-1], part)
    part = _without(part, *_MANAGED)
    return _PRINTERS.sub(rb"\1\2", _ELEMENTS.sub(rb"\1\3", part))


def _without(part: bytes, begins: re.Pattern[bytes], ends: re.Pattern[bytes]) -> bytes:
    """A part without each stretch from a beginning to the next end; one without an end stays."""
    pieces, at = [], 0
    while beginning := begins.search(part, at):
        end = beginning if beginning[0].endswith(b"/>") else ends.search(part, beginning.end())
        if end is None:
            break
        pieces.append(part[at : beginning.start()])
        at = end.end()
    return b"".join([*pieces, part[at:]])


def _kind_of(beginning: bytes) -> bytes:
    """Which properties a part holds, by its outermost element; none: nobody's that we know."""
    root = _ROOT.search(beginning)
    kind = root[1] if root else b""
    if kind == b"Properties":
        if b"custom-properties" in beginning:
            return b"custom"
        return b"extended" if b"extended-properties" in beginning else b""
    return kind


def _properties(name: str, part: bytes) -> bytes | None:
    """An empty one of its kind, where a part holds a file's properties."""
    if kind := _kind_of(part[:4000]):
        return _EMPTY[kind]
    if not _PROPERTIES.match(name):
        return None
    if name.lower() == "meta.xml":
        return _EMPTY[b"document-meta"]
    of_name = [kind for kind in (b"custom", b"extended") if _named(kind, name)]
    return _EMPTY[of_name[0] if of_name else b"coreProperties"]


def _named(kind: bytes, name: str) -> bool:
    return {b"custom": "custom", b"extended": "app"}[kind] in name.lower()
