"""Every setting, read from the environment or from the files that `./commonweal init` made.

Nothing secret stands here. A missing or well-known secret stops the start and says where to
put a good one. Everything a town changes by itself (name, days, colours) is in the database.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from commonweal.key_files import is_weak
from commonweal.setup import environment

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent


def text(name: str, default: str = "") -> str:
    """What is set; a variable that is there and empty, as in a file of them, is not set."""
    return os.environ.get(name, "").strip() or default


def truth(name: str, default: bool = False) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


if wrong := environment.faults(os.environ):
    raise ImproperlyConfigured(" ".join(wrong))

# What is written here (data, mails, keys) is for the service's own user alone.
os.umask(0o077)

VAR = Path(text("COMMONWEAL_VAR") or Path.cwd() / "var").resolve()


def _no_good_key(name: str, path: Path, *, is_set: bool) -> str:
    """What to do about a key that is none. Never to delete one: whatever was written with it
    would be lost."""
    if is_set:
        return (
            f"{name} in the environment is too short or too well known. Set one of at least 40 "
            f"random characters, or none: then the one in {path} is taken, or made by "
            "'./commonweal init'. Where a town is already, it is the one that its data were "
            "written with."
        )
    return (
        f"The key in {path} is too short or too well known. Where a town is already, put back the "
        "keys of its backup ('./commonweal restore', or the folder var/keys). Where there is none "
        "yet, move the file away, and './commonweal init' makes a good one."
    )


def secret(name: str, file: str) -> str:
    """A secret from the environment, else from a file in ``var/keys``."""
    path = VAR / "keys" / file
    is_set = bool(text(name))
    key = text(name) or (path.read_text().strip() if path.exists() else "")
    if not key:
        raise ImproperlyConfigured(
            f"There is no {name}. For a new town './commonweal init SETTINGS' makes one in {path}. "
            "Where a town is already, put back the keys of its backup "
            f"('./commonweal restore', or the folder var/keys), or set {name} in the environment: "
            "new ones can't read its data."
        )
    if is_weak(key):
        raise ImproperlyConfigured(_no_good_key(name, path, is_set=is_set))
    return key


def database(address: str) -> dict[str, Any]:
    """Django's settings for SQLite (a path or nothing) or PostgreSQL (a URL)."""
    if not address or address.startswith("sqlite:"):
        name = address.removeprefix("sqlite:///") if address else str(VAR / "commonweal.sqlite3")
        return {
            # Django's, which reads on where the disk became read-only.
            "ENGINE": "commonweal.jobs.sqlite3",
            "NAME": name,
            # Read-then-write in DEFERRED mode fails with "database is locked" whatever the timeout.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # Others write in pieces; whoever waits for longer is told so.
                "timeout": 10,
                # FULL: what was committed is on the disk before anybody is told that it was. With
                # NORMAL a power cut may take back the last entries or a payment run whose file is
                # at the bank already. It is a matter of the connection, not of a transaction.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;"
                " PRAGMA journal_size_limit=67108864;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL begins with neither sqlite:/// nor postgresql://. "
            "Example: postgresql://user:password@127.0.0.1:5432/commonweal"
        )
    # A server that is gone is noticed within seconds, on connecting and afterwards.
    options: dict[str, Any] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    options |= dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


SECRET_KEY = secret("COMMONWEAL_SECRET_KEY", "secret_key")
# Newest first; a new key is put in front and old values are read with the keys behind it.
FIELD_KEYS = secret("COMMONWEAL_FIELD_KEYS", "field_keys").split()

DEBUG = False
DEMO = truth("COMMONWEAL_DEMO")
ADDRESS = text("COMMONWEAL_ADDRESS", "http://localhost:8000").rstrip("/")
SECURE = ADDRESS.startswith("https://")
ALLOWED_HOSTS = [urlsplit(ADDRESS).hostname or "127.0.0.1", *text("COMMONWEAL_HOSTS").split()]
if not SECURE:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
# Whose X-Forwarded-For and -Proto are believed: addresses, networks, and "unix" for a socket.
# Empty: nobody's.
TRUSTED_PROXIES = os.environ.get("COMMONWEAL_TRUSTED_PROXIES", "127.0.0.0/8 ::1 unix").split()
CSRF_TRUSTED_ORIGINS = [ADDRESS] if SECURE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Before allauth, some of whose pages and letters they replace.
    "commonweal.design",
    "commonweal.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    # allauth's page of passkeys says by it when each was used.
    "django.contrib.humanize",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "commonweal.jobs",
    "commonweal.bringing",
    "commonweal.places",
    "commonweal.following",
    "commonweal.partners",
    "commonweal.charter",
    "commonweal.pledges",
    "commonweal.spend",
    "commonweal.programme",
    "commonweal.helps",
    "commonweal.residents",
    "commonweal.services",
    "commonweal.cases",
    "commonweal.grants",
    "commonweal.asks",
    "commonweal.volunteers",
    "commonweal.economy",
    "commonweal.voice",
    "commonweal.desk",
    "commonweal.balance",
    "commonweal.opendata",
    "commonweal.setup",
    "commonweal.health",
    "commonweal.demo",
]

