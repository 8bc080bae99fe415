"""Setting a practice up: the first page of a new house, and the guided list after it."""

from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from frontdesk.core.actor import Actor
from frontdesk.core.clock import today
from frontdesk.core.http import PUBLIC, SIGNED_IN, Request, needs
from frontdesk.core.keys import new_key
from frontdesk.practice import operations as practice
from frontdesk.staff.roles import EVERY_PERMISSION
from frontdesk.ui.responses import go, refusals_on, respond, toast
from frontdesk.workspace import operations
from frontdesk.workspace.forms.setup import PracticeFile, Welcome
from frontdesk.workspace.queries import practice_export
from frontdesk.workspace.queries import practice_file as files
from frontdesk.workspace.queries import settings as places
from frontdesk.workspace.queries import setup as queries


@sensitive_post_parameters("password")
@needs(PUBLIC)
def welcome(request: Request) -> HttpResponse:
    """Found the practice and its first administrator; there only while nobody can sign in."""
    if not queries.is_new_house():
        raise Http404
    form = Welcome(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        by = Actor(name=said["name"], practice_id=new_key(), permissions=EVERY_PERMISSION)
        with refusals_on(form):
            member = operations.open_the_house(
                name=said["practice"],
                time_zone=said["time_zone"],
                person=said["name"],
                email=said["email"],
                password=said["password"],
                by=by,
            )
            login(request, member.user)
            return redirect("workspace:setup")
    return respond(request, "workspace/setup/welcome.html", form=form)


@needs("practice.edit")
def setup(request: Request) -> HttpResponse:
    """Show what is set up, what comes next, and what it unlocks."""
    steps = queries.steps(request.actor)
    context = {
        "steps": steps,
        "next": next((step for step in steps if step.is_next), None),
        "done": sum(step.is_done for step in steps),
        "percent": 100 * sum(step.is_done for step in steps) // max(len(steps), 1),
    }
    return respond(request, "workspace/setup/steps.html", part="steps", **context)


@needs("practice.edit")
@require_POST
def finish(request: Request) -> HttpResponse:
    """Open the office: the list of steps is no longer the first thing one sees."""
    practice.finish_setup(by=request.actor)
    toast(request, _("The office is open"))
    try:
        return go(request, reverse("workspace:today"))
    except NoReverseMatch:
        return go(request, "workspace:settings")


@needs("practice.edit")
def practice_file(request: Request) -> HttpResponse:
    """Take a practice described in a file: try it first, then bring it in."""
    form = PracticeFile(request.POST, request.FILES) if request.method == "POST" else PracticeFile()
    report = None
    is_kept = request.POST.get("act") == "keep"
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            sent = form.cleaned_data["file"]
            report = files.bring(sent.name, sent.read(), is_kept=is_kept, by=request.actor)
    is_kept = is_kept and report is not None and not report.problems
    return respond(
        request, "workspace/setup/file.html", "report", form=form, report=report, is_kept=is_kept
    )


@needs("practice.edit")
def practice_out(request: Request) -> HttpResponse:
    """Hand the practice's settings over as a file that can be brought in again."""
    content = practice_export.as_json(request.actor)
    name = f"practice-{today(request.site)}.json"
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@needs(SIGNED_IN)
def settings(request: Request) -> HttpResponse:
    """Show every place where something is set, in groups, as far as the actor may see it."""
    return respond(request, "workspace/setup/settings.html", groups=places.groups(request.actor))
