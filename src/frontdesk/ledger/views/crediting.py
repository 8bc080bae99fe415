"""Money to give back on screen: credits, refunds, returned payments, small balances."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import exchange, forms, operations, queries
from frontdesk.ledger.models import Payment, Refund, SmallBalanceRun
from frontdesk.ledger.views.payments import changed
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.refund")
def credit_list(request: Request) -> HttpResponse:
    """Show every credit with what to do about it, what is worth most first."""
    rows = queries.crediting.credit_rows(on=today(request.site))
    told: dict[str, Any] = {"rows": rows, "total": queries.crediting.credit_total(rows)}
    return respond(request, "ledger/credits.html", part="list", form=None, **told)


@needs("ledger.refund")
def refunds(request: Request) -> HttpResponse:
    """Show refunds by their clock, or those that are over."""
    show = "over" if request.GET.get("show") == "over" else "open"
    rows = list(queries.crediting.refunds(show=show)[:200])
    on = today(request.site)
    told: dict[str, Any] = {"rows": [(row, row.days_left(on)) for row in rows], "show": show}
    return respond(request, "ledger/refunds.html", part="list", form=None, on=on, **told)


@needs("ledger.refund")
def new_refund(request: Request, pk: UUID) -> HttpResponse:
    """Propose to give a patient's credit back."""
    patient = get_object_or_404(Patient, pk=pk)
    paid = queries.crediting.refundable_cards(patient)
    initial = _proposed(request, patient, paid)
    form = forms.RefundWish(request.POST or None, initial=initial, payments=paid)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            refund = _propose(request, patient, form)
            toast(request, _("Refund %(number)s is proposed") % {"number": refund.number})
            return done(request, CHANGED)
    free = queries.crediting.free_credit(patient)
    return respond(request, "ledger/refund_new.html", form=form, patient=patient, free=free)


@needs("ledger.refund")
def refund(request: Request, pk: UUID) -> HttpResponse:
    """Look at a refund."""
    return _shown(request, _refund(pk))


@needs("ledger.refund")
@require_POST
@refusals_told
def approve_refund(request: Request, pk: UUID) -> HttpResponse:
    """Approve what another person proposed."""
    operations.approve_refund(_refund(pk), at=now(), by=request.actor)
    toast(request, _("Approved"))
    return _shown(request, _refund(pk))


