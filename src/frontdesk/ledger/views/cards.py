"""A card typed into the gateway's own fields, and what the gateway tells us by itself."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontdesk.core.http import PUBLIC, Request, needs
from frontdesk.ledger import jobs
from frontdesk.ledger.gateways import (
    STRIPE_JS,
    CardDeclined,
    card_policy,
    event_dispute,
    event_payment,
    secret_of,
)
from frontdesk.ledger.models import Payment
from frontdesk.ui.responses import go, respond


@needs("ledger.take_payment")
def card(request: Request, pk: UUID) -> HttpResponse:
    """Show the gateway's fields for a payment that waits; asked again, how it stands."""
    found = get_object_or_404(Payment.objects.select_related("patient"), pk=pk, is_online=True)
    if request.method == "POST":  # the patient has confirmed: ask the gateway at once
        jobs.settle_card.func(str(found.practice_id), str(found.pk))
        return go(request, request.get_full_path())
    secret, trouble = secret_of(found)
    told: dict[str, Any] = {"payment": found, "secret": secret, "trouble": trouble}
    gateway = {"public_key": settings.STRIPE_PUBLIC_KEY, "stripe": STRIPE_JS}
    told["next"] = _next(request)
    response = respond(request, "ledger/card.html", **told, **gateway)
    response.headers["Content-Security-Policy"] = card_policy()
    return response


@csrf_exempt
@needs(PUBLIC)
@require_POST
def stripe_event(request: HttpRequest) -> HttpResponse:
    """Hear that a payment or a dispute changed; the signature proves it, the gateway is asked."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        about = event_payment(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
        disputed = event_dispute(request.body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except CardDeclined:
        return HttpResponse(status=400)
    if disputed:
        jobs.hear_dispute.enqueue(disputed)
    if about is not None:
        jobs.settle_card.enqueue(*about)
    return HttpResponse(status=204)


def _next(request: Request) -> str:
    """Return where the page leads afterwards: within this office only."""
    asked = request.GET.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""
