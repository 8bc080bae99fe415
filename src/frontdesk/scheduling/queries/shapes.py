"""The shapes of the book as it is drawn: visits, breaks and held times in columns of rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.scheduling.models import Appointment, Hold, VisitType
from frontdesk.solver.openings import Grid

TALL = 5  # rows from which a card has room for a second line
LANES = 3  # side by side at most; what is beyond lies over them
Status = Appointment.Status
LOOKS = {  # tone, percent and kind of the stage clock, and the class of the card
    Status.BOOKED: ("slate", 0, "open", "next"),
    Status.ARRIVED: ("amber", 25, "", ""),
    Status.FULFILLED: ("green", 0, "done", "past"),
    Status.NO_SHOW: ("red", 0, "open", "past missed"),
    Status.LEFT: ("amber", 0, "open", "past missed"),
}
COLUMNS = (
    "pk", "patient_id", "provider_id", "room_id", "starts_at", "ends_at", "status",
    "confirmed_at", "override_reason", "reason", "patient__first_name", "patient__preferred_name",
    "patient__last_name", "visit_type__name", "visit_type__needs_authorization", "room__name",
    "sequence", "visit_type__mode", "visit_type__is_new_patient", "visit_type__capacity",
    "patient__needs_interpreter",
)  # fmt: skip


@dataclass(slots=True)
class Booked:
    """One visit in the book, as read."""

    pk: UUID
    patient_id: UUID
    provider_id: UUID
    room_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    status: str
    confirmed_at: datetime | None
    override_reason: str
    reason: str
    first: str
    preferred: str
    last: str
    what: str
    needs_authorization: bool
    room: str | None
    sequence: int
    mode: str
    is_new_patient: bool
    capacity: int
    needs_interpreter: bool

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def flags(self) -> list[tuple[str, str, str]]:
        """What is particular about it: an icon, its words, its colour."""
        asked = [
            (bool(self.override_reason), "users", _("Double-booked"), "amber"),
            (self.is_new_patient, "user-plus", _("New patient"), "blue"),
            (self.needs_interpreter, "language", _("Interpreter"), "violet"),
            (self.capacity > 1, "users-group", _("Group visit"), "blue"),
            (self.mode == VisitType.Mode.VIDEO, "video", _("Video"), "blue"),
            (self.mode == VisitType.Mode.TELEPHONE, "phone", _("Telephone"), "blue"),
            (
                self.confirmed_at is not None and self.status == Status.BOOKED,
                "check", _("Confirmed"), "green",
            ),
        ]  # fmt: skip
        return [(icon, words, tone) for is_so, icon, words, tone in asked if is_so]

    @property
    def name(self) -> str:
        """As said in the office."""
        return f"{self.preferred or self.first} {self.last}"


@dataclass(slots=True)
class Card:
    """A visit as it stands in its column."""

    booked: Booked
    time: str
    start: int  # rows from the top
    length: int
    look: tuple[str, int, str, str]
    lane: int = 0
    lanes: int = 1
    ready: dict[str, str] | None = None
    is_part: bool = False  # only the part of the visit for which this thing is needed

    @property
    def figures(self) -> tuple[str, str]:
        """Row and length as a template writes them."""
        return str(self.start), str(self.length)

    @property
    def is_tall(self) -> bool:
        """Whether a second line fits."""
        return self.length >= TALL

    @property
    def is_movable(self) -> bool:
        """Whether it may be dragged."""
        return self.booked.status == Status.BOOKED and not self.is_part

    @property
    def says(self) -> str:
        """What is seen by colour and place alone, in words for a screen reader."""
        said = [str(Status(self.booked.status).label)]
        said += [words for _icon, words, _tone in self.booked.flags]
        return ", ".join(said if self.is_tall else [self.booked.what, *said])


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch that is not for visits, or only for some."""

    start: int
    length: int
    label: str = ""
    is_bookable: bool = False


class Away(NamedTuple):
    """A stretch for which somebody or something is off."""

    starts_at: datetime
    ends_at: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A time that somebody holds."""

    hold: Hold
    start: int
    length: int


@dataclass(slots=True)
class Column:
    """One provider, room or day."""

    key: str
    title: str
    face: str
    says: str
    day: date
    grid: Grid
    is_today: bool = False
    site: str = ""  # its site's key, where columns of several sites stand side by side
    place: str = ""  # its column of the grid, behind that of the hours
    cards: list[Card] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What the schedule shows."""

    columns: list[Column]
    rows: int
    hours: list[tuple[int, str]]
    visits: int
    filled: int | None  # percent of the sessions' minutes
    now_row: int | None = None
    now_label: str = ""
    beside: int = 0  # visits that were double-booked


def part_lanes(cards: list[Card]) -> None:
    """Put visits that overlap side by side; a group is as wide as its busiest moment."""
    group: list[Card] = []
    until = 0
    for card in cards:
        if group and card.start >= until:
            _share(group)
            group = []
        until = max(until, card.start + card.length) if group else card.start + card.length
        used = {one.lane for one in group if one.start + one.length > card.start}
        card.lane = next(lane for lane in range(len(group) + 1) if lane not in used)
        group.append(card)
    _share(group)


def _share(group: list[Card]) -> None:
    lanes = max((card.lane for card in group), default=0) + 1
    for card in group:
        card.lanes = min(lanes, LANES)
