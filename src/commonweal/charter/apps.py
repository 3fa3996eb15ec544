from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "commonweal.charter"

    def ready(self) -> None:
        from . import from_paper, holding  # noqa: F401
