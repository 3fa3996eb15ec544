from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "commonweal.economy"

    def ready(self) -> None:
        # Registers what belongs to a resident, and what the early warning watches.
        from . import belongs, searched  # noqa: F401
        from .shocks import watched  # noqa: F401
