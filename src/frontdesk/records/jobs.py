"""What runs later: reading pictures, and setting what was signed on paper."""

from dataclasses import asdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Practice, Site
from frontdesk.records import exchange, gateways, operations, queries
from frontdesk.records.models import Consent, Reading
from frontdesk.records.rules import PDF, cards
from frontdesk.records.signals import consent_answered, reading_asked
from frontdesk.staff.queries import the_clock


@task()
def read_picture(practice_id: str, reading_id: str) -> str:
    """Read one picture; return how it went. What was read already is left as it is."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        reading = Reading.objects.select_related("document").get(pk=reading_id)
        if reading.status != Reading.Status.QUEUED:
            return reading.status
        content = queries.content_of(reading.document)
        if reading.document.content_type == PDF:
            content = exchange.first_page(content)
        try:
            said = _read(reading, content)
        except gateways.NoReader as trouble:
            return operations.note_by_hand(reading, because=str(trouble), at=now(), by=clock).status
        return operations.note_read(reading, said=said, at=now(), by=clock).status


@task()
def set_paper(practice_id: str, consent_id: str, zone: str = "") -> str:
    """File what was signed as a PDF, as it was shown. Done once however often it runs.

    `zone` is that of the site where it was signed; where nobody said, it is the patient's.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        consent = Consent.objects.select_related("form", "patient", "signature").get(pk=consent_id)
        if consent.paper_id is not None or consent.answer != Consent.Answer.SIGNED:
            return "nothing to do"
        drawn = queries.content_of(consent.signature) if consent.signature else b""
        practice = Practice.objects.get(pk=practice_id)
        wall = ZoneInfo(zone or _zone_of(consent))
        content = exchange.consent_pdf(practice, consent, drawn, wall)
        operations.keep_paper(consent, content=content, at=now(), by=clock)
    return "filed"


def _read(reading: Reading, content: bytes) -> dict[str, dict[str, Any]]:
    if reading.kind == Reading.Kind.LICENCE:
        return exchange.licence_said(content)
    return {name: asdict(said) for name, said in cards.read(words_on(content)).items()}


def _zone_of(consent: Consent) -> str:
    """Return the time zone of the patient's site, else of the practice's first one."""
    site = consent.patient.site or Site.objects.order_by("pk").first()
    return site.time_zone if site else "UTC"


def words_on(content: bytes) -> list[cards.Word]:
    """Return the words on a picture, of that of its four turns on which most can be read."""
    best: list[cards.Word] = []
    for turn in (0, 90, 270, 180):
        seen = gateways.look_at(exchange.ready_to_read(content, turn))
        words = [cards.Word(*one) for one in seen if one[1] > cards.LEAST_SURE]
        if cards.legible(words) > cards.legible(best):
            best = words
        if turn == 0 and cards.legible(words) > cards.UPRIGHT:
            break
    return best


def ask_to_read(sender: object, *, reading: Reading, **_: Any) -> None:
    """Leave the job behind in the transaction that filed the picture."""
    read_picture.enqueue(str(reading.practice_id), str(reading.pk))


def ask_for_paper(sender: object, *, consent: Consent, zone: str = "", **_: Any) -> None:
    """Leave the job behind in the transaction that kept the answer."""
    set_paper.enqueue(str(consent.practice_id), str(consent.pk), zone)


def listen() -> None:
    """Hear of pictures to read and forms that were answered."""
    reading_asked.connect(ask_to_read, dispatch_uid="records.read_picture")
    consent_answered.connect(ask_for_paper, dispatch_uid="records.set_paper")
