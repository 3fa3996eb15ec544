from django.apps import AppConfig


class HelpsConfig(AppConfig):
    name = "commonweal.helps"

    def ready(self) -> None:
        from . import checks, figures, jobs  # noqa: F401
