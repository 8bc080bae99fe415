"""Questions about documents, and about what a patient has signed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontdesk.core.models import Record
from frontdesk.people.models import Patient
from frontdesk.records import gateways
from frontdesk.records.models import Consent, ConsentForm, Document, FormRule, Reading
from frontdesk.records.rules import choosing
from frontdesk.records.rules.choosing import Facts

DEFAULT_LANGUAGE = "en"
NOTHING_KNOWN = Facts()


@dataclass(frozen=True, slots=True)
class FormsReadiness:
    """Whether a patient has signed what the office asks for."""

    tone: str  # ok, warn, stop
    words: str
    missing: int = 0
    refused: int = 0

    @property
    def short(self) -> str:
        """The same for a place where few letters fit."""
        if not self.missing:
            return self.words
        return ngettext("%(n)s form", "%(n)s forms", self.missing) % {"n": self.missing}


@dataclass(frozen=True, slots=True)
class FormState:
    """One form for one patient: the text to show, and the last answer that still holds."""

    form: ConsentForm
    answer: Consent | None

    @property
    def is_due(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None


def documents_of(patient: Patient, kind: str = "") -> QuerySet[Document]:
    """Return the patient's documents, the newest first, without those filed by mistake."""
    found = Document.objects.filter(patient=patient, status=Document.Status.FILED)
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("-captured_at", "-pk")


def newest_about(subject: Record, kinds: Collection[str]) -> dict[str, Document]:
    """Return the newest document of each kind about one record (a policy's card)."""
    found = Document.objects.filter(
        subject_id=subject.pk, kind__in=kinds, status=Document.Status.FILED
    ).order_by("captured_at", "pk")
    return {document.kind: document for document in found}


def content_of(document: Document) -> bytes:
    """Return the bytes of a document. Show them only through `operations.open_document`."""
    return gateways.get(document.practice_id, document.sha256)


def current_forms() -> QuerySet[ConsentForm]:
    """Return the forms in use, every language, in the order they are asked."""
    return ConsentForm.objects.filter(is_current=True).order_by(
        "-is_required", "is_refusable", "key", "language"
    )


def form_versions(key: str) -> QuerySet[ConsentForm]:
    """Return every version of a form, the newest first."""
    return ConsentForm.objects.filter(key=key).order_by("-edition", "language")


def consents_of(patient: Patient) -> QuerySet[Consent]:
    """Return what the patient answered, the newest first, with the forms."""
    answers = Consent.objects.filter(patient=patient).select_related("form", "signature")
    return answers.order_by("-answered_at", "-pk")


def form_rules() -> dict[str, choosing.Rule]:
    """Return to whom forms are given, by the form's key; one without a rule goes to everybody."""
    return {
        rule.key: choosing.Rule(
            rule.visit_types,
            rule.payers,
            rule.states,
            rule.age_from,
            rule.age_to,
            rule.minor_may_sign,
        )
        for rule in FormRule.objects.all()
    }


def rules_written() -> QuerySet[FormRule]:
    """Return what the practice wrote down of who gets which form."""
    return FormRule.objects.order_by("key")


def rule_of(key: str) -> FormRule | None:
    """Return who gets a form, as it was written down."""
    return FormRule.objects.filter(key=key).first()


def form_states(patient: Patient, on: date, facts: Facts = NOTHING_KNOWN) -> list[FormState]:
    """Return every form this patient gets, in their language where there is one, with its answer.

    `facts` are those of the visit; without them only forms that no visit decides are given. An
    answer holds while the version it was given to is in use, until its day of expiry.
    """
    rules = form_rules()
    shown = _in_language(list(current_forms()), patient.language)
    held = _held({patient.pk}, on)
    return [
        FormState(form, held.get((patient.pk, form.key)))
        for form in shown
        if _is_given(rules.get(form.key), patient.birth_date, on, facts)
    ]


def forms_due(patient: Patient, on: date, facts: Facts = NOTHING_KNOWN) -> list[ConsentForm]:
    """Return the forms that wait for the patient's answer on this day, required ones first."""
    return [state.form for state in form_states(patient, on, facts) if state.is_due]


def forms_readiness(
    patient_ids: Collection[UUID], on: date, facts: Mapping[UUID, Facts] | None = None
) -> dict[UUID, FormsReadiness]:
    """Say for each patient how the required forms stand, in a few queries for any number.

    `facts` are those of each patient's visit that day, by patient.
    """
    return forms_readiness_each({pk: (pk, on) for pk in patient_ids}, facts)


