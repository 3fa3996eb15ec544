from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "commonweal.economy"

    def ready(self) -> None:
        # Registers what the early warning watches.
        from .shocks import watched  # noqa: F401
