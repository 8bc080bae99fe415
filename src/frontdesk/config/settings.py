"""Settings: safe by default; every choice an operator may make is an environment variable."""

from pathlib import Path
from typing import Any

from frontdesk.config import env
from frontdesk.core.http import PUBLIC
from frontdesk.core.http import SIGNED_IN as ANYONE_SIGNED_IN

BASE_DIR = ROOT = Path(__file__).resolve().parents[3]
VAR = Path(env.text("VAR", str(ROOT / "var")))  # everything this office keeps on disk

PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", keep_in=VAR / "secret-key")
ALLOWED_HOSTS = env.text("HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("ORIGINS").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "frontdesk.core",
    "frontdesk.ui",
    "frontdesk.practice",
    "frontdesk.staff",
    "frontdesk.coding",
    "frontdesk.people",
    "frontdesk.comms",
    "frontdesk.ledger",
    "frontdesk.coverage",
    "frontdesk.records",
    "frontdesk.scheduling",
    "frontdesk.visits",
    "frontdesk.billing",
    "frontdesk.office",
    "frontdesk.workspace",
    "frontdesk.portal",
    "frontdesk.reports",
    "frontdesk.demo",
]

MIDDLEWARE = [
    "frontdesk.ui.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "frontdesk.portal.views.kiosk.Locked",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "frontdesk.ui.middleware.PlainText",
    "frontdesk.ui.middleware.KnownDays",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontdesk.core.middleware.Acting",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "frontdesk.ui.middleware.Parts",
    "frontdesk.ui.middleware.Once",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "frontdesk.config.urls"
WSGI_APPLICATION = "frontdesk.config.wsgi.application"
ASGI_APPLICATION = "frontdesk.config.asgi.application"

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src" / "frontdesk" / "ui" / "templates"],  # before a library's own
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontdesk.ui.context.shell",
            ],
            "builtins": ["template_partials.templatetags.partials", "frontdesk.ui.templatetags.ui"],
        },
    }
]

