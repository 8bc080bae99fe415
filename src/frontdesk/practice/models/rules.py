"""Rules of the office as data: what to look for, what to do, and each version there ever was."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from frontdesk import rulebook
from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK


class Rule(Record):
    """A rule by its name; what it says stands in its versions."""

    class Kind(models.TextChoices):
        CLAIM = "claim", "Claims"
        AUTHORIZATION = "authorization", "Authorizations"
        INTAKE = "intake", "Check-in"
        COMPLIANCE = "compliance", "Compliance"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    lifecycle = Lifecycle(
        Status,
        {
            Status.DRAFT: {Status.DRAFT, Status.ACTIVE, Status.RETIRED},
            Status.PROPOSED: {Status.PROPOSED, Status.ACTIVE, Status.RETIRED},
            Status.ACTIVE: {Status.ACTIVE, Status.RETIRED},
            Status.RETIRED: {Status.RETIRED, Status.ACTIVE},
        },
    )

    number = models.PositiveIntegerField()  # also the order in which rules decide
    key = models.CharField(max_length=40)  # MOD25, R12: how people name it
    kind = models.CharField(max_length=13, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    newest = models.PositiveSmallIntegerField(default=0)  # version
    in_force = models.PositiveSmallIntegerField(null=True, blank=True)  # version
    origin = models.CharField(max_length=20, blank=True)  # office, starter, denials, file
    retired_because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="rule_numbered_once"),
            models.UniqueConstraint(fields=["practice", "key"], name="rule_named_once"),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(in_force__isnull=False),
                name="rule_active_in_a_version",
            ),
            models.CheckConstraint(
                condition=Q(in_force__isnull=True) | Q(in_force__lte=F("newest")),
                name="rule_version_in_force_exists",
            ),
        ]
        indexes = [models.Index(fields=["practice", "kind", "status"], name="rule_asked")]

    def __str__(self) -> str:
        return self.key


class RuleVersion(Record):
    """What a rule says, in one version. Never changed: a change is the next version.

    Scope: the ids limit it to one payer, provider or site of the rooms above; their names are
    kept beside them as they were. Only `replay`, what the rule would have done to the claims
    there were, is added later.
    """

    rule = TenantFK(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)  # what is wrong, as it stands on a held claim
    how_to_fix = models.CharField(max_length=300)
    because = models.CharField(max_length=400, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    payer_id = models.UUIDField(null=True, blank=True)
    payer_name = models.CharField(max_length=100, blank=True)
    provider_id = models.UUIDField(null=True, blank=True)
    provider_name = models.CharField(max_length=100, blank=True)
    site_id = models.UUIDField(null=True, blank=True)
    site_name = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    when = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    examples = models.JSONField(default=list)
    depends = models.CharField(max_length=300, blank=True)  # what must be filled in first
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    replay = models.JSONField(default=dict, blank=True)  # counts and dollars; empty: not done

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "rule", "number"], name="rule_version_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="rule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def as_rule(self) -> rulebook.Rule:
        """The version as the engine takes it; load `rule` with it."""
        return rulebook.Rule(
            id=str(self.rule_id),
            key=self.rule.key,
            number=self.rule.number,
            version=self.number,
            kind=self.rule.kind,
            words=self.words,
            how_to_fix=self.how_to_fix,
            when=self.when,
            actions=self.actions,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            payer=_text(self.payer_id),
            provider=_text(self.provider_id),
            site=_text(self.site_id),
        )

    @property
    def scope_words(self) -> str:
        """Whom it means, in words."""
        names = [self.payer_name, self.provider_name, self.site_name]
        return ", ".join(name for name in names if name) or "Everybody"

    def content(self) -> dict[str, Any]:
        """What the version says, without when and by whom it was made."""
        return {name: getattr(self, name) for name in CONTENT}


CONTENT = (
    "words", "how_to_fix", "because", "citation", "payer_id", "payer_name", "provider_id",
    "provider_name", "site_id", "site_name", "starts_on", "ends_on", "when", "actions",
    "examples", "depends",
)  # fmt: skip


def _text(key: UUID | None) -> str:
    return str(key) if key else ""