def forms_readiness_each(
    asked: Mapping[UUID, tuple[UUID, date]], facts: Mapping[UUID, Facts] | None = None
) -> dict[UUID, FormsReadiness]:
    """Say how the required forms stand for visits of several days, in a few queries.

    `asked` gives the patient and the local day of each visit, `facts` those of the visit, both by
    the visit's key. Without facts only forms that no visit decides are asked.
    """
    wanted = set(current_forms().filter(is_required=True).values_list("key", flat=True))
    if not wanted:
        return {pk: FormsReadiness("ok", _("Ready")) for pk in asked}
    patients = {patient for patient, _on in asked.values()}
    rules = {key: rule for key, rule in form_rules().items() if key in wanted}
    born = _births(patients) if rules else {}
    answers = Consent.objects.filter(
        patient_id__in=patients, form__is_current=True, form__key__in=wanted
    ).order_by("answered_at", "pk")
    held: dict[tuple[UUID, str], list[tuple[str, date | None]]] = defaultdict(list)
    for patient_id, key, answer, expires_on in answers.values_list(
        "patient_id", "form__key", "answer", "expires_on"
    ):
        held[patient_id, key].append((answer, expires_on))
    told = facts or {}
    return {
        pk: _readiness(
            [
                _last_on(held[patient_id, key], on)
                for key in wanted
                if key not in rules
                or rules[key].gives(born[patient_id], on, told.get(pk, NOTHING_KNOWN))
            ]
        )
        for pk, (patient_id, on) in asked.items()
    }


def _last_on(answers: Sequence[tuple[str, date | None]], on: date) -> str | None:
    """Return the last answer that holds on a day."""
    holding = [answer for answer, expires_on in answers if expires_on is None or expires_on > on]
    return holding[-1] if holding else None


def readings_of(patient: Patient, limit: int = 6) -> QuerySet[Reading]:
    """Return what machines read from the patient's cards, the newest first."""
    found = Reading.objects.filter(patient=patient).select_related("document")
    return found.order_by("-asked_at", "-pk")[:limit]


def _births(patient_ids: Collection[UUID]) -> dict[UUID, date]:
    return dict(Patient.objects.filter(pk__in=patient_ids).values_list("pk", "birth_date"))


def _is_given(rule: choosing.Rule | None, born: date, on: date, facts: Facts) -> bool:
    return rule is None or rule.gives(born, on, facts)


def _readiness(answers: list[str | None]) -> FormsReadiness:
    missing, refused = answers.count(None), answers.count(Consent.Answer.REFUSED)
    if missing:
        words = ngettext("%(n)s form missing", "%(n)s forms missing", missing) % {"n": missing}
        return FormsReadiness("stop" if missing > 1 else "warn", words, missing, refused)
    if refused:
        words = ngettext("%(n)s form refused", "%(n)s forms refused", refused) % {"n": refused}
        return FormsReadiness("warn", words, 0, refused)
    return FormsReadiness("ok", _("All signed"))


def _held(patient_ids: Collection[UUID], on: date) -> dict[tuple[UUID, str], Consent]:
    """Return the newest answer that still holds, by patient and form."""
    answers = _holding(patient_ids, on).select_related("form")
    return {(answer.patient_id, answer.form.key): answer for answer in answers}


def answers_of(patient: Patient, on: date) -> dict[str, str]:
    """Return the answer to each form that holds on a day, by the form's key: signed, refused."""
    return {key: held.answer for (_pk, key), held in _held({patient.pk}, on).items()}


def _holding(patient_ids: Collection[UUID], on: date) -> QuerySet[Consent]:
    """Return the answers that still hold, the newest last."""
    answers = Consent.objects.filter(patient_id__in=patient_ids, form__is_current=True)
    return answers.exclude(expires_on__lte=on).order_by("answered_at", "pk")


def _in_language(forms: list[ConsentForm], language: str) -> list[ConsentForm]:
    """Choose of each form the patient's language, else English, else any."""
    spoken = language.split("-")[0]
    chosen: dict[str, ConsentForm] = {}
    for form in forms:
        rank = {spoken: 0, DEFAULT_LANGUAGE: 1}
        now = chosen.get(form.key)
        if now is None or rank.get(form.language, 2) < rank.get(now.language, 2):
            chosen[form.key] = form
    return list(chosen.values())
