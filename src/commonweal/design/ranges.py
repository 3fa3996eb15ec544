"""A part of a file, for whoever fetches a large one in pieces or goes on after a break."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag

from . import away
from .shared_files import TooManyAtOnce

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Part:
    """A window of a file, which a server can measure and send as if it were the whole."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self.file, self.start, self.length = file, start, length
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        left = max(self.length - self.tell(), 0)
        return self.file.read(left if size < 0 else min(size, left))

    def tell(self) -> int:
        return self.file.tell() - self.start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self.length}[whence]
        return self.file.seek(self.start + base + offset) - self.start

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self.file.close()


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte that is asked for; None where the header asks for nothing we give.

    Raises
    ------
    ValueError
        It begins after the file's end.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise ValueError(header)
        return size - length, size - 1
    if int(first) >= size:
        raise ValueError(header)
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if end >= int(first) else None


def _is_same(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a visitor who has a part already has it of this very file."""
    condition = request.META.get("HTTP_IF_RANGE", "")
    return not condition or condition == response.headers.get("ETag")


class RangeMiddleware:
    """Answers for a file: 304 where the visitor has it, 206 where a part is asked for, 503 where
    too many files are being made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, FileResponse) or response.status_code != 200:
            return response
        if request.method not in {"GET", "HEAD"}:
            return response
        tag = response.headers.get("ETag", "")
        if tag and tag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
            return _instead(response, HttpResponse(status=304, headers={"ETag": tag}))
        return _part(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A file that could not be made, as too many are being made at once."""
        return away.page("fetched") if isinstance(error, TooManyAtOnce) else None


def _instead(response: FileResponse, answer: HttpResponse) -> HttpResponse:
    for name in ("Cache-Control", "Content-Security-Policy", "Access-Control-Allow-Origin"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    # The file alone: closing the answer would end the request, which is not over.
    if response.file_to_stream is not None:
        response.file_to_stream.close()
    return answer


def _part(request: HttpRequest, response: FileResponse) -> HttpResponseBase:
    file: Any = response.file_to_stream
    length = response.headers.get("Content-Length", "")
    if file is None or not length:
        return response
    response.headers["Accept-Ranges"] = "bytes"
    size = int(length)
    try:
        wanted = _wanted(request.META.get("HTTP_RANGE", ""), size)
    except ValueError:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _instead(response, refused)
    if wanted is None or not _is_same(request, response) or request.method == "HEAD":
        return response
    first, last = wanted
    part: Any = Part(file, first, last - first + 1)
    response.streaming_content = iter(lambda: part.read(response.block_size), b"")
    response.file_to_stream = part
    response.status_code = 206
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def tagged(response: FileResponse, digest: str) -> FileResponse:
    """Name a file by its content, so that it is not sent to whoever has it."""
    response.headers["ETag"] = quote_etag(digest)
    return response
