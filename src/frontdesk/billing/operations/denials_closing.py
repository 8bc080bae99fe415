"""Close denials together with their claim: what may be billed to whom, who must agree."""

from datetime import datetime
from decimal import Decimal

from frontdesk.billing.models import Claim, Denial
from frontdesk.billing.operations.history import step_of
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.ledger.queries import payment_policy
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import settle_work

Status = Denial.Status
AGREES = "billing.agree"  # the right to agree to a write-off above the limit


@operation("billing.claim")
def check_closing(claim: Claim, *, to_patient: bool, dollars: Decimal, by: Actor) -> None:
    """Refuse to bill a patient for what the practice bears, or to give much up alone."""
    open_ones = (*Denial.OPEN, Status.LOST, Status.PARTLY)
    same = [one.pk for one in versions(claim)]
    found = list(Denial.objects.filter(claim__in=same, status__in=open_ones).order_by("pk"))
    bears = next((one for one in found if not one.may_bill_patient), None)
    if to_patient and bears is not None:
        raise Refused(
            f"The patient must not be billed for {bears.carc}: the payer put it on the practice. "
            "Correct the claim, appeal, or write it off."
        )
    alone = payment_policy().denial_alone
    if found and not to_patient and dollars > alone and not by.may(AGREES):
        raise Refused(f"Above ${alone} a second person agrees: ask for it under Billing, Denials.")


@operation("billing.remit")
def end_denials(claim: Claim, status: str, words: str, *, at: datetime, by: Actor) -> None:
    """Close what is open of a claim's denials with the claim itself: written off, or billed.

    What was refused of a version before it ends with it: the dollars are the same.
    """
    to = Status(status)
    same = [one.pk for one in versions(claim)]
    found = Denial.objects.filter(claim__in=same, status__in=(*Denial.OPEN, Status.LOST))
    denials = list(found.select_for_update(of=("self",)).order_by("pk"))
    if not denials:
        return
    on = office_day(at)
    for denial in denials:
        if denial.lifecycle.may(denial.status, to):
            denial.end(to, on)
            denial.save()
            step_of(denial, kind=str(to), words=words, at=at, by=by).save()
            settle_work(once=asked(denial), at=at, by=by)


def versions(claim: Claim) -> list[Claim]:
    """Return a claim and those in whose place it stands, the newest first."""
    found = [claim]
    while (former := found[-1].replaces) is not None:
        found.append(former)
    return found


def asked(denial: Denial) -> str:
    """Return what makes asking to write a denial off one item on the work list."""
    return f"denial.asked:{denial.pk}"
