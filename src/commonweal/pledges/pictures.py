"""Pictures inside other files: what they tell goes, their points stay as they are.

Known by their first bytes: a document may call its pictures anything.
"""

from __future__ import annotations

import io

from PIL import Image

_ALONE = {0x01, *range(0xD0, 0xD9)}  # Markers without a length.


def _tells(marker: int) -> bool:
    """JFIF (E0) and Adobe (EE) say how the colours are read; all other application segments and
    comments tell of something else."""
    return marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without what it tells (EXIF, XMP, captions, comments, whatever stands behind its
    end), its points untouched."""
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    segments, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xD9:
            break
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        end = at + length
        if marker == 0xDA:
            end = _end_of_points(jpeg, end)
        if not _tells(marker):
            segments.append(jpeg[at:end])
        at = end
    return b"".join(segments) + b"\xff\xd9"


def _end_of_points(jpeg: bytes, at: int) -> int:
    """Where the next marker stands that does not belong to the points."""
    while (at := jpeg.find(b"\xff", at)) != -1:
        follows = jpeg[at + 1 : at + 2]
        if follows and follows != b"\x00" and not 0xD0 <= follows[0] <= 0xD7:
            return at
        at += 1 if follows == b"\xff" else 2
    return len(jpeg)


def without_chunks(webp: bytes) -> bytes:
    """A WebP without EXIF and XMP."""
    chunks, at = [], 12
    while at + 8 <= len(webp):
        name, size = webp[at : at + 4], int.from_bytes(webp[at + 4 : at + 8], "little")
        chunk = webp[at : at + 8 + size + size % 2]
        if name == b"VP8X":
            # Its first byte says which of the two there are.
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name not in (b"EXIF", b"XMP "):
            chunks.append(chunk)
        at += len(chunk)
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def without_boxes(jpeg2000: bytes) -> bytes:
    """A JPEG 2000 without the boxes that tell of something else than its points."""
    boxes, at = [], 0
    while at + 8 <= len(jpeg2000) and jpeg2000[4:8] == b"jP  ":
        size, name = int.from_bytes(jpeg2000[at : at + 4]), jpeg2000[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(jpeg2000[at + 8 : at + 16])
        box = jpeg2000[at : at + size] if size >= 8 else jpeg2000[at:]
        if name not in (b"xml ", b"uuid", b"uinf"):
            boxes.append(box)
        at += len(box)
    return b"".join(boxes) or jpeg2000


def without_description(emf: bytes) -> bytes:
    """A Windows drawing without the words that say which program drew it, and from what file."""
    signs, at = int.from_bytes(emf[60:64], "little"), int.from_bytes(emf[64:68], "little")
    end = min(at + 2 * signs, len(emf))
    return emf[:at] + b"\0" * (end - at) + emf[end:] if 68 <= at < end else emf


def drawn_again(content: bytes, kind: str) -> bytes:
    """A GIF or TIFF of the same points. One that can't be opened is nothing to look at either."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        if kind == "GIF":
            picture.info.pop("comment", None)
            picture.save(written, "GIF", save_all=True)
        else:
            plain = picture.convert("RGB") if picture.mode == "P" else picture
            bare = Image.new(plain.mode, plain.size)
            bare.paste(plain)
            bare.save(written, "TIFF", compression="tiff_deflate")
    return written.getvalue()


def kind_of(content: bytes) -> str:
    """Which picture some bytes are: JPEG, PNG, GIF, WEBP, TIFF, EMF; "" where they are none."""
    if content[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if content[:4] == b"GIF8":
        return "GIF"
    if content[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if content[:4] == b"\x01\0\0\0" and content[40:44] == b" EMF":
        return "EMF"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
