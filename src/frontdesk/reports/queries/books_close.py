"""What is still open on a site's day, and in a month, before its books are closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.billing.models import Remittance
from frontdesk.core.clock import day_bounds
from frontdesk.core.money import ZERO
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Deposit
from frontdesk.practice.models import Site
from frontdesk.reports.queries.books_aging import open_items
from frontdesk.reports.queries.books_sums import ties
from frontdesk.staff.models import WorkItem
from frontdesk.ui.figures import money
from frontdesk.visits.models import Superbill, Visit
from frontdesk.visits.models.flow import Stage

BANK_TAKES = timedelta(days=3)  # then a deposit should be at the bank
_DONE = (Superbill.Status.SIGNED, Superbill.Status.NO_CHARGE)
_DESK = ("receptionist", "biller")


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a checklist: settled where `tone` is green; red stops the close."""

    label: str
    says: str
    tone: str
    url: str = ""
    action: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody should look at it first."""
        return self.tone != "green"

    @property
    def stops(self) -> bool:
        """Whether the books cannot be closed with it."""
        return self.tone == "red"

    @property
    def words(self) -> str:
        """As it is kept with the closing."""
        return f"{self.label}: {self.says}"


def points_of_day(site: Site, on: date) -> list[Point]:
    """Return the checklist of a site's day."""
    return [
        _drawers(site, on),
        _loose(site, on),
        _uncharged(site, on),
        _unapplied(on),
        _cards(site),
        _unanswered(site, on),
        _late_deposits(on, Q(site=site)),
    ]


def points_of_month(first: date, last: date) -> list[Point]:
    """Return the checklist of the practice's month."""
    apart = [tie for tie in ties(ledger.books_kept()) if not tie.holds]
    agree = _point(
        _("The books agree"), ", ".join(tie.name for tie in apart), "red",
        reverse("reports:trial"), _("Look"), good=_("everywhere"),
    )  # fmt: skip
    return [
        *(
            _days(site, first, last)
            for site in Site.objects.filter(is_active=True).order_by("name")
        ),
        agree,
        _remittances(last),
        _late_deposits(last + BANK_TAKES + timedelta(days=1), Q()),
    ]


def uncharged(site: Site, on: date) -> list[Visit]:
    """Return the visits of a day that were seen and have neither a charge nor a reason for none."""
    seen = Visit.objects.filter(site=site, on=on, left_unseen=False).exclude(
        stage__in=(Stage.EXPECTED, Stage.ARRIVED)
    )
    settled = seen.filter(superbill__status__in=_DONE).values("pk")
    return list(seen.exclude(pk__in=settled).select_related("patient").order_by("pk"))


def _drawers(site: Site, on: date) -> Point:
    waiting = [drawer.member.name for drawer in ledger.drawers_open(site, on)]
    return _point(
        _("Drawers"), _("%(names)s not counted") % {"names": ", ".join(waiting)} if waiting else "",
        "red", reverse("ledger:drawers"), _("Count"), good=_("all counted"),
    )  # fmt: skip


def _loose(site: Site, on: date) -> Point:
    loose = ledger.loose_money(site, on)
    says = _("%(count)s, %(sum)s") % {"count": loose.count, "sum": money(loose.total)}
    return _point(
        _("Cash and checks in no drawer"), says if loose.count else "", "amber",
        reverse("ledger:drawers"), _("Put away"),
    )  # fmt: skip


def _uncharged(site: Site, on: date) -> Point:
    missing = uncharged(site, on)
    names = ", ".join(visit.patient.name for visit in missing[:4])
    more = f" +{len(missing) - 4}" if len(missing) > 4 else ""
    return _point(
        _("Visits without a charge"), f"{len(missing)}: {names}{more}" if missing else "", "amber",
        reverse("workspace:today"), _("Today"),
    )  # fmt: skip


def _unapplied(on: date) -> Point:
    free = [item for item in open_items("credit", on) if item.reason == "free_credit"]
    total = sum((item.amount for item in free), ZERO)
    return _money(
        _("Payments not applied"), len(free), total, f"{reverse('reports:aging')}?side=credit"
    )  # fmt: skip


def _cards(site: Site) -> Point:
    waiting = [payment for payment in ledger.pending_cards() if payment.site_id == site.pk]
    total = sum((payment.amount for payment in waiting), ZERO)
    return _money(_("Cards without an answer"), len(waiting), total, reverse("ledger:payments"))


def _unanswered(site: Site, on: date) -> Point:
    _starts, ends = day_bounds(site, on)
    due = WorkItem.objects.filter(
        status=WorkItem.Status.OPEN, pool__in=_DESK, due_at__lt=ends
    ).count()  # fmt: skip
    return _point(
        _("Work that was due"), str(due) if due else "", "amber", reverse("workspace:inbox"),
        _("Inbox"), good=_("all answered"),
    )  # fmt: skip


def _late_deposits(on: date, where: Q) -> Point:
    late = Deposit.objects.filter(where, status=Deposit.Status.MADE, day__lt=on - BANK_TAKES)
    found = list(late)
    total = sum((deposit.total for deposit in found), ZERO)
    return _money(
        _("Deposits the bank has not confirmed"), len(found), total, reverse("ledger:drawers")
    )  # fmt: skip


def _remittances(last: date) -> Point:
    waiting = Remittance.objects.filter(paid_on__lte=last).exclude(
        status__in=(Remittance.Status.POSTED, Remittance.Status.REPLACED)
    )
    found = list(waiting)
    total = sum((remittance.amount for remittance in found), ZERO)
    return _money(
        _("Remittances not posted whole"), len(found), total, reverse("billing:remittances")
    )  # fmt: skip


def _days(site: Site, first: date, last: date) -> Point:
    missing = ledger.open_at(site, first, last)
    says = _("open from %(day)s") % {"day": f"{missing:%b %-d}"} if missing else ""
    return _point(
        _("Days of %(site)s") % {"site": site.name}, says, "red", reverse("reports:close"),
        _("Close"), good=_("all closed"),
    )  # fmt: skip


def _money(label: str, count: int, total: Decimal, url: str) -> Point:
    says = _("%(count)s, %(sum)s") % {"count": count, "sum": money(total)} if count else ""
    return _point(label, says, "amber", url, _("Look"))


def _point(label: str, says: str, tone: str, url: str, action: str, *, good: str = "") -> Point:
    """Return an open point, or a settled one where there is nothing to say."""
    if says:
        return Point(label, says, tone, url, action)
    return Point(label, good or _("none"), "green")
