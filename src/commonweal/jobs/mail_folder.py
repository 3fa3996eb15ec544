"""Whether letters go out, or lie in a folder of this machine."""

from __future__ import annotations

from django.conf import settings


def where_letters_lie() -> str:
    """One sentence for whoever starts a town whose letters go to a folder; "" where they go out."""
    if settings.DEMO or "filebased" not in settings.EMAIL_BACKEND:
        return ""
    return (
        f"Letters, and the codes to sign in with, are written to {settings.EMAIL_FILE_PATH} and go "
        "to nobody until EMAIL_HOST is set."
    )
