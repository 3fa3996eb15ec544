"""What a file of evidence tells beside what it shows is taken out before it is kept.

Pictures are drawn anew from their points: no place, camera, caption or preview is left, and they
are no larger than a page needs. PDF and office files lose author, program and dates, and what
pictures in them tell. What somebody wrote on the page itself is theirs to mind.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zipfile
import zlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, NameObject, PdfObject, StreamObject

from commonweal.office.errors import Refused

from . import office, pictures

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}
# A photograph of the largest telephones has 200 million points; nobody reads a page with more.
MOST_POINTS = 60_000_000
LONGEST_SIDE = 2400
# One of these takes 250 MB while it is unpacked, out of a file of 200 kB: one at a time.
LARGE_POINTS = 12_000_000
_LARGE = threading.Lock()
SMALL_SIDE = 480
# Files inside files: so deep, and so large when unpacked, for a file and for each of its bytes.
DEEPEST = 2
INSIDE_MOST = 50 * 1024 * 1024
INSIDE_TIMES = 20
# What can't be cleaned, and tells of its maker: parts of Office before 2007, and films and pictures
# of telephones (MP4, MOV, HEIC).
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILM = b"ftyp"
TOO_LARGE = (
    "The picture has {points} million points, more than the 60 that can be taken. Make it smaller "
    "and send it again."
)
DAMAGED = "The picture is damaged: it can't be opened. Save it again and send that."
LOCKED = "The PDF is locked with a password. Save it without one and send that."
DAMAGED_PDF = (
    "The PDF is damaged: it can't be read. Print it to a new PDF and send that, or send a picture."
)
# What pypdf raises, by itself or from below, for a file that is no whole PDF.
UNREADABLE = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def clean(content: bytes, content_type: str) -> bytes:
    """The bytes to keep of a file that `files.check` has let through.

    Raises
    ------
    Refused
        A picture has more points than can be taken, or a file can't be opened.
    """
    if content_type in PICTURES:
        return _drawn_anew(content, PICTURES[content_type], LONGEST_SIDE)
    if content_type == "application/pdf":
        return _pdf(content)
    if content[:2] == b"PK":
        return _office(content)
    return content


def small(content: bytes) -> bytes:
    """A picture as it stands beside an entry: a JPEG, its longer side at most 480 points."""
    return _drawn_anew(content, "JPEG", SMALL_SIDE)


def logo(content: bytes) -> bytes:
    """A picture as it stands in the head of a page: a PNG, its longer side at most 480 points."""
    return _drawn_anew(content, "PNG", SMALL_SIDE)


# --- Pictures ---------------------------------------------------------------------------------


def _drawn_anew(content: bytes, kind: str, side: int) -> bytes:
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a bomb of up to twice its own measure; ours is smaller anyway.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(PICTURES.values())) as picture:
                # Its size stands in its head: nothing has been unpacked yet.
                _refuse_too_large(picture.width * picture.height)
                picture.draft("RGB", (side, side))
                with _turn(picture.width * picture.height):
                    _make_smaller(picture, side)
                    return _encoded(_upright(picture), kind, side)
    except Image.DecompressionBombError:
        raise Refused(TOO_LARGE.format(points="far too many")) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise Refused(DAMAGED) from None


def _refuse_too_large(points: int) -> None:
    if points > MOST_POINTS:
        raise Refused(TOO_LARGE.format(points=f"{points / 1e6:,.0f}"))


def _turn(points: int) -> AbstractContextManager[Any]:
    return _LARGE if points > LARGE_POINTS else nullcontext()


def _make_smaller(picture: Image.Image, side: int) -> None:
    """Before it is turned or converted: a large picture is then held once, and not three times."""
    if picture.mode in ("RGB", "RGBA", "L") and "transparency" not in picture.info:
        picture.thumbnail((side, side))


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as it is meant to be seen: that too stands in what is taken out."""
    turned = ImageOps.exif_transpose(picture)
    is_clear = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
    return turned.convert("RGBA" if is_clear else "RGB")


def _encoded(picture: Image.Image, kind: str, side: int) -> bytes:
    picture.thumbnail((side, side))
    if kind == "JPEG" and picture.mode != "RGB":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    # A new image of the same points: nothing that Pillow carries along goes with them.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    if kind == "JPEG":
        bare.save(written, "JPEG", quality=85, optimize=True)
    else:
        bare.save(written, "PNG", optimize=True)
    return written.getvalue()


# --- PDF --------------------------------------------------------------------------------------


