from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "commonweal.desk"

    def ready(self) -> None:
        from . import searched  # noqa: F401
