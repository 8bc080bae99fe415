"""The one work list as it is shown: queues, items with the patient each is about."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.urls import reverse

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.people.models import Patient
from frontdesk.staff import queries as staff
from frontdesk.staff.models import WorkItem
from frontdesk.staff.roles import ROLES
from frontdesk.visits.models import Superbill
from frontdesk.workspace.queries.work_kinds import kind_words

ON_A_PAGE = 50
SHOWS = ("near", "mine", "all")
STATES = ("open", "snoozed", "closed")
_SUBJECTS = {  # where a subject is looked at
    "billing.Claim": "billing:claim",
    "billing.Dispute": "billing:question",
    "billing.Exchange": "billing:file",
    "billing.HelpRequest": "billing:help_request",
    "billing.Placement": "billing:placement",
    "billing.Remittance": "billing:remittance",
    "billing.RemittanceClaim": "billing:remittance_claim",
    "billing.Statement": "billing:statement_look",
    "comms.Message": "comms:message",
    "coverage.EligibilityCheck": "coverage:check",
    "coverage.GoodFaithEstimate": "coverage:good_faith",
    "coverage.Policy": "coverage:policy",
    "coverage.Proposal": "coverage:proposal",
    "ledger.Payment": "ledger:payment",
    "ledger.Plan": "ledger:plan",
    "ledger.Refund": "ledger:refund",
    "ledger.SavedCard": "ledger:kept_card",
    "office.Bill": "office:bill",
    "office.VendorBank": "office:bank_details",
    "people.Duplicate": "people:duplicate",
    "people.Import": "people:import",
    "practice.Closure": "scheduling:closed_visits",
    "practice.Rule": "billing:rule",
    "scheduling.Appointment": "scheduling:appointment",
    "scheduling.FreedTime": "scheduling:freed",
    "scheduling.RecurringOff": "scheduling:again_visits",
    "scheduling.TimeOff": "scheduling:off_visits",
    "visits.Superbill": "visits:superbill",
    "visits.Told": "visits:to_decide",
    "visits.Visit": "visits:check_out",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the list one looks at."""

    show: str = "near"
    state: str = "open"
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """All items of one kind, as one line beside the list."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One item with what stands around it."""

    item: WorkItem
    patient: Patient | None
    pool: str
    kind: str
    is_late: bool


def asked(given: Any) -> Asked:
    """Read what a request asks; whatever is unknown is the usual."""
    show, state = given.get("show", ""), given.get("state", "")
    return Asked(
        show if show in SHOWS else SHOWS[0],
        state if state in STATES else STATES[0],
        given.get("kind", "")[:60],
    )


def items(actor: Actor, wanted: Asked) -> QuerySet[WorkItem]:
    """Return the items of one part of the list, of every kind, in the order they are done."""
    if wanted.show == "all":
        found = staff.work_for(actor)
    elif wanted.show == "mine":
        found = staff.work_for(actor).filter(owner=staff.member_of(actor))
    else:
        found = staff.work_near(actor)
    if wanted.state == "snoozed":
        asleep = found.filter(status=WorkItem.Status.OPEN, snoozed_until__gt=now())
        return asleep.order_by("snoozed_until", "pk")
    if wanted.state == "closed":
        return found.exclude(status=WorkItem.Status.OPEN).order_by("-closed_at", "pk")
    return staff.waiting(found)


def queues(found: QuerySet[WorkItem]) -> list[Queue]:
    """Return how many there are of each kind, the most first."""
    counted = found.order_by().values("kind").annotate(count=Count("pk"))
    held = [Queue(line["kind"], kind_words(line["kind"]), line["count"]) for line in counted]
    return sorted(held, key=lambda queue: (-queue.count, queue.label))


def page(found: QuerySet[WorkItem], wanted: Asked, number: str | None) -> Page[WorkItem]:
    """Return one page of items of the wanted kind."""
    chosen = found.filter(kind=wanted.kind) if wanted.kind else found
    return Paginator(chosen, ON_A_PAGE).get_page(number)


def rows(found: list[WorkItem]) -> list[Row]:
    """Return items with their patients, read in one query."""
    patients = Patient.objects.in_bulk({item.patient_id for item in found if item.patient_id})
    moment = now()
    return [
        Row(
            item,
            patients.get(item.patient_id) if item.patient_id else None,
            ROLES[item.pool].label if item.pool in ROLES else item.pool,
            kind_words(item.kind),
            bool(item.due_at and item.due_at < moment and item.status == WorkItem.Status.OPEN),
        )
        for item in found
    ]


def one(actor: Actor, pk: UUID) -> QuerySet[WorkItem]:
    """Return the item if the actor may see it, as something to get or miss."""
    return staff.work_for(actor).filter(pk=pk)


def subject_url(item: WorkItem) -> str:
    """Return where the item's subject is looked at, when it has a screen."""
    name, key = _SUBJECTS.get(item.subject_kind), item.subject_id
    if name is None or key is None:
        return ""
    if item.subject_kind == "visits.Told":  # all that waits of one patient is decided together
        key = item.patient_id or key
    if item.subject_kind == "visits.Superbill":  # its address is that of its visit
        key = Superbill.objects.filter(pk=key).values_list("visit_id", flat=True).first() or key
    return reverse(name, args=[key])
