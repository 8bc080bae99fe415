"""Contracts with payers: what they allow, their days, and how two of them compare."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.coding import operations as coding
from frontdesk.coding import queries as prices
from frontdesk.coding.models import Contract, ContractTerm
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.workspace.forms.contracts import ContractForm, TermForm
from frontdesk.workspace.queries import contracts as queries

SEES, CHANGES = "coding.view", "coding.edit"
CHANGED = "contracts:changed"


@needs(SEES)
@require_GET
def contracts(request: Request) -> HttpResponse:
    """Show the contracts with payers, and the days without one."""
    on = today(request.site) if request.site else now().date()
    return respond(request, "workspace/contracts/list.html", part="rows", rows=queries.rows(on))


@needs(SEES)
@require_GET
def contract(request: Request, pk: UUID) -> HttpResponse:
    """Show one contract: its terms, codes without a price, or beside another."""
    held = get_object_or_404(prices.contracts(), pk=pk)
    on = today(request.site) if request.site else now().date()
    choices = queries.others(held)
    beside = next((one for one in choices if str(one.pk) == request.GET.get("beside")), None)
    return respond(
        request, "workspace/contracts/one.html", part="terms", row=queries.rows(on, [held])[0],
        contract=held, terms=queries.terms_of(held), choices=choices, beside=beside,
        unpriced=[] if beside else prices.unpriced(held),
        compared=prices.compared(held, beside) if beside else [],
    )  # fmt: skip


@needs(CHANGES)
def contract_new(request: Request) -> HttpResponse:
    """Begin a contract."""
    return _contract(request, None)


@needs(CHANGES)
def contract_edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a contract."""
    return _contract(request, get_object_or_404(Contract, pk=pk, is_active=True))


@needs(CHANGES)
@require_POST
@refusals_told
def contract_withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take a contract back that was entered by mistake."""
    coding.withdraw_contract(get_object_or_404(Contract, pk=pk), by=request.actor)
    toast(request, _("Taken back. Nothing is reckoned by it any more."))
    return go(request, "workspace:contracts")


@needs(CHANGES)
def term_new(request: Request, pk: UUID) -> HttpResponse:
    """Add a percentage for some codes."""
    held = get_object_or_404(Contract, pk=pk, is_active=True)
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            coding.add_term(held, **form.cleaned_data, by=request.actor)
            return done(request, CHANGED)
    return respond(request, "workspace/contracts/term.html", form=form, contract=held)


@needs(CHANGES)
@require_POST
@refusals_told
def term_remove(request: Request, pk: UUID) -> HttpResponse:
    """Take a percentage out of a contract."""
    term = coding.remove_term(get_object_or_404(ContractTerm, pk=pk), by=request.actor)
    toast(request, _("Taken out."))
    return go(request, "workspace:contract", term.contract_id)


def _contract(request: Request, held: Contract | None) -> HttpResponse:
    form = ContractForm(request.POST or None, contract=held)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = coding.save_contract(
                form.details(),
                contract=held,
                modifiers=form.cleaned_data["modifiers"],
                version=request.POST.get("version", ""),
                by=request.actor,
            )
            toast(request, _("Contract kept"))
            return go(request, "workspace:contract", made.pk)
    return respond(
        request, "workspace/contracts/edit.html", form=form, contract=held,
        version=held.version if held else "",
    )  # fmt: skip
