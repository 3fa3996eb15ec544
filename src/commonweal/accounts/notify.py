"""Sending mail through GOV.UK Notify instead of SMTP: set NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID.

The template in Notify needs two fields, ``((subject))`` and ``((body))``. The message's own
key goes along as Notify's *reference*; before a message that may have been sent already is sent
again, Notify is asked whether it knows that reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient


def _client() -> Any:
    return NotificationsAPIClient


class NotifyBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        # The client carries no types.
        client: Any = _client()(
            settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_ADDRESS, timeout=20
        )
        sent = 0
        for message in email_messages:
            try:
                self._send(client, message)
                sent += 1
            except HTTPError:
                if not self.fail_silently:
                    raise
        return sent

    def _send(self, client: Any, message: EmailMessage) -> None:
        reference = message.extra_headers.get("X-Commonweal-Key", "")
        again = message.extra_headers.get("X-Commonweal-Again")
        if again and client.get_all_notifications(reference=reference)["notifications"]:
            return
        for address in message.recipients():
            client.send_email_notification(
                email_address=address,
                template_id=settings.NOTIFY_TEMPLATE_ID,
                personalisation={"subject": message.subject, "body": message.body},
                reference=reference or None,
            )
