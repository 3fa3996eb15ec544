from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "commonweal.following"

    def ready(self) -> None:
        from . import jobs  # noqa: F401
