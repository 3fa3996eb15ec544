from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "commonweal.residents"

    def ready(self) -> None:
        from . import belongs, checks  # noqa: F401
