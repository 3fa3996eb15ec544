"""What a file of evidence tells of its makers goes, wherever a program put it."""

from __future__ import annotations

import io
import threading
import time
import zipfile

import pytest
from PIL import Image

from commonweal.pledges import cleaning, files, office

SECRET = b"Kim Iyer"
RELATION = (
    b'<Relationships><Relationship Type="http://schemas.openxmlformats.org/package/2006/'
    b'relationships/metadata/core-properties" Target="about/me.xml"/></Relationships>'
)
CORE = (
    b"<?xml version='1.0'?><cp:coreProperties><dc:creator>Kim Iyer</dc:creator></cp:coreProperties>"
)
ODF_NOTE = b"<x><office:annotation><dc:creator>Kim Iyer</dc:creator></office:annotation></x>"
PRINTER = (
    b"<s><config:config-item config:name='PrinterName' config:type='string'>Kim Iyer"
    b"</config:config-item></s>"
)


def picture(kind: str) -> bytes:
    written = io.BytesIO()
    drawn = Image.new("RGB", (40, 30), "teal")
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    more = {
        "JPEG": {"exif": exif},
        "WEBP": {"exif": exif, "lossless": True},
        "GIF": {"comment": SECRET},
        "TIFF": {"description": SECRET.decode()},
    }[kind]
    drawn.save(written, kind, **more)
    return written.getvalue()


def packed(extension: str, parts: dict[str, bytes]) -> bytes:
    whole = {
        ".docx": {"word/document.xml": b"<w/>"},
        ".xlsx": {"xl/workbook.xml": b"<w/>"},
        ".odt": {"content.xml": b"<x/>"},
    }[extension] | parts
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return written.getvalue()


def cleaned(extension: str, parts: dict[str, bytes]) -> dict[str, bytes]:
    data = packed(extension, parts)
    out = cleaning.clean(data, files.check(f"a{extension}", data, max_mb=10))
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("extension", "name", "content"),
    [
        (".docx", "package/services/metadata/core-properties/a1.psmdcp", CORE),
        (".docx", "docProps/Core.xml", CORE),
        (".docx", "about/me.xml", CORE),
        (".docx", "word/document.xml", b"<w:p><w:ins w:author='Kim Iyer' w:id='1'/></w:p>"),
        (
            ".docx",
            "word/comments.xml",
            b'<x:comments><x:comment x:author = "Kim Iyer"/></x:comments>',
        ),
        (".docx", "word/media/image1.jpe", picture("JPEG")),
        (".docx", "word/media/image1.bin", picture("JPEG")),
        (".docx", "word/media/image1.jpeg", picture("JPEG") + picture("JPEG")),
        (".docx", "word/media/image1.webp", picture("WEBP")),
        (".docx", "word/media/image1.tif", picture("TIFF")),
        (".docx", "word/media/image1.gif", picture("GIF")),
        (
            ".xlsx",
            "xl/comments1.xml",
            b"<comments><authors><author>Kim Iyer</author></authors></comments>",
        ),
        (
            ".xlsx",
            "xl/persons/person.xml",
            b'<personList><person displayName="Kim Iyer" id="{1}" '
            b'userId="S::Kim Iyer"/></personList>',
        ),
        (".xlsx", "xl/workbook.xml", b'<w><x15ac:absPath url="C:\\Users\\Kim Iyer\\"/></w>'),
        (
            ".xlsx",
            "xl/revisions/userNames.xml",
            b'<users><userInfo guid="1" name="Kim Iyer"/></users>',
        ),
        (
            ".docx",
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Id="rId1" '
            b'Target="file:///C:\\Users\\Kim Iyer\\Templates\\letter.dotm" TargetMode="External"/>',
        ),
        (
            ".xlsx",
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            b"<Relationships><Relationship "
            b"TargetMode='External' Target='\\\\files\\Kim Iyer\\sums.xlsx'/></Relationships>",
        ),
        (
            ".docx",
            "customXml/item1.xml",
            b'<p:properties xmlns:p="x"><documentManagement><SharedWith'
            b'Users xmlns="y"><UserInfo><DisplayName>Kim Iyer</DisplayName></UserInfo>'
            b"</SharedWithUsers></documentManagement></p:properties>",
        ),
        (".odt", "content.xml", ODF_NOTE),
        (".odt", "settings.xml", PRINTER),
        (".odt", "Pictures/10000000", picture("JPEG")),
    ],
)
def test_no_part_of_an_office_file_names_its_maker(extension, name, content):
    assert SECRET in content
    assert SECRET not in cleaned(extension, {name: content, "_rels/.rels": RELATION})[name]


