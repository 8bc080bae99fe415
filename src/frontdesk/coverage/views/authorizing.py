"""Authorizations on screen: the work list, one whole, and each step by its own drawer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontdesk.core.clock import at_wall, now, today
from frontdesk.core.http import Request, needs
from frontdesk.core.money import ZERO
from frontdesk.coverage import forms, operations, queries
from frontdesk.coverage.exchange import also_certified
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationDispute,
    AuthorizationEvidence,
    AuthorizedService,
)
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.people import operations as people
from frontdesk.ui import crud
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "coverage:changed"
VIEW, EDIT, ASK = "coverage.view", "coverage.edit", "coverage.verify"
ROWS = 50

RULES = crud.Table(
    name="authorization-rules",
    namespace="coverage",
    title=gettext_lazy("What needs an authorization"),
    noun=gettext_lazy("rule"),
    icon="file-check",
    rows=queries.authorization_rules,
    form=forms.Rule,
    save=operations.save_authorization_rule,
    sees=(VIEW, "coverage.payers"),
    changes="coverage.payers",
    columns=(
        crud.Column(gettext_lazy("Payer"), lambda one: one.payer or _("Every payer")),
        crud.Column(gettext_lazy("Service"), "code"),
        crud.Column(gettext_lazy("Visit type"), "visit_type"),
        crud.Column(gettext_lazy("Needed"), "needs"),
        crud.Column(gettext_lazy("Without one"), "get_stops_display"),
        crud.Column(gettext_lazy("Where from"), "get_source_display"),
        crud.Column(gettext_lazy("In use"), "is_active"),
    ),
    search=("code", "visit_type", "payer__name"),
    empty=gettext_lazy("Services that a payer wants to approve first. Denials add to them."),
)
TERMS = crud.Table(
    name="review-terms",
    namespace="coverage",
    title=gettext_lazy("How payers are asked"),
    noun=gettext_lazy("payer"),
    icon="clock",
    rows=queries.review_terms,
    form=forms.Terms,
    save=operations.save_review_terms,
    sees=(VIEW, "coverage.payers"),
    changes="coverage.payers",
    columns=(
        crud.Column(gettext_lazy("Payer"), "payer.name"),
        crud.Column(gettext_lazy("How"), "get_way_display"),
        crud.Column(gettext_lazy("Decides in days"), "standard_days", is_figure=True),
        crud.Column(gettext_lazy("Afterwards, days"), "retro_days", is_figure=True),
        crud.Column(gettext_lazy("Appeal, days"), "appeal_days", is_figure=True),
    ),
    search=("payer__name",),
    empty=gettext_lazy("Payers that are not here are asked by message and decide in seven days."),
)


@needs(VIEW)
def work_list(request: Request) -> HttpResponse:
    """List what is open, the next visit first, of one day what is worth most."""
    view, kind = request.GET.get("view", ""), request.GET.get("kind", "")
    view = view if view in queries.VIEWS else ""
    rows = queries.to_authorize(now(), today(request.site), view, kind)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "coverage/authorizations.html", part="rows", page=page, view=view, kind=kind,
        rows_found=len(rows), at_stake=sum((row.dollars for row in rows), ZERO), at=now(),
        tab="authorizations",
    )  # fmt: skip


@needs(VIEW)
def authorization(request: Request, pk: UUID) -> HttpResponse:
    """Show one whole: what it is for, how it stands, what is used, what can be done."""
    found = get_object_or_404(queries.authorization_page(pk))
    if not is_part(request):
        people.open_chart(found.patient, what="authorization", by=request.actor)
    return respond(request, "coverage/authorization.html", **_shown(request, found))


@needs(EDIT)
def authorize(request: Request, pk: UUID) -> HttpResponse:
    """Note an authorization or a referral under a policy."""
    held = get_object_or_404(queries.policies(), pk=pk)
    form = forms.Noted(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = _noted(form.cleaned_data)
            operations.add_authorization(held, **said, by=request.actor)
            toast(request, _("Noted"))
            return done(request, CHANGED)
    return respond(request, "coverage/authorization_note.html", form=form, policy=held)


@needs(EDIT)
def correct(request: Request, pk: UUID) -> HttpResponse:
    """Correct what we hold of one."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.Corrected(request.POST or None, held=held, initial=_as_noted(held))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said, version = _noted(form.cleaned_data), request.POST.get("version", "")
            operations.change_authorization(held, **said, version=version, by=request.actor)
            return _told(request, _("Saved"))
    return respond(request, "coverage/authorization_note.html", form=form, **_of(held))


