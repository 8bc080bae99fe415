"""The patient's way through the office, and what was found and done."""

from frontdesk.visits.models.calls import (
    Call,
    MessageSeen,
    RoomMessage,
)
from frontdesk.visits.models.charges import (
    ChargeException,
    LevelGiven,
    SuperbillStep,
)
from frontdesk.visits.models.check_in import (
    CheckIn,
    Item,
    ItemRule,
    Kiosk,
    Told,
)
from frontdesk.visits.models.check_out import (
    CheckOutItem,
    CheckOutStep,
)
from frontdesk.visits.models.clinical import (
    Vitals,
)
from frontdesk.visits.models.flow import (
    FlowEvent,
    Stage,
    Visit,
)
from frontdesk.visits.models.rooms import (
    RoomEvent,
    RoomStanding,
    RoomState,
)
from frontdesk.visits.models.superbill import (
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
)
from frontdesk.visits.models.tickets import (
    Ticket,
)
from frontdesk.visits.models.waits import (
    FlowPolicy,
    LateArrival,
    UsualTimes,
    WaitPrediction,
)

__all__ = [
    "Call",
    "ChargeException",
    "CheckIn",
    "CheckOutItem",
    "CheckOutStep",
    "FlowEvent",
    "FlowPolicy",
    "Item",
    "ItemRule",
    "Kiosk",
    "LateArrival",
    "LevelGiven",
    "MessageSeen",
    "RoomEvent",
    "RoomMessage",
    "RoomStanding",
    "RoomState",
    "Stage",
    "Superbill",
    "SuperbillDiagnosis",
    "SuperbillLine",
    "SuperbillStep",
    "Ticket",
    "Told",
    "UsualTimes",
    "Visit",
    "Vitals",
    "WaitPrediction",
]
