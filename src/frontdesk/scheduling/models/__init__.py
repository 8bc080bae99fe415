"""Promises of time: what can be booked, when people work, what is held and booked."""

from frontdesk.scheduling.models.blocks import Block
from frontdesk.scheduling.models.booking import (
    Appointment,
    Change,
    Hold,
    Occupancy,
)
from frontdesk.scheduling.models.figures import AccessDay, Pace, RiskModel
from frontdesk.scheduling.models.groups import GroupVisit, Seat
from frontdesk.scheduling.models.hours import (
    RecurringOff,
    Session,
    TimeOff,
)
from frontdesk.scheduling.models.lab import Replay, TemplateDraft
from frontdesk.scheduling.models.overrides import Override
from frontdesk.scheduling.models.planned import CancelReason, PlannedVisit
from frontdesk.scheduling.models.preferences import Preference
from frontdesk.scheduling.models.readiness import ReadinessRule, Requirement
from frontdesk.scheduling.models.recall import RecallRule
from frontdesk.scheduling.models.reminders import Reminder, ReminderPolicy
from frontdesk.scheduling.models.repair import Bump, Lateness, LateNotice, Repair, RepairLine
from frontdesk.scheduling.models.series import SetVisit, VisitSet
from frontdesk.scheduling.models.types import (
    Phase,
    VisitType,
)
from frontdesk.scheduling.models.waitlist import FreedTime, Offer, RefillRule, Wait

__all__ = [
    "AccessDay",
    "Appointment",
    "Block",
    "Bump",
    "CancelReason",
    "Change",
    "FreedTime",
    "GroupVisit",
    "Hold",
    "LateNotice",
    "Lateness",
    "Occupancy",
    "Offer",
    "Override",
    "Pace",
    "Phase",
    "PlannedVisit",
    "Preference",
    "ReadinessRule",
    "RecallRule",
    "RecurringOff",
    "RefillRule",
    "Reminder",
    "ReminderPolicy",
    "Repair",
    "RepairLine",
    "Replay",
    "Requirement",
    "RiskModel",
    "Seat",
    "Session",
    "SetVisit",
    "TemplateDraft",
    "TimeOff",
    "VisitSet",
    "VisitType",
    "Wait",
]
