"""Payments: take one, look at it, print its receipt, take it back, and the day's drawer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import exchange, forms, operations, queries
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.staff.queries import member_of
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.take_payment")
def take(request: Request) -> HttpResponse:
    """Take a payment, from anywhere; `?patient=` says whose."""
    if request.method == "POST":
        return _take(request, forms.Take(request.POST))
    patient = _named(request.GET.get("patient", ""))
    owed = queries.balance_of(patient).to_pay if patient else None
    initial = {"patient": patient.pk if patient else None, "amount": owed or None}
    return _drawn(request, forms.Take(initial=initial), patient)


@needs("ledger.view")
def payment(request: Request, pk: UUID) -> HttpResponse:
    """Look at one payment."""
    return respond(request, "ledger/payment.html", payment=_payment(pk), form=forms.TakeBack())


@needs("ledger.view")
def receipt(request: Request, pk: UUID) -> HttpResponse:
    """Print the receipt of a payment."""
    found = get_object_or_404(_payments().exclude(number=None), pk=pk)
    pdf = exchange.receipt_pdf(queries.receipt(found))
    name = f'inline; filename="receipt-{found.number}.pdf"'
    headers = {"Content-Disposition": name}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@needs("ledger.refund")
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """Take a payment back, with the reason."""
    found, form = _payment(pk), forms.TakeBack(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.reverse_payment(
                found, because=form.cleaned_data["because"], at=now(), by=request.actor
            )
            toast(request, _("Payment %(number)s taken back") % {"number": found.number})
            return done(request, CHANGED)
    return respond(request, "ledger/payment.html", payment=found, form=form)


@needs("ledger.view")
def payments(request: Request) -> HttpResponse:
    """Show the payments of the site's day, with the sums to count the drawer against."""
    form = forms.Day(request.GET)
    on = (form.is_valid() and form.cleaned_data["on"]) or today(request.site)
    told = {"day": queries.payments_of_day(request.site, on), "is_blind": _counts_blind(request)}
    return respond(request, "ledger/payments.html", part="day", on=on, form=None, **told)


def _counts_blind(request: Request) -> bool:
    """Whether the sums are kept from somebody who is still to count a drawer."""
    mine = queries.drawer_of(member_of(request.actor))
    return mine is not None and not request.actor.may("ledger.close")


def _take(request: Request, form: forms.Take) -> HttpResponse:
    if form.is_valid():
        said = {**form.cleaned_data, "site": request.site, "at": now(), "by": request.actor}
        with refusals_on(form):
            if form.is_online:
                return go(request, "ledger:card", operations.start_card_payment(**_online(said)).pk)
            taken = operations.take_payment(**said)
            return respond(request, "ledger/taken.html", payment=taken)
    patient = form.cleaned_data.get("patient") if hasattr(form, "cleaned_data") else None
    return _drawn(request, form, patient)


def _drawn(request: Request, form: forms.Take, patient: Patient | None) -> HttpResponse:
    account = queries.account(patient) if patient else None
    return respond(request, "ledger/take.html", form=form, patient=patient, account=account)


def _online(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in said if name not in {"method", "reference", "approval"}}


def _named(key: str) -> Patient | None:
    try:
        return Patient.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _payments() -> Any:
    return Payment.objects.select_related("patient", "site", "posting", "practice")


def _payment(pk: UUID) -> Payment:
    found: Payment = get_object_or_404(_payments(), pk=pk)
    return found
