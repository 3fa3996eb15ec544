"""A file of services on its way in through the pages, as the desk's manager brings it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile


def choose(client: Any, name: str, content: bytes, source: str = "town") -> Any:
    """The page after a file was chosen: its preview, its columns, or why it can't be read."""
    upload = SimpleUploadedFile(name, content)
    return client.post("/desk/help/services/", {"file": upload, "source": source}, follow=True)


def carry(client: Any, preview: Any, **answers: str) -> Any:
    """The page after what a preview showed was carried out."""
    seen = preview.context["preview"].fingerprint
    address = preview.request["PATH_INFO"]
    return client.post(address, {"do": "carry", "seen": seen, **answers}, follow=True)


def bring(client: Any, name: str, content: bytes, source: str = "town") -> str:
    """The preview of a file, or why it can't be read; what it has that can be done is done."""
    preview = choose(client, name, content, source)
    if "preview" in preview.context:
        carry(client, preview)
    return str(preview.content.decode())
