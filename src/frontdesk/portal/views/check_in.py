"""Check-in by the patient, on their phone or on the office's tablet: one thing at a time.

Only what changed or expired is asked. Nothing is shown before the birth date is given. On the
tablet the same pages have a way out, and end by themselves when nobody touches them.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.once import Again
from frontdesk.ledger.gateways import card_gateway
from frontdesk.portal import forms
from frontdesk.portal.rules import ITEMS, both, reach_lines
from frontdesk.portal.views.door import LinkRequest, address_of, by_link
from frontdesk.records.operations import Signing
from frontdesk.scheduling import queries as scheduling
from frontdesk.scheduling.models import Appointment
from frontdesk.ui.responses import refusals_on, respond
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, Ticket, Visit
from frontdesk.visits.queries import Plan, plan_of
from frontdesk.visits.queries.intake import Asked

PURPOSE = "check_in"
AT_TABLET_COOKIE = "fd-at-tablet"  # the link of whoever stands at the tablet now
TABLET, PHONE = "tablet", "phone"
ANOTHER = "another"  # asks the next thing


@by_link(PURPOSE, asks_who=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show what is done and what is next; when all is done, what happens now."""
    found = _appointment(link)
    return _respond(request, "portal/check_in.html", found, plan=plan_of(found))


@by_link(PURPOSE, asks_who=True)
def item(request: LinkRequest, link: Link, name: str) -> HttpResponse:
    """Ask whether one thing is still right, or what is right instead."""
    if name not in ITEMS:
        raise Http404
    found = _appointment(link)
    asked = _asked(found, name)
    form = forms.ItemForm(posted(request), item=name, initial=_initial(asked, found, name))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _tell(request, found, name, form)
            return _next(request, found)
    return _respond(
        request, "portal/check_in_item.html", found, form=form, name=name, asked=asked,
        title=both(*ITEMS[name]), lines=_lines(asked),
    )  # fmt: skip


@by_link(PURPOSE, asks_who=True)
def sign(request: LinkRequest, link: Link, pk: UUID) -> HttpResponse:
    """Show a form to fill in and sign, or to refuse where that is possible."""
    found = _appointment(link)
    state = next((one for one in plan_of(found).forms if one.form.pk == pk), None)
    if state is None:
        raise Http404
    form = forms.SignForm(posted(request), blanks=state.form.blanks)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _answer(request, found, state.form, form)
            return _next(request, found)
    return _respond(
        request, "portal/check_in_form.html", found, form=form, paper=state.form,
    )  # fmt: skip


