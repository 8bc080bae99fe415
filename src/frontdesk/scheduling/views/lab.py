"""The template lab on screen: a draft of the week, its replay beside today's, and going live."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import operations
from frontdesk.scheduling.forms import lab as forms
from frontdesk.scheduling.jobs import lab as jobs
from frontdesk.scheduling.models import TemplateDraft, VisitType
from frontdesk.scheduling.queries import lab as queries
from frontdesk.scheduling.rules.lab import Stint
from frontdesk.scheduling.views import compared
from frontdesk.staff.models import Provider
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "draft:changed"


@needs("scheduling.templates")
def lab(request: Request) -> HttpResponse:
    """List the drafts."""
    return respond(
        request, "scheduling/figures/lab.html", part="list", drafts=queries.drafts(),
        site=request.site,
    )  # fmt: skip


@needs("scheduling.templates")
def new_draft(request: Request) -> HttpResponse:
    """Begin a draft with the week as it is."""
    form = forms.NewDraft(request.POST or None, initial={"site": request.site.pk})
    if form.is_valid():
        with refusals_on(form):
            made = operations.copy_template(**form.cleaned_data, at=now(), by=request.actor)
            return go(request, "scheduling:figures:draft", made.pk)
    return respond(request, "scheduling/figures/draft_new.html", form=form)


@needs("scheduling.templates")
def draft(request: Request, pk: UUID) -> HttpResponse:
    """Show a draft, its week, and what the last twelve weeks would have been with it."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    replay = queries.last_replay(found)
    return respond(
        request, "scheduling/figures/draft.html", part="draft", draft=found, replay=replay,
        week=_week(found), mix=_mix_words(found), site=found.site,
        compared=compared.of(replay), live=forms.LiveFrom(), may_take_back=_may_take_back(found),
    )  # fmt: skip


@needs("scheduling.templates")
def stint(request: Request, pk: UUID, number: int | None = None) -> HttpResponse:
    """Change a session of a draft, or add one."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    held = _stint(found, number)
    usual = {"provider": found.provider_id, **request.GET.dict()}
    form = forms.StintForm(request.POST or None, stint=held, initial={} if held else usual)
    if form.is_valid():
        with refusals_on(form):
            operations.save_stint(found, number, form.said(), by=request.actor)
            toast(request, _("The draft has changed"))
            return done(request, CHANGED)
    return respond(request, "scheduling/figures/stint.html", form=form, draft=found, number=number)


@needs("scheduling.templates")
@require_POST
@refusals_told
def stint_end(request: Request, pk: UUID, number: int) -> HttpResponse:
    """Take a session out of a draft."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    operations.drop_stint(found, number, by=request.actor)
    toast(request, _("Taken out of the draft"))
    return done(request, CHANGED)


@needs("scheduling.templates")
def mix(request: Request, pk: UUID) -> HttpResponse:
    """Say how much of the past demand there would be."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    kinds = list(VisitType.objects.filter(is_active=True).order_by("name"))
    usual = {str(one.pk): found.mix.get(str(one.pk), 100) for one in kinds}
    form = forms.MixForm(request.POST or None, kinds=kinds, initial=usual)
    if form.is_valid():
        with refusals_on(form):
            operations.set_mix(found, form.mix(), by=request.actor)
            toast(request, _("The demand has changed"))
            return done(request, CHANGED)
    return respond(request, "scheduling/figures/mix.html", form=form, draft=found)


@needs("scheduling.templates")
@require_POST
@refusals_told
def replay(request: Request, pk: UUID) -> HttpResponse:
    """Have the last twelve weeks played against the draft."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    asked = operations.ask_replay(found, at=now(), by=request.actor)
    jobs.play.enqueue(str(asked.practice_id), str(asked.pk))
    return go(request, "scheduling:figures:draft", found.pk)


@needs("scheduling.templates")
@require_POST
@refusals_told
def put_live(request: Request, pk: UUID) -> HttpResponse:
    """Let the draft be the usual week from a day on."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    form = forms.LiveFrom(request.POST)
    if not form.is_valid():
        toast(request, _("Say from which day it is to hold."), tone="red")
        return go(request, "scheduling:figures:draft", found.pk)
    live = operations.put_live(found, form.cleaned_data["on"], by=request.actor)
    toast(request, _("%(name)s goes live") % {"name": live.name})
    return go(request, "scheduling:figures:draft", found.pk)


@needs("scheduling.templates")
@require_POST
@refusals_told
def take_back(request: Request, pk: UUID) -> HttpResponse:
    """Undo going live, before its day."""
    found = get_object_or_404(queries.drafts(), pk=pk)
    operations.take_back(found, by=request.actor)
    toast(request, _("Taken back: the week stays as it is"))
    return go(request, "scheduling:figures:draft", found.pk)


@needs("scheduling.templates")
@require_POST
@refusals_told
def drop(request: Request, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    operations.drop_draft(get_object_or_404(queries.drafts(), pk=pk), by=request.actor)
    toast(request, _("The draft was thrown away"))
    return go(request, "scheduling:figures:lab")


def _stint(found: TemplateDraft, number: int | None) -> Stint | None:
    if number is None:
        return None
    if number >= len(found.sessions):
        raise Http404
    return Stint.of(found.sessions[number])


def _week(found: TemplateDraft) -> list[tuple[Any, list[list[tuple[int, Stint]]]]]:
    """Return each provider with the sessions of their days, Monday first, numbered."""
    stints = [(number, Stint.of(one)) for number, one in enumerate(found.sessions)]
    keys = dict.fromkeys(one.provider for _number, one in stints)
    names = {str(p.pk): p for p in Provider.objects.filter(pk__in=[UUID(key) for key in keys])}
    return [
        (names.get(key), [[s for s in stints if (s[1].provider, s[1].weekday) == (key, day)]
                          for day in range(7)])
        for key in keys
    ]  # fmt: skip


def _mix_words(found: TemplateDraft) -> list[tuple[str, int]]:
    names = {str(key): name for key, name in VisitType.objects.values_list("pk", "name")}
    return [(names[key], percent) for key, percent in found.mix.items() if key in names]


def _may_take_back(found: TemplateDraft) -> bool:
    is_planned = found.status == TemplateDraft.Status.PLANNED
    return is_planned and found.live_from is not None and found.live_from > today(found.site)
