"""Cards on file on screen: the consent, the gateway's fields, and taking one off."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import forms, jobs, operations, queries
from frontdesk.ledger.gateways import STRIPE_JS, card_policy
from frontdesk.ledger.models import SavedCard
from frontdesk.ledger.rules.paper import CONSENT
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.take_payment")
def new_card(request: Request, pk: UUID) -> HttpResponse:
    """Ask for the consent to keep a card, then lead to the gateway's fields."""
    patient, policy = get_object_or_404(Patient, pk=pk), queries.payment_policy()
    form = forms.KeepCard(request.POST or None, initial={"most": policy.card_most})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            until = form.until(today(request.site))
            said = {"most": form.cleaned_data["most"], "until": until, "site": request.site}
            card = operations.ask_for_card(patient, **said, at=now(), by=request.actor)
            return go(request, "ledger:kept_card", card.pk)
    words = CONSENT.format(
        practice=patient.practice.name, most=policy.card_most, days=policy.notice_days,
        ends=_("as chosen above"),
    )  # fmt: skip
    told: dict[str, Any] = {"patient": patient, "consent": words}
    return respond(request, "ledger/card_new.html", form=form, **told)


@needs("ledger.take_payment")
def kept_card(request: Request, pk: UUID) -> HttpResponse:
    """Show the gateway's fields for a card that is to be kept; then how it stands."""
    found = _card(pk)
    if request.method == "POST":  # the card was typed in: ask the gateway at once
        jobs.keep_card_now(found)
        return go(request, "ledger:kept_card", pk)
    secret, trouble = jobs.ask_card(found)
    told: dict[str, Any] = {"card": _card(pk), "secret": secret, "trouble": trouble}
    gateway = {"public_key": settings.STRIPE_PUBLIC_KEY, "stripe": STRIPE_JS}
    response = respond(request, "ledger/card_kept.html", form=None, **told, **gateway)
    response.headers["Content-Security-Policy"] = card_policy()
    return response


@needs("ledger.take_payment")
def remove_card(request: Request, pk: UUID) -> HttpResponse:
    """Take a card off file."""
    found, form = _card(pk), forms.CloseCard(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.remove_card(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("%(card)s is off file") % {"card": found})
            return done(request, CHANGED)
    return respond(request, "ledger/card_remove.html", card=found, form=form)


def _card(pk: UUID) -> SavedCard:
    found: SavedCard = get_object_or_404(SavedCard.objects.select_related("patient"), pk=pk)
    return found
