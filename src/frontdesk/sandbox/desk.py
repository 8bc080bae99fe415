"""The sandbox's counter: what arrives in an envelope, and what goes back in one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from frontdesk import x12
from frontdesk.sandbox import (
    eligibility,
    intake,
    remittance,
    reviews,
    second_look,
    status,
)
from frontdesk.sandbox.faults import Faults
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import World
from frontdesk.x12 import connectivity as core

_KIND_OF_RETRIEVAL = {
    core.TA1_REQUEST: ("TA1", core.TA1_RESPONSE),
    core.ACK_REQUEST: ("999", core.ACK_RESPONSE),
    core.STATUS_REQUEST: ("277CA", core.STATUS_RESPONSE),
    core.REMITTANCE_REQUEST: ("835", core.REMITTANCE_RESPONSE),
}


class Desk:
    """Answers envelopes from its world and its memory; HTTP is none of its business."""

    def __init__(
        self,
        world: World,
        state: State,
        faults: Faults,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.world, self.state, self.faults, self.clock = world, state, faults, clock

    def answer(self, body: bytes, content_type: str, faults: Faults) -> core.CoreResponse:
        """Return the response to a request's bytes; trouble is an error code of the rule."""
        try:
            request = core.parse_request(body, content_type)
        except core.BadEnvelope as bad:
            return self._refuse(bad.code, str(bad))
        if (request.user, request.password) != (self.world.user, self.world.password):
            return self._refuse("UnAuthorized", "The user or the password is wrong.", request)
        with self.state.changing():
            return self._counter(request)(request, faults)

    def _counter(
        self, request: core.CoreRequest
    ) -> Callable[[core.CoreRequest, Faults], core.CoreResponse]:
        counters = {
            core.ELIGIBILITY_REQUEST: self._eligibility,
            core.REVIEW_REQUEST: self._review,
            core.CLAIMS_REQUEST: self._claims,
            core.STATUS_INQUIRY: self._standing,
            core.RESULTS_ACK: self._acknowledgement,
            **dict.fromkeys(_KIND_OF_RETRIEVAL, self._retrieval),
        }
        return counters.get(request.payload_type, self._unknown)

    def mailbox(self, sender: str, *, taken: bool = False) -> list[dict[str, object]]:
        """Return a sender's files, oldest first; what fell due is put there before."""
        with self.state.changing():
            self._settle(sender)
            return [
                {
                    "id": file.id,
                    "kind": file.kind,
                    "name": file.name,
                    "size": file.size,
                    "at": file.at,
                    "taken": file.is_taken,
                }
                for file in self.state.files(sender, taken=taken)
            ]

    def appeal(self, sender: str, *, control: str, reason: str, level: int = 1) -> bool | None:
        """Take a letter of appeal, which comes by fax or mail; say whether the payer gives in.

        It says so by deciding the claim anew, in its time. None: it knows no such refused claim.
        """
        with self.state.changing():
            office = intake.Office(sender, self.world, self.state, self.clock())
            return second_look.hear_appeal(control, reason, level, office)

    def _eligibility(self, request: core.CoreRequest, faults: Faults) -> core.CoreResponse:
        """Answer whether people are covered (270 to 271)."""
        answer = partial(eligibility.answer, world=self.world, state=self.state)
        asked, kind = x12.EligibilityInquiry, core.ELIGIBILITY_RESPONSE
        return self._answered(request, faults, asked, answer, kind, eligibility.turn_away)

    def _standing(self, request: core.CoreRequest, faults: Faults) -> core.CoreResponse:
        """Answer where claims stand (276 to 277)."""
        sender = request.sender
        answer = partial(status.answer, sender=sender, world=self.world, state=self.state)
        return self._answered(request, faults, x12.ClaimStatusInquiry, answer, core.STATUS_ANSWER)

    def _review(self, request: core.CoreRequest, faults: Faults) -> core.CoreResponse:
        """Answer requests for review (278)."""
        sender = request.sender
        answer = partial(reviews.answer, sender=sender, world=self.world, state=self.state)
        asked, kind = x12.AuthorizationRequest, core.REVIEW_RESPONSE
        return self._answered(request, faults, asked, answer, kind, reviews.turn_away)

    def _answered(
        self,
        request: core.CoreRequest,
        faults: Faults,
        asked: type,
        answer: Callable[..., Any],
        kind: str,
        turn_away: Callable[[Any], None] | None = None,
    ) -> core.CoreResponse:
        """Answer each question of a request, unless a fault that was ordered spoils it.

        `asked` is what a question is, `kind` the payload type of the answer; `turn_away` makes of
        an answer that the payer is away (AAA 42).
        """
        report = x12.check(request.payload)
        envelope = next((i.envelope for i in report.interchanges if i.envelope), None)
        if envelope is None or not report.valid or faults.take("rejected"):
            return self._malformed(request, report, envelope)
        at = self.clock()
        questions = (body for one in x12.read(request.payload) for body in one.bodies)
        bodies = [answer(one, at=at) for one in questions if isinstance(one, asked)]
        if turn_away and faults.take("unavailable"):
            for body in bodies:
                turn_away(body)
        if faults.take("mismatched"):
            for body in bodies:
                body.trace = body.trace[::-1]
        reply = envelope.answered(control=self.state.next_number("interchange"), at=at)
        payload = x12.write(reply, bodies)
        return self._reply(request, kind, payload * 2 if faults.take("twice") else payload)

    def _malformed(
        self, request: core.CoreRequest, report: x12.Report, envelope: x12.Envelope | None
    ) -> core.CoreResponse:
        if envelope is None:
            return self._refuse("PayloadIllegal", "The payload holds no X12 message.", request)
        reply = envelope.answered(control=self.state.next_number("interchange"), at=self.clock())
        spoiled = _spoiled(request.payload) if report.valid else report
        return self._reply(request, core.ACK_RESPONSE, x12.acknowledge(spoiled, reply))

    def _claims(self, request: core.CoreRequest, faults: Faults) -> core.CoreResponse:
        at = self.clock()
        if earlier := self.state.known_batch(request.payload):
            told = f"Duplicate: this content was received before as {earlier}."
            return self._reply(request, core.BATCH_RECEIVED, b"", told)
        report = x12.check(request.payload)
        envelope = next((i.envelope for i in report.interchanges if i.envelope), None)
        if envelope is None:
            return self._refuse("PayloadIllegal", "The payload holds no X12 message.", request)
        is_new = self.state.keep_batch(
            request.payload,
            request.payload_id,
            request.sender,
            f"{envelope.control:09d}",
            f"{at:%FT%T}",
        )
        office = intake.Office(request.sender, self.world, self.state, at)
        if faults.take("rejected"):
            intake.refuse_batch(_spoiled(request.payload), office, envelope)
        else:
            intake.take_batch(request.payload, office, is_known_control=not is_new)
        if faults.take("twice"):
            for kind, content in list(office.files):
                intake.put(office, kind, content)
        return self._reply(request, core.BATCH_RECEIVED, b"")

    def _settle(self, sender: str) -> None:
        at = self.clock()
        paid = remittance.settle(
            sender,
            world=self.world,
            state=self.state,
            at=at,
            with_plb=bool(self.faults.take("plb")) if self.state.has_due(sender, at) else False,
        )
        for content in list(paid):
            copies = 2 if self.faults.take("twice") else 1
            office = intake.Office(sender, self.world, self.state, at)
            for _ in range(copies):
                intake.put(office, "835", content)

    def _unknown(self, request: core.CoreRequest, _: Faults) -> core.CoreResponse:
        return self._refuse("PayloadTypeIllegal", "This kind of message is not taken.", request)

    def _retrieval(self, request: core.CoreRequest, _: Faults) -> core.CoreResponse:
        kind, response_type = _KIND_OF_RETRIEVAL[request.payload_type]
        self._settle(request.sender)
        content = None
        if request.payload_id.startswith(kind):
            content = self.state.content(request.sender, request.payload_id)
        if content is None:
            none = core.NO_ACK_FILE if kind in {"TA1", "999"} else core.NO_RESULTS_FILE
            return self._reply(request, none, b"")
        return self._reply(request, response_type, content)

    def _acknowledgement(self, request: core.CoreRequest, _: Faults) -> core.CoreResponse:
        if not self.state.take(request.sender, request.payload_id):
            return self._refuse("PayloadIDIllegal", "There is no such file.", request)
        return self._reply(request, core.RESULTS_ACK_RECEIVED, b"")

    def _reply(
        self, request: core.CoreRequest, kind: str, payload: bytes, message: str = "None"
    ) -> core.CoreResponse:
        return core.CoreResponse(
            payload_type=kind,
            mode=request.mode,
            payload_id=request.payload_id,
            at=self.clock(),
            sender=intake.CLEARINGHOUSE,
            receiver=request.sender,
            payload=payload,
            error_message=message,
        )

    def _refuse(
        self, code: str, message: str, request: core.CoreRequest | None = None
    ) -> core.CoreResponse:
        return core.CoreResponse(
            payload_type=core.ENVELOPE_ERROR,
            mode=request.mode if request else core.REAL_TIME,
            payload_id=request.payload_id if request else "unknown",
            at=self.clock(),
            sender=intake.CLEARINGHOUSE,
            receiver=request.sender if request else "unknown",
            error_code=code,
            error_message=message,
        )


def _spoiled(payload: bytes) -> x12.Report:
    """Return the report on the message as it would be with its BHT unreadable."""
    return x12.check(payload.replace(b"BHT", b"BHX"))
