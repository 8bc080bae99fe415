"""Questions about statements: which are open, who is to be billed."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from frontdesk.billing.models import Statement
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.ledger.models import Account, Entry
from frontdesk.ledger.rules.chart import CREDIT, PATIENT
from frontdesk.people.models import Patient

_OPEN = (Statement.Status.MADE, Statement.Status.SENT)
_NOTHING = Value(ZERO, output_field=MoneyField())


def open_statements(patient: Patient) -> QuerySet[Statement]:
    """Return the patient's statements that are not paid, the newest first."""
    return Statement.objects.filter(patient=patient, status__in=_OPEN).order_by("-number")


def statements(show: str = "") -> QuerySet[Statement]:
    """Return statements, the newest first; `show` is a status, or nothing for all."""
    found = Statement.objects.select_related("patient", "document").order_by("-number")
    return found.filter(status=show) if show else found


def patients_to_bill(since: date) -> QuerySet[Patient]:
    """Return living patients who owe more than their credit and got no statement since that day."""
    billed = Statement.objects.filter(patient=OuterRef("pk"), made_on__gt=since)
    theirs = list(Account.objects.filter(code__in=(PATIENT, CREDIT)).values_list("pk", flat=True))
    into, out = Q(target__in=theirs), Q(source__in=theirs)
    owing = (
        Entry.objects.filter(into | out)
        .order_by()
        .values("patient")
        .annotate(
            came=Coalesce(Sum("amount", filter=into), _NOTHING),
            went=Coalesce(Sum("amount", filter=out), _NOTHING),
        )
        .filter(came__gt=F("went"))  # debits above credits: something is left to pay
    )
    return (
        Patient.objects.filter(pk__in=owing.values("patient"))
        .exclude(status__in=(Patient.Status.DECEASED, Patient.Status.MERGED))
        .exclude(Exists(billed))
        .order_by("last_name", "first_name", "pk")
    )