MIDDLEWARE = [
    # First: it names the request, and answers monitoring without host, TLS or session.
    "commonweal.health.middleware.HealthMiddleware",
    "commonweal.design.every_answer.PermissionsPolicyMiddleware",
    "commonweal.design.ranges.RangeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Within what gives its answer the usual headers, and before anything is asked of the database.
    "commonweal.design.every_answer.MethodMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # After the host is checked: what everybody sees is made once for all who wait for it.
    "commonweal.opendata.kept_pages.KeptPagesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "commonweal.accounts.middleware.WhoMiddleware",
    "commonweal.accounts.middleware.OwnAnswerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "commonweal.accounts.middleware.SessionEndMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Before anybody is asked for a second factor: an address of a room that is off does not exist.
    "commonweal.places.middleware.RoomMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Around whatever keeps a form out, so that its words are not lost.
    "commonweal.accounts.typed.TypedMiddleware",
    "commonweal.accounts.middleware.SecondFactorMiddleware",
    "commonweal.accounts.middleware.ScreenLockMiddleware",
    # Last: what is kept out claims no key; nothing but the view runs under the lock.
    "commonweal.accounts.once.OnceMiddleware",
    "commonweal.accounts.revisions.RevisionMiddleware",
    # Asked only of what was not found.
    "commonweal.partners.middleware.MergedMiddleware",
]

ROOT_URLCONF = "commonweal.config.urls"
WSGI_APPLICATION = "commonweal.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each room keeps its own pages; design keeps the frame and the parts.
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonweal.places.context.town",
                "commonweal.accounts.typed.context",
            ],
            # The third gives every form its one-time key, allauth's forms too.
            "builtins": [
                "commonweal.design.templatetags.pages",
                "commonweal.design.templatetags.parts",
                "commonweal.design.templatetags.filter_bar",
                "commonweal.design.templatetags.sharing",
                "commonweal.accounts.templatetags.typed",
                "commonweal.places.templatetags.rooms",
            ],
        },
    }
]

# On PostgreSQL a town may have two roles: DATABASE_URL signs in as one that owns no table, and the
# commands that make tables (`cli.OWNERS`) as their owner.
_OWNER_URL = text("DATABASE_OWNER_URL")
DATABASE_MAKES_TABLES = truth("COMMONWEAL_ACTS_AS_OWNER")
_AS_OWNER = bool(_OWNER_URL) and DATABASE_MAKES_TABLES
DATABASES = {"default": database(_OWNER_URL if _AS_OWNER else text("DATABASE_URL"))}
DATABASE_APP_ROLE = unquote(urlsplit(text("DATABASE_URL")).username or "") if _OWNER_URL else ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        # Sign-in limits must count across processes, so the cache is the database's.
        "BACKEND": "commonweal.jobs.database.Cache",
        "LOCATION": "commonweal_cache",
    },
    # Figures that are keyed by the state of the record they were counted from: never stale.
    "figures": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Public pages are made once for all who ask within so many seconds (opendata/kept_pages.py).
