"""Check claims again, and try rules on those there were."""

from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Replay
from frontdesk.billing.operations.judging import TOGETHER
from frontdesk.billing.operations.replaying import replay_some
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.staff.queries import the_clock


@task()
def replay_rule(practice_id: str, replay_id: str) -> int:
    """Try a rule on the claims there were, some at a time; return how many it would touch."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        replay = Replay.objects.get(pk=replay_id)
        while replay_some(replay, at=now(), by=clock):
            pass
        return Replay.objects.get(pk=replay_id).touched


@task()
def judge_waiting(practice_id: str, payer_id: str = "") -> int:
    """Check the claims that wait here again: what held them may be mended; return the ready."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        keys = queries.waiting_here(UUID(payer_id) if payer_id else None)
    parts = [keys[first : first + TOGETHER] for first in range(0, len(keys), TOGETHER)]
    return sum(operations.judge_claims(part, at=now(), by=clock) for part in parts)


def replay_soon(sender: object, *, replay: Replay, **_: Any) -> None:
    """Queue the trial of a rule beside the trial itself."""
    replay_rule.enqueue(str(replay.practice_id), str(replay.pk))


def judge_soon(sender: object, *, practice_id: UUID, payer: UUID, **_: Any) -> None:
    """Queue the check of a payer's waiting claims beside what changed."""
    judge_waiting.enqueue(str(practice_id), str(payer))
