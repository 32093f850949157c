"""All settings, from environment variables only; docs/operations.md lists them.

`DENTALHUB_ENV_FILE` (default `var/dentalhub.env`) may hold them as NAME=value lines; real environment variables win.
Each of them may also come from a file of its own: `DENTALHUB_SECRET_KEY_FILE=/run/secrets/key`.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from dentalhub import (
    alert_settings,
    broker_settings,
    cache_settings,
    client_address,
    environment_file,
    logs,
    network_settings,
    own_database,
    queue_settings,
)
from dentalhub.file_values import FileAwareEnv
from dentalhub.roles import checked_roles
from dentalhub.sign_in import allauth_settings, providers

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv()
_env_file = environment_file.environment_file()
if _env_file.is_file():
    env.read_env(_env_file)

# --- the machine -----------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("DENTALHUB_DATA_DIR", default=str(environment_file.installation_folder()))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
EXPORT_DIR = DATA_DIR / "exports"

DEBUG = env.bool("DENTALHUB_DEBUG", default=False)
SECRET_KEY = env.str("DENTALHUB_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set DENTALHUB_SECRET_KEY, or run `make setup` or `dentalhub init`, which write it to a file."
    )
# Former secret keys: what they have signed or encrypted still counts (docs/operations.md says how to change the key).
SECRET_KEY_FALLBACKS = env.str("DENTALHUB_SECRET_KEY_FALLBACKS", default="").replace(",", " ").split()
ALLOWED_HOSTS = env.list("DENTALHUB_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("DENTALHUB_CSRF_TRUSTED_ORIGINS", default=[])
# True behind HTTPS: cookies for HTTPS only, HSTS, redirect.
SECURE = env.bool("DENTALHUB_SECURE", default=False)
# Only these addresses and networks may say by X-Forwarded-* how, and from where, a browser reached us.
BEHIND_PROXY = env.bool("DENTALHUB_BEHIND_PROXY", default=False)
_proxies = env.list("DENTALHUB_TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"])
TRUSTED_PROXIES = client_address.networks(_proxies) if BEHIND_PROXY else ()

# --- the parts -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "dentalhub.admin_config.SuperuserAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
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
    # What sets headers stands before everything that may answer by itself.
    "dentalhub.proxies.TrustedProxiesMiddleware",
    "dentalhub.metrics.RequestDurationMiddleware",
    "dentalhub.request_ids.RequestIdMiddleware",
    "dentalhub.response_headers.ResponseHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dentalhub.person_language.PersonLanguageMiddleware",
    "dentalhub.audit_refusals.RefusalMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dentalhub.htmx.LoginRedirectMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dentalhub.sign_in.session_times.SessionTimesMiddleware",
    "dentalhub.sign_in.second_factor.SecondFactorMiddleware",
]
ROOT_URLCONF = "dentalhub.urls"
WSGI_APPLICATION = "dentalhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["dentalhub.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dentalhub.access.roles_context",
                "centers.scope_access.scope_context",
                "mappings.queue_context.queue_context",
            ],
        },
    }
]

# --- our own database (docs/design.md: SQLite for one machine, SQL Server for several) --------------------------
SQLITE_OPTIONS = own_database.SQLITE_OPTIONS
_url = env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'dentalhub.sqlite3'}")
DATABASES = {"default": own_database.settings_of(_url, DATA_DIR / "odbc")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counts attempts to sign in and the API's requests, for all processes: rows of our own database, or redis://.
CACHES = {
    "default": cache_settings.cache(env.str("DENTALHUB_CACHE_URL", default="")),
    broker_settings.NO_CACHE: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# People who follow the same run at the same time are shown numbers that are so old at most; shorter than pages poll.
SHARED_ANSWER_SECONDS = 1.0

# --- background work: the queue is a wire, our own rows are the truth -------------------------------------------
# Regions with workers of their own, by their codes; a worker serves the queue that Q_CLUSTER_NAME names.
QUEUES = queue_settings.checked_queues(env.list("DENTALHUB_QUEUES", default=[]))
OWN_QUEUE = queue_settings.checked_own_queue(env.str("Q_CLUSTER_NAME", default=""), QUEUES)
RUN_DEADLINE_SECONDS = env.int("DENTALHUB_RUN_DEADLINE_SECONDS", default=1800)
Q_CLUSTER = queue_settings.cluster_settings(
    QUEUES,
    # Our own database, or redis:// where many workers poll.
    broker=broker_settings.broker(env.str("DENTALHUB_BROKER_URL", default="")),
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
# Where sources may be. Addresses of this machine, of its link and of clouds' metadata are refused whatever stands here.
SOURCE_NETWORKS = network_settings.checked_networks(
    env.list("DENTALHUB_SOURCE_NETWORKS", default=list(network_settings.PRIVATE_NETWORKS)), "DENTALHUB_SOURCE_NETWORKS"
)
SOURCE_PORTS = network_settings.checked_ports(
    env.list("DENTALHUB_SOURCE_PORTS", default=list(network_settings.SQL_SERVER_PORTS)), "DENTALHUB_SOURCE_PORTS"
)
# On for a demo and for tests, never in production: sources may be on this machine, on any port.
SANDBOX = env.bool("DENTALHUB_SANDBOX", default=False)
# Days for which a server is trusted blindly unless the request says otherwise; a year is the most.
TRUST_DAYS = env.int("DENTALHUB_TRUST_DAYS", default=90)
if not 1 <= TRUST_DAYS <= 365:
    raise ImproperlyConfigured("DENTALHUB_TRUST_DAYS must be between 1 and 365.")
# Connection tests of one person, and of one server, in a minute.
CONNECTION_TESTS_PER_MINUTE = env.int("DENTALHUB_CONNECTION_TESTS_PER_MINUTE", default=10)
# A credential reference reaches only these variables and files: no form can send SECRET_KEY to a stranger's server.
CREDENTIAL_ENV_PREFIXES = env.list("DENTALHUB_CREDENTIAL_ENV_PREFIXES", default=["IVORIS_"])
CREDENTIAL_DIR = Path(env.str("DENTALHUB_CREDENTIAL_DIR", default="/run/secrets"))
# A secret from Vault or AWS Secrets Manager is asked for again after so many seconds, and after a refused login.
CREDENTIAL_CACHE_SECONDS = env.int("DENTALHUB_CREDENTIAL_CACHE_SECONDS", default=60)
# Encrypt the passwords that people store here: the first one encrypts, all of them decrypt. Not made from SECRET_KEY,
# whose rotation must lose no password.
SECRET_KEYS = env.str("DENTALHUB_SECRET_KEYS", default="").replace(",", " ").split()
# With what their names must begin; empty: all that the token or role of this machine may read.
VAULT_PREFIXES = env.list("DENTALHUB_VAULT_PREFIXES", default=[])
AWS_SECRET_PREFIXES = env.list("DENTALHUB_AWS_SECRET_PREFIXES", default=[])
VAULT_ADDRESS = env.str("DENTALHUB_VAULT_ADDRESS", default="")
VAULT_NAMESPACE = env.str("DENTALHUB_VAULT_NAMESPACE", default="")
VAULT_CA_FILE = env.str("DENTALHUB_VAULT_CA_FILE", default="")
# A token, or an AppRole's id with its secret. Files are read when they are needed, for Vault's agent renews them.
VAULT_TOKEN_FILE = os.environ.get("DENTALHUB_VAULT_TOKEN_FILE", "")
VAULT_TOKEN = "" if VAULT_TOKEN_FILE else env.str("DENTALHUB_VAULT_TOKEN", default="")
VAULT_ROLE_ID = env.str("DENTALHUB_VAULT_ROLE_ID", default="")
VAULT_SECRET_ID_FILE = os.environ.get("DENTALHUB_VAULT_SECRET_ID_FILE", "")
VAULT_SECRET_ID = "" if VAULT_SECRET_ID_FILE else env.str("DENTALHUB_VAULT_SECRET_ID", default="")
VAULT_ROLE_MOUNT = env.str("DENTALHUB_VAULT_ROLE_MOUNT", default="approle")
# Where the first version of the key-value engine is mounted; everywhere else it is the second.
VAULT_KV1_MOUNTS = env.list("DENTALHUB_VAULT_KV1_MOUNTS", default=[])
# PEM file that holds the certificate authorities of the practice servers; the system's own when empty.
SOURCE_CA_FILE = env.str("DENTALHUB_SOURCE_CA_FILE", default="")
# Off for a network with one person: then the author's own approval is a warning with a recorded reason.
FOUR_EYES = env.bool("DENTALHUB_FOUR_EYES", default=True)

# --- the audit trail ---------------------------------------------------------------------------------------------
# Binds the events of the audit trail; the first is for new ones, the others are former keys. Empty: derived from the
# secret key. Whoever has it and the database can write history anew.
AUDIT_KEYS = env.list("DENTALHUB_AUDIT_KEY", default=[])
# Says which regions' events somebody sees.
AUDIT_REGIONS = "centers.audit_scope.regions_of"
# Says whether an address names something of a region that somebody does not see.
AUDIT_FOREIGN = "centers.audit_scope.is_foreign"
# Days after which the content of events is erased, by kind (0: never), where they differ from `audit_kinds`.
AUDIT_RETENTION_DAYS = env.dict("DENTALHUB_AUDIT_RETENTION_DAYS", cast={"value": int}, default={})

# --- patients ---------------------------------------------------------------------------------------------------
# Makes the pseudonyms that stand for patient ids on the pages; empty: derived from the secret key.
PSEUDONYM_KEY = env.str("DENTALHUB_PSEUDONYM_KEY", default="")
# Recognise erased patients when a source delivers them again: the first for new ones, the others for older ones. The
# pseudonym key and the secret key stand behind them unasked.
SUPPRESSION_KEYS = env.list("DENTALHUB_SUPPRESSION_KEYS", default=[])
# On: a center without a valid processing agreement (Art. 28 GDPR) is not extracted.
AGREEMENT_REQUIRED = env.bool("DENTALHUB_AGREEMENT_REQUIRED", default=False)
# Entries are kept for so many days where neither the center nor its region says otherwise; 0: for ever.
RETENTION_DAYS = env.int("DENTALHUB_RETENTION_DAYS", default=0)
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

# --- watching ---------------------------------------------------------------------------------------------------
# Who scrapes /metrics and /health sends it as a bearer token; without one only this machine may.
METRICS_TOKEN = env.str("DENTALHUB_METRICS_TOKEN", default="")

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
# On: people get links with which they choose a password, and news about their second factor, by e-mail.
PEOPLE_EMAILS = env.bool("DENTALHUB_PEOPLE_EMAILS", default=False)

# --- alerts -------------------------------------------------------------------------------------------------------
# From when on people are alerted, where it differs from `alert_settings`.
ALERT_LIMITS = alert_settings.checked_limits(env.dict("DENTALHUB_ALERT_LIMITS", cast={"value": int}, default={}))
# The only hosts that alerts are posted to, on port 443 unless they name another one; .example.org is all below it.
ALERT_HOSTS = alert_settings.checked_hosts(env.list("DENTALHUB_ALERT_HOSTS", default=list(alert_settings.KNOWN_HOSTS)))

# --- sign-in ---------------------------------------------------------------------------------------------------
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
# How long after a sign-in the far-reaching steps ask for no other one.
REAUTHENTICATION_SECONDS = 60 * env.int("DENTALHUB_REAUTHENTICATION_MINUTES", default=10)
# Roles whose people must have a second factor.
SECOND_FACTOR_ROLES = checked_roles(
    "DENTALHUB_SECOND_FACTOR_ROLES", env.list("DENTALHUB_SECOND_FACTOR_ROLES", default=[])
)
# Identity providers by their keys; docs/operations.md has the variables of each.
OIDC_PROVIDERS = providers.read_providers(env, env.list("DENTALHUB_OIDC_PROVIDERS", default=[]))
# Off: everybody comes through a provider, and neither passwords nor passkeys let anybody in.
LOCAL_ACCOUNTS = env.bool("DENTALHUB_LOCAL_ACCOUNTS", default=True)
if not (LOCAL_ACCOUNTS or OIDC_PROVIDERS):
    raise ImproperlyConfigured("DENTALHUB_LOCAL_ACCOUNTS=0 needs DENTALHUB_OIDC_PROVIDERS, or nobody can sign in.")
vars().update(allauth_settings.every(REAUTHENTICATION_SECONDS, OIDC_PROVIDERS, local_accounts=LOCAL_ACCOUNTS))
# A link with which somebody chooses a password counts for so many hours, and once.
PASSWORD_LINK_HOURS = env.int("DENTALHUB_PASSWORD_LINK_HOURS", default=48)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "dentalhub.sign_in.password_words.WordsValidator"},
]
# The first one hashes what is set from now on; a sign-in changes an older hash to it.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# A session ends when nobody has done anything for a while, and at the latest after a working day.
SESSION_IDLE_SECONDS = 60 * env.int("DENTALHUB_SESSION_IDLE_MINUTES", default=30)
SESSION_COOKIE_AGE = 3600 * env.int("DENTALHUB_SESSION_HOURS", default=12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# A browser takes such a name only over HTTPS, for the whole host and from no other host of the domain.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SECURE_SSL_REDIRECT = SECURE
# Load balancers, kubelets and Prometheus ask inside the network, without HTTPS: they take a redirect for good health,
# or follow it to a name that they do not know. Who has sent the token unprotected is not helped by a redirect.
# So is a program of the API, which is told instead.
SECURE_REDIRECT_EXEMPT = [r"^(?:health(?:/live|/ready)?|metrics)$", r"^api/v1/"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap's style sheet draws its small signs from data.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers also ask it about the redirect that follows a form: the sign-in button's leads to the provider.
        "form-action": [SELF, *providers.origins(OIDC_PROVIDERS)],
        "upgrade-insecure-requests": SECURE,
    }
}

# --- the API ---------------------------------------------------------------------------------------------------
# Requests of one token in a minute; what comes above is refused until the next one.
API_REQUESTS_PER_MINUTE = env.int("DENTALHUB_API_REQUESTS_PER_MINUTE", default=300)

# --- language, time, files -------------------------------------------------------------------------------------
# Of commands on a terminal, which else speak the language of its locale.
COMMAND_LANGUAGE = env.str("DENTALHUB_LANGUAGE", default="")
LANGUAGE_CODE = COMMAND_LANGUAGE or "en"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "dentalhub" / "locale"]
FORMAT_MODULE_PATH = "dentalhub.formats"
# On pages; where a number names something, in attributes too, templates write it with stringformat.
USE_THOUSAND_SEPARATOR = True
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
# No other origin reads them; nothing here is served for others.
WHITENOISE_ALLOW_ALL_ORIGINS = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# A JSON object per line for machines that collect logs, or plain lines.
LOG_FORMAT = env.str("DENTALHUB_LOG_FORMAT", default=logs.JSON if SECURE else logs.PLAIN)
if LOG_FORMAT not in logs.FORMATS:
    raise ImproperlyConfigured("DENTALHUB_LOG_FORMAT must be json or plain.")
LOGGING = logs.logging_settings(LOG_FORMAT, env.str("DENTALHUB_LOG_LEVEL", default="WARNING"))
