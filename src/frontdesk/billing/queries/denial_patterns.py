"""What payers refuse again and again, and what a rule against it would have caught."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from frontdesk.billing.models import Claim, ClaimLine, Denial
from frontdesk.billing.rules import denials as rules
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import reason_in_words

SEEN_WITHIN = timedelta(days=180)
TRIED_ON = timedelta(days=365)
MOST = 25
_DECIDED = (Claim.Status.PAID, Claim.Status.DENIED, Claim.Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One payer refusing one code for one reason, and a rule against it tried on history.

    `caught` claims of the last year would have been held; `refused` of them were refused for
    this reason; the others went through: false alarms.
    """

    payer_id: UUID
    payer: str
    code: str
    group: str
    reason: str
    seen: int
    amount: Decimal
    caught: int
    refused: int
    asks_number: bool

    @property
    def carc(self) -> str:
        """As people write it: CO-197."""
        return f"{self.group}-{self.reason}"

    @property
    def words(self) -> str:
        """What the payer says."""
        return reason_in_words(self.reason)

    @property
    def cause(self) -> rules.Cause:
        """The root cause, with its duty."""
        return rules.cause(rules.cause_of(self.reason))

    @property
    def false_alarms(self) -> int:
        """Claims that would have been held and went through all the same."""
        return max(self.caught - self.refused, 0)

    @property
    def says(self) -> str:
        """The rule in words."""
        if self.asks_number:
            return f"Hold {self.code} for {self.payer} while it has no authorization number."
        return f"Look at {self.code} for {self.payer} before it goes: {self.words.lower()}."

    @property
    def is_sharp(self) -> bool:
        """Whether at least half of what it catches was refused: worth to hold, not only to tell."""
        return self.caught > 0 and self.refused * 2 >= self.caught


def patterns(today: date) -> list[Pattern]:
    """Return what was refused often enough for a rule, the most dollars first.

    The number of questions does not grow with the patterns.
    """
    recent = Denial.objects.filter(denied_on__gt=today - SEEN_WITHIN, follows=None).order_by()
    rows = (
        recent.values("payer_id", "payer__name", "code", "group", "reason")
        .annotate(seen=Count("claim", distinct=True), amount=Sum("amount"))
        .filter(seen__gte=rules.SEEN_OFTEN)
        .order_by("-amount")[:MOST]
    )
    found = [dict(row) for row in rows]
    if not found:
        return []
    claims = _claims(found, today)
    refused = _refused(found, today)
    return [_pattern(row, claims, refused) for row in found]


def pattern_of(today: date, payer_id: UUID, code: str, carc: str) -> Pattern | None:
    """Return one of the patterns, if it is still one."""
    wanted = payer_id, code, carc
    found = (one for one in patterns(today) if (one.payer_id, one.code, one.carc) == wanted)
    return next(found, None)


def _pattern(
    row: dict[str, Any],
    claims: dict[tuple[UUID, str], tuple[int, int]],
    refused: dict[tuple[UUID, str, str, str], tuple[int, int]],
) -> Pattern:
    key = row["payer_id"], row["code"]
    asks = rules.cause_of(row["reason"]) == "authorization"
    place = 1 if asks else 0
    return Pattern(
        payer_id=row["payer_id"],
        payer=row["payer__name"],
        code=row["code"],
        group=row["group"],
        reason=row["reason"],
        seen=row["seen"],
        amount=row["amount"] or ZERO,
        caught=claims.get(key, (0, 0))[place],
        refused=refused.get((*key, row["group"], row["reason"]), (0, 0))[place],
        asks_number=asks,
    )


def _claims(found: list[dict[str, Any]], today: date) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Decided claims of the last year by payer and code: all, and those without authorization."""
    lines = ClaimLine.objects.filter(
        claim__payer__in={row["payer_id"] for row in found},
        charge__code__in={row["code"] for row in found},
        claim__on__gt=today - TRIED_ON,
        claim__status__in=_DECIDED,
    )
    rows = (
        lines.order_by()
        .values("claim__payer_id", "charge__code")
        .annotate(
            every=Count("claim", distinct=True),
            bare=Count("claim", distinct=True, filter=Q(claim__authorization_number="")),
        )
        .values_list("claim__payer_id", "charge__code", "every", "bare")
    )
    return {(payer, code): (every, bare) for payer, code, every, bare in rows}


def _refused(
    found: list[dict[str, Any]], today: date
) -> dict[tuple[UUID, str, str, str], tuple[int, int]]:
    known = Denial.objects.filter(
        payer__in={row["payer_id"] for row in found},
        code__in={row["code"] for row in found},
        claim__on__gt=today - TRIED_ON,
        claim__status__in=_DECIDED,
    )
    rows = (
        known.order_by()
        .values("payer_id", "code", "group", "reason")
        .annotate(
            every=Count("claim", distinct=True),
            bare=Count("claim", distinct=True, filter=Q(claim__authorization_number="")),
        )
        .values_list("payer_id", "code", "group", "reason", "every", "bare")
    )
    return {
        (payer, code, group, reason): (every, bare)
        for payer, code, group, reason, every, bare in rows
    }
