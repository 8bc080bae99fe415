"""The copay by card on the patient's own phone, in the gateway's own fields."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.ledger import jobs
from frontdesk.ledger.gateways import STRIPE_JS, card_gateway, card_policy, secret_of
from frontdesk.ledger.models import Payment
from frontdesk.portal.views.check_in import PURPOSE, copay_of, is_at_tablet
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling.models import Appointment
from frontdesk.ui.responses import respond
from frontdesk.visits import operations
from frontdesk.visits.models import Visit


@by_link(PURPOSE, asks_who=True)
def pay(request: LinkRequest, link: Link) -> HttpResponse:
    """Begin the payment, show the gateway's fields, and say how it went."""
    if card_gateway() is None or is_at_tablet(request, link):
        return HttpResponseRedirect(reverse("portal:check_in", args=[request.secret]))
    booked = Appointment.objects.select_related("site").get(pk=link.subject_id)
    if request.method == "POST":
        _go_on(request, booked)
        return HttpResponseRedirect(reverse("portal:check_in_pay", args=[request.secret]))
    payment = _payment(booked)
    if payment is None:
        return HttpResponseRedirect(reverse("portal:check_in", args=[request.secret]))
    return _shown(request, booked, payment)


def _shown(request: LinkRequest, booked: Appointment, payment: Payment) -> HttpResponse:
    """Draw the page; the number of the card goes from the phone to the gateway, never here."""
    secret, trouble = secret_of(payment)
    gateway = {"public_key": settings.STRIPE_PUBLIC_KEY, "stripe": STRIPE_JS}
    told: dict[str, Any] = {"payment": payment, "secret": secret, "trouble": trouble, **gateway}
    response = respond(request, "portal/check_in_pay.html", booked=booked, **told)
    response.headers["Content-Security-Policy"] = card_policy()
    return response


def _go_on(request: LinkRequest, booked: Appointment) -> None:
    """Ask the gateway about what was confirmed; otherwise begin."""
    payment = _payment(booked)
    if "confirmed" in request.POST and payment:
        jobs.settle_card.func(str(payment.practice_id), str(payment.pk))
    elif copay_of(_visit(booked)):
        operations.pay_self(booked, at=now(), by=request.actor)


def _visit(booked: Appointment) -> Visit | None:
    return Visit.objects.filter(appointment=booked).select_related("check_in").first()


def _payment(booked: Appointment) -> Payment | None:
    """Return the card payment of this visit's copay that was asked for last."""
    visits = Visit.objects.filter(appointment=booked).values("pk")
    mine = Payment.objects.filter(visit_id__in=visits, is_online=True, kind=Payment.Kind.COPAY)
    return mine.order_by("-taken_at", "-pk").first()
