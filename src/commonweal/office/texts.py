"""Text messages: through GOV.UK Notify where a key is set, else into files, as mail does.

Notify's template needs one field, ``((body))``; set NOTIFY_TEXT_TEMPLATE_ID.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings


def send(phone: str, body: str, *, reference: str, again: bool) -> None:
    """Send one text. ``again``: it may have been sent before; Notify is asked first."""
    if not (settings.NOTIFY_API_KEY and settings.NOTIFY_TEXT_TEMPLATE_ID):
        folder = settings.VAR / "texts"
        folder.mkdir(parents=True, exist_ok=True)
        # The name of the file says nothing of the person.
        (folder / f"{reference}-{secrets.token_hex(4)}.txt").write_text(f"To: {phone}\n\n{body}\n")
        return
    from notifications_python_client.notifications import NotificationsAPIClient

    make_client: Any = NotificationsAPIClient
    client = make_client(settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_ADDRESS, timeout=20)
    if again and client.get_all_notifications(reference=reference)["notifications"]:
        return
    client.send_sms_notification(
        phone_number=phone,
        template_id=settings.NOTIFY_TEXT_TEMPLATE_ID,
        personalisation={"body": body},
        reference=reference,
    )


def forget(references: Iterable[str]) -> None:
    """Where texts were written into files, these of them go, too."""
    for reference in references:
        for path in (settings.VAR / "texts").glob(f"{reference}-*.txt"):
            path.unlink(missing_ok=True)
