"""The books on screen: what is owed and why, trial balance, profit and loss, and their rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.clock import today
from frontdesk.core.http import Request, needs
from frontdesk.core.spreadsheet import table
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.exchange import whole_journal
from frontdesk.ledger.models import Account
from frontdesk.practice.models import Practice
from frontdesk.reports import operations
from frontdesk.reports.forms import books as forms
from frontdesk.reports.queries import books_sums as sums
from frontdesk.reports.queries.books_aging import open_items
from frontdesk.reports.rules.books import BUCKETS, REASONS, AgedRow, OpenItem, aged, together
from frontdesk.ui import charts
from frontdesk.ui.responses import csv_file, respond

ROWS = 50
SHOWN = 12  # names in a drawing


@needs("reports.books")
def aging(request: Request) -> HttpResponseBase:
    """Show what is open on a day by its age: by payer, patient, or what it waits for."""
    form = forms.Aging(request.GET)
    on, side, group = _asked(form, today(request.site))
    rows = aged(_named(open_items(side, on), group))
    if "csv" in request.GET:
        return _aging_file(request, rows, on)
    told: dict[str, Any] = {
        "on": on,
        "side": side,
        "group": group,
        "buckets": BUCKETS,
        "rows": rows,
    }
    told |= {"sums": together(rows), "chart": _aging_chart(rows, on, side, group)}
    return respond(request, "reports/aging.html", part="aging", asked=form, **told)


@needs("reports.books")
def open_rows(request: Request) -> HttpResponseBase:
    """List the open charges behind a figure of the aging report, the largest first."""
    form = forms.Behind(request.GET)
    on, side, group = _asked(form, today(request.site))
    key, bucket = form.said("key", ""), form.cleaned_data.get("bucket")
    items = [
        item
        for found, _name, item in _named(open_items(side, on), group)
        if key in ("", found) and bucket in (None, item.bucket)
    ]
    items.sort(key=lambda item: (-item.amount, item.since))
    if "csv" in request.GET:
        return _items_file(request, items, on)
    page = Paginator(items, ROWS).get_page(request.GET.get("page"))
    told: dict[str, Any] = {
        "on": on,
        "side": side,
        "page": page,
        "total": sum(item.amount for item in items),
    }
    return respond(request, "reports/open_rows.html", **told, **_said_of(key, group, bucket))


@needs("reports.books")
def trial(request: Request) -> HttpResponseBase:
    """Show every account of the books at the end of a day."""
    form = forms.Day(request.GET)
    on = form.said("on", today(request.site))
    rows = ledger.trial_balance(on=on, books=ledger.books_kept())
    if "csv" in request.GET:
        return _trial_file(request, rows, on)
    told: dict[str, Any] = {"on": on, "rows": rows}
    told["debits"] = sum(row.balance for row in rows if row.balance > 0)
    told["credits"] = -sum(row.balance for row in rows if row.balance < 0)
    return respond(request, "reports/trial.html", part="trial", asked=form, **told)


@needs("reports.books")
def ties(request: Request) -> HttpResponse:
    """Tell whether the books agree: apart, because it reads much of them."""
    return respond(request, "reports/ties.html", ties=sums.ties(ledger.books_kept()))


@needs("reports.books")
def entries(request: Request) -> HttpResponseBase:
    """List what moved one account, the newest first."""
    form = forms.Entries(request.GET)
    account = get_object_or_404(Account, code=form.said("code", ""))
    last, first = form.said("last", today(request.site)), form.said("first", None)
    found = sums.entries_behind(account.code, first, last, form.said("site", ""))
    if "csv" in request.GET:
        return _entries_file(request, found.iterator(chunk_size=2000), last)
    debit, credit = sums.moved(found, account.code)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    told: dict[str, Any] = {"account": account, "first": first, "last": last, "page": page}
    return respond(request, "reports/entries.html", asked=form, debit=debit, credit=credit, **told)


@needs("reports.books")
def profit(request: Request) -> HttpResponseBase:
    """Show profit and loss of a year by month, and beside it by site."""
    form = forms.Profit(request.GET)
    year = form.said("year", today(request.site).year)
    found = sums.profit_by_month(year, form.said("site", ""))
    if "csv" in request.GET:
        rows = [(row.name, *row.sums, row.total) for row in (*found.rows, found.net)]
        return _file(request, f"profit-{year}", ["Account", *found.columns, "Year"], rows)
    by_site = sums.profit_by_site(date(year, 1, 1), date(year, 12, 31))
    told: dict[str, Any] = {
        "year": year,
        "found": found,
        "by_site": by_site,
        "site": form.said("site", ""),
    }
    return respond(
        request,
        "reports/profit.html",
        part="profit",
        asked=form,
        chart=_profit_chart(found),
        **told,
    )


@needs("reports.books")
def beancount_file(request: Request) -> HttpResponseBase:
    """Hand out the whole journal for beancount; it names no patient."""
    operations.export_books(by=request.actor)
    practice = Practice.objects.get(pk=request.actor.practice_id)
    lines = (f"{line}\n" for line in whole_journal(practice.name))
    head = {"Content-Disposition": 'attachment; filename="books.beancount"'}
    return StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8", headers=head)


def _asked(form: forms.Aging, day: date) -> tuple[date, str, str]:
    side = form.said("side", "insurance")
    group = form.said("group", "payer" if side == "insurance" else "patient")
    if side != "insurance" and group == "payer":
        group = "patient"
    return form.said("on", day), side, group


def _named(items: Iterable[OpenItem], group: str) -> list[tuple[str, str, OpenItem]]:
    """Put a key and a name before each item: of its payer, its patient, or its reason."""
    if group == "reason":
        return [(item.reason, item.waits_for, item) for item in items]
    if group == "patient":
        return [(str(item.patient_id), item.patient, item) for item in items]
    return [(item.payer, item.payer, item) for item in items]


def _said_of(key: str, group: str, bucket: int | None) -> dict[str, Any]:
    reason = REASONS[key] if group == "reason" and key in REASONS else None
    return {
        "reason": reason,
        "payer": key if group == "payer" else "",
        "age": BUCKETS[bucket] if bucket is not None else "",
    }


def _aging_chart(rows: Sequence[AgedRow], on: date, side: str, group: str) -> Any:
    sums_of_ages = together(rows).sums
    base = {"side": side, "group": group, "on": f"{on:%Y-%m-%d}"}
    urls = [
        f"{reverse('reports:open_rows')}?{urlencode({**base, 'bucket': n})}"
        for n in range(len(BUCKETS))
    ]
    values = [float(amount) for amount in sums_of_ages]
    series = [charts.Series(_("Open"), values, urls)]
    return charts.bars(_("Open by age in days"), BUCKETS, series, unit=_dollars, head=_("Days"))


def _profit_chart(found: sums.Profit) -> Any:
    values = [float(amount) for amount in found.net.sums]
    return charts.bars(
        _("Net by month"), found.columns, [charts.Series(_("Net"), values)], unit=_dollars
    )


def _dollars(value: float) -> str:
    return f"−${-value:,.0f}" if value < 0 else f"${value:,.0f}"


def _aging_file(request: Request, rows: Sequence[AgedRow], on: date) -> HttpResponseBase:
    lines = [(row.name, row.count, *row.sums, row.total) for row in rows]
    return _file(request, f"aging-{on:%Y-%m-%d}", ["Name", "Items", *BUCKETS, "Total"], lines)


def _items_file(request: Request, items: Iterable[OpenItem], on: date) -> HttpResponseBase:
    head = ["Patient", "Chart", "Payer", "Claim", "Since", "Days", "Waits for", "Amount"]
    lines = [
        (i.patient, i.chart, i.payer, i.claim, i.since, i.age, i.waits_for, i.amount) for i in items
    ]
    return _file(request, f"open-{on:%Y-%m-%d}", head, lines)


def _trial_file(
    request: Request, rows: Iterable[ledger.AccountBalance], on: date
) -> HttpResponseBase:
    lines = [(row.code, row.name, row.kind, row.debit, row.credit, row.balance) for row in rows]
    head = ["Account", "Name", "Kind", "Debits", "Credits", "Balance"]
    return _file(request, f"trial-balance-{on:%Y-%m-%d}", head, lines)


def _entries_file(request: Request, found: Iterable[Any], on: date) -> HttpResponseBase:
    head = ["Posting", "Day", "Refers to", "Kind", "Out of", "Into", "Site", "Amount"]
    lines = (
        (
            e.posting.number, e.posted_on, e.posting.meant_on or "", e.kind, e.source.code,
            e.target.code, e.site.name if e.site else "", e.amount,
        )
        for e in list(found)
    )  # fmt: skip
    return _file(request, f"entries-{on:%Y-%m-%d}", head, lines)


def _file(
    request: Request, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    operations.export_books(by=request.actor)
    return csv_file(name, table([str(one) for one in head], rows))
