"""Payment plans on screen: agree on one, look at it, change it, print its agreement."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import exchange, forms, operations, queries
from frontdesk.ledger.models import Instalment, Plan
from frontdesk.ledger.rules.money_policy import needs_disclosure
from frontdesk.ledger.rules.plans import Part, each_for, parts_of
from frontdesk.ledger.views.payments import changed
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "ledger:changed"
FIRST_AFTER = timedelta(days=14)


@needs("ledger.view")
def plans(request: Request) -> HttpResponse:
    """Show the plans, those in trouble first, and cards on file that end soon."""
    show = request.GET.get("show", "open")
    on = today(request.site)
    rows = queries.plans.worklist(show=show, on=on)
    told: dict[str, Any] = {"rows": rows, "show": show, "on": on}
    told["cards"] = queries.cards.ending_cards(on)[:50] if show != "over" else []
    told["left"] = sum(row.left for row in rows)
    return respond(request, "ledger/plans.html", part="list", form=None, **told)


@needs("ledger.view")
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Look at one plan."""
    return _shown(request, _plan(pk))


@needs("ledger.plan")
def new_plan(request: Request, pk: UUID) -> HttpResponse:
    """Agree on a plan with a patient."""
    patient = get_object_or_404(Patient, pk=pk)
    cards = queries.cards.cards_of(patient)
    form = forms.PlanTerms(request.POST or None, initial=_proposed(request, patient), cards=cards)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = {name: form.cleaned_data[name] for name in ("agreed_how", "disclosed")}
            said |= {"card": form.chosen_card, "at": now(), "by": request.actor}
            made = operations.start_plan(patient, form.terms, site=request.site, **said)
            toast(request, _("Plan %(number)s is agreed") % {"number": made.number})
            return _shown(request, made)
    told: dict[str, Any] = {"offers": queries.plans.offers(patient), **_previewed(form)}
    told["balance"] = queries.balance_of(patient)
    return respond(request, "ledger/plan_new.html", form=form, patient=patient, **told)


@needs("ledger.plan")
def plan_preview(request: Request, pk: UUID) -> HttpResponse:
    """Show the instalments of what is typed, while it is typed."""
    patient = get_object_or_404(Patient, pk=pk)
    form = forms.PlanTerms(request.GET, cards=queries.cards.cards_of(patient))
    told = {"patient": patient, **_previewed(form)}
    return respond(request, "ledger/plan_preview.html", form=None, **told)


@needs("ledger.plan")
def plan_draft(request: Request, pk: UUID) -> HttpResponse:
    """Print the agreement before it is signed."""
    patient = get_object_or_404(Patient, pk=pk)
    form = forms.PlanTerms(request.GET, cards=queries.cards.cards_of(patient))
    parts = _previewed(form)["parts"]
    if not parts:
        return HttpResponse(_("Enter the sums and the first day."), status=422)
    practice = Practice.objects.get(pk=patient.practice_id)
    pdf = exchange.draft_pdf(patient, parts, practice, queries.payment_policy())
    return _pdf(pdf, "payment-plan")


@needs("ledger.view")
def agreement(request: Request, pk: UUID) -> HttpResponse:
    """Print the agreement of a plan."""
    found = _plan(pk)
    held = found.instalments.exclude(status__in=("dropped", "skipped")).order_by("place")
    parts = [Part(place, one.due_on, one.amount) for place, one in enumerate(held, start=1)]
    practice = Practice.objects.get(pk=found.practice_id)
    pdf = exchange.agreement_pdf(found, parts, practice, queries.payment_policy())
    return _pdf(pdf, f"payment-plan-{found.number}")


@needs("ledger.plan")
def change_plan(request: Request, pk: UUID) -> HttpResponse:
    """Agree on other instalments for what is left."""
    found = _plan(pk)
    cards = queries.cards.cards_of(found.patient)
    form = forms.ChangedTerms(request.POST or None, initial=_as_it_is(request, found), cards=cards)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = {name: form.cleaned_data[name] for name in ("because", "disclosed")}
            said |= {"card": form.chosen_card, "at": now(), "by": request.actor}
            operations.change_plan(found, form.terms, **said)
            toast(request, _("Plan %(number)s is changed") % {"number": found.number})
            return _shown(request, _plan(pk))
    told = {"plan": found, "patient": found.patient, **_previewed(form)}
    return respond(request, "ledger/plan_change.html", form=form, **told)


