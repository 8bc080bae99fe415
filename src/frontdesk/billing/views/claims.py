"""Claims: the work list, one claim in its drawer, and what can be done about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, jobs, operations, queries
from frontdesk.billing.forms import claims as claim_forms
from frontdesk.billing.models import Claim
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.staff.queries import member_of
from frontdesk.ui.responses import (
    done,
    refusals_on,
    refusals_told,
    respond,
    toast,
    words_typed,
)

CHANGED = "billing:changed"


@needs("billing.view")
def claims(request: Request) -> HttpResponse:
    """Show the work list under one chip."""
    narrow = claim_forms.Narrow(request.GET)
    found = queries.worklist(
        show=request.GET.get("show", "needs"),
        after=request.GET.get("after", ""),
        today=today(request.site),
        at=now(),
        member=member_of(request.actor),
        narrowed=narrow.narrowed,
    )
    return respond(request, "billing/claims.html", part="list", work=found, narrow=narrow)


@needs("billing.view")
def find(request: Request) -> HttpResponse:
    """Show the claims of a number: ours, or the payer's; one alone opens by itself."""
    words = words_typed(request)
    found = queries.with_number(words, today=today(request.site), at=now())
    return respond(request, "billing/find_claim.html", part="found", rows=found, words=words)


@needs("billing.view")
def claim(request: Request, pk: UUID) -> HttpResponse:
    """Show a claim; looking at what it says of a patient is remembered."""
    found = _claim(pk)
    people.open_chart(found.patient, what="claim", by=request.actor)
    return _drawn(request, found)


@needs("billing.claim")
@require_POST
@refusals_told
def send(request: Request) -> HttpResponse:
    """Send every claim that is ready."""
    exchange = operations.queue_batch(at=now(), by=request.actor)
    count = exchange.transmissions.count() if exchange else 0
    if count == operations.MOST_CLAIMS:  # the next file follows by itself
        jobs.send_ready.enqueue(str(request.actor.practice_id))
    told = ngettext("%(n)s claim is on its way", "%(n)s claims are on their way", count)
    toast(request, told % {"n": count} if count else _("No claim is ready"))
    return done(request, CHANGED)


@needs("billing.claim")
@require_POST
def ask(request: Request) -> HttpResponse:
    """Ask the clearinghouse for answers now instead of in a minute."""
    jobs.read_mailbox.enqueue(str(request.actor.practice_id))
    toast(request, _("Asking the clearinghouse"))
    return done(request, CHANGED)


@needs("billing.claim")
@require_POST
@refusals_told
def send_one(request: Request, pk: UUID) -> HttpResponse:
    """Send one claim by itself."""
    found = _claim(pk)
    sent = operations.queue_batch(claims=[found], at=now(), by=request.actor)
    words = _("Claim %(n)s is on its way") if sent else _("Claim %(n)s is not ready")
    toast(request, words % {"n": found.number}, tone="" if sent else "amber")
    return done(request, CHANGED)


@needs("billing.claim")
@require_POST
@refusals_told
def judge(request: Request, pk: UUID) -> HttpResponse:
    """Put a claim through every check again."""
    found = operations.judge_claim(_claim(pk), at=now(), by=request.actor)
    is_ready = found.status == Claim.Status.READY
    toast(request, _("Passes every check") if is_ready else _("Still held"))
    return _drawn(request, _claim(pk))


@needs("billing.claim")
@require_POST
def choose_plan(request: Request, pk: UUID) -> HttpResponse:
    """Send a claim to another of the patient's plans: now, or as a new claim when decided."""
    found = _claim(pk)
    form = forms.ChoosePlan(request.POST, claim=found)
    change = operations.choose_policy if found.is_unsent else _as_new
    return _answer(request, found, form, lambda said, by: change(found, said["policy"], **by))


@needs("billing.claim")
@require_POST
@refusals_told
def choose_named_plan(request: Request, pk: UUID) -> HttpResponse:
    """Change the coverage to the plan that the payer named, and send the claim there."""
    found = operations.choose_named_plan(_claim(pk), at=now(), by=request.actor)
    toast(request, _("The coverage is changed: the claim goes to %(name)s") % {"name": found.payer})
    return _drawn(request, _claim(pk))


@needs("billing.claim")
@require_POST
def authorize(request: Request, pk: UUID) -> HttpResponse:
    """Enter an authorization number."""
    found, form = _claim(pk), forms.Authorize(request.POST)
    change = operations.authorize_claim
    return _answer(request, found, form, lambda said, by: change(found, said["number"], **by))


@needs("billing.claim")
@require_POST
def set_msp_type(request: Request, pk: UUID) -> HttpResponse:
    """Say why Medicare pays second."""
    found, form = _claim(pk), forms.MspType(request.POST)
    change = operations.set_msp_type
    return _answer(request, found, form, lambda said, by: change(found, said["code"], **by))


@needs("billing.claim")
@require_POST
@refusals_told
def replace(request: Request, pk: UUID) -> HttpResponse:
    """Build the next version of a claim that was decided."""
    new = operations.replace_claim(_claim(pk), at=now(), by=request.actor)
    toast(request, _("Claim %(n)s is built") % {"n": new.number})
    return _drawn(request, _claim(new.pk))


@needs("billing.remit")
@require_POST
def bill_patient(request: Request, pk: UUID) -> HttpResponse:
    """Let the patient owe what insurance does not pay."""
    found, form = _claim(pk), forms.Because(request.POST)
    return _answer(
        request, found, form, lambda said, by: operations.bill_patient(found, **said, **by)
    )


@needs("ledger.adjust")
@require_POST
def write_off(request: Request, pk: UUID) -> HttpResponse:
    """Give up what insurance does not pay."""
    found, form = _claim(pk), forms.Because(request.POST)
    give_up = operations.write_off_claim
    return _answer(request, found, form, lambda said, by: give_up(found, **said, **by))


@needs("billing.claim")
@require_POST
@refusals_told
def mine(request: Request, pk: UUID) -> HttpResponse:
    """Take a claim and the work on it upon oneself."""
    found = _claim(pk)
    me = member_of(request.actor)
    operations.plan_next(
        found, owner=me, step=found.next_step, on=found.next_on, at=now(), by=request.actor
    )
    toast(request, _("It is yours"))
    return _drawn(request, found)


def _answer(
    request: Request,
    found: Claim,
    form: BaseForm,
    change: Callable[[dict[str, Any], dict[str, Any]], object],
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            change(form.cleaned_data, {"at": now(), "by": request.actor})
            toast(request, _("Saved"))
            return _drawn(request, _claim(found.pk))
    return _drawn(request, found, form)


def _as_new(claim: Claim, policy: Any, **by: Any) -> Claim:
    return operations.replace_claim(claim, policy=policy, **by)


def _claim(pk: UUID) -> Claim:
    found: Claim = get_object_or_404(queries.claims(), pk=pk)
    return found


def _drawn(request: Request, found: Claim, form: BaseForm | None = None) -> HttpResponse:
    page = queries.claim_page(found, today=today(request.site), at=now())
    plans = forms.ChoosePlan(claim=found)
    msp = forms.MspType(initial={"code": found.msp_type})
    planned = {"owner": found.owner_id, "step": found.next_step, "on": found.next_on}
    to_plan = claim_forms.PlanNext(initial=planned)
    told: dict[str, Any] = {"page": page, "plans": plans, "to_plan": to_plan, "msp": msp}
    return respond(request, "billing/claim.html", form=form, **told)
