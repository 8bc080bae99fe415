"""What check-in asks of one patient for one visit: the same at the desk, tablet and phone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.comms.models import Message
from frontdesk.core.clock import local
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import EligibilityCheck, Policy
from frontdesk.people import queries as people
from frontdesk.people.models import Channel, Patient
from frontdesk.records import queries as records
from frontdesk.records.queries import FormState
from frontdesk.records.rules import choosing
from frontdesk.records.rules.choosing import Facts
from frontdesk.scheduling.models import Appointment
from frontdesk.ui import figures
from frontdesk.visits.models import CheckIn, Item, ItemRule, Told, Visit
from frontdesk.visits.rules import check_in as rules
from frontdesk.visits.rules.check_in import Standing

SAID = (Told.Status.CONFIRMED, Told.Status.APPLIED, Told.Status.TAKEN)
CHANNELS = {"email_ok": Channel.EMAIL, "sms_ok": Channel.SMS, "voice_ok": Channel.VOICE}


@dataclass(frozen=True, slots=True)
class Asked:
    """One item: what we hold of it, how it stands, and the mark of what is shown."""

    item: str
    label: str
    lines: tuple[str, ...]
    held: dict[str, Any]
    standing: Standing
    mark: str

    @property
    def is_asked(self) -> bool:
        """Whether check-in asks it."""
        return self.standing.is_asked


@dataclass(slots=True)
class Plan:
    """Everything that check-in asks for one visit."""

    appointment: Appointment
    patient: Patient
    on: date
    items: list[Asked]
    forms: list[FormState]
    to_decide: list[Told] = field(default_factory=list)

    @property
    def to_ask(self) -> list[Asked]:
        """What is missing, changed or too old."""
        return [one for one in self.items if one.is_asked]

    @property
    def details_hold(self) -> bool:
        """Whether nothing of the details is asked, and nothing of them waits for staff."""
        waits = any(not one.item.startswith("card") and one.item != "insurance"
                    for one in self.to_decide)  # fmt: skip
        return not waits and not any(one.is_asked for one in self.items if one.item != "insurance")

    @property
    def insurance_holds(self) -> bool:
        """Whether the insurance needs no question."""
        waits = any(one.item.startswith(("card", "insurance")) for one in self.to_decide)
        return not waits and not any(one.is_asked for one in self.items if one.item == "insurance")

    @property
    def forms_due(self) -> list[FormState]:
        """The forms that wait for an answer, required ones first."""
        return [state for state in self.forms if state.is_due]

    def item(self, name: str) -> Asked:
        """Return one item."""
        return next(one for one in self.items if one.item == name)


def check_in_plan(visit: Visit) -> Plan:
    """Return what check-in asks at a visit."""
    return plan_of(visit.appointment, visit.on)


def plan_of(appointment: Appointment, on: date | None = None) -> Plan:
    """Return what check-in asks for an appointment, before or after the patient came."""
    patient = appointment.patient
    day = on or local(appointment.site, appointment.starts_at).date()
    policies = list(coverage.policies_of(patient, day))
    last, holds = _last_told(patient), holding_days()
    items = []
    for item in Item:
        held = held_of(patient, item, policies)
        items.append(
            Asked(
                item=item.value,
                label=str(item.label),
                lines=tuple(_lines(item, held)),
                held=held,
                standing=rules.standing(
                    item.value,
                    is_held=any(held.values()),
                    last_on=last.get(item.value),
                    on=day,
                    holds_days=holds.get(item.value),
                    is_in_doubt=item == Item.INSURANCE and _is_doubted(policies, day),
                ),
                mark=rules.mark(held),
            )
        )
    return Plan(
        appointment=appointment,
        patient=patient,
        on=day,
        items=items,
        forms=records.form_states(patient, day, facts_of(appointment, policies)),
        to_decide=list(waiting_of(patient)),
    )


def facts_of(appointment: Appointment, policies: Iterable[Policy] | None = None) -> Facts:
    """Return what of an appointment decides which forms are given."""
    if policies is None:
        day = local(appointment.site, appointment.starts_at).date()
        policies = coverage.policies_of(appointment.patient, day)
    payers = {one.subscription.plan.payer.payer_id for one in policies}
    check_in = CheckIn.objects.filter(visit__appointment=appointment).only("pays").first()
    if not payers or (check_in and check_in.pays == CheckIn.Pays.SELF_PAY):
        payers = {choosing.SELF_PAY}
    return Facts(appointment.visit_type.code, frozenset(payers), appointment.site.state)


def held_of(
    patient: Patient, item: str, policies: Iterable[Policy] | None = None
) -> dict[str, Any]:
    """Return what we hold of an item, by field."""
    if item == Item.REACH:
        said = people.consents_of(patient)
        return {
            "preferred_channel": patient.preferred_channel,
            **{name: _yes(said.get(channel)) for name, channel in CHANNELS.items()},
        }
    if item == Item.CONTACT:
        contact = people.contacts_of(patient).filter(is_emergency=True).first()
        parts = (contact.name, contact.phone, contact.relationship) if contact else ("", "", "")
        return dict(zip(rules.FIELDS["contact"], parts, strict=True))
    if item == Item.INSURANCE:
        held = coverage.policies_of(patient) if policies is None else policies
        first = next(iter(held), None)
        if first is None:
            return dict.fromkeys(rules.FIELDS["insurance"], "")
        plan = first.subscription.plan
        card = (plan.payer.name, plan.name, first.subscription.member_id, plan.group_number)
        return dict(zip(rules.FIELDS["insurance"], card, strict=True))
    return {name: getattr(patient, name) for name in rules.FIELDS[item]}


def holding_days() -> dict[str, int]:
    """Return how many days answers hold in this practice, by item."""
    return {**rules.HOLDS, **dict(ItemRule.objects.values_list("item", "holds_days"))}


def waiting_of(patient: Patient) -> QuerySet[Told]:
    """Return what was said of a patient and waits for staff to decide, the oldest first."""
    return (
        Told.objects.filter(patient=patient, status=Told.Status.PROPOSED)
        .select_related("document__reading", "policy__subscription__plan__payer")
        .order_by("told_at", "pk")
    )


def to_invite(since: datetime, until: datetime) -> QuerySet[Appointment]:
    """Return the visits between two instants whose patients were not written to yet."""
    written_to = Message.objects.filter(kind="visit.check_in").values("subject_id")
    return (
        Appointment.objects.filter(
            starts_at__gte=since, starts_at__lt=until, status=Appointment.Status.BOOKED
        )
        .exclude(pk__in=written_to)
        .select_related("patient", "site", "visit_type", "practice")
        .order_by("starts_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that waits for staff: field by field what we hold, and what was said."""

    told: Told
    label: str
    rows: list[tuple[str, str, str, str]]  # field, held, said, what the plan's answer says
    has_answer: bool = False  # whether the plan answered at all

    @property
    def is_of_another(self) -> bool:
        """Whether a licence names somebody else: another first name, born on another day."""
        is_licence = self.told.way == Told.Way.LICENCE
        return is_licence and {"first_name", "birth_date"} <= self.told.said.keys()


