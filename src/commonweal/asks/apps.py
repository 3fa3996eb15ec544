from django.apps import AppConfig


class AsksConfig(AppConfig):
    name = "commonweal.asks"

    def ready(self) -> None:
        from . import belongs, figures, jobs, owed  # noqa: F401
