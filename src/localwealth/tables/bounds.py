"""How much a file may ask for before nothing in it is unpacked."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib

from localwealth.errors import UnreadableFile

MEMORY_MOST = 2 * 1024 * 1024 * 1024
CPU_MOST_S = 60
WAIT_MOST_S = 120
# Text of more cells than this is not taken: they stand in memory, about sixty bytes each.
TEXT_CELLS_MOST = 20_000_000
# What a line takes besides its cells, as so many of them.
LINE_COSTS = 3
# What a child may hand back.
BACK_MOST = 300 * 1024 * 1024
UNPACKED_MOST = 400 * 1024 * 1024
ENTRIES_MOST = 10_000
# Nothing that people keep packs better than this.
RATIO_MOST = 300
TOO_MUCH = (
    "The file unpacks to an unreasonable size, or holds a sheet that is far too large. Copy the "
    "table alone into a new file, and send that."
)


def has_too_many_cells(text: str, separator: str) -> bool:
    """Whether a text may be cut into more cells than there is room for, before it is cut."""
    lines = text.count("\n") + text.count("\r") + 1
    return text.count(separator) + LINE_COSTS * lines > TEXT_CELLS_MOST


def refuse_bombs(archive: zipfile.ZipFile, length: int) -> None:
    """Refuse an archive before anything in it is unpacked.

    Raises
    ------
    UnreadableFile
        It says that it unpacks to more than people keep.
    """
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > ENTRIES_MOST or total > UNPACKED_MOST or total > RATIO_MOST * max(length, 4096):
        raise UnreadableFile(TOO_MUCH)


def unpacked(content: bytes, name: str) -> tuple[bytes, str]:
    """A file's own bytes and its name in small letters, both as before it was compressed.

    Raises
    ------
    UnreadableFile
        It is empty, or can't be unpacked.
    """
    if not content:
        raise UnreadableFile("The file is empty.")
    name = name.lower()
    return (_unzip(content), name.removesuffix(".gz")) if name.endswith(".gz") else (content, name)


def _unzip(content: bytes) -> bytes:
    """What a .gz holds. It is counted before it is kept, so that a bomb takes no memory."""
    most = min(UNPACKED_MOST, RATIO_MOST * max(len(content), 4096))
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            length = 0
            while piece := stream.read(1 << 20):
                length += len(piece)
                if length > most:
                    raise UnreadableFile(TOO_MUCH)
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UnreadableFile("The file is damaged: it can't be unpacked.") from None
