"""What check-in and check-out ask, tablets, and who checked in without what."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.records.queries import readings_of
from frontdesk.scheduling import queries as scheduling
from frontdesk.ui import crud
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import set_check_in as forms
from frontdesk.visits.models import Kiosk, Told
from frontdesk.visits.operations.kiosk import Paired
from frontdesk.visits.queries.accountability import accountability
from frontdesk.visits.queries.check_out_steps import steps
from frontdesk.visits.queries.intake import differences
from frontdesk.visits.queries.kiosk import kiosks
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.views.displays import code_of

MAY = "visits.set_check_in"
STEPS = crud.Table(
    name="steps",
    namespace="visits",
    title=gettext_lazy("Check-out steps"),
    noun=gettext_lazy("step"),
    icon="checklist",
    rows=steps,
    form=forms.Step,
    save=operations.save_step,
    sees=(MAY,),
    changes=MAY,
    empty=gettext_lazy("Superbill, balance and next visit are asked. Add what else you settle."),
    columns=(
        crud.Column(gettext_lazy("Step"), "label"),
        crud.Column(gettext_lazy("After"), lambda row: str(row.visit_type or _("Every visit"))),
        crud.Column(gettext_lazy("May be declined"), "is_declinable"),
        crud.Column(gettext_lazy("Asked"), "is_active"),
    ),
)


@needs(MAY)
def set_check_in(request: Request) -> HttpResponse:
    """Show and set how long answers hold, and list the tablets."""
    form = forms.Holding(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            for item, days in form.cleaned_data.items():
                operations.set_holding(item, days, by=request.actor)
            toast(request, _("Saved."))
            return go(request, "visits:set_check_in")
    return respond(request, "visits/set_check_in.html", form=form, tablets=list(kiosks()))


@needs(MAY)
def add_tablet(request: Request) -> HttpResponse:
    """Set a tablet up, and show its address once."""
    first = {"site": request.site.pk}
    form = forms.Tablet(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _paired(
                request, operations.make_kiosk(**form.cleaned_data, at=now(), by=request.actor)
            )
    return respond(request, "visits/tablet.html", form=form)


@needs(MAY)
@require_POST
@refusals_told
def pair_tablet(request: Request, pk: UUID) -> HttpResponse:
    """Make a new address for a tablet; the old one ends."""
    kiosk = get_object_or_404(Kiosk, pk=pk)
    return _paired(request, operations.pair_again(kiosk, at=now(), by=request.actor))


@needs(MAY)
@require_POST
@refusals_told
def end_tablet(request: Request, pk: UUID) -> HttpResponse:
    """Take a tablet back."""
    kiosk = operations.end_kiosk(get_object_or_404(Kiosk, pk=pk), at=now(), by=request.actor)
    toast(request, _("%(name)s opens nothing any more.") % {"name": kiosk.name})
    return go(request, "visits:set_check_in")


@needs(MAY, "billing.reports")
@require_GET
def report(request: Request) -> HttpResponse:
    """Show who was checked in without card, copay or coverage, by member of staff."""
    span = forms.Span(request.GET)
    said = span.cleaned_data if span.is_valid() else {}
    until = said.get("until") or today(request.site)
    since = min(said.get("since") or until - timedelta(days=30), until)
    lines = accountability(request.site, since, until)
    return respond(
        request, "visits/accountability.html", lines=lines, since=since, until=until,
        total=sum(line.check_ins for line in lines),
    )  # fmt: skip


@needs("visits.check_in")
@require_POST
@refusals_told
def decide(request: Request, pk: UUID, answer: str) -> HttpResponse:
    """Take over what was said, or leave what we hold."""
    told = get_object_or_404(Told, pk=pk)
    operations.decide(told, take=answer == "take", at=now(), by=request.actor)
    toast(request, _("Taken over.") if answer == "take" else _("Left as it is."))
    return go(request, "visits:to_decide", told.patient_id)


@needs("visits.check_in")
@require_GET
def to_decide(request: Request, pk: UUID) -> HttpResponse:
    """Show what a patient or a card said otherwise, beside what we hold."""
    patient = get_object_or_404(Patient, pk=pk)
    people.open_chart(patient, what="what was said at check-in", by=request.actor)
    visit = visits().filter(patient=patient, check_in__isnull=False).order_by("-on").first()
    return respond(
        request, "visits/to_decide.html", patient=patient, visit=visit,
        rows=differences(patient), readings=list(readings_of(patient)),
    )  # fmt: skip


@needs("visits.check_in")
def phone_link(request: Request, pk: UUID) -> HttpResponse:
    """Show the check-in for the patient's own phone as a code; POST sends it to them."""
    booked = get_object_or_404(scheduling.appointments(), pk=pk)
    if request.method == "POST" and "send" in request.POST:
        sent = operations.invite(booked, at=now(), by=request.actor)
        words = _("Sent.") if sent else _("Nothing to fill in, or no way to write to them.")
        toast(request, words, tone="" if sent else "amber")
        return done(request)
    code = ""
    if request.method == "POST":
        made = operations.make_check_in_link(booked, at=now(), by=request.actor)
        code = code_of(made.url)
    return respond(request, "visits/phone_link.html", booked=booked, code=code)


def _paired(request: Request, paired: Paired) -> HttpResponse:
    path = reverse("portal:kiosk_pair", args=[paired.secret])
    url = f"{settings.PUBLIC_URL.rstrip('/')}{path}"
    return respond(
        request, "visits/tablet_pair.html", kiosk=paired.kiosk, url=url, code=code_of(url)
    )
