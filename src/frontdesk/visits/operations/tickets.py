"""The queue of the day: a number for whoever comes in, and calling them."""

from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.visits.models import Ticket, Visit

Status = Ticket.Status


@operation("visits.arrive")
def take_ticket(
    site: Site,
    *,
    what: str = Ticket.What.VISIT,
    at: datetime,
    by: Actor,
    visit: Visit | None = None,
    is_first: bool = False,
) -> Ticket:
    """Give the next number of the day. A visit has one number, however often it is asked.

    With `is_first` the visit has just begun and has none yet.
    """
    known = Ticket.objects.filter(visit=visit).first() if visit and not is_first else None
    if known is not None:
        return known
    on = local(site, at).date()
    number = Counter.take(f"t{on:%y%m%d}{site.pk.hex[-16:]}")
    return Ticket.objects.create(
        site=site, on=on, number=number, what=Ticket.What(what), visit=visit, taken_at=at
    )


@operation("visits.move")
def call_ticket(ticket: Ticket, *, to: str, at: datetime, by: Actor) -> Ticket:
    """Call a number to a place: it stands on the lobby's display. Called again, it shows again."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.status == Status.LEFT:
        raise Refused(_("%(code)s has gone.") % {"code": ticket.code})
    if ticket.status != Status.CALLED:
        ticket.status = ticket.lifecycle.move(ticket.status, Status.CALLED)
    ticket.called_at, ticket.called_to = at, to.strip()[:40]
    ticket.calls += 1
    ticket.save()
    return ticket


@operation("visits.arrive")
def call_next(site: Site, *, to: str, at: datetime, by: Actor) -> Ticket:
    """Call whoever has waited longest for the desk. Two who press at once call two."""
    Site.objects.lock(site.pk)
    on = local(site, at).date()
    waiting = Ticket.objects.filter(site=site, on=on, status=Status.WAITING)
    at_desk = waiting.filter(visit=None) | waiting.filter(
        visit__stage="arrived", visit__check_in__finished_at=None
    )
    first = at_desk.order_by("number").first()
    if first is None:
        raise Refused(_("Nobody waits for the desk."))
    return call_ticket(first, to=to, at=at, by=by)


@operation("visits.arrive")
def give_ticket(ticket: Ticket, visit: Visit, *, at: datetime, by: Actor) -> Ticket:
    """Say whose number it is: who took one before the desk knew them keeps it."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.visit_id not in (None, visit.pk):
        raise Changed(_("%(code)s belongs to somebody else.") % {"code": ticket.code})
    if (known := Ticket.objects.filter(visit=visit).first()) and known.pk != ticket.pk:
        _finish(known, Status.LEFT, at)
        known.visit = None
        known.save()
    ticket.visit = visit
    ticket.save()
    return ticket


@operation("visits.arrive")
def finish_ticket(ticket: Ticket, *, has_left: bool = False, at: datetime, by: Actor) -> Ticket:
    """Say that a number was seen to, or that its holder has gone."""
    ticket = Ticket.objects.lock(ticket.pk)
    return _finish(ticket, Status.LEFT if has_left else Status.SERVED, at)


def follow_ticket(visit: Visit, *, is_waiting: bool, has_left: bool, at: datetime) -> None:
    """Keep the visit's number as the visit is: waiting, in the rooms, or gone."""
    ticket = Ticket.objects.filter(visit=visit).select_for_update(of=("self",)).first()
    if ticket is None:
        return
    if is_waiting and ticket.status in (Status.SERVED, Status.LEFT):
        ticket.status = ticket.lifecycle.move(ticket.status, Status.WAITING)
        ticket.called_at, ticket.called_to, ticket.done_at = None, "", None
        ticket.save()
    elif not is_waiting and ticket.status in (Status.WAITING, Status.CALLED):
        _finish(ticket, Status.LEFT if has_left else Status.SERVED, at)


def _finish(ticket: Ticket, status: Ticket.Status, at: datetime) -> Ticket:
    if ticket.status != status:
        ticket.status = ticket.lifecycle.move(ticket.status, status)
        ticket.done_at = at
        ticket.save()
    return ticket
