from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commonweal.design.words import many
from commonweal.jobs import clock
from commonweal.pledges import reminders


class Command(BaseCommand):
    help = "Write the reminders that are owed now, one message a person, and send what waits."

    def handle(self, *args: Any, **options: Any) -> None:
        if why := clock.why_rest():
            raise CommandError(why)
        written, sent = reminders.run(timezone.localdate())
        self.stdout.write(f"{many(written, 'message')} written, {sent} sent.")