@needs(ASK)
@require_POST
@refusals_told
def send(request: Request, pk: UUID) -> HttpResponse:
    """Ask the payer by message, with one key."""
    found = get_object_or_404(Authorization, pk=pk)
    operations.request_authorization(found, way="278", at=now(), by=request.actor)
    return _told(request, _("Asked. The decision comes by itself."))


@needs(ASK)
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Ask the payer: by message, website, fax or phone, urgently or afterwards."""
    held = get_object_or_404(queries.authorization_page(pk))
    terms = queries.terms_of(held.policy.subscription.plan.payer)
    form = forms.Asking(request.POST or None, initial=_asking(held, terms.way))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.request_authorization(held, **form.cleaned_data, at=now(), by=request.actor)
            return _told(request, _("Asked. The payer’s clock runs."))
    context = {**_of(held), "terms": terms, "form": form}
    return respond(request, "coverage/authorization_ask.html", **context)


@needs(EDIT)
def answer(request: Request, pk: UUID) -> HttpResponse:
    """Note what the payer decided."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.AnswerGiven(request.POST or None, lines=_lines(held), initial=_answered(held))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.decide_authorization(held, **form.cleaned_data, at=now(), by=request.actor)
            return _told(request, _("Decision noted"))
    return _step(request, held, form, _("The payer’s decision"), _("Note the decision"))


@needs(EDIT)
def not_needed(request: Request, pk: UUID) -> HttpResponse:
    """Keep the proof that under a policy no authorization is needed."""
    held = get_object_or_404(queries.policies(), pk=pk)
    form = forms.NotNeeded(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            codes = [one["code"] for one in form.cleaned_data.pop("codes")]
            operations.note_not_needed(
                held, codes=codes, **form.cleaned_data, on=today(request.site), at=now(),
                by=request.actor,
            )  # fmt: skip
            return _told(request, _("Proof kept"))
    return _step(request, None, form, _("None is needed"), _("Keep the proof"), policy=held)


@needs(EDIT)
def peer(request: Request, pk: UUID) -> HttpResponse:
    """Plan the call between the doctors."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.PeerCall(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.plan_peer(
                held, **_call(request, form.cleaned_data), at=now(), today=today(request.site),
                by=request.actor,
            )  # fmt: skip
            return _told(request, _("Call planned"))
    return _step(request, held, form, _("Peer-to-peer call"), _("Plan the call"))


@needs(EDIT)
def appeal(request: Request, pk: UUID) -> HttpResponse:
    """Write an appeal, or send it."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.AppealLetter(request.POST or None, initial={"letter": _letter(request, held)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.appeal_authorization(
                held, **form.cleaned_data, at=now(), today=today(request.site), by=request.actor
            )
            return _told(request, _("Appeal kept"))
    return _step(request, held, form, _("Appeal"), _("Keep the appeal"), wide="letter")


