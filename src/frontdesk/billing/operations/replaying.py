"""Try a rule on the claims there were, before it touches those to come."""

from datetime import datetime, timedelta
from typing import Any

from frontdesk.billing.models import Claim, Replay, ReplayRow
from frontdesk.billing.queries import with_all
from frontdesk.billing.queries.ruled import claims_to_try, facts_to_try, replay_of, turned_away
from frontdesk.billing.signals import replay_asked
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Rule
from frontdesk.practice.operations import note_replay
from frontdesk.practice.queries import office_day
from frontdesk.practice.queries.rules import newest_version, trouble_of
from frontdesk.rulebook import Rule as Ready
from frontdesk.rulebook import matches

CHUNK = 250
MONTHS = 12
TRIED = (Rule.Kind.CLAIM, Rule.Kind.AUTHORIZATION)
DAYS_A_MONTH = 30.44


@operation("practice.rules")
def ask_replay(rule: Rule, *, at: datetime, by: Actor, months: int = MONTHS) -> Replay:
    """Ask that the rule's newest version be tried on the claims of the last months.

    The days on which the rule is in force don't count here. Asked again while it runs, nothing
    new begins.
    """
    if rule.kind not in TRIED:
        raise Refused("Only rules about claims and authorizations are tried on claims.")
    version = newest_version(rule)
    if trouble := trouble_of(version):
        raise Refused(trouble)
    standing = replay_of(version)
    if standing is not None and standing.status != Replay.Status.DONE:
        return standing
    since = office_day(at) - timedelta(days=round(DAYS_A_MONTH * months))
    replay = Replay(version=version, since=since, until=at, asked_at=at)
    replay.total = claims_to_try(replay).count()
    replay.save()
    replay_asked.send(Replay, replay=replay)
    return replay


@operation("practice.rules")
def replay_some(replay: Replay, *, at: datetime, by: Actor) -> bool:
    """Try the next claims; say whether more are left. Killed in between, it goes on from there."""
    replay = Replay.objects.lock(replay.pk)
    if replay.status == Replay.Status.DONE:
        return False
    claims = claims_to_try(replay)
    if replay.last is not None:
        claims = claims.filter(pk__gt=replay.last)
    if replay.version.rule.kind == Rule.Kind.AUTHORIZATION:
        claims = claims.select_related("visit__appointment__visit_type")
    some = list(with_all(claims)[:CHUNK])
    _look(replay, some)
    replay.status = replay.lifecycle.move(replay.status, Replay.Status.RUNNING)
    if len(some) < CHUNK:
        replay.status = replay.lifecycle.move(replay.status, Replay.Status.DONE)
        replay.done_at = at
        note_replay(replay.version.rule, replay.version.number, _summary(replay), by=by)
    replay.save()
    return replay.status != Replay.Status.DONE


def _look(replay: Replay, claims: list[Claim]) -> None:
    rule, ready = replay.version.rule, replay.version.as_rule
    away = turned_away(claims)
    rows = []
    for claim in claims:
        lines = _touched(rule, ready, claim)
        if lines is not None:
            rows.append(_row(replay, claim, lines, is_denied=claim.pk in away))
    ReplayRow.objects.bulk_create(rows)
    replay.seen += len(claims)
    if claims:
        replay.last = claims[-1].pk


def _touched(rule: Rule, ready: Ready, claim: Claim) -> tuple[int, ...] | None:
    day = local(claim.visit.site, claim.built_at).date()
    holds, lines = matches(ready, facts_to_try(rule, claim, day))
    return lines if holds else None


def _row(replay: Replay, claim: Claim, lines: tuple[int, ...], *, is_denied: bool) -> ReplayRow:
    outcome = ReplayRow.Outcome.OPEN
    if is_denied or claim.status in (Claim.Status.DENIED, Claim.Status.REJECTED):
        outcome = ReplayRow.Outcome.DENIED
        replay.denied += 1
        replay.dollars_denied += claim.total
    elif claim.paid > 0:
        outcome = ReplayRow.Outcome.PAID
        replay.paid += 1
    replay.touched += 1
    replay.dollars += claim.total
    return ReplayRow(replay=replay, claim=claim, outcome=outcome, lines=list(lines))


def _summary(replay: Replay) -> dict[str, Any]:
    return {
        "since": replay.since.isoformat(),
        "seen": replay.seen,
        "touched": replay.touched,
        "dollars": str(replay.dollars),
        "denied": replay.denied,
        "dollars_denied": str(replay.dollars_denied),
        "paid": replay.paid,
    }
