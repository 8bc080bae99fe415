"""Bills on screen: the list, entering by keyboard, approval, voiding, their paper."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.office import operations
from frontdesk.office.forms import bills as forms
from frontdesk.office.forms.fields import Because
from frontdesk.office.models import Bill, BillFile, PurchaseOrder, Vendor
from frontdesk.office.queries import bills as queries
from frontdesk.office.queries import orders, paying
from frontdesk.office.queries.vendors import in_use, limit_of
from frontdesk.records import gateways as store
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "office:changed"
ROWS = 50


@needs("office.view")
def bills(request: Request) -> HttpResponse:
    """List the bills of one part: to approve, to pay, late, credits, paid, voided."""
    on, asked = today(request.site), request.GET.get("show", "")
    counts = queries.counts(on)
    usual = "approve" if counts["approve"].count else "pay"
    show = asked if asked in queries.SHOWS else usual
    page = Paginator(queries.bills(show, on), ROWS).get_page(request.GET.get("page"))
    told: dict[str, Any] = {"show": show, "counts": counts, "page": page, "on": on}
    return respond(request, "office/bills.html", part="list", **told)


@needs("office.view")
def bill(request: Request, pk: UUID) -> HttpResponse:
    """Show one bill: its lines, how it matches, who approved it, what was paid."""
    return _bill(request, _found(pk), forms.Approve())


@needs("office.approve")
@require_POST
def approve(request: Request, pk: UUID) -> HttpResponse:
    """Approve a bill that somebody else entered."""
    found, form = _found(pk), forms.Approve(request.POST)
    if form.is_valid():
        with refusals_on(form):
            made = operations.approve_bill(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _approved_words(made))
            return done(request, CHANGED)
    return _bill(request, found, form)


@needs("office.bill")
def new_bill(request: Request) -> HttpResponse:
    """Enter a bill, and then the next."""
    vendor = in_use().filter(pk=_key(request.GET.get("vendor"))).first()
    initial = {"billed_on": today(request.site), "vendor": vendor}
    return _entry(request, None, None, initial, [])


@needs("office.bill")
def bill_order(request: Request, pk: UUID) -> HttpResponse:
    """Enter the bill for an order, with what came of it; the credit for what went back."""
    order = get_object_or_404(PurchaseOrder.objects.select_related("vendor", "site"), pk=pk)
    rows = orders.rows_of(order)
    is_credit = orders.asks_credit(order, rows)
    lines = forms.from_order(rows, order.site, is_credit=is_credit)
    total = sum(line["amount"] for line in lines)
    initial = {"billed_on": today(request.site), "vendor": order.vendor, "total": total or None}
    initial["kind"] = Bill.Kind.CREDIT if is_credit else Bill.Kind.BILL
    return _entry(request, None, order, initial, lines)


@needs("office.bill")
def change_bill(request: Request, pk: UUID) -> HttpResponse:
    """Put a bill right that waits for approval."""
    found = _found(pk)
    names = ("vendor", "kind", "vendor_number", "billed_on", "due_on", "total", "note")
    initial = {name: getattr(found, name) for name in names}
    return _entry(request, found, found.order, initial, forms.from_lines(queries.lines_of(found)))


@needs("office.bill")
def vendor_side(request: Request) -> HttpResponse:
    """Tell what is known of the vendor whose bill is entered: terms, open orders, last bills."""
    vendor = Vendor.objects.filter(pk=_key(request.GET.get("vendor"))).first()
    return respond(request, "office/vendor_side.html", **_side(vendor))


@needs("office.bill")
def void_bill(request: Request, pk: UUID) -> HttpResponse:
    """Void a bill nothing was paid of."""
    found, form = _found(pk), Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.void_bill(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("%(bill)s is voided") % {"bill": found})
            return done(request, CHANGED)
    return respond(request, "office/void_bill.html", bill=found, form=form)


@needs("office.pay")
def note_paid(request: Request, pk: UUID) -> HttpResponse:
    """Note that a bill was paid by card, or taken from the bank by the vendor."""
    found = _found(pk)
    form = forms.PaidOtherwise(request.POST or None, initial={"pay_on": today(request.site)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.note_paid(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("%(bill)s is paid") % {"bill": found})
            return done(request, CHANGED)
    return respond(request, "office/note_paid.html", bill=found, form=form)


@needs("office.bill")
@require_POST
@refusals_told
def attach(request: Request, pk: UUID) -> HttpResponse:
    """Keep a picture or PDF with a bill."""
    found, form = _found(pk), forms.Attach(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(_("Choose a picture or PDF."))
    _keep(request, found, form.cleaned_data["file"])
    toast(request, _("Kept with the bill"))
    return _bill(request, found, forms.Approve())


@needs("office.view")
def bill_file(request: Request, pk: UUID) -> HttpResponse:
    """Show a bill as it came."""
    kept = get_object_or_404(BillFile, pk=pk)
    try:
        content = store.get(kept.practice_id, kept.sha256)
    except FileNotFoundError as missing:
        raise Http404 from missing
    head = {"Content-Disposition": "inline", "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kept.content_type, headers=head)


def _entry(
    request: Request,
    bill: Bill | None,
    order: PurchaseOrder | None,
    initial: dict[str, Any],
    rows: list[dict[str, Any]],
) -> HttpResponse:
    """Draw the page of one bill, or save it and lead on to the next."""
    sent = request.method == "POST"
    data, files = (request.POST, request.FILES) if sent else (None, None)
    form = forms.BillHead(data, files, initial=initial)
    lines = forms.BillLines(data, files, initial=rows, prefix="line")
    if sent and form.is_valid() and lines.is_valid():
        with refusals_on(form):
            saved = _save(request, form, lines, bill, order)
            toast(request, _("%(bill)s of %(vendor)s: %(state)s") % _words(saved))
            return go(request, "office:bills" if bill or order else "office:new_bill")
    told: dict[str, Any] = {"form": form, "lines": lines, "bill": bill, "order": order}
    told["draft"] = next((str(one.pk) for one in (bill, order) if one), "new")
    return respond(request, "office/bill_form.html", **told, **_side(_vendor_of(form)))


def _save(
    request: Request,
    form: forms.BillHead,
    lines: forms.Lines,
    bill: Bill | None,
    order: PurchaseOrder | None,
) -> Bill:
    said = forms.lines_said(form, lines)
    more: dict[str, Any] = {
        "is_another": form.cleaned_data["is_another"], "at": now(), "by": request.actor,
    }  # fmt: skip
    try:
        if bill is None:
            vendor = form.cleaned_data["vendor"]
            saved = operations.enter_bill(vendor, form.head, said, order=order, **more)
        else:
            version = request.POST.get("version", "")
            more |= {"version": version, "vendor": form.cleaned_data["vendor"]}
            saved = operations.change_bill(bill, form.head, said, **more)
    except operations.LikelySame:
        form.likely = True
        raise
    if file := form.cleaned_data["file"]:
        _keep(request, saved, file)
    return saved


def _keep(request: Request, bill: Bill, file: Any) -> None:
    operations.attach_file(
        bill, name=file.name, content=file.read(), at=now(), by=request.actor
    )  # fmt: skip


def _bill(request: Request, found: Bill, form: forms.Approve) -> HttpResponse:
    lines = queries.lines_of(found)
    names = dict(queries.billable())
    approvals = queries.approvals_of(found)
    told: dict[str, Any] = {
        "bill": found,
        "form": form,
        "rows": [(line, names.get(line.account, line.account)) for line in lines],
        "differences": queries.match_of(found, lines) if found.status == "entered" else [],
        "approvals": approvals,
        "items": paying.paid_on_bill(found),
        "files": list(BillFile.objects.filter(bill=found).order_by("added_at")),
        "is_own": found.entered_by_id == request.actor.user_id,
        "is_approver": any(one.user_id == request.actor.user_id for one in approvals),
        "limit": limit_of(request.actor) if request.actor.may("office.approve") else None,
        "on": today(request.site),
    }
    return respond(request, "office/bill.html", **told)


def _side(vendor: Vendor | None) -> dict[str, Any]:
    if vendor is None:
        return {"vendor": None}
    names = dict(queries.billable())
    return {
        "vendor": vendor,
        "usual": names.get(vendor.account, vendor.account),
        "recent": queries.recent_of(vendor),
        "open_orders": list(orders.open_orders(vendor)),
    }


def _vendor_of(form: forms.BillHead) -> Vendor | None:
    if form.is_bound:
        found: Vendor | None = getattr(form, "cleaned_data", {}).get("vendor")
        return found
    initial: Vendor | None = form.initial.get("vendor")
    return initial


def _words(saved: Bill) -> dict[str, str]:
    return {
        "bill": str(saved), "vendor": saved.vendor.name,
        "state": saved.get_status_display().lower(),
    }  # fmt: skip


def _approved_words(made: Bill) -> str:
    if made.status == Bill.Status.APPROVED:
        return _("%(bill)s is approved") % {"bill": made}
    return _("Noted. It is above your limit: a second person approves it too.")


def _key(text: str | None) -> UUID:
    """Return the key that was asked for; one that nobody has, where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


def _found(pk: UUID) -> Bill:
    chosen = Bill.objects.select_related("vendor", "order", "recurring", "posting")
    found: Bill = get_object_or_404(chosen, pk=pk)
    return found