@needs(EDIT)
def outcome(request: Request, pk: UUID) -> HttpResponse:
    """Note how a call or an appeal ended."""
    dispute = get_object_or_404(AuthorizationDispute, pk=pk)
    held = queries.authorization_page(dispute.authorization_id).get()
    form = forms.Outcome(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.close_dispute(dispute, **form.cleaned_data, at=now(), by=request.actor)
            return _told(request, _("Outcome noted"))
    return _step(request, held, form, dispute.get_kind_display(), _("Note the outcome"))


@needs(EDIT)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take one off the list, with the reason."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.Withdrawal(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.withdraw_authorization(held, **form.cleaned_data, at=now(), by=request.actor)
            return _told(request, _("Taken off the list"))
    return _step(request, held, form, _("No longer wanted"), _("Take it off the list"))


@needs(EDIT)
@require_POST
@refusals_told
def renew(request: Request, pk: UUID) -> HttpResponse:
    """Begin the next one before this one is used up."""
    found = get_object_or_404(Authorization, pk=pk)
    operations.renew_authorization(found, at=now(), by=request.actor)
    return _told(request, _("The next one is on the list to ask for"))


@needs(EDIT)
def evidence(request: Request, pk: UUID) -> HttpResponse:
    """Put something onto the checklist."""
    held = get_object_or_404(queries.authorization_page(pk))
    form = forms.Evidence(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.ask_for_evidence(held, **form.cleaned_data, by=request.actor)
            return _told(request, _("On the checklist"))
    return _step(request, held, form, _("What the payer wants to see"), _("Add to the list"))


def _shown(request: Request, found: Authorization) -> dict[str, Any]:
    lines = _lines(found)
    terms = queries.terms_of(found.policy.subscription.plan.payer)
    held = queries.held(lines)
    wanted: list[AuthorizationEvidence] = found.wanted  # type: ignore[attr-defined] # prefetched
    events = found.events.order_by("-at", "-pk")
    return {
        **_of(found),
        "patient": found.patient,
        "lines": list(zip(lines, held, strict=True)),
        "terms": terms,
        "at": now(),
        "is_late": found.is_late(now()),
        "ending": queries.running_out(found, lines, today(request.site), terms)
        if found.allows
        else "",
        "certified": also_certified(found.response, found.trace) if found.response else [],
        "wanted": wanted,
        "missing": [one for one in wanted if one.is_required and not one.is_there],
        "disputes": list(found.disputes.all()),
        "events": [{"text": one.words, "at": one.at, "by": one.by_name} for one in events],
    }


def _of(held: Authorization) -> dict[str, Any]:
    return {"authorization": held, "policy": held.policy}


def _lines(held: Authorization) -> list[AuthorizedService]:
    return list(held.lines)  # type: ignore[attr-defined] # prefetched


def _step(
    request: Request, held: Authorization | None, form: Any, title: str, action: str, **more: Any
) -> HttpResponse:
    """Draw the drawer of one step."""
    context = {**(_of(held) if held else {}), "form": form, "title": title, "action": action}
    return respond(request, "coverage/authorization_step.html", **context, **more)


def _told(request: Request, text: str) -> HttpResponse:
    toast(request, text)
    return done(request, CHANGED, "readiness", "schedule")


def _noted(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in ("codes", "visits")}


def _as_noted(held: Authorization) -> dict[str, Any]:
    lines = _lines(held)
    units = [(line.code, line.approved or line.asked) for line in lines if line.code]
    visits = [line.approved or line.asked for line in lines if line.counts == "visits"]
    return {
        "codes": ", ".join(f"{code} x{n}" if n else code for code, n in units),
        "visits": next((n for n in visits if n), None),
        "number": held.number,
        "starts_on": held.starts_on,
        "ends_on": held.ends_on,
        "diagnoses": ", ".join(held.diagnoses),
        "referred_by": held.referred_by,
        "referred_by_npi": held.referred_by_npi,
    }


def _asking(held: Authorization, way: str) -> dict[str, Any]:
    return {
        "way": way,
        "is_urgent": held.is_urgent,
        "note": held.note,
        "retro_because": held.retro_because,
    }


def _answered(held: Authorization) -> dict[str, Any]:
    return {
        "number": held.number,
        "starts_on": held.starts_on or held.service_on,
        "ends_on": held.ends_on,
        "reference": held.reference,
    }


def _call(request: Request, said: dict[str, Any]) -> dict[str, Any]:
    on, at = said.pop("slot_on"), said.pop("slot_time")
    slot: datetime | None = at_wall(request.site, on, at) if on and at else None
    return {**said, "slot_at": slot}


def _letter(request: Request, held: Authorization) -> str:
    """Return the letter as it is kept, or a first one to work on."""
    for dispute in held.disputes.all():
        if dispute.kind == "appeal" and dispute.status == "open":
            return dispute.letter
    services = ", ".join(line.code for line in _lines(held) if line.code) or "the care asked for"
    return rules.appeal_letter(
        payer=held.policy.subscription.plan.payer.name,
        patient=held.patient.name,
        member_id=held.policy.subscription.member_id,
        reference=held.number or held.reference,
        services=services,
        because=held.because,
        diagnoses=held.diagnoses,
    )
