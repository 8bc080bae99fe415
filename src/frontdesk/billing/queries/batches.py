"""Questions about batches: which claims are ready, and what became of each in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from frontdesk.billing.models import Claim, Exchange
from frontdesk.billing.queries.rows import Row, rows_of
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Payer
from frontdesk.practice.models import Site

MOST_SHOWN = 500
_CAME_BACK = (Claim.Status.REJECTED, Claim.Status.HELD, Claim.Status.READY)
_REJECTED = Q(status=Claim.Status.REJECTED)
_ON_ITS_WAY = (Claim.Status.SENT, Claim.Status.RECEIVED)
_DECIDED = (Claim.Status.PAID, Claim.Status.DENIED, Claim.Status.CLOSED)


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A file of claims with the state of each."""

    file: Exchange
    rows: list[Row]
    count: int
    amount: Decimal
    answers: list[Exchange]
    rejected: int  # claims that wait to be sent again since the file was turned away

    @property
    def is_whole(self) -> bool:
        """Whether every claim of the file is shown."""
        return len(self.rows) == self.count

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many claims are in which state, in the order in which they first show."""
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.state] = found.get(row.state, 0) + 1
        return list(found.items())


def ready_claims(
    payer: Payer | None = None, site: Site | None = None, until: date | None = None
) -> QuerySet[Claim]:
    """Return the claims that are ready: of a payer, of a site, of visits until a day."""
    wanted = {"payer": payer, "visit__site": site, "on__lte": until}
    given = {name: value for name, value in wanted.items() if value is not None}
    return Claim.objects.filter(status=Claim.Status.READY, **given).order_by("pk")


def ready_sum(claims: QuerySet[Claim]) -> tuple[int, Decimal]:
    """Return how many claims and how many dollars would go."""
    told = claims.order_by().aggregate(n=Count("pk"), sum=Sum("total"))
    return told["n"], told["sum"] or ZERO


def batches() -> QuerySet[Exchange]:
    """Return the files of claims without their content, the newest first, with their outcome."""
    status = "transmissions__claim__status__in"
    return (
        Exchange.objects.filter(direction=Exchange.Direction.OUT)
        .defer("content")
        .annotate(
            inside=Count("transmissions"),
            came_back=Count("transmissions", filter=Q(**{status: _CAME_BACK})),
            waiting=Count("transmissions", filter=Q(**{status: _ON_ITS_WAY})),
            decided=Count("transmissions", filter=Q(**{status: _DECIDED})),
        )
        .order_by("-at", "-pk")
    )


def batch_page(file: Exchange, *, today: date, at: datetime) -> BatchPage:
    """Return a file of claims with the state of each, the newest answers first."""
    inside = Claim.objects.filter(transmissions__exchange=file)
    told = inside.aggregate(n=Count("pk"), sum=Sum("total"), rejected=Count("pk", filter=_REJECTED))
    with_all = inside.select_related("patient", "payer", "visit", "owner")
    shown: Sequence[Claim] = list(with_all.order_by("-total", "pk")[:MOST_SHOWN])
    answers = Exchange.objects.filter(answers=file).defer("content").order_by("-at", "-pk")
    rows = rows_of(shown, today, at)
    rejected = told["rejected"] if file.status == Exchange.Status.REJECTED else 0
    return BatchPage(file, rows, told["n"], told["sum"] or ZERO, list(answers), rejected)


def batch(pk: UUID) -> QuerySet[Exchange]:
    """Return one file of claims."""
    return batches().filter(pk=pk)
