"""Payment edits of the National Correct Coding Initiative, for practitioners. Source: CMS."""

from django.db import models


class PairEdit(models.Model):
    """Two codes that Medicare doesn't pay together: the second is bundled into the first."""

    class Modifier(models.TextChoices):
        NEVER = "0", "No modifier helps"
        ALLOWED = "1", "A modifier may help"
        ENDED = "9", "The edit was taken back"

    column_1 = models.CharField(max_length=5)
    column_2 = models.CharField(max_length=5)
    modifier = models.CharField(max_length=1, choices=Modifier)
    rationale = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField(null=True)  # None: no limit known
    valid_to = models.DateField(null=True)  # the last day
    release = models.CharField(max_length=20)  # the quarter of the file: 2026-10-01

    class Meta:
        indexes = [models.Index(fields=["column_1", "column_2"], name="pair_edit_by_codes")]

    def __str__(self) -> str:
        return f"{self.column_1} {self.column_2}"


class UnitLimit(models.Model):
    """The most units of a code that are medically likely (MUE), in a line or on a day."""

    class Counts(models.TextChoices):
        LINE = "1", "On one line"
        DAY_BY_POLICY = "2", "On one day, without exception"
        DAY = "3", "On one day, unless records show the need"

    code = models.CharField(max_length=5)
    units = models.PositiveIntegerField()
    counts = models.CharField(max_length=1, choices=Counts)
    rationale = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    release = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["code"], name="unit_limit_by_code")]

    def __str__(self) -> str:
        return f"{self.code}: {self.units}"
