"""278 loops into requests for review and the answers to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from frontdesk.x12.bind import review_values as r
from frontdesk.x12.bind import values as v
from frontdesk.x12.models.authorization import (
    AuthorizationRequest,
    AuthorizationResponse,
    ReviewedEvent,
    ReviewParty,
)
from frontdesk.x12.models.common import Extra, Member, Party
from frontdesk.x12.models.eligibility import Reject
from frontdesk.x12.models.message import Body
from frontdesk.x12.tree import Branch


@dataclass(slots=True)
class _People:
    """Who asks whom about whom, what was wrong with them, and the events about them."""

    reviewer: Party
    requester: ReviewParty | None = None
    subscriber: Member | None = None
    dependent: Member | None = None
    rejects: tuple[Reject, ...] = ()
    extra: tuple[Extra, ...] = ()
    events: list[Branch] = field(default_factory=list)


class ReviewRequestReader:
    """Builds a request for each patient event."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each request."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for people in _people(root):
            for event in people.events:
                found = AuthorizationRequest(reviewer=people.reviewer, purpose=v.at(opening, 2))
                _open(found, opening, people)
                trace = event.take("TRN")
                found.trace, found.trace_origin = v.at(trace, 2), v.at(trace, 3)
                _event(found, event)
                self._take(found)


class ReviewResponseReader:
    """Builds an answer for each patient event, or for a request refused before any."""

    unit = "none"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each answer."""
        self._take = take

    def finish(self, root: Branch) -> None:
        """Walk the levels of the whole set."""
        opening = root.take("BHT")
        for people in _people(root):
            if not people.events:
                found = AuthorizationResponse(reviewer=people.reviewer, rejects=people.rejects)
                _open(found, opening, people)
                self._take(found)
            for event in people.events:
                found = AuthorizationResponse(reviewer=people.reviewer)
                _open(found, opening, people)
                found.rejects = people.rejects + r.rejects(event, "event")
                found.decision = r.decision(event)
                _traces(found, event)
                _event(found, event)
                self._take(found)


def _open(found: ReviewedEvent, opening: list[str] | None, people: _People) -> None:
    found.reference = v.at(opening, 3)
    found.at = v.moment(v.at(opening, 4), v.at(opening, 5))
    found.transaction_type = v.at(opening, 6)
    found.requester = people.requester
    found.subscriber, found.dependent = people.subscriber, people.dependent
    found.extra = people.extra


def _traces(found: AuthorizationResponse, event: Branch) -> None:
    """TRN*2 is the asker's own number coming back; the others are the reviewer's."""
    others: list[tuple[str, str]] = []
    for trace in event.take_all("TRN"):
        if v.at(trace, 1) == "2" and not found.trace:
            found.trace, found.trace_origin = v.at(trace, 2), v.at(trace, 3)
        else:
            others.append((v.at(trace, 2), v.at(trace, 3)))
    found.payer_traces = tuple(others)


def _people(root: Branch) -> Iterator[_People]:
    for source in root.each("2000A"):
        name = source.child("2010A")
        refused = r.rejects(source, "set")
        if name is not None:
            refused += r.rejects(name, "payer")
        reviewer = v.party(name) if name is not None else Party()
        extra = v.rest(name) if name is not None else ()
        requesters = list(source.each("2000B"))
        if not requesters:
            yield _People(reviewer, rejects=refused, extra=extra)
        for requester in requesters:
            yield from _asked(requester, _People(reviewer, rejects=refused, extra=extra))


def _asked(level: Branch, people: _People) -> Iterator[_People]:
    name = level.child("2010B")
    if name is not None:
        people.requester = r.party(name, "requester")
        people.extra += v.rest(name)
    subscribers = list(level.each("2000C"))
    if not subscribers:
        yield people
    for subscriber in subscribers:
        yield from _insured(subscriber, people)


def _insured(level: Branch, people: _People) -> Iterator[_People]:
    insured, refused, extra = _member(level.child("2010C"), "subscriber")
    refused, extra = people.rejects + refused, people.extra + extra
    events, dependents = list(level.each("2000E")), list(level.each("2000D"))
    if events or not dependents:
        yield _People(people.reviewer, people.requester, insured, None, refused, extra, events)
    for dependent in dependents:
        person, more, rest = _member(dependent.child("2010D"), "dependent")
        yield _People(
            people.reviewer,
            people.requester,
            insured,
            person,
            refused + more,
            extra + rest,
            list(dependent.each("2000E")),
        )


def _member(
    branch: Branch | None, level: str
) -> tuple[Member, tuple[Reject, ...], tuple[Extra, ...]]:
    """A person, why the person was not found, and what no field holds."""
    if branch is None:
        return Member(), (), ()
    refused = r.rejects(branch, level)
    found = v.member(branch)
    kin = next((s for s in branch.segments if s[0] == "INS"), None)
    if kin is not None and level == "dependent" and len(kin) == 3:
        branch.take("INS")
        found.relationship = kin[2]
    return found, refused, v.rest(branch)


def _event(found: ReviewedEvent, event: Branch) -> None:
    """What stands at the patient event and below it."""
    found.segment = event.number
    event.take("HL")
    found.review = r.review(event)
    found.references = v.references(event.take_all("REF"))
    found.periods = v.periods(event.take_all("DTP"))
    found.diagnoses = r.diagnoses(event)
    found.deliveries = r.deliveries(event)
    found.attachments = r.attachments(event)
    found.message = v.at(event.take("MSG"), 1)
    providers, places = [], []
    extra = v.rest(event)
    for branch in event.children:
        if branch.id == "2000F":
            continue
        if branch.id == "2010EA":
            providers.append(r.party(branch, "provider"))
            extra += v.rest(branch)
        elif branch.id in {"2010EB", "2010EC"} and r.is_place(branch):
            places.append(r.party(branch, "place"))
        else:
            extra += v.deep_rest(branch)
    found.providers, found.places = tuple(providers), tuple(places)
    found.services = tuple(r.service(b) for b in event.each("2000F"))
    found.extra = (*found.extra, *extra)
