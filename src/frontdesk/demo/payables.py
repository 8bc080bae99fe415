"""The demo's vendors: half a year of bills paid, some waiting in every state, a budget."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, now, today
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import practice_scope
from frontdesk.office import operations
from frontdesk.office.models import Bill, PaymentRun, Vendor, VendorPayment
from frontdesk.office.queries import planning
from frontdesk.office.queries.orders import rows_of
from frontdesk.office.queries.paying import payments_of, preview
from frontdesk.office.rules.planning import spread
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.queries import actor_of

MONTHS = 5  # whole ones behind us
OURS, THEIRS = "123456780", "987654320"  # right check digits, nobody's banks
SWING = (Decimal("0.94"), Decimal("1.03"), Decimal("0.99"), Decimal("1.08"), Decimal("0.97"))
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Facts:
    """A vendor, what a month of it costs, and how it is paid."""

    name: str
    account: str
    monthly: int  # dollars; 0 for one that bills now and then
    is_fixed: bool = False
    site: str = ""
    net_days: int = 30
    discount: int = 0  # percent within ten days
    by_ach: bool = False
    reported: str = ""


VENDORS = (
    Facts("Creekside Properties", "expense.rent", 8400, True, "Alder Creek", 5, by_ach=True,
          reported="rent"),
    Facts("North Gate Plaza LLC", "expense.rent", 5200, True, "North Gate", 5, reported="rent"),
    Facts("Midland Medical Supply", "expense.supplies", 2900, discount=2, by_ach=True),
    Facts("Buckeye Vaccines", "expense.drugs", 4100, net_days=45),
    Facts("Scioto Power and Gas", "expense.utilities", 690, net_days=21),
    Facts("Olentangy Telephone", "expense.telephone", 410, True, net_days=20),
    Facts("Heritage Malpractice Mutual", "expense.insurance", 3150, True, net_days=15),
    Facts("Clean Corridor Services", "expense.repairs", 1250, True, reported="nec"),
    Facts("SafeSharps Waste", "expense.waste", 260, net_days=30),
    Facts("Tallmadge Reference Lab", "expense.lab", 980, discount=1),
    Facts("Harlan Voss, CPA", "expense.professional", 650, True, reported="nec"),
    Facts("Paper and Post", "expense.office", 340),
    Facts("Bexley Equipment Repair", "expense.repairs", 0, reported="nec"),
)  # fmt: skip


def live_payables(practice_id: UUID) -> None:
    """Lay vendors, pay their past bills, leave others waiting, and set this year's budget."""
    with practice_scope(practice_id):
        sites = {site.name: site for site in Site.objects.filter(is_active=True)}
        omar = _member("Omar Haddad")
        grace = _member("Grace Kim")
    desk = _Desk(sites, actor_of(omar), actor_of(grace))
    operations.save_limit(None, {"member": grace, "up_to": Decimal(4000)}, by=desk.omar)
    desk.lay()
    desk.pay_the_past()
    desk.leave_waiting()
    with practice_scope(practice_id):
        desk.plan()


def _member(name: str) -> Member:
    return Member.objects.get(name=name)


