from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "commonweal.places"

    def ready(self) -> None:
        from commonweal.accounts import actions, mail
        from commonweal.jobs import queue

        from . import (
            checks,  # noqa: F401
            models,
            rooms,
            searching,  # noqa: F401
            telephone,  # noqa: F401
        )

        if rooms.job_may_run not in queue.GUARDS:
            queue.GUARDS.append(rooms.job_may_run)
        if models.name_of_the_town not in mail.TOWN_NAME:
            mail.TOWN_NAME.append(models.name_of_the_town)
        if rooms.is_open not in actions.IS_OPEN:
            actions.IS_OPEN.append(rooms.is_open)
