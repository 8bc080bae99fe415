"""Statements: who is to be billed, what was sent, runs and whom they left out, and the paper."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.forms import bills as forms
from frontdesk.billing.models import Statement, StatementRun
from frontdesk.billing.rules.bills import HELD, cycle_on, letters_of
from frontdesk.billing.rules.explaining import explain
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people.models import Patient
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.statement")
def statements(request: Request) -> HttpResponse:
    """Show the statements that were made, how many should be, and the run that is under way."""
    show = request.GET.get("show", "")
    page = Paginator(queries.statements(show), ON_A_PAGE).get_page(request.GET.get("page"))
    states = [*Statement.Status.choices, ("returned", _("Mail came back"))]
    told = {"page": page, "show": show, "states": states, **_to_bill(request)}
    return respond(request, "billing/statements.html", part="list", **told)


@needs("billing.statement")
@require_POST
@refusals_told
def make_statements(request: Request) -> HttpResponse:
    """Begin a run over everybody, or over the part of the alphabet whose turn it is."""
    form = forms.RunOf(request.POST)
    cycle = form.cleaned_data["cycle"] if form.is_valid() else 0
    on = today(request.site)
    run = operations.start_run(on=on, cycle=cycle or 0, at=now(), by=request.actor)
    toast(request, _("Statements are being made: run %(n)s") % {"n": run.number})
    return done(request, CHANGED)


@needs("billing.statement")
@require_POST
@refusals_told
def make_statement(request: Request, pk: UUID) -> HttpResponse:
    """Bill one patient."""
    patient = get_object_or_404(Patient, pk=pk)
    made = operations.make_statement(patient, on=today(request.site), at=now(), by=request.actor)
    toast(request, _("Statement %(n)s made") % {"n": made.number})
    return done(request, CHANGED)


@needs("billing.statement")
def statement(request: Request, pk: UUID) -> HttpResponse:
    """Print a statement."""
    found = _statement(pk)
    name = f'inline; filename="statement-{found.number}.pdf"'
    return HttpResponse(
        exchange.statement_pdf(found, queries.family_on(found), queries.pay_address(found, now())),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@needs("billing.statement")
def look(request: Request, pk: UUID) -> HttpResponse:
    """Look at a statement: its lines in words, how it was sent, what came back."""
    found = _statement(pk)
    lines = exchange.read_lines(found.lines)
    told: dict[str, Any] = {
        "statement": found,
        "lines": [(line, explain(line, found.language)) for line in lines],
        "held": [(line, HELD[line.held]) for line in exchange.read_lines(found.held)],
        "messages": queries.messages_of(found)[:8],
        "parts": found.parts.select_related("patient").order_by("-amount"),
        "ages": list(zip(("0–30", "31–60", "61–90", "90+"), found.aging, strict=False)),
    }
    return respond(request, "billing/statement_look.html", **told)


@needs("billing.statement")
@require_POST
@refusals_told
def mailed(request: Request, pk: UUID) -> HttpResponse:
    """Note that a statement went out by mail."""
    found = get_object_or_404(Statement, pk=pk)
    operations.note_mailed(found, on=today(request.site), by=request.actor)
    toast(request, _("Statement %(n)s is sent") % {"n": found.number})
    return done(request, CHANGED)


@needs("billing.statement")
@require_POST
@refusals_told
def returned(request: Request, pk: UUID) -> HttpResponse:
    """Note that the letter came back."""
    found = get_object_or_404(Statement, pk=pk)
    operations.note_returned(found, on=today(request.site), by=request.actor)
    toast(request, _("Nothing more is mailed to this address"))
    return done(request, CHANGED)


@needs("billing.statement")
@require_POST
@refusals_told
def pay_link(request: Request, pk: UUID) -> HttpResponse:
    """Send the link to the bill by the way the patient agreed to."""
    found = _statement(pk)
    channel = operations.send_pay_link(found, at=now(), by=request.actor)
    toast(request, _("The link goes by text") if channel == "sms" else _("The link goes by e-mail"))
    return done(request, CHANGED)


@needs("billing.statement")
def bill(request: Request, pk: UUID) -> HttpResponse:
    """Show what a family is billed now, each line explained as the patient reads it."""
    patient = get_object_or_404(Patient, pk=pk)
    found = queries.family_bill(queries.family_billed(patient))
    decided = queries.decided_about([one.charge_id for one in found.lines if one.charge_id])
    parts = [(one, part, [_explained(x, decided) for x in part.lines]) for one, part in found.parts]
    told = {"patient": patient, "bill": found, "parts": parts, "words": HELD}
    told["disputes"] = queries.disputes_of(list(found.family.patients))
    told["last"] = queries.last_statement(found.family)
    return respond(request, "billing/bill.html", part="bill", **told)


@needs("billing.statement")
def run(request: Request, pk: UUID) -> HttpResponse:
    """Show how far a run is, and whom it left out with the reason."""
    found = get_object_or_404(StatementRun, pk=pk)
    why = request.GET.get("why", "")
    page = Paginator(queries.skipped(found, why), ON_A_PAGE).get_page(request.GET.get("page"))
    told = {"run": found, "page": page, "why": why, "reasons": queries.skips_by_reason(found)}
    return respond(request, "billing/run.html", part="run", words=HELD, **told)


@needs("billing.policy")
def policy(request: Request) -> HttpResponse:
    """Set how patients are billed and helped, and when a bill may be handed over."""
    form = forms.BillingPolicy(request.POST or None, instance=queries.statement_policy())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_policy(form.save(commit=False), by=request.actor)
            toast(request, _("Saved"))
            return go(request, "billing:policy")
    return respond(request, "billing/policy.html", form=form, grades=exchange.notice_readings())


def _explained(line: Any, decided: Any) -> tuple[Any, list[str], Any]:
    return line, explain(line, "en"), decided.get(line.charge_id)


def _to_bill(request: Request) -> dict[str, Any]:
    """Whose turn it is, how many may be billed, and the last run."""
    set_ = queries.statement_policy()
    on = today(request.site)
    cycle = cycle_on(on, set_.cycles) if set_.cycles > 1 else 0
    return {
        "to_bill": queries.families_to_bill(on - timedelta(days=set_.days_between)),
        "cycle": cycle,
        "letters": letters_of(cycle, set_.cycles) if cycle else "",
        "last_run": queries.runs().first(),
    }


def _statement(pk: UUID) -> Statement:
    found: Statement = get_object_or_404(
        Statement.objects.select_related("practice", "patient", "guarantor", "document"), pk=pk
    )
    return found
