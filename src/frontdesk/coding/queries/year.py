"""The turn of the code year: which codes in use are not valid any more, and what may follow."""

from collections.abc import Collection
from datetime import date

from frontdesk.coding.models import ChargeItem, Diagnosis, Procedure
from frontdesk.coding.rules.em import levelled

MOST_INSTEAD = 4


def valid_diagnoses(codes: Collection[str], *, on: date) -> set[str]:
    """Return those of the codes that a claim may carry on the day, by one query."""
    rows = Diagnosis.objects.filter(code__in=codes, is_billable=True)
    return {
        code
        for code, begins, ends in rows.values_list("code", "valid_from", "valid_to")
        if (begins is None or begins <= on) and (ends is None or on <= ends)
    }


def ending_diagnoses(
    codes: Collection[str], on: date
) -> list[tuple[str, str, date, list[tuple[str, str]]]]:
    """Return the codes that have ended by the day: code, words, last day, what may follow.

    What may follow are codes of the same category that begin with, or after, the end.
    """
    valid = valid_diagnoses(codes, on=on)
    ended = {
        row.code: row
        for row in Diagnosis.objects.filter(
            code__in=set(codes) - valid, is_billable=True, valid_to__lt=on
        ).order_by("valid_to")
    }
    found = []
    for code, row in sorted(ended.items()):
        last = row.valid_to
        if last is None:
            continue
        newer = Diagnosis.objects.filter(
            code__startswith=code, is_billable=True, valid_from__gt=last, valid_from__lte=on
        ) | Diagnosis.objects.filter(
            code__startswith=code[:3], is_billable=True, valid_from__gt=last, valid_from__lte=on
        )
        instead = list(newer.order_by("code").values_list("code", "description"))
        instead.sort(key=lambda one: not one[0].startswith(code))
        found.append((code, row.description, last, instead[:MOST_INSTEAD]))
    return found


def ending_charges(on: date) -> list[tuple[str, str, date]]:
    """Return lines of the charge list that end before the day: their own end, or HCPCS's."""
    items = list(ChargeItem.objects.order_by("code"))
    ends: dict[str, date | None] = {}
    for code, last in Procedure.objects.filter(code__in=[item.code for item in items]).values_list(
        "code", "valid_to"
    ):
        known = ends.get(code, last)
        ends[code] = None if last is None or known is None else max(last, known)
    found = []
    for item in items:
        lasts = [day for day in (item.valid_to, ends.get(item.code)) if day is not None]
        if lasts and min(lasts) < on:
            found.append((item.code, item.description, min(lasts)))
    return found


def code_of_level(is_new: bool, number: int, *, on: date) -> str:
    """Return the charge list's code of an office visit of this level, or nothing."""
    for code, begins, ends in ChargeItem.objects.order_by("code").values_list(
        "code", "valid_from", "valid_to"
    ):
        holds = (begins is None or begins <= on) and (ends is None or on <= ends)
        if holds and levelled(code) == (is_new, number):
            return str(code)
    return ""
