"""The shapes of the board: what is read of each appointment, a card, a lane, the whole."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from frontdesk.visits.models import Stage
from frontdesk.visits.queries.strip import Light, RoomChip

COLUMNS = {
    "pk": "pk",
    "starts_at": "starts_at",
    "patient_id": "patient_id",
    "what": "visit_type__name",
    "minutes": "visit_type__minutes",
    "needs_authorization": "visit_type__needs_authorization",
    "reason": "reason",
    "first": "patient__first_name",
    "preferred": "patient__preferred_name",
    "last": "patient__last_name",
    "born": "patient__birth_date",
    "provider_id": "provider_id",
    "provider_first": "provider__first_name",
    "provider_last": "provider__last_name",
    "credential": "provider__credential",
    "visit_id": "visit__pk",
    "stage": "visit__stage",
    "since": "visit__stage_since",
    "room_id": "visit__room_id",
    "room": "visit__room__name",
    "left_unseen": "visit__left_unseen",
    "closed_at": "visit__closed_at",
    "checked_in_at": "visit__check_in__finished_at",
    "visit_type_id": "visit_type_id",
    "late_answer": "visit__late__answer",
    "late_minutes": "visit__late__minutes",
    "ticket": "visit__ticket__number",
    "called_at": "visit__ticket__called_at",
    "visit_type_code": "visit_type__code",
    "pays": "visit__check_in__pays",
    "needs_interpreter": "patient__needs_interpreter",
}
LOOKS = {
    Stage.EXPECTED: ("slate", 0, "open"),
    Stage.ARRIVED: ("amber", 25, ""),
    Stage.ROOMED: ("violet", 50, ""),
    Stage.WITH_PROVIDER: ("blue", 75, ""),
    Stage.CHECK_OUT: ("green", 100, ""),
    Stage.GONE: ("green", 0, "done"),
}


@dataclass(slots=True)
class Booked:
    """One appointment of the day with its visit, as read from the database."""

    pk: UUID
    starts_at: datetime
    patient_id: UUID
    what: str
    minutes: int
    needs_authorization: bool
    reason: str
    first: str
    preferred: str
    last: str
    born: date
    provider_id: UUID
    provider_first: str
    provider_last: str
    credential: str
    visit_id: UUID | None
    stage: str | None
    since: datetime | None
    room_id: UUID | None
    room: str | None
    left_unseen: bool | None
    closed_at: datetime | None
    checked_in_at: datetime | None
    visit_type_id: UUID
    late_answer: str | None
    late_minutes: int | None
    ticket: int | None
    called_at: datetime | None
    visit_type_code: str
    pays: str | None
    needs_interpreter: bool

    @property
    def name(self) -> str:
        """As said in the office."""
        return f"{self.preferred or self.first} {self.last}"

    @property
    def lane(self) -> str:
        """Where the patient is."""
        return self.stage or Stage.EXPECTED


@dataclass(slots=True)
class Card:
    """What a card of the board shows."""

    booked: Booked
    age: str
    time: str
    face: str
    provider: str
    ready: dict[str, str] = field(default_factory=dict)
    says: str = ""
    tone: str = ""
    limit: int | None = None
    percent: int = 0
    alert: int | None = None  # the limit, where passing it raises a hand
    bar: str = ""
    is_over: bool = False
    late: int = 0
    holds: str = ""  # who or what is waited for, in words
    holds_icon: str = ""
    holds_tone: str = ""
    soon: str = ""  # when they will be seen: "10–25 min"
    code: str = ""  # the number on the display
    is_forgotten: bool = False
    is_called: bool = False


@dataclass(slots=True)
class Lane:
    """One stage of the board, how many are in it, and the cards shown."""

    stage: Stage
    count: int
    cards: list[Card]
    later: int = 0
    limit: int | None = None  # the minutes after which a card needs an eye

    @property
    def look(self) -> tuple[str, int, str]:
        """Tone, percent and kind of its clock."""
        return LOOKS[self.stage]


@dataclass(slots=True)
class Board:
    """The office at one moment."""

    lanes: list[Lane]
    providers: list[tuple[UUID, str, bool]]
    late: int
    longest: tuple[str, datetime, bool] | None
    rooms_free: int
    rooms: int
    behind: tuple[str, int] | None
    seen: int
    total: int
    next_arrival: Booked | None
    strip: list[RoomChip] = field(default_factory=list)
    free_at: list[tuple[str, int]] = field(default_factory=list)  # providers, minutes from now
    forgotten: int = 0
    desk_waits: int = 0  # tickets that nobody at the desk has called
    calls: list[Light] = field(default_factory=list)
    view: str = "all"
