"""The patient's way through the office, and what was found and done."""

from frontdesk.visits.models.check_in import (
    CheckIn,
)
from frontdesk.visits.models.check_out import (
    CheckOutItem,
)
from frontdesk.visits.models.clinical import (
    Vitals,
)
from frontdesk.visits.models.flow import (
    FlowEvent,
    Stage,
    Visit,
)
from frontdesk.visits.models.superbill import (
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
)

__all__ = [
    "CheckIn",
    "CheckOutItem",
    "FlowEvent",
    "Stage",
    "Superbill",
    "SuperbillDiagnosis",
    "SuperbillLine",
    "Visit",
    "Vitals",
]
