"""Authorizations and visits: what a booked visit needs and keeps, and the packet for the payer."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import exchange as coverage_exchange
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as held
from frontdesk.coverage.models import Authorization, AuthorizationEvidence
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Site
from frontdesk.records import exchange as records_exchange
from frontdesk.records import operations as records
from frontdesk.records import queries as papers
from frontdesk.records.models import Document
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries import authorizing as queries
from frontdesk.scheduling.queries.conflicts import Wish

MOST_PAPERS = 40


@operation("coverage.verify")
def watch_authorization(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Let a booked visit keep what it needs of an approval, or put one to ask for on the list."""
    if appointment.status in queries.STILL_TO_BE:
        coverage.watch_authorization(queries.wanted(appointment, at), at=at, by=by)


@operation("coverage.verify")
def watch_authorizations_of(patient: Patient, *, at: datetime, by: Actor) -> int:
    """Look anew at every coming visit of a patient, the next first; return how many."""
    coming = queries.coming_visits(patient, at)
    for appointment in coming:
        watch_authorization(appointment, at=at, by=by)
    return len(coming)


@operation("coverage.verify")
def release_authorization(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Give back what a visit kept that will not be; the next visit may have it."""
    if coverage.release_authorization(appointment.pk, at=at, by=by):
        watch_authorizations_of(appointment.patient, at=at, by=by)


def refuse_unauthorized(patient: Patient, wish: Wish) -> None:
    """Refuse a visit that a rule keeps out of the book until the payer has approved it."""
    on = local(wish.site, wish.starts_at).date()
    if not held.has_hard_rules(on):
        return
    policy = held.policies_of(patient, on).first()
    codes = wish.visit_type.charge_codes
    need = policy and held.stopped_by(patient, codes, on, wish.visit_type.code, policy)
    if need:
        what = ", ".join(code for code in need.codes if code) or wish.visit_type.name
        raise Refused(
            f"{what} is booked only after the payer approved it. {need.words} "
            "Ask for the authorization first, or book with a reason."
        )


@operation("coverage.edit")
def choose_papers(
    authorization: Authorization, chosen: dict[UUID, UUID | None], *, at: datetime, by: Actor
) -> None:
    """Say which document of the chart shows what the payer wants to see: by line of the list."""
    lines = {one.pk: one for one in AuthorizationEvidence.objects.filter(pk__in=chosen)}
    for key, document_id in chosen.items():
        line = lines.get(key)
        if line is None or line.authorization_id != authorization.pk:
            raise Refused("The checklist was changed in the meantime. Look again.")
        document = _document(authorization, document_id) if document_id else None
        if line.document_id != document_id:
            title = document.title if document else ""
            coverage.give_evidence(line, document_id=document_id, title=title, by=by)


@operation("coverage.edit")
def file_paper(
    authorization: Authorization,
    *,
    content: bytes,
    title: str,
    at: datetime,
    by: Actor,
    evidence: AuthorizationEvidence | None = None,
) -> Document:
    """File what the payer sent or showed in the chart: for the checklist, or as the proof."""
    patient = Patient.objects.get(pk=authorization.patient_id)
    filed = records.file_document(
        patient, kind=Document.Kind.OTHER, title=title or "Authorization", content=content,
        subject=authorization, at=at, by=by,
    )  # fmt: skip
    if evidence is not None:
        coverage.give_evidence(evidence, document_id=filed.pk, title=filed.title, by=by)
    else:
        coverage.note_proof(authorization, proof_id=filed.pk, title=filed.title, at=at, by=by)
    return filed


@operation("coverage.edit")
def make_packet(
    authorization: Authorization, *, more: Sequence[UUID] = (), at: datetime, by: Actor
) -> Document:
    """Bind the cover sheet and the chosen documents into one PDF, and file it in the chart.

    Refuses where something the payer requires is missing: a packet without it comes back.
    """
    whole = held.authorization_page(authorization.pk).get()
    wanted: list[AuthorizationEvidence] = whole.wanted  # type: ignore[attr-defined] # prefetched
    missing = [one.words for one in wanted if one.is_required and not one.is_there]
    if missing:
        raise Refused(f"Still missing for the packet: {', '.join(missing)}.")
    keys = [one.document_id for one in wanted if one.document_id] + list(more)
    documents = [_document(whole, key) for key in dict.fromkeys(keys)]
    if len(documents) > MOST_PAPERS:
        raise Refused(f"A packet holds at most {MOST_PAPERS} documents.")
    bodies = [(papers.content_of(one), one.content_type) for one in documents]
    cover = coverage_exchange.packet_cover(
        whole, held.terms_of(whole.policy.subscription.plan.payer),
        [one.title for one in documents], records_exchange.pages_of(bodies),
        practice=Practice.objects.get(pk=whole.practice_id), asked_on=_asked_on(whole),
    )  # fmt: skip
    filed = records.file_document(
        whole.patient, kind=Document.Kind.OTHER, title="Packet for the payer",
        content=records_exchange.bound([(cover, "application/pdf"), *bodies]),
        subject=whole, at=at, by=by,
    )  # fmt: skip
    coverage.note_packet(whole, packet_id=filed.pk, at=at, by=by)
    return filed


def _asked_on(authorization: Authorization) -> date | None:
    site = Site.objects.filter(is_active=True).order_by("pk").first()
    asked_at = authorization.asked_at
    return local(site, asked_at).date() if asked_at and site else None


def _document(authorization: Authorization, key: UUID) -> Document:
    found = Document.objects.filter(pk=key, patient_id=authorization.patient_id).first()
    if found is None or found.status != Document.Status.FILED:
        raise Refused("That document is not in this patient’s chart.")
    return found
