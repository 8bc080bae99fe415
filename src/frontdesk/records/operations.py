"""What can be done with documents and forms."""

import hashlib
from datetime import date, datetime

from django.utils.translation import gettext as _

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.records import exchange, gateways, queries
from frontdesk.records.models import Consent, ConsentForm, Document
from frontdesk.records.rules import kind_of, months_after


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


@operation("records.sign")
def sign_consent(
    patient: Patient,
    *,
    form: ConsentForm,
    signed_name: str,
    signed_as: str,
    at: datetime,
    on: date,
    by: Actor,
    signature: bytes | None = None,
) -> Consent:
    """Keep that the patient, or somebody for them, signed this version of a form.

    The signature is a drawn PNG, or the typed name stands for it. `on` is the site's day, from
    which the form's months run. Pressed twice, the answer of that day is kept once.
    """
    form = _in_use(form)
    if not signed_name.strip():
        raise Refused(_("Write the name of whoever signs."))
    if held := _answered_on(patient, form, on, Consent.Answer.SIGNED):
        return held
    drawn = signature and file_document(
        patient,
        kind=Document.Kind.CONSENT,
        title=_("Signature: %(title)s") % {"title": form.title},
        content=signature,
        subject=form,
        at=at,
        by=by,
    )
    return Consent.objects.create(
        patient=patient,
        form=form,
        answer=Consent.Answer.SIGNED,
        signed_name=signed_name.strip(),
        signed_as=signed_as,
        signature=drawn or None,
        answered_at=at,
        expires_on=months_after(on, form.valid_months) if form.valid_months else None,
        taken_by=by.name,
    )


@operation("records.sign")
def refuse_consent(
    patient: Patient, *, form: ConsentForm, because: str, at: datetime, on: date, by: Actor
) -> Consent:
    """Keep that the patient did not want to sign, and why; forms that can't be refused refuse."""
    form = _in_use(form)
    if not form.is_refusable:
        raise Refused(_("%(title)s is needed for the visit.") % {"title": form.title})
    if not because.strip():
        raise Refused(_("Say why the patient does not sign, in a few words."))
    if held := _answered_on(patient, form, on, Consent.Answer.REFUSED):
        return held
    return Consent.objects.create(
        patient=patient,
        form=form,
        answer=Consent.Answer.REFUSED,
        because=because.strip(),
        answered_at=at,
        expires_on=months_after(on, form.valid_months) if form.valid_months else None,
        taken_by=by.name,
    )


@operation("records.forms")
def save_form(
    *,
    key: str,
    language: str,
    title: str,
    body: str,
    by: Actor,
    is_required: bool = True,
    is_refusable: bool = True,
    valid_months: int = 12,
) -> ConsentForm:
    """Put a new version of a form into use; who signed the former one is asked again.

    A change of the rules alone (required, refusable, months) keeps the version.
    """
    rules = {
        "is_required": is_required,
        "is_refusable": is_refusable,
        "valid_months": valid_months,
    }
    versions = ConsentForm.objects.select_for_update().filter(key=key, language=language)
    newest = versions.order_by("-edition").first()
    if newest and newest.is_current and (newest.title, newest.body) == (title, body):
        for name, value in rules.items():
            setattr(newest, name, value)
        newest.save()
        return newest
    for former in versions.filter(is_current=True):
        former.is_current = False
        former.save()
    edition = newest.edition + 1 if newest else 1
    return ConsentForm.objects.create(
        key=key, language=language, edition=edition, title=title, body=body, **rules
    )


@operation("records.forms")
def retire_form(form: ConsentForm, *, by: Actor) -> ConsentForm:
    """Stop asking for a form in this language; its answers are kept."""
    form = ConsentForm.objects.lock(form.pk)
    form.is_current = False
    form.save()
    return form


@operation("records.forms")
def add_starter_forms(*, by: Actor) -> list[ConsentForm]:
    """Give a practice the three plain forms, in English and Spanish, that it does not have yet."""
    have = set(ConsentForm.objects.values_list("key", "language"))
    return [
        save_form(**form, by=by)
        for form in exchange.starter_forms()
        if (form["key"], form["language"]) not in have
    ]


def _set_status(document: Document, status: Document.Status, because: str) -> Document:
    document = Document.objects.lock(document.pk)
    if document.status == status:
        return document
    document.status = document.lifecycle.move(document.status, status)
    document.voided_because = because
    document.save()
    return document


def _in_use(form: ConsentForm) -> ConsentForm:
    form = ConsentForm.objects.lock(form.pk)
    if not form.is_current:
        raise Refused(_("This form has a newer version. Load the page again to show it."))
    return form


def _answered_on(
    patient: Patient, form: ConsentForm, on: date, answer: Consent.Answer
) -> Consent | None:
    """Return the same answer to the same form, given today already, if the newest is that."""
    newest = Consent.objects.filter(patient=patient, form=form).order_by("answered_at", "pk").last()
    if newest is None or newest.answer != answer:
        return None
    until = months_after(on, form.valid_months) if form.valid_months else None
    return newest if newest.expires_on == until else None
