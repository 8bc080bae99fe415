"""Code sets, the practice's own charge list and prices, contracts with payers, payment edits."""

from frontdesk.coding.models.codes import (
    ChargeItem,
    CodeSet,
    Diagnosis,
    Fee,
    FeeSchedule,
    Modifier,
    PlaceOfService,
    PriceImport,
    Procedure,
)
from frontdesk.coding.models.contracts import Contract, ContractTerm
from frontdesk.coding.models.edits import PairEdit, UnitLimit
from frontdesk.coding.models.medicare import ConversionFactor, Locality, RelativeValue
from frontdesk.coding.models.necessity import MedicalNecessity

__all__ = [
    "ChargeItem",
    "CodeSet",
    "Contract",
    "ContractTerm",
    "ConversionFactor",
    "Diagnosis",
    "Fee",
    "FeeSchedule",
    "Locality",
    "MedicalNecessity",
    "Modifier",
    "PairEdit",
    "PlaceOfService",
    "PriceImport",
    "Procedure",
    "RelativeValue",
    "UnitLimit",
]