@needs("ledger.refund")
def pay_refund(request: Request, pk: UUID) -> HttpResponse:
    """Note the check with which it was paid."""
    found = _refund(pk)
    form = forms.RefundCheck(request.POST or None, today=today(found.site))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.pay_refund(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Refund %(number)s is paid") % {"number": found.number})
            return _shown(request, _refund(pk))
    return respond(request, "ledger/refund_pay.html", refund=found, form=form)


@needs("ledger.refund")
def stop_refund(request: Request, pk: UUID, how: str) -> HttpResponse:
    """Decline, take back, or void the check of a refund, with the reason."""
    stops = {
        "decline": (operations.decline_refund, _("Do not approve")),
        "cancel": (operations.cancel_refund, _("Take the refund back")),
        "void": (operations.void_refund_check, _("Void the check")),
    }
    operation, title = stops[how]
    found, form = _refund(pk), forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operation(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Done"))
            return _shown(request, _refund(pk))
    return respond(request, "ledger/refund_why.html", refund=found, form=form, title=title)


@needs("ledger.refund")
def refund_letter(request: Request, pk: UUID) -> HttpResponse:
    """Print the letter that goes with a refund."""
    found = _refund(pk)
    pdf = exchange.refund_letter_pdf(found, Practice.objects.get(pk=found.practice_id))
    headers = {"Content-Disposition": f'inline; filename="refund-{found.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@needs("ledger.take_payment")
@require_POST
@refusals_told
def apply_credit(request: Request, pk: UUID) -> HttpResponse:
    """Let a patient's credit pay what is owed."""
    patient = get_object_or_404(Patient, pk=pk)
    balance = queries.balance_of(patient)
    amount = min(queries.crediting.free_credit(patient), balance.patient_due)
    operations.apply_credit_to(patient, amount, at=now(), by=request.actor)
    toast(request, _("$%(amount)s applied") % {"amount": amount})
    return go(request, "ledger:credits")


@needs("ledger.refund")
def return_payment(request: Request, pk: UUID) -> HttpResponse:
    """Note that the bank took a payment back."""
    found = get_object_or_404(Payment.objects.select_related("patient", "site"), pk=pk)
    fee = queries.payment_policy().returned_fee
    initial = {"on": today(found.site), "fee": fee if found.method == "check" else 0}
    form = forms.Returned(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.return_payment(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Returned: what it paid is owed again"))
            return done(request, CHANGED)
    with_it = queries.returned.handed_over_with(found)
    return respond(request, "ledger/returned.html", payment=found, form=form, with_it=with_it)


@needs("ledger.adjust")
def small_balances(request: Request) -> HttpResponse:
    """Show the balances too small to collect, and what was given up before."""
    policy, rows = queries.payment_policy(), []
    if policy.small_most:
        rows = queries.crediting.small_balances(on=today(request.site))
    names = Patient.objects.in_bulk([row.patient_id for row in rows[:200]])
    told: dict[str, Any] = {
        "rows": [(names[row.patient_id], row) for row in rows[:200]],
        "count": len(rows),
        "total": sum(row.owed for row in rows),
        "runs": SmallBalanceRun.objects.order_by("-at")[:12],
        "policy": policy,
    }
    return respond(request, "ledger/small.html", part="list", form=None, **told)


@needs("ledger.adjust")
@require_POST
@refusals_told
def give_up_small(request: Request) -> HttpResponse:
    """Give the small balances up by the practice's rule."""
    run = operations.give_up_small_balances(on=today(request.site), at=now(), by=request.actor)
    said = {"count": run.count, "total": run.total} if run else {"count": 0, "total": 0}
    toast(request, _("%(count)s balances given up, $%(total)s") % said)
    return go(request, "ledger:small")


@needs("ledger.policy")
def policy(request: Request) -> HttpResponse:
    """Set the rules for plans, cards, refunds and small balances."""
    held = queries.payment_policy()
    form = forms.PolicyForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_payment_policy(form.cleaned_data, by=request.actor)
            toast(request, _("Saved"))
            return go(request, "ledger:policy")
    return respond(request, "ledger/policy.html", form=form)


def _propose(request: Request, patient: Patient, form: forms.RefundWish) -> Refund:
    said = form.cleaned_data
    wish = operations.Wish(
        said["amount"], said["because"], said["to"], said["to_name"], said["to_address"],
        form.payment,
    )  # fmt: skip
    told: dict[str, Any] = {"key": said["key"], "known_on": said["known_on"], "at": now()}
    return operations.propose_refund(patient, wish, site=request.site, **told, by=request.actor)


def _proposed(request: Request, patient: Patient, paid: list[Payment]) -> dict[str, Any]:
    """What the drawer proposes: all free credit, back to the card that can take it."""
    to = request.GET.get("to", Refund.To.PATIENT)
    to = to if to in Refund.To.values else Refund.To.PATIENT
    free = queries.crediting.free_credit(patient)
    is_ours = to == Refund.To.PATIENT
    fits = [one for one in paid if one.amount - queries.crediting.refunded(one) >= free]
    return {
        "amount": free or None,
        "to": to,
        "to_name": patient.legal_name if is_ours else "",
        "to_address": ", ".join(patient.address_lines) if is_ours else "",
        "card": str(fits[0].pk) if fits and is_ours else "",
        "known_on": today(request.site),
        "because": _("Paid more than was owed") if is_ours else "",
    }


def _shown(request: Request, found: Refund) -> HttpResponse:
    if request.method == "POST" and not request.headers.get("HX-Request"):
        return go(request, "ledger:refund", found.pk)
    is_mine = found.proposed_by_id is not None and found.proposed_by_id == request.actor.user_id
    days = found.days_left(today(found.site))
    told: dict[str, Any] = {"refund": found, "is_mine": is_mine, "days": days}
    shown = respond(request, "ledger/refund.html", form=None, **told)
    return changed(shown) if request.method == "POST" else shown


def _refund(pk: UUID) -> Refund:
    everything = Refund.objects.select_related("patient", "site", "payment")
    found: Refund = get_object_or_404(everything, pk=pk)
    return found
