"""All settings, from environment variables only; docs/operations.md lists them.

`DENTALHUB_ENV_FILE` (default `var/dentalhub.env`) may hold them as NAME=value lines; real environment variables win.
A secret may also come from a file: `DENTALHUB_SECRET_KEY_FILE=/run/secrets/key`.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from dentalhub import odbc_runtime, queue_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
_env_file = Path(os.environ.get("DENTALHUB_ENV_FILE", BASE_DIR / "var" / "dentalhub.env"))
if _env_file.is_file():
    env.read_env(_env_file)

# --- the machine -----------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("DENTALHUB_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
EXPORT_DIR = DATA_DIR / "exports"

DEBUG = env.bool("DENTALHUB_DEBUG", default=False)
SECRET_KEY = env.str("DENTALHUB_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set DENTALHUB_SECRET_KEY, or run `make setup`, which writes it to var/dentalhub.env.")
ALLOWED_HOSTS = env.list("DENTALHUB_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("DENTALHUB_CSRF_TRUSTED_ORIGINS", default=[])
# True behind HTTPS: cookies for HTTPS only, HSTS, redirect.
SECURE = env.bool("DENTALHUB_SECURE", default=False)

# --- the parts -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_htmx",
    "dentalhub",
    "centers",
    "mappings",
    "extraction",
    # After extraction, whose command `qcluster` stands for its own.
    "django_q",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dentalhub.htmx.LoginRedirectMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dentalhub.response_headers.ResponseHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "dentalhub.urls"
WSGI_APPLICATION = "dentalhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dentalhub.access.roles_context",
                "mappings.queue_context.queue_context",
            ]
        },
    }
]

# --- our own database (docs/design.md: SQLite for one machine, SQL Server for several) --------------------------
SQLITE_OPTIONS = {
    # Measured: WAL with deferred transactions lost half of 1,600 concurrent ones, IMMEDIATE with a timeout none.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def _database() -> dict[str, Any]:
    database: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'dentalhub.sqlite3'}")
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = SQLITE_OPTIONS
    elif database["ENGINE"] == "mssql":
        # mssql-django wants host and port in one when the driver is given as a path (traps.md).
        # Before anything uses ODBC: a pool of the driver manager hands a forked worker's connection to another one.
        odbc_runtime.configure_environment(DATA_DIR / "odbc")
        odbc_runtime.preload()
        database["HOST"] = f"{database['HOST']},{database.get('PORT') or 1433}"
        database["PORT"] = ""
        database.setdefault("OPTIONS", {}).update({"driver": str(odbc_runtime.driver_path()), "host_is_server": True})
    else:
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or mssql://")
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counts the API's requests, in the memory of each web process; the number keeps counts from being thrown out.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}}

# --- background work: the queue is a wire, our own rows are the truth -------------------------------------------
# Regions with workers of their own, by their codes; a worker serves the queue that Q_CLUSTER_NAME names.
QUEUES = queue_settings.checked_queues(env.list("DENTALHUB_QUEUES", default=[]))
OWN_QUEUE = queue_settings.checked_own_queue(env.str("Q_CLUSTER_NAME", default=""), QUEUES)
RUN_DEADLINE_SECONDS = env.int("DENTALHUB_RUN_DEADLINE_SECONDS", default=1800)
Q_CLUSTER = queue_settings.cluster_settings(
    QUEUES,
    deadline_seconds=RUN_DEADLINE_SECONDS,
    workers=env.int("DENTALHUB_QUEUE_WORKERS", default=2),
    interactive_workers=env.int("DENTALHUB_INTERACTIVE_WORKERS", default=2),
    poll_seconds=env.float("DENTALHUB_QUEUE_POLL_SECONDS", default=0.5),
)
# A queue whose workers were last heard of so many seconds ago, or one of whose tasks waits for so long, is deaf.
DEAF_SECONDS = env.int("DENTALHUB_DEAF_SECONDS", default=600)

# --- sources ---------------------------------------------------------------------------------------------------
NETWORK_TIME_ZONE = env.str("DENTALHUB_TIME_ZONE", default="Europe/Berlin")
EXTRACTION_WORKERS = env.int("DENTALHUB_EXTRACTION_WORKERS", default=20)
# Who waits for the sources: threads, or the coroutines of an event loop.
ENGINE = env.str("DENTALHUB_ENGINE", default="threads")
if ENGINE not in {"threads", "asyncio"}:
    raise ImproperlyConfigured("DENTALHUB_ENGINE must be threads or asyncio.")
if ENGINE == "asyncio" and find_spec("aioodbc") is None:
    raise ImproperlyConfigured("DENTALHUB_ENGINE=asyncio needs the package aioodbc: pip install 'dentalhub[async]'.")
# Most centers that one process works on; a run is cut into so many pieces for the workers.
SHARD_SIZE = env.int("DENTALHUB_SHARD_SIZE", default=200)
# A process that has not renewed its claim for so many seconds has lost it.
LEASE_SECONDS = env.int("DENTALHUB_LEASE_SECONDS", default=60)
# Days of a center in one answer while nobody knows how many entries they have.
DAYS_PER_QUERY = env.int("DENTALHUB_DAYS_PER_QUERY", default=31)
# Seconds that one answer of a center may take in a run before the center counts as hung.
CENTER_DEADLINE_SECONDS = env.int("DENTALHUB_CENTER_DEADLINE_SECONDS", default=120)
# Discovery looks at so many rows of each table (0: at no value), for so many seconds per center.
SAMPLE_ROWS = env.int("DENTALHUB_SAMPLE_ROWS", default=50)
SAMPLE_SECONDS = env.int("DENTALHUB_SAMPLE_SECONDS", default=20)
# Views may cost a practice's server far more than tables do.
SAMPLE_VIEWS = env.bool("DENTALHUB_SAMPLE_VIEWS", default=False)
# Each center's schema is looked at again in the night after so many hours (0: never); a missed night is made up for.
REDISCOVERY_HOURS = env.int("DENTALHUB_REDISCOVERY_HOURS", default=20)
# The night: from the first of these full hours up to the second, in the network's time zone.
REDISCOVERY_NIGHT = tuple(env.list("DENTALHUB_REDISCOVERY_NIGHT", cast=int, default=[1, 5]))
# A credential reference reaches only these variables and files: no form can send SECRET_KEY to a stranger's server.
CREDENTIAL_ENV_PREFIXES = env.list("DENTALHUB_CREDENTIAL_ENV_PREFIXES", default=["IVORIS_"])
CREDENTIAL_DIR = Path(env.str("DENTALHUB_CREDENTIAL_DIR", default="/run/secrets"))
# PEM file that holds the certificate authorities of the practice servers; the system's own when empty.
SOURCE_CA_FILE = env.str("DENTALHUB_SOURCE_CA_FILE", default="")
# Off for a network with one person: then the author's own approval is a warning with a recorded reason.
FOUR_EYES = env.bool("DENTALHUB_FOUR_EYES", default=True)

# --- patients ---------------------------------------------------------------------------------------------------
# Makes the pseudonyms that stand for patient ids on the pages; empty: derived from the secret key.
PSEUDONYM_KEY = env.str("DENTALHUB_PSEUDONYM_KEY", default="")
# Who may see the patient ids themselves, which is recorded each time; everybody else sees pseudonyms only.
REVEAL_ROLES = env.list("DENTALHUB_REVEAL_ROLES", default=["admin", "analyst"])

# --- exports -----------------------------------------------------------------------------------------------------
# What has more rows is made in the background.
EXPORT_BACKGROUND_ROWS = env.int("DENTALHUB_EXPORT_BACKGROUND_ROWS", default=100_000)
# A file is deleted after so many hours.
EXPORT_HOURS = env.int("DENTALHUB_EXPORT_HOURS", default=24)
# Where the files wait: a folder, which all web servers and workers must share, or s3://bucket/prefix.
EXPORT_STORAGE = env.str("DENTALHUB_EXPORT_STORAGE", default=str(DATA_DIR / "exports" / "files"))

# Where saved exports may go: folders of the workers' machines, s3://bucket/prefix, https:// addresses of webhooks.
EXPORT_DESTINATIONS = env.list("DENTALHUB_EXPORT_DESTINATIONS", default=[])
# Signs what webhooks get (HMAC-SHA256).
EXPORT_WEBHOOK_SECRET = env.str("DENTALHUB_EXPORT_WEBHOOK_SECRET", default="")

# --- telling reviewers -----------------------------------------------------------------------------------------
# Where people reach the pages, for links in messages: https://dentalhub.example.org
PUBLIC_URL = env.str("DENTALHUB_PUBLIC_URL", default="").rstrip("/")
# On: reviewers with an e-mail address are told what waits, what was decided and what drifted.
NOTICE_EMAILS = env.bool("DENTALHUB_NOTICE_EMAILS", default=False)
# The same as JSON to this address: https, or http on this machine.
NOTICE_WEBHOOK_URL = env.str("DENTALHUB_NOTICE_WEBHOOK_URL", default="")
# smtp+tls://user:password@host:587, or consolemail:// to see the messages in the log.
vars().update(env.email_url("DENTALHUB_EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DENTALHUB_EMAIL_FROM", default="dentalhub@localhost")

# --- sign-in ---------------------------------------------------------------------------------------------------
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("DENTALHUB_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- the API ---------------------------------------------------------------------------------------------------
# Requests of one token in a minute; what comes above is refused until the next one.
API_REQUESTS_PER_MINUTE = env.int("DENTALHUB_API_REQUESTS_PER_MINUTE", default=300)

# --- language, time, files -------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("DENTALHUB_LANGUAGE", default="en")
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "dentalhub" / "locale"]
FORMAT_MODULE_PATH = "dentalhub.formats"
TIME_ZONE = NETWORK_TIME_ZONE
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a missing one, even when finders serve the files
# Where `export_mapping --all` writes when it is not told: a folder, or s3://bucket/prefix.
MAPPING_FOLDER = env.str("DENTALHUB_MAPPING_FOLDER", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Serve straight from the apps, so that nothing needs collecting on one machine.
WHITENOISE_USE_FINDERS = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("DENTALHUB_LOG_LEVEL", default="WARNING")},
}
