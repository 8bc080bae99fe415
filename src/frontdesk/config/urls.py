"""Where everything answers: one line a room, and a library's views one by one."""

from allauth.account import views as account
from allauth.mfa.base import views as two_step
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path, re_path

from frontdesk.config.health import health
from frontdesk.workspace.views import session

_ROOMS = {
    "": "workspace",
    "ui/": "ui",
    "settings/practice/": "practice",
    "staff/": "staff",
    "codes/": "coding",
    "people/": "people",
    "messages/": "comms",
    "ledger/": "ledger",
    "coverage/": "coverage",
    "documents/": "records",
    "schedule/": "scheduling",
    "visits/": "visits",
    "billing/": "billing",
    "office/": "office",
    "books/": "reports",
    "l/": "portal",
}

# What each of these asks stands in settings.LIBRARY_VIEWS; what is not named here does not answer.
_ACCOUNT = [
    path("login/", session.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("two-step/", two_step.index, name="mfa_index"),
    path("two-step/code/", two_step.authenticate, name="mfa_authenticate"),
    path("two-step/again/", two_step.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-step/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "two-step/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "two-step/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
]

urlpatterns = [
    path("health", health),
    path("health/", health, name="health"),
    path("account/", include(_ACCOUNT)),
    *(path(prefix, include(f"frontdesk.{room}.urls")) for prefix, room in _ROOMS.items()),
]

handler400 = "frontdesk.ui.errors.bad_request"
handler403 = "frontdesk.ui.errors.denied"
handler404 = "frontdesk.ui.errors.not_found"
handler500 = "frontdesk.ui.errors.failed"
