from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "commonweal.services"

    def ready(self) -> None:
        from . import belongs, jobs  # noqa: F401
