from typing import Any

from django.apps import AppConfig, apps
from django.core.management.base import CommandError
from django.db.models.signals import post_migrate


class SetupConfig(AppConfig):
    name = "commonweal.setup"

    def ready(self) -> None:
        from . import owed  # noqa: F401

        # Once for all tables: the signal comes for each app after the last migration.
        post_migrate.connect(_grant, sender=apps.get_app_config("accounts"))


def _grant(**_: Any) -> None:
    """New tables are the owner's; the app's role gets their rows at once."""
    from . import roles

    try:
        roles.grant()
    except roles.NotApart as error:
        raise CommandError(str(error)) from None
