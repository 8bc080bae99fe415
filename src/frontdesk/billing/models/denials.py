"""What payers refused to pay: why, what is done about it, and what came of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.billing.models.claims import Claim, ClaimLine
from frontdesk.billing.models.remittances import RemittanceClaim
from frontdesk.billing.rules import denials as rules
from frontdesk.billing.rules.appeals import argument
from frontdesk.billing.rules.levels import least_in_dispute, level_of
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.coverage.models import Payer
from frontdesk.records.models import Document


class Appeal(Record):
    """A letter against a payer's refusal, what was enclosed, and the answer to it."""

    class Level(models.IntegerChoices):
        FIRST = 1, "First level"
        SECOND = 2, "Second level"
        EXTERNAL = 3, "External review"
        COUNCIL = 4, "Appeals Council"  # Medicare only, as the next
        COURT = 5, "Federal court"

    class Status(models.TextChoices):
        DRAFT = "draft", "Being written"
        SENT = "sent", "Sent"
        WON = "won", "Won"
        PARTLY = "partly", "Partly won"
        LOST = "lost", "Lost"
        WITHDRAWN = "dropped", "Not sent"

    class How(models.TextChoices):
        FAX = "fax", "Fax"
        MAIL = "mail", "Mail"
        PORTAL = "portal", "Payer’s website"

    lifecycle = Lifecycle(
        Status,
        {
            Status.DRAFT: {Status.SENT, Status.WITHDRAWN},
            Status.SENT: {Status.WON, Status.PARTLY, Status.LOST},
            # The payer's money, or its next decision, may say otherwise than its letter; and
            # what was posted wrongly has decided nothing.
            Status.WON: {Status.PARTLY, Status.LOST, Status.SENT},
            Status.PARTLY: {Status.WON, Status.LOST, Status.SENT},
            Status.LOST: {Status.WON, Status.PARTLY, Status.SENT},
        },
    )

    number = models.PositiveIntegerField()
    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="appeals")
    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="appeals")
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.FIRST)
    reason = models.CharField(max_length=10)  # CO-197, of the refusal it is against
    cause = models.CharField(max_length=14)
    amount = MoneyField()  # the dollars it asks for
    argument = models.TextField()  # the body of the letter
    to = models.TextField(blank=True)  # where it goes: the payer's address, or a fax number
    enclosed = models.JSONField(default=list)  # keys of chart documents, in their order
    with_remittance = models.BooleanField(default=True)
    with_proof = models.BooleanField(default=False)  # when the payer had the claim: 999, 277CA
    status = models.CharField(max_length=7, choices=Status, default=Status.DRAFT)
    how = models.CharField(max_length=6, choices=How, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # fax receipt, tracking number
    due_on = models.DateField()  # the last day on which the payer takes it
    written_by = models.CharField(max_length=100)
    sent_on = models.DateField(null=True, blank=True)
    packet = TenantFK(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="appeals"
    )  # letter and enclosures, as sent
    won = MoneyField(default=0)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)  # what the payer said

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="appeal_numbered_once")
        ]
        indexes = [
            models.Index(fields=["practice", "status", "due_on"], name="appeal_by_deadline"),
            models.Index(fields=["practice", "payer", "cause"], name="appeal_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"Appeal {self.number}"

    @property
    def level_name(self) -> str:
        """How the payer's own rules call its level."""
        return level_of(self.payer.filing_indicator, self.level).name

    def least_short_of(self, on: date) -> Decimal | None:
        """Return the dollars its level takes when asked for on a day, where it has fewer."""
        least = least_in_dispute(self.payer.filing_indicator, self.level, on)
        return least if least is not None and self.amount < least else None

    @property
    def encloses(self) -> str:
        """What should be enclosed with an appeal against this cause."""
        return argument(self.cause).encloses


class Denial(Record):
    """One reason for which a payer refused a line of a claim, with its dollars and its work."""

    class Status(models.TextChoices):
        NEW = "new", "To work"
        WORKING = "working", "Being worked"
        CORRECTED = "correct", "Corrected claim"
        APPEALED = "appeal1", "Appealed"
        APPEALED_AGAIN = "appeal2", "Appealed again"
        EXTERNAL = "appeal3", "External review or hearing"
        COUNCIL = "appeal4", "Appeals Council"
        COURT = "appeal5", "Federal court"
        WON = "won", "Won"
        PARTLY = "partly", "Partly won"
        LOST = "lost", "Lost"
        WRITTEN_OFF = "off", "Written off"
        PATIENT = "patient", "Billed to patient"
        MISTAKEN = "error", "Posted wrongly"

    TO_WORK = (Status.NEW, Status.WORKING)
    APPEALS = (
        Status.APPEALED, Status.APPEALED_AGAIN, Status.EXTERNAL, Status.COUNCIL, Status.COURT,
    )  # fmt: skip
    WAITING = (Status.CORRECTED, *APPEALS)
    OPEN = (*TO_WORK, *WAITING)
    ENDED = (Status.WON, Status.PARTLY, Status.LOST, Status.WRITTEN_OFF, Status.PATIENT)
    GIVEN_UP = (Status.LOST, Status.WRITTEN_OFF, Status.PATIENT)

    _settled = {Status.WON, Status.PARTLY, Status.LOST}
    _closed = {Status.WRITTEN_OFF, Status.PATIENT, Status.MISTAKEN}
    _appealed = set(APPEALS)
    lifecycle = Lifecycle(
        Status,
        {
            Status.NEW: {Status.WORKING, Status.CORRECTED} | _appealed | _settled | _closed,
            Status.WORKING: {Status.NEW, Status.CORRECTED} | _appealed | _settled | _closed,
            Status.CORRECTED: {Status.WORKING} | _appealed | _settled | _closed,
            Status.APPEALED: {Status.WORKING, Status.CORRECTED} | _settled | _closed,
            Status.APPEALED_AGAIN: {Status.WORKING, Status.CORRECTED} | _settled | _closed,
            Status.EXTERNAL: {Status.WORKING, Status.CORRECTED} | _settled | _closed,
            Status.COUNCIL: {Status.WORKING, Status.CORRECTED} | _settled | _closed,
            Status.COURT: {Status.WORKING, Status.CORRECTED} | _settled | _closed,
            Status.WON: {Status.WORKING, Status.PARTLY, Status.LOST, Status.MISTAKEN} | _appealed,
            Status.PARTLY: {Status.WORKING, Status.CORRECTED, Status.WON, Status.LOST}
            | _appealed
            | _closed,
            Status.LOST: {Status.WORKING, Status.CORRECTED, Status.WON, Status.PARTLY}
            | _appealed
            | _closed,
            Status.WRITTEN_OFF: {Status.WON, Status.PARTLY, Status.MISTAKEN},
            Status.PATIENT: {Status.WORKING, Status.CORRECTED, Status.WON, Status.PARTLY}
            | _appealed
            | {Status.MISTAKEN},
            Status.MISTAKEN: {Status.WORKING},  # the payer says it, after all
        },
    )

    claim = TenantFK(Claim, on_delete=models.PROTECT, related_name="denials", db_index=False)
    line = TenantFK(ClaimLine, on_delete=models.PROTECT, related_name="denials", db_index=False)
    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="denials", db_index=False)
    decision = TenantFK(RemittanceClaim, on_delete=models.PROTECT, related_name="denials")
    code = models.CharField(max_length=10)  # of the procedure
    on = models.DateField()  # day of service
    group = models.CharField(max_length=2)  # CO, PR, OA, PI
    reason = models.CharField(max_length=5)  # CARC
    remarks = models.JSONField(default=list)  # RARC
    cause = models.CharField(max_length=14)  # a key of rules.causes()
    amount = MoneyField()  # refused, of our charge
    stake = MoneyField()  # what would come of it in full: the contract's price, else the charge
    before = MoneyField(default=0)  # allowed on the line when it was refused
    chance = models.DecimalField(max_digits=5, decimal_places=4)  # share of the stake expected
    seen = models.PositiveIntegerField(default=0)  # ended denials of ours the chance rests on
    expected = MoneyField()  # stake times chance
    minutes = models.PositiveSmallIntegerField()  # of work until it is decided, expected
    worth = MoneyField()  # expected dollars for each minute: the order of the list
    status = models.CharField(max_length=7, choices=Status, default=Status.NEW)
    times = models.PositiveSmallIntegerField(default=1)  # how often the payer said it
    follows = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )  # the refusal of the version before
    denied_on = models.DateField()
    appeal_by = models.DateField()
    working_by = models.CharField(max_length=100, blank=True)
    working_since = models.DateTimeField(null=True, blank=True)
    spent = models.PositiveIntegerField(default=0)  # minutes
    appeal = TenantFK(
        Appeal, null=True, blank=True, on_delete=models.PROTECT, related_name="denials"
    )  # the newest
    recovered = MoneyField(default=0)  # allowed in the end, paid by payer or patient
    ended_on = models.DateField(null=True, blank=True)
    asked_by = models.CharField(max_length=100, blank=True)  # wants to write it off
    asked_because = models.CharField(max_length=140, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "line", "group", "reason"], name="denial_once_a_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="denial_is_of_something"),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "-worth"], name="denial_work_list"),
            models.Index(fields=["practice", "payer", "cause", "status"], name="denial_history"),
            models.Index(fields=["practice", "denied_on"], name="denial_by_day"),
            models.Index(fields=["practice", "claim"], name="denial_by_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.group}-{self.reason} on {self.code}"

    @property
    def carc(self) -> str:
        """As people write it: CO-197."""
        return f"{self.group}-{self.reason}"

    @property
    def known_cause(self) -> rules.Cause:
        """The root cause, with the duty that could have prevented it."""
        return rules.cause(self.cause)

    @property
    def may_bill_patient(self) -> bool:
        """Whether the payer's group code lets the patient owe it."""
        return rules.may_bill_patient(self.group, self.reason)

    @property
    def is_final(self) -> bool:
        """Whether it was given up: what counts in the final denial rate."""
        return self.status in self.GIVEN_UP

    def is_late(self, today: date, within: timedelta = timedelta(0)) -> bool:
        """Whether the last day to appeal has passed, or passes within so many days."""
        return self.appeal_by < today + within

    def weigh(self, odds: rules.Odds) -> None:
        """Take over what is expected of it."""
        self.chance, self.seen, self.minutes = odds.chance, odds.seen, odds.minutes
        self.expected = rules.expected(self.stake, odds)
        self.worth = rules.worth(self.expected, odds.minutes)

    def minutes_since(self, at: datetime) -> int:
        """How long it was worked on, where somebody took it within the hour."""
        if self.working_since is None:
            return 0
        passed = int((at - self.working_since).total_seconds() // 60)
        return passed if passed <= rules.MOST_MINUTES else 0

    def end(self, status: Status, on: date, recovered: Decimal = ZERO) -> None:
        """Come to an end, won or lost, with the dollars that were allowed after all."""
        if self.status != status:
            self.status = self.lifecycle.move(self.status, status)
        self.recovered, self.ended_on, self.asked_by = recovered, on, ""


class DenialStep(Record):
    """Something done about a denial, by whom and in how many minutes: never edited."""

    denial = TenantFK(Denial, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)  # denied, taken, noted, corrected, appealed, won, lost …
    words = models.CharField(max_length=300)
    by_name = models.CharField(max_length=100)
    minutes = models.PositiveSmallIntegerField(default=0)
    amount = MoneyField(default=0)  # recovered by it

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "denial", "at"], name="denial_step_history"),
            models.Index(fields=["practice", "at"], name="denial_step_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"