class _Desk:
    """Omar enters and pays, Grace approves; above her limit both have to look."""

    def __init__(self, sites: dict[str, Site], omar: Actor, grace: Actor) -> None:
        self.sites = sites
        may = frozenset({"office.set", "office.budget"})
        self.omar = Actor(
            omar.name, omar.practice_id, omar.permissions | may, omar.user_id, omar.role
        )
        self.grace = grace
        self.site = min(sites.values(), key=lambda site: site.name)
        self.on = today(self.site)
        self.vendors: dict[str, Vendor] = {}
        self.number = 4200

    def lay(self) -> None:
        """Add the vendors, their banks, and the account bills are paid from."""
        operations.save_pay_settings(
            {"bank_name": "First Bank of Alder Creek", "routing": OURS, "account": "4400018832",
             "company_id": "1311234567", "first_check": 5001}, by=self.grace,
        )  # fmt: skip
        for place, facts in enumerate(VENDORS):
            values = {
                "name": facts.name, "account": facts.account, "net_days": facts.net_days,
                "site": self.sites.get(facts.site), "discount_percent": Decimal(facts.discount),
                "discount_days": 10 if facts.discount else 0, "reported_as": facts.reported,
                "pays_by": "ach" if facts.by_ach else "check", "our_account": f"AC-{7100 + place}",
                "address_1": f"{100 + place} Market Street", "city": "Columbus", "state": "OH",
                "zip_code": "43215",
                "tax_id": f"98-00{place:02}417" if facts.reported and place else "",
            }  # fmt: skip
            vendor = operations.save_vendor(None, values, by=self.omar)
            self.vendors[facts.name] = vendor
            if facts.by_ach:
                self._bank(vendor, f"77001{place:05}")
        operations.propose_bank(
            self.vendors["Buckeye Vaccines"], routing=THEIRS, account="9000451177",
            kind="checking", came_by="A letter with their new bank", at=now(), by=self.omar,
        )  # fmt: skip

    def pay_the_past(self) -> None:
        """Enter, approve and pay the bills of the months behind us."""
        first = self.on.replace(day=1)
        months = [first]
        for _ in range(MONTHS):
            months.append((months[-1] - timedelta(days=1)).replace(day=1))
        for place, month in enumerate(reversed(months[1:])):
            made = [self._usual(facts, month, place) for facts in VENDORS if facts.monthly]
            self._hand_out(self._pay(made, month + timedelta(days=24), f"demo-{month}"))

    def leave_waiting(self) -> None:
        """Leave bills in every state, orders, a credit, a voided check, and recurring bills."""
        self._recurring()
        self._orders()
        supply, vaccines = "Midland Medical Supply", "Buckeye Vaccines"
        self._bill(supply, "2764.40", 4)  # worth paying early
        self._bill("Tallmadge Reference Lab", "1012.00", 3)
        self._bill("Scioto Power and Gas", "731.18", 26)  # late
        self._bill(vaccines, "4380.00", 9)  # above Grace's limit: both looked
        self._bill("Clean Corridor Services", "1250.00", 2)
        self._bill(supply, "185.00", 6, kind="credit", note="Two boxes came back")
        self._bill("Paper and Post", "352.75", 1, is_approved=False)
        self._bill("Harlan Voss, CPA", "650.00", 1, is_approved=False)
        large = self._bill(vaccines, "6120.00", 1, is_approved=False)
        operations.approve_bill(large, at=self._at(self.on), by=self.grace)
        wrong = self._bill("Bexley Equipment Repair", "480.00", 3, is_approved=False)
        operations.void_bill(
            wrong, because="Addressed to another office", at=self._at(self.on), by=self.omar
        )
        self._lost_check()

    def plan(self) -> None:
        """Set this year's budget: costs near what they were, services a little above."""
        rows = []
        for facts in VENDORS:
            site = self.sites.get(facts.site)
            for place, amount in enumerate(spread(Decimal(facts.monthly * 12)), start=1):
                if amount:
                    month = date(self.on.year, place, 1)
                    rows.append(
                        operations.Planned(facts.account, site.pk if site else None, month, amount)
                    )
        for code, share in (("income.services", "1.03"), ("adjustment.contractual", "1.02")):
            rows += self._usual_year(code, Decimal(share))
        operations.set_budget(_together(rows), by=self.grace)

    def _usual_year(self, code: str, share: Decimal) -> list[operations.Planned]:
        """Return the same for every month of the year: what a month usually was, and a share."""
        year = self.on.year
        found = [actual for _month, _plan, actual in planning.months_of(code, year) if actual]
        usual = (sum(found, ZERO) / max(len(found), 1) * share).quantize(Decimal(1), ROUND_HALF_UP)
        return [
            operations.Planned(code, None, date(year, month, 1), usual) for month in range(1, 13)
        ]

    def _usual(self, facts: Facts, month: date, place: int) -> Bill:
        share = Decimal(1) if facts.is_fixed else SWING[(place + facts.monthly) % len(SWING)]
        total = (facts.monthly * share).quantize(CENT)
        billed_on = month + timedelta(days=(facts.monthly * 7) % 19)
        return self._enter(self.vendors[facts.name], total, billed_on)

    def _enter(
        self, vendor: Vendor, total: Decimal, billed_on: date, *, kind: str = "bill",
        note: str = "", is_approved: bool = True,
    ) -> Bill:  # fmt: skip
        self.number += 1
        at = self._at(billed_on)
        head = operations.Head(
            total, billed_on, vendor_number=f"{vendor.name[:2].upper()}-{self.number}", kind=kind,
            note=note,
        )  # fmt: skip
        line = operations.ToBill(vendor.account, total, vendor.site)
        bill = operations.enter_bill(
            vendor, head, [line], is_another=True, at=at, by=self.omar
        )  # fmt: skip
        return self._approve(bill, at) if is_approved else bill

    def _approve(self, bill: Bill, at: datetime) -> Bill:
        bill = operations.approve_bill(bill, at=at, by=self.grace)
        if bill.status == Bill.Status.ENTERED:
            bill = operations.approve_bill(bill, at=at, by=self._owner())
        return bill

    def _owner(self) -> Actor:
        """Somebody who looks at the large bills beside Grace."""
        return Actor("Dr. Amara Osei", self.grace.practice_id, frozenset({"office.approve"}))

    def _bill(
        self, name: str, total: str, days_ago: int, *, kind: str = "bill", note: str = "",
        is_approved: bool = True,
    ) -> Bill:  # fmt: skip
        billed_on = self.on - timedelta(days=days_ago)
        return self._enter(
            self.vendors[name], Decimal(total), billed_on, kind=kind, note=note,
            is_approved=is_approved,
        )  # fmt: skip

    def _pay(self, bills: list[Bill], pay_on: date, key: str) -> PaymentRun:
        with practice_scope(self.omar.practice_id):
            expected = preview(pay_on, pay_on, [bill.pk for bill in bills]).total
        return operations.pay_bills(
            [bill.pk for bill in bills], pay_on=pay_on, expected=expected, key=key,
            at=self._at(pay_on), by=self.omar,
        )  # fmt: skip

    def _hand_out(self, run: PaymentRun) -> None:
        """Print the checks of a run, and take its transfers to the bank."""
        with practice_scope(self.omar.practice_id):
            payments = payments_of(run)
        at = self._at(run.pay_on)
        operations.print_checks(payments, at=at, by=self.omar)
        if any(payment.method == VendorPayment.Method.ACH for payment in payments):
            operations.write_bank_file(run, at=at, by=self.omar)

    def _bank(self, vendor: Vendor, account: str) -> None:
        bank = operations.propose_bank(
            vendor, routing=THEIRS, account=account, kind="checking", came_by="Their W-9 packet",
            at=now(), by=self.omar,
        )  # fmt: skip
        operations.confirm_bank(bank, because="Called their desk", at=now(), by=self.grace)

    def _recurring(self) -> None:
        first = (self.on.replace(day=1) + timedelta(days=32)).replace(day=1)
        for facts in VENDORS:
            if facts.is_fixed:
                values: dict[str, object] = {
                    "vendor": self.vendors[facts.name], "what": facts.name, "every": "month",
                    "account": facts.account, "site": self.sites.get(facts.site),
                    "amount": Decimal(facts.monthly), "next_on": first,
                }  # fmt: skip
                operations.save_recurring(None, values, by=self.omar)

    def _orders(self) -> None:
        vendor = self.vendors["Midland Medical Supply"]
        things = [("Exam gloves, box of 100", 40, "8.90"), ("Table paper, roll", 24, "3.75")]
        lines = [
            operations.ToOrder(what, "expense.supplies", Decimal(count), Decimal(price))
            for what, count, price in things
        ]
        for days_ago, share in ((12, Decimal(1)), (6, Decimal("0.5")), (1, ZERO)):
            on = self.on - timedelta(days=days_ago)
            order = operations.place_order(
                vendor, site=self.site, lines=lines, ordered_on=on, by=self.omar
            )
            with practice_scope(self.omar.practice_id):
                rows = rows_of(order)
            if not share:
                continue
            came = {row.line.pk: row.line.quantity * share for row in rows}
            operations.receive(
                order, came, received_on=on + timedelta(days=1), at=self._at(self.on), by=self.omar
            )
            self.number += 1
            billed = [
                operations.ToBill(
                    row.line.account, row.line.amount, self.site, row.line.what,
                    row.line.quantity, row.line,
                )
                for row in rows
            ]  # fmt: skip
            total = sum((one.amount for one in billed), ZERO)
            head = operations.Head(
                total, self.on - timedelta(days=1), vendor_number=f"MI-{self.number}"
            )
            operations.enter_bill(
                vendor, head, billed, order=order, is_another=True, at=self._at(self.on),
                by=self.omar,
            )  # fmt: skip

    def _lost_check(self) -> None:
        bill = self._bill("Bexley Equipment Repair", "395.00", 12)
        run = self._pay([bill], self.on - timedelta(days=8), "demo-lost")
        self._hand_out(run)
        with practice_scope(self.omar.practice_id):
            payment = VendorPayment.objects.get(run=run)
        operations.reissue(payment, because="Lost in the mail", at=now(), by=self.omar)

    def _at(self, on: date) -> datetime:
        return min(at_wall(self.site, on, time(15)), now())


def _together(rows: list[operations.Planned]) -> list[operations.Planned]:
    """Add up what several vendors of one account are planned to cost."""
    sums: dict[tuple[str, UUID | None, date], Decimal] = {}
    for row in rows:
        key = (row.account, row.site_id, row.month)
        sums[key] = sums.get(key, ZERO) + row.amount
    return [operations.Planned(*key, amount) for key, amount in sums.items()]
