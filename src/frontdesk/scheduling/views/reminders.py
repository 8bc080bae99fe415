"""Reminders on screen: how this practice reminds, what patients answer, whom to call."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import operations
from frontdesk.scheduling.forms.reminders import PolicyForm, step_forms
from frontdesk.scheduling.models import ReminderPolicy, VisitType
from frontdesk.scheduling.queries import reminders as queries
from frontdesk.ui.responses import done, refusals_on, respond, toast

CHANGED = "reminders:changed"
COUNTED = timedelta(days=90)
CALL_LOOKS_BACK, CALL_LOOKS_AHEAD = timedelta(days=14), timedelta(days=3)


@needs("scheduling.view")
def reminders(request: Request) -> HttpResponse:
    """Show how patients are reminded, how many confirm, and who is to be called."""
    at = now()
    return respond(
        request,
        "scheduling/reminders.html",
        part="rows",
        plans=queries.plans(),
        rates=queries.rates(at - COUNTED),
        calls=queries.to_call(at - CALL_LOOKS_BACK, at, at + CALL_LOOKS_AHEAD),
        ways=queries.ways(),
    )


@needs("scheduling.templates")
def reminder_policy(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Set how patients are reminded: of one type of visit, or of all the others."""
    visit_type = get_object_or_404(VisitType, pk=pk) if pk else None
    held = queries.policies()
    policy = held.of(visit_type.pk) if visit_type else held.general
    form = PolicyForm(request.POST or None, initial=_initial(policy))
    rows = step_forms(policy, request.POST or None)
    if form.is_bound and not rows.is_valid():
        form.add_error(None, _("One of the steps can't be read. Choose it again."))
    if form.is_valid():
        with refusals_on(form):
            steps = [row.step for row in rows if row.step is not None]
            operations.save_reminder_policy(
                visit_type, steps=steps, by=request.actor, **form.cleaned_data
            )
            toast(request, _("Patients are reminded like this from now on."))
            return done(request, CHANGED)
    return respond(
        request, "scheduling/reminder_policy.html", visit_type=visit_type, form=form, rows=rows,
        seen=queries.seen(visit_type),
    )  # fmt: skip


def _initial(policy: ReminderPolicy) -> dict[str, object]:
    return {"is_on": policy.is_on, "notice_hours": policy.notice_hours}
