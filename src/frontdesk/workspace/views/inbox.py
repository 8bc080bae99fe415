"""The inbox: the one work list, its items, and what is done about them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.staff import forms, operations
from frontdesk.staff import queries as staff
from frontdesk.staff.models import WorkItem
from frontdesk.ui.responses import done, refusals_on, respond, toast
from frontdesk.workspace.queries import inbox

CHANGED = "work:changed"
WORK = "staff.work"


@needs(WORK)
def work(request: Request) -> HttpResponse:
    """Show the queues and the items of one part of the list."""
    wanted = inbox.asked(request.GET)
    found = inbox.items(request.actor, wanted)
    page = inbox.page(found, wanted, request.GET.get("page"))
    context = {
        "wanted": wanted,
        "queues": inbox.queues(found),
        "page": page,
        "rows": inbox.rows(list(page)),
        "sees_all": request.actor.may(staff.SEES_ALL_WORK),
    }
    return respond(request, "workspace/inbox/list.html", part="list", **context)


@needs(WORK)
def item(request: Request, pk: UUID) -> HttpResponse:
    """Show one item with its patient, in a drawer."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    row, url = inbox.rows([found])[0], inbox.subject_url(found)
    return respond(request, "workspace/inbox/item.html", row=row, subject_url=url)


@needs(WORK)
@require_POST
def finish(request: Request, pk: UUID) -> HttpResponse:
    """Mark an item as done; the toast takes it back."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    return _settle(request, found, operations.close_work, _("Done: %(title)s"))


@needs(WORK)
@require_POST
def dismiss(request: Request, pk: UUID) -> HttpResponse:
    """Take an item off the list because nothing needs doing; the toast takes it back."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    return _settle(request, found, operations.dismiss_work, _("Dismissed: %(title)s"))


@needs(WORK)
@require_POST
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """Put an item back on the list."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    try:
        operations.reopen_work(found, at=now(), by=request.actor)
    except Refused as refusal:
        toast(request, str(refusal), tone="red")
    return done(request, CHANGED)


@needs(WORK)
def assign(request: Request, pk: UUID) -> HttpResponse:
    """Choose whom an item is given to."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    form = forms.Assign(request.POST or None, initial={"owner": found.owner_id})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            owner = form.cleaned_data["owner"]
            operations.assign_work(found, owner, by=request.actor)
            toast(request, _("Given to %(who)s") % {"who": owner or found.pool})
            return done(request, CHANGED)
    return respond(request, "workspace/inbox/assign.html", form=form, item=found)


@needs(WORK)
@require_POST
def take(request: Request, pk: UUID) -> HttpResponse:
    """Take an item oneself."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    operations.assign_work(found, staff.member_of(request.actor), by=request.actor)
    return done(request, CHANGED)


@needs(WORK)
def snooze(request: Request, pk: UUID) -> HttpResponse:
    """Choose until when an item sleeps."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    form = forms.Snooze(request.POST or None, initial={"how": "tomorrow"})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            until = form.until(request.site)
            operations.snooze_work(found, until, at=now(), by=request.actor)
            toast(request, _("Put off: %(title)s") % {"title": found.title})
            return done(request, CHANGED)
    return respond(request, "workspace/inbox/snooze.html", form=form, item=found)


@needs(WORK)
@require_POST
def wake(request: Request, pk: UUID) -> HttpResponse:
    """Bring an item back that was put off."""
    found = get_object_or_404(inbox.one(request.actor, pk))
    operations.snooze_work(found, None, at=now(), by=request.actor)
    return done(request, CHANGED)


@needs(WORK)
def new(request: Request) -> HttpResponse:
    """Leave a task for a role."""
    form = forms.Work(request.POST or None, initial={"pool": "receptionist"})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            operations.open_work(
                kind="task",
                title=said["title"],
                detail=said["detail"],
                pool=said["pool"],
                due_at=form.due_at(request.site),
                by=request.actor,
            )
            toast(request, _("Task left: %(title)s") % {"title": said["title"]})
            return done(request, CHANGED)
    return respond(request, "workspace/inbox/new.html", form=form)


def _settle(request: Request, found: WorkItem, settle: Any, words: str) -> HttpResponse:
    try:
        settle(found, at=now(), by=request.actor)
        undo = reverse("workspace:work_reopen", args=[found.pk])
        toast(request, words % {"title": found.title}, undo_url=undo)
    except Refused as refusal:
        toast(request, str(refusal), tone="red")
    return done(request, CHANGED)
