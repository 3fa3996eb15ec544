from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "commonweal.pledges"

    def ready(self) -> None:
        from . import followed, jobs, joining, searched  # noqa: F401
