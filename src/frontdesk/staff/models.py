"""People who work here: users, members of a practice, providers, and the work that waits."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q

from frontdesk.core.keys import new_key
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.practice.models import Site, checked_npi
from frontdesk.staff.rules import pause_after


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **more: object) -> "User":
        """Create and save a user; without a password they set one by e-mail."""
        user = self.model(email=self.normalize_email(email).lower(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def count_miss(self, pk: UUID, *, at: datetime) -> tuple["User", timedelta | None]:
        """Count a wrong password; return the user, and the pause that follows if one does.

        Two tries at once are two: the row is held while it is counted.
        """
        user = self.select_for_update().get(pk=pk)
        user.failed_sign_ins = min(user.failed_sign_ins + 1, 1000)
        pause = pause_after(user.failed_sign_ins)
        user.locked_until = at + pause if pause else None
        user.save(update_fields=["failed_sign_ins", "locked_until"])
        return user, pause

    def forget_misses(self, pk: UUID) -> None:
        """Start counting anew: the person has shown who they are."""
        self.filter(pk=pk).update(failed_sign_ins=0, locked_until=None)


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do stands in their memberships."""

    class Theme(models.TextChoices):
        AUTO = "auto", "As the computer"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        COMPACT = "compact", "Compact"
        COMFORTABLE = "comfortable", "Comfortable"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMPACT)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def is_paused(self, at: datetime) -> bool:
        """Say whether too many wrong passwords keep everybody from signing in as this person."""
        return self.locked_until is not None and self.locked_until > at


class Provider(Record):
    """A clinician whom patients are booked with and claims are rendered by."""

    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    credential = models.CharField(max_length=20, blank=True)  # MD, NP
    npi = models.CharField("NPI", max_length=10, validators=[checked_npi])
    taxonomy = models.CharField(max_length=10, blank=True)
    specialty = models.CharField(max_length=60, blank=True)
    site = TenantFK(  # where usually
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "npi"],
                name="provider_npi_is_unique",
                violation_error_message="There is a provider with this NPI already.",
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def short_name(self) -> str:
        """As said in the office: Dr. Osei; T. Vega, NP."""
        if self.credential in {"MD", "DO", "DPM", "PhD", "PsyD"}:
            return f"Dr. {self.last_name}"
        return f"{self.first_name[:1]}. {self.last_name}, {self.credential}".rstrip(", ")

    @property
    def full_name(self) -> str:
        """As printed: Amara Osei, MD."""
        return f"{self.first_name} {self.last_name}, {self.credential}".rstrip(", ")

    @property
    def initials(self) -> str:
        """Two letters for the face on a card."""
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()


class RightsField(models.JSONField):
    """A list of keys that decides what somebody may do: the audit shows it in full."""

    is_audited_in_full = True


class Member(Record):
    """Somebody's place in one practice: their roles, and the sites they work at."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=100)
    roles = RightsField(default=list)  # keys of roles.ROLES
    site_ids = RightsField(default=list, blank=True)  # empty: every site
    default_site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    provider = TenantFK(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    skills = models.JSONField(default=list, blank=True)  # what a visit may ask for: "phlebotomy"
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="member_once_per_practice")
        ]

    def __str__(self) -> str:
        return self.name


class WorkItem(Record):
    """Something that waits for a person: the one work list of the house.

    It points at its subject by kind and key, because the subject may live in any higher room.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DISMISSED = "dismissed", "Dismissed"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.DONE, Status.DISMISSED},
            Status.DONE: {Status.OPEN},
            Status.DISMISSED: {Status.OPEN},
        },
    )

    kind = models.CharField(max_length=60)  # "remittance.unmatched": room.reason
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    how_to_fix = models.TextField(blank=True)
    pool = models.CharField(max_length=30)  # the role whose list it is on
    owner = TenantFK(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="work")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    amount = MoneyField(null=True, blank=True)  # dollars at stake
    subject_kind = models.CharField(max_length=60, blank=True)  # "billing.Claim"
    subject_id = models.UUIDField(null=True, blank=True)
    patient_id = models.UUIDField(null=True, blank=True)
    once = models.CharField(max_length=120, blank=True)  # the same trouble is one item

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "once"],
                condition=Q(status="open") & ~Q(once=""),
                name="work_item_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["practice", "status", "pool", "due_at"], name="work_by_pool"),
            models.Index(fields=["practice", "patient_id"], name="work_by_patient"),
        ]

    def __str__(self) -> str:
        return self.title