def differences(patient: Patient) -> list[Difference]:
    """Return what waits for staff to decide, with its fields in words."""
    words = _field_words()
    found = []
    for told in waiting_of(patient):
        check = coverage.last_check(told.policy, told.on) if told.policy else None
        rows = [
            (
                words.get(name, name),
                _readable(name, held),
                _readable(name, said),
                _answered(check, name, held),
            )
            for name, said in told.said.items()
            for held in [told.held.get(name, "")]
        ]
        found.append(Difference(told, _item_words(told.item), rows, check is not None))
    return found


def _readable(name: str, value: str) -> str:
    """Write a birth date as everywhere; it is kept as 1968-03-14."""
    if name != "birth_date" or not value:
        return value
    try:
        return date_format(date.fromisoformat(value), "M j, Y")
    except ValueError:
        return value


def _answered(check: EligibilityCheck | None, name: str, held: str) -> str:
    """Return what the plan's last answer says of a field; empty where it says nothing of it."""
    what = {"member_id": "Member ID", "plan_name": "Plan", "plan": "Plan"}.get(name)
    if check is None or what is None:
        return ""
    for one in check.differences:
        if one["what"] == what:
            return str(one["theirs"])
    return held if check.is_active and name == "member_id" else ""


def _item_words(item: str) -> str:
    if item.startswith("card."):
        return _("Insurance card")
    if item.startswith("licence."):
        return _("Driver’s license")
    return str(dict(Item.choices).get(item, _("Name and birth date")))


