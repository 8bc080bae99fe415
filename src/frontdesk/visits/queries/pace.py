"""How early patients come and how long the provider takes, from the log of visits."""

from datetime import datetime, timedelta

from frontdesk.practice.models import Site
from frontdesk.visits.models import Stage
from frontdesk.visits.queries import log

WITHIN = timedelta(days=180)
MOST = 40_000  # moves, the newest
LEAST = 60  # visits below which a site has told nothing
PLACES = 21  # quantiles kept
LONGEST = 240.0  # minutes; longer was a day on which nobody noted the end


def stages_of(site: Site, at: datetime) -> dict[str, list[float]]:
    """Return minutes at even quantiles: `early` before the promised time, with the `provider`.

    What else a patient goes through is mixed with waiting in the log, so it is not told.
    Moves taken back and times put right are left out.
    """
    moves = log.standing().filter(
        visit__site=site, at__gte=at - WITHIN, at__lt=at, corrects=None,
        stage__in=(Stage.ARRIVED, Stage.WITH_PROVIDER, Stage.CHECK_OUT),
    )  # fmt: skip
    rows = moves.order_by("-at").values_list(
        "visit_id", "stage", "at", "visit__appointment__starts_at"
    )[:MOST]
    begun: dict[object, datetime] = {}
    ended: dict[object, datetime] = {}
    early = []
    for visit, stage, moved_at, starts_at in rows:
        if stage == Stage.ARRIVED:
            early.append((starts_at - moved_at).total_seconds() / 60)
        elif stage == Stage.WITH_PROVIDER:
            begun[visit] = moved_at
        else:
            ended[visit] = moved_at
    seen = [(ended[one] - begun[one]).total_seconds() / 60 for one in begun if one in ended]
    found = {"early": early, "provider": [one for one in seen if 0 < one < LONGEST]}
    return {name: quantiles(values) for name, values in found.items() if len(values) >= LEAST}


def quantiles(values: list[float]) -> list[float]:
    """Return the values at even places of their order, the least and the most included."""
    ranked = sorted(values)
    last = len(ranked) - 1
    return [round(ranked[round(last * place / (PLACES - 1))], 1) for place in range(PLACES)]