PAGES_KEPT_S = 15

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
EVIDENCE_FOLDER = VAR / "evidence"
SPEND_FOLDER = VAR / "spend"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/space/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "commonweal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# The two that confirm count each guess before they look at it.
ACCOUNT_FORMS = {
    "add_email": "commonweal.accounts.worded.AddAddressForm",
    "request_login_code": "commonweal.accounts.worded.AskForCodeForm",
    "signup": "commonweal.accounts.worded.SetUpForm",
    "confirm_login_code": "commonweal.accounts.guessing.LoginCodeForm",
    "confirm_email_verification_code": "commonweal.accounts.guessing.AddressCodeForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "commonweal.accounts.forms.NameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
# Codes go out by the queue, so they live a little longer than it may take.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
# What changes how somebody signs in is told by our own letters, see accounts/happenings.py.
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "commonweal.accounts.worded.SecondCodeForm",
    "activate_totp": "commonweal.accounts.worded.SetUpAppForm",
    "add_webauthn": "commonweal.accounts.passkeys.AddForm",
    "edit_webauthn": "commonweal.accounts.worded.RenamePasskeyForm",
    "login_webauthn": "commonweal.accounts.passkeys.SignInForm",
    "reauthenticate_webauthn": "commonweal.accounts.passkeys.ProveForm",
}
MFA_ADAPTER = "commonweal.accounts.adapter.SecondFactorAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "Commonweal"

SESSION_ENGINE = "commonweal.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# Under such a name a browser takes a cookie from this very host alone, over TLS, for all of it.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
# A session lasts so long at all; one that shows residents' data ends after so many idle minutes.
SESSION_HOURS = 12
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_IDLE_MINUTES = 30
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "commonweal.accounts.typed.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The largest request of all: a year of an anchor's payments.
UPLOAD_MOST = 210 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Style files too are written so; a web server that is to read them is given a copy.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

EMAIL_BACKEND = text("COMMONWEAL_EMAIL_BACKEND") or (
    "commonweal.accounts.notify.NotifyBackend"
    if text("NOTIFY_API_KEY")
    else "commonweal.accounts.smtp.Backend"
    if text("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = truth("EMAIL_USE_TLS")
# On port 465 a server speaks TLS from its first word (RFC 8314), and says nothing to who does not.
EMAIL_USE_SSL = truth("EMAIL_USE_SSL", EMAIL_PORT == 465 and not EMAIL_USE_TLS)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("COMMONWEAL_FROM", "commonweal@localhost")
NOTIFY_API_KEY = text("NOTIFY_API_KEY")
NOTIFY_TEMPLATE_ID = text("NOTIFY_TEMPLATE_ID")
NOTIFY_TEXT_TEMPLATE_ID = text("NOTIFY_TEXT_TEMPLATE_ID")
NOTIFY_ADDRESS = text("NOTIFY_ADDRESS") or None

# Papers of cases, encrypted, under names that say nothing.
CASE_FOLDER = VAR / "cases"
# After so many minutes without a page, a desk that shows people asks for the second factor again.
DESK_LOCK_MINUTES = int(text("COMMONWEAL_DESK_LOCK_MINUTES", "10"))
# A call that is being taken stays open for so long after something was last typed into it.
DESK_CALL_MINUTES = 90

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        # See jobs/queue.py: jobs of different lanes do not wait for each other.
        "QUEUES": ["default", "letters", "slow"],
    }
}
# Addresses that the nightly check of evidence may reach although they are on a private network.
LINK_CHECK_ALLOWED_HOSTS = set(text("COMMONWEAL_LINK_CHECK_HOSTS").split())
# Addresses that always answer while this machine reaches the web (the council's own site, say).
LINK_CONTROL_ADDRESSES = text("COMMONWEAL_LINK_CONTROL").split()

# Who may ask how the town does (/-/ready, /-/metrics): addresses, or whoever brings the token.
# Empty: from no address.
HEALTH_FROM = os.environ.get("COMMONWEAL_HEALTH_FROM", "127.0.0.0/8 ::1").split()
HEALTH_TOKEN = text("COMMONWEAL_HEALTH_TOKEN")

# "lines" for people, "json" for machines; then each request has a line as well.
LOG_FORMAT = text("COMMONWEAL_LOG_FORMAT", "lines")
if LOG_FORMAT not in {"lines", "json"}:
    raise ImproperlyConfigured("COMMONWEAL_LOG_FORMAT is 'lines' or 'json'.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "commonweal.health.logs.Lines"},
        "json": {"()": "commonweal.health.logs.Json"},
    },
    "filters": {"not_of_health": {"()": "commonweal.health.logs.NotOfHealth"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "commonweal": {"level": text("COMMONWEAL_LOG_LEVEL", "INFO")},
        "commonweal.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        # Pages not found or not allowed are the web server's log; here only what broke.
        "django.request": {"level": "ERROR", "filters": ["not_of_health"]},
    },
}
# Django's own two handlers would write what ours leaves out.
LOGGING_CONFIG = "commonweal.health.logs.configure"
# The e-mail address is unique in lower case, by a constraint that this check can't see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
