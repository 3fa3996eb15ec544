from django.apps import AppConfig


class BringingConfig(AppConfig):
    name = "commonweal.bringing"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
