"""What payers paid beside what should be there: not posted, below contract, and at the bank."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.billing.models import BankLine, Underpayment
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ledger.forms.desk import KeptOfCards
from frontdesk.ledger.queries.payouts import on_their_way
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.view")
def unposted(request: Request) -> HttpResponse:
    """Show the decisions that fit no claim by themselves, the most dollars first."""
    page = Paginator(queries.unposted(), ON_A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "sum": queries.unposted_sum()}
    return respond(request, "billing/unposted.html", part="list", **told)


@needs("billing.view")
def underpaid(request: Request) -> HttpResponse:
    """Show what payers paid below their contracts, the most dollars first."""
    show = request.GET.get("show", Underpayment.Status.OPEN)
    page = Paginator(queries.underpaid(show), ON_A_PAGE).get_page(request.GET.get("page"))
    states = Underpayment.Status.choices
    told = {"page": page, "show": show, "states": states, "payers": queries.underpaid_by_payer()}
    return respond(request, "billing/underpaid.html", part="list", **told)


@needs("billing.remit")
def underpayment(request: Request, pk: UUID) -> HttpResponse:
    """Claim back what is missing on a line, or let it be, with the reason."""
    found = get_object_or_404(queries.underpaid(""), pk=pk)
    form = forms.Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = operations.accept_underpayment if "accept" in request.POST else operations.claim_back
        with refusals_on(form):
            act(found, because=form.cleaned_data["because"], at=now(), by=request.actor)
            toast(request, _("Noted in the claim's history"))
            return done(request, CHANGED)
    return respond(request, "billing/underpayment.html", one=found, form=form)


@needs("billing.view")
def bank(request: Request) -> HttpResponse:
    """Show the bank's credits beside what payers announced."""
    show = request.GET.get("show", "")
    page = Paginator(queries.bank_lines(show), ON_A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "show": show, "states": BankLine.Status.choices, "bank": queries.bank()}
    return respond(request, "billing/bank.html", part="list", **told)


@needs("billing.remit")
def bank_statement(request: Request) -> HttpResponse:
    """Bring in a statement of the bank."""
    form = forms.BankStatement(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_on(form):
            told = operations.read_statement(
                file.read(), name=file.name, at=now(), by=request.actor
            )
            words = _("%(new)s credits brought in, %(matched)s matched")
            toast(request, words % {"new": told[0], "matched": told[1]})
            return done(request, CHANGED)
    return respond(request, "billing/bank_statement.html", form=form)


@needs("billing.remit")
def bank_line(request: Request, pk: UUID) -> HttpResponse:
    """Say which remittances a credit is."""
    line = get_object_or_404(BankLine, pk=pk)
    form = forms.MatchCredit(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            chosen = form.cleaned_data["remittances"]
            operations.match_bank_line(line, chosen, at=now(), by=request.actor)
            toast(request, _("Matched"))
            return done(request, CHANGED)
    inside = line.remittances.select_related("payer").order_by("pk")
    return respond(request, "billing/bank_line.html", line=line, form=form, inside=inside)


@needs("billing.remit")
@require_POST
@refusals_told
def explain_credit(request: Request, pk: UUID) -> HttpResponse:
    """Close a credit that no payer sent."""
    line = get_object_or_404(BankLine, pk=pk)
    because = request.POST.get("because", "")
    operations.explain_bank_line(line, because=because, at=now(), by=request.actor)
    toast(request, _("Explained"))
    return done(request, CHANGED)


@needs("billing.remit")
def card_money(request: Request, pk: UUID) -> HttpResponse:
    """Say that the card processor sent a credit, and what it kept."""
    line = get_object_or_404(BankLine, pk=pk)
    form = KeptOfCards(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.settle_as_card_money(
                line, site=request.site, **form.cleaned_data, at=now(), by=request.actor
            )
            toast(request, _("Booked as card money"))
            return done(request, CHANGED)
    waiting = on_their_way()
    return respond(request, "billing/card_money.html", line=line, form=form, waiting=waiting)


@needs("billing.remit")
@require_POST
@refusals_told
def reopen_credit(request: Request, pk: UUID) -> HttpResponse:
    """Take a match or an explanation back."""
    line = get_object_or_404(BankLine, pk=pk)
    operations.open_bank_line(line, at=now(), by=request.actor)
    toast(request, _("Open again"))
    return done(request, CHANGED)
