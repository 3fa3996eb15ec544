from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "commonweal.places"

    def ready(self) -> None:
        from . import checks  # noqa: F401
