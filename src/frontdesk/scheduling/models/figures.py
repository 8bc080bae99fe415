"""What is learned from the past: the risk of a no-show, access figures, usual times."""

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site


class RiskModel(Record):
    """One fit of the no-show risk. Every one is kept; the newest that learned enough counts."""

    fitted_at = models.DateTimeField()
    learned_from = models.DateField(null=True, blank=True)  # the first day of the visits it saw
    learned_until = models.DateField(null=True, blank=True)  # and the last
    seen = models.PositiveIntegerField(default=0)  # visits that were kept or missed
    missed = models.PositiveIntegerField(default=0)
    is_enough = models.BooleanField(default=False)
    why_not = models.CharField(max_length=200, blank=True)  # in words, where it is not enough
    weights = models.JSONField(default=dict, blank=True)  # of solver.risk.Model
    report = models.JSONField(default=dict, blank=True)  # of the visits held back: AUC, calibration

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "-fitted_at"], name="risk_model_newest")]

    @property
    def off_by(self) -> float | None:
        """How far what was predicted was from what happened, as a share."""
        if not self.is_enough:
            return None
        return float(abs(self.report["predicted"] - self.report["happened"]))

    def __str__(self) -> str:
        return f"Risk of {self.fitted_at:%Y-%m-%d %H:%M}"


class AccessDay(Record):
    """The access figures of a site on a day, taken anew every hour until the day is over."""

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    taken_at = models.DateTimeField()
    figures = models.JSONField(default=list)  # one row a provider and visit type, all counts

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "site", "on"], name="access_day_one_per_site"
            )
        ]

    def __str__(self) -> str:
        return f"Access on {self.on}"


class Pace(Record):
    """How long each stage of a visit usually takes at a site, told by the room of visits."""

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    learned_at = models.DateTimeField()
    stages = models.JSONField(default=dict)  # minutes at even quantiles, by stage

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "site"], name="pace_one_per_site")
        ]

    def __str__(self) -> str:
        return f"Pace of {self.learned_at:%Y-%m-%d}"