def _pdf(content: bytes) -> bytes:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused(LOCKED)
        writer = PdfWriter()
        writer.clone_document_from_reader(reader)
        writer.metadata = None
        for thing in writer._objects:
            if isinstance(thing, dict):
                _strip(thing)
        # What nothing leads to any more would be written all the same.
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
        written = io.BytesIO()
        writer.write(written)
    except Refused:
        raise
    except UNREADABLE:
        raise Refused(DAMAGED_PDF) from None
    return written.getvalue()


def _is_remark(thing: dict[object, object]) -> bool:
    """An annotation that says who wrote it and when; a field of a form keeps its name."""
    is_field = "/FT" in thing or "/Parent" in thing
    return not is_field and (thing.get("/Type") == "/Annot" or "/Subj" in thing)


def _strip(thing: dict[object, object]) -> None:
    """Take from one object of a PDF what it tells of its making, and the files it carries: those
    stand on no page, and keep what they tell."""
    for name in ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb"):
        _empty(thing.pop(NameObject(name), None))
    for name in ("/EmbeddedFiles", "/AF", "/Collection"):
        thing.pop(NameObject(name), None)
    carried = thing.pop(NameObject("/EF"), None)
    carried = carried.get_object() if isinstance(carried, PdfObject) else None
    if isinstance(carried, dict):
        for stream in carried.values():
            _empty(stream)
    if _is_remark(thing):
        for name in ("/T", "/M", "/CreationDate"):
            thing.pop(NameObject(name), None)
    if isinstance(thing, StreamObject):
        _strip_picture(thing)


def _empty(carried: object) -> None:
    stream = carried.get_object() if isinstance(carried, PdfObject) else None
    if isinstance(stream, StreamObject):
        stream._data = b""


def _strip_picture(stream: StreamObject) -> None:
    """Take from a JPEG what it tells, also where it is packed once more around."""
    named = stream.get("/Filter")
    filters = (list(named) if isinstance(named, list) else [named]) or [None]
    if filters[-1] not in ("/DCTDecode", "/JPXDecode"):
        return
    if len(filters) > 1:
        _unpack_but_last(stream, filters)
    strip = pictures.without_segments if filters[-1] == "/DCTDecode" else pictures.without_boxes
    stream._data = strip(stream._data)


def _unpack_but_last(stream: StreamObject, filters: list[object]) -> None:
    outer = StreamObject()
    outer._data = stream._data
    outer[NameObject("/Filter")] = ArrayObject(filters[:-1])
    parameters = stream.get("/DecodeParms")
    if isinstance(parameters, list):
        outer[NameObject("/DecodeParms")] = ArrayObject(parameters[:-1])
        stream[NameObject("/DecodeParms")] = parameters[-1]
    stream._data = decode_stream_data(outer)
    stream[NameObject("/Filter")] = filters[-1]


# --- Word, Excel, OpenDocument ----------------------------------------------------------------


def _office(content: bytes, *, depth: int = 0) -> bytes:
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
            for part in old.infolist():
                stripped = zipfile.ZipInfo(part.filename)
                stripped.compress_type = part.compress_type
                new.writestr(stripped, _part(part.filename, old.read(part), depth=depth))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Refused("The file is damaged: it can't be opened.") from None
    return written.getvalue()


def _part(name: str, content: bytes, *, depth: int) -> bytes:
    if content[:4] == b"PK\x03\x04":
        return _inside(content, depth=depth + 1)
    if content[:8] == OLD_OFFICE or content[4:8] == FILM:
        return b""
    kind = pictures.kind_of(content)
    if kind == "JPEG":
        return pictures.without_segments(content)
    if kind == "PNG":
        return _png(content)
    if kind == "EMF":
        return pictures.without_description(content)
    if kind == "WEBP":
        return pictures.without_chunks(content)
    if kind:
        return _drawn_again(content, kind)
    return office.without_makers(name, content)


def _inside(content: bytes, *, depth: int) -> bytes:
    """A file inside a file, as a table in a letter, cleaned as if it had come alone. One that
    can't be is left out; the page shows a picture of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if depth > DEEPEST or unpacked > min(INSIDE_MOST, INSIDE_TIMES * max(len(content), 4096)):
            return b""
        return _office(content, depth=depth)
    except (Refused, zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return b""


def _png(content: bytes) -> bytes:
    try:
        return _drawn_anew(content, "PNG", 20_000)
    except Refused:
        return content


def _drawn_again(content: bytes, kind: str) -> bytes:
    try:
        return pictures.drawn_again(content, kind)
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        return b""
