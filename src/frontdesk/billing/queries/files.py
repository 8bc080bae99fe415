"""Questions about files sent and received, and the claims in them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.billing.models import Claim, Exchange, Remittance
from frontdesk.staff.models import WorkItem


def claims_in(exchange: Exchange) -> list[Claim]:
    """Return the claims that were sent in the file, held, in the order of their keys."""
    inside = exchange.transmissions.values_list("claim_id", flat=True)
    return Claim.objects.lock_many(list(inside))


def sent_file(*, interchange: str = "", group: str = "") -> Exchange | None:
    """Return the file of ours that carries this interchange or group number, held."""
    number = (interchange or group).strip()
    if not number.isdecimal():
        return None
    sent = Exchange.objects.select_for_update().filter(direction=Exchange.Direction.OUT)
    if interchange:
        return sent.filter(interchange_control=f"{int(number):09d}").first()
    return sent.filter(group_control=str(int(number))).first()


def files_not_noted(numbers: Collection[str]) -> list[Exchange]:
    """Return the files not noted as sent yet in which these claims are."""
    waiting = Exchange.objects.filter(status=Exchange.Status.WAITING).order_by("pk")
    return list(waiting.filter(transmissions__claim__number__in=numbers).distinct())


def claims_numbered(numbers: Collection[str]) -> dict[str, Claim]:
    """Return the claims with these numbers, voided ones left out."""
    found = Claim.objects.filter(number__in=numbers).exclude(status=Claim.Status.VOIDED)
    return {claim.number: claim for claim in found.select_related("payer")}


def held_replacements(claim: Claim) -> QuerySet[Claim]:
    """Return the claims that wait to replace this one."""
    return Claim.objects.filter(replaces=claim, status=Claim.Status.HELD)


def files_to_read() -> QuerySet[Exchange]:
    """Return files that came in and were not read yet, in the order they came."""
    return Exchange.objects.filter(
        direction=Exchange.Direction.IN, status=Exchange.Status.RECEIVED
    ).order_by("pk")


def files_to_send() -> QuerySet[Exchange]:
    """Return files that wait to be sent, in the order they were made."""
    return Exchange.objects.filter(
        direction=Exchange.Direction.OUT, status=Exchange.Status.WAITING
    ).order_by("pk")


def waiting_here(payer_id: UUID | None = None) -> list[UUID]:
    """Return the keys of the claims that wait in the office, of one payer or of all.

    One that was turned away waits for a person: it is not looked at again by itself.
    """
    waiting = Claim.objects.filter(status__in=(Claim.Status.HELD, Claim.Status.READY))
    if payer_id is not None:
        waiting = waiting.filter(payer=payer_id)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def work_about(exchange: Exchange) -> list[WorkItem]:
    """Return what a person still has to do about a file, the oldest first."""
    open_ = WorkItem.objects.filter(subject_id=exchange.pk, status=WorkItem.Status.OPEN)
    return list(open_.order_by("opened_at"))


def files_waiting(keys: Collection[UUID]) -> dict[UUID, str]:
    """Return which of these files a person still has to look at, or at what they brought; why."""
    asked = WorkItem.objects.filter(subject_id__in=keys, status=WorkItem.Status.OPEN)
    stuck = (Remittance.Status.UNBALANCED, Remittance.Status.PARTLY)
    brought = Remittance.objects.filter(exchange__in=keys, status__in=stuck)
    found = {
        one.exchange_id: f"{one.payer_name}: {one.get_status_display()}"
        for one in brought.only("exchange", "payer_name", "status").order_by("-pk")
    }
    told = asked.order_by("-opened_at").values_list("subject_id", "title")
    return found | {key: title for key, title in told if key}


def paid_in(exchange: Exchange) -> list[Remittance]:
    """Return the remittances that a file brought."""
    return list(Remittance.objects.filter(exchange=exchange).order_by("pk"))
