"""A provider runs late: the patient keeps the new time, takes another, or asks for a call."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.comms.models import Link
from frontdesk.core.clock import now, today
from frontdesk.portal.forms import LateAnswer
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import LateNotice
from frontdesk.scheduling.queries.lateness import notices, rounded
from frontdesk.ui.responses import respond

OFFERED, DAYS = 8, 10  # other times shown, and how far ahead they are looked for
SOONEST = timedelta(minutes=30)  # nobody is offered a time they can't reach


@by_link("late", when_used=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the new time and the choices; remember the one that is made."""
    notice = get_object_or_404(notices(), pk=link.subject_id)
    form = LateAnswer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _answer(request, link, notice, form)
        link = Link.objects.get(pk=link.pk)
        notice = notices().get(pk=notice.pk)
    is_answered = link.used_at is not None
    return respond(
        request,
        "portal/late.html",
        notice=notice,
        visit=notice.appointment,
        expected_at=rounded(notice.expected_at),
        is_answered=is_answered,
        times=[] if is_answered else _other_times(notice),
    )


def _answer(request: LinkRequest, link: Link, notice: LateNotice, form: LateAnswer) -> None:
    said, by = form.cleaned_data, request.actor
    if said["answer"] == "keep":
        operations.keep_late_time(notice, link=link, at=now(), by=by)
    elif said["answer"] == "call":
        operations.ask_for_a_call(notice, link=link, at=now(), by=by)
    else:
        operations.take_other_time(
            notice, said["starts_at"], provider=said["provider"], link=link, at=now(), by=by
        )


def _other_times(notice: LateNotice) -> list[queries.Opening]:
    one = notice.appointment
    return queries.openings(
        one.own_type,
        one.site,
        from_on=today(one.site),
        days=DAYS,
        limit=OFFERED,
        patient=one.patient,
        moving=one,
        at=now() + SOONEST,
    )
