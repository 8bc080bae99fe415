"""The made-up world: payers with their fees, plans with their rules, members with their dates."""

import json
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from frontdesk.sandbox.roll import Roll

R = TypeVar("R")

# Which kind of service a procedure is, by the longest matching start of its code.
SERVICE_OF_CODE = {"99": "98", "Z9": "98", "G0": "98", "8": "5", "36": "5", "7": "4", "90": "80"}
ANY_SERVICE = "98"


class BadWorld(ValueError):
    """A description of the world that cannot be used; the text names the place."""


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer: `allowed` names fees by code, else `allowed_ratio` of the charge is allowed.

    Its habits are shares of its claims: refused ("CO-16:M127" as group, CARC, RARC), turned away
    once at the door, paid late (with interest a year of `interest`), priced short and corrected
    later, taken back (`asks_first`: announced, and taken from a later payment), told under a
    number that nobody knows, or told to the wrong office; and of appeals (by CARC) to which it
    gives in. `capitation` is what it pays a month besides.
    """

    id: str
    name: str
    allowed_ratio: Decimal = Decimal("0.60")
    allowed: dict[str, Decimal] = field(default_factory=dict)
    filing_days: int = 365
    pays_after_seconds: int = 0
    tax_id: str = "999999999"
    finds_by_name: bool = False  # answers a question without a member id
    habits: dict[str, Decimal] = field(default_factory=dict)
    turned_away: Decimal = Decimal(0)
    slow: Decimal = Decimal(0)
    slow_seconds: int = 30 * 86400  # longer than usual
    priced_short: Decimal = Decimal(0)
    short_ratio: Decimal = Decimal("0.90")  # of what the contract allows, at first
    taken_back: Decimal = Decimal(0)
    second_look_seconds: int = 40 * 86400  # until a price is put right, or money taken back
    appeal_seconds: int = 25 * 86400  # until an appeal is answered
    overturned: dict[str, Decimal] = field(default_factory=dict)
    interest: Decimal = Decimal(0)
    capitation: Decimal = Decimal(0)
    asks_first: Decimal = Decimal(0)
    takes_after_seconds: int = 30 * 86400
    misnamed: Decimal = Decimal(0)
    strays: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Service:
    """What a plan says of one service type. Without a share of its own, the plan's counts."""

    copay: Decimal | None = None
    coinsurance: Decimal | None = None
    deductible_applies: bool | None = None  # default: only where there is no copay
    needs_authorization: bool = False
    is_covered: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """A product of a payer. `network` holds NPIs; an empty one means that everybody is in."""

    id: str
    payer: str
    name: str
    group: str = ""
    insurance_type: str = ""
    deductible: Decimal = Decimal(0)
    family_deductible: Decimal | None = None
    out_of_pocket: Decimal | None = None
    family_out_of_pocket: Decimal | None = None
    coinsurance: Decimal = Decimal(0)
    services: dict[str, Service] = field(default_factory=dict)
    code_services: dict[str, str] = field(default_factory=dict)
    needs_authorization: list[str] = field(default_factory=list)
    reviews: dict[str, str] = field(default_factory=dict)  # what a 278 about a code gets: HCR01
    review_seconds: int = 0  # how long a pended request is reviewed
    not_covered: list[str] = field(default_factory=list)
    part_of: dict[str, str] = field(default_factory=dict)  # a code paid within another's price
    network: list[str] = field(default_factory=list)
    out_of_network_coinsurance: Decimal = Decimal("0.50")

    def service_type(self, code: str) -> str:
        """Return the service type of a procedure code."""
        table = {**SERVICE_OF_CODE, **self.code_services}
        starts = [start for start in table if code.startswith(start)]
        return table[max(starts, key=len)] if starts else ANY_SERVICE

    def service(self, service_type: str) -> Service:
        """Return the rules of a service type."""
        return self.services.get(service_type, Service())

    def share(self, service: Service, *, in_network: bool) -> Decimal:
        """Return the patient's share of a service, of one."""
        if not in_network:
            return self.out_of_network_coinsurance
        if service.coinsurance is not None:
            return service.coinsurance
        return Decimal(0) if service.copay is not None else self.coinsurance

    def deductible_counts(self, service: Service) -> bool:
        """Say whether the deductible comes first for a service."""
        if service.deductible_applies is not None:
            return service.deductible_applies
        return service.copay is None

    def takes(self, npi: str) -> bool:
        """Say whether a provider is in the network."""
        return not self.network or npi in self.network


