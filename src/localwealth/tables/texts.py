"""The text of a file's bytes, in whatever encoding it came, and what of it could not be read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice

from localwealth.errors import UnreadableFile

BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
REPLACED = "\ufffd"
NO_TEXT = "The file is not text that can be read: its encoding is unknown."
# So many runs of bytes beyond ASCII tell which encoding a file is in.
RUNS_LOOKED_AT = 10_000
# Of so many signs one may be lost: where more are, it is no text.
LOST_MOST = 10

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table|head|body|meta|div|style)\b", re.IGNORECASE)
_JSON = re.compile(r'\[?\s*\{\s*"[^"\n]*"\s*:')
_TITLE = re.compile(r"<(title|h1)[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_SHEETS_OF_XML = re.compile(r"urn:schemas-microsoft-com:office:spreadsheet|<Workbook\b")


@dataclass(frozen=True)
class Text:
    """A file's text, and a sentence for each thing that was done to have it."""

    text: str
    notes: tuple[str, ...] = ()


def decode(content: bytes) -> str:
    """The text alone, of a file that is a table, or JSON.

    Raises
    ------
    UnreadableFile
        It is no text.
    """
    return text_of(content).text


def text_of(content: bytes) -> Text:
    """UTF-8 with single bytes of cp1252 among it, cp1252 throughout, or UTF-16, as files come.

    Where bytes are of two encodings each run of them is read in its own, so that a wrong byte
    costs itself and no other: programs paste old text into new.

    Raises
    ------
    UnreadableFile
        It is no text.

    >>> text_of("Caffè,£1".encode() + b"\\nCaf\\xe9,\\xa32").text
    'Caffè,£1\\nCafé,£2'
    """
    encoding = _wide(content)
    if encoding:
        text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
        if text.count(REPLACED) * LOST_MOST > len(text):
            raise UnreadableFile(NO_TEXT)
        return Text(text, tuple(lost_signs(text)))
    notes: list[str] = []
    if b"\0" in content:
        # Some programs fill up a file with them; a text has hardly any inside.
        text_alone = content.rstrip(b"\0")
        bare = text_alone.replace(b"\0", b"")
        if len(text_alone) - len(bare) > len(bare) / LOST_MOST:
            raise UnreadableFile(NO_TEXT)
        notes.append("It holds bytes that are no signs (NUL): they were passed over.")
        content = bare
    text = eight_bits(content)
    return Text(text, (*notes, *lost_signs(text)))


def lost_signs(text: str) -> list[str]:
    """A sentence for the signs of a text that could not be read, where there are any."""
    lost = text.count(REPLACED)
    if not lost:
        return []
    signs = (
        "1 sign of it could not be read, and shows"
        if lost == 1
        else (f"{lost:,} signs of it could not be read, and show")
    )
    return [f"{signs} as {REPLACED}."]


def refuse_other_kinds(text: str) -> None:
    """Name what is no table but comes under a table's ending.

    Raises
    ------
    UnreadableFile
        It is a web page, XML, JSON, a PDF, or a letter.
    """
    start = text[:4096].lstrip("\ufeff \t\r\n")
    if start.startswith("%PDF"):
        raise UnreadableFile("This is a PDF, not a table. Ask its sender for a CSV or a workbook.")
    if start.startswith("{\\rtf"):
        raise UnreadableFile("This is a letter (RTF), not a table. Save its table as CSV.")
    if _JSON.match(start):
        raise UnreadableFile("This is JSON, not a table. Ask its sender for a CSV or a workbook.")
    if not _MARKUP.match(start):
        return
    if _SHEETS_OF_XML.search(text[:65_536]):
        raise UnreadableFile(
            "This is XML under another ending. Open it in Excel or LibreOffice and save it as "
            ".xlsx."
        )
    title = _TITLE.search(text[:200_000])
    heading = re.sub(r"<[^>]*>|\s+", " ", html.unescape(title[2])).strip()[:80] if title else ""
    if start[:5].lower() == "<?xml" and not re.search(r"<html", text[:65_536], re.IGNORECASE):
        raise UnreadableFile("This is XML, not a table. Save its table as CSV or .xlsx.")
    raise UnreadableFile(
        "This is a web page under another ending"
        + (f", and says “{heading}”" if heading else "")
        + ". If it shows a table, open it in Excel or LibreOffice and save it as .xlsx."
    )


def _wide(content: bytes) -> str:
    """The encoding of a text of two bytes a sign; "" where it is none."""
    if content[:2] in BYTE_ORDER_MARKS:
        return "utf-16"
    start = content[:4096]
    # English has nothing in every other byte.
    if len(start) > 3 and start[1::2].count(0) > 0.8 * len(start[1::2]) and 0 not in start[::2]:
        return "utf-16-le"
    if len(start) > 3 and start[::2].count(0) > 0.8 * len(start[::2]) and 0 not in start[1::2]:
        return "utf-16-be"
    return ""


def eight_bits(content: bytes) -> str:
    """The text of bytes that are UTF-8, cp1252, or one among the other."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        pass
    runs = [run[0] for run in islice(_BEYOND_ASCII.finditer(content), RUNS_LOOKED_AT)]
    if not any(map(_is_utf8, runs)):
        return content.decode("cp1252", errors="replace")
    return _BEYOND_ASCII.sub(_as_utf8, content).decode("utf-8")


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_utf8(run: re.Match[bytes]) -> bytes:
    """A run in UTF-8, whose wrong bytes are read as cp1252."""
    signs, rest = "", run[0]
    while rest:
        try:
            signs += rest.decode("utf-8")
            break
        except UnicodeDecodeError as error:
            signs += rest[: error.start].decode("utf-8")
            wrong, rest = rest[error.start : error.start + 1], rest[error.start + 1 :]
            # The beginning of a sign that was cut off at the end of the file is no sign of cp1252.
            is_cut = error.reason == "unexpected end of data" and run.end() == len(run.string)
            signs += REPLACED if is_cut else wrong.decode("cp1252", errors="replace")
            if is_cut:
                rest = b""
    return signs.encode("utf-8")
