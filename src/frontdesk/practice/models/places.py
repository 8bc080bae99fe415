"""The tenant and its places: practice, sites, hours, closures, rooms, devices."""

from collections.abc import Mapping
from datetime import time
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from frontdesk.core.errors import Refused
from frontdesk.core.models import Audited, Record, RecordManager, RecordQuerySet, TenantFK
from frontdesk.practice.rules import is_npi, is_tax_id

M = TypeVar("M", bound=models.Model, covariant=True)

TIME_ZONES = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Puerto Rico"),
    ("Pacific/Guam", "Guam"),
]


def checked_npi(number: str) -> None:
    """Refuse a number whose check digit is wrong."""
    if not is_npi(number):
        raise ValidationError("This is not an NPI: ten digits, the last of which is a check digit.")


def checked_tax_id(number: str) -> None:
    """Refuse what cannot be an EIN or SSN."""
    if not is_tax_id(number):
        raise ValidationError("A tax id has nine digits.")


class Address(models.Model):
    """A postal address, as part of whatever has one."""

    address_1 = models.CharField("address", max_length=100, blank=True)
    address_2 = models.CharField("apartment or suite", max_length=100, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField("ZIP", max_length=10, blank=True)

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """The address as written on an envelope, without empty lines."""
        town = " ".join(part for part in (self.state, self.zip_code) if part)
        place = ", ".join(part for part in (self.city, town) if part)
        return [line for line in (self.address_1, self.address_2, place) if line]


class Practice(Audited, Address):
    """A billing practice: one tax id, one set of books, one set of patients."""

    name = models.CharField(max_length=100)
    legal_name = models.CharField(max_length=100, blank=True)
    tax_id = models.CharField(max_length=11, blank=True, validators=[checked_tax_id])
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[checked_npi])
    taxonomy = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    logoff_minutes = models.PositiveSmallIntegerField(default=15)
    hold_minutes = models.PositiveSmallIntegerField(default=5)
    video_link = models.CharField(max_length=200, blank=True)  # where video visits are; see rules
    is_demo = models.BooleanField(default=False)
    is_set_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Site(Record, Address):
    """A place where patients are seen, with its own clock."""

    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, blank=True)
    time_zone = models.CharField(max_length=40, choices=TIME_ZONES, default="America/New_York")
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[checked_npi])
    place_of_service = models.CharField(max_length=2, default="11")
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name"],
                name="site_name_is_unique",
                violation_error_message="There is a site of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


def save_checked(record: models.Model, values: Mapping[str, Any]) -> None:
    """Set the values and save; what a field or a constraint would refuse is refused in words.

    Forms check too, but not what is unique within the practice, and files have no form.
    """
    for name, value in values.items():
        setattr(record, name, value)
    if isinstance(record, Audited):
        record.take_practice()
    try:
        record.full_clean()
    except ValidationError as trouble:
        raise Refused(" ".join(trouble.messages)) from trouble
    record.save()


class InForceManager(RecordManager[M]):
    """Sees what holds now; what was withdrawn stays in the database and out of sight."""

    def get_queryset(self) -> RecordQuerySet[M]:
        """Return what is in force in the practice."""
        return super().get_queryset().filter(is_withdrawn=False)


class InForce(Record):
    """A rule of the house that is withdrawn, not deleted, when it no longer holds."""

    is_withdrawn = models.BooleanField(default=False, editable=False)

    objects: ClassVar[InForceManager[Any]] = InForceManager()
    ever: ClassVar[RecordManager[Any]] = RecordManager()  # what was withdrawn too

    class Meta(Record.Meta):
        abstract = True
        base_manager_name = "ever"  # so that what was withdrawn can be taken back


class Hours(InForce):
    """When a site is open on one day of the week, by the clock on its wall."""

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta(InForce.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="hours_close_after_they_open"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday_is_a_day"),
            models.UniqueConstraint(
                fields=["practice", "site", "weekday", "opens"],
                condition=Q(is_withdrawn=False),
                name="hours_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}–{self.closes}"


class Closure(InForce):
    """A day on which a site (or every site) is closed, or closed for a part of it.

    With `starts` it is closed from then on, with `ends` until then, with both in between.
    """

    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="closures")
    on = models.DateField()
    because = models.CharField("reason", max_length=100)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)

    class Meta(InForce.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gt=F("starts")),
                name="closure_ends_after_it_starts",
                violation_error_message="It ends before it begins.",
            )
        ]
        indexes = [models.Index(fields=["practice", "on"], name="closure_by_day")]

    def __str__(self) -> str:
        return f"{self.on}: {self.because}"

    @property
    def is_whole_day(self) -> bool:
        """Say whether nobody is seen at all."""
        return self.starts is None and self.ends is None

    @property
    def span(self) -> tuple[time, time]:
        """From when to when it is closed, by the clock on the wall."""
        return self.starts or time.min, self.ends or time.max


class Room(Record):
    """A room in which a patient can be seen."""

    class Kind(models.TextChoices):
        EXAM = "exam", "Exam room"
        PROCEDURE = "procedure", "Procedure room"
        LAB = "lab", "Lab"
        GROUP = "group", "Group room"

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EXAM)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "site", "name"],
                name="room_name_is_unique",
                violation_error_message="This site has a room of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Device(Record):
    """A device that a visit can need and only one visit can have at a time."""

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)  # what a visit type asks for: "ultrasound"
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "site", "name"],
                name="device_name_is_unique",
                violation_error_message="This site has a device of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Interpreter(Record):
    """Somebody who interprets, in the room, by video or by telephone, one visit at a time."""

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "Video"
        TELEPHONE = "telephone", "Telephone"

    name = models.CharField(max_length=100)
    languages = models.JSONField(default=list)  # BCP 47: ["es", "ase"]
    mode = models.CharField(max_length=9, choices=Mode, default=Mode.IN_PERSON)
    site_ids = models.JSONField(default=list, blank=True)  # empty: every site
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name"],
                name="interpreter_name_is_unique",
                violation_error_message="There is an interpreter of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
