"""A bill on the patient's own phone: read line by line, paid, asked about, put on a plan.

The figures are those of the account now, not of the day on which the link was sent. Nothing is
shown before the birth date is told; what is asked and answered is kept in the thread.
"""

from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Dispute, Statement
from frontdesk.billing.queries import FamilyBill
from frontdesk.billing.rules.explaining import explain, source_of
from frontdesk.billing.rules.paper import HELD_WORDS
from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.once import Again
from frontdesk.ledger import jobs
from frontdesk.ledger.exchange import day
from frontdesk.ledger.gateways import STRIPE_JS, card_gateway, card_policy, secret_of
from frontdesk.ledger.models import Payment
from frontdesk.ledger.queries.payments import shares_of
from frontdesk.people.models import Patient
from frontdesk.portal.forms import pay as forms
from frontdesk.portal.rules import both, language
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.ui.responses import refusals_on, respond

PURPOSE = "pay"


@by_link(PURPOSE, asks_who=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show what is owed now, and why, line by line."""
    return _bill(request, _statement(link), None)


@by_link(PURPOSE, asks_who=True)
@require_POST
def begin(request: LinkRequest, link: Link) -> HttpResponse:
    """Begin a card payment, of everything or of a part."""
    found, form = _statement(link), forms.PayBill(request.POST)
    if card_gateway() is None:
        return _to(request)
    if form.is_valid():
        with refusals_on(form):
            _ask_for(request, found, form.cleaned_data)
            return HttpResponseRedirect(reverse("portal:pay_card", args=[request.secret]))
    return _bill(request, found, form)


@by_link(PURPOSE, asks_who=True)
def card(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the gateway's fields for the payment that was begun last, and how it went."""
    payment = queries.last_by_link(_statement(link))
    if payment is None or card_gateway() is None:
        return _to(request)
    if request.method == "POST":  # confirmed in the browser: ask the gateway at once
        jobs.settle_card.func(str(payment.practice_id), str(payment.pk))
        return HttpResponseRedirect(reverse("portal:pay_card", args=[request.secret]))
    return _card(request, payment)


@by_link(PURPOSE, asks_who=True)
def ask(request: LinkRequest, link: Link, pk: UUID | None = None) -> HttpResponse:
    """Ask about a line, or about the whole bill: it is not asked for until it is answered."""
    found = _statement(link)
    patients = list(queries.family_on(found).patients)
    charge = queries.charge_of(patients, pk) if pk else None
    if pk and charge is None:
        raise Http404
    form = forms.AskAboutBill(request.POST if request.method == "POST" else None)
    if form.is_valid():
        about: dict[str, Any] = {"charge": charge, "statement": found, "is_by_patient": True}
        with refusals_on(form):
            asked = operations.ask_about_bill(
                charge.patient if charge else found.patient,
                **form.cleaned_data, **about, at=now(), by=request.actor,
            )  # fmt: skip
            return _to(request, "pay_question", asked.pk)
    return respond(request, "portal/pay_ask.html", charge=charge, form=form)


@by_link(PURPOSE, asks_who=True)
def question(request: LinkRequest, link: Link, pk: UUID) -> HttpResponse:
    """Read what was answered, and write back."""
    patients = list(queries.family_on(_statement(link)).patients)
    asked = get_object_or_404(Dispute.objects.filter(patient__in=patients), pk=pk)
    form = forms.WriteBack(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {"words": form.cleaned_data["words"], "is_by_patient": True}
        operations.add_to_question(asked, **said, at=now(), by=request.actor)
        return _to(request, "pay_question", asked.pk)
    thread = queries.thread(asked)
    return respond(request, "portal/pay_question.html", asked=asked, thread=thread, form=form)


@by_link(PURPOSE, asks_who=True)
def plan(request: LinkRequest, link: Link) -> HttpResponse:
    """Agree to pay in a few months, by what the practice offers."""
    found = _statement(link)
    form = forms.Choice(request.POST if request.method == "POST" else None)
    if form.is_valid():
        patient = _member(found, form.cleaned_data["patient"])
        count = form.cleaned_data["count"]
        operations.agree_plan(found, patient, count=count, at=now(), by=request.actor)
        return _to(request)
    parts = queries.family_bill(queries.family_on(found)).parts
    offers = [(one, bill.total, queries.plan_offers(one, bill)) for one, bill in parts]
    told: dict[str, Any] = {"offers": [one for one in offers if one[2]]}
    return respond(request, "portal/pay_plan.html", is_family=len(parts) > 1, **told)


@by_link(PURPOSE, asks_who=True)
def help_me(request: LinkRequest, link: Link) -> HttpResponse:
    """Ask for financial help: who lives there, what they earn, a paper that proves it."""
    found = _statement(link)
    is_sent = request.method == "POST"
    form = forms.AskForHelp(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        with refusals_on(form):
            with suppress(Again):  # it had come, with its paper, before the network died
                operations.ask_with_proof(
                    found.patient, **form.told, is_by_patient=True, at=now(), by=request.actor
                )
            return _to(request)
    return respond(request, "portal/pay_help.html", form=form)


def _ask_for(request: LinkRequest, found: Statement, said: dict[str, Any]) -> Payment:
    told: dict[str, Any] = {"at": now(), "by": request.actor}
    if said["how"] == "family":
        return operations.pay_family(found, **told)
    patient = _member(found, said["patient"])
    amount = said["amount"] if said["how"] == "part" else _owed(found, patient)
    return operations.pay_bill(found, patient, amount=amount, **told)


def _bill(request: LinkRequest, statement: Statement, form: forms.PayBill | None) -> HttpResponse:
    bill = queries.family_bill(queries.family_on(statement))
    parts = _parts(bill)
    told: dict[str, Any] = {"bill": bill, "form": form, "parts": parts}
    told["family"] = [part for part in parts if part["total"]]
    told["held"] = [(line, HELD_WORDS[language()].get(line.held, "")) for line in bill.held]
    told["asked"] = queries.disputes_of(list(bill.family.patients))
    told["can_pay"] = card_gateway() is not None
    told["offers"] = any(queries.plan_offers(one, part) for one, part in bill.parts)
    told["plans"] = queries.plans_running(bill.family)
    told["last"] = queries.last_by_link(statement)
    return respond(request, "portal/pay.html", statement=statement, **told)


def _parts(bill: FamilyBill) -> list[dict[str, Any]]:
    """Each patient's lines in words, with who decided."""
    charges = [line.charge_id for line in bill.lines if line.charge_id]
    decided = queries.decided_about(charges)
    spoken = language()
    found = []
    for patient, part in bill.parts:
        lines = []
        for line in part.lines:
            about = decided.get(line.charge_id) if line.charge_id else None
            on = day(about.on, spoken) if about and about.on else ""
            source = source_of(about, on, spoken) if about else ""
            lines.append((line, explain(line, spoken), source))
        owed = max(part.balance, Decimal(0))
        found.append({"patient": patient, "lines": lines, "total": part.total, "owed": owed})
    return [one for one in found if one["lines"] or one["owed"]]


def _card(request: LinkRequest, payment: Payment) -> HttpResponse:
    """Draw the page; the number of the card goes from the phone to the gateway, never here."""
    secret, trouble = secret_of(payment)
    gateway = {"public_key": settings.STRIPE_PUBLIC_KEY, "stripe": STRIPE_JS}
    told: dict[str, Any] = {"payment": payment, "secret": secret, "trouble": trouble, **gateway}
    told["shares"] = shares_of(payment)
    response = respond(request, "portal/pay_card.html", **told)
    response.headers["Content-Security-Policy"] = card_policy()
    return response


def _statement(link: Link) -> Statement:
    """Return the statement a link is about; its patient is the link's."""
    found = Statement.objects.select_related("practice", "patient__site")
    return get_object_or_404(found, pk=link.subject_id, patient=link.patient)


def _member(statement: Statement, key: UUID) -> Patient:
    """Return somebody whose bill this is."""
    patients = queries.family_on(statement).patients
    found = next((one for one in patients if one.pk == key), None)
    if found is None:
        raise Http404
    return found


def _owed(statement: Statement, patient: Patient) -> Decimal:
    bill = queries.family_bill(queries.family_on(statement))
    owed = next(part.total for one, part in bill.parts if one.pk == patient.pk)
    if not owed:
        raise Refused(both("Nothing is owed now. Thank you.", "Ahora no debe nada. Gracias."))
    return owed


def _to(request: LinkRequest, name: str = "pay", *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"portal:{name}", args=[request.secret, *args]))
