from django.apps import AppConfig


class HelpsConfig(AppConfig):
    name = "commonweal.helps"

    def ready(self) -> None:
        from commonweal.accounts import leaving

        from . import belongs, checks, figures, jobs, next_actions  # noqa: F401

        leaving.when_a_role_ends(next_actions.release)
