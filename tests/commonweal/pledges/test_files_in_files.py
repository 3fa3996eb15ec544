"""What a file of evidence carries inside it tells no more of its makers than the file itself."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from commonweal.pledges import cleaning, files

SECRET = b"Kim Iyer, 12 Widow Lane"
WIDE = SECRET.decode().encode("utf-16-le")
CORE = b"<cp:coreProperties><dc:creator>" + SECRET + b"</dc:creator></cp:coreProperties>"


def photo() -> bytes:
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (40, 30), "teal").save(written, "JPEG", exif=exif, comment=SECRET)
    return written.getvalue()


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def workbook(**more: bytes) -> bytes:
    return packed(**{"xl/workbook.xml": b"<w/>", "docProps/core.xml": CORE} | more)


def drawing() -> bytes:
    """A Windows drawing with its description behind its head."""
    head = b"\x01\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 16
    head += (len(WIDE) // 2).to_bytes(4, "little") + (100).to_bytes(4, "little")
    return head.ljust(100, b"\0") + WIDE + b"POINTS"


SVG = (
    b"<?xml version='1.0'?><!-- " + SECRET + b" --><svg xmlns='http://www.w3.org/2000/svg'>"
    b"<metadata id='m'>" + SECRET + b"</metadata><sodipodi:namedview a='" + SECRET + b"'/>"
    b"<rect inkscape:export-filename='/home/" + SECRET + b"/a.png' width='7'/></svg>"
)
CARRIED = {
    "a workbook": ("word/embeddings/Sheet1.xlsx", workbook()),
    "a workbook in a workbook": ("word/embeddings/a.bin", workbook(inner=workbook())),
    "a photograph in a workbook": ("word/embeddings/a.xlsx", workbook(image1=photo())),
    "an object of before 2007": ("word/embeddings/o.bin", cleaning.OLD_OFFICE + SECRET),
    "a drawing": ("word/media/image1.svg", SVG),
    "a drawing of Windows": ("word/media/image1.emf", drawing()),
    "a film": ("word/media/a.mp4", b"\0\0\0\x18ftypmp42" + SECRET),
    "a telephone's picture": ("word/media/a.heic", b"\0\0\0\x18ftypheic" + SECRET),
}


def everything(content: bytes) -> bytes:
    """All bytes of a file and of what is packed into it."""
    whole = content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            whole += b"".join(everything(archive.read(name)) for name in archive.namelist())
    return whole


@pytest.mark.parametrize("carried", CARRIED.values(), ids=CARRIED)
def test_what_a_letter_carries_tells_nothing(carried):
    name, content = carried
    letter = packed(**{"word/document.xml": b"<w/>", name: content})
    told = everything(letter)
    assert SECRET in told or WIDE in told
    kept = cleaning.clean(letter, files.check("a.docx", letter, max_mb=10))
    for trace in (SECRET, WIDE, b"Kim Iyer"):
        assert trace not in everything(kept)
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert archive.testzip() is None
        assert name in archive.namelist()


def test_what_it_shows_stays():
    assert b"POINTS" in cleaning._part("a.emf", drawing(), depth=0)
    assert b"<rect width='7'/>" in cleaning._part("a.svg", SVG, depth=0)
    inside = cleaning._part("a.xlsx", workbook(cells=b"<c>42</c>"), depth=0)
    assert b"<c>42</c>" in everything(inside)


def test_a_bomb_inside_a_letter_is_left_out():
    bomb = packed(a=b"\0" * 60_000_000)
    assert cleaning._part("word/embeddings/a.xlsx", bomb, depth=0) == b""
    assert cleaning._part("a.xlsx", b"PK\x03\x04 no archive", depth=0) == b""


def image(*filters: str, content: bytes) -> StreamObject:
    stream = StreamObject()
    stream._data = content
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(40),
            NameObject("/Height"): NumberObject(30),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): ArrayObject([NameObject(name) for name in filters]),
        }
    )
    return stream


@pytest.fixture
def paper() -> bytes:
    """A PDF that carries files, and pictures that are packed in other ways."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    writer.add_attachment("photo.jpg", photo())
    writer.add_attachment("letter.docx", packed(**{"docProps/core.xml": CORE}))
    box = len(SECRET) + 8
    jpeg2000 = b"\0\0\0\x0cjP  \r\n\x87\n" + box.to_bytes(4) + b"xml " + SECRET
    jpeg2000 += (14).to_bytes(4) + b"jp2cPOINTS"
    pictures = {
        "/A": image("/FlateDecode", "/DCTDecode", content=zlib.compress(photo())),
        "/B": image("/ASCIIHexDecode", "/DCTDecode", content=photo().hex().encode() + b">"),
        "/C": image("/JPXDecode", content=jpeg2000),
    }
    named = {NameObject(name): writer._add_object(one) for name, one in pictures.items()}
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject(named)}
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_what_a_pdf_carries_tells_nothing(paper):
    kept = cleaning.clean(paper, files.check("a.pdf", paper, max_mb=10))
    reader = PdfReader(io.BytesIO(kept))
    assert not reader.attachments
    pictures = reader.pages[0]["/Resources"]["/XObject"]
    for name in ("/A", "/B"):
        stream = pictures[name].get_object()
        assert stream["/Filter"] == "/DCTDecode"
        with Image.open(io.BytesIO(stream._data)) as shown:
            assert shown.size == (40, 30)
            assert not shown.getexif()
    assert pictures["/C"].get_object()._data.endswith(b"POINTS")
    streams = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    told = kept + b"".join(one._data for one in streams if isinstance(one, StreamObject))
    for trace in (SECRET, b"Kim Iyer", SECRET.hex().encode()):
        assert trace not in told
