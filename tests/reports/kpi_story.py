"""A few weeks of an office as a list of what happened, for the figures to be counted from.

What is expected is added up here from the same list in plain Python, without a question to the
database.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from frontdesk.billing.models import Claim
from frontdesk.billing.operations.history import tell
from frontdesk.core.clock import at_wall
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import Line
from frontdesk.visits.models import CheckIn

ACCOUNTS = {
    "charge": ("income.services", "receivable.insurance"),
    "pay": ("receivable.insurance", "bank"),
    "cut": ("receivable.insurance", "adjustment.contractual"),
    "give_up": ("receivable.insurance", "adjustment.writeoff"),
    "to_patient": ("receivable.insurance", "receivable.patient"),
    "patient_pays": ("receivable.patient", "cash"),
    "ahead": ("patient.credit", "cash"),
    "to_agency": ("receivable.patient", "receivable.collections"),
    "agency_pays": ("receivable.collections", "bank"),
    "fee": ("income.fees", "receivable.patient"),
    "use_credit": ("receivable.patient", "patient.credit"),
}
ON = date(2026, 9, 1)  # the first day of the story


@dataclass
class Story:
    """An office with a payer, and everything that was told to it."""

    clinic: object
    told: list = field(default_factory=list)  # day entered, what, amount, visit's day
    visits: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)

    def __post_init__(self):
        self.patient = self.clinic.patient()
        self.payer = self.clinic.payer()
        self.policy = self.clinic.policy(self.patient, self.payer)

    def at(self, day, hour=11):
        """An instant of a day of the story."""
        return at_wall(self.clinic.site, ON + timedelta(days=day), time(hour))

    def visit(self, name, day, *, copay=None):
        """Somebody is seen."""
        visit = self.clinic.visit(at=self.at(day, 9), patient=self.patient)
        self.visits[name] = visit
        if copay is not None:
            with self.clinic.writing():
                CheckIn.objects.create(
                    visit=visit, pays="insurance", policy=self.policy, copay_due=Decimal(copay),
                    finished_at=self.at(day, 9), copay_not_taken_because="Forgot the wallet",
                )  # fmt: skip
        return visit

    def moves(self, name, what, amount, day, *, kind="", on=None, hour=11):
        """Money moves for a visit, entered on that day; `on` is its day in the books."""
        visit = self.visits[name]
        source, target = ACCOUNTS[what]
        line = Line(
            source, target, Decimal(amount), what[:20] if what != "charge" else "charge",
            patient_id=self.patient.pk, visit_id=visit.pk,
            payer_id=self.payer.pk if what == "charge" else None, service_on=visit.on,
        )  # fmt: skip
        ledger.post(
            kind or what, key=str(new_key()), lines=[line], at=self.at(day, hour),
            on=on or (ON + timedelta(days=day)), by=self.clinic.anybody(),
        )  # fmt: skip
        self.told.append((day, what, Decimal(amount), (visit.on - ON).days))

    def claim(self, name, *, replaces=""):
        """A claim for a visit."""
        visit = self.visits[name]
        with self.clinic.writing():
            claim = Claim.objects.create(
                number=f"9{len(self.claims):04d}", visit=visit, patient=self.patient,
                provider=self.clinic.provider, policy=self.policy, payer=self.payer, on=visit.on,
                total=Decimal(100), file_by=visit.on, built_at=self.at(0),
                replaces=self.claims.get(replaces), frequency="7" if replaces else "1",
            )  # fmt: skip
        self.claims[name if not replaces else f"{name}+"] = claim
        return claim

    def happens(self, name, *events):
        """Something happens to a claim: (day, kind) or (day, kind, code)."""
        for day, kind, *code in events:
            tell(
                self.claims[name], kind=kind, words=kind, code=code[0] if code else "",
                at=self.at(day), by=self.clinic.anybody(),
            )  # fmt: skip

    def owed(self, day, *, older_than=None):
        """Add up what insurance and patients owe at the end of a day, as it was known then."""
        signs = {"charge": 1, "pay": -1, "cut": -1, "give_up": -1, "patient_pays": -1,
                 "use_credit": -1}  # fmt: skip
        return sum(
            signs.get(what, 0) * amount
            for entered, what, amount, served in self.told
            if entered <= day and (older_than is None or day - served > older_than)
        )

    def credit(self, day):
        """Add up what patients have ahead."""
        signs = {"ahead": 1, "use_credit": -1}
        return sum(signs.get(what, 0) * x for on, what, x, _served in self.told if on <= day)

    def sum_of(self, what, first, last):
        """Add up what was entered of a kind between two days."""
        return sum((x for on, said, x, _s in self.told if said == what and first <= on <= last), 0)
