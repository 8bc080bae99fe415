"""Where one works just now: which practice, which site, and that one is still there."""

from typing import cast

from allauth.account import views as account
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from frontdesk.core.http import PUBLIC, SIGNED_IN, Request, needs
from frontdesk.practice import queries as practice
from frontdesk.staff import operations
from frontdesk.staff import queries as staff
from frontdesk.staff.models import User
from frontdesk.ui.responses import go
from frontdesk.workspace.queries import setup


@needs(PUBLIC)
def sign_in(request: Request) -> HttpResponseBase:
    """Ask who comes in; in a new house, lead to its first page."""
    if request.method == "GET" and setup.is_new_house():
        return redirect("workspace:welcome")
    return cast("HttpResponseBase", account.login(request))


@needs(SIGNED_IN)
@require_POST
def stay(request: Request) -> HttpResponse:
    """Note that the person is still there: that this request came is the note."""
    return HttpResponse(status=204)


@needs(SIGNED_IN)
def sites(request: Request) -> HttpResponse:
    """List the sites one may look at, for the menu in the top bar."""
    found, elsewhere = practice.sites_of(request.actor), staff.works_elsewhere(request.actor)
    return render(request, "workspace/sites.html", {"sites": found, "works_elsewhere": elsewhere})


@needs(SIGNED_IN)
@require_POST
def choose_site(request: Request, pk: str) -> HttpResponse:
    """Look at another site from now on."""
    site = get_object_or_404(practice.sites_of(request.actor), pk=pk)
    request.session[staff.CHOSEN_SITE] = str(site.pk)
    back = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    hosts = {request.get_host()}
    return go(request, back if url_has_allowed_host_and_scheme(back, hosts) else "/")


@needs(PUBLIC)
def practices(request: Request) -> HttpResponse:
    """Choose among the practices one belongs to; open to whoever has signed in."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    mine = staff.memberships(request.user)
    back = request.GET.get("next", "")
    if request.method != "POST":
        return render(request, "workspace/practices.html", {"memberships": mine, "next": back})
    chosen = next((m for m in mine if str(m.practice_id) == request.POST.get("practice")), None)
    if chosen is None:
        return redirect("workspace:practices")
    operations.enter_practice(chosen, by=staff.actor_of(chosen))
    request.session[staff.CHOSEN_PRACTICE] = str(chosen.practice_id)
    request.session.pop(staff.CHOSEN_SITE, None)
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if safe else "/")
