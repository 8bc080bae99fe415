"""What people in the office call to each other: lights over a door, help, a few words."""

from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Room, Site
from frontdesk.visits.models import Call, MessageSeen, RoomMessage, Visit
from frontdesk.visits.queries.flow import who_is_in

Kind, Status = Call.Kind, Call.Status


@operation("visits.call")
def call(
    kind: str,
    *,
    site: Site,
    at: datetime,
    by: Actor,
    room: Room | None = None,
    visit: Visit | None = None,
    where: str = "",
) -> Call:
    """Light a call over a room, or call everybody for help. A light that is on is not lit twice."""
    kind = Kind(kind)
    if room is None and kind != Kind.HELP:
        raise Refused(_("Choose the room that calls."))
    if room is not None:
        room = Room.objects.lock(room.pk)
        if room.site_id != site.pk:
            raise Refused(_("%(room)s is not a room of this site.") % {"room": room.name})
        visit = visit or who_is_in(room, local(site, at).date()).first()
    Site.objects.lock(site.pk)
    open_calls = Call.objects.filter(site=site, kind=kind, status=Status.OPEN, room=room)
    if room is None:
        open_calls = open_calls.filter(by_user=by.user_id, by_name=by.name)
    return open_calls.first() or Call.objects.create(
        kind=kind,
        site=site,
        room=room,
        visit=visit,
        where=where[:60],
        at=at,
        by_name=by.name,
        by_user=by.user_id,
    )


@operation("visits.call")
def answer_call(held: Call, *, at: datetime, by: Actor) -> Call:
    """Say that one goes there. Two who answer at once: the first one goes, the second is told."""
    held = Call.objects.lock(held.pk)
    if held.status == Status.ANSWERED:
        if held.answered_by == by.name:
            return held
        raise Refused(_("%(name)s answered already.") % {"name": held.answered_by})
    held.status = held.lifecycle.move(held.status, Status.ANSWERED)
    held.answered_at, held.answered_by = at, by.name
    held.save()
    return held


@operation("visits.call")
def cancel_call(held: Call, *, at: datetime, by: Actor) -> Call:
    """Take a call back; one that was answered stays answered."""
    held = Call.objects.lock(held.pk)
    if held.status == Status.OPEN:
        held.status = held.lifecycle.move(held.status, Status.CANCELLED)
        held.answered_at, held.answered_by = at, by.name
        held.save()
    return held


@operation("visits.call")
def call_again(held: Call, *, at: datetime, by: Actor) -> Call:
    """Take an answer back: the call is open as it was."""
    held = Call.objects.lock(held.pk)
    if held.status == Status.OPEN:
        return held
    lit = Call.objects.filter(room=held.room, kind=held.kind, status=Status.OPEN, site=held.site)
    if held.room_id and lit.exists():
        raise Refused(_("It is called again already."))
    held.status = held.lifecycle.move(held.status, Status.OPEN)
    held.answered_at, held.answered_by = None, ""
    held.save()
    return held


@operation("visits.call")
def write_to_room(
    text: str,
    *,
    site: Site,
    at: datetime,
    by: Actor,
    visit: Visit | None = None,
    room: Room | None = None,
) -> RoomMessage:
    """Leave a few words for the people around a visit or a room."""
    text = text.strip()
    if not text:
        raise Refused(_("Write something first."))
    if len(text) > 200:
        raise Refused(_("A message to a room has at most 200 letters."))
    if visit is None and room is None:
        raise Refused(_("Choose the visit or the room."))
    return RoomMessage.objects.create(
        site=site,
        visit=visit,
        room=room,
        text=text,
        at=at,
        by_name=by.name,
        by_user=by.user_id,
    )


@operation("visits.call")
def see_messages(messages: list[RoomMessage], *, at: datetime, by: Actor) -> int:
    """Note that somebody has read these messages; return how many were new to them."""
    if by.user_id is None:
        return 0
    keys = [message.pk for message in messages if message.by_user != by.user_id]
    held = [message.pk for message in RoomMessage.objects.lock_many(keys)]
    known = set(
        MessageSeen.objects.filter(message__in=held, user_id=by.user_id).values_list(
            "message_id", flat=True
        )
    )
    fresh = [pk for pk in held if pk not in known]
    for pk in fresh:
        MessageSeen.objects.create(message_id=pk, user_id=by.user_id, name=by.name, at=at)
    return len(fresh)
