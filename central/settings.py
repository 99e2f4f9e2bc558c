"""Django's settings. Everything that differs between two platforms lies in the state directory ``CENTRAL_STATE``."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from central.state import State
from contract import limits

if "CENTRAL_STATE" not in os.environ:
    raise ImproperlyConfigured("CENTRAL_STATE must name the platform's state directory (see: central init)")

CENTRAL = State(Path(os.environ["CENTRAL_STATE"]))

SECRET_KEY = CENTRAL.django_secret
DEBUG = False
ALLOWED_HOSTS = [CENTRAL.config.host]
INSTALLED_APPS = ["central"]
MIDDLEWARE = ["central.listener.ListenerMiddleware"]
ROOT_URLCONF = "central.urls_public"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": CENTRAL.database,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": limits.DATABASE_WAIT,
            "transaction_mode": "IMMEDIATE",  # two writers wait for each other instead of failing half-way
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# scrypt: memory-hard, in the standard library; the second is there so that a hash made by Django's default still opens
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
USE_TZ = True
TIME_ZONE = "UTC"  # the process and the database; what is shown is central.clock's business
LANGUAGE_CODE = "zh-hans"
USE_I18N = False
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.PHOTO_REQUEST_BYTES  # the largest route's; each is held to its own (central.api)
# A picture that a telephone sends stays in memory until it is sealed: no handler that writes to a file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = limits.UPLOAD_BYTES + limits.UPLOAD_AROUND
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
DATA_UPLOAD_MAX_NUMBER_FILES = 2  # of the two ways to a picture one is taken, the other is sent empty
SECURE_CONTENT_TYPE_NOSNIFF = True
# Django's own log of failed requests would hold a trace with local variables in DEBUG only, and paths always: one line.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "ERROR"},
        "central.cards": {"level": "INFO"},  # every use of the HSM
        "django.request": {"level": "CRITICAL"},  # central.api logs a failure itself, without the resident's data
    },
}