@by_link(PURPOSE, asks_who=True)
def card(request: LinkRequest, link: Link) -> HttpResponse:
    """Take pictures of the insurance card and the licence."""
    found = _appointment(link)
    form = forms.Picture(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _file(request, found, form.cleaned_data)
            return _to(request, "check_in_card", query=f"?sent={form.cleaned_data['side']}")
    return _respond(
        request, "portal/check_in_card.html", found, form=form, sent=request.GET.get("sent", "")
    )


@by_link(PURPOSE, asks_who=True)
@require_POST
def here(request: LinkRequest, link: Link) -> HttpResponse:
    """Note that the patient has come."""
    found = _appointment(link)
    try:
        operations.arrive_self(found, way=_way(request, link), at=now(), by=request.actor)
    except Refused as refusal:
        return _respond(
            request, "portal/check_in.html", found, plan=plan_of(found), why=str(refusal)
        )
    return _to(request, "check_in")


@by_link(PURPOSE)
@require_POST
def leave(request: LinkRequest, link: Link) -> HttpResponse:
    """Finish at the tablet: these pages end, and the tablet greets the next one."""
    if _way(request, link) == TABLET:
        operations.finish_at_tablet(link, by=request.actor)
    response = HttpResponseRedirect(reverse("portal:kiosk"))
    response.delete_cookie(AT_TABLET_COOKIE)
    return response


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; an empty form is a form all the same."""
    return request.POST if request.method == "POST" else None


def is_at_tablet(request: HttpRequest, link: Link) -> bool:
    """Say whether these pages are shown on the office's tablet, which found this patient."""
    held = request.get_signed_cookie(AT_TABLET_COOKIE, default="", salt=PURPOSE)
    return held == str(link.pk)


def _way(request: HttpRequest, link: Link) -> str:
    return TABLET if is_at_tablet(request, link) else PHONE


def _appointment(link: Link) -> Appointment:
    return get_object_or_404(scheduling.appointments(), pk=link.subject_id)


def _asked(found: Appointment, name: str) -> Asked | None:
    return next((one for one in plan_of(found).items if one.item == name), None)


def _initial(asked: Asked | None, found: Appointment, name: str) -> dict[str, Any]:
    """Begin with what we hold; a name is corrected from what stands in the chart."""
    if asked is None:
        patient = found.patient
        return {one: getattr(patient, one) for one in ("first_name", "last_name", "birth_date")}
    held = {} if name == "insurance" else asked.held
    return {**held, "seen": asked.mark}


def _lines(asked: Asked | None) -> list[str]:
    if asked is None:
        return []
    return reach_lines(asked.held) if asked.item == "reach" else list(asked.lines)


def _file(request: LinkRequest, found: Appointment, said: dict[str, Any]) -> None:
    """File a picture; one that had come before the network died is filed already."""
    content = said["picture"].read()
    with suppress(Again):
        operations.send_picture(
            found, side=said["side"], content=content, at=now(), by=request.actor
        )


def _tell(request: LinkRequest, found: Appointment, name: str, form: forms.ItemForm) -> None:
    operations.tell(
        found,
        name,
        said=form.said,
        seen=form.cleaned_data["seen"],
        key=form.cleaned_data["key"],
        way=_way(request, request.link),
        at=now(),
        by=request.actor,
    )


def _answer(request: LinkRequest, found: Appointment, paper: Any, form: forms.SignForm) -> None:
    said, signing = form.cleaned_data, _signing(request, form)
    common: dict[str, Any] = {"signing": signing, "at": now(), "by": request.actor}
    if "refuse" in request.POST:
        because = both("Does not want to sign", "No quiere firmar")
        operations.refuse_self(found, paper, because=because, **common)
        return
    operations.sign_self(
        found,
        paper,
        signed_name=said["signed_name"],
        signed_as=said["signed_as"],
        signature=said["signature"],
        filled=form.filled,
        **common,
    )


def _signing(request: LinkRequest, form: forms.SignForm) -> Signing:
    return Signing(
        device=_way(request, request.link),
        address=address_of(request),
        relation=form.cleaned_data["relation"],
    )


def _next(request: LinkRequest, found: Appointment) -> HttpResponse:
    """Lead on to the next thing that is asked, or back to the first page."""
    plan = plan_of(found)
    waiting = [one.item for one in plan.to_ask]
    if waiting:
        return _to(request, "check_in_item", waiting[0])
    if plan.forms_due:
        return _to(request, "check_in_form", plan.forms_due[0].form.pk)
    return _to(request, "check_in")


def _to(request: LinkRequest, name: str, *more: Any, query: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse(f"portal:{name}", args=[request.secret, *more]) + query)


def _respond(
    request: LinkRequest, template: str, found: Appointment, **context: Any
) -> HttpResponse:
    plan: Plan | None = context.get("plan")
    told: dict[str, Any] = {}
    if plan is not None:
        told = {"rows": _rows(plan), "next": _first_of(request, plan), "visit": _visit(found)}
        told["is_today"] = local(found.site, now()).date() == plan.on
        told["copay"] = copay_of(told["visit"])
        told["number"] = number_of(told["visit"])
        told["may_pay"] = bool(card_gateway()) and not is_at_tablet(request, request.link)
    return respond(
        request,
        template,
        booked=found,
        is_tablet=is_at_tablet(request, request.link),
        **{**told, **context},
    )


def _rows(plan: Plan) -> list[tuple[str, bool, str]]:
    """Return each thing with whether it is done and where it is answered, what is left first."""
    rows = [(both(*ITEMS[one.item]), not one.is_asked, f"item/{one.item}/") for one in plan.items]
    rows += [(one.form.title, not one.is_due, f"form/{one.form.pk}/") for one in plan.forms]
    return sorted(rows, key=lambda row: row[1])


def _first_of(request: LinkRequest, plan: Plan) -> str:
    if plan.to_ask:
        return reverse("portal:check_in_item", args=[request.secret, plan.to_ask[0].item])
    if plan.forms_due:
        return reverse("portal:check_in_form", args=[request.secret, plan.forms_due[0].form.pk])
    return ""


def _visit(found: Appointment) -> Visit | None:
    visits = Visit.objects.filter(appointment=found)
    return visits.select_related("check_in", "ticket").first()


def number_of(visit: Visit | None) -> str:
    """Return the number that the display shows when it is this patient's turn."""
    ticket: Ticket | None = getattr(visit, "ticket", None)
    return ticket.code if ticket else ""


def copay_of(visit: Visit | None) -> Any:
    """Return what is to pay today, once it is known and not paid."""
    check_in: CheckIn | None = getattr(visit, "check_in", None)
    if check_in is None or check_in.payment_done_at:
        return None
    return check_in.copay_due or None
