"""What payers refuse again and again, and what a rule against it would have caught."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from frontdesk.billing.models import Claim, ClaimLine
from frontdesk.billing.queries.denials import said_by_payers
from frontdesk.billing.rules import denials as rules
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import reason_in_words

SEEN_WITHIN = timedelta(days=180)
TRIED_ON = timedelta(days=365)
MOST = 25
MOST_LINES = 20_000  # of the last year, among which diagnoses are compared
TWICE, ONE_IN = 2, 4  # a diagnosis stands out that was refused so often, of so many
TOO_BROAD = 20  # claims stopped for each refusal: it would cost more than it saves
MOST_DIAGNOSES = 5
_DECIDED = (Claim.Status.PAID, Claim.Status.DENIED, Claim.Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One payer refusing one code for one reason, and a rule against it tried on history.

    Where a diagnosis stands out among what is refused, the rule is about it alone.
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
    diagnoses: tuple[str, ...] = ()

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
        what = f"{self.code} with {' or '.join(self.diagnoses)}" if self.diagnoses else self.code
        return f"Look at {what} for {self.payer} before it goes: {self.words.lower()}."

    @property
    def is_sharp(self) -> bool:
        """Whether at least half of what it catches was refused: worth to hold, not only to tell."""
        return self.caught > 0 and self.refused * 2 >= self.caught

    @property
    def is_too_broad(self) -> bool:
        """Whether it would stop so many claims for each refusal that nobody would look any more."""
        return self.caught > TOO_BROAD * max(self.refused, 1)


def patterns(today: date) -> list[Pattern]:
    """Return what was refused often enough for a rule, the most dollars first.

    The number of questions does not grow with the patterns.
    """
    every = said_by_payers().filter(denied_on__gt=today - SEEN_WITHIN, follows=None)
    recent = every.order_by()
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
    return _narrowed([_pattern(row, claims, refused) for row in found], today)


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


def _narrowed(found: list[Pattern], today: date) -> list[Pattern]:
    """Look for diagnoses that stand out where the code alone says little, in two questions."""
    broad = [one for one in found if not one.asks_number and not one.is_sharp]
    if not broad:
        return found
    payers, since = {one.payer_id for one in broad}, today - TRIED_ON
    lines = ClaimLine.objects.filter(
        charge__code__in={one.code for one in broad}, claim__status__in=_DECIDED,
        claim__payer__in=payers, claim__on__gt=since,
    ).order_by("-pk")  # fmt: skip
    billed: dict[tuple[UUID, str], dict[UUID, frozenset[str]]] = defaultdict(dict)
    told = lines.values_list("claim__payer_id", "charge__code", "claim_id", "claim__diagnoses")
    for payer, code, claim, diagnoses in told[:MOST_LINES]:
        billed[payer, code][claim] = frozenset(diagnoses)
    refused: dict[tuple[UUID, str, str, str], set[UUID]] = defaultdict(set)
    known = said_by_payers().filter(payer__in=payers, on__gt=since)
    said = known.values_list("payer_id", "code", "group", "reason", "claim_id")
    for payer, code, group, reason, claim in said:
        refused[payer, code, group, reason].add(claim)
    return [
        _narrow(
            one,
            billed[one.payer_id, one.code],
            refused[one.payer_id, one.code, one.group, one.reason],
        )
        if one in broad
        else one
        for one in found
    ]


def _narrow(
    pattern: Pattern, billed: Mapping[UUID, frozenset[str]], refused: Collection[UUID]
) -> Pattern:
    """Return the pattern for the diagnoses that are refused; as it is where none stands out."""
    every = Counter(code for codes in billed.values() for code in codes)
    bad = Counter(code for claim in refused for code in billed.get(claim, ()))
    out = [code for code, n in bad.most_common() if n >= TWICE and n * ONE_IN >= every[code]]
    if not out:
        return pattern
    diagnoses = tuple(sorted(out[:MOST_DIAGNOSES]))
    caught = {claim for claim, codes in billed.items() if not codes.isdisjoint(diagnoses)}
    return replace(
        pattern, diagnoses=diagnoses, caught=len(caught), refused=len(caught.intersection(refused))
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
    known = said_by_payers().filter(
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
