"""Denials: the list by what a minute is worth, one denial in its drawer, what comes of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.billing.models import Claim, Denial
from frontdesk.billing.queries import denial_charts
from frontdesk.billing.queries import denial_patterns as repeated
from frontdesk.core.clock import day_bounds, now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.ui.responses import go, refusals_on, refusals_told, respond, toast

SPANS = {"30": 30, "90": 90, "365": 365}


@needs("billing.view")
def denials(request: Request) -> HttpResponse:
    """Show what payers refused: what brings most for each minute of work first."""
    form = forms.DenialFilter(request.GET)
    form.is_valid()
    said = form.cleaned_data
    found = queries.denial_list(
        show=said.get("show") or "work",
        number=said.get("page") or 1,
        cause=said.get("cause") or "",
        payer=said.get("payer"),
        reason=said.get("reason") or "",
        today=today(request.site),
    )
    return respond(request, "billing/denials.html", part="list", work=found, asked=form)


@needs("billing.view")
def denial(request: Request, pk: UUID) -> HttpResponse:
    """Show a denial; looking at what it says of a patient is remembered."""
    found = _denial(pk)
    people.open_chart(found.claim.patient, what="denial", by=request.actor)
    return _drawn(request, found)


@needs("billing.claim")
@require_POST
@refusals_told
def take_denial(request: Request, pk: UUID) -> HttpResponse:
    """Begin to work a denial."""
    operations.take_denial(_denial(pk), at=now(), by=request.actor)
    toast(request, _("It is yours: your time is noted with the next step"))
    return _drawn(request, _denial(pk))


@needs("billing.claim")
@require_POST
def note_denial(request: Request, pk: UUID) -> HttpResponse:
    """Write down what was found out."""
    found, form = _denial(pk), forms.NoteDenial(request.POST)
    return _answer(
        request, found, form, lambda said, by: operations.note_denial(found, **said, **by)
    )


@needs("billing.claim")
@require_POST
def set_cause(request: Request, pk: UUID) -> HttpResponse:
    """Say what the root cause really was."""
    found, form = _denial(pk), forms.ChooseCause(request.POST)
    return _answer(request, found, form, lambda said, by: operations.set_cause(found, **said, **by))


@needs("billing.claim")
@require_POST
@refusals_told
def correct_denial(request: Request, pk: UUID) -> HttpResponse:
    """Build the corrected claim, and show it."""
    made: Claim = operations.replace_claim(_denial(pk).claim, at=now(), by=request.actor)
    toast(request, _("Claim %(n)s is built: correct it and send it") % {"n": made.number})
    return go(request, "billing:claim", made.pk)


@needs("billing.remit")
@require_POST
def bill_denial(request: Request, pk: UUID) -> HttpResponse:
    """Let the patient owe what was refused."""
    found, form = _denial(pk), forms.Because(request.POST)
    bill = operations.bill_denial_to_patient
    return _answer(request, found, form, lambda said, by: bill(found, **said, **by))


@needs("ledger.adjust")
@require_POST
def write_off_denial(request: Request, pk: UUID) -> HttpResponse:
    """Give up what was refused, or ask for it."""
    found, form = _denial(pk), forms.Because(request.POST)
    give_up = operations.write_off_denial
    return _answer(request, found, form, lambda said, by: give_up(found, **said, **by))


@needs("billing.agree")
@require_POST
@refusals_told
def agree_write_off(request: Request, pk: UUID) -> HttpResponse:
    """Agree to a write-off that somebody else asked for."""
    operations.agree_to_write_off(_denial(pk), at=now(), by=request.actor)
    toast(request, _("Written off"))
    return _drawn(request, _denial(pk))


@needs("billing.agree")
@require_POST
def decline_write_off(request: Request, pk: UUID) -> HttpResponse:
    """Send a denial back to be worked."""
    found, form = _denial(pk), forms.Because(request.POST)
    decline = operations.decline_write_off
    return _answer(request, found, form, lambda said, by: decline(found, **said, **by))


@needs("billing.view")
def denial_report(request: Request) -> HttpResponse:
    """Show denials by root cause, duty and payer, what came of appeals, and who worked how many."""
    days = SPANS.get(request.GET.get("days", ""), 90)
    on = today(request.site)
    since = on - timedelta(days=days)
    told = denial_charts.report(since)
    workers = queries.productivity(day_bounds(request.site, since)[0], request.site)
    return respond(
        request, "billing/denial_report.html", told=told, workers=workers, days=days, spans=SPANS
    )


@needs("billing.view")
def denial_patterns(request: Request) -> HttpResponse:
    """Show what payers refuse again and again, and what a rule against it would have caught."""
    found = repeated.patterns(today(request.site))
    return respond(request, "billing/denial_patterns.html", patterns=found)


@needs("billing.claim")
@require_POST
@refusals_told
def propose_prevention(request: Request) -> HttpResponse:
    """Draft a rule against a pattern, and show it to be tried and put in force."""
    form = forms.PatternChosen(request.POST)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = repeated.pattern_of(today(request.site), **chosen) if chosen else None
    if found is None:
        raise Http404
    rule = operations.propose_prevention(found, at=now(), by=request.actor)
    toast(request, _("Proposed: try it on the past, then put it in force"))
    return go(request, "billing:rule", rule.pk)


def _answer(
    request: Request,
    found: Denial,
    form: BaseForm,
    change: Callable[[dict[str, Any], dict[str, Any]], object],
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            change(form.cleaned_data, {"at": now(), "by": request.actor})
            toast(request, _("Saved"))
            return _drawn(request, _denial(found.pk))
    return _drawn(request, found, form)


def _denial(pk: UUID) -> Denial:
    found: Denial = get_object_or_404(queries.denials(), pk=pk)
    return found


def _drawn(request: Request, found: Denial, form: BaseForm | None = None) -> HttpResponse:
    page = queries.denial_page(found, today=today(request.site))
    causes = forms.ChooseCause(initial={"cause": found.cause})
    return respond(request, "billing/denial.html", page=page, form=form, causes=causes)
