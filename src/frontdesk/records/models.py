"""Documents and consents, kept whole."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient


class Document(Record):
    """A file in a patient's chart, addressed by its content."""

    class Kind(models.TextChoices):
        CARD_FRONT = "card_front", "Insurance card, front"
        CARD_BACK = "card_back", "Insurance card, back"
        PHOTO_ID = "photo_id", "Photo ID"
        CONSENT = "consent", "Signed form"
        RECEIPT = "receipt", "Receipt"
        SUPERBILL = "superbill", "Superbill"
        STATEMENT = "statement", "Statement"
        OTHER = "other", "Other"

    class Status(models.TextChoices):
        FILED = "filed", "Filed"
        VOIDED = "voided", "Filed by mistake"

    lifecycle = Lifecycle(Status, {Status.FILED: {Status.VOIDED}, Status.VOIDED: {Status.FILED}})

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)  # names the file in storage
    captured_at = models.DateTimeField()
    captured_by = models.CharField(max_length=100)
    status = models.CharField(max_length=6, choices=Status, default=Status.FILED)
    voided_because = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)  # "coverage.Policy"
    subject_id = models.UUIDField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "patient", "captured_at"], name="document_chart"),
            models.Index(fields=["practice", "subject_id"], name="document_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ConsentForm(Record):
    """A text that patients are asked to sign, in one version and language."""

    key = models.CharField(max_length=40)  # treatment, privacy, financial
    edition = models.PositiveSmallIntegerField(default=1)  # shown as its version
    language = models.CharField(max_length=10, default="en")
    title = models.CharField(max_length=120)
    body = models.TextField()
    is_required = models.BooleanField(default=True)
    is_refusable = models.BooleanField(default=True)
    valid_months = models.PositiveSmallIntegerField(default=12)  # then it is asked again
    blanks = models.JSONField(default=list, blank=True)  # what is to fill in: rules/blanks.py
    needs_signature = models.BooleanField(default=True)
    is_current = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key", "edition", "language"], name="consent_form_version_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "key", "language"],
                condition=Q(is_current=True),
                name="consent_form_one_current_per_language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.edition})"


class Consent(Record):
    """What a patient answered to one version of a form."""

    class Answer(models.TextChoices):
        SIGNED = "signed", "Signed"
        REFUSED = "refused", "Refused"

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="consents")
    form = TenantFK(ConsentForm, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=7, choices=Answer)
    signed_name = models.CharField(max_length=100, blank=True)
    signed_as = models.CharField(max_length=40, blank=True)  # self, parent, guardian
    signature = TenantFK(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    because = models.CharField(max_length=200, blank=True)  # why refused
    taken_by = models.CharField(max_length=100)
    filled = models.JSONField(default=dict, blank=True)  # the form's blanks as they were filled in
    relation = models.CharField(max_length=40, blank=True)  # of whoever signs for the patient
    paper = TenantFK(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the form as it was shown, with what was filled in and signed
    device = models.CharField(max_length=20, blank=True)  # desk, tablet, phone
    address = models.CharField(max_length=45, blank=True)  # of the network it was signed from

    class Meta(Record.Meta):
        indexes = [
            models.Index(
                fields=["practice", "patient", "form", "answered_at"], name="consent_last_answer"
            )
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}: {self.answer}"


class FormRule(Record):
    """To whom a form is given: by visit type, age, payer and state. What is empty limits nothing.

    A form without a rule is given to everybody.
    """

    key = models.CharField(max_length=40)  # of the form, whatever its version and language
    visit_types = models.JSONField(default=list, blank=True)  # codes of visit types
    payers = models.JSONField(default=list, blank=True)  # payer ids; "self-pay" for no plan
    states = models.JSONField(default=list, blank=True)  # where the site is: "OH"
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)  # years, on the day
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)  # that age too
    minor_may_sign = models.BooleanField(default=False)  # where the law lets minors decide

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="form_rule_once"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=models.F("age_from")),
                name="form_rule_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Who gets {self.key}"

    @property
    def is_limited(self) -> bool:
        """Whether not everybody gets the form."""
        ages = self.age_from is not None or self.age_to is not None
        return ages or bool(self.visit_types or self.payers or self.states)

    @property
    def words(self) -> str:
        """Who gets it, in a few words."""
        low, high = self.age_from, self.age_to
        ages = "" if low is None and high is None else f"age {low or 0}–{high or '…'}"
        lists = (self.visit_types, self.payers, self.states)
        return "; ".join(filter(None, (ages, *(", ".join(one) for one in lists))))


class Reading(Record):
    """What a machine read from a picture of an insurance card or a driver licence."""

    class Kind(models.TextChoices):
        CARD = "card", "Insurance card"
        LICENCE = "licence", "Driver licence"

    class Status(models.TextChoices):
        QUEUED = "queued", "Being read"
        READ = "read", "Read"
        UNREADABLE = "unreadable", "Could not be read"
        BY_HAND = "by_hand", "To type by hand"

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="reading")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField(max_length=7, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    said = models.JSONField(default=dict, blank=True)  # {field: {"value", "sure": 0 to 100}}
    because = models.CharField(max_length=200, blank=True)  # why it could not be read
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "patient", "asked_at"], name="reading_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.status}"
