"""Evidence: what a file tells beside what it shows goes; who sees it, and when."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from docx import Document
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, StreamObject

from commonweal.office.errors import Refused
from commonweal.pledges import cleaning, files, ledger, reviewing
from commonweal.pledges.models import EvidenceFile, Pledge

pytestmark = pytest.mark.django_db
# What a telephone and its owner write into a file.
MARKS = (b"12 Widow Lane", b"Kim's telephone", b"K. Iyer")
GPS, MAKE, DESCRIPTION, ARTIST, ORIENTATION = 0x8825, 0x010F, 0x010E, 0x013B, 0x0112


def photograph(size: tuple[int, int] = (3000, 2000)) -> bytes:
    """A JPEG as a telephone makes it, taken on its side, with its place."""
    exif = Image.Exif()
    exif[MAKE], exif[DESCRIPTION] = "Kim's telephone", "taken at 12 Widow Lane"
    exif[ARTIST], exif[ORIENTATION] = "K. Iyer", 6
    exif[GPS] = {1: "N", 2: (51.0, 54.0, 0.0), 3: "W", 4: (0.0, 12.0, 0.0)}
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(
        written,
        "JPEG",
        exif=exif,
        comment=b"12 Widow Lane",
        xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/">12 Widow Lane</x:xmpmeta>',
    )
    return written.getvalue()


def drawing() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "K. Iyer")
    told.add_itxt("XML:com.adobe.xmp", "12 Widow Lane")
    written = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(written, "PNG", pnginfo=told)
    return written.getvalue()


def minutes() -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "K. Iyer", "/Title": "12 Widow Lane"})
    told = DecodedStreamObject()
    told.set_data(b"<x:xmpmeta>12 Widow Lane</x:xmpmeta>")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(told)
    picture = StreamObject()
    picture._data = photograph((30, 20))
    picture[NameObject("/Filter")] = NameObject("/DCTDecode")
    picture[NameObject("/Subtype")] = NameObject("/Image")
    page[NameObject("/Thing")] = writer._add_object(picture)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def letter() -> bytes:
    document = Document()
    document.core_properties.author = "K. Iyer"
    document.core_properties.comments = "12 Widow Lane"
    document.add_paragraph("Ten meals.")
    document.add_picture(io.BytesIO(photograph((30, 20))))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def unpacked(data: bytes) -> bytes:
    """What a file holds, whatever it is packed in."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return data


FILES = {
    "photograph.jpg": photograph,
    "drawing.png": drawing,
    "minutes.pdf": minutes,
    "letter.docx": letter,
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_tells_of_itself_is_gone_from_what_is_kept(claimed, asha, name):
    data = FILES[name]()
    assert any(mark in unpacked(data) for mark in MARKS)
    _, entry = attached(claimed, asha, name, data)
    kept = files.path_of(entry.body["file"]).read_bytes()
    # The ledger has the hash of what is kept, so that both can be proved.
    assert hashlib.sha256(kept).hexdigest() == entry.body["file"]
    assert not any(mark in unpacked(kept) for mark in MARKS)
    assert files.missing_files() == []


def test_a_picture_is_drawn_anew_upright_and_no_larger_than_a_page_needs():
    kept = Image.open(io.BytesIO(cleaning.clean(photograph(), "image/jpeg")))
    assert dict(kept.getexif()) == {}
    assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(kept.info)
    assert kept.size == (1600, 2400)
    small = Image.open(io.BytesIO(cleaning.small(photograph())))
    assert small.size == (320, 480)
    # What can be seen through stays so, and gets a white ground only where it is shown small.
    assert Image.open(io.BytesIO(cleaning.clean(drawing(), "image/png"))).mode == "RGBA"
    assert Image.open(io.BytesIO(cleaning.small(drawing()))).getpixel((5, 5)) == (255, 255, 255)


def test_documents_can_still_be_read():
    document = Document(io.BytesIO(cleaning.clean(letter(), files.KINDS[".docx"])))
    assert document.paragraphs[0].text == "Ten meals."
    reader = PdfReader(io.BytesIO(cleaning.clean(minutes(), "application/pdf")))
    assert len(reader.pages) == 1
    assert not reader.metadata
    held = reader.pages[0]["/Thing"].get_object()
    assert Image.open(io.BytesIO(held._data)).size == (30, 20)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that would unpack to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", bomb(8000, 8000), "64 million points, more than the 60"),
        ("a.png", bomb(60_000, 60_000), "more than the 60"),
        ("a.png", bomb(2_000_000_000, 2_000_000_000), "more than the 60"),
        ("a.png", bomb(1000, 1000), "can't be opened"),
        ("a.jpg", photograph((60, 40))[:-200], "can't be opened"),
        ("a.pdf", b"%PDF-1.7\nnothing of the kind\n%%EOF\n", "can't be read"),
    ],
    ids=["many points", "a bomb", "no size at all", "empty", "cut off", "no PDF"],
)
def test_what_can_t_be_drawn_is_refused_in_a_sentence(claimed, asha, name, data, said):
    with pytest.raises(Refused, match=said):
        attached(claimed, asha, name, data)
    assert not EvidenceFile.objects.exists()


