import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

from commonweal.config.front_door import FrontDoor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
_django = get_wsgi_application()


def _keep_the_telephone() -> None:
    """For the pages that are shown while the database is away."""
    from commonweal.jobs.database import is_silent, note_silence
    from commonweal.places import telephone

    # Where it is away already, what was kept the last time is shown.
    if is_silent():
        return
    try:
        telephone.keep()
    except DatabaseError as error:
        note_silence(error)


_keep_the_telephone()
application = FrontDoor(_django, trusted=settings.TRUSTED_PROXIES)

# Only now are the apps there. A database of another version is not served.
from commonweal.setup import guard  # noqa: E402

guard.enter()
