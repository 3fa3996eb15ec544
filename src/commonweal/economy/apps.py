from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "commonweal.economy"

    def ready(self) -> None:
        # Registers what belongs to a resident, and what the early warning watches,
        # and what of it can be looked for and stands on the first page.
        from . import belongs, first_page, searched  # noqa: F401
        from .shocks import watched  # noqa: F401
