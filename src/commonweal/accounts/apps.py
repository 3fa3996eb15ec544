from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from commonweal.office import ordering


def _remember_keys(**_: Any) -> None:
    from .keyring import remember

    remember()


class AccountsConfig(AppConfig):
    name = "commonweal.accounts"

    def ready(self) -> None:
        from . import happenings, jobs, keyring  # noqa: F401

        ordering.install()
        post_migrate.connect(_remember_keys, sender=self)
