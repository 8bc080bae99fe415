"""Which diagnoses make a service medically necessary, as the practice's payers publish it."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record


class MedicalNecessity(Record):
    """What a version of a coverage policy (LCD, NCD or its article) says of one procedure.

    Diagnoses are codes with their point, or headings that stand for every code below them.
    """

    policy = models.CharField(max_length=20)  # L33777, A56711, 190.15
    title = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=10)
    starts_on = models.DateField()  # of the version
    last_on = models.DateField(null=True, blank=True)  # None: until further notice
    supports = models.JSONField(default=list)  # paid with one of these; empty: with any
    refuses = models.JSONField(default=list, blank=True)  # not paid with these alone
    source = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "policy", "code", "starts_on"],
                name="medical_necessity_said_once",
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("starts_on")),
                name="medical_necessity_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["practice", "code"], name="medical_necessity_by_code")]

    def __str__(self) -> str:
        return f"{self.policy} {self.code}"
