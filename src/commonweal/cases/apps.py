from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "commonweal.cases"

    def ready(self) -> None:
        from commonweal.accounts import leaving

        from . import belongs, figures, jobs, listening, named, next_actions, owed  # noqa: F401

        leaving.when_a_role_ends(next_actions.release)
