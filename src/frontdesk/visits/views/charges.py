"""Charge entry by keyboard, and charge capture: what was kept, what was charged."""

from datetime import date, timedelta
from uuid import UUID

from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from frontdesk.coding.rules.em import Said, level_of
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import charges as forms
from frontdesk.visits.forms.set_check_in import Span
from frontdesk.visits.models import ChargeException, Superbill, SuperbillLine
from frontdesk.visits.queries import capture
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.queries.superbill import is_new
from frontdesk.visits.views.superbill import draw, draw_of

CHANGED = "visits"
SHOWN = 200  # rows of a list


@needs("visits.superbill", "visits.sign")
@require_GET
def charges(request: Request) -> HttpResponse:
    """Show the visits that have no charge, and kept against charged."""
    on = today(request.site)
    since, until = _days(request, on)
    whole, lines = capture.captured(request.site, since, until)
    every, payer = capture.uncharged(request.site, now()), request.GET.get("payer", "")
    rows = [row for row in every if payer in {"", row.payer[0]}]
    late = [row for row in rows if row.is_late]
    return respond(
        request, "visits/charges.html", part="list", rows=rows[:SHOWN], found=len(rows),
        late=len(late), worth=sum(row.worth for row in rows), whole=whole, lines=lines,
        since=since, until=until, site=request.site, payer=payer, payers=capture.by_payer(every),
    )  # fmt: skip


@needs("visits.superbill", "visits.sign")
@require_GET
def differences(request: Request) -> HttpResponse:
    """Show superbills whose documented codes are not the usual ones they began with."""
    on = today(request.site)
    since, until = _days(request, on)
    compared, found = capture.differences(request.site, since, until)
    gained = sum((one.dollars for one in found), start=0)
    return respond(
        request, "visits/charge_differences.html", compared=compared, found=found[:SHOWN],
        differing=len(found), gained=gained, since=since, until=until,
    )  # fmt: skip


@needs("visits.superbill", "coding.edit")
@require_GET
def code_year(request: Request) -> HttpResponse:
    """Show which codes in use are not valid any more on a day: the next code year by itself."""
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = _next_year(today(request.site))
    return respond(request, "visits/code_year.html", on=on, found=capture.endings(on))


@needs("visits.superbill")
def charge_waits(request: Request, pk: UUID) -> HttpResponse:
    """Say in a drawer what the charge of a visit waits for."""
    visit = get_object_or_404(visits(), pk=pk)
    held = ChargeException.objects.filter(visit=visit, ended_at=None).first()
    first = {"because": held.because, "due_on": held.due_on} if held else {}
    form = forms.Waits(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.except_charge(visit, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Noted. It comes back on that day."))
            return done(request, CHANGED)
    return respond(request, "visits/charge_waits.html", visit=visit, form=form)


@needs("visits.superbill")
@require_POST
@refusals_told
def same_as_last(request: Request, pk: UUID) -> HttpResponse:
    """Take over what was charged at the last visit."""
    visit = get_object_or_404(visits(), pk=pk)
    copied = operations.same_as_last(_bill(visit.pk), by=request.actor)
    words = ngettext("%(n)s code taken over.", "%(n)s codes taken over.", copied.taken)
    said = words % {"n": copied.taken}
    if copied.left:
        said += " " + _("Not valid any more: %(codes)s.") % {"codes": ", ".join(copied.left)}
    toast(request, said)
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take the last step of charge entry back."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.undo_superbill(_bill(visit.pk), by=request.actor)
    toast(request, _("Taken back."))
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def add_modifier(request: Request, pk: UUID) -> HttpResponse:
    """Put a proposed modifier on a procedure."""
    line = get_object_or_404(SuperbillLine, pk=pk)
    line = operations.add_modifier(line, request.POST.get("modifier", ""), by=request.actor)
    return draw_of(request, line.superbill)


@needs("visits.superbill")
def drug(request: Request, pk: UUID) -> HttpResponse:
    """Say in a drawer which drug was given."""
    line = get_object_or_404(SuperbillLine.objects.select_related("superbill"), pk=pk)
    first = {"ndc": line.ndc, "quantity": line.ndc_quantity, "unit": line.ndc_unit or "UN"}
    form = forms.Drug(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.name_drug(line, **form.cleaned_data, by=request.actor)
            return go(request, "visits:superbill", line.superbill.visit_id)
    return respond(request, "visits/charge_drug.html", line=line, form=form)


@needs("visits.superbill")
def beginning(request: Request, pk: UUID) -> HttpResponse:
    """Say in a drawer what the visit is for, and since when."""
    visit = get_object_or_404(visits(), pk=pk)
    bill = _bill(visit.pk)
    form = forms.Beginning(request.POST or None, initial=model_to_dict(bill))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.say_how_it_began(bill, **form.cleaned_data, by=request.actor)
            return go(request, "visits:superbill", visit.pk)
    return respond(request, "visits/charge_beginning.html", visit=visit, form=form)


@needs("visits.superbill")
def level(request: Request, pk: UUID) -> HttpResponse:
    """Find the level of the visit in a drawer; shown while it is said, kept when it is given."""
    visit = get_object_or_404(visits(), pk=pk)
    form = forms.LevelOf(request.POST or None, initial={"is_new": is_new(visit)})
    if request.method == "POST" and form.is_valid() and "give" in request.POST:
        with refusals_on(form):
            made = operations.give_level(_bill(visit.pk), form.said(), at=now(), by=request.actor)
            toast(request, _level_words(made.number, made.code))
            return go(request, "visits:superbill", visit.pk)
    found = level_of(Said(**form.said())) if form.is_bound and form.is_valid() else None
    return respond(
        request, "visits/charge_level.html", part=_part(request), visit=visit, form=form,
        found=found,
    )  # fmt: skip


def _days(request: Request, on: date) -> tuple[date, date]:
    """Return the days asked about: the last thirty when nothing is said."""
    span = Span(request.GET)
    said = span.cleaned_data if span.is_valid() else {}
    until = said.get("until") or on
    return min(said.get("since") or until - timedelta(days=30), until), until


def _level_words(number: int, code: str) -> str:
    if code:
        return _("Level %(n)s: %(code)s is on the superbill.") % {"n": number, "code": code}
    return _("Level %(n)s. The charge list has no code for it.") % {"n": number}


def _part(request: Request) -> str:
    return "outcome" if request.method == "POST" and "give" not in request.POST else ""


def _bill(visit_pk: UUID) -> Superbill:
    return get_object_or_404(Superbill, visit=visit_pk)


def _next_year(on: date) -> date:
    """Return the next first of October: ICD-10-CM's new year. Source: 45 CFR 162.1002."""
    return date(on.year if on < date(on.year, 10, 1) else on.year + 1, 10, 1)
