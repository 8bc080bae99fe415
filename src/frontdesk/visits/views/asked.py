"""What the office's own rules want asked, answered on the check-in page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.practice.models import Rule
from frontdesk.scheduling.forms.waitlist import Answer
from frontdesk.ui.responses import go, refusals_told, toast
from frontdesk.visits import operations
from frontdesk.visits.queries.sheet import visits


@needs("visits.check_in")
@require_POST
@refusals_told
def answer_question(request: Request, pk: UUID, rule: UUID) -> HttpResponse:
    """Keep the answer to a rule's question, or why it may pass."""
    visit = get_object_or_404(visits().filter(check_in__isnull=False), pk=pk)
    get_object_or_404(Rule, pk=rule)
    form = Answer(request.POST)
    remark = form.cleaned_data["remark"] if form.is_valid() else ""
    operations.answer_question(
        visit, rule, remark=remark, is_waived="pass" in request.POST, at=now(), by=request.actor
    )
    toast(request, _("Noted for %(name)s") % {"name": visit.patient.name})
    return go(request, "visits:check_in", visit.pk)
