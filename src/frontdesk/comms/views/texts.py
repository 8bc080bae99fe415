"""Where a carrier calls us about texts, and where the practice says how it sends them.

The carrier's calls are signed with the account's token; a call that is not is refused.
"""

import hmac
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontdesk.comms import forms, gateways, jobs, operations, queries
from frontdesk.core.clock import now
from frontdesk.core.http import PUBLIC, Request, needs
from frontdesk.core.scoping import practice_scope
from frontdesk.people.rules.phones import normal
from frontdesk.staff.queries import the_clock
from frontdesk.ui.responses import go, refusals_on, respond, toast

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def signed(view: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Refuse whoever is not the carrier: the signature is over the address and every field."""

    @wraps(view)
    def run(request: Request) -> HttpResponse:
        url = settings.PUBLIC_URL.rstrip("/") + request.get_full_path()
        told = {name: request.POST.get(name, "") for name in request.POST}
        right = gateways.signature_of(url, told, settings.SMS_TOKEN)
        given = request.headers.get("X-Twilio-Signature", "")
        if not settings.SMS_TOKEN or not hmac.compare_digest(right.encode(), given.encode()):
            return HttpResponse(status=403)
        return view(request)

    return run


@csrf_exempt
@needs(PUBLIC)
@require_POST
@signed
def text_came(request: Request) -> HttpResponse:
    """Keep a text that came to a practice's number; what it means is found out later."""
    told = request.POST
    line = queries.line_of(normal(told.get("To", "")))
    if line is None or not told.get("MessageSid") or not told.get("From"):
        return HttpResponse(status=404)
    by = the_clock(line.practice_id)
    with practice_scope(by.practice_id):
        operations.hear(
            sender=normal(told["From"]),
            body=told.get("Body", "")[:4000],
            gateway_id=told["MessageSid"][:80],
            is_opt_out=told.get("OptOutType") == "STOP",
            at=now(),
            by=by,
        )
    return HttpResponse(NOTHING_TO_SAY, content_type="text/xml")


@csrf_exempt
@needs(PUBLIC)
@require_POST
@signed
def text_state(request: Request) -> HttpResponse:
    """Hear what became of a text of ours."""
    told = request.POST
    gateway_id, state = told.get("MessageSid", ""), told.get("MessageStatus", "")
    message = queries.sent_as(gateway_id)
    if message is None:
        jobs.keep_early_state(gateway_id, state, told.get("ErrorCode", ""))
        return HttpResponse(status=202)
    jobs.note_state(message, state, told.get("ErrorCode", ""))
    return HttpResponse(status=204)


@needs("practice.edit")
def line(request: Request) -> HttpResponse:
    """Say from which number texts go out, and when nobody is texted."""
    form = forms.Line(request.POST or None, instance=queries.the_line())
    if form.is_valid():
        with refusals_on(form):
            operations.set_line(form.cleaned_data, by=request.actor)
            toast(request, _("Saved."))
            return go(request, "comms:line")
    return respond(
        request, "comms/line.html", form=form, has_gateway=gateways.text_gateway() is not None
    )
