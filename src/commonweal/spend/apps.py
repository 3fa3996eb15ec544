from django.apps import AppConfig


class SpendConfig(AppConfig):
    name = "commonweal.spend"

    def ready(self) -> None:
        from . import jobs, registered  # noqa: F401
