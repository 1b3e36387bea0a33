"""Django's settings. What differs between machines comes from `environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clinic_server.config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = environment.flag("MOVERE_DEBUG")
HTTPS = environment.flag("MOVERE_HTTPS")
ALLOWED_HOSTS = environment.names("MOVERE_ALLOWED_HOSTS") or ["localhost"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
ROOT_URLCONF = "clinic_server.config.urls"
WSGI_APPLICATION = "clinic_server.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "clinic_server.dashboard",  # first: its templates dress the sign-in pages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "clinic_server.core",
    "clinic_server.accounts",
    "clinic_server.clinics",
    "clinic_server.patients",
    "clinic_server.devices",
    "clinic_server.plans",
    "clinic_server.recordings",
    "clinic_server.progress",
    "clinic_server.audit",
    "clinic_server.exchange",
    "clinic_server.reports",
]
MIDDLEWARE = [
    "clinic_server.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic_server.clinics.middleware.ClinicScopeMiddleware",  # last: it opens the view's transaction
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# Two database roles on PostgreSQL: the owner migrates, the application role can't bypass row security.
DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database(environment.text("DATABASE_URL"), DATA_DIR)
}
if environment.text("MOVERE_OWNER_DATABASE_URL"):
    DATABASES["owner"] = environment.database(environment.text("MOVERE_OWNER_DATABASE_URL"), DATA_DIR)
APP_ROLE = DATABASES["default"].get("USER", "")

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "clinic_server.accounts.adapter.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # passkeys on http://localhost only
MFA_TOTP_ISSUER = "Movere"
USERSESSIONS_TRACK_ACTIVITY = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True  # fifteen quiet minutes sign a person out, not fifteen busy ones
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("MOVERE_SMTP_HOST")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = environment.text("MOVERE_SMTP_HOST", "localhost")

# The browser
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
ASSETS_DIR = DATA_DIR / "assets"  # made by `manage.py assets`
ASSETS_DIR.mkdir(exist_ok=True)
STATICFILES_DIRS = [ASSETS_DIR]
RECORDINGS_DIR = DATA_DIR / "recordings"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "recordings": {
        "BACKEND": "clinic_server.recordings.storage.DurableFolderStorage",
        "OPTIONS": {"location": str(RECORDINGS_DIR)},
    },
}
if environment.text("MOVERE_S3_BUCKET"):
    STORAGES["recordings"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment.text("MOVERE_S3_BUCKET"),
            "endpoint_url": environment.text("MOVERE_S3_ENDPOINT") or None,
            "default_acl": "private",
            "file_overwrite": True,  # names are hashes of the content
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # a chunk is 256 KiB, an inventory at most 1 MiB

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"

# Celery: the settings of a doorbell. Everything that must not be lost is a row in `core.Job`.
REDIS_URL = environment.text("REDIS_URL")
_VISIBILITY_S = 3600
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": _VISIBILITY_S,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 5.0,
        "max_retries": 0,  # a request never waits for a broker that is down
    }
else:
    _BROKER_DIR = DATA_DIR / "broker"
    for _name in ("messages", "control", "processed"):
        (_BROKER_DIR / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER_DIR / "messages"),
        "data_folder_out": str(_BROKER_DIR / "messages"),
        "control_folder": str(_BROKER_DIR / "control"),
        "processed_folder": str(_BROKER_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_VISIBILITY_TIMEOUT = _VISIBILITY_S
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": _VISIBILITY_S}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 120  # shorter than a lease, so that no zombie outlives it
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 60 if REDIS_URL else 0
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TASK_ROUTES = {"movere.jobs.run_bulk": {"queue": "bulk"}}
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "movere.jobs.sweep", "schedule": 60.0},
    "heartbeat": {"task": "movere.heartbeat", "schedule": 30.0},
    "silent": {"task": "movere.progress.silent", "schedule": 3600.0},
    "reconcile": {"task": "movere.progress.reconcile", "schedule": 86_400.0},
}

# Drawing lives above measuring, so it is named here and not imported by `progress`.
CHART_RENDERER = "clinic_server.dashboard.render.render_patient"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "clinic_server.core.authentication.AccessKeyAuthentication",
        "clinic_server.core.authentication.ClinicSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["clinic_server.core.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": environment.text("MOVERE_API_RATE", "600/minute")},
    "EXCEPTION_HANDLER": "clinic_server.core.problems.api_exception",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Movere",
    "DESCRIPTION": "The clinic: patients, plans, sessions, metrics and flags.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PlanState": [(each, each.capitalize()) for each in ("draft", "active", "paused", "completed")],
        "ReportKind": [(each, each.capitalize()) for each in ("profile", "full", "letter")],
        "JobState": ["waiting", "running", "done", "failed"],
    },
}
