"""Vendors on screen, their bank details in four eyes, limits, settings, the year's list."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger.rules import CHART
from frontdesk.office import models, operations
from frontdesk.office.exchange.lists import year_file
from frontdesk.office.forms import vendors as forms
from frontdesk.office.forms.fields import Because
from frontdesk.office.operations.persons import is_same
from frontdesk.office.queries import bills
from frontdesk.office.queries import vendors as queries
from frontdesk.office.rules.yearly import is_fixed, reported_from
from frontdesk.ui import crud
from frontdesk.ui.responses import csv_file, done, refusals_on, refusals_told, respond, toast

SEES = ("office.view",)
CHANGED = "vendors:changed"


def _account(record: Any) -> str:
    rule = CHART.get(record.account)
    return rule.name if rule else record.account


VENDORS = crud.Table(
    name="vendors",
    namespace="office",
    places="office/places.html",
    title=_("Vendors"),
    noun=_("vendor"),
    icon="building-store",
    rows=queries.vendors,
    form=forms.Vendor,
    save=operations.save_vendor,
    sees=SEES,
    changes="office.bill",
    columns=(
        crud.Column(_("Name"), "name"),
        crud.Column(_("Terms"), "terms"),
        crud.Column(_("Paid by"), "get_pays_by_display"),
        crud.Column(_("Usual account"), _account),
        crud.Column(_("Tax id"), "tax_id_shown"),
        crud.Column(_("In use"), "is_active"),
    ),
    search=("name", "our_account", "contact"),
    empty=_("Whoever sends bills: with their terms, how they are paid, and their usual account."),
    acts="office/vendor_acts.html",
)
RECURRING = crud.Table(
    name="recurring",
    namespace="office",
    places="office/places.html",
    title=_("Recurring bills"),
    noun=_("recurring bill"),
    icon="repeat",
    rows=bills.recurring,
    form=forms.Recurring,
    save=operations.save_recurring,
    sees=SEES,
    changes="office.bill",
    columns=(
        crud.Column(_("Vendor"), "vendor.name"),
        crud.Column(_("What"), "what"),
        crud.Column(_("Every"), "get_every_display"),
        crud.Column(_("Next on"), "next_on"),
        crud.Column(_("Amount"), "amount"),
        crud.Column(_("Goes on"), "is_active"),
    ),
    search=("vendor__name", "what"),
    empty=_("Rent, leases, software: entered by themselves on their day, and approved like any."),
)
LIMITS = crud.Table(
    name="limits",
    namespace="office",
    places="office/places.html",
    title=_("Who approves how much"),
    noun=_("limit"),
    icon="shield-check",
    rows=queries.limits,
    form=forms.Limit,
    save=operations.save_limit,
    sees=SEES,
    changes="office.set",
    columns=(
        crud.Column(_("Who"), "member.name"),
        crud.Column(_("Approves alone up to"), "up_to"),
    ),
    empty=_("Whoever may approve does so up to $500 alone; above it a second person does too."),
)


@needs("office.view")
def bank(request: Request, pk: UUID) -> HttpResponse:
    """Show a vendor's bank accounts, and note new details."""
    vendor = get_object_or_404(models.Vendor, pk=pk)
    form = forms.Bank(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _propose(request, vendor, form)
            return done(request, CHANGED)
    banks = list(queries.banks_of(vendor))
    return respond(request, "office/bank.html", vendor=vendor, banks=banks, form=form)


@needs("office.view")
def bank_details(request: Request, pk: UUID) -> HttpResponse:
    """Confirm bank details that somebody else noted, after calling back."""
    found = _bank(pk)
    form = Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.confirm_bank(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, gettext("The bank details are in use"))
            return done(request, CHANGED)
    own = is_same(request.actor, found.proposed_by_id, found.proposed_by)
    return respond(request, "office/bank_details.html", bank=found, form=form, is_own=own)


@needs("office.bank")
@require_POST
@refusals_told
def refuse_bank(request: Request, pk: UUID) -> HttpResponse:
    """Refuse bank details that are not the vendor's."""
    found, because = _bank(pk), request.POST.get("because", "")
    operations.refuse_bank(found, because=because, at=now(), by=request.actor)
    toast(request, gettext("Refused. The account in use stays."))
    return done(request, CHANGED)


@needs("office.set")
def settings(request: Request) -> HttpResponse:
    """Show and set from which account bills are paid, and the office's own rules."""
    form = forms.Settings(request.POST or None, instance=queries.pay_settings())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_pay_settings(form.cleaned_data, by=request.actor)
            toast(request, gettext("Saved"))
            return done(request, "office:changed")
    return respond(request, "office/settings.html", form=form)


@needs("office.view")
def year(request: Request) -> HttpResponse:
    """List what vendors marked for a 1099 were paid in a year."""
    chosen = _year(request)
    told: dict[str, Any] = {
        "year": chosen,
        "rows": queries.year_list(chosen),
        "least": reported_from(chosen),
    }
    years = [chosen - 1, chosen, chosen + 1]
    return respond(request, "office/year.html", is_fixed=is_fixed(chosen), years=years, **told)


@needs("office.bank")
@refusals_told
def year_csv(request: Request) -> HttpResponseBase:
    """Take the year's list out, with whole tax ids."""
    chosen = _year(request)
    rows = operations.export_year(chosen, by=request.actor)
    return csv_file(f"1099-{chosen}", year_file(rows))


def _year(request: Request) -> int:
    asked = request.GET.get("year", "")
    usual = today(request.site).year
    if not (len(asked) == 4 and asked.isascii() and asked.isdigit()):
        return usual
    return int(asked) if 2000 <= int(asked) <= 2100 else usual


def _propose(request: Request, vendor: models.Vendor, form: forms.Bank) -> None:
    operations.propose_bank(vendor, **form.cleaned_data, at=now(), by=request.actor)
    toast(request, gettext("Noted. Somebody else calls the vendor and confirms it."))


def _bank(pk: UUID) -> models.VendorBank:
    found: models.VendorBank = get_object_or_404(
        models.VendorBank.objects.select_related("vendor"), pk=pk
    )
    return found
