"""Questions about codes and prices: what fits the words, what is valid that day, what it costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q, QuerySet

from frontdesk.coding.models import (
    ChargeItem,
    Diagnosis,
    Fee,
    FeeSchedule,
    Modifier,
    PlaceOfService,
    Procedure,
)
from frontdesk.coding.rules import looks_like_diagnosis, stems, with_point
from frontdesk.core.database.text import starting

MOST = 12  # results shown while typing
LOOKED_THROUGH = 80  # candidates from the index, before validity is asked


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be charged: from the practice's own list, or from HCPCS."""

    code: str
    description: str
    system: str
    group: str = ""
    is_own: bool = True
    amount: Decimal | None = None


def find_diagnoses(text: str, *, on: date, limit: int = MOST) -> list[Diagnosis]:
    """Return billable ICD-10-CM codes valid on the day that the words or the code fit.

    Words in any order and half typed, inclusion terms and what people call it; common codes first.
    """
    said = text.strip()[:80]
    if not said:
        return []
    found = Diagnosis.objects.filter(_valid(on), is_billable=True)
    if looks_like_diagnosis(said):
        code = with_point(said)
        codes = list(found.filter(starting("code", code)).order_by("pk")[:limit])
        if codes:
            return sorted(codes, key=lambda one: (one.code != code, one.pk))
    keys = _search("coding_diagnosis_search", said)
    return list(found.filter(pk__in=keys).order_by("pk")[:limit]) if keys else []


def diagnosis(code: str, *, on: date) -> Diagnosis | None:
    """Return the code if a claim may carry it for a service on the day."""
    return Diagnosis.objects.filter(_valid(on), code=with_point(code), is_billable=True).first()


def find_procedures(text: str, *, on: date, limit: int = MOST) -> list[Service]:
    """Return what can be charged: the practice's own list first, then HCPCS valid on the day."""
    said = text.strip()[:80]
    own = charge_list(said, on=on)[:limit]
    found = [_own(item) for item in own]
    known = {service.code for service in found}
    if said and len(found) < limit:
        others = Procedure.objects.filter(_valid(on)).exclude(code__in=known)
        keys = _search("coding_procedure_search", said)
        fits = Q(pk__in=keys)
        if " " not in said:
            fits |= starting("code", said.upper())
        found += [_hcpcs(one) for one in others.filter(fits).order_by("pk")[: limit - len(found)]]
    return _priced(found, on=on)


def service(code: str, *, on: date) -> Service | None:
    """Return what the code stands for on the day, from the own list or from HCPCS."""
    code = code.strip().upper()
    item = ChargeItem.objects.filter(_valid(on), code__iexact=code).first()
    if item is not None:
        return _priced([_own(item)], on=on)[0]
    known = Procedure.objects.filter(_valid(on), code=code).first()
    return _priced([_hcpcs(known)], on=on)[0] if known else None


def charge_list(text: str = "", *, on: date | None = None) -> QuerySet[ChargeItem]:
    """Return the practice's own charge list, favorites first; `text` narrows it."""
    found = ChargeItem.objects.order_by("-is_favorite", "group", "code")
    if on is not None:
        found = found.filter(_valid(on))
    for word in stems(text) if text else ():
        found = found.filter(
            Q(description__icontains=word) | Q(code__istartswith=word) | Q(group__icontains=word)
        )
    return found


def fee(
    code: str,
    modifiers: Sequence[str],
    on: date,
    schedule: FeeSchedule | None = None,
) -> Decimal | None:
    """Return the dollars for one unit of the code on the day, or None when no price is known.

    A price given for one of the modifiers goes before the price without. Without a schedule it is
    what the practice charges that day.
    """
    schedule = schedule or schedule_on(on)
    if schedule is None:
        return None
    prices = dict(
        Fee.objects.filter(
            schedule=schedule, code=code.strip().upper(), modifier__in=["", *modifiers]
        ).values_list("modifier", "amount")
    )
    own = [prices[modifier] for modifier in modifiers if modifier in prices]
    return own[0] if own else prices.get("")


def fees(codes: Iterable[str], on: date, schedule: FeeSchedule | None = None) -> dict[str, Decimal]:
    """Return the plain prices of several codes in one query."""
    schedule = schedule or schedule_on(on)
    if schedule is None:
        return {}
    priced = Fee.objects.filter(schedule=schedule, code__in=list(codes), modifier="")
    return dict(priced.values_list("code", "amount"))


def schedule_on(day: date) -> FeeSchedule | None:
    """Return what the practice charges by on the day: the list that began last."""
    return (
        FeeSchedule.objects.filter(kind=FeeSchedule.Kind.CHARGE, starts_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .order_by("-starts_on", "-pk")
        .first()
    )


def schedules() -> QuerySet[FeeSchedule]:
    """Return every price list, the newest first."""
    return FeeSchedule.objects.order_by("kind", "-starts_on", "name")


def priced_schedules() -> QuerySet[FeeSchedule]:
    """Return every price list with how many `prices` it has."""
    return schedules().annotate(prices=Count("fees"))


def price_list(schedule: FeeSchedule) -> QuerySet[Fee]:
    """Return the prices on a schedule, by code."""
    return Fee.objects.filter(schedule=schedule).order_by("code", "modifier")


def modifiers(text: str = "", limit: int = 60) -> QuerySet[Modifier]:
    """Return modifiers whose code starts so or whose description has the words."""
    found = Modifier.objects.order_by("code")
    if text.strip():
        fits = Q(code__istartswith=text.strip())
        named = Q()
        for word in stems(text):
            named &= Q(description__icontains=word)
        found = found.filter(fits | named)
    return found[:limit]


def places() -> QuerySet[PlaceOfService]:
    """Return the places of service."""
    return PlaceOfService.objects.order_by("code")


def _valid(on: date) -> Q:
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=on))


def _search(table: str, text: str) -> list[int]:
    """Return the keys of texts that have all the words, in the order in which they are shown."""
    starts = stems(text)
    if not starts:
        return []
    if connection.vendor == "sqlite":
        asked = " ".join(f'"{start}"*' for start in starts)
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid LIMIT %s"  # noqa: S608 -- the table is ours
    else:
        asked = " & ".join(f"{start}:*" for start in starts)
        sql = f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s) ORDER BY id LIMIT %s"  # noqa: S608 -- the table is ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked, LOOKED_THROUGH])
        return [key for (key,) in cursor.fetchall()]


def _own(item: ChargeItem) -> Service:
    return Service(item.code, item.description, item.system, group=item.group)


def _hcpcs(procedure: Procedure) -> Service:
    return Service(
        procedure.code,
        procedure.description,
        ChargeItem.System.HCPCS,
        group="HCPCS",
        is_own=False,
    )


def _priced(services: list[Service], *, on: date) -> list[Service]:
    known = fees((service.code for service in services), on) if services else {}
    return [
        Service(one.code, one.description, one.system, one.group, one.is_own, known.get(one.code))
        for one in services
    ]
