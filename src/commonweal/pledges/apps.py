from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "commonweal.pledges"

    def ready(self) -> None:
        from . import followed, jobs, searched  # noqa: F401
