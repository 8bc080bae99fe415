"""One record of every kind, made for a practice from what its model says: new nouns come along."""

import contextlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import DatabaseError, models, transaction
from django.db.models.fields import NOT_PROVIDED

from frontdesk.core.keys import new_key
from frontdesk.core.models import Record
from frontdesk.records.gateways import put
from tests.clinic import NEW_YORK, Clinic

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK)
LATER = ("ends", "until", "closes", "expires", "valid_to", "closed")
SPECIAL = {  # what a constraint of the house wants and no field says
    "npi": "1234567893",
    "roles": ["biller"],
    "stage": "arrived",
}

OF_MODEL = {  # what a record needs to answer on its page
    "practice.Rule": {"newest": 1},
    "practice.RuleVersion": {
        "when": {"all": [{"fact": "total", "is": "filled"}]},
        "actions": [{"do": "hold"}],
    },
    "ledger.Payment": {"number": 1001},  # posted, so that it has a receipt
    "visits.Ticket": {"number": 1001},  # the office itself may give the first of that day
    "coverage.GoodFaithEstimate": {"printed": b"%PDF-1.7"},  # given, so that it has its paper
    "coverage.AuthorizationRule": {"code": "97110"},  # about something
    "comms.Link": {"purpose": "lobby"},  # of a display, which the office may end
    "scheduling.SetVisit": {"left_out": "Closed"},  # booked, or it says why not
}


def record_models():
    """Return every model that a practice keeps records of."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


class Samples:
    """Makes and remembers one record a model, for one clinic."""

    def __init__(self, clinic: Clinic, noon: datetime = NOON) -> None:
        self.clinic = clinic
        self.noon = noon
        self.held = {}
        self.missing = {}
        visit = clinic.visit(at=self.noon)
        policy = clinic.policy(visit.patient)
        member = clinic.member("biller", provider=clinic.provider)
        for record in (visit, visit.appointment, visit.patient, policy, member):
            self.held[type(record)] = record
        with clinic.writing():
            visit.stage = "arrived"
            visit.save()
            visit.patient.photo = ContentFile(b"x", "x.jpg")
            visit.patient.save()
            for model in record_models():
                self.one(model)

    def one(self, model):
        """Return the record of this model, made now when there is none."""
        if model not in self.held:
            self.held[model] = model.objects.order_by("pk").first() or self._made(model)
        return self.held[model]

    def keys(self):
        """Return the key of every record made, by its model."""
        return {model: record.pk for model, record in self.held.items() if record is not None}

    def _made(self, model):
        self.held[model] = None  # a model that leads back to itself stays empty there
        values = {field.name: self._value(field) for field in _asked(model)}
        values |= OF_MODEL.get(model._meta.label, {})
        if model._meta.label == "office.BillFile":  # its content is in the store
            values |= {"content_type": "application/pdf", "sha256": sha256(b"%PDF-1.7").hexdigest()}
            put(self.clinic.practice.pk, values["sha256"], b"%PDF-1.7")
        if model._meta.label == "ledger.Entry":  # money moves between two accounts
            account = type(values["source"])
            values["target"] = account.objects.create(code="other", name="Other", kind="asset")
        try:
            with transaction.atomic():
                return model.objects.create(**values)
        except (DatabaseError, ValueError, TypeError) as trouble:
            self.missing[model._meta.label] = str(trouble)
            return None

    def _value(self, field):
        if isinstance(field, models.ForeignKey):
            return self._related(field.related_model)
        if field.name in SPECIAL:
            return SPECIAL[field.name]
        if field.name == "digest":  # of a link: one in the world, not only in its practice
            return new_key().hex * 2
        if field.choices:
            return next(value for value, _label in field.flatchoices)
        if field.unique and isinstance(field, models.CharField):  # over all practices
            return new_key().hex[: field.max_length]
        is_later = field.name.startswith(LATER)
        return _plain(field, self.noon, timedelta(hours=1) if is_later else timedelta(0))

    def _related(self, model):
        if issubclass(model, Record):
            return self.one(model)
        found = model.objects.first()
        return found if found is not None else self.clinic.member("biller").user


def _asked(model):
    """Return the fields that must be given."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in ("id", "practice")
        and not field.null
        and (field.default is NOT_PROVIDED)
        and not (field.blank and isinstance(field, models.CharField | models.TextField))
    ]


def _plain(field, noon, later):
    moment = noon + later
    by_kind = [
        (models.DateTimeField, moment),
        (models.DateField, moment.date() + (timedelta(days=30) if later else timedelta(0))),
        (models.TimeField, time(9 if not later else 10)),
        (models.BooleanField, False),
        (models.UUIDField, new_key()),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, Decimal(1) if "Money" in type(field).__name__ else 1),
        (models.EmailField, "x@x.example"),
        (models.BinaryField, b"x"),
        (models.FileField, ContentFile(b"x", "x.txt")),
        (models.JSONField, {}),
        (models.CharField, _word(field)),
        (models.TextField, "x"),
    ]
    return next((value for kind, value in by_kind if isinstance(field, kind)), 1)


def _word(field):
    with contextlib.suppress(TypeError):
        return field.name[: field.max_length]
    return field.name


def a_day() -> date:
    """Return the day on which the samples happen."""
    return NOON.date()
