"""Cash drawers: one's own, the site's of the day, and what waits for the bank."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import forms, operations, queries
from frontdesk.ledger.models import Drawer
from frontdesk.staff.queries import member_of
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "ledger:changed"


@needs("ledger.drawer")
def drawers(request: Request) -> HttpResponse:
    """Show one's drawer, the site's drawers of the day, and the deposits."""
    on = today(request.site)
    told = {
        "mine": queries.drawer_of(member_of(request.actor)),
        "rows": queries.drawers_of_day(request.site, on),
        "loose": queries.loose_money(request.site, on),
        "waiting": queries.to_deposit(request.site),
        "deposits": queries.deposits(request.site)[:12],
        "card_money": queries.payouts.card_payouts(request.site)[:12],
        "sees_all": request.actor.may("ledger.close"),
    }
    return respond(request, "ledger/drawers.html", part="list", on=on, form=None, **told)


@needs("ledger.drawer")
def open_drawer(request: Request) -> HttpResponse:
    """Open one's drawer with its float."""
    form = forms.OpenDrawer(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.open_drawer(request.site, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Your drawer is open"))
            return done(request, CHANGED)
    return respond(request, "ledger/open_drawer.html", form=form)


@needs("ledger.drawer")
@require_POST
@refusals_told
def put_in_drawer(request: Request) -> HttpResponse:
    """Put what lies in no drawer into one's own."""
    count = operations.put_in_drawer(request.site, at=now(), by=request.actor)
    toast(request, _("%(count)s payments are in your drawer now") % {"count": count})
    return go(request, "ledger:drawers")


@needs("ledger.drawer")
def count_drawer(request: Request, pk: UUID) -> HttpResponse:
    """Count a drawer without seeing what should be in it; then see whether it agrees."""
    found, form = _drawer(pk), forms.Count(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            count = operations.count_drawer(
                found, pieces=form.pieces, checks=form.check_sum, at=now(), by=request.actor
            )
            if not count.agrees:
                return _differs(request, _drawer(pk), forms.Explain())
            toast(request, _("Counted: everything is there"))
            return done(request, CHANGED)
    return respond(request, "ledger/count.html", drawer=found, form=form)


@needs("ledger.drawer")
def explain_drawer(request: Request, pk: UUID) -> HttpResponse:
    """Say what explains a difference, and close the drawer."""
    found, form = _drawer(pk), forms.Explain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.explain_drawer(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Drawer closed"))
            return done(request, CHANGED)
    return _differs(request, found, form)


def _differs(request: Request, drawer: Drawer, form: forms.Explain) -> HttpResponse:
    count = drawer.counts.order_by("at", "pk").last()
    return respond(request, "ledger/differs.html", drawer=drawer, count=count, form=form)


def _drawer(pk: UUID) -> Drawer:
    found: Drawer = get_object_or_404(Drawer.objects.select_related("member", "site"), pk=pk)
    return found
