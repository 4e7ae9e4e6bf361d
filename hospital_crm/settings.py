"""Settings. Everything that differs between machines comes from the environment; `.env.example` names it all.

Outside production the embedded engines are started under CRM_DATA_DIR where DATABASE_URL or REDIS_URL is not given
(development, demo, tests).
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from hospital_crm.configuration import address, boolean, database, names, number, optional_secret, secret, secrets
from hospital_crm.embedded import attach_from_environment

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = boolean("CRM_PRODUCTION", False)
DATA_DIR = Path(os.environ.get("CRM_DATA_DIR", BASE_DIR / "var")).resolve()

DEBUG = boolean("CRM_DEBUG", False)
SECRET_KEY = secret("CRM_SECRET_KEY", production=PRODUCTION)
FIELD_ENCRYPTION_KEYS = secrets("CRM_FIELD_KEYS", production=PRODUCTION)
FIELD_HASH_KEY = secret("CRM_HASH_KEY", production=PRODUCTION)
METRICS_TOKEN = optional_secret("CRM_METRICS_TOKEN", production=PRODUCTION)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("CRM_DEBUG must be off in production")

ALLOWED_HOSTS = names("CRM_ALLOWED_HOSTS", "" if PRODUCTION else "*")
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("CRM_ALLOWED_HOSTS must name the hosts that are served")
COMMON_HOSTS = set(names("CRM_COMMON_HOSTS", "localhost,127.0.0.1,testserver"))
PUBLIC_BASE_URL = os.environ.get("CRM_PUBLIC_BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = names("CRM_TRUSTED_ORIGINS", "")
TRUSTED_PROXIES = number("CRM_TRUSTED_PROXIES", 0)

ROOT_URLCONF = "hospital_crm.urls_platform"
HOSPITAL_URLCONF = "hospital_crm.urls_hospital"
WSGI_APPLICATION = "hospital_crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "hospital_crm",
    "hospital_crm.tenancy",
    "hospital_crm.shell",
    "hospital_crm.ops",
    "accounts",
    "patients",
    "groups",
    "messaging",
    "content",
    "followups",
    "campaigns",
    "integrations",
    "reports",
    "django.contrib.admin",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "template_partials",
]
MIDDLEWARE = [
    "hospital_crm.ops.middleware.RoomMiddleware",
    "hospital_crm.ops.middleware.RequestIdMiddleware",
    "hospital_crm.ops.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hospital_crm.ops.middleware.ObservationMiddleware",
    "hospital_crm.ops.middleware.AddressMiddleware",
    "hospital_crm.tenancy.middleware.HospitalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.IdleMiddleware",
    "accounts.middleware.ActorMiddleware",
    "hospital_crm.shell.waiting.WaitingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.GateMiddleware",
    "accounts.middleware.RefusalMiddleware",
    "hospital_crm.shell.middleware.ContentSecurityPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hospital_crm.shell.context.shell",
            ],
            "loaders": None,
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
_loaders = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
    ("template_partials.loader.Loader", _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)])
]
FORM_RENDERER = "hospital_crm.shell.renderer.PlainRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# One alias; the role that logs in is the only difference between serving and migrating.
if not PRODUCTION:
    attach_from_environment(BASE_DIR)
DATABASE_ROLE = os.environ.get("CRM_DATABASE_ROLE", "app")
_database_url = "DATABASE_OWNER_URL" if DATABASE_ROLE == "owner" else "DATABASE_URL"
DATABASES = {"default": database(address(_database_url, production=PRODUCTION))}
REDIS_URL = address("REDIS_URL", production=PRODUCTION)
CACHES = {
    "default": {"BACKEND": "hospital_crm.ops.cache.ForgivingRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "crm"}
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ThreeKindsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapters.StaffAccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_FORMS = {"change_password": "accounts.forms.NewPasswordForm"}
# django-axes locks wrong passwords; this limits wrong codes of the second factor, per account.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/900s/key",
    "reauthenticate": "10/m/user",
    "change_password": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "accounts.lockout.username"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = boolean("CRM_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").glob("*") if path.is_dir())
LANGUAGE_COOKIE_NAME = "crm_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"  # absolute: a relative one would take on the first hospital's prefix
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
PRIVATE_FILES_DIR = DATA_DIR / "files"
CLEAR_FILES = "in-work"  # what lies in the clear there while it is read; in no backup
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
IMPORT_MAX_BYTES = number("CRM_IMPORT_MAX_MB", 100) * 1024 * 1024
WEBHOOKS_INSIDE = boolean("CRM_WEBHOOKS_INSIDE", not PRODUCTION)
ATTACHMENT_MAX_BYTES = number("CRM_ATTACHMENT_MAX_MB", 20) * 1024 * 1024

EMAIL_BACKEND = os.environ.get("CRM_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("CRM_SMTP_HOST", "")
EMAIL_PORT = number("CRM_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("CRM_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CRM_SMTP_PASSWORD", "")
EMAIL_USE_TLS = boolean("CRM_SMTP_TLS", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("CRM_MAIL_FROM", "crm@hospital.invalid")

# Broker settings measured against lost and half-open connections: see docs/operations.md.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    "health_check_interval": 25,
    "visibility_timeout": 3600,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.rights.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.rights.DeniedByDefault"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.rights.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hospital CRM",
    "DESCRIPTION": "People, units, stays and follow-up orders of one hospital, for its other systems. See docs/api.md.",
    "VERSION": "1.0.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.say_where",
    ],
    "SCHEMA_PATH_PREFIX": "/(api/v1/)?",
    "ENUM_NAME_OVERRIDES": {
        "AcceptedEnum": ["accepted"],
        "ConsentPurposeEnum": "patients.models.Consent.Purpose",
        "ContactPurposeEnum": "patients.models.ContactPoint.Purpose",
    },
}

from hospital_crm.logs import LOGGING  # noqa: E402, F401
