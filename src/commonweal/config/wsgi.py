import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from commonweal.config.front_door import FrontDoor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
application = FrontDoor(get_wsgi_application(), trusted=settings.TRUSTED_PROXIES)

# Only now are the apps there. A database of another version is not served.
from commonweal.setup import guard  # noqa: E402

guard.enter()
