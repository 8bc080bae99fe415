"""What providers prefer, kept as typed rules."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.scheduling.rules import preferences as rules
from frontdesk.staff.models import Provider


class Preference(Record):
    """One rule of how a provider's days are filled; what it means stands in the room's rules."""

    class Kind(models.TextChoices):
        MOST_NEW = "most_new", "At most so many new patients a day"
        MOST_OF_TYPE = "most_of_type", "At most so many of some visits a day"
        NOT_TWO_LONG = "not_two_long", "No two long visits in a row"
        NOT_AFTER = "not_after", "None of some visits after a time"
        LUNCH = "lunch", "Lunch is kept"
        GAP = "gap", "Minutes between visits"
        NOTICE = "notice", "Hours of notice"
        OVERTIME = "overtime", "Stays after hours when the day breaks"

    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveSmallIntegerField(default=0)  # visits, minutes or hours, by kind
    visit_type_ids = models.JSONField(default=list, blank=True)  # empty: any
    starts = models.TimeField(null=True, blank=True)  # of lunch; not after
    ends = models.TimeField(null=True, blank=True)
    weekdays = models.JSONField(default=list, blank=True)  # Monday is 0; empty: every day
    site = TenantFK(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # where one stays after hours; none: at any
    is_hard = models.BooleanField(default=True)  # refuses; a soft one only costs
    cost = models.PositiveSmallIntegerField(default=10)  # points, when times are compared
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="lunch") | Q(starts__isnull=False, ends__isnull=False),
                name="preference_lunch_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(kind="not_after") | Q(starts__isnull=False),
                name="preference_after_says_when",
            ),
        ]
        indexes = [models.Index(fields=["practice", "provider"], name="preference_by_provider")]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)

    def rule(self, names: dict[str, str]) -> rules.Rule:
        """Return it as a plain value; `names` are those of visit types by key."""
        return rules.Rule(
            kind=rules.Kind(self.kind),
            who=self.provider.short_name,
            number=self.number,
            type_keys=frozenset(self.visit_type_ids),
            type_names=", ".join(names[key] for key in self.visit_type_ids if key in names),
            starts=self.starts,
            ends=self.ends,
            weekdays=frozenset(self.weekdays),
            is_hard=self.is_hard,
            cost=self.cost,
            key=str(self.pk),
            site_key=str(self.site_id or ""),
            site_name=self.site.name if self.site else "",
        )
