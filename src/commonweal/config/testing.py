"""The settings under test: the product's own, with quick and harmless edges."""

import os
import tempfile

_folder = tempfile.mkdtemp(prefix="commonweal-tests-")
os.environ.setdefault("COMMONWEAL_VAR", _folder)
os.environ["COMMONWEAL_SECRET_KEY"] = "for-the-suite-only-" + "k" * 40
os.environ["COMMONWEAL_FIELD_KEYS"] = "Zm9yLXRoZS1zdWl0ZS1vbmx5LTMyLWJ5dGVzLWxvbmc="
os.environ.setdefault("DATABASE_URL", "")

from .settings import *  # noqa: E402, F403
from .settings import VAR, database, text  # noqa: E402

DATABASES = {"default": database(text("COMMONWEAL_TEST_DATABASE_URL"))}
if not text("COMMONWEAL_TEST_DATABASE_URL"):
    # pytest-django knows a database in memory by the name of Django's own engine. Ours differs
    # from it where a disk became read-only, which has tests of its own.
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    DATABASES["default"]["NAME"] = str(VAR / "test.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": None}
    # Where nobody asks for an order the rows come the other way round: SQLite nearly always keeps
    # to the order in which they were written, PostgreSQL does so until a row changes.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA reverse_unordered_selects=ON;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "figures": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
# Each test begins with the same numbers, by which pages are kept.
PAGES_KEPT_S = 0
LINK_CHECK_ALLOWED_HOSTS = {"127.0.0.1"}
ACCOUNT_RATE_LIMITS = False
DEMO = True
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
