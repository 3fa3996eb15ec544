from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from commonweal.pledges import links


class Command(BaseCommand):
    help = "Check the web addresses of evidence that were not checked in the last 20 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, changed = links.check_all()
        self.stdout.write(f"{checked} addresses checked, {changed} changed.")
