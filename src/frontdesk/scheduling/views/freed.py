"""Freed times on screen: who was asked, who is next, who may not and why."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.forms import waitlist as forms
from frontdesk.scheduling.models import FreedTime, Offer, RefillRule, VisitType
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS = 50
CHANGED, RULES = "freed", "refill:changed"
KEEP = "scheduling.waitlist"


@needs("scheduling.view")
def freed_times(request: Request) -> HttpResponse:
    """List the times that came free: those to fill, or with `?state=settled` the last ones."""
    state = "settled" if request.GET.get("state") == "settled" else "open"
    found = queries.freed_times(is_open=state == "open")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "scheduling/waitlist/freed_times.html", part="rows", page=page, state=state,
        figures=queries.waitlist_figures(now()), tab="freed",
    )  # fmt: skip


@needs("scheduling.view")
def freed(request: Request, pk: UUID) -> HttpResponse:
    """Show a freed time with everybody beside it, as it happens."""
    found = get_object_or_404(queries.every_freed_time(), pk=pk)
    part = "run" if "run" in request.GET else ""  # what is drawn again while one watches
    return respond(
        request, "scheduling/waitlist/freed.html", part=part, run=queries.run_of(found, now()),
        site=found.site, keep=forms.Keep(), may=request.actor.may(KEEP),
        has_passed=found.starts_at <= now(),
    )  # fmt: skip


@needs(KEEP)
@require_POST
@refusals_told
def freed_offer(request: Request, pk: UUID) -> HttpResponse:
    """Offer a freed time to those who were ticked, or to the next few."""
    form = forms.Asked(request.POST)
    if not form.is_valid():
        raise Refused(_("Somebody you ticked is not on the waitlist any more. Look again."))
    made = operations.offer_to(_one(pk), form.keys, at=now(), by=request.actor)
    words = ngettext("Offered to %(n)s patient", "Offered to %(n)s patients", len(made))
    toast(request, words % {"n": len(made)})
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def freed_keep(request: Request, pk: UUID) -> HttpResponse:
    """Keep a freed time back."""
    kept_for = request.POST.get("kept_for", "")
    operations.keep_freed(_one(pk), kept_for=kept_for, at=now(), by=request.actor)
    toast(request, _("Kept back. Nobody is asked any more."))
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def freed_again(request: Request, pk: UUID) -> HttpResponse:
    """Go on looking for somebody."""
    operations.offer_again(_one(pk), at=now(), by=request.actor)
    toast(request, _("We look for somebody again."))
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def freed_end(request: Request, pk: UUID) -> HttpResponse:
    """Stop looking for somebody."""
    operations.end_freed(_one(pk), because="", at=now(), by=request.actor)
    toast(request, _("Nobody is asked any more."))
    return done(request, CHANGED)


@needs(KEEP)
@require_POST
@refusals_told
def freed_place(request: Request, pk: UUID) -> HttpResponse:
    """Give a freed time to somebody on the phone."""
    form = forms.Chosen(request.POST)
    if not form.is_valid():
        raise Refused(_("They are not on the waitlist any more."))
    wait = form.cleaned_data["wait"]
    operations.place(_one(pk), wait, at=now(), by=request.actor)
    toast(request, _("%(name)s got this time") % {"name": wait.patient.name})
    return done(request, CHANGED, "schedule", "waitlist")


@needs("scheduling.answer_offer")
@require_POST
@refusals_told
def offer_accept(request: Request, pk: UUID) -> HttpResponse:
    """Note a yes said on the phone."""
    offer = operations.accept_offer(get_object_or_404(Offer, pk=pk), at=now(), by=request.actor)
    if offer.status != Offer.Status.ACCEPTED:
        raise Refused(_("Too late: %(why)s.") % {"why": offer.get_status_display().lower()})
    toast(request, _("%(name)s got this time") % {"name": offer.patient.name})
    return done(request, CHANGED, "schedule", "waitlist")


@needs("scheduling.answer_offer")
@require_POST
@refusals_told
def offer_decline(request: Request, pk: UUID) -> HttpResponse:
    """Note a no said on the phone."""
    offer = operations.decline_offer(get_object_or_404(Offer, pk=pk), at=now(), by=request.actor)
    toast(request, _("%(name)s stays on the list") % {"name": offer.patient.name})
    return done(request, CHANGED)


@needs("scheduling.view", "scheduling.templates")
def refill_rules(request: Request) -> HttpResponse:
    """List how freed times of each type of visit are offered."""
    held = queries.refill_rules()
    types = VisitType.objects.filter(is_active=True, capacity=1).order_by("name")
    rows = [(one, held.get(one.pk)) for one in types]
    return respond(
        request, "scheduling/waitlist/rules.html", part="rows", rows=rows, usual=held[None],
        tab="rules", may=request.actor.may("scheduling.templates"),
    )  # fmt: skip


@needs("scheduling.templates")
def refill_rule(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Say how freed times are offered: of one type of visit, or of all others."""
    kind = get_object_or_404(VisitType, pk=pk) if pk else None
    held = queries.refill_rules()
    known = held.get(pk) or held[None]
    form = forms.RefillRuleForm(request.POST or None, instance=RefillRule(**_values(known)))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_refill_rule(kind, form.cleaned_data, by=request.actor)
            toast(request, _("From now on freed times are offered like this."))
            return done(request, RULES)
    return respond(request, "scheduling/waitlist/rule.html", form=form, visit_type=kind)


def _one(pk: UUID) -> FreedTime:
    return get_object_or_404(FreedTime, pk=pk)


def _values(rule: RefillRule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in forms.RefillRuleForm.Meta.fields}
