"""A visit from check-in to a signed superbill, in a few words."""

from datetime import UTC, date, datetime
from decimal import Decimal

from frontdesk.billing.models import Claim
from frontdesk.coding.models import Diagnosis
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy
from frontdesk.ledger import queries as books
from frontdesk.visits import operations as visits
from frontdesk.visits.models import (
    CheckIn,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    Visit,
)
from tests.clinic import Clinic

NOON = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)
ADDRESS = {
    "address_1": "7 Oak Lane",
    "city": "Columbus",
    "state": "OH",
    "zip_code": "43215",
}
LINES = (("99213", "148.00", "A"), ("93000", "66.00", "A"))


class Office(Clinic):
    """Elm Street with a plan whose claims pass every check."""

    def __init__(self, name: str = "Elm Street Family Medicine") -> None:
        super().__init__(name)
        self.insurer = self.payer()
        for code in ("E11.9", "I10", "Z23"):
            Diagnosis.objects.get_or_create(code=code, defaults={"description": "Something"})

    def insured(self, first: str = "Ann", last: str = "Lee", **more: object) -> Policy:
        """A patient with a plan of their own."""
        return self.policy(self.patient(first, last, **{**ADDRESS, **more}), self.insurer)

    def second_plan(self, policy: Policy) -> Policy:
        """Another plan of the same patient, which pays after the first."""
        payer = self.payer("SECOND", name="Second Mutual")
        return self.policy(policy.patient, payer, rank=2)

    def seen(
        self,
        policy: Policy | None = None,
        *,
        lines: tuple[tuple[str, str, str], ...] = LINES,
        diagnoses: tuple[str, ...] = ("E11.9", "I10"),
        at: datetime = NOON,
        patient: object = None,
    ) -> Superbill:
        """A visit whose superbill is ready to be signed."""
        visit = self.visit(at=at, patient=policy.patient if policy else patient)
        with self.writing():
            CheckIn.objects.create(
                visit=visit, pays="insurance" if policy else "self_pay", policy=policy
            )
            bill = Superbill.objects.create(visit=visit)
            for place, code in enumerate(diagnoses):
                SuperbillDiagnosis.objects.create(
                    superbill=bill, place=place, code=code, description="Something"
                )
            self.write_lines(bill, lines)
        return bill

    def write_lines(self, bill: Superbill, lines: tuple[tuple[str, str, str], ...]) -> None:
        """Put procedures on a superbill."""
        for place, (code, charge, pointers) in enumerate(lines):
            SuperbillLine.objects.create(
                superbill=bill,
                place=place,
                code=code,
                description=f"Service {code}",
                charge=Decimal(charge),
                pointers=pointers,
            )

    def sign(self, bill: Superbill, at: datetime = NOON) -> Claim | None:
        """Sign the superbill; return the claim that came of it."""
        visits.sign_superbill(bill, at=at, by=self.anybody())
        return self.newest_claim(bill.visit)

    def signed(self, policy: Policy | None = None, **more: object) -> Claim | None:
        """A visit, signed: its claim."""
        return self.sign(self.seen(policy, **more))

    def newest_claim(self, visit: Visit) -> Claim | None:
        """The last claim that was built for the visit."""
        with self.reading():
            return Claim.objects.filter(visit=visit).order_by("pk").last()

    def standing(self, patient: object) -> tuple[str, str, str]:
        """What the patient owes, what insurance owes, and the credit."""
        with self.reading():
            found = books.balance_of(patient)
        return str(found.patient_due), str(found.insurance_due), str(found.credit)

    def books(self) -> dict[str, Decimal]:
        """The balances of the accounts that are not zero; they must add up to zero."""
        with self.reading():
            found = {one.code: one.balance for one in books.trial_balance()}
        assert sum(found.values(), ZERO) == 0
        return {code: amount for code, amount in found.items() if amount}