def test_a_locked_pdf_is_refused_in_a_sentence(claimed, asha):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    with pytest.raises(Refused, match="locked with a password"):
        attached(claimed, asha, "a.pdf", written.getvalue())


# --- Who sees it ------------------------------------------------------------------------------


def attached(claimed: Any, asha: Any, name: str, data: bytes, **more: Any) -> tuple[Pledge, Any]:
    pledge, claim = claimed()
    entry = reviewing.attach_file(
        pledge=pledge,
        claim_seq=claim.seq,
        upload=SimpleUploadedFile(name, data),
        title="",
        by=asha,
        **more,
    )
    return pledge, entry


@pytest.fixture
def pictured(claimed: Any, asha: Any) -> tuple[Pledge, Any]:
    return attached(claimed, asha, "a.jpg", photograph((60, 40)))


def seen_by(client: Any, pledge: Pledge, entry: Any) -> set[int]:
    at = f"/pledges/{pledge.code}/evidence/{entry.body['file']}/"
    return {client.get(at).status_code, client.get(f"{at}small/").status_code}


def reviewed(pledge: Pledge, entry: Any, by: Any, verdict: str = "upheld", **more: Any) -> None:
    reviewing.review(
        pledge=pledge,
        claim_seq=entry.body["about"],
        verdict=verdict,
        figure=None,
        reasons="I looked.",
        by=by,
        **more,
    )


def test_reviewers_and_the_partner_alone_see_it_until_it_is_reviewed(
    client, sign_in, pictured, asha, idris, maya, carys, priya
):
    pledge, entry = pictured
    assert seen_by(client, pledge, entry) == {404}
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "Reviewers see this file." in page
    assert entry.body["file"] not in page
    for person, status in ((asha, 200), (idris, 200), (maya, 200), (carys, 404)):
        assert seen_by(sign_in(person), pledge, entry) == {status}, person
    client.logout()
    reviewed(pledge, entry, idris)
    assert seen_by(client, pledge, entry) == {200}
    assert "/small/" in client.get(f"/pledges/{pledge.code}/").content.decode()


def test_a_reviewer_keeps_from_the_public_what_shows_somebody(client, sign_in, pictured, idris):
    pledge, entry = pictured
    at = f"/desk/review/{entry.body['about']}/"
    page = sign_in(idris).get(at).content.decode()
    assert page.count("Who is in the picture?") == 1
    client.post(
        at,
        {
            "verdict": "upheld",
            "words": "I looked.",
            "withhold": "on",
            "seen": pledge.entries.count(),
        },
    )
    assert pledge.entries.get(kind="review").body["withhold"] is True
    assert seen_by(client, pledge, entry) == {200}
    client.logout()
    assert seen_by(client, pledge, entry) == {404}


def test_it_is_not_public_while_its_review_is_held_nor_when_it_came_after_it(
    client, pictured, asha, idris, today
):
    pledge, entry = pictured
    reviewed(pledge, entry, idris, "rejected")
    assert seen_by(client, pledge, entry) == {404}
    later = reviewing.attach_file(
        pledge=pledge,
        claim_seq=entry.body["about"],
        title="",
        by=asha,
        upload=SimpleUploadedFile("b.png", drawing()),
    )
    review = pledge.entries.get(kind="review")
    reviewing.reply(pledge=pledge, review_seq=review.seq, agrees=True, reply_text="Yes.", by=asha)
    assert seen_by(client, pledge, entry) == {200}
    assert seen_by(client, pledge, later) == {404}


