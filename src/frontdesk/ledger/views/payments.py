"""Payments: take one, look at it, print its receipt, take it back, and the day's drawer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import exchange, forms, jobs, operations, queries
from frontdesk.ledger.models import CardDispute, Payment, SavedCard
from frontdesk.ledger.queries.payments import change_of, shares_of
from frontdesk.ledger.rules.together import Share
from frontdesk.people.models import Patient
from frontdesk.staff.queries import member_of
from frontdesk.ui.responses import done, go, refusals_on, respond, toast, trigger

CHANGED = "ledger:changed"


@needs("ledger.take_payment")
def take(request: Request) -> HttpResponse:
    """Take a payment, from anywhere; `?patient=` says whose, `?kind=plan` pays an instalment."""
    if request.method == "POST":
        patient = _named(request.POST.get("patient", ""))
        return _take(request, forms.Take(request.POST, cards=_cards(patient)), patient)
    patient = _named(request.GET.get("patient", ""))
    return _drawn(
        request, forms.Take(initial=_asked(request, patient), cards=_cards(patient)), patient
    )


@needs("ledger.view")
def payment(request: Request, pk: UUID) -> HttpResponse:
    """Look at one payment."""
    found = _payment(pk)
    told: dict[str, Any] = {"with_it": queries.returned.handed_over_with(found)}
    told["returned"] = queries.returned.of_payment(found)
    told["shares"] = shares_of(found)
    told["disputes"] = queries.disputes.disputes_of(found)
    return respond(request, "ledger/payment.html", payment=found, form=forms.TakeBack(), **told)


@needs("ledger.refund")
def evidence(request: Request, pk: UUID) -> HttpResponse:
    """Note what was sent to the bank of a disputed card."""
    disputes = CardDispute.objects.select_related("payment__site")
    found, form = get_object_or_404(disputes, pk=pk), forms.Evidence(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.note_evidence(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Kept"))
            return done(request, CHANGED)
    return respond(request, "ledger/evidence.html", dispute=found, form=form)


@needs("ledger.view")
def receipt(request: Request, pk: UUID) -> HttpResponse:
    """Print the receipt of a payment."""
    found = get_object_or_404(_payments().exclude(number=None), pk=pk)
    pdf = exchange.receipt_pdf(queries.receipt(found))
    name = f'inline; filename="receipt-{found.number}.pdf"'
    headers = {"Content-Disposition": name}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@needs("ledger.refund")
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """Take a payment back, with the reason."""
    found, form = _payment(pk), forms.TakeBack(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.reverse_payment(
                found, because=form.cleaned_data["because"], at=now(), by=request.actor
            )
            toast(request, _("Payment %(number)s taken back") % {"number": found.number})
            return done(request, CHANGED)
    return respond(request, "ledger/payment.html", payment=found, form=form)


@needs("ledger.view")
def payments(request: Request) -> HttpResponse:
    """Show the payments of the site's day, with the sums to count the drawer against."""
    form = forms.Day(request.GET)
    on = (form.is_valid() and form.cleaned_data["on"]) or today(request.site)
    told = {"day": queries.payments_of_day(request.site, on), "is_blind": _counts_blind(request)}
    return respond(request, "ledger/payments.html", part="day", on=on, form=None, **told)


def shown_as_taken(request: Request, taken: list[Payment]) -> HttpResponse:
    """Show what was taken, with the change to give back."""
    told: dict[str, Any] = {"payments": taken, "payment": taken[0], "change": change_of(taken)}
    told["total"] = sum(one.amount for one in taken)
    return changed(respond(request, "ledger/taken.html", **told))


def changed(response: HttpResponse) -> HttpResponse:
    """Let the page behind the drawer draw itself anew."""
    return trigger(response, **{CHANGED: {}})


def charged(request: Request, asked: Payment, *taken: Payment) -> HttpResponse:
    """Ask the gateway for a payment by a card on file, and show what it said."""
    jobs.settle_card.func(str(asked.practice_id), str(asked.pk))
    found = _payment(asked.pk)
    if found.status == Payment.Status.POSTED:
        return shown_as_taken(request, [*taken, found])
    return respond(request, "ledger/payment.html", payment=found, form=forms.TakeBack())


def _counts_blind(request: Request) -> bool:
    """Whether the sums are kept from somebody who is still to count a drawer."""
    mine = queries.drawer_of(member_of(request.actor))
    return mine is not None and not request.actor.may("ledger.close")


def _take(request: Request, form: forms.Take, patient: Patient | None) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            return _taken(request, form)
    return _drawn(request, form, patient)


def _taken(request: Request, form: forms.Take) -> HttpResponse:
    """Take the money in the way that was chosen."""
    said = form.cleaned_data
    told = {name: said[name] for name in ("kind", "key")}
    told |= {"site": request.site, "at": now(), "by": request.actor}
    shares, tenders = [Share(said["patient"].pk, said["amount"])], form.tenders(said["amount"])
    if form.is_by_card:
        taken, asked = operations.take_with_card(shares, tenders, form.kept_card, **told)
        if form.is_online:
            return go(request, "ledger:card", asked.pk)
        return charged(request, asked, *taken)
    taken = operations.take_together(shares, tenders, **told)
    return shown_as_taken(request, taken)


def _drawn(request: Request, form: forms.Take, patient: Patient | None) -> HttpResponse:
    told: dict[str, Any] = {"form": form, "patient": patient, "account": None}
    if patient:
        told["no_drawer"] = queries.lacks_drawer(request.actor)
        told["account"] = queries.account(patient)
        told["ways"] = queries.ways_of(patient, now())
    return respond(request, "ledger/take.html", **told)


def _asked(request: Request, patient: Patient | None) -> dict[str, Any]:
    """What the drawer proposes: everything that is owed, or the next instalment."""
    if patient is None:
        return {}
    plan = queries.plans.open_plan(patient.pk) if request.GET.get("kind") == "plan" else None
    coming = queries.plans.plan_sheet(plan).next_one if plan else None
    if coming:
        return {"patient": patient.pk, "amount": coming.left, "kind": Payment.Kind.PLAN}
    return {"patient": patient.pk, "amount": queries.balance_of(patient).to_pay or None}


def _cards(patient: Patient | None) -> list[SavedCard]:
    return queries.cards.cards_of(patient) if patient else []


def _named(key: str) -> Patient | None:
    try:
        return Patient.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _payments() -> Any:
    return Payment.objects.select_related("patient", "site", "posting", "practice", "saved_card")


def _payment(pk: UUID) -> Payment:
    found: Payment = get_object_or_404(_payments(), pk=pk)
    return found
