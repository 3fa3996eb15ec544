from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "commonweal.partners"

    def ready(self) -> None:
        from commonweal.places import opening

        from .access import acts_for_somebody

        if acts_for_somebody not in opening.OTHERS:
            opening.OTHERS.append(acts_for_somebody)
