"""The template lab: drafts of a week, their replays, and putting one live."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, today
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Pace, Replay, Session, TemplateDraft, VisitType
from frontdesk.scheduling.operations.blocks import save_block
from frontdesk.scheduling.operations.setup import Limits, add_session
from frontdesk.scheduling.queries import lab as queries
from frontdesk.scheduling.rules import lab as rules
from frontdesk.scheduling.rules.lab import Stint
from frontdesk.staff.models import Provider

WEEKS = 12
LOST_AFTER = timedelta(minutes=30)
Status = TemplateDraft.Status


@operation("scheduling.templates")
def copy_template(
    name: str, site: Site, provider: Provider | None, *, at: datetime, by: Actor
) -> TemplateDraft:
    """Begin a draft with the usual week as it is now, of one provider or of all at a site."""
    stints = queries.present_week(site, local(site, at).date(), provider)
    if not stints:
        raise Refused(f"{provider or 'Nobody'} has no sessions at {site} to begin with.")
    return TemplateDraft.objects.create(
        name=name.strip() or f"Week of {provider or site}"[:60], site=site, provider=provider,
        sessions=[one.plain() for one in stints], made_at=at, made_by=by.name,
    )  # fmt: skip


@operation("scheduling.templates")
def save_stint(draft: TemplateDraft, number: int | None, stint: Stint, *, by: Actor) -> None:
    """Change a session of a draft, or add one (`number` None). Its place in the week may change."""
    draft = _open(draft)
    stints = [Stint.of(one) for one in draft.sessions]
    if draft.provider_id is not None and stint.provider != str(draft.provider_id):
        raise Refused("This draft is of one provider's week.")
    if number is None:
        stints.append(stint)
    elif number < len(stints):
        stints[number] = stint
    else:
        raise Refused("Somebody changed this draft in the meantime. Look again.")
    _keep(draft, stints)


@operation("scheduling.templates")
def drop_stint(draft: TemplateDraft, number: int, *, by: Actor) -> None:
    """Take a session out of a draft."""
    draft = _open(draft)
    stints = [Stint.of(one) for one in draft.sessions]
    if number >= len(stints):
        raise Refused("This session is not in the draft any more.")
    del stints[number]
    _keep(draft, stints)


@operation("scheduling.templates")
def set_mix(draft: TemplateDraft, mix: dict[str, int], *, by: Actor) -> None:
    """Say how much of the past demand there would be, in percent by type of visit."""
    draft = _open(draft)
    draft.mix = {key: percent for key, percent in mix.items() if percent != 100}
    draft.save()


@operation("scheduling.templates")
def drop_draft(draft: TemplateDraft, *, by: Actor) -> None:
    """Throw a draft away. What was live stays as it is."""
    draft = _open(draft)
    draft.status = draft.lifecycle.move(draft.status, Status.DROPPED)
    draft.save()


@operation("scheduling.templates")
def ask_replay(draft: TemplateDraft, *, at: datetime, by: Actor) -> Replay:
    """Ask for the last twelve weeks to be played against a draft; one at a time of a draft.

    One that has not come back for long was lost with its worker: it is given up, and asked anew.
    """
    draft = TemplateDraft.objects.lock(draft.pk)
    if not draft.sessions:
        raise Refused("The draft has no sessions. Add one first.")
    waiting = draft.replays.filter(status__in=(Replay.Status.WAITING, Replay.Status.RUNNING))
    for under_way in Replay.objects.lock_many({one.pk for one in waiting}):
        if at - under_way.asked_at < LOST_AFTER:
            return under_way
        fail_replay(under_way, "It did not come back. It was asked for again.", at=at, by=by)
    return Replay.objects.create(
        draft=draft, weeks=WEEKS, until_on=local(draft.site, at).date(),
        sessions=draft.sessions, mix=draft.mix, asked_at=at, asked_by=by.name,
    )  # fmt: skip


@operation("scheduling.templates")
def note_progress(replay: Replay, percent: int, *, by: Actor) -> None:
    """Say how far a replay is. One that is over stays so."""
    replay = Replay.objects.lock(replay.pk)
    if replay.status in (Replay.Status.WAITING, Replay.Status.RUNNING):
        replay.status = replay.lifecycle.move(replay.status, Replay.Status.RUNNING)
        replay.percent = min(percent, 99)
        replay.save()


@operation("scheduling.templates")
def finish_replay(replay: Replay, outcome: dict[str, Any], *, at: datetime, by: Actor) -> None:
    """Keep what came of a replay; a second run of the same job changes nothing."""
    replay = Replay.objects.lock(replay.pk)
    if replay.status == Replay.Status.DONE:
        return
    replay.status = replay.lifecycle.move(replay.status, Replay.Status.DONE)
    replay.outcome, replay.percent, replay.finished_at = outcome, 100, at
    replay.save()


@operation("scheduling.templates")
def fail_replay(replay: Replay, trouble: str, *, at: datetime, by: Actor) -> None:
    """Say why a replay could not be played."""
    replay = Replay.objects.lock(replay.pk)
    replay.status = replay.lifecycle.move(replay.status, Replay.Status.FAILED)
    replay.trouble, replay.finished_at = trouble[:200], at
    replay.save()


@operation("scheduling.templates")
def put_live(draft: TemplateDraft, on: date, *, by: Actor) -> TemplateDraft:
    """Let a draft be the usual week from a day on. What is booked stays booked.

    Sessions of the same people at the site end there, and those of the draft begin; until the
    day it can be taken back.
    """
    draft = _open(draft)
    if on <= today(draft.site):
        raise Refused("A new week begins tomorrow at the earliest, so that it can be taken back.")
    stints = [Stint.of(one) for one in draft.sessions]
    rules.check(stints)
    if not stints:
        raise Refused("The draft has no sessions. End the present ones on the list of sessions.")
    old = queries.sessions_from(draft.site, on, draft.provider)
    draft.ended = [_end(one, on) for one in Session.objects.lock_many({one.pk for one in old})]
    draft.began = [str(_begin(draft.site, stint, on, by).pk) for stint in stints]
    draft.live_from = on
    draft.status = draft.lifecycle.move(draft.status, Status.PLANNED)
    draft.save()
    return draft


@operation("scheduling.templates")
def take_back(draft: TemplateDraft, *, by: Actor) -> TemplateDraft:
    """Undo putting a draft live, before its day: the sessions there were hold on."""
    draft = TemplateDraft.objects.lock(draft.pk)
    if draft.status != Status.PLANNED or draft.live_from is None:
        raise Refused("This draft does not go live.")
    if draft.live_from <= today(draft.site):
        raise Refused("It is live already. Change the sessions themselves.")
    for session in Session.objects.lock_many({UUID(key) for key in draft.began}):
        session.until_on = session.from_on  # it has never held
        session.save()
    ends = {UUID(one["session"]): one["until_on"] for one in draft.ended}
    for session in Session.objects.lock_many(set(ends)):
        until = ends[session.pk]
        session.until_on = date.fromisoformat(until) if until else None
        session.save()
    draft.status = draft.lifecycle.move(draft.status, Status.DRAFT)
    draft.live_from, draft.ended, draft.began = None, [], []
    draft.save()
    return draft


@operation("scheduling.figures")
def learn_pace(site: Site, stages: dict[str, list[float]], *, at: datetime, by: Actor) -> Pace:
    """Keep how long the stages of a visit take at a site, told by the room of visits."""
    kept = Pace.objects.filter(site=site).first() or Pace(site=site)
    kept.learned_at, kept.stages = at, stages
    kept.save()
    return kept


def _open(draft: TemplateDraft) -> TemplateDraft:
    """Return the draft, held; refuse one that goes live or was thrown away."""
    draft = TemplateDraft.objects.lock(draft.pk)
    if draft.status == Status.PLANNED:
        raise Refused(f"This draft goes live on {draft.live_from:%b %-d}. Take it back first.")
    if draft.status == Status.DROPPED:
        raise Refused("This draft was thrown away.")
    return draft


def _keep(draft: TemplateDraft, stints: Sequence[Stint]) -> None:
    rules.check(stints)
    draft.sessions = [one.plain() for one in rules.in_order(stints)]
    draft.save()


def _end(session: Session, on: date) -> dict[str, str | None]:
    was = session.until_on
    session.until_on = max(on, session.from_on)
    session.save()
    return {"session": str(session.pk), "until_on": was.isoformat() if was else None}


def _begin(site: Site, stint: Stint, on: date, by: Actor) -> Session:
    provider = Provider.objects.filter(pk=UUID(stint.provider), is_active=True).first()
    if provider is None:
        raise Refused("Somebody in the draft does not see patients any more. Take them out.")
    kinds = VisitType.objects.filter(pk__in=[UUID(key) for key in stint.visit_type_ids])
    begins = on + timedelta(days=(stint.weekday - on.weekday()) % 7)
    session = add_session(
        provider, site, weekday=stint.weekday, starts=stint.opens, ends=stint.closes,
        from_on=begins, visit_types=list(kinds),
        limits=Limits(stint.most_visits, stint.most_of_type), by=by,
    )  # fmt: skip
    for part in stint.blocks:
        values = {
            "name": part.name, "starts": time.fromisoformat(part.starts),
            "ends": time.fromisoformat(part.ends),
            "visit_type_ids": part.visit_type_ids, "release_hours": part.release_hours,
            "opens_to_ids": part.opens_to_ids,
        }  # fmt: skip
        save_block(None, session, values, by=by)
    return session
