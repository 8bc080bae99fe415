"""Questions about codes, prices, contracts and payment edits."""

from frontdesk.coding.queries.codes import (
    LOOKED_THROUGH,
    MOST,
    Service,
    charge_list,
    diagnosis,
    fee,
    fees,
    find_diagnoses,
    find_procedures,
    modifiers,
    places,
    price_list,
    priced_schedules,
    schedule_on,
    schedules,
    service,
)
from frontdesk.coding.queries.contracts import (
    PriceBook,
    allowed,
    compared,
    contracts,
    gaps_of,
    price_book,
    unpriced,
)
from frontdesk.coding.queries.edits import Asked, edits, edits_of
from frontdesk.coding.queries.known import KnownCodes
from frontdesk.coding.queries.necessity import necessities
from frontdesk.coding.queries.year import (
    code_of_level,
    ending_charges,
    ending_diagnoses,
    valid_diagnoses,
)

__all__ = [
    "LOOKED_THROUGH",
    "MOST",
    "Asked",
    "KnownCodes",
    "PriceBook",
    "Service",
    "allowed",
    "charge_list",
    "code_of_level",
    "compared",
    "contracts",
    "diagnosis",
    "edits",
    "edits_of",
    "ending_charges",
    "ending_diagnoses",
    "fee",
    "fees",
    "find_diagnoses",
    "find_procedures",
    "gaps_of",
    "modifiers",
    "necessities",
    "places",
    "price_book",
    "price_list",
    "priced_schedules",
    "schedule_on",
    "schedules",
    "service",
    "unpriced",
    "valid_diagnoses",
]
