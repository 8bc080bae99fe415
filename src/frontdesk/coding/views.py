"""Codes while one types; the charge list and its prices."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.coding import forms, operations, queries
from frontdesk.coding.models import ChargeItem, FeeSchedule
from frontdesk.coding.operations.trial import try_prices
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_on, respond, toast, words_typed

SEES, CHANGES = "coding.view", "coding.edit"
ON_A_PAGE = 50
CHARGES_CHANGED, PRICES_CHANGED = "charges:changed", "prices:changed"
NECESSITY_CHANGED = "necessity:changed"


@needs(SEES)
def diagnoses(request: Request) -> HttpResponse:
    """Offer ICD-10-CM codes for what is typed, valid on `on` (today without it)."""
    found = queries.find_diagnoses(words_typed(request), on=_day(request))
    return respond(request, "coding/diagnosis_options.html", found=found)


@needs(SEES)
def procedures(request: Request) -> HttpResponse:
    """Offer services for what is typed: the own list, then HCPCS valid on `on`."""
    found = queries.find_procedures(words_typed(request), on=_day(request))
    return respond(request, "coding/procedure_options.html", found=found)


@needs(SEES)
def modifiers(request: Request) -> HttpResponse:
    """Offer modifiers for what is typed."""
    found = queries.modifiers(words_typed(request), limit=queries.MOST)
    return respond(request, "coding/modifier_options.html", found=found)


@needs(SEES)
def charges(request: Request) -> HttpResponse:
    """Show the practice's charge list with today's prices."""
    words = words_typed(request)
    page = Paginator(queries.charge_list(words), ON_A_PAGE).get_page(request.GET.get("page"))
    prices = queries.fees([item.code for item in page], _today(request))
    rows = [(item, prices.get(item.code)) for item in page]
    return respond(request, "coding/charges.html", part="rows", page=page, rows=rows, q=words)


@needs(CHANGES)
def charge_new(request: Request) -> HttpResponse:
    """Put a line on the charge list."""
    return _charge(request, None)


@needs(CHANGES)
def charge(request: Request, pk: UUID) -> HttpResponse:
    """Change a line of the charge list and its price."""
    return _charge(request, get_object_or_404(ChargeItem, pk=pk))


@needs(SEES)
def schedules(request: Request) -> HttpResponse:
    """Show the price lists."""
    return respond(
        request, "coding/schedules.html", part="rows", schedules=queries.priced_schedules()
    )


@needs(CHANGES)
def schedule_new(request: Request) -> HttpResponse:
    """Begin a price list."""
    form = forms.Schedule(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.open_schedule(**form.cleaned_data, by=request.actor)
            toast(request, _("Price list begun"))
            return done(request, PRICES_CHANGED)
    return respond(request, "coding/schedule_new.html", form=form)


@needs(SEES)
def schedule(request: Request, pk: UUID) -> HttpResponse:
    """Show the prices on one list."""
    found = get_object_or_404(FeeSchedule, pk=pk)
    page = Paginator(queries.price_list(found), ON_A_PAGE).get_page(request.GET.get("page"))
    return respond(request, "coding/schedule.html", part="rows", schedule=found, page=page)


@needs(CHANGES)
def price(request: Request, pk: UUID) -> HttpResponse:
    """Set one price on a list."""
    found = get_object_or_404(FeeSchedule, pk=pk)
    first = {name: request.GET.get(name, "") for name in ("code", "modifier", "amount")}
    form = forms.Price(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.set_fee(found, **form.cleaned_data, by=request.actor)
            toast(request, _("Price set"))
            return done(request, PRICES_CHANGED)
    return respond(request, "coding/price.html", form=form, schedule=found)


@needs(CHANGES)
def import_prices(request: Request, pk: UUID) -> HttpResponse:
    """Bring in a price list from a file; CPT with the practice's word that it is licensed."""
    found = get_object_or_404(FeeSchedule, pk=pk)
    form = forms.Prices(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said, content = form.cleaned_data, form.cleaned_data["file"].read()
        if "try" in request.POST:
            trial = try_prices(found, content, form.mapping())
            return respond(
                request, "coding/import_prices.html", form=form, schedule=found, trial=trial
            )
        with refusals_on(form):
            taken = operations.import_prices(
                found,
                content,
                mapping=form.mapping(),
                file_name=said["file"].name,
                system=said["system"],
                licence=said["licence"],
                attested=said["attested"],
                at=now(),
                by=request.actor,
            )
            toast(request, _("%(n)s prices brought in") % {"n": taken.rows})
            return go(request, "coding:schedule", found.pk)
    return respond(request, "coding/import_prices.html", form=form, schedule=found)


@needs(SEES)
def necessity(request: Request) -> HttpResponse:
    """Show which diagnoses make which services medically necessary."""
    words = words_typed(request)
    page = Paginator(queries.necessities(words), ON_A_PAGE).get_page(request.GET.get("page"))
    return respond(request, "coding/necessity.html", part="rows", page=page, q=words)


@needs(CHANGES)
def import_necessity(request: Request) -> HttpResponse:
    """Bring in coverage policies from a file."""
    form = forms.Necessity(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            taken = operations.import_necessity(form.cleaned_data["file"].read(), by=request.actor)
            toast(request, _("%(n)s entries brought in") % {"n": taken})
            return done(request, NECESSITY_CHANGED)
    return respond(request, "coding/import_necessity.html", form=form)


def _charge(request: Request, item: ChargeItem | None) -> HttpResponse:
    on = _today(request)
    amount = queries.fee(item.code, [], on) if item else None
    version = item.version if item else ""
    form = forms.Charge(request.POST or None, instance=item, amount=amount)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            operations.save_charge(
                said["code"],
                said,
                amount=said["amount"],
                on=on,
                version=request.POST.get("version", ""),
                is_new=item is None,
                by=request.actor,
            )
            toast(request, _("Charge list changed"))
            return done(request, CHARGES_CHANGED)
    context: dict[str, Any] = {"form": form, "item": item, "version": version}
    return respond(request, "coding/charge.html", **context)


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return _today(request)


def _today(request: Request) -> date:
    """Return the site's day; while a practice is set up there may be no site yet."""
    return today(request.site) if request.site else now().date()
