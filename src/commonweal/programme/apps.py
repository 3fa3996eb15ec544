from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "commonweal.programme"

    def ready(self) -> None:
        from . import followed, jobs, searched  # noqa: F401
