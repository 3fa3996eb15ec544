from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "commonweal.volunteers"

    def ready(self) -> None:
        from . import access, belongs, enclosing, owed, planning, takes  # noqa: F401
