"""Django's settings, from the environment; ``docs/deployment.md`` lists the variables."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import log
from jiaoheng.web.pages import PAGES

WEB = Path(__file__).parent
JIAOHENG_HOME = Path(os.environ.get("JIAOHENG_HOME", "jiaoheng-data")).absolute()
DEMO = os.environ.get("JIAOHENG_DEMO") == "1"
DEBUG = DEMO


def _secret() -> str:
    """The key that signs sessions: from the environment, or made once and kept in the home folder."""
    if given := os.environ.get("JIAOHENG_SECRET"):
        return given
    path = JIAOHENG_HOME / "secret"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        JIAOHENG_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = secrets.token_urlsafe(50)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w") as file:
            file.write(made)
        return made


SECRET_KEY = _secret()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, os.environ.get("JIAOHENG_HOSTS", "").split(","))]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("JIAOHENG_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "jiaoheng.ledger",
    "jiaoheng.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jiaoheng.web.middleware.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiaoheng.web.session.SessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiaoheng.web.middleware.WorkspaceMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jiaoheng.web.urls"
WSGI_APPLICATION = "jiaoheng.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "pages" / page / "templates" for page in PAGES],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiaoheng.web.frame.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "jiaoheng.web.templatetags.said"],
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite in the home folder, or what ``JIAOHENG_DATABASE`` names, such as ``postgresql://…``."""
    url = os.environ.get("JIAOHENG_DATABASE") or f"sqlite:///{JIAOHENG_HOME / 'workspace.sqlite3'}"
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if found["ENGINE"].endswith("sqlite3"):
        # With Django's defaults concurrent writers lose to "database is locked".
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return found


DATABASES = {"default": _database()}

AUTH_USER_MODEL = "ledger.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
if DEMO:
    # Everybody knows the demo's password; it need not take half a second to hash.
    PASSWORD_HASHERS = ["jiaoheng.ledger.cast.CastHasher"]
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "log_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
# The page says how long; trying again meanwhile must not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# What was typed into a form goes into the note of a failed attempt, but for these.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "old_password", "new_password", "again", "csrfmiddlewaretoken"]
AXES_LOCKOUT_CALLABLE = "jiaoheng.web.pages.people.log_in.locked_out"
# Locked by name alone: many schools come from one address, and changing the browser does not help an attacker.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "axes.W006"]
OTP_TOTP_ISSUER = "Jiaoheng"

# Seconds: a session ends when nothing was asked for so long, and this long after the log-in at the latest.
SESSION_IDLE = 2 * 3600
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Behind a reverse proxy with TLS, docs/deployment.md says to set this.
HTTPS = os.environ.get("JIAOHENG_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    # No other site of the same domain can set cookies of these names.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
DEFAULT_EXCEPTION_REPORTER = "jiaoheng.web.errors.PlainReporter"
CSRF_FAILURE_VIEW = "jiaoheng.web.errors.csrf_failure"
# Whether other hosts of the bureau's domain speak HTTPS is not ours to say; a whole town may share one address, so that
# failed log-ins are counted by name, over all addresses and browsers.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "axes.W006"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# A load balancer asks the program itself, by plain HTTP, and takes anything but 200 for a fault.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [WEB / "pages" / page / "locale" for page in PAGES]
TIME_ZONE = os.environ.get("JIAOHENG_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

STATIC_URL = "static/"
STATIC_ROOT = JIAOHENG_HOME / "static"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
JIAOHENG_UPLOAD_BYTES = int(os.environ.get("JIAOHENG_UPLOAD_MB", "30")) * 2**20
# All files of one upload together; a reverse proxy and the server itself take no larger request.
JIAOHENG_UPLOAD_TOTAL = max(6 * 2**20 + JIAOHENG_UPLOAD_BYTES, 180 * 2**20)
# The upload handler turns files away long before, in words.
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000
# The forms of a long plan have several fields for each of its commitments, of which it may have 4,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000
FILE_UPLOAD_HANDLERS = [
    "jiaoheng.web.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
LOGGING = log.configuration()
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
