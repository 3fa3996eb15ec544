from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "commonweal.grants"

    def ready(self) -> None:
        from . import access, belongs, codes, forgetting, owed  # noqa: F401
