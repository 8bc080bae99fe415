"""Enrolments on screen: a reference table beside the payers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontdesk.coverage import models, operations, queries
from frontdesk.coverage.forms.enrolling import Enrolment
from frontdesk.ui import crud


def _expected(one: models.Enrolment) -> object:
    if one.status in one.WAITS:
        return one.expected_on
    return one.ended_on if one.status == one.Status.ENDED else ""


def _who(one: models.Enrolment) -> str:
    if not one.asked_on:
        return one.asked_by
    return _("%(who)s, %(day)s") % {"who": one.asked_by, "day": f"{one.asked_on:%b %-d, %Y}"}


ENROLMENTS = crud.Table(
    name="enrolments",
    namespace="coverage",
    title=gettext_lazy("Enrolments"),
    noun=gettext_lazy("enrolment"),
    icon="plug-connected",
    rows=queries.enrolments,
    form=Enrolment,
    save=operations.save_enrolment,
    sees=("coverage.payers", "coverage.view"),
    changes="coverage.payers",
    columns=(
        crud.Column(gettext_lazy("Payer"), "payer.name"),
        crud.Column(gettext_lazy("For"), "get_message_display"),
        crud.Column(gettext_lazy("How it stands"), "get_status_display"),
        crud.Column(gettext_lazy("Counts from"), "starts_on"),
        crud.Column(gettext_lazy("Asked by"), _who),
        crud.Column(gettext_lazy("Expected by"), _expected),
    ),
    search=("payer__name", "payer__payer_id", "status", "message"),
    empty=gettext_lazy(
        "Payers that want to let the practice in before claims, remittances or questions go by "
        "message. What is not here is sent."
    ),
    places="coverage/payer_places.html",
)