@dataclass(frozen=True, slots=True)
class Permission:
    """An authorization the payer has given."""

    number: str
    codes: list[str] = field(default_factory=list)
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody covered: `id` is the subscriber's number, shared by a family.

    `relationship` is the X12 code (18 self, 01 spouse, 19 child, G8 other); a dependent's
    holder is the member of the same plan and id whose relationship is 18. The amounts used
    are where the accumulators of every year start.
    """

    id: str
    plan: str
    last: str
    first: str
    born: date
    sex: str = "U"
    relationship: str = "18"
    begins: date | None = None
    ends: date | None = None
    deductible_used: Decimal = Decimal(0)
    out_of_pocket_used: Decimal = Decimal(0)
    other_payer: str = ""
    authorizations: list[Permission] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What tells this member from all others of the world."""
        return f"{self.plan}|{self.id}|{bare(self.first)}|{self.born.isoformat()}"

    @property
    def family(self) -> str:
        """What a family shares."""
        return f"{self.plan}|{self.id}"

    def is_covered_on(self, day: date) -> bool:
        """Say whether the day lies between the member's dates."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )

    def may(self, code: str, number: str, day: date) -> bool:
        """Say whether an authorization with this number covers the code on the day."""
        return any(
            held.number == number
            and (not held.codes or code in held.codes)
            and (held.begins is None or held.begins <= day)
            and (held.ends is None or day <= held.ends)
            for held in self.authorizations
        )


@dataclass(slots=True)
class World:
    """Everything the sandbox knows: who may send, payers and plans by id, and the members."""

    user: str = "demo-office"
    password: str = "sandbox"  # noqa: S105 -- the published password of a training program
    payers: dict[str, Payer] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    roll: Roll = field(default_factory=Roll)

    def merge(self, told: Mapping[str, Any]) -> None:
        """Add what is told, replacing what has the same key; raise `BadWorld`, changing nothing."""
        payers = self.payers | {one.id: one for one in _read_all(Payer, told, "payers")}
        plans = self.plans | {one.id: one for one in _read_all(Plan, told, "plans")}
        for plan in plans.values():
            if plan.payer not in payers:
                raise BadWorld(f"plan {plan.id}: there is no payer {plan.payer}")
        with self.roll.changing():
            for one, member in zip(_list(told, "members"), _members(told), strict=True):
                if member.plan not in plans:
                    raise BadWorld(f"member {member.id}: there is no plan {member.plan}")
                self.roll.put(member.key, bare(member.id), _person(member), one)
            self.user = str(told.get("user", self.user))
            self.password = str(told.get("password", self.password))
            self.payers, self.plans = payers, plans
            self.roll.keep("world", self._without_members())

    def recall(self) -> None:
        """Know again what was merged into this roll before."""
        self.merge(self.roll.kept("world") or {})

    def member(self, key: str) -> Member | None:
        """Return the member with this key."""
        return next(map(_member, self.roll.with_key(key)), None)

    def members_with(self, member_id: str) -> list[Member]:
        """Return everybody covered under a member id, of whatever payer."""
        return [_member(told) for told in self.roll.with_id(bare(member_id))]

    def members_named(self, last: str, first: str, born: date, payer: str) -> list[Member]:
        """Return whom a payer covers under this name and birth date."""
        named = [_member(told) for told in self.roll.named(_named(last, first, born))]
        return [one for one in named if self.plans[one.plan].payer == payer]

    def payer_of(self, member: Member) -> Payer:
        """Return who covers a member."""
        return self.payers[self.plans[member.plan].payer]

    def as_json(self) -> dict[str, Any]:
        """Return the world as plain data that `merge` reads."""
        members = [_plain(asdict(_member(told))) for told in self.roll]
        return self._without_members() | {"members": members}

    def _without_members(self) -> dict[str, Any]:
        return {
            "user": self.user,
            "password": self.password,
            "payers": [_plain(asdict(one)) for one in self.payers.values()],
            "plans": [_plain(asdict(one)) for one in self.plans.values()],
        }


def load(path: Path) -> dict[str, Any]:
    """Return the description in a JSON file; raise `BadWorld` when it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadWorld(f"{path.name} cannot be read as JSON") from error
    if not isinstance(told, dict):
        raise BadWorld(f"{path.name} does not hold an object")
    return told


def bare(text: str) -> str:
    """Return a name or id without case, accents, punctuation and spaces (as CORE 258 compares)."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain.casefold())


def _list(told: Mapping[str, Any], name: str) -> list[Any]:
    listed = told.get(name, [])
    if not isinstance(listed, list):
        raise BadWorld(f"{name} is not a list")
    return listed


def _read_all(kind: type[R], told: Mapping[str, Any], name: str) -> list[R]:
    return [_read(kind, one, f"{name}[{n}]") for n, one in enumerate(_list(told, name))]


def _members(told: Mapping[str, Any]) -> Iterator[Member]:
    """Read the members one by one: they are many, and only one at a time is looked at."""
    for place, one in enumerate(_list(told, "members")):
        yield _read(Member, one, f"members[{place}]")


def _member(told: Any) -> Member:
    return _read(Member, told, "a member")


def _person(member: Member) -> str:
    return _named(member.last, member.first, member.born)


def _named(last: str, first: str, born: date) -> str:
    return f"{bare(last)}|{bare(first)}|{born.isoformat()}"


def _read(kind: type[R], told: Any, place: str) -> R:
    if not isinstance(told, Mapping):
        raise BadWorld(f"{place} is not an object")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type] # dataclasses all
    if unknown := set(told) - set(known):
        raise BadWorld(f"{place} has an unknown field: {', '.join(sorted(unknown))}")
    for name, one in known.items():
        has_default = one.default is not MISSING or one.default_factory is not MISSING
        if name not in told and not has_default:
            raise BadWorld(f"{place} has no {name}")
    hints = _hints(cast("Hashable", kind))
    return kind(**{name: _value(hints[name], told[name], f"{place}.{name}") for name in told})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any, place: str) -> Any:
    if value is None:
        return None
    try:
        return _reader(str(hint), place)(value)
    except BadWorld:
        raise
    except (InvalidOperation, ValueError, TypeError, AttributeError) as error:
        raise BadWorld(f"{place} cannot be read") from error


def _reader(hint: str, place: str) -> Callable[[Any], Any]:
    readers: dict[str, Callable[[Any], Any]] = {
        "Service]": lambda told: {n: _read(Service, s, f"{place}.{n}") for n, s in told.items()},
        "Permission]": lambda told: [
            _read(Permission, one, f"{place}[{number}]") for number, one in enumerate(told)
        ],
        "Decimal]": lambda told: {str(code): Decimal(str(a)) for code, a in told.items()},
        "Decimal": lambda told: Decimal(str(told)),
        "date": date.fromisoformat,
        "bool": bool,
        "'int'": int,
    }
    return next((read for mark, read in readers.items() if mark in hint), lambda told: told)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
