"""Settings of the tests: they log in as the owner of the tables, and every scope drops to the serving role."""

import os

os.environ["CRM_DATABASE_ROLE"] = "owner"

from hospital_crm.settings import *  # noqa: E402

INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # its commands come before Django's
DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"  # a lost test is run again
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