def _field_words() -> dict[str, str]:
    return {
        "mobile_phone": _("Mobile phone"),
        "home_phone": _("Home phone"),
        "email": _("E-mail"),
        "address_1": _("Street"),
        "address_2": _("Apartment"),
        "city": _("City"),
        "state": _("State"),
        "zip_code": _("ZIP code"),
        "contact_name": _("Contact"),
        "contact_phone": _("Contact’s phone"),
        "contact_relationship": _("Who they are"),
        "payer": _("Payer"),
        "plan_name": _("Plan"),
        "member_id": _("Member ID"),
        "group_number": _("Group"),
        "rx_bin": _("RxBIN"),
        "rx_pcn": _("RxPCN"),
        "rx_group": _("RxGrp"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "birth_date": _("Birth date"),
        "email_ok": _("E-mail allowed"),
        "sms_ok": _("Texts allowed"),
        "voice_ok": _("Calls allowed"),
    }


def _last_told(patient: Patient) -> dict[str, date]:
    """Return the day each item was last confirmed; an older check-in at the desk counts too."""
    said = Told.objects.filter(patient=patient, status__in=SAID)
    last = dict(said.values_list("item").annotate(last=Max("on")).values_list("item", "last"))
    earlier = CheckIn.objects.filter(visit__patient=patient)
    days = earlier.filter(details_confirmed_at__isnull=False).aggregate(last=Max("visit__on"))
    covered = earlier.filter(coverage_confirmed_at__isnull=False).aggregate(last=Max("visit__on"))
    for names, day in ((rules.DETAILS, days["last"]), (("insurance",), covered["last"])):
        for name in names if day else ():
            last[name] = max(last.get(name, day), day)
    return last


def _is_doubted(policies: list[Policy], on: date) -> bool:
    """Say whether the payer's last answer speaks against the first policy."""
    check = coverage.last_check(policies[0], on) if policies else None
    if check is None or check.status in (
        EligibilityCheck.Status.QUEUED,
        EligibilityCheck.Status.FAILED,
    ):
        return False
    return not check.is_active or bool(check.differences)


def _yes(consent: Any) -> str:
    return "" if consent is None else "yes" if consent.is_given else "no"


def _lines(item: Item, held: dict[str, Any]) -> Iterable[str]:
    """Say what we hold, a line for each thing, as it is read aloud."""
    if item == Item.PHONE:
        names = {"mobile_phone": _("mobile"), "home_phone": _("home")}
        return [f"{figures.phone(held[key])} ({word})" for key, word in names.items() if held[key]]
    if item == Item.ADDRESS:
        street = [held["address_1"], held["address_2"]]
        place = f"{held['city']}, {held['state']} {held['zip_code']}".strip(" ,")
        return [line for line in (*street, place) if line]
    if item == Item.REACH:
        return _reach(held)
    if item == Item.CONTACT and held["contact_name"]:
        who = held["contact_name"]
        tie = held["contact_relationship"]
        return [f"{who} ({tie})" if tie else who, figures.phone(held["contact_phone"])]
    return [str(value) for value in held.values() if value]


def _reach(held: dict[str, Any]) -> Iterable[str]:
    words = {"email_ok": _("E-mail"), "sms_ok": _("Texts"), "voice_ok": _("Calls")}
    said = {"yes": _("yes"), "no": _("no"), "": _("not asked")}
    return [f"{word}: {said[held[name]]}" for name, word in words.items()]
