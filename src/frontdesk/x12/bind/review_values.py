"""The parts of a services review out of their loops: parties, decisions, services."""

from decimal import Decimal

from frontdesk.x12.bind import values as v
from frontdesk.x12.bind.eligibility_reader import delivery
from frontdesk.x12.models.authorization import (
    Attachment,
    Decision,
    Review,
    ReviewDiagnosis,
    ReviewedService,
    ReviewParty,
)
from frontdesk.x12.models.eligibility import Delivery, Reject
from frontdesk.x12.tree import Branch

_PLACES = {"45", "FS", "ND", "PW", "R3"}


def party(branch: Branch, level: str) -> ReviewParty:
    """A requester, provider or place with its role and what was wrong with it."""
    found = ReviewParty(rejects=rejects(branch, level))
    v.fill(found, branch.take("NM1") or ())
    speciality = branch.take("PRV")
    found.role, taxonomy = v.at(speciality, 1), v.at(speciality, 3)
    v.details(found, branch)
    found.taxonomy = taxonomy
    return found


def is_place(branch: Branch) -> bool:
    """Whether a loop names a stop of a transport."""
    return any(s[0] == "NM1" and v.at(s, 1) in _PLACES for s in branch.segments)


def rejects(branch: Branch, level: str) -> tuple[Reject, ...]:
    """Every AAA of a loop, taken out of it."""
    return tuple(
        Reject(
            level=level,
            code=v.at(s, 3),
            follow_up=v.at(s, 4),
            is_valid_request=v.at(s, 1) == "Y",
            segment=branch.number,
        )
        for s in branch.take_all("AAA")
    )


def decision(branch: Branch) -> Decision | None:
    """The HCR of a loop."""
    segment = branch.take("HCR")
    if segment is None:
        return None
    return Decision(
        action=v.at(segment, 1),
        number=v.at(segment, 2),
        reasons=tuple(code for code in v.at(segment, 3).split("^") if code),
        second_opinion=v.at(segment, 4),
    )


def review(branch: Branch) -> Review | None:
    """The UM of a loop."""
    segment = branch.take("UM")
    if segment is None:
        return None
    place = [*v.at(segment, 4).split(":"), "B"]
    causes = [*v.at(segment, 5).split(":"), "", "", "", ""]
    return Review(
        category=v.at(segment, 1),
        certification=v.at(segment, 2),
        service_type=v.at(segment, 3),
        place=place[0],
        place_qualifier=place[1] or "B",
        related_causes=tuple(cause for cause in causes[:3] if cause),
        accident_state=causes[3],
        accident_country=causes[4],
        level_of_service=v.at(segment, 6),
        condition=v.at(segment, 7),
        prognosis=v.at(segment, 8),
        release=v.at(segment, 9),
        delay_reason=v.at(segment, 10),
    )


def diagnoses(branch: Branch) -> tuple[ReviewDiagnosis, ...]:
    """Every composite of every HI."""
    found = []
    for segment in branch.take_all("HI"):
        for text in segment[1:]:
            parts = [*text.split(":"), "", "", ""]
            if parts[1]:
                on = v.day(parts[3]) if parts[2] == "D8" else None
                found.append(ReviewDiagnosis(code=parts[1], qualifier=parts[0], on=on))
    return tuple(found)


def deliveries(branch: Branch) -> tuple[Delivery, ...]:
    """Every HSD."""
    return tuple(delivery(segment) for segment in branch.take_all("HSD"))


def attachments(branch: Branch) -> tuple[Attachment, ...]:
    """Every PWK."""
    return tuple(
        Attachment(
            report=v.at(s, 1),
            transmission=v.at(s, 2),
            control=v.at(s, 6),
            description=v.at(s, 7),
        )
        for s in branch.take_all("PWK")
    )


def service(branch: Branch) -> ReviewedService:
    """One 2000F."""
    branch.take("HL")
    trace = branch.take("TRN")
    found = ReviewedService(
        kind="",
        trace=v.at(trace, 2),
        trace_origin=v.at(trace, 3),
        review=review(branch),
        decision=decision(branch),
        rejects=rejects(branch, "service"),
        references=v.references(branch.take_all("REF")),
        periods=v.periods(branch.take_all("DTP")),
        deliveries=deliveries(branch),
        attachments=attachments(branch),
        message=v.at(branch.take("MSG"), 1),
        segment=branch.number,
    )
    _asked(found, branch)
    found.providers = tuple(party(b, "provider") for b in branch.each("2010F", "2010FA"))
    extra = v.rest(branch)
    for child in branch.children:
        extra += v.deep_rest(child)
    found.extra = extra
    return found


def _asked(found: ReviewedService, branch: Branch) -> None:
    """SV1, SV2 or SV3."""
    for name, fill in (("SV1", _professional), ("SV2", _institutional), ("SV3", _dental)):
        segment = branch.take(name)
        if segment is not None and not found.kind:
            fill(found, segment)


def _professional(found: ReviewedService, segment: list[str]) -> None:
    found.kind = "professional"
    found.procedure = v.procedure(v.at(segment, 1))
    found.charge = v.number(v.at(segment, 2))
    found.unit, found.units = v.at(segment, 3), v.number(v.at(segment, 4))
    found.pointers = tuple(int(p) for p in v.at(segment, 7).split(":") if p.isdigit())
    found.epsdt, found.level_of_care = v.at(segment, 11), v.at(segment, 20)


def _institutional(found: ReviewedService, segment: list[str]) -> None:
    found.kind = "institutional"
    found.revenue_code = v.at(segment, 1)
    found.procedure = v.procedure(v.at(segment, 2)) if v.at(segment, 2) else None
    found.charge = v.number(v.at(segment, 3))
    found.unit, found.units = v.at(segment, 4), v.number(v.at(segment, 5))
    found.rate = v.number(v.at(segment, 6))
    found.residential_status, found.level_of_care = v.at(segment, 9), v.at(segment, 10)


def _dental(found: ReviewedService, segment: list[str]) -> None:
    found.kind = "dental"
    found.procedure = v.procedure(v.at(segment, 1))
    found.charge = v.number(v.at(segment, 2))
    found.oral_cavity = tuple(code for code in v.at(segment, 4).split(":") if code)
    found.prosthesis = v.at(segment, 5)
    units = v.at(segment, 6)
    found.units = Decimal(units) if units else None
    found.description = v.at(segment, 7)
