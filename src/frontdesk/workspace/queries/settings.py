"""Every place where something is set, with what it is for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.core.actor import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Words = str | StrPromise


@dataclass(frozen=True, slots=True)
class Place:
    """One page of settings."""

    label: "Words"
    says: "Words"
    icon: str
    url_name: str
    permission: str = ""
    url: str = ""


_GROUPS: tuple[tuple["Words", tuple[Place, ...]], ...] = (
    (
        _("Me"),
        (
            Place(
                _("My profile"),
                _("Name, colors, spacing, password."),
                "user-circle",
                "workspace:profile",
            ),
            Place(
                _("Two-step sign-in"),
                _("A code from your phone besides the password, and recovery codes."),
                "shield-lock",
                "mfa_index",
            ),
        ),
    ),
    (
        _("The practice"),
        (
            Place(
                _("Set up your practice"),
                _("The guided list: what is done and what is next."),
                "checklist",
                "workspace:setup",
                "practice.edit",
            ),
            Place(
                _("Practice"),
                _("Names, numbers, address, when people are signed out."),
                "building-hospital",
                "practice:details",
                "practice.edit",
            ),
            Place(
                _("Sites"), _("Time zone and hours."), "map-pin", "practice:sites", "practice.view"
            ),
            Place(
                _("Rooms"), _("Where patients are seen."), "door", "practice:rooms", "practice.view"
            ),
            Place(
                _("Devices"),
                _("What one visit has at a time."),
                "device-heart-monitor",
                "practice:devices",
                "practice.view",
            ),
            Place(
                _("Days off"),
                _("When a site is closed, or closes early."),
                "calendar-off",
                "practice:closures",
                "practice.view",
            ),
            Place(
                _("Public holidays"),
                _("The list of the year: keep or remove each."),
                "flag",
                "practice:holidays",
                "practice.view",
            ),
            Place(
                _("Interpreters"),
                _("Who interprets which languages, and how."),
                "language",
                "practice:interpreters",
                "practice.view",
            ),
        ),
    ),
    (
        _("People"),
        (
            Place(
                _("People who work here"),
                _("Invite, give roles, let go."),
                "users-group",
                "staff:people",
                "staff.view",
            ),
            Place(
                _("Who may do what"),
                _("Roles and rights in one table."),
                "table",
                "staff:roles",
                "staff.view",
            ),
            Place(
                _("Providers"),
                _("Whom patients are booked with."),
                "stethoscope",
                "staff:providers",
                "practice.view",
            ),
            Place(
                _("Audit"),
                _("Who did what, when, and to whom."),
                "history",
                "workspace:audit",
                "audit.view",
            ),
        ),
    ),
    (
        _("Scheduling and visits"),
        (
            Place(
                _("Alarms and displays"),
                _("When waits raise a hand, late arrivals, the screen in the waiting room."),
                "bell-ringing",
                "visits:policy",
                "visits.policy",
            ),
            Place(
                _("Visit types"),
                _("Lengths, phases, what each needs."),
                "list-details",
                "scheduling:visit_types",
                "scheduling.templates",
            ),
            Place(
                _("Weekly sessions"),
                _("When each provider sees patients."),
                "calendar-time",
                "scheduling:sessions",
                "scheduling.templates",
            ),
            Place(
                _("Time off"),
                _("When somebody or something can't be booked."),
                "beach",
                "scheduling:time_off",
                "scheduling.templates",
            ),
            Place(
                _("Reminders"),
                _("When patients are reminded, and what they answer."),
                "bell",
                "scheduling:reminders",
                "scheduling.view",
            ),
            Place(
                _("Recall"),
                _("Who is asked to come again, and when."),
                "calendar-repeat",
                "scheduling:recall_rules",
                "scheduling.templates",
            ),
            Place(
                _("Reasons for cancelling"),
                _("What is proposed, and counted."),
                "calendar-x",
                "scheduling:cancel_reasons",
                "practice.edit",
            ),
            Place(
                _("Waitlist rules"),
                _("How freed times are offered, and to whom first."),
                "hourglass",
                "scheduling:refill_rules",
                "scheduling.templates",
            ),
            Place(
                _("Check-in and tablets"),
                _("How long answers hold, and tablets in the waiting room."),
                "device-tablet",
                "visits:set_check_in",
                "visits.set_check_in",
            ),
            Place(
                _("Check-out steps"),
                _("What is settled after each kind of visit."),
                "checklist",
                "visits:steps",
                "visits.set_check_in",
            ),
            Place(
                _("Checked in without"),
                _("Card, copay or coverage missing, by member of staff."),
                "report-search",
                "visits:accountability",
                "visits.set_check_in",
            ),
            Place(
                _("Consent forms"),
                _("What patients sign, with its versions."),
                "writing-sign",
                "records:forms",
                "records.forms",
            ),
        ),
    ),
    (
        _("Money"),
        (
            Place(
                _("Patients’ money"),
                _("Rules for payment plans, cards on file, refunds and small balances."),
                "coins",
                "ledger:policy",
                "ledger.policy",
            ),
            Place(
                _("Payers"),
                _("Whom claims go to, and what contracts allow."),
                "shield-check",
                "coverage:payers",
                "coverage.payers",
            ),
            Place(
                _("Time limits of payers"),
                _("Days to file, correct and appeal, by payer and plan."),
                "alarm",
                "billing:limits",
                "billing.view",
            ),
            Place(
                _("Printers for the CMS-1500"),
                _("Move the type until it meets the boxes of the red form."),
                "printer",
                "billing:printers",
                "billing.view",
            ),
            Place(
                _("Contracts"),
                _("What payers agreed to pay, and until when."),
                "file-certificate",
                "workspace:contracts",
                "coding.view",
            ),
            Place(
                _("Charge list"),
                _("What you do, in your own words."),
                "receipt-2",
                "coding:charges",
                "coding.view",
            ),
            Place(
                _("Fee schedules"),
                _("What it costs, and from when."),
                "currency-dollar",
                "coding:fees",
                "coding.view",
            ),
            Place(
                _("Covered diagnoses"),
                _("Which diagnoses a payer pays a service for (LCD, NCD)."),
                "stethoscope",
                "coding:necessity",
                "coding.view",
            ),
        ),
    ),
    (
        _("Data"),
        (
            Place(
                _("Import patients"),
                _("From a CSV file, tried before anything is kept."),
                "file-import",
                "people:imports",
                "people.import",
            ),
            Place(
                _("Import a practice"),
                _("Settings from one file, tried before anything is kept."),
                "package-import",
                "workspace:practice_file",
                "practice.edit",
            ),
            Place(
                _("Duplicates"),
                _("Charts that may be the same person."),
                "users-minus",
                "people:duplicates",
                "people.merge",
            ),
            Place(
                _("Messages"),
                _("What was sent, what could not be, what came in."),
                "send",
                "comms:messages",
                "comms.view",
            ),
            Place(
                _("Texts"),
                _("Our number for texts, and quiet hours."),
                "message",
                "comms:line",
                "practice.edit",
            ),
            Place(
                _("Words of messages"),
                _("What patients read, in both languages."),
                "language",
                "comms:wordings",
                "practice.edit",
            ),
        ),
    ),
)


def groups(actor: Actor) -> list[tuple["Words", list[Place]]]:
    """Return the places that exist and that the actor may see, under their headings."""
    shown = [(label, [_found(place) for place in places]) for label, places in _GROUPS]
    allowed = [
        (label, [p for p in places if p.url and (not p.permission or actor.may(p.permission))])
        for label, places in shown
    ]
    return [(label, places) for label, places in allowed if places]


def _found(place: Place) -> Place:
    try:
        url = reverse(place.url_name)
    except NoReverseMatch:  # a screen that this house does not have
        url = ""
    return Place(place.label, place.says, place.icon, place.url_name, place.permission, url)
