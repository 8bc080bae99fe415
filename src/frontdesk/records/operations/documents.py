"""What can be done with documents."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.records import exchange, gateways, queries
from frontdesk.records.models import Document
from frontdesk.records.rules import kind_of


@operation("records.capture")
def file_document(
    patient: Patient,
    *,
    kind: str,
    title: str,
    content: bytes,
    at: datetime,
    by: Actor,
    content_type: str = "",
    subject: Record | None = None,
) -> Document:
    """File a picture or PDF in a patient's chart, cleaned and named by its content.

    `content_type` is only what the sender claims: the bytes decide. The same file for the same
    patient, kind and subject is filed once. Refuses what is not JPEG, PNG or PDF, is damaged,
    or is larger than 10 MB.
    """
    content_type = kind_of(content)
    content = exchange.clean(content, content_type)
    sha256 = hashlib.sha256(content).hexdigest()
    same = Document.objects.filter(
        patient=patient,
        sha256=sha256,
        kind=kind,
        status=Document.Status.FILED,
        subject_id=subject.pk if subject else None,
    ).first()
    if same:
        return same
    gateways.put(by.practice_id, sha256, content)
    return Document.objects.create(
        patient=patient,
        kind=kind,
        title=title[:120],
        content_type=content_type,
        size=len(content),
        sha256=sha256,
        captured_at=at,
        captured_by=by.name,
        subject_kind=subject._meta.label if subject else "",
        subject_id=subject.pk if subject else None,
    )


@operation("records.view")
def open_document(document: Document, *, by: Actor) -> bytes:
    """Return a document's bytes, and remember who looked."""
    audit.note_look(document, f"document: {document.kind}")
    try:
        return queries.content_of(document)
    except FileNotFoundError as error:
        raise Refused(_("The file of this document is missing from the store.")) from error


@operation("records.capture")
def void_document(document: Document, *, because: str, by: Actor) -> Document:
    """Take a document out of the chart that was filed by mistake; the file itself is kept."""
    return _set_status(document, Document.Status.VOIDED, because)


@operation("records.capture")
def restore_document(document: Document, *, by: Actor) -> Document:
    """Put a document back that was taken out by mistake."""
    return _set_status(document, Document.Status.FILED, "")


def _set_status(document: Document, status: Document.Status, because: str) -> Document:
    document = Document.objects.lock(document.pk)
    if document.status == status:
        return document
    document.status = document.lifecycle.move(document.status, status)
    document.voided_because = because
    document.save()
    return document
