"""What payers decided and paid, where its money reached the bank, and what they paid too little."""

from django.db import models
from django.db.models import Q

from frontdesk.billing.models.bank import BankLine
from frontdesk.billing.models.claims import Claim, ClaimLine, Exchange
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Payer
from frontdesk.ledger.models import Posting

METHODS = {
    "ACH": "Transfer",
    "BOP": "The bank's choice",
    "CHK": "Check",
    "FWT": "Wire transfer",
    "NON": "No payment",
}


class Remittance(Record):
    """One 835 payment: what the payer says it paid, and for what."""

    class Status(models.TextChoices):
        RECEIVED = "received", "To post"
        POSTED = "posted", "Posted"
        PARTLY = "partly", "Posted, lines need a person"
        UNBALANCED = "unbalanced", "Does not balance"
        REPLACED = "replaced", "Came again, whole, or typed in wrongly"

    lifecycle = Lifecycle(
        Status,
        {
            Status.RECEIVED: {Status.POSTED, Status.PARTLY, Status.UNBALANCED},
            Status.PARTLY: {Status.POSTED, Status.REPLACED},
            # Posted wrongly: lines wait for a person again, or a paper is typed in anew.
            Status.POSTED: {Status.PARTLY, Status.REPLACED},
            Status.UNBALANCED: {Status.POSTED, Status.PARTLY, Status.REPLACED},
        },
    )

    exchange = TenantFK(Exchange, on_delete=models.PROTECT, related_name="remittances")
    transaction_control = models.CharField(max_length=9)  # ST02
    payer = TenantFK(
        Payer, null=True, blank=True, on_delete=models.PROTECT, related_name="remittances"
    )
    payer_name = models.CharField(max_length=80)
    trace = models.CharField(max_length=50)  # TRN02: the check or EFT number
    trace_payer = models.CharField(max_length=15, blank=True)  # TRN03
    method = models.CharField(max_length=3)  # BPR04: ACH, CHK, NON
    amount = MoneyField()  # BPR02
    paid_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    balances = models.JSONField(default=dict)  # the three equations, each with both sides
    provider_adjustments = models.JSONField(default=list)  # PLB
    is_typed = models.BooleanField(default=False)  # from a paper EOB, not from a file
    bank_line = TenantFK(
        BankLine, null=True, blank=True, on_delete=models.PROTECT, related_name="remittances"
    )  # where its money reached the bank

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "trace_payer", "trace", "amount", "paid_on"],
                # Those without money are known by their decisions: they may share one number.
                condition=~Q(status="replaced") & ~Q(amount=0),
                name="remittance_payment_once",
            )
        ]

    def __str__(self) -> str:
        return f"Remittance {self.pk}"

    @property
    def method_words(self) -> str:
        """How the money comes, as the office says it (BPR04 of the TR3)."""
        return METHODS.get(self.method, self.method)

    @property
    def may_be_posted(self) -> bool:
        """Whether it balances, or somebody has let it pass, and no whole one took its place."""
        return self.status not in {self.Status.UNBALANCED, self.Status.REPLACED}


class RemittanceClaim(Record):
    """One claim of a remittance, with its lines as read, and whether it was posted."""

    class Status(models.TextChoices):
        TO_POST = "to_post", "To post"
        POSTED = "posted", "Posted"
        NEEDS_PERSON = "person", "Needs a person"

    lifecycle = Lifecycle(
        Status,
        {
            Status.TO_POST: {Status.POSTED, Status.NEEDS_PERSON},
            Status.NEEDS_PERSON: {Status.POSTED},
            Status.POSTED: {Status.TO_POST},  # taken back: it was posted wrongly
        },
    )

    remittance = TenantFK(
        Remittance, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    claim = TenantFK(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="remittances"
    )
    place = models.PositiveIntegerField()
    claim_number = models.CharField(max_length=40)  # CLP01
    status_code = models.CharField(max_length=2)  # CLP02
    charged = MoneyField()
    paid = MoneyField()
    patient_responsibility = MoneyField(default=0)
    payer_control_number = models.CharField(max_length=50, blank=True)
    lines = models.JSONField(default=list)  # service lines with their adjustments
    adjustments = models.JSONField(default=list)  # of the claim as a whole
    status = models.CharField(max_length=7, choices=Status, default=Status.TO_POST)
    why = models.CharField(max_length=200, blank=True)  # what needs a person
    posting = TenantFK(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="remittances"
    )
    patient_name = models.CharField(max_length=80, blank=True)  # as the payer spells it
    times_unposted = models.PositiveSmallIntegerField(default=0)  # posted wrongly, taken back

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "remittance", "place"], name="remittance_claim_once"
            )
        ]

    def __str__(self) -> str:
        return f"CLP {self.place}"

    @property
    def is_on_claim(self) -> bool:
        """Whether it was posted to a claim; one that was set aside keeps why."""
        return self.status == self.Status.POSTED and self.claim_id is not None and not self.why

    @property
    def posting_key(self) -> str:
        """The key it is posted under: once, and once more each time it was taken back."""
        return f"era:{self.pk}" + (f":{self.times_unposted}" if self.times_unposted else "")


class Underpayment(Record):
    """A service that a payer paid below its contract: what to claim back, in dollars."""

    class Status(models.TextChoices):
        OPEN = "open", "To claim back"
        CLAIMED = "claimed", "Asked of the payer"
        RECOVERED = "paid", "Paid after all"
        ACCEPTED = "accepted", "Let be"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.CLAIMED, Status.RECOVERED, Status.ACCEPTED},
            Status.CLAIMED: {Status.OPEN, Status.RECOVERED, Status.ACCEPTED},
            Status.RECOVERED: {Status.OPEN},  # the payer took it back
            Status.ACCEPTED: {Status.OPEN, Status.RECOVERED},  # the payer may put it right itself
        },
    )

    line = TenantFK(ClaimLine, on_delete=models.PROTECT, related_name="underpayments")
    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="underpayments")
    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="underpayments")
    code = models.CharField(max_length=10)
    on = models.DateField()  # day of service
    expected = MoneyField()  # what the contract allows for the units of the line
    allowed = MoneyField()  # what the payer allowed
    missing = MoneyField()  # the difference
    basis = models.CharField(max_length=200)  # the contract and its rule, in words
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    because = models.CharField(max_length=140, blank=True)
    found_on = models.DateField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "line"], name="underpayment_once_a_line"),
            models.CheckConstraint(condition=Q(missing__gte=0), name="underpayment_is_missing"),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "-missing"], name="underpayment_work_list")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.missing} below the contract"
