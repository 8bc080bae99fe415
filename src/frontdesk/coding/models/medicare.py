"""Medicare's physician fee schedule: relative values, local indices, conversion factors.

The same for every practice. Source: CMS. Codes and numbers only; no descriptions.
"""

from django.db import models


class RelativeValue(models.Model):
    """The work, expense and malpractice units of a code in a year, by CMS's RVU file."""

    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    work = models.DecimalField(max_digits=9, decimal_places=4)
    expense = models.DecimalField(max_digits=9, decimal_places=4)  # in an office
    expense_in_facility = models.DecimalField(max_digits=9, decimal_places=4)
    malpractice = models.DecimalField(max_digits=9, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "code", "modifier"], name="relative_value_given_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.year}"


class Locality(models.Model):
    """The geographic practice cost indices of a Medicare locality in a year."""

    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7)  # carrier (5) and locality (2): 1520200 is Ohio
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=2, blank=True)
    work = models.DecimalField(max_digits=7, decimal_places=4)
    expense = models.DecimalField(max_digits=7, decimal_places=4)
    malpractice = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="locality_given_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class ConversionFactor(models.Model):
    """Dollars for one relative value unit, from one day to another."""

    first_on = models.DateField(unique=True)
    last_on = models.DateField()
    dollars = models.DecimalField(max_digits=9, decimal_places=4)

    def __str__(self) -> str:
        return f"{self.dollars} from {self.first_on}"