def test_the_sentence_stands_where_a_file_is_sent(client, sign_in, pictured, asha):
    pledge, entry = pictured
    sign_in(asha)
    at = f"/space/bakery/pledges/{pledge.code}"
    # A report asks for its file on the page where it is looked at once more.
    claim = {"value": "5", "words": "Hours given.", "check": "1"}
    for answer in (
        client.post(f"{at}/claim/", claim),
        client.get(f"{at}/claims/{entry.body['about']}/evidence/"),
    ):
        page = answer.content.decode()
        assert "Who is in the picture?" in page
        # It stands in the ledger as its title, before anybody has looked at the file.
        assert "name is public at once: let it name nobody" in page


# --- Files from before ------------------------------------------------------------------------


def test_an_older_file_stays_as_its_hash_says_and_is_sent_cleaned(client, pictured, idris):
    pledge, entry = pictured
    data = photograph((90, 60))
    digest = hashlib.sha256(data).hexdigest()
    files.path_of(digest).parent.mkdir(parents=True, exist_ok=True)
    files.path_of(digest).write_bytes(data)
    EvidenceFile.objects.create(
        sha256=digest,
        name="old.jpg",
        content_type="image/jpeg",
        size_bytes=len(data),
        pledge=pledge,
    )
    old = ledger.append(
        ledger.NewEntry(
            pledge, "evidence", timezone.localdate(), entry.body | {"file": digest}, by_role="x"
        )
    )
    reviewed(pledge, old, idris)
    at = f"/pledges/{pledge.code}/evidence/{digest}/"
    for _ in range(2):
        sent = client.get(at).getvalue()
        assert not any(mark in sent for mark in MARKS)
        assert not Image.open(io.BytesIO(sent)).getexif()
    assert client.get(f"{at}small/").status_code == 200
    assert files.path_of(digest).read_bytes() == data
    assert files.missing_files() == []


def test_an_older_file_that_can_t_be_cleaned_is_not_sent(client, pictured, idris):
    pledge, entry = pictured
    data = bomb(9000, 9000)
    digest = hashlib.sha256(data).hexdigest()
    files.path_of(digest).parent.mkdir(parents=True, exist_ok=True)
    files.path_of(digest).write_bytes(data)
    EvidenceFile.objects.create(
        sha256=digest, name="old.png", content_type="image/png", size_bytes=len(data), pledge=pledge
    )
    old = ledger.append(
        ledger.NewEntry(
            pledge, "evidence", timezone.localdate(), entry.body | {"file": digest}, by_role="x"
        )
    )
    reviewed(pledge, old, idris)
    response = client.get(f"/pledges/{pledge.code}/evidence/{digest}/")
    assert response.status_code == 404
    assert "can't be shown" in response.content.decode()


@pytest.mark.parametrize("small", ["", "small/"])
@pytest.mark.parametrize("is_older", [True, False])
def test_a_file_that_is_gone_from_the_disk_is_said_to_be(
    client, pictured, idris, caplog, small, is_older
):
    """It answered *It is our fault* to readers, and only `ledger verify` told whoever runs it."""
    pledge, entry = pictured
    reviewed(pledge, entry, idris)
    address = f"/pledges/{pledge.code}/evidence/{entry.body['file']}/{small}"
    assert client.get(address).status_code == 200
    EvidenceFile.objects.update(is_cleaned=not is_older)
    for path in files.path_of(entry.body["file"]).parent.iterdir():
        path.unlink()
    response = client.get(address)
    assert response.status_code == 404
    assert "can't be shown. It is not where it was kept" in response.content.decode()
    assert f"The file of evidence {entry.body['file']} is gone" in caplog.text


def test_a_day_after_its_time_a_held_review_shows_the_file(pictured, idris, today):
    from commonweal.pledges.history import shown_files

    pledge, entry = pictured
    reviewed(pledge, entry, idris, "rejected")
    entries = list(pledge.entries.all())
    assert entry.seq not in shown_files(entries, today)
    assert entry.seq in shown_files(entries, today + timedelta(days=60))
