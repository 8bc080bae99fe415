"""835 loops into a remittance."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from frontdesk.x12.bind import values as v
from frontdesk.x12.models.common import Extra, Party, Period
from frontdesk.x12.models.message import Body
from frontdesk.x12.models.remittance import (
    Account,
    Payment,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from frontdesk.x12.tree import Branch

_PERSONS = {"QC": "patient", "IL": "insured", "74": "corrected_insured", "82": "rendering"}


class RemittanceReader:
    """Builds the claims as their loops close, and the remittance at the end."""

    unit = "2100"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives the remittance."""
        self._take = take
        self._claims: list[RemittanceClaim] = []

    def finish(self, branch: Branch) -> None:
        """Build a claim of a 2100, or the remittance of the root."""
        if branch.id == self.unit:
            self._claims.append(_claim(branch))
        else:
            self._take(_remittance(branch, tuple(self._claims)))


def _remittance(root: Branch, claims: tuple[RemittanceClaim, ...]) -> Remittance:
    trace = root.take("TRN")
    produced = root.take_all("DTM", "405")
    refs = {s[1]: v.at(s, 2) for s in root.take_all("REF")}
    payer, payee = root.child("1000A"), root.child("1000B")
    groups = tuple(extra for group in root.each("2000") for extra in _group_rest(group))
    found = Remittance(
        payment=_payment(root.take("BPR") or []),
        trace=v.at(trace, 2),
        trace_origin=v.at(trace, 3),
        trace_suborigin=v.at(trace, 4),
        payer=v.organization(payer) if payer else Party(),
        payee=v.organization(payee) if payee else Party(),
        claims=claims,
        provider_adjustments=tuple(_provider_adjustments(root.take_all("PLB"))),
        produced_on=v.day(v.at(produced[0], 2)) if produced else None,
        receiver_reference=refs.get("EV", ""),
        version_reference=refs.get("F2", ""),
    )
    parties = tuple(e for b in (payer, payee) if b for e in v.rest(b))
    found.extra = v.rest(root) + parties + groups
    return found


def _group_rest(group: Branch) -> Iterator[Extra]:
    """TS2 and TS3 of a group, marked with the group's number."""
    number = v.at(group.take("LX"), 1)
    for extra in v.rest(group):
        yield Extra(f"2000/{number}", extra.elements)


def _payment(segment: list[str]) -> Payment:
    paid_on = v.day(v.at(segment, 16))
    if paid_on is None:
        raise ValueError("a payment without a date")
    return Payment(
        handling=v.at(segment, 1),
        amount=v.money(v.at(segment, 2)),
        credit=v.at(segment, 3),
        method=v.at(segment, 4),
        format=v.at(segment, 5),
        sender_account=_account(segment, 6),
        originator=v.at(segment, 10),
        originator_supplement=v.at(segment, 11),
        receiver_account=_account(segment, 12),
        paid_on=paid_on,
    )


def _account(segment: list[str], place: int) -> Account | None:
    values = [v.at(segment, place + i) for i in range(4)]
    if not any(values):
        return None
    return Account(
        bank_qualifier=values[0], bank=values[1], account_qualifier=values[2], account=values[3]
    )


def _provider_adjustments(segments: list[list[str]]) -> Iterator[ProviderAdjustment]:
    for segment in segments:
        period_end = v.day(v.at(segment, 2))
        if period_end is None:
            raise ValueError("a provider adjustment without a date")
        for place in range(3, len(segment) - 1, 2):
            reason, _, reference = segment[place].partition(":")
            if reason:
                amount = v.money(segment[place + 1])
                yield ProviderAdjustment(segment[1], period_end, reason, amount, reference)


def _claim(branch: Branch) -> RemittanceClaim:
    groups = branch.take_groups()
    head = v.padded(groups.pop("CLP", None), 9)
    found = RemittanceClaim(
        number=head[1],
        status=head[2],
        charge=v.money(head[3]),
        paid=v.money(head[4]),
        patient_responsibility=v.number(head[5]),
        filing=head[6],
        payer_control=head[7],
        place_of_service=head[8],
        frequency=head[9],
        adjustments=v.adjustments(groups.pop("CAS", ())),
        group=_group_number(branch),
        lines=tuple(_line(line) for line in branch.children),
        segment=branch.number,
        position=branch.offset,
    )
    _parties(found, groups.pop("NM1", ()))
    if groups:
        found.references = v.references(groups.pop("REF", ()))
        found.periods = _day_periods(groups.pop("DTM", ()))
        found.contacts = v.contacts(groups.pop("PER", ()))
        found.amounts = v.amounts(groups.pop("AMT", ()))
        found.quantities = v.quantities(groups.pop("QTY", ()))
        found.remarks = _remarks(groups)
    # What stands behind CLP09 has no field: the segment is kept whole for writing it again.
    kept = (Extra("2100", tuple(head)),) if len(head) > 10 else ()
    found.extra = kept + v.leftover("2100", groups)
    return found


def _group_number(branch: Branch) -> str:
    group = branch.parent
    if group is None or not group.segments:
        return "1"
    return v.at(group.segments[0], 1)


def _parties(found: RemittanceClaim, names: Sequence[list[str]]) -> None:
    others = []
    for name in names:
        role = _PERSONS.get(v.at(name, 1))
        if role is not None:
            setattr(found, role, v.named(name))
        else:
            others.append(v.named(name))
    if others:
        found.parties = tuple(others)


def _remarks(groups: dict[str, list[list[str]]]) -> tuple[str, ...]:
    """The RARCs of MOA (3 to 7) or MIA (5 and 20 to 23); where amounts stand beside them
    the segment is kept too."""
    if "MOA" in groups:
        outpatient = groups["MOA"][0]
        if not any(v.at(outpatient, i) for i in (1, 2, 8, 9)):
            del groups["MOA"]
        return tuple(code for code in outpatient[3:8] if code)
    inpatient = groups["MIA"][0] if "MIA" in groups else ()
    return tuple(code for i in (5, 20, 21, 22, 23) if (code := v.at(inpatient, i)))


def _day_periods(segments: Iterable[Sequence[str]]) -> tuple[Period, ...]:
    return tuple([p for s in segments if (p := v.day_period(s)) is not None])


def _line(branch: Branch) -> RemittanceLine:
    groups = branch.take_groups()
    head = v.padded(groups.pop("SVC", None), 7)
    found = RemittanceLine(
        procedure=v.procedure(head[1]),
        charge=v.money(head[2]),
        paid=v.money(head[3]),
        revenue_code=head[4],
        units=v.number(head[5]),
        submitted=v.procedure(head[6]) if head[6] else None,
        submitted_units=v.number(head[7]),
        periods=_day_periods(groups.pop("DTM", ())),
        adjustments=v.adjustments(groups.pop("CAS", ())),
        references=v.references(groups.pop("REF", ())),
        amounts=v.amounts(groups.pop("AMT", ())),
        segment=branch.number,
    )
    if groups:
        remarks = groups.pop("LQ", [])
        found.quantities = v.quantities(groups.pop("QTY", ()))
        found.remarks = tuple(v.at(s, 2) for s in remarks if s[1] == "HE")
        others = tuple(Extra("2110", tuple(s)) for s in remarks if s[1] != "HE")
        found.extra = others + v.leftover("2110", groups)
    return found
