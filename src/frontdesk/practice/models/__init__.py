"""The tenant, its places and its rules."""

from frontdesk.practice.models.places import (
    TIME_ZONES,
    Address,
    Closure,
    Device,
    Hours,
    InForce,
    InForceManager,
    Interpreter,
    Practice,
    Room,
    Site,
    checked_npi,
    checked_tax_id,
    save_checked,
)
from frontdesk.practice.models.rules import Rule, RuleVersion

__all__ = [
    "TIME_ZONES",
    "Address",
    "Closure",
    "Device",
    "Hours",
    "InForce",
    "InForceManager",
    "Interpreter",
    "Practice",
    "Room",
    "Rule",
    "RuleVersion",
    "Site",
    "checked_npi",
    "checked_tax_id",
    "save_checked",
]
