from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commonweal.design.words import many
from commonweal.jobs import clock
from commonweal.pledges import links


class Command(BaseCommand):
    help = "Check the web addresses of evidence that were not checked in the last 20 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        if why := clock.why_rest():
            raise CommandError(why)
        checked = links.check_all()
        self.stdout.write(
            f"{many(checked.asked, 'address,addresses')} checked, {checked.turned} changed."
        )
        if not checked.is_connected:
            self.stdout.write(
                "None of them answered, nor a control address (COMMONWEAL_LINK_CONTROL): this "
                "machine may not reach the web, so nothing is held against anybody."
            )
