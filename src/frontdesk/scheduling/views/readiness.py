"""Readiness on screen: what is missing, by when, and the one key that settles it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.practice.models import Rule
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.forms import waitlist as forms
from frontdesk.scheduling.models import Requirement
from frontdesk.scheduling.rules.readiness import CLEAR_DAYS
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS = 50
CHANGED = "readiness"
NOTE = "scheduling.ready"


@needs("scheduling.view")
def not_ready(request: Request) -> HttpResponse:
    """List the coming visits that lack something, those with the fewest days left first."""
    form = forms.ShowNotReady(request.GET)
    form.is_valid()  # what is not understood shows everything
    said = {name: form.cleaned_data.get(name) or "" for name in ("state", "check")}
    rows = queries.not_ready(now(), **said)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "scheduling/readiness/list.html", part="rows", page=page, form=form, **said,
        stopped=sum(row.ready.worst == "red" for row in rows), rows_found=len(rows),
        may_rule=request.actor.may("scheduling.templates"), tab="not_ready",
    )  # fmt: skip


@needs("coverage.verify")
@require_POST
@refusals_told
def check_coverage(request: Request, pk: UUID) -> HttpResponse:
    """Ask the payer about the visit now."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    operations.ask_about_coverage(found, at=now(), by=request.actor)
    toast(request, _("Asking the payer. The answer comes by itself."))
    return done(request, CHANGED, "schedule")


@needs("comms.send")
@require_POST
@refusals_told
def send_forms(request: Request, pk: UUID) -> HttpResponse:
    """Send the patient a link to what is still to fill in."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    operations.ask_for_forms(found, at=now(), by=request.actor)
    toast(request, _("The link is on its way to %(name)s") % {"name": found.patient.name})
    return done(request, CHANGED)


@needs(NOTE)
def results(request: Request, pk: UUID) -> HttpResponse:
    """Note that a visit needs results of something done elsewhere."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.Results(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.need_results(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Noted: %(what)s") % {"what": form.cleaned_data["what"]})
            return done(request, CHANGED, "schedule")
    return respond(request, "scheduling/readiness/results.html", form=form, appointment=found)


@needs(NOTE)
def on_file(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """Note how a referral or the interpreting is settled."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.OnFile(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.note_on_file(
                found, kind=kind, **form.cleaned_data, at=now(), by=request.actor
            )
            toast(request, _("Noted for %(name)s") % {"name": found.patient.name})
            return done(request, CHANGED, "schedule")
    return respond(
        request, "scheduling/readiness/on_file.html", form=form, appointment=found, kind=kind
    )


@needs(NOTE)
def answer_rule(request: Request, pk: UUID, rule: UUID) -> HttpResponse:
    """Note what was answered to a question of a rule, or let it pass."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    get_object_or_404(Rule, pk=rule)
    asked = next((one for one in queries.questions_at(found) if one.rule_id == rule), None)
    if asked is None:
        return _not_asked(request)
    form = forms.Answer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.answer_rule(found, rule, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Noted for %(name)s") % {"name": found.patient.name})
            return done(request, CHANGED, "schedule")
    return respond(
        request, "scheduling/readiness/answer_rule.html", form=form, appointment=found,
        asked=asked, who=operations.WHO_DECIDES,
        may_pass=not asked.stops or request.actor.may(operations.MAY_WAIVE),
    )  # fmt: skip


def _not_asked(request: Request) -> HttpResponse:
    """Say that the rule was retired or changed, or that the visit is not what it was."""
    toast(request, _("Nobody asks this any more for this visit."))
    return done(request, CHANGED, "schedule")


@needs(NOTE)
def interpreter(request: Request, pk: UUID) -> HttpResponse:
    """Choose who interprets at a visit."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.BookInterpreter(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            chosen = form.cleaned_data["interpreter"]
            operations.book_interpreter(found, chosen, at=now(), by=request.actor)
            toast(request, _("%(who)s interprets") % {"who": chosen.name})
            return done(request, CHANGED, "schedule")
    return respond(
        request, "scheduling/readiness/interpreter.html", form=form, appointment=found,
        several=queries.interpreters_for(found), language=queries.language_of(found),
    )  # fmt: skip


@needs(NOTE)
@require_POST
@refusals_told
def received(request: Request, pk: UUID) -> HttpResponse:
    """Mark something a visit waited for as here; the toast takes it back."""
    found = operations.receive(get_object_or_404(Requirement, pk=pk), at=now(), by=request.actor)
    undo = reverse("scheduling:needed_again", args=[found.pk])
    toast(request, _("%(what)s is here") % {"what": found.what}, undo)
    return done(request, CHANGED, "schedule")


@needs(NOTE)
@require_POST
@refusals_told
def needed_again(request: Request, pk: UUID) -> HttpResponse:
    """Take the mark back."""
    found = operations.need_again(get_object_or_404(Requirement, pk=pk), by=request.actor)
    toast(request, _("%(what)s is still needed") % {"what": found.what})
    return done(request, CHANGED, "schedule")


@needs("scheduling.templates")
def readiness_rule(request: Request) -> HttpResponse:
    """Say from which balance on patients are asked, and by when each thing must be there."""
    rule = queries.readiness_rule()
    usual = {
        "balance_from": rule.balance_from,
        "referral_kinds": ", ".join(rule.referral_kinds),
        **{f"days_{k}": v for k, v in {**CLEAR_DAYS, **rule.clear_days}.items()},
    }
    form = forms.ReadinessRuleForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_readiness_rule(**form.values, by=request.actor)
            toast(request, _("From now on visits are judged like this."))
            return done(request, CHANGED)
    return respond(request, "scheduling/readiness/rule.html", form=form)
