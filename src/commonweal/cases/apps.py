from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "commonweal.cases"

    def ready(self) -> None:
        from commonweal.accounts import leaving

        from . import (  # noqa: F401
            belongs,
            changes,
            figures,
            jobs,
            listening,
            named,
            next_actions,
            owed,
        )

        leaving.when_a_role_ends(next_actions.release)