# The database: SQLite unless a PostgreSQL address is given (postgresql://user:word@host:port/name).
DATABASE_URL = env.text("DATABASE_URL")
SQLITE_PRAGMAS = """
    PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
    PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;
    PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;
"""
DATABASES = {"default": env.database(DATABASE_URL, VAR / "frontdesk.sqlite3", SQLITE_PRAGMAS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]

CSRF_FAILURE_VIEW = "frontdesk.ui.errors.csrf_failed"

# STATIC: owned by the ui room
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = [
    "frontdesk.ui.finders.OurFiles",
    "frontdesk.ui.finders.VendorFinder",
]
NODE_MODULES = ROOT / "node_modules"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR / "files",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "frontdesk.ui.storage.ModuleFiles"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# end of STATIC

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["frontdesk.staff.gateways.PasswordBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "frontdesk.core.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "frontdesk.staff.reactions.AccountAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False  # a desk is shared: the session ends with the browser
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip"}  # one account is paused by staff/rules.py
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
MFA_ADAPTER = "frontdesk.staff.gateways.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Frontdesk"

# How a request is known, and what a library's own view needs (ours declare it with @needs).
SIGNED_IN = "frontdesk.staff.queries.signed_in"
DEED = "frontdesk.workspace.queries.deeds.deed"  # what an operation did, in the office's words
LIBRARY_VIEWS = {
    **dict.fromkeys(
        (
            "account_login",
            "account_logout",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
        ),
        (PUBLIC,),
    ),
    **dict.fromkeys(
        (
            "account_change_password",
            "account_reauthenticate",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_reauthenticate",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        ),
        (ANYONE_SIGNED_IN,),
    ),
}
NAVIGATION_BUILDER = "frontdesk.config.navigation.build"

# What is sent: e-mail by SMTP; shown in the console until a server is named.
EMAIL_HOST = env.text("SMTP_HOST")
EMAIL_PORT = env.number("SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("SMTP_TLS")
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Frontdesk <frontdesk@localhost>")
BOUNCES = env.text("BOUNCES")  # the Maildir into which letters fall that come back

# Texts: a carrier with Twilio's interface, or a modem in the office by gammu-smsd's folders.
SMS_URL = env.text("SMS_URL", "https://api.twilio.com")
SMS_ACCOUNT = env.text("SMS_ACCOUNT")
SMS_TOKEN = env.text("SMS_TOKEN")
SMS_SPOOL = env.text("SMS_SPOOL")

WEB_THREADS = env.number("WEB_THREADS", 4)  # requests answered at once, a connection each
POSTED_TOGETHER = env.number("POSTED_TOGETHER", 500)  # claims of a remittance in one transaction

# Where links in messages lead, and the payer or clearinghouse we speak to.
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000")
CLEARINGHOUSE_URL = env.text("CLEARINGHOUSE_URL", "http://127.0.0.1:8099")
CLEARINGHOUSE_USER = env.text("CLEARINGHOUSE_USER", "demo-office")
CLEARINGHOUSE_PASSWORD = env.text("CLEARINGHOUSE_PASSWORD", "sandbox")
CLEARINGHOUSE_ID = env.text("CLEARINGHOUSE_ID", "FDSANDBOX")  # ISA08 of what we send
# Where files go by SFTP instead: sftp://user@host:port. The server's key is pinned (a line of
# known_hosts without the name); a key file of ours, or a password.
CLEARINGHOUSE_SFTP_URL = env.text("CLEARINGHOUSE_SFTP_URL")
CLEARINGHOUSE_SFTP_HOST_KEY = env.text("CLEARINGHOUSE_SFTP_HOST_KEY")
CLEARINGHOUSE_SFTP_KEY = env.text("CLEARINGHOUSE_SFTP_KEY")
CLEARINGHOUSE_SFTP_PASSWORD = env.text("CLEARINGHOUSE_SFTP_PASSWORD")
CLEARINGHOUSE_SFTP_OUTBOX = env.text("CLEARINGHOUSE_SFTP_OUTBOX", "inbound")
CLEARINGHOUSE_SFTP_INBOX = env.text("CLEARINGHOUSE_SFTP_INBOX", "outbound")
CLEARINGHOUSE_SFTP_ARCHIVE = env.text("CLEARINGHOUSE_SFTP_ARCHIVE")  # "" deletes what was taken
STRIPE_API_KEY = env.text("STRIPE_API_KEY")
STRIPE_API_BASE = env.text("STRIPE_API_BASE")
STRIPE_PUBLIC_KEY = env.text("STRIPE_PUBLIC_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# What the clock asks for: the job, and every how many seconds. Each does all practices.
BOARDS_KEPT = 64  # drawn boards that the web process remembers, each until anything changes
PERIODIC: dict[str, float] = {  # jobs the clock asks for, and every how many seconds
    "frontdesk.visits.jobs.charges.watch_charges_everywhere": 3600.0,
    "frontdesk.visits.jobs.complying.ask_everywhere": 86400.0,
    "frontdesk.visits.jobs.flow.watch_everywhere": 60.0,
    "frontdesk.visits.jobs.flow.learn_everywhere": 86400.0,
    "frontdesk.visits.jobs.pace.tell_everywhere": 86400.0,
    "frontdesk.visits.jobs.intake.invite_everywhere": 3600.0,
    "frontdesk.billing.jobs.read_mailboxes": 60.0,
    "frontdesk.billing.jobs.watch_everywhere": 900.0,
    "frontdesk.billing.jobs.keep_bills_everywhere": 86400.0,
    "frontdesk.comms.jobs.fetch_texts": 15.0,
    "frontdesk.comms.jobs.read_bounces": 60.0,
    "frontdesk.comms.jobs.sweep": 600.0,
    "frontdesk.coverage.jobs.watch_authorizations_everywhere": 1800.0,
    "frontdesk.ledger.jobs.settle_cards": 60.0,
    "frontdesk.office.jobs.keep_everywhere": 21600.0,
    "frontdesk.ledger.jobs.watch_money_everywhere": 3600.0,
    "frontdesk.reports.jobs.books.check_everywhere": 86400.0,
    "frontdesk.reports.jobs.kpis.count_everywhere": 10800.0,
    "frontdesk.scheduling.jobs.auditing.audit_everywhere": 21600.0,
    "frontdesk.scheduling.jobs.downtime.keep_everywhere": 21600.0,
    "frontdesk.scheduling.jobs.figures.count_everywhere": 3600.0,
    "frontdesk.scheduling.jobs.planned.keep_recalls_everywhere": 21600.0,
    "frontdesk.scheduling.jobs.reminders.remind_everywhere": 300.0,
    "frontdesk.scheduling.jobs.verifying.verify_everywhere": 3600.0,
    "frontdesk.scheduling.jobs.waitlist.tidy_everywhere": 600.0,
    "frontdesk.scheduling.jobs.waitlist.watch_readiness_everywhere": 3600.0,
    "frontdesk.visits.jobs.lateness.measure_everywhere": 120.0,
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_secrets": {"()": "frontdesk.config.logs.NoSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
