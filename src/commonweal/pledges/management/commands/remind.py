from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from commonweal.pledges import reminders


class Command(BaseCommand):
    help = "Write the reminders that are owed now, one message a person, and send what waits."

    def handle(self, *args: Any, **options: Any) -> None:
        written, sent = reminders.run(timezone.localdate())
        self.stdout.write(f"{written} messages written, {sent} sent.")
