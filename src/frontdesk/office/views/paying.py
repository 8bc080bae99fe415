"""Paying on screen: the run with its preview, checks, bank files, single payments."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.office import operations
from frontdesk.office.forms import paying as forms
from frontdesk.office.forms.fields import Because
from frontdesk.office.models import PaymentRun, VendorPayment
from frontdesk.office.queries import paying as queries
from frontdesk.office.queries.vendors import pay_settings
from frontdesk.ui.responses import csv_file, done, go, refusals_on, refusals_told, respond, toast

CHANGED = "office:changed"
ROWS = 50
AHEAD = timedelta(days=7)  # a run is made once a week


@needs("office.pay")
def pay(request: Request) -> HttpResponse:
    """Choose what a run pays, see what it comes to, and pay it."""
    asked = forms.When(request.GET)
    day = today(request.site)
    pay_on = asked.said("pay_on", day)
    until = asked.said("until", pay_on + AHEAD)
    form = forms.Pay(request.POST or None)
    if request.method == "POST":
        return _paid(request, form, pay_on, until)
    told = {"preview": queries.preview(pay_on, until), "pay_on": pay_on, "until": until}
    return respond(request, "office/pay.html", form=form, settings=pay_settings(), **told)


@needs("office.pay")
@require_POST
def pay_preview(request: Request) -> HttpResponse:
    """Reckon anew what the picked bills come to."""
    asked = forms.When(request.POST)
    pay_on = asked.said("pay_on", today(request.site))
    preview = queries.preview(pay_on, asked.said("until", pay_on), _keys(request))
    return respond(request, "office/pay_sum.html", preview=preview, form_key=forms.Pay().new_key)


@needs("office.view")
def run(request: Request, pk: UUID) -> HttpResponse:
    """Show what a run paid, with its checks and its bank file."""
    found = get_object_or_404(PaymentRun, pk=pk)
    payments = queries.payments_of(found)
    live = [one for one in payments if one.status == VendorPayment.Status.ISSUED]
    told: dict[str, Any] = {
        "run": found,
        "payments": payments,
        "total": queries.total_of(found),
        "checks": [one for one in live if one.check_number],
        "transfers": [one for one in payments if one.method == VendorPayment.Method.ACH],
    }
    return respond(request, "office/run.html", part="run", **told)


@needs("office.pay")
@refusals_told
def run_checks(request: Request, pk: UUID) -> HttpResponse:
    """Print the checks of a run."""
    found = get_object_or_404(PaymentRun, pk=pk)
    payments = queries.payments_of(found)
    content = operations.print_checks(payments, at=now(), by=request.actor)
    return _pdf(content, f"checks-run-{found.number}")


@needs("office.pay")
@refusals_told
def run_file(request: Request, pk: UUID) -> HttpResponse:
    """Take the bank file of a run."""
    found = get_object_or_404(PaymentRun, pk=pk)
    text = operations.write_bank_file(found, at=now(), by=request.actor)
    head = {"Content-Disposition": f'attachment; filename="run-{found.number}.ach"'}
    return HttpResponse(text, content_type="text/plain; charset=us-ascii", headers=head)


@needs("office.view")
def payments(request: Request) -> HttpResponse:
    """List what was paid to vendors, the newest first."""
    page = Paginator(queries.payments(), ROWS).get_page(request.GET.get("page"))
    last = today(request.site)
    span = forms.Span(initial={"first": last - timedelta(days=7), "last": last})
    return respond(request, "office/payments.html", part="list", page=page, span=span)


@needs("office.view")
def payment(request: Request, pk: UUID) -> HttpResponse:
    """Show one payment and the bills it paid."""
    found = _payment(pk)
    replaced = VendorPayment.objects.filter(replaces=found).first()
    told: dict[str, Any] = {"items": queries.items_of(found), "replaced": replaced}
    return respond(request, "office/payment.html", payment=found, **told)


@needs("office.pay")
def void_payment(request: Request, pk: UUID) -> HttpResponse:
    """Void a payment; of a check, write it anew if that is asked."""
    found, form = _payment(pk), Because(request.POST or None)
    again = "again" in request.GET
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            act = operations.reissue if again else operations.void_payment
            made = act(found, **form.cleaned_data, at=now(), by=request.actor)
            words = _("%(new)s replaces it") if again else _("%(new)s is voided")
            toast(request, words % {"new": made})
            return done(request, CHANGED)
    return respond(request, "office/void_payment.html", payment=found, form=form, again=again)


@needs("office.pay")
@refusals_told
def check(request: Request, pk: UUID) -> HttpResponse:
    """Print one check."""
    found = _payment(pk)
    content = operations.print_checks([found], at=now(), by=request.actor)
    return _pdf(content, f"check-{found.check_number}")


@needs("office.pay")
@refusals_told
def positive_pay(request: Request) -> HttpResponseBase:
    """Take the list of checks for the bank out."""
    asked = forms.Span(request.GET)
    last = asked.said("last", today(request.site))
    first = asked.said("first", last - timedelta(days=7))
    lines = operations.write_positive_pay(first, last, by=request.actor)
    return csv_file(f"checks-{last:%Y-%m-%d}", lines)


def _paid(request: Request, form: forms.Pay, pay_on: date, until: date) -> HttpResponse:
    if form.is_valid():
        said = form.cleaned_data
        pay_on, until = said["pay_on"], said["until"]
        with refusals_on(form):
            run = operations.pay_bills(
                [bill.pk for bill in said["bill"]],
                pay_on=pay_on,
                expected=said["expected"],
                key=said["key"],
                at=now(),
                by=request.actor,
            )
            toast(request, _("%(run)s is paid. Print its checks.") % {"run": run})
            return go(request, reverse("office:run", args=[run.pk]))
    told: dict[str, Any] = {"preview": queries.preview(pay_on, until, _keys(request))}
    told |= {"pay_on": pay_on, "until": until}
    return respond(request, "office/pay.html", form=form, settings=pay_settings(), **told)


def _keys(request: Request) -> list[UUID]:
    found = []
    for text in request.POST.getlist("bill"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _pdf(content: bytes, name: str) -> HttpResponse:
    head = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=head)


def _payment(pk: UUID) -> VendorPayment:
    chosen = VendorPayment.objects.select_related("vendor", "run", "bank", "posting", "replaces")
    found: VendorPayment = get_object_or_404(chosen, pk=pk)
    return found
