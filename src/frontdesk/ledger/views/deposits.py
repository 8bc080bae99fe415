"""Deposits and card money: what goes to the bank, its slip, and what the bank says."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import exchange, forms, operations, queries
from frontdesk.ledger.models import CardPayout, Deposit
from frontdesk.practice.models import Practice
from frontdesk.ui.responses import (
    done,
    open_drawer,
    refusals_on,
    refusals_told,
    respond,
    toast,
    trigger,
)

CHANGED = "ledger:changed"


@needs("ledger.deposit")
@require_POST
@refusals_told
def new_deposit(request: Request) -> HttpResponse:
    """Make a deposit of what the counted drawers hold, and show it: its slip is printed next."""
    made = operations.make_deposit(request.site, at=now(), by=request.actor)
    toast(request, _("Deposit %(number)s made. Print its slip.") % {"number": made.number})
    answer = open_drawer(request, reverse("ledger:deposit", args=[made.pk]))
    return trigger(answer, **{CHANGED: {}})


@needs("ledger.deposit")
def deposit(request: Request, pk: UUID) -> HttpResponse:
    """Look at a deposit, and note that the bank has it."""
    found = _deposit(pk)
    initial = {"on": today(found.site), "credited": found.total}
    form = forms.Confirm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.confirm_deposit(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Deposit %(number)s is at the bank") % {"number": found.number})
            return done(request, CHANGED)
    told: dict[str, Any] = {"checks": queries.checks_of(found), "voiding": forms.Explain()}
    return respond(request, "ledger/deposit.html", deposit=found, form=form, **told)


@needs("ledger.deposit")
def void_deposit(request: Request, pk: UUID) -> HttpResponse:
    """Take a deposit apart that did not go to the bank."""
    found, form = _deposit(pk), forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.void_deposit(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Deposit %(number)s is taken apart") % {"number": found.number})
            return done(request, CHANGED)
    return respond(request, "ledger/void_deposit.html", deposit=found, form=form)


@needs("ledger.deposit")
def slip(request: Request, pk: UUID) -> HttpResponse:
    """Print the slip for the bank."""
    found = _deposit(pk)
    practice = Practice.objects.get(pk=found.practice_id)
    pdf = exchange.slip_pdf(practice, found, queries.checks_of(found))
    name = f'inline; filename="deposit-{found.number}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@needs("ledger.deposit")
def new_payout(request: Request) -> HttpResponse:
    """Note that the card processor's money is at the bank."""
    form = forms.CardMoney(request.POST or None, initial={"on": today(request.site)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.note_card_payout(
                request.site, **form.cleaned_data, at=now(), by=request.actor
            )
            toast(request, _("Noted: the card money is at the bank"))
            return done(request, CHANGED)
    waiting = queries.payouts.on_their_way()
    return respond(request, "ledger/payout_new.html", form=form, waiting=waiting)


@needs("ledger.deposit")
def payout(request: Request, pk: UUID) -> HttpResponse:
    """Look at card money that came, and take it back where it was noted by mistake."""
    found = get_object_or_404(CardPayout.objects.select_related("site"), pk=pk)
    form = forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.take_payout_back(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Taken back: the cards are on their way again"))
            return done(request, CHANGED)
    return respond(request, "ledger/payout.html", payout=found, form=form)


def _deposit(pk: UUID) -> Deposit:
    found: Deposit = get_object_or_404(Deposit.objects.select_related("site"), pk=pk)
    return found