@needs("ledger.plan")
def pause_plan(request: Request, pk: UUID) -> HttpResponse:
    """Charge nothing for a while."""
    found, form = _plan(pk), forms.PauseUntil(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.pause_plan(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Plan %(number)s is paused") % {"number": found.number})
            return _shown(request, _plan(pk))
    words = {"title": _("Pause the plan"), "act": _("Pause")}
    return respond(request, "ledger/plan_why.html", plan=found, form=form, **words)


@needs("ledger.plan")
@require_POST
@refusals_told
def resume_plan(request: Request, pk: UUID) -> HttpResponse:
    """Go on with a paused plan; the first instalment leaves time to announce it."""
    found = _plan(pk)
    notice = timedelta(days=queries.payment_policy().notice_days)
    first_on = today(found.site) + notice
    operations.resume_plan(found, first_on=first_on, at=now(), by=request.actor)
    toast(request, _("Plan %(number)s goes on") % {"number": found.number})
    return _shown(request, _plan(pk))


@needs("ledger.plan")
def end_plan(request: Request, pk: UUID) -> HttpResponse:
    """End a plan before it is paid."""
    found, form = _plan(pk), forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.end_plan(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Plan %(number)s has ended") % {"number": found.number})
            return done(request, CHANGED)
    words = {"title": _("End the plan"), "act": _("End it: the rest is owed at once")}
    return respond(request, "ledger/plan_why.html", plan=found, form=form, **words)


@needs("ledger.plan")
def skip_instalment(request: Request, pk: UUID) -> HttpResponse:
    """Let one instalment be paid after the last."""
    one, form = _instalment(pk), forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.skip_instalment(one, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Instalment %(place)s skipped") % {"place": one.place})
            return _shown(request, _plan(one.plan_id))
    words = {"title": _("Skip an instalment"), "act": _("Skip: paid after the last one")}
    return respond(request, "ledger/plan_why.html", plan=one.plan, form=form, **words)


@needs("ledger.plan")
@require_POST
@refusals_told
def note_notice(request: Request, pk: UUID) -> HttpResponse:
    """Note that the patient was told of an instalment by phone or letter."""
    one, form = _instalment(pk), forms.Told(request.POST)
    how = form.cleaned_data["how"] if form.is_valid() else "phone"
    operations.note_notice(one, how=how, at=now(), by=request.actor)
    toast(request, _("Noted"))
    return _shown(request, _plan(one.plan_id))


def _shown(request: Request, found: Plan) -> HttpResponse:
    if request.method == "POST" and not request.headers.get("HX-Request"):
        return go(request, "ledger:plan", found.pk)
    sheet = queries.plans.plan_sheet(_plan(found.pk))
    told: dict[str, Any] = {"sheet": sheet, "plan": sheet.plan, "on": today(sheet.plan.site)}
    shown = respond(request, "ledger/plan.html", form=None, **told)
    return changed(shown) if request.method == "POST" else shown


def _previewed(form: forms.PlanTerms) -> dict[str, Any]:
    """The instalments of the terms, typed or proposed, as far as they can be read."""
    read = form if form.is_bound else type(form)(_as_typed(form), cards=list(form.cards.values()))
    read.is_valid()
    said = read.cleaned_data if hasattr(read, "cleaned_data") else {}
    known = all(said.get(name) for name in ("total", "each", "every", "first_on"))
    parts = parts_of(read.terms) if known else []
    if len(parts) > queries.plans.MOST_SHOWN:
        parts = []
    return {"parts": parts, "needs_disclosure": needs_disclosure(len(parts)), "typed": said}


def _as_typed(form: forms.PlanTerms) -> dict[str, Any]:
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def _proposed(request: Request, patient: Patient) -> dict[str, Any]:
    """What the drawer proposes: all that is owed in so many monthly steps."""
    owed = queries.balance_of(patient).to_pay
    offers = queries.plans.offers(patient)
    asked = request.GET.get("count", "")
    count = int(asked) if asked.isdecimal() and len(asked) < 3 and 1 < int(asked) <= 36 else None
    count = count or next((one.count for one in reversed(offers) if one.count <= 4), 2)
    each = each_for(owed, count) if owed else None
    first_on = today(request.site) + FIRST_AFTER
    return {"total": owed or None, "each": each, "every": "month", "first_on": first_on}


def _as_it_is(request: Request, found: Plan) -> dict[str, Any]:
    left = queries.plans.left_of(found)
    owed = queries.balance_of(found.patient).to_pay
    return {
        "total": min(left, owed) or owed,
        "each": found.each,
        "every": found.every,
        "first_on": today(found.site) + FIRST_AFTER,
        "card": str(found.card_id or ""),
    }


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _plan(pk: UUID) -> Plan:
    everything = Plan.objects.select_related("patient", "site", "card")
    found: Plan = get_object_or_404(everything, pk=pk)
    return found


def _instalment(pk: UUID) -> Instalment:
    everything = Instalment.objects.select_related("plan__patient", "plan__site", "plan__card")
    found: Instalment = get_object_or_404(everything, pk=pk)
    return found
