"""Where the staff's cross-room screens answer: one list a screen."""

from django.urls import path

from frontdesk.workspace.views import (
    audit,
    contracts,
    inbox,
    patient,
    profile,
    search,
    session,
    setup,
    today,
)

app_name = "workspace"

_SESSION = [
    path("stay/", session.stay, name="stay"),
    path("sites/", session.sites, name="sites"),
    path("sites/<uuid:pk>/", session.choose_site, name="choose_site"),
    path("practices/", session.practices, name="practices"),
]

_INBOX = [
    path("inbox/", inbox.work, name="inbox"),
    path("inbox/new/", inbox.new, name="new_work"),
    path("inbox/<uuid:pk>/", inbox.item, name="work"),
    path("inbox/<uuid:pk>/done/", inbox.finish, name="work_finish"),
    path("inbox/<uuid:pk>/dismiss/", inbox.dismiss, name="work_dismiss"),
    path("inbox/<uuid:pk>/reopen/", inbox.reopen, name="work_reopen"),
    path("inbox/<uuid:pk>/assign/", inbox.assign, name="work_assign"),
    path("inbox/<uuid:pk>/take/", inbox.take, name="work_take"),
    path("inbox/<uuid:pk>/snooze/", inbox.snooze, name="work_snooze"),
    path("inbox/<uuid:pk>/wake/", inbox.wake, name="work_wake"),
]

_AUDIT = [
    path("audit/", audit.log, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
]

_SETUP = [
    path("welcome/", setup.welcome, name="welcome"),
    path("setup/", setup.setup, name="setup"),
    path("setup/finish/", setup.finish, name="setup_finish"),
    path("setup/file/", setup.practice_file, name="practice_file"),
    path("setup/file/out/", setup.practice_out, name="practice_out"),
    path("settings/", setup.settings, name="settings"),
    path("profile/", profile.profile, name="profile"),
]

_PATIENT = [
    path("patients/<uuid:pk>/", patient.patient, name="patient"),
    path("patients/<uuid:pk>/next/", patient.patient_next, name="patient_next"),
    path("patients/<uuid:pk>/timeline/", patient.patient_timeline, name="patient_timeline"),
    path("patients/<uuid:pk>/<slug:tab>/", patient.patient_tab, name="patient_tab"),
]

_TODAY = [
    path("", today.today, name="today"),
    path("today/next/", today.next_opening, name="next_opening"),
    path("today/alarm/", today.alarm, name="alarm"),
    path("today/alerts/", today.alerts, name="alerts"),
]

_CONTRACTS = [
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/new/", contracts.contract_new, name="contract_new"),
    path("contracts/<uuid:pk>/", contracts.contract, name="contract"),
    path("contracts/<uuid:pk>/change/", contracts.contract_edit, name="contract_edit"),
    path("contracts/<uuid:pk>/withdraw/", contracts.contract_withdraw, name="contract_withdraw"),
    path("contracts/<uuid:pk>/percentage/", contracts.term_new, name="term_new"),
    path("contracts/percentages/<uuid:pk>/remove/", contracts.term_remove, name="term_remove"),
]

_SEARCH = [path("search/", search.palette, name="palette")]

urlpatterns = [
    *_TODAY,
    *_PATIENT,
    *_SEARCH,
    *_CONTRACTS,
    *_INBOX,
    *_AUDIT,
    *_SETUP,
    *_SESSION,
]
