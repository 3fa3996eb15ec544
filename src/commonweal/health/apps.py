from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "commonweal.health"

    def ready(self) -> None:
        from . import naming_jobs  # noqa: F401
