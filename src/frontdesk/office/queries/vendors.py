"""Questions about vendors: who they are, who looks alike, what a year paid them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.office.models import ApprovalLimit, PaySettings, Vendor, VendorBank, VendorPayment
from frontdesk.office.rules.approving import USUAL_LIMIT
from frontdesk.office.rules.duplicates import are_alike
from frontdesk.office.rules.yearly import reported_from
from frontdesk.staff.queries import member_of

REPORTED_METHODS = (  # a card's payments are reported by the card company (1099-K), not by us
    VendorPayment.Method.CHECK,
    VendorPayment.Method.ACH,
    VendorPayment.Method.DEBIT,
)


def vendors() -> QuerySet[Vendor]:
    """Return every vendor, those in use first."""
    return Vendor.objects.select_related("site").order_by("-is_active", "name")


def in_use() -> QuerySet[Vendor]:
    """Return the vendors that bills may come from."""
    return Vendor.objects.filter(is_active=True).order_by("name")


def look_alikes(name: str, *, but: Vendor | None = None) -> list[Vendor]:
    """Return vendors whose name is likely the same one's."""
    others = Vendor.objects.exclude(pk=but.pk) if but else Vendor.objects.all()
    return [vendor for vendor in others.order_by("name") if are_alike(vendor.name, name)]


def banks_of(vendor: Vendor) -> QuerySet[VendorBank]:
    """Return every bank account the vendor had or is to have, the newest first."""
    return VendorBank.objects.filter(vendor=vendor).order_by("-proposed_at", "-pk")


def pay_settings() -> PaySettings:
    """Return how the practice pays, as it was set; as it comes when nobody did."""
    return PaySettings.objects.first() or PaySettings()


def limits() -> QuerySet[ApprovalLimit]:
    """Return who may approve how much alone."""
    return ApprovalLimit.objects.select_related("member").order_by("member__name")


def limit_of(by: Actor) -> Decimal:
    """Return the largest bill that somebody approves alone, in dollars."""
    member = member_of(by)
    found = ApprovalLimit.objects.filter(member=member).first() if member else None
    return found.up_to if found else USUAL_LIMIT


@dataclass(frozen=True, slots=True)
class YearRow:
    """What one vendor was paid in a year, and whether that is reported."""

    vendor: Vendor
    count: int
    paid: Decimal
    is_reported: bool

    @property
    def lacks_tax_id(self) -> bool:
        """Whether the form cannot be filled in yet."""
        return self.is_reported and not self.vendor.tax_id_last4


def year_list(year: int) -> list[YearRow]:
    """Return the vendors marked for a 1099 with what they were paid in a year, most first."""
    sums = (
        VendorPayment.objects.filter(
            vendor__in=Vendor.objects.exclude(reported_as="").values("pk"),
            status=VendorPayment.Status.ISSUED,
            method__in=REPORTED_METHODS,
            pay_on__gte=date(year, 1, 1),
            pay_on__lte=date(year, 12, 31),
        )
        .order_by()
        .values_list("vendor")
        .annotate(Count("pk"), Sum("amount"))
    )
    paid = {pk: (count, total) for pk, count, total in sums}
    least = reported_from(year)
    rows = []
    for vendor in Vendor.objects.exclude(reported_as="").order_by("name"):
        count, total = paid.get(vendor.pk, (0, ZERO))
        rows.append(YearRow(vendor, count, total, total >= least))
    return sorted(rows, key=lambda row: (-row.paid, row.vendor.name))
