"""The settings of the suite: the product's own, quicker where speed is not what is tested."""

import os
import tempfile

if "FRONTDESK_VAR" not in os.environ:  # those that this process starts use it as well
    _var = tempfile.TemporaryDirectory(prefix="frontdesk-test-", ignore_cleanup_errors=True)
    os.environ["FRONTDESK_VAR"] = _var.name  # gone when this process ends

from frontdesk.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
BOARDS_KEPT = 0  # tests write records past the operations that make what is kept anew
ALLOWED_HOSTS = ["*"]
if "init_command" in DATABASES["default"].get("OPTIONS", {}):  # noqa: F405
    # Threads share SQLite's database in memory table by table; a file, as in an office, does not.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA read_uncommitted=1;"  # noqa: F405
