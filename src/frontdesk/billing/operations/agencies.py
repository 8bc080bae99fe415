"""What a collection agency reports: payments and fees posted once, accounts given up."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from frontdesk.billing import queries
from frontdesk.billing.models import Agency, AgencyFile, Placement
from frontdesk.billing.operations.collecting import FIRST_FILE
from frontdesk.billing.queries.collecting import Moved
from frontdesk.billing.rules.collecting import Reported, read_report
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.operations import post
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import AGENCY_FEES, BANK, COLLECTIONS, WRITE_OFF
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work

Status = Placement.Status


@operation("billing.collect")
def read_agency_report(
    agency: Agency, *, name: str, content: bytes, on: date, at: datetime, by: Actor
) -> AgencyFile:
    """Read a report of an agency: post its payments and fees, close what it gives up.

    The same file is refused the second time. A line that fits no account of this agency, or says
    more than is with it, is posted nowhere: it is kept with why, and a person is asked.
    """
    report = read_report(content)
    digest = hashlib.sha256(content).hexdigest()
    known = AgencyFile.objects.filter(direction=AgencyFile.Direction.IN, sha256=digest).first()
    if known is not None:
        raise Refused(f"This file was read already, as report {known.number}.")
    if not report.lines and not report.wrong:
        raise Refused("The file has no lines.")
    file = AgencyFile(
        number=Counter.take("agency_file", start=FIRST_FILE),
        agency=agency,
        direction=AgencyFile.Direction.IN,
        name=name[:120] or "report.csv",
        sha256=digest,
        content=content,
        at=at,
        by_name=by.name,
    )
    file.save()
    accounts = queries.placed_accounts([one.account for one in report.lines])
    said = [
        (one.line, _post(one, accounts.get(one.account), file, on, at, by)) for one in report.lines
    ]
    wrong = [*report.wrong, *(f"Line {line}: {why}" for line, why in said if why)]
    file.not_used = wrong
    file.save()
    if wrong:
        _ask(file, wrong, at, by)
    return file


def _post(
    one: Reported, placement: Placement | None, file: AgencyFile, on: date, at: datetime, by: Actor
) -> str:
    """Post one line; return what is wrong with it, or nothing."""
    if placement is None or placement.agency_id != file.agency_id:
        return f"no account {one.account} is with this agency"
    if placement.status != Status.PLACED:
        return f"account {one.account} is {placement.get_status_display().lower()}"
    patient = Patient.objects.lock(placement.patient_id)
    moved = queries.with_agency(patient)
    with_it = sum((part.amount for part in moved), ZERO)
    if one.kind == "returned":
        return _give_up(placement, moved, on, at, by)
    if one.amount > with_it:
        return f"${one.amount} is more than the ${with_it} with the agency"
    lines = _shared(placement, moved, one)
    key = f"agency:{file.pk}:{one.line}"
    memo = f"Account {placement.number}, {file.agency}"
    post("collections", key=key, lines=lines, on=on, memo=memo, at=at, by=by)
    placement.collected += one.amount
    placement.fees += one.fee
    if one.amount == with_it:
        placement.status = placement.lifecycle.move(placement.status, Status.SETTLED)
        placement.ended_on, placement.because = on, "Paid to the agency"
    placement.save()
    file.count, file.total = file.count + 1, file.total + one.amount
    file.fees += one.fee
    return ""


def _shared(placement: Placement, moved: Sequence[Moved], one: Reported) -> list[Line]:
    """What came is split between the bank and the agency's fee, over the oldest charges first."""
    lines, fee, left = [], one.fee, one.amount
    for part in moved:
        taken = min(part.amount, left)
        left -= taken
        for_fee = min(fee, taken)
        fee -= for_fee
        lines.append(_line(placement, AGENCY_FEES, part, for_fee))
        lines.append(_line(placement, BANK, part, taken - for_fee))
    return [line for line in lines if line.amount > ZERO]


def _give_up(
    placement: Placement, moved: Sequence[Moved], on: date, at: datetime, by: Actor
) -> str:
    """The agency gives the account back: what nobody could collect is written off."""
    lines = [_line(placement, WRITE_OFF, part, part.amount) for part in moved]
    memo = f"Account {placement.number} given up by the agency"
    if lines:
        key = f"placement:{placement.pk}:given_up"
        post("collections", key=key, lines=lines, on=on, memo=memo, at=at, by=by)
    placement.status = placement.lifecycle.move(placement.status, Status.GIVEN_UP)
    placement.ended_on, placement.because = on, "The agency gave it up"
    placement.save()
    return ""


def _line(placement: Placement, target: str, part: Moved, amount: Decimal) -> Line:
    return Line(
        COLLECTIONS,
        target,
        amount,
        "collections",
        patient_id=placement.patient_id,
        visit_id=part.visit_id,
        charge_id=part.charge_id,
        label=f"Account {placement.number}",
    )


def _ask(file: AgencyFile, wrong: Sequence[str], at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.agency_report",
        title=f"{len(wrong)} lines of an agency's report fit nothing here",
        detail="\n".join(wrong[:20]),
        how_to_fix="Compare the account numbers with the list of collections, and ask the agency.",
        pool="biller",
        subject=file,
        once=f"agency_file:{file.pk}",
        at=at,
        by=by,
    )
