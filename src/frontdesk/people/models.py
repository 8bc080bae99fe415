"""Patients and those around them."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Address, Site
from frontdesk.staff.models import Provider


class Sex(models.TextChoices):
    """Administrative sex, as payers are told it (X12 DMG03)."""

    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Unknown"


class Channel(models.TextChoices):
    """A way to reach somebody."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "Text"
    VOICE = "voice", "Phone call"
    MAIL = "mail", "Letter"


class Guarantor(Record, Address):
    """Who answers for a bill: a patient, a parent, somebody else. A family shares one."""

    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    birth_date = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    patient = TenantFK(
        "people.Patient",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers_for",
    )  # when the guarantor is a patient too

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Patient(Record, Address):
    """Somebody with a chart here."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        INACTIVE = "inactive", "Inactive"
        DECEASED = "deceased", "Deceased"
        MERGED = "merged", "Merged into another chart"

    lifecycle = Lifecycle(
        Status,
        {
            Status.ACTIVE: {Status.INACTIVE, Status.DECEASED, Status.MERGED},
            Status.INACTIVE: {Status.ACTIVE, Status.DECEASED, Status.MERGED},
            Status.DECEASED: {Status.ACTIVE, Status.MERGED},
            Status.MERGED: {Status.ACTIVE},  # a merge can be taken back
        },
    )

    chart_number = models.CharField(max_length=12)
    first_name = models.CharField(max_length=60)
    middle_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60)
    suffix = models.CharField(max_length=10, blank=True)
    preferred_name = models.CharField(max_length=60, blank=True)
    pronouns = models.CharField(max_length=30, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    language = models.CharField(max_length=10, default="en")  # BCP 47
    needs_interpreter = models.BooleanField(default=False)
    mobile_phone = models.CharField(max_length=20, blank=True)  # E.164 where it can be read
    home_phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    preferred_channel = models.CharField(max_length=5, choices=Channel, default=Channel.EMAIL)
    alert = models.CharField(max_length=200, blank=True)  # what everybody must see: "Latex allergy"
    photo = models.FileField(upload_to="photos", blank=True)
    guarantor = TenantFK(
        Guarantor, null=True, blank=True, on_delete=models.PROTECT, related_name="family"
    )
    guarantor_relationship = models.CharField(max_length=20, blank=True)  # self, parent, spouse
    provider = TenantFK(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="panel"
    )
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    registered_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    deceased_on = models.DateField(null=True, blank=True)
    merged_into = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "chart_number"], name="chart_number_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="patient_is_not_merged_into_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["practice", "birth_date"], name="patient_by_birth_date"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As said in the office: the preferred name, where there is one, before the surname."""
        return f"{self.preferred_name or self.first_name} {self.last_name}".strip()

    @property
    def legal_name(self) -> str:
        """As a payer knows them."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def initials(self) -> str:
        """Two letters for the face where there is no photo."""
        return f"{(self.preferred_name or self.first_name)[:1]}{self.last_name[:1]}".upper()

    @property
    def phone(self) -> str:
        """The number to try first."""
        return self.mobile_phone or self.home_phone


class SearchKey(models.Model):
    """One way in which somebody may look for a patient.

    Derived from the patient by the operations that save one, so it needs no audit of its own.
    """

    class Kind(models.TextChoices):
        WORD = "word", "Word of a name"
        PHONE = "phone", "Digits of a phone number"
        END = "end", "Digits of a phone number, from the last to the first"
        EMAIL = "email", "E-mail"

    practice = models.ForeignKey(
        "practice.Practice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    patient = TenantFK(Patient, on_delete=models.CASCADE, related_name="search_keys")
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "kind", "value", "patient"], name="search_key_find")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.pk}"


class NameHint(models.Model):
    """Leads from how a word sounds, or from a slip in it, to a word that some patient's name has.

    One row for a word, however many bear it: a practice knows far fewer names than patients.
    """

    class Kind(models.TextChoices):
        SOUND = "sound", "How the word sounds"
        SLIP = "slip", "The word, or the word without one letter"

    practice = models.ForeignKey(
        "practice.Practice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(max_length=80)
    word = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "value", "word"], name="name_hint_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class OutsideKey(Record):
    """What another system calls something of ours, so that bringing it in twice makes it once."""

    system = models.CharField(max_length=200)  # a URI, or "csv" for the office's older system
    value = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)  # "people.Patient"
    record_id = models.UUIDField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "system", "value"], name="outside_key_is_unique"
            )
        ]
        indexes = [models.Index(fields=["practice", "record_id"], name="outside_key_of_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Contact(Record):
    """Somebody to call: in an emergency, or about the patient."""

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=100)
    relationship = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20)
    is_emergency = models.BooleanField(default=True)
    may_discuss = models.BooleanField(default=False)  # may be told about the patient's care
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class ChannelConsent(Record):
    """What the patient said about being reached one way. The newest answer counts."""

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="channel_consents")
    channel = models.CharField(max_length=5, choices=Channel)
    is_given = models.BooleanField()
    said_at = models.DateTimeField()
    how = models.CharField(max_length=60)  # "on the phone", "signed form"

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "patient", "channel", "said_at"], name="consent_last")
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {'yes' if self.is_given else 'no'}"


class Duplicate(Record):
    """Two charts that may be one person, and what was decided."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "To decide"
        MERGED = "merged", "Merged"
        DIFFERENT = "different", "Two people"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PROPOSED: {Status.MERGED, Status.DIFFERENT},
            Status.MERGED: {Status.PROPOSED},
            Status.DIFFERENT: {Status.PROPOSED},
        },
    )

    kept = TenantFK(Patient, on_delete=models.PROTECT, related_name="+")
    other = TenantFK(Patient, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()  # 0 to 100
    reasons = models.JSONField(default=list)  # in plain words
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    decided_because = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kept", "other"], name="duplicate_pair_once"
            )
        ]

    def __str__(self) -> str:
        return f"Duplicate {self.pk}: {self.score}"


class Import(Record):
    """A file brought in: what it said, what became of each row. Once per content."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "To map"
        CHECKED = "checked", "Tried, nothing saved"
        WAITING = "waiting", "Being brought in"
        DONE = "done", "Brought in"
        FAILED = "failed", "Refused"

    lifecycle = Lifecycle(
        Status,
        {
            Status.UPLOADED: {Status.CHECKED, Status.WAITING, Status.FAILED},
            Status.CHECKED: {Status.CHECKED, Status.WAITING, Status.FAILED},
            Status.WAITING: {Status.DONE, Status.FAILED},
            Status.FAILED: {Status.CHECKED, Status.WAITING},
        },
    )

    kind = models.CharField(max_length=20)  # patients, fhir, practice
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to="imports", blank=True)
    mapping = models.JSONField(default=dict)  # {column: field}
    status = models.CharField(max_length=8, choices=Status, default=Status.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # were here already
    rejected = models.JSONField(default=list)  # [{"row", "column", "why"}], without values
    refused_because = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "sha256"],
                condition=Q(status="done"),
                name="import_done_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.accepted} of {self.rows}"
