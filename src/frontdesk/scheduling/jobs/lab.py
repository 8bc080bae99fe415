"""Replays of the template lab."""

import logging
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Replay
from frontdesk.scheduling.queries import lab, replay
from frontdesk.scheduling.rules.lab import Stint
from frontdesk.staff.queries import the_clock

STEP = 10  # percent, between two signs of life
logger = logging.getLogger(__name__)


@task()
def play(practice_id: str, replay_id: str) -> None:
    """Play a replay against the draft and against today's week; run twice, it counts once."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = Replay.objects.select_related("draft__site", "draft__provider").get(pk=replay_id)
        is_over = found.status in (Replay.Status.DONE, Replay.Status.FAILED)
    if is_over:
        return
    try:
        outcome = _played(found, clock)
    except (Refused, ValueError, KeyError, ArithmeticError) as trouble:
        logger.exception("A replay could not be played.")
        said = (
            str(trouble)
            if isinstance(trouble, Refused)
            else "It could not be worked out. Ask again."
        )
        operations.fail_replay(found, said, at=now(), by=clock)
        return
    operations.finish_replay(found, outcome, at=now(), by=clock)


def _played(found: Replay, clock: Actor) -> dict[str, object]:
    told = [0]

    def tell(share: float, begins: int) -> None:
        percent = begins + int(share * 45)
        if percent >= told[0] + STEP:
            told[0] = percent
            operations.note_progress(found, percent, by=clock)

    operations.note_progress(found, 1, by=clock)
    draft = found.draft
    with practice_scope(clock.practice_id):
        world = lab.world_of(found)
        present = lab.present_week(draft.site, found.until_on, draft.provider)
        before = replay.play(world, present, {}, lambda share: tell(share, 5))
        stints = [Stint.of(one) for one in found.sessions]
        after = replay.play(world, stints, found.mix, lambda share: tell(share, 50))
    return {"today": before, "draft": after}
