"""A vendor, bills and the people who enter, approve and pay them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from frontdesk.core.keys import new_key
from frontdesk.office import operations
from frontdesk.office.models import ApprovalLimit, Bill
from frontdesk.staff.queries import actor_of

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = NOON.date()
ROUTING = "072000326"  # published by the bank that has it; the check digit is what matters


class House:
    """Elm Street's office: Omar enters and pays, Grace approves up to $5,000, Pat above."""

    def __init__(self, clinic):
        self.clinic = clinic
        self.omar = actor_of(clinic.member("biller", email="omar@office.example"))
        grace = clinic.member("manager", email="grace@office.example")
        self.grace = actor_of(grace)
        self.pat = actor_of(clinic.member("manager", email="pat@office.example"))
        with clinic.writing():
            ApprovalLimit.objects.create(member=grace, up_to=Decimal(5000))

    def vendor(self, name="Acme Medical Supply", **more):
        said = {
            "name": name, "account": "expense.supplies", "net_days": 30, "address_1": "9 Dock Rd",
            "city": "Dayton", "state": "OH", "zip_code": "45402", **more,
        }  # fmt: skip
        return operations.save_vendor(None, said, by=self.omar)

    def head(self, total="240.00", number="INV-1", on=TODAY, **more):
        return operations.Head(Decimal(total), on, vendor_number=number, **more)

    def line(self, amount="240.00", account="expense.supplies", **more):
        return operations.ToBill(account, Decimal(amount), **more)

    def bill(self, vendor, total="240.00", number="", on=TODAY, *, by=None, lines=None, **more):
        another = more.pop("is_another", True)
        order = more.pop("order", None)
        return operations.enter_bill(
            vendor,
            self.head(total, number, on, **more),
            lines or [self.line(total, vendor.account)],
            order=order,
            is_another=another,
            at=NOON,
            by=by or self.omar,
        )

    def approved(self, vendor, total="240.00", number="", **more):
        bill = self.bill(vendor, total, number, **more)
        bill = operations.approve_bill(bill, at=NOON, by=self.grace)
        if bill.status == Bill.Status.ENTERED:
            bill = operations.approve_bill(bill, at=NOON, by=self.pat)
        return bill

    def pay(self, *bills, expected, on=TODAY, key="", by=None):
        return operations.pay_bills(
            [bill.pk for bill in bills],
            pay_on=on,
            expected=Decimal(expected),
            key=key or str(new_key()),
            at=NOON,
            by=by or self.omar,
        )

    def bank(self, vendor, account="123456789", *, by=None, confirmed_by=None):
        bank = operations.propose_bank(
            vendor, routing=ROUTING, account=account, kind="checking",
            came_by="A letter of theirs", at=NOON, by=by or self.omar,
        )  # fmt: skip
        return operations.confirm_bank(
            bank, because="Called Ann at 614-555-0100", at=NOON, by=confirmed_by or self.grace
        )

    def settings(self, **more):
        said = {
            "bank_name": "First of Ohio", "routing": ROUTING, "account": "55501234",
            "company_id": "9876543210", **more,
        }  # fmt: skip
        return operations.save_pay_settings(said, by=self.grace)

    def again(self, record):
        """The record as it stands now."""
        with self.clinic.reading():
            return type(record).objects.get(pk=record.pk)

    def books(self):
        """Every account's balance that is not zero."""
        from frontdesk.ledger.queries import trial_balance

        with self.clinic.reading():
            return {row.code: row.balance for row in trial_balance() if row.balance}


def day(text) -> date:
    """A day from its digits."""
    return date.fromisoformat(text)
