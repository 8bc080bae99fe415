"""Close a site's day and the practice's month; open one again, which takes two people."""

from collections.abc import Sequence
from datetime import date, datetime

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Closing
from frontdesk.ledger.rules import BEGINNING, ONE_DAY, month_of
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work, settle_work


@operation("ledger.close", always_ask=True)
def close_day(
    site: Site,
    on: date,
    *,
    open_points: Sequence[str],
    at: datetime,
    by: Actor,
    note: str = "",
) -> Closing:
    """Close a site's books up to and with that day; what comes later stands on the next open day.

    `open_points` are what the checklist still showed, in words: they need a note. Drawers that
    are not counted refuse it.
    """
    _queue()
    if queries.closing_of(site, on):
        raise Refused("This day is closed already.")
    if on > local(site, at).date():
        raise Refused("A day that has not come cannot be closed.")
    _refuse_open_drawers(site, on)
    _expect_note(open_points, note)
    closing = Closing(
        span=Closing.Span.DAY,
        site=site,
        first=queries.open_since(site, on),
        last=on,
        closed_at=at,
        closed_by=by.name,
        open_points=list(open_points),
        note=note.strip(),
        figures=queries.figures_of_day(site, on),
    )
    closing.save()
    _close_for_all(on, at, by)
    return closing


@operation("ledger.close", always_ask=True)
def close_month(
    month: date, *, open_points: Sequence[str], at: datetime, by: Actor, note: str = ""
) -> Closing:
    """Close the practice's month; every site's days come first, and the books have to agree."""
    _queue()
    first, last = month_of(month)
    if Closing.objects.filter(
        span=Closing.Span.MONTH, last=last
    ).exclude(status=Closing.Status.REOPENED).exists():  # fmt: skip
        raise Refused("This month is closed already.")
    for site in Site.objects.filter(is_active=True):
        if last >= local(site, at).date():
            raise Refused("The month is not over yet.")
        if missing := queries.open_at(site, first, last):
            raise Refused(f"{site.name} is not closed on {missing:%B %-d}. Close its days first.")
    if apart := [tie.name for tie in queries.ties() if not tie.holds]:
        raise Refused(f"The books do not agree: {', '.join(apart)}.")
    _expect_note(open_points, note)
    closing = Closing(
        span=Closing.Span.MONTH,
        first=first,
        last=last,
        closed_at=at,
        closed_by=by.name,
        open_points=list(open_points),
        note=note.strip(),
        figures={row.name: f"{row.balance:.2f}" for row in queries.trial_balance(on=last)},
    )
    closing.save()
    return closing


@operation("ledger.close", always_ask=True)
def ask_to_reopen(closing: Closing, *, because: str, at: datetime, by: Actor) -> Closing:
    """Ask that a closed day or month be opened again; somebody else has to agree."""
    closing = Closing.objects.lock(closing.pk)
    if not because.strip():
        raise Refused("Say why it has to be opened again.")
    closing.status = closing.lifecycle.move(closing.status, Closing.Status.ASKED)
    closing.because, closing.asked_by, closing.asked_by_id = because.strip(), by.name, by.user_id
    closing.save()
    open_work(
        kind="ledger.reopen",
        title=f"{by.name} asks to open {_named(closing)} again",
        detail=closing.because,
        how_to_fix="Agree or refuse under Close the day. It takes a second person.",
        pool="manager",
        subject=closing,
        once=_once(closing),
        at=at,
        by=by,
    )
    return closing


@operation("ledger.close", always_ask=True)
def reopen(closing: Closing, *, at: datetime, by: Actor) -> Closing:
    """Agree, as the second person, that a closed day or month is opened again."""
    _queue()
    closing = Closing.objects.lock(closing.pk)
    if closing.status != Closing.Status.ASKED:
        raise Refused("Nobody asked to open it again.")
    if _is_same(closing, by):
        raise Refused("You asked for it yourself: somebody else has to agree.")
    _refuse_closed_month(closing)
    _open(closing, at, by)
    for whole in _over_all_sites(closing):
        _open(whole, at, by)
    settle_work(once=_once(closing), at=at, by=by)
    return closing


@operation("ledger.close", always_ask=True)
def keep_closed(closing: Closing, *, at: datetime, by: Actor) -> Closing:
    """Refuse, or take back, the wish to open it again."""
    closing = Closing.objects.lock(closing.pk)
    closing.status = closing.lifecycle.move(closing.status, Closing.Status.CLOSED)
    closing.save()
    settle_work(once=_once(closing), at=at, by=by)
    return closing


def _queue() -> None:
    """Posters hold this counter to the end: nobody posts while a day is closed or opened."""
    Counter.take("posting", count=0)


def _refuse_open_drawers(site: Site, on: date) -> None:
    waiting = [drawer.member.name for drawer in queries.drawers_open(site, on)]
    if waiting:
        raise Refused(f"Not counted yet: the drawer of {', '.join(waiting)}.")


def _expect_note(open_points: Sequence[str], note: str) -> None:
    if open_points and not note.strip():
        raise Refused("Something is still open: say why it is closed all the same.")


def _close_for_all(on: date, at: datetime, by: Actor) -> None:
    """Close what belongs to no site once every site that works has closed the day."""
    sites = Site.objects.filter(is_active=True)
    if queries.closing_of(None, on) or any(not queries.closing_of(site, on) for site in sites):
        return
    before = (
        Closing.objects.filter(site=None, span=Closing.Span.DAY, last__lt=on)
        .exclude(status=Closing.Status.REOPENED)
        .order_by("-last")
        .first()
    )
    Closing(
        span=Closing.Span.DAY,
        first=before.last + ONE_DAY if before else BEGINNING,
        last=on,
        closed_at=at,
        closed_by=by.name,
        note="Every site has closed this day.",
    ).save()


def _over_all_sites(closing: Closing) -> list[Closing]:
    """The practice's own closings over the days of a site that is opened again."""
    if closing.site_id is None:
        return []
    shut = Closing.objects.filter(
        site=None, span=Closing.Span.DAY, first__lte=closing.last, last__gte=closing.first
    )
    return list(shut.exclude(status=Closing.Status.REOPENED))


def _refuse_closed_month(closing: Closing) -> None:
    if closing.span == Closing.Span.MONTH:
        return
    months = Closing.objects.filter(
        span=Closing.Span.MONTH, first__lte=closing.last, last__gte=closing.first
    ).exclude(status=Closing.Status.REOPENED)
    if month := months.order_by("-last").first():
        raise Refused(f"{month.last:%B %Y} is closed: open the month first.")


def _open(closing: Closing, at: datetime, by: Actor) -> None:
    closing.status = closing.lifecycle.move(closing.status, Closing.Status.REOPENED)
    closing.reopened_at, closing.reopened_by = at, by.name
    closing.save()


def _is_same(closing: Closing, by: Actor) -> bool:
    if by.user_id is None:
        return by.name == closing.asked_by
    return by.user_id == closing.asked_by_id


def _named(closing: Closing) -> str:
    where = f" at {closing.site.name}" if closing.site else ""
    if closing.span == Closing.Span.MONTH:
        return f"{closing.last:%B %Y}{where}"
    return f"{closing.last:%B %-d}{where}"


def _once(closing: Closing) -> str:
    return f"reopen:{closing.pk}"
