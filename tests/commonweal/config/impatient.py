"""The product's settings, with less patience: where a test waits for its end, that comes soon."""

import os

from django.apps import AppConfig

from commonweal.config.settings import *  # noqa: F403
from commonweal.config.settings import DATABASES, INSTALLED_APPS

PATIENCE_S = float(os.environ.get("PATIENCE_S", "1"))
DATABASES["default"]["OPTIONS"]["timeout"] = PATIENCE_S


class Impatient(AppConfig):
    name = "tests.commonweal.config"
    label = "impatient"

    def ready(self):
        # Only now are the apps there.
        from commonweal.jobs import serving

        serving.PATIENCE_S, serving.LOOKS_EVERY_S = PATIENCE_S, PATIENCE_S / 10


INSTALLED_APPS = [*INSTALLED_APPS, f"{__name__}.{Impatient.__name__}"]
