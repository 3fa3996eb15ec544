from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "commonweal.places"

    def ready(self) -> None:
        from commonweal.jobs import queue

        from . import (
            checks,  # noqa: F401
            rooms,
            searching,  # noqa: F401
            telephone,  # noqa: F401
        )

        if rooms.job_may_run not in queue.GUARDS:
            queue.GUARDS.append(rooms.job_may_run)
