"""Who is asked to come again, and when: rules of recall."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.scheduling.models.types import VisitType


class RecallRule(Record):
    """A visit that comes again so many months after the last one: the annual physical."""

    name = models.CharField(max_length=60)
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="recall_rules")
    months = models.PositiveSmallIntegerField(default=12)
    counts = models.JSONField(default=list, blank=True)  # keys of other types that count as it
    from_age = models.PositiveSmallIntegerField(null=True, blank=True)  # in whole years
    to_age = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)  # empty: everybody
    never_too = models.BooleanField(default=False)  # who never had one, from registration on
    weeks_ahead = models.PositiveSmallIntegerField(default=4)  # on the list so long before
    tells = models.BooleanField(default=False)  # the patient is written to without a person
    tell_days = models.PositiveSmallIntegerField(default=14)  # at least so many days apart
    most_told = models.PositiveSmallIntegerField(default=3)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="recall_rule_named_once"),
            models.CheckConstraint(
                condition=Q(months__gt=0) & Q(tell_days__gt=0), name="recall_rule_waits"
            ),
            models.CheckConstraint(
                condition=Q(from_age=None) | Q(to_age=None) | Q(to_age__gte=F("from_age")),
                name="recall_rule_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counted(self) -> set[str]:
        """The keys of the types of visit after which it is due again."""
        return {str(self.visit_type_id), *self.counts}
