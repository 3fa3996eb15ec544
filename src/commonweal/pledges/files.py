"""Evidence as files: what is taken in, checked by content, and how it is kept.

Only kinds that a browser will not run are taken. What they tell beside what they show is taken
out first (`cleaning`); what is left is kept once, under the SHA-256 of its bytes, outside the web
root, and is always sent as a download. That hash stands in the ledger.

Files from before that was done are kept as they were, because the ledger has their hash; whoever
reads one is sent a cleaned copy, made when it is first asked for.

What opens pictures and PDF is read in when there is a file to open: each command of the product
reads this in, and few open one.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused

from .models import EvidenceFile, Pledge

logger = logging.getLogger("commonweal.evidence")
# What is missing is no fault of whoever asks; whoever runs the town can look for it in a backup.
GONE = "It is not where it was kept. Whoever runs this town can see that, and look in a backup."
KINDS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
OFFICE = {".docx": "word/", ".xlsx": "xl/", ".odt": "content.xml", ".ods": "content.xml"}
READ_AT_ONCE = 8_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UNPACKED_MOST = 200 * 1024 * 1024
NAMES = "PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), OpenDocument, CSV or plain text"


def check(name: str, content: bytes, *, max_mb: int) -> str:
    """Return the content type of a file that may be kept; raise `Refused` for any other."""
    extension = Path(name).suffix.lower()
    if not content:
        raise Refused("The file is empty.")
    if len(content) > max_mb * 1024 * 1024:
        raise Refused(f"The file is larger than {max_mb} MB.")
    if extension not in KINDS:
        raise Refused(f"A file of this kind can't be taken. Send {NAMES}.")
    if extension in {".csv", ".txt"}:
        _check_text(content)
    elif extension in OFFICE:
        check_archive(content)
        _check_office(content, extension)
    else:
        _check_magic(content, extension)
    return KINDS[extension]


def _check_magic(content: bytes, extension: str) -> None:
    import puremagic

    try:
        recognised = {match.extension.lower() for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        recognised = set()
    same = {".jpg", ".jpeg", ".jfif"} if extension in {".jpg", ".jpeg"} else {extension}
    if not recognised & same:
        raise Refused(f"The file is not what its name says: its content is no {extension[1:]}.")


def _check_text(content: bytes) -> None:
    for encoding in (
        "utf-8-sig",
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252",
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if re.match(r"\s*<(!doctype|html|svg|\?xml|script)", text[:300], re.I):
            raise Refused("The file is not what its name says: it holds a web page or a drawing.")
        return
    raise Refused("The file is not plain text that can be read.")


def check_archive(content: bytes) -> None:
    """Refuse an archive that would unpack to far more than it is (a zip bomb)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Refused("The file is damaged: it can't be opened.") from None
    total = sum(info.file_size for info in infos)
    if len(infos) > 10_000 or total > UNPACKED_MOST or total > 300 * max(len(content), 4096):
        raise Refused("The file would unpack to an unreasonable size, so it is not taken.")


def _check_office(content: bytes, extension: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    if not any(name.startswith(OFFICE[extension]) for name in names):
        raise Refused(f"The file is not what its name says: its content is no {extension[1:]}.")
    if any("vbaproject" in name.lower() for name in names):
        raise Refused("The file holds macros. Save it without them and send it again.")


def safe_name(name: str) -> str:
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    stem = re.sub(r"[^\w .()-]+", "_", stem).strip(" .")[:80] or "file"
    return stem + suffix


def path_of(sha256: str) -> Path:
    return Path(settings.EVIDENCE_FOLDER) / sha256[:2] / sha256


def missing_files() -> list[str]:
    """SHA-256 of every piece of evidence whose bytes are gone, or are not what was kept."""
    lost = []
    for digest in EvidenceFile.objects.values_list("sha256", flat=True).iterator(2000):
        path = path_of(digest)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            lost.append(digest)
    return lost


def path_to_show(file: EvidenceFile) -> Path:
    """Where the bytes lie that readers are sent: the file, or a cleaned copy of an older one.

    Raises
    ------
    Refused
        An older file can't be cleaned; or it is gone from the disk.
    """
    path = path_of(file.sha256)
    copy = path if file.is_cleaned else path.with_suffix(".shown")
    if not copy.exists():
        _refuse_where_gone(path)
        from . import cleaning

        _write(copy, cleaning.clean(path.read_bytes(), file.content_type))
    return copy


def _refuse_where_gone(path: Path) -> None:
    if not path.exists():
        logger.error("The file of evidence %s is gone; 'ledger verify' names all.", path.name)
        raise Refused(GONE)


def path_of_small(file: EvidenceFile) -> Path:
    """Where the small picture of a picture lies, or that of a PDF's first page; made when it is
    first asked for.

    Raises
    ------
    Refused
        It is neither, or one that can't be opened or drawn, or it is gone from the disk.
    """
    if not file.is_picture and not file.is_document:
        raise Refused("This file is no picture.")
    copy = path_of(file.sha256).with_suffix(".small")
    if not copy.exists():
        from . import cleaning, first_page

        draw = cleaning.small if file.is_picture else first_page.draw
        _write(copy, draw(path_to_show(file).read_bytes()))
    return copy


def beginning_of(file: EvidenceFile, *, lines: int = 25) -> str:
    """The first lines of a file of plain text or CSV, as a reviewer reads them beside the form;
    "" for every other kind, and where it can't be read."""
    if file.content_type not in ("text/csv", "text/plain"):
        return ""
    try:
        with path_to_show(file).open("rb") as stream:
            beginning = stream.read(READ_AT_ONCE)
    except (Refused, OSError):
        return ""
    return "\n".join(_as_text(beginning).splitlines()[:lines])


def _as_text(beginning: bytes) -> str:
    """The beginning of a text, in whichever of the encodings that are taken it was written."""
    if beginning[:2] in UTF_16:
        return beginning.decode("utf-16", "replace")
    try:
        is_cut = len(beginning) == READ_AT_ONCE
        # Cut off in the middle of a letter, the last line is left out.
        return beginning[: beginning.rfind(b"\n") + 1 if is_cut else None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return beginning.decode("cp1252", "replace")


def _write(path: Path, content: bytes) -> None:
    """All of it, or nothing: also when two ask for it at one moment, or the disk is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as partial:
        try:
            partial.write(content)
            partial.flush()
            Path(partial.name).rename(path)
        finally:
            # What could not be kept fills no disk that is full already.
            Path(partial.name).unlink(missing_ok=True)


def keep(
    upload: UploadedFile[Any], *, pledge: Pledge, by: Person | None, max_mb: int
) -> EvidenceFile:
    """Check a file, take out what it tells, and keep the rest. The same bytes are kept once."""
    from . import cleaning

    name = upload.name or ""
    if upload.size and upload.size > max_mb * 1024 * 1024:
        raise Refused(f"The file is larger than {max_mb} MB.")
    content: Any = upload.read()
    content_type = check(name, content, max_mb=max_mb)
    content = cleaning.clean(content, content_type)
    digest = hashlib.sha256(content).hexdigest()
    if not path_of(digest).exists():
        _write(path_of(digest), content)
    evidence, _ = EvidenceFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "name": safe_name(name),
            "content_type": content_type,
            "size_bytes": len(content),
            "pledge": pledge,
            "added_by": by,
            "is_cleaned": True,
        },
    )
    return evidence
