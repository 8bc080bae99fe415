"""What can be done with forms: written, given by rule, signed, refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import months_after
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.records import exchange
from frontdesk.records.models import Consent, ConsentForm, Document, FormRule
from frontdesk.records.operations.documents import file_document
from frontdesk.records.rules import blanks as blank_rules
from frontdesk.records.rules import choosing
from frontdesk.records.signals import consent_answered


@dataclass(frozen=True, slots=True)
class Signing:
    """Where and by what a form is answered: for the paper that is kept of it."""

    device: str = "desk"  # desk, tablet, phone
    address: str = ""  # of the network
    relation: str = ""  # of whoever signs for the patient
    zone: str = ""  # of the clock on the wall where it is signed: "America/New_York"


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
    filled: Mapping[str, Any] | None = None,
    signing: Signing = Signing(),
) -> Consent:
    """Keep that the patient, or somebody for them, filled in and signed this version of a form.

    The signature is a drawn PNG, or the typed name stands for it. `on` is the site's day, from
    which the form's months run. Pressed twice, the answer of that day is kept once. Refused,
    naming each, while a required blank is empty; without a signature where the form needs one;
    and when a minor signs alone what only a parent or guardian may sign.
    """
    form = _in_use(form)
    if form.needs_signature and not signed_name.strip():
        raise Refused(_("Write the name of whoever signs."))
    if signed_as not in choosing.SIGNERS:
        raise Refused(_("Say who signs: the patient, a parent, a guardian, or somebody else."))
    kept = blank_rules.taken(form.blanks, filled or {})
    if missing := blank_rules.still_blank(form.blanks, kept):
        raise Refused(_("Still to fill in: %(blanks)s.") % {"blanks": ", ".join(missing)})
    _refuse_minor(patient, form, signed_as, on)
    if (held := _answered_on(patient, form, on, Consent.Answer.SIGNED)) and held.filled == kept:
        return held
    drawn = signature and file_document(
        patient,
        kind=Document.Kind.CONSENT,
        title=_("Signature: %(title)s") % {"title": form.title},
        content=exchange.drawn(signature),
        subject=form,
        at=at,
        by=by,
    )
    consent = Consent.objects.create(
        patient=patient,
        form=form,
        answer=Consent.Answer.SIGNED,
        signed_name=signed_name.strip(),
        signed_as=signed_as,
        signature=drawn or None,
        filled=kept,
        relation=signing.relation.strip()[:40],
        device=signing.device,
        address=signing.address[:45],
        answered_at=at,
        expires_on=months_after(on, form.valid_months) if form.valid_months else None,
        taken_by=by.name,
    )
    consent_answered.send(Consent, consent=consent, zone=signing.zone, by=by)
    return consent


@operation("records.sign")
def keep_paper(consent: Consent, *, content: bytes, at: datetime, by: Actor) -> Consent:
    """File the form as it was signed; a paper that is there already stays."""
    consent = Consent.objects.lock(consent.pk)
    if consent.paper_id is not None:
        return consent
    consent.paper = file_document(
        consent.patient,
        kind=Document.Kind.CONSENT,
        title=_("%(title)s, version %(n)s")
        % {"title": consent.form.title[:90], "n": consent.form.edition},
        content=content,
        subject=consent,
        at=at,
        by=by,
    )
    consent.save()
    return consent


@operation("records.sign")
def refuse_consent(
    patient: Patient,
    *,
    form: ConsentForm,
    because: str,
    at: datetime,
    on: date,
    by: Actor,
    signing: Signing = Signing(),
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
        device=signing.device,
        address=signing.address[:45],
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
    blanks: str = "",
    needs_signature: bool = True,
) -> ConsentForm:
    """Put a new version of a form into use; who signed the former one is asked again.

    `blanks` are written as in `rules/blanks.py`, one a line. A change of the rules alone
    (required, refusable, months, signature) keeps the version.
    """
    asked = blank_rules.read(blanks)
    if not needs_signature and not asked:
        raise Refused(_("A form without a signature needs something to fill in."))
    rules = {
        "is_required": is_required,
        "is_refusable": is_refusable,
        "valid_months": valid_months,
        "needs_signature": needs_signature,
    }
    versions = ConsentForm.objects.select_for_update().filter(key=key, language=language)
    newest = versions.order_by("-edition").first()
    same = newest and (newest.title, newest.body, newest.blanks) == (title, body, asked)
    if newest and newest.is_current and same:
        for name, value in rules.items():
            setattr(newest, name, value)
        newest.save()
        return newest
    for former in versions.filter(is_current=True):
        former.is_current = False
        former.save()
    edition = newest.edition + 1 if newest else 1
    return ConsentForm.objects.create(
        key=key, language=language, edition=edition, title=title, body=body, blanks=asked, **rules
    )


@operation("records.forms")
def save_rule(
    key: str,
    *,
    by: Actor,
    visit_types: Sequence[str] = (),
    payers: Sequence[str] = (),
    states: Sequence[str] = (),
    age_from: int | None = None,
    age_to: int | None = None,
    minor_may_sign: bool = False,
) -> FormRule:
    """Say to whom a form is given, in every version and language; empty limits nothing."""
    if age_from is not None and age_to is not None and age_to < age_from:
        raise Refused(_("The ages are the wrong way round."))
    rule = FormRule.objects.select_for_update().filter(key=key).first() or FormRule(key=key)
    rule.visit_types, rule.payers = sorted(visit_types), sorted(payers)
    rule.states = sorted({state.strip().upper() for state in states if state.strip()})
    rule.age_from, rule.age_to = age_from, age_to
    rule.minor_may_sign = minor_may_sign
    rule.save()
    return rule


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


def _refuse_minor(patient: Patient, form: ConsentForm, signed_as: str, on: date) -> None:
    """Refuse that somebody who is not of age signs for themselves, where the law wants a parent."""
    if signed_as != choosing.SELF or not form.needs_signature:
        return
    if not choosing.is_minor(patient.birth_date, on, patient.state):
        return
    if FormRule.objects.filter(key=form.key, minor_may_sign=True).exists():
        return
    raise Refused(
        _("%(name)s is not of age. A parent or guardian signs, with their own name.")
        % {"name": patient.name}
    )


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
