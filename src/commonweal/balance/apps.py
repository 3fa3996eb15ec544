from django.apps import AppConfig


class BalanceConfig(AppConfig):
    name = "commonweal.balance"

    def ready(self) -> None:
        from . import owed  # noqa: F401
