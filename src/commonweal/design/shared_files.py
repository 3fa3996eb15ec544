"""Files for download: made once for all who ask at the same time, and by few threads at a time.

Each costs a processor for as long as it is long. Were each made for each who asks, some dozens of
requests for the ledger of a county would hold every thread for minutes.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

# So many threads of a process, of at least four, make a file or wait for it; the rest answer.
PLACES = 3
FILES_MOST = 12
BYTES_MOST = 200_000_000


class TooManyAtOnce(Exception):
    """As many files are being made as may be. The page for it says to try again soon."""


@dataclass(frozen=True)
class Made:
    """A file as it was written out, without a name on the disk: its SHA-256, bytes and moment."""

    file: IO[bytes]
    digest: str
    size: int
    at: float


class Reader(io.RawIOBase):
    """One reader's own place in a file that several read."""

    def __init__(self, drawing: Made) -> None:
        self._number = os.dup(drawing.file.fileno())
        self._size, self._at = drawing.size, 0

    def readinto(self, buffer: Any) -> int:
        part = os.pread(self._number, len(buffer), self._at)
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            os.close(self._number)
        super().close()


_kept: OrderedDict[str, Made] = OrderedDict()
_lock = threading.Lock()
_making = threading.Lock()
_places = threading.BoundedSemaphore(PLACES)


def written(lines: Iterator[str], *, kept_as: str = "") -> tuple[Reader, str]:
    """A file of these lines and its SHA-256. With ``kept_as`` whoever asks for the same within
    `PAGES_KEPT_S` seconds gets the file that is there, and its lines are not asked for.

    Raises
    ------
    TooManyAtOnce
        It would have to be made, and others are being made or waited for.
    """
    standing = _standing(kept_as)
    if standing is not None:
        return standing
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        with _making:
            # Whoever waited finds what they waited for.
            return _standing(kept_as) or _keep(kept_as, _write(lines))
    finally:
        _places.release()


def forget() -> None:
    with _lock:
        _let_go(*_kept)


def _standing(kept_as: str) -> tuple[Reader, str] | None:
    with _lock:
        file = _kept.get(kept_as)
        if file is None or time.monotonic() - file.at >= settings.PAGES_KEPT_S:
            return None
        return Reader(file), file.digest


def _file_of_no_name() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _write(lines: Iterator[str]) -> Made:
    file = _file_of_no_name()
    digest, size = hashlib.sha256(), 0
    for line in lines:
        written_line = line.encode()
        digest.update(written_line)
        size += file.write(written_line)
    file.flush()
    return Made(file, digest.hexdigest(), size, time.monotonic())


def _keep(kept_as: str, drawing: Made) -> tuple[Reader, str]:
    """Readers that have a file go on with it when it is let go."""
    reader = Reader(drawing)
    if not kept_as or drawing.size > BYTES_MOST:
        drawing.file.close()
        return reader, drawing.digest
    with _lock:
        _let_go(
            *(n for n, older in _kept.items() if drawing.at - older.at >= settings.PAGES_KEPT_S)
        )
        _let_go(kept_as)
        _kept[kept_as] = drawing
        while len(_kept) > FILES_MOST or sum(file.size for file in _kept.values()) > BYTES_MOST:
            _let_go(next(iter(_kept)))
    return reader, drawing.digest


def _let_go(*names: str) -> None:
    for name in names:
        if name in _kept:
            _kept.pop(name).file.close()
