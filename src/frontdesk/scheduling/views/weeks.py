"""The usual week of one provider: sessions, the blocks in them, and what they prefer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations
from frontdesk.scheduling.models import Block, Preference
from frontdesk.scheduling.queries import setup as queries
from frontdesk.staff.models import Provider
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

SESSIONS = "sessions:changed"


@needs("scheduling.view", "scheduling.templates")
def week_of(request: Request, pk: UUID) -> HttpResponse:
    """Show a provider's week as a picture and in words, with what contradicts itself."""
    provider = get_object_or_404(Provider, pk=pk)
    shown = queries.week_of(provider, today(request.site))
    return respond(request, "scheduling/week_of.html", part="rows", shown=shown)


@needs("scheduling.templates")
def new_block(request: Request, pk: UUID) -> HttpResponse:
    """Keep a part of a session for some visits."""
    session = get_object_or_404(queries.sessions(), pk=pk)
    form = forms.BlockForm(request.POST or None, initial={"starts": session.starts})
    if form.is_valid():
        with refusals_on(form):
            saved = operations.save_block(None, session, form.values(), by=request.actor)
            toast(request, _("%(what)s is kept") % {"what": saved})
            return done(request, SESSIONS)
    return respond(request, "scheduling/block.html", form=form, session=session, kept=None)


@needs("scheduling.templates")
def block(request: Request, pk: UUID) -> HttpResponse:
    """Change a block."""
    found = get_object_or_404(Block.objects.select_related("session__provider"), pk=pk)
    form = forms.BlockForm(request.POST or None, block=found)
    if form.is_valid():
        with refusals_on(form):
            operations.save_block(found, found.session, form.values(), by=request.actor)
            toast(request, _("%(what)s is kept") % {"what": found})
            return done(request, SESSIONS)
    context: dict[str, Any] = {"form": form, "session": found.session, "kept": found}
    return respond(request, "scheduling/block.html", **context)


@needs("scheduling.templates")
@require_POST
@refusals_told
def end_block(request: Request, pk: UUID) -> HttpResponse:
    """Give a block up."""
    found = operations.end_block(get_object_or_404(Block, pk=pk), by=request.actor)
    toast(request, _("%(what)s is given up") % {"what": found})
    return done(request, SESSIONS)


@needs("scheduling.templates")
def new_preference(request: Request, pk: UUID) -> HttpResponse:
    """Add what a provider prefers."""
    provider = get_object_or_404(Provider, pk=pk)
    return _preference(request, None, provider)


@needs("scheduling.templates")
def preference(request: Request, pk: UUID) -> HttpResponse:
    """Change what a provider prefers."""
    found = get_object_or_404(Preference.objects.select_related("provider"), pk=pk)
    return _preference(request, found, found.provider)


@needs("scheduling.templates")
@require_POST
@refusals_told
def end_preference(request: Request, pk: UUID) -> HttpResponse:
    """Let a preference hold no longer."""
    operations.end_preference(get_object_or_404(Preference, pk=pk), by=request.actor)
    toast(request, _("It holds no longer"))
    return done(request, SESSIONS)


def _preference(request: Request, found: Preference | None, provider: Provider) -> HttpResponse:
    asked = {"kind": request.GET["kind"]} if "kind" in request.GET else {}
    form = forms.PreferenceForm(request.POST or None, instance=found, initial=asked)
    if form.is_valid():
        with refusals_on(form):
            kept = Preference.objects.get(pk=found.pk) if found else None
            on = today(request.site)
            operations.save_preference(kept, provider, form.values(), on=on, by=request.actor)
            toast(request, _("Kept for %(who)s") % {"who": provider})
            return done(request, SESSIONS)
    context: dict[str, Any] = {"form": form, "provider": provider, "preference": found}
    part = "asks" if asked and request.method == "GET" else ""
    return respond(request, "scheduling/preference.html", part=part, **context)
