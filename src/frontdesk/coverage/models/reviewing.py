"""What payers want authorizations for, and how they are asked."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.coverage.models.held import Payer
from frontdesk.coverage.rules.authorizing import RuleFacts


class Way(models.TextChoices):
    """How a payer is asked."""

    MESSAGE = "278", "By message (278)"
    PORTAL = "portal", "On the payer’s website"
    FAX = "fax", "By fax"
    PHONE = "phone", "By phone"


class Stops(models.TextChoices):
    """How hard the office is where an authorization is missing."""

    WARN = "warn", "Warn only"
    CLAIM = "claim", "Hold the claim"
    VISIT = "visit", "Hold the claim, and book only with a reason"


class AuthorizationRule(Record):
    """What a payer wants an authorization for, or says it does not: by code or type of visit."""

    class Source(models.TextChoices):
        OFFICE = "office", "Written by the office"
        DENIAL = "denial", "Learned from denials"

    payer = TenantFK(
        Payer, null=True, blank=True, on_delete=models.PROTECT, related_name="authorization_rules"
    )  # none: every payer
    code = models.CharField(max_length=10, blank=True)  # how service codes begin
    visit_type = models.CharField(max_length=20, blank=True)  # the code of a visit type
    needs = models.BooleanField(default=True)
    stops = models.CharField(max_length=5, choices=Stops, default=Stops.CLAIM)
    evidence = models.JSONField(default=list, blank=True)  # what the payer wants to see, in words
    says = models.CharField(max_length=200, blank=True)  # the payer's words, and where they stand
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.OFFICE)
    denials = models.PositiveIntegerField(default=0)  # that taught it
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") | ~Q(visit_type=""), name="authorization_rule_speaks"
            ),
            models.UniqueConstraint(
                fields=["practice", "payer", "code"],
                condition=Q(source="denial"),
                name="authorization_rule_learned_once",
            ),
        ]

    def __str__(self) -> str:
        return self.code or self.visit_type

    @property
    def facts(self) -> RuleFacts:
        """The rule as a plain value."""
        return RuleFacts(
            payer_id=self.payer_id,
            code=self.code,
            visit_type=self.visit_type,
            needs=self.needs,
            stops=self.stops,
            is_learned=self.source == self.Source.DENIAL,
            says=self.says,
            evidence=tuple(self.evidence),
        )


class ReviewTerms(Record):
    """How a payer is asked for authorizations, how quickly it decides, what it takes late."""

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="review_terms")
    way = models.CharField(max_length=6, choices=Way, default=Way.MESSAGE)
    portal = models.CharField(max_length=200, blank=True)
    fax = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    urgent_hours = models.PositiveSmallIntegerField(default=72)
    standard_days = models.PositiveSmallIntegerField(default=7)  # of the calendar
    retro_days = models.PositiveSmallIntegerField(default=0)  # after the care; 0: never
    peer_days = models.PositiveSmallIntegerField(default=14)  # after the denial
    appeal_days = models.PositiveSmallIntegerField(default=180)
    renew_percent = models.PositiveSmallIntegerField(default=80)  # used: think of renewing
    renew_days = models.PositiveSmallIntegerField(default=14)  # before its end

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer"], name="review_terms_once")
        ]

    def __str__(self) -> str:
        return str(self.payer)
