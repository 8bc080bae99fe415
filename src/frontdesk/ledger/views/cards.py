"""A card typed into the gateway's own fields, and what the gateway tells us by itself."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontdesk.core.http import PUBLIC, Request, needs
from frontdesk.ledger import jobs
from frontdesk.ledger.gateways import CardDeclined, NoGateway, card_gateway, event_payment
from frontdesk.ledger.models import Payment
from frontdesk.ui.middleware import POLICY
from frontdesk.ui.responses import go, respond

STRIPE_JS = "https://js.stripe.com"


@needs("ledger.take_payment")
def card(request: Request, pk: UUID) -> HttpResponse:
    """Show the gateway's fields for a payment that waits; asked again, how it stands."""
    found = get_object_or_404(Payment.objects.select_related("patient"), pk=pk, is_online=True)
    if request.method == "POST":  # the patient has confirmed: ask the gateway at once
        jobs.settle_card.func(str(found.practice_id), str(found.pk))
        return go(request, "ledger:card", found.pk)
    secret, trouble = _secret(found)
    told: dict[str, Any] = {"payment": found, "secret": secret, "trouble": trouble}
    gateway = {"public_key": settings.STRIPE_PUBLIC_KEY, "stripe": STRIPE_JS}
    response = respond(request, "ledger/card.html", **told, **gateway)
    response.headers["Content-Security-Policy"] = _policy()
    return response


@csrf_exempt
@needs(PUBLIC)
@require_POST
def stripe_event(request: HttpRequest) -> HttpResponse:
    """Hear that a payment changed: its signature is checked, then the gateway itself is asked."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        about = event_payment(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except CardDeclined:
        return HttpResponse(status=400)
    if about is not None:
        jobs.settle_card.enqueue(*about)
    return HttpResponse(status=204)


def _secret(payment: Payment) -> tuple[str, str]:
    gateway = card_gateway()
    if payment.status != Payment.Status.PENDING or gateway is None:
        return "", ""
    try:
        begun = gateway.begin(
            payment.amount,
            key=payment.key,
            practice_id=payment.practice_id,
            payment_id=payment.pk,
        )
    except (NoGateway, CardDeclined) as trouble:
        return "", str(trouble)
    return begun.secret, ""


def _policy() -> str:
    """Let this one page load the gateway's own script and its frame, and nothing else."""
    mine = {
        "script-src": f"'self' {STRIPE_JS}",
        "connect-src": "'self' https://api.stripe.com",
        "frame-src": f"{STRIPE_JS} https://hooks.stripe.com",
    }
    kept = [rule for rule in POLICY.split("; ") if rule.split(" ")[0] not in mine]
    return "; ".join([*kept, *(f"{name} {where}" for name, where in mine.items())])