@pytest.mark.parametrize(
    "unit",
    [
        b"<!--",
        b"<metadata>",
        b"<metadata ",
        b"<sodipodi:namedview a",
        b" inkscape:a",
        b"<author ",
        b"<documentManagement>",
        b"<documentManagement ",
        b"<Relationship ",
        b"<Relationship Target='C:/",
        b"<person ",
        b"<person displayName='",
        b"<absPath ",
        b"<userInfo name ",
        b"<dc:creator>",
        b"<config:config-item ",
        b"<config:config-item config:name='PrinterName' ",
        b" config:name='PrinterName' ",
        b" author=",
        b' author="',
        b" displayName ",
        b" ",
    ],
    ids=repr,
)
@pytest.mark.parametrize("head", [b"<svg><metadata ", b"<a><config:config-item "])
def test_a_part_that_was_made_to_be_slow_is_not(head, unit):
    """Half a megabyte: by a pattern that looks to the end from each place it takes hours."""
    part = head + unit * (500_000 // len(unit))
    assert len(office.without_makers("word/a.xml", part)) <= len(part)


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (b"file:///C:\\Users\\Kim\\letter.dotm", b"letter.dotm"),
        (b"C:/Users/Kim/letter.dotm", b"letter.dotm"),
        (b"media/image1.png", b"media/image1.png"),
        (b"https://bakery.example/files/a", b"https://bakery.example/files/a"),
        (b"/word/document.xml", b"/word/document.xml"),
    ],
)
def test_what_a_part_leads_to_keeps_its_name_and_loses_a_folder_on_somebodys_disk(target, kept):
    relation = b"<Relationships><Relationship Id='a' Target=\"%s\"/></Relationships>"
    name = "word/_rels/settings.xml.rels"
    parts = {name: relation % target, "_rels/.rels": RELATION}
    assert cleaned(".docx", parts)[name] == relation % kept


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "TIFF"])
def test_a_picture_in_a_document_is_still_the_same_picture(kind):
    name = f"word/media/image1.{kind.lower()}"
    kept = cleaned(".docx", {name: picture(kind)})[name]
    with Image.open(io.BytesIO(kept)) as after, Image.open(io.BytesIO(picture(kind))) as before:
        assert after.format == kind
        assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


@pytest.mark.parametrize("name", ["xl/tables/table1.xml", "word/document.xml", "customXml/a.xml"])
def test_what_stands_on_the_page_stays(name):
    content = (
        b'<table id="1" name="T" displayName="Kim Iyer"><author-note>Kim Iyer</author-note></table>'
    )
    extension = ".xlsx" if name.startswith("xl/") else ".docx"
    assert cleaned(extension, {name: content})[name] == content


def test_a_progressive_picture_keeps_all_its_scans():
    written = io.BytesIO()
    noise = Image.effect_noise((120, 90), 80).convert("RGB")
    noise.save(written, "JPEG", progressive=True, comment=SECRET)
    kept = cleaned(".docx", {"word/media/a.jpg": written.getvalue()})["word/media/a.jpg"]
    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as after, Image.open(written) as before:
        assert after.tobytes() == before.tobytes()


def test_large_pictures_are_unpacked_one_at_a_time(monkeypatch):
    """One takes hundreds of megabytes out of a file of 200 kB: eight at once would end the
    server."""
    inside: list[int] = []
    most: list[int] = []
    thumbnail = Image.Image.thumbnail

    def counted(self, size, **more):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        thumbnail(self, size, **more)
        inside.pop()

    monkeypatch.setattr(Image.Image, "thumbnail", counted)
    monkeypatch.setattr(cleaning, "LARGE_POINTS", 100)
    sent = picture("JPEG")
    threads = [threading.Thread(target=cleaning.clean, args=(sent, "image/jpeg")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) >= 6
    assert max(most) == 1
