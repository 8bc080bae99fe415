"""What machines read from pictures of cards and licences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.records.models import Document, Reading
from frontdesk.records.signals import picture_read, reading_asked

Status = Reading.Status


@operation("records.capture")
def ask_reading(document: Document, *, kind: str, at: datetime, by: Actor) -> Reading:
    """Have a picture read by a job. The same picture is read once."""
    known = Reading.objects.filter(document=document).first()
    if known is not None:
        return known
    reading = Reading.objects.create(
        document=document, patient_id=document.patient_id, kind=kind, asked_at=at
    )
    reading_asked.send(Reading, reading=reading)
    return reading


@operation("records.capture")
def note_read(
    reading: Reading, *, said: Mapping[str, Mapping[str, Any]], at: datetime, by: Actor
) -> Reading:
    """Keep what was read: {field: {"value", "sure"}}. Nothing at all is a picture to take again."""
    reading = Reading.objects.lock(reading.pk)
    if reading.status != Status.QUEUED:
        return reading
    reading.said, reading.read_at = dict(said), at
    reading.status = Status.READ if said else Status.UNREADABLE
    reading.because = "" if said else "Nothing on the picture could be read."
    reading.save()
    picture_read.send(Reading, reading=reading, by=by)
    return reading


@operation("records.capture")
def note_by_hand(reading: Reading, *, because: str, at: datetime, by: Actor) -> Reading:
    """Keep that no machine reads here: the picture is filed, and somebody types what it says."""
    reading = Reading.objects.lock(reading.pk)
    if reading.status == Status.QUEUED:
        reading.status, reading.because, reading.read_at = Status.BY_HAND, because[:200], at
        reading.save()
    return reading
