"""A picture tells of its points alone: known bytes of each format, and any bytes at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from commonweal.pledges.pictures import (
    drawn_again,
    kind_of,
    without_boxes,
    without_chunks,
    without_description,
    without_segments,
)

SECRET = b"Kim Iyer, 12 Widow Lane"
BEGINS, ENDS = b"\xff\xd8", b"\xff\xd9"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def jpeg(*segments: bytes) -> bytes:
    return BEGINS + b"".join(segments) + ENDS


POINTS = segment(0xDA, b"head") + b"\x12\xff\x00\x34\xff\xd0\x56"
TABLE = segment(0xDB, b"table")
JFIF = segment(0xE0, b"JFIF\0")
ADOBE = segment(0xEE, b"Adobe")


# JPEG


@pytest.mark.parametrize(
    "marker", [0xE1, 0xE2, 0xE3, 0xE7, 0xEC, 0xED, 0xEF, 0xFE], ids=lambda marker: f"{marker:x}"
)
def test_a_jpeg_tells_nothing_that_is_not_of_its_points(marker: int) -> None:
    told = jpeg(JFIF, segment(marker, SECRET), TABLE, POINTS)
    assert without_segments(told) == jpeg(JFIF, TABLE, POINTS)


@pytest.mark.parametrize("around", [JFIF, ADOBE, TABLE, segment(0xC0, b"frame")])
def test_a_jpeg_says_how_it_is_read_as_before(around: bytes) -> None:
    assert without_segments(jpeg(around, POINTS)) == jpeg(around, POINTS)


def test_what_stands_behind_the_end_of_a_jpeg_goes() -> None:
    assert without_segments(jpeg(TABLE, POINTS) + SECRET) == jpeg(TABLE, POINTS)
    # Also where another picture stands there, as telephones put them.
    behind = jpeg(segment(0xE1, SECRET), POINTS)
    assert without_segments(jpeg(TABLE, POINTS) + behind) == jpeg(TABLE, POINTS)


def test_what_stands_between_the_points_of_a_jpeg_goes() -> None:
    told = jpeg(TABLE, POINTS, segment(0xFE, SECRET), POINTS)
    assert without_segments(told) == jpeg(TABLE, POINTS, POINTS)


def test_a_jpeg_that_breaks_off_among_its_points_is_closed() -> None:
    torn = BEGINS + TABLE + POINTS
    assert without_segments(torn) == torn + ENDS
    # The last sign of the points may begin a marker that never came.
    assert without_segments(torn + b"\xff") == torn + b"\xff" + ENDS


def test_a_jpeg_with_filling_between_its_segments_is_read_all_the_same() -> None:
    told = BEGINS + b"\xff" + TABLE + b"\xff\xff" + segment(0xE1, SECRET) + POINTS + ENDS
    bare = without_segments(told)
    assert SECRET not in bare
    assert TABLE in bare
    assert POINTS in bare


def test_a_marker_without_a_length_is_passed_over() -> None:
    told = BEGINS + b"\xff\x01" + segment(0xFE, SECRET) + POINTS + ENDS
    assert without_segments(told) == jpeg(POINTS)


@pytest.mark.parametrize("other", [b"", b"\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n", SECRET])
def test_what_is_no_jpeg_stays_as_it_is(other: bytes) -> None:
    assert without_segments(other) == other


@given(some.binary(max_size=60))
def test_any_bytes_behind_a_jpegs_head_come_to_an_end(content: bytes) -> None:
    bare = without_segments(BEGINS + content)
    assert bare.startswith(BEGINS)
    assert bare.endswith(ENDS)
    # Nothing is put there that was not there, but its end.
    assert len(bare) <= len(content) + 4


@given(some.lists(some.sampled_from([0xE1, 0xE2, 0xFE, 0xE0, 0xDB]), max_size=6))
def test_bare_once_is_bare_for_good(markers: list[int]) -> None:
    told = jpeg(*(segment(marker, b"x" * marker) for marker in markers), POINTS)
    bare = without_segments(told)
    assert without_segments(bare) == bare
    assert bare.count(b"\xff\xe1") == bare.count(b"\xff\xfe") == 0


def test_a_photo_looks_as_before() -> None:
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.linear_gradient("L").resize((24, 16)).save(written, "JPEG", exif=exif, comment=SECRET)
    bare = without_segments(written.getvalue())
    assert SECRET in written.getvalue()
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after, Image.open(written) as before:
        assert after.tobytes() == before.tobytes()


# WebP


def chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


@pytest.mark.parametrize("name", [b"EXIF", b"XMP "])
@pytest.mark.parametrize("content", [SECRET, SECRET + b"!"])
def test_a_webp_tells_nothing_that_is_not_of_its_points(name: bytes, content: bytes) -> None:
    points = chunk(b"VP8 ", b"points")
    for told in (webp(points, chunk(name, content)), webp(chunk(name, content), points)):
        assert without_chunks(told) == webp(points)


@pytest.mark.parametrize(
    ("flags", "bare"), [(0x0C, 0x00), (0x08, 0x00), (0x04, 0x00), (0x1C, 0x10), (0x12, 0x12)]
)
def test_a_webp_says_no_longer_that_it_has_what_is_gone(flags: int, bare: int) -> None:
    behind_it = b"\0\0\0" + b"\x17\0\0\x0f\0\0"
    told = webp(chunk(b"VP8X", bytes([flags]) + behind_it), chunk(b"VP8 ", b"points"))
    assert without_chunks(told) == webp(
        chunk(b"VP8X", bytes([bare]) + behind_it), chunk(b"VP8 ", b"points")
    )


def test_the_colours_of_a_webp_stay() -> None:
    told = webp(chunk(b"ICCP", b"colours"), chunk(b"VP8L", b"points"), chunk(b"ALPH", b"a"))
    assert without_chunks(told) == told


def test_a_webp_looks_as_before() -> None:
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = SECRET.decode()
    gradient = Image.linear_gradient("L").resize((24, 16)).convert("RGB")
    gradient.save(written, "WEBP", lossless=True, exif=exif)
    bare = without_chunks(written.getvalue())
    assert SECRET in written.getvalue()
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after:
        assert after.convert("RGB").tobytes() == gradient.tobytes()


# JPEG 2000


def box(name: bytes, content: bytes, *, is_long: bool = False) -> bytes:
    if is_long:
        return (1).to_bytes(4) + name + (len(content) + 16).to_bytes(8) + content
    return (len(content) + 8).to_bytes(4) + name + content


HEAD = box(b"jP  ", b"\r\n\x87\n")
CODE = box(b"jp2c", b"points")


@pytest.mark.parametrize("name", [b"xml ", b"uuid", b"uinf"])
@pytest.mark.parametrize("is_long", [False, True])
def test_a_jpeg_2000_tells_nothing_that_is_not_of_its_points(name: bytes, is_long: bool) -> None:
    told = HEAD + box(name, SECRET, is_long=is_long) + CODE
    assert without_boxes(told) == HEAD + CODE


def test_the_last_box_of_a_jpeg_2000_may_reach_to_its_end() -> None:
    open_box = (0).to_bytes(4) + b"jp2c" + b"points to the end"
    assert without_boxes(HEAD + box(b"xml ", SECRET) + open_box) == HEAD + open_box
    told = (0).to_bytes(4) + b"uuid" + SECRET
    assert without_boxes(HEAD + CODE + told) == HEAD + CODE


@pytest.mark.parametrize("other", [b"", b"\xff\xd8\xff", SECRET, CODE])
def test_what_is_no_jpeg_2000_stays_as_it_is(other: bytes) -> None:
    assert without_boxes(other) == other


# Windows drawings, GIF, TIFF


def emf(words: bytes, *, at: int = 100, signs: int | None = None) -> bytes:
    count = len(words) // 2 if signs is None else signs
    head = b"\x01\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 16
    head += count.to_bytes(4, "little") + at.to_bytes(4, "little")
    return head.ljust(100, b"\0") + words + b"POINTS"


WIDE = SECRET.decode().encode("utf-16-le")


def test_a_windows_drawing_says_no_longer_what_drew_it() -> None:
    bare = without_description(emf(WIDE))
    assert bare == emf(b"\0" * len(WIDE))
    assert len(bare) == len(emf(WIDE))


def test_a_description_longer_than_its_drawing_ends_with_it() -> None:
    told = emf(WIDE, signs=5000)
    bare = without_description(told)
    assert len(bare) == len(told)
    assert bare == told[:100] + b"\0" * (len(told) - 100)


@pytest.mark.parametrize(("at", "signs"), [(0, 5), (67, 5), (100, 0), (5000, 5)])
def test_a_drawing_without_a_description_stays_as_it_is(at: int, signs: int) -> None:
    told = emf(WIDE, at=at, signs=signs)
    assert without_description(told) == told


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
def test_a_tiff_is_drawn_again_of_the_same_points(mode: str) -> None:
    picture = Image.linear_gradient("L").resize((12, 8)).convert(mode)
    written = io.BytesIO()
    picture.save(written, "TIFF", description=SECRET.decode())
    bare = drawn_again(written.getvalue(), "TIFF")
    assert SECRET in written.getvalue()
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after:
        assert (after.mode, after.tobytes()) == (mode, picture.tobytes())


def test_a_gif_is_drawn_again_without_its_remark() -> None:
    first, second = Image.new("P", (6, 4), 1), Image.new("P", (6, 4), 2)
    for picture in (first, second):
        picture.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
    written = io.BytesIO()
    first.save(written, "GIF", save_all=True, append_images=[second], comment=SECRET)
    bare = drawn_again(written.getvalue(), "GIF")
    assert SECRET in written.getvalue()
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after:
        assert getattr(after, "n_frames", 1) == 2
        assert after.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_what_cannot_be_opened_is_not_drawn(kind: str) -> None:
    with pytest.raises(OSError, match="cannot identify"):
        drawn_again(b"no picture: " + SECRET, kind)


# Which it is


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xff\xd8", ""),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x89PNG\n\x1a\n", ""),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"MM*\0", ""),
        (webp(), "WEBP"),
        (b"RIFF\0\0\0\0WAVE", ""),
        (emf(b""), "EMF"),
        (b"\x01\0\0\0" + b"\0" * 40, ""),
        (HEAD, ""),
        (b"", ""),
        (SECRET, ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP"])
def test_what_a_program_writes_is_known(kind: str) -> None:
    written = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(written, kind)
    assert kind_of(written.getvalue()) == kind
