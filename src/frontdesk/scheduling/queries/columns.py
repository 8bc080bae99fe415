"""The day in other columns: by device and assistant, and of all sites side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from frontdesk.practice.models import Device, Site
from frontdesk.scheduling.models import Occupancy, Phase
from frontdesk.scheduling.queries.plan import Book
from frontdesk.scheduling.queries.shapes import Booked, Column, Plan
from frontdesk.staff.models import Member

Role = Phase.Role
ROLES = (Role.DEVICE, Role.ASSISTANT)


def things_plan(site: Site, day: date, at: datetime) -> Plan:
    """Return one day with a column for each device, and for each assistant who is needed."""
    book = Book(site, [day], at)
    parts = _parts(book)
    devices = Device.objects.filter(site=site, is_active=True).order_by("name")
    names = list(devices.values_list("pk", "name"))
    people = [key for key in parts if key not in {pk for pk, _name in names}]
    members = Member.objects.filter(pk__in=people).order_by("name")
    names += members.values_list("pk", "name")
    return book.plan([_column(book, key, name, parts.get(key, [])) for key, name in names])


def sites_plan(sites: Sequence[Site], day: date, at: datetime) -> Plan:
    """Return one day of several sites, the providers of each side by side, hours aligned."""
    books = [Book(site, [day], at) for site in sites]
    first = min(book.first_hour for book in books)
    last = max(book.last_hour for book in books)
    columns: list[Column] = []
    for book in books:
        book.first_hour, book.last_hour = first, last
        for provider in book.providers_on(day):
            column = book.provider_column(provider, day)
            column.site = str(book.site.pk)
            column.says = f"{book.site.name}: {column.says}"
            columns.append(column)
    plans = [book.plan([]) for book in books]
    whole = books[0].plan(columns)
    whole.visits = sum(plan.visits for plan in plans)
    whole.beside = sum(plan.beside for plan in plans)
    whole.filled = None  # of sessions at one site; side by side each column says its own
    return whole


def _parts(book: Book) -> dict[UUID, list[Booked]]:
    """Return which part of which visit each device and assistant is needed for."""
    visits = {one.pk: one for one in book.booked}
    rows = Occupancy.objects.filter(
        appointment__in=list(visits), is_active=True, resource_kind__in=ROLES
    )
    found: defaultdict[UUID, list[Booked]] = defaultdict(list)
    columns = ("resource_id", "appointment_id", "starts_at", "ends_at")
    for key, visit, starts_at, ends_at in rows.order_by("starts_at").values_list(*columns):
        found[key].append(replace(visits[visit], starts_at=starts_at, ends_at=ends_at))
    return found


def _column(book: Book, key: UUID, name: str, parts: Sequence[Booked]) -> Column:
    day = book.days[0]
    column = book.column(str(key), name, day, parts)
    column.face = ""
    column.bands = book.bands(column.grid, day, None, book.off[key])
    for card in column.cards:
        card.is_part = True
    column.says = book.count(len(column.cards))
    return column
