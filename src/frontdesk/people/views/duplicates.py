"""Charts that may be one person: compare, merge, keep apart, take apart again."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.http import Request, needs
from frontdesk.people import forms, operations, queries
from frontdesk.people.models import Duplicate, Patient
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

MERGE = "people.merge"
ON_A_PAGE = 25
CHANGED = "duplicates:changed"


@needs(MERGE)
def duplicates(request: Request) -> HttpResponse:
    """Show the pairs to decide on, the likeliest first."""
    pages = Paginator(queries.proposed_duplicates(), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return respond(request, "people/duplicates.html", part="rows", page=page)


@needs(MERGE)
@require_POST
def look_for(request: Request) -> HttpResponse:
    """Compare all charts anew."""
    found = len(operations.propose_duplicates(by=request.actor))
    told = ngettext("%(n)s new pair to look at", "%(n)s new pairs to look at", found)
    toast(request, told % {"n": found})
    return go(request, "people:duplicates")


@needs(MERGE)
def duplicate(request: Request, pk: UUID) -> HttpResponse:
    """Compare two charts side by side; merging or keeping apart needs a reason."""
    pair = get_object_or_404(Duplicate.objects.select_related("kept", "other"), pk=pk)
    form = forms.Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _decide(request, pair, form.cleaned_data["because"])
            return done(request, CHANGED)
    lines = _side_by_side(pair)
    return respond(request, "people/duplicate.html", pair=pair, form=form, lines=lines)


@needs(MERGE)
@require_POST
def unmerge(request: Request, pk: UUID) -> HttpResponse:
    """Take a merge back."""
    other = get_object_or_404(Patient, pk=pk)
    operations.unmerge(other, because=_("Taken back"), by=request.actor)
    toast(request, _("Charts stand apart again"))
    return go(request, "workspace:patient", other.pk)


def _decide(request: Request, pair: Duplicate, because: str) -> None:
    decision = request.POST.get("decision")
    if decision == "apart":
        operations.keep_apart(pair, because=because, by=request.actor)
        toast(request, _("Two people. They are not proposed again."))
        return
    kept, other = (pair.kept, pair.other) if decision != "swap" else (pair.other, pair.kept)
    operations.merge(kept, other, because=because, by=request.actor)
    told = _("Chart %(other)s now leads to chart %(kept)s")
    toast(request, told % {"other": other.chart_number, "kept": kept.chart_number})


def _side_by_side(pair: Duplicate) -> list[tuple[str, object, object, bool]]:
    """Return what both charts say, line by line, and whether they agree."""
    shown = (
        (_("Name"), "legal_name"),
        (_("Goes by"), "preferred_name"),
        (_("Birth date"), "birth_date"),
        (_("Sex"), "get_sex_display"),
        (_("Mobile phone"), "mobile_phone"),
        (_("Home phone"), "home_phone"),
        (_("E-mail"), "email"),
        (_("Address"), "address_1"),
        (_("City"), "city"),
        (_("ZIP"), "zip_code"),
        (_("Patient since"), "registered_on"),
    )
    lines = []
    for label, name in shown:
        one, two = (getattr(chart, name) for chart in (pair.kept, pair.other))
        one, two = (value() if callable(value) else value for value in (one, two))
        if one or two:
            lines.append((label, one, two, one == two))
    return lines
