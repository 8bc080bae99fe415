"""The risk of no-shows on screen, and one more visit beside a risky one."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import day_bounds, now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.forms.figures import Suggested, SuggestedAt
from frontdesk.scheduling.jobs import figures as jobs
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries import overbooking
from frontdesk.scheduling.queries import risk as asking
from frontdesk.scheduling.rules.risk import KNOWN_OF
from frontdesk.scheduling.views import drawn
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

CHANGED = "schedule"
DAYS_SHOWN = 3
MOST_SHOWN = 25


@needs("scheduling.figures")
def risk(request: Request) -> HttpResponse:
    """Show what was learned, whether it comes true, and who is likely to stay away."""
    model, last = asking.current_model(), asking.last_fit()
    return respond(
        request, "scheduling/figures/risk.html", part="risk", model=model, last=last,
        versions=asking.versions(), known_of=KNOWN_OF, site=request.site,
        chart=drawn.calibration(model) if model else None,
        coming=asking.riskiest(_coming(request), now())[:MOST_SHOWN] if model else (),
    )  # fmt: skip


@needs("scheduling.figures")
@require_POST
def fit_now(request: Request) -> HttpResponse:
    """Have the risk learned without waiting for the night."""
    jobs.fit_risk.enqueue(str(request.actor.practice_id), asked=True)
    toast(request, _("It is being learned. It appears here in a moment."))
    return go(request, "scheduling:figures:risk")


@needs("scheduling.figures")
def suggestions(request: Request) -> HttpResponse:
    """Show where one more visit is worth it."""
    found = overbooking.suggestions(request.site, now())
    return respond(
        request, "scheduling/figures/overbooking.html", part="list", suggestions=found,
        site=request.site, model=asking.current_model(), days=overbooking.DAYS_AHEAD,
    )  # fmt: skip


@needs("scheduling.override")
def take_suggestion(request: Request) -> HttpResponse:
    """Book one more visit where it is suggested."""
    form = Suggested(request.POST or None, initial=_pointed(request))
    if form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            booked = operations.book_suggested(**said, at=now(), by=request.actor)
            toast(request, _("%(who)s is booked beside") % {"who": booked.patient.name})
            return done(request, CHANGED, "suggestions")
    wanted = _suggestion(request)
    if wanted is None and not form.is_bound:
        toast(request, _("This is not suggested any more. Look again."), tone="amber")
        return redirect("scheduling:figures:overbooking")
    return respond(request, "scheduling/figures/suggested.html", form=form, wanted=wanted)


def _coming(request: Request) -> list[Appointment]:
    opens, _closes = day_bounds(request.site, today(request.site))
    soon = queries.appointments().filter(
        site=request.site, status=Appointment.Status.BOOKED, starts_at__gt=now(),
        starts_at__lt=opens + timedelta(days=DAYS_SHOWN),
    )  # fmt: skip
    return list(soon)


def _pointed(request: Request) -> dict[str, Any]:
    names = ("provider", "site", "starts_at", "visit_type")
    return {name: request.GET[name] for name in names if name in request.GET}


def _suggestion(request: Request) -> overbooking.Suggestion | None:
    asked = SuggestedAt(request.POST or request.GET)
    if not asked.is_valid():
        return None
    said = asked.cleaned_data
    return overbooking.suggested_at(said["provider"], said["site"], said["starts_at"], now())
