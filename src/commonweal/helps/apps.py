from django.apps import AppConfig


class HelpsConfig(AppConfig):
    """The history of the tables from before residents, services, cases, grants, asks and
    volunteers were rooms of their own. It has no model, and nothing is added to it."""

    name = "commonweal.helps"
