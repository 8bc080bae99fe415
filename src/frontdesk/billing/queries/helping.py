"""Questions about financial help: who asked, who has it, what it is for."""

from datetime import date

from django.db.models import Q, QuerySet

from frontdesk.billing.models import HelpRequest
from frontdesk.ledger import queries as books
from frontdesk.people.models import Patient
from frontdesk.records.models import Document

Status = HelpRequest.Status


def help_requests(show: str = "asked") -> QuerySet[HelpRequest]:
    """Return requests in one state: those to decide the oldest first, the others newest first."""
    state = show if show in Status.values else Status.ASKED
    found = HelpRequest.objects.filter(status=state).select_related("patient", "guarantor")
    return found.order_by("asked_at", "pk") if state == Status.ASKED else found.order_by("-number")


def open_help(patient: Patient) -> HelpRequest | None:
    """Return the patient's request that is not decided yet."""
    return HelpRequest.objects.filter(patient=patient, status=Status.ASKED).first()


def standing_help(patient: Patient) -> list[HelpRequest]:
    """Return help given to the patient or their family; ended, it still covers its own days."""
    mine = Q(patient=patient)
    if patient.guarantor_id is not None:
        mine |= Q(guarantor_id=patient.guarantor_id)
    found = HelpRequest.objects.filter(mine, status__in=(Status.GIVEN, Status.ENDED))
    return list(found.order_by("pk"))


def has_help(patient: Patient) -> bool:
    """Say whether the patient or their family asked for help or has it."""
    mine = Q(patient=patient)
    if patient.guarantor_id is not None:
        mine |= Q(guarantor_id=patient.guarantor_id)
    open_states = (Status.ASKED, Status.GIVEN)
    return HelpRequest.objects.filter(mine, status__in=open_states).exists()


def help_over(on: date) -> QuerySet[HelpRequest]:
    """Return help that is still given and whose last day is before this one."""
    return HelpRequest.objects.filter(status=Status.GIVEN, until_on__lt=on).order_by("pk")


def helped_by(request: HelpRequest) -> list[Patient]:
    """Return those whom a request is for."""
    if request.guarantor_id is None:
        return [request.patient]
    found = Patient.objects.filter(guarantor_id=request.guarantor_id)
    return list(found.exclude(status=Patient.Status.MERGED).order_by("pk"))


def oldest_owed(request: HelpRequest) -> date | None:
    """Return the first day of service of which one of them still owes something."""
    days = [
        visit.on
        for patient in helped_by(request)
        for visit in books.account(patient).open_visits
        if visit.on
    ]
    return min(days, default=None)


def proofs_of(request: HelpRequest) -> QuerySet[Document]:
    """Return the papers that were filed with a request."""
    found = Document.objects.filter(subject_id=request.pk, status=Document.Status.FILED)
    return found.order_by("captured_at", "pk")
