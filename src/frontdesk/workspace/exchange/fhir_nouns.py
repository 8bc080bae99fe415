"""FHIR resources said in our nouns. What a resource does not say is left empty, never invented."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from frontdesk.people.exchange import PatientRow
from frontdesk.people.models import Channel, Sex
from frontdesk.people.rules import phones
from frontdesk.workspace.exchange.fhir import (
    NPI,
    Body,
    Key,
    Resource,
    code_of,
    first_text,
    one_of,
    refers_to,
    several,
    text_of,
    words_of,
)

_SEX = {"male": Sex.MALE, "female": Sex.FEMALE}
_RELATION = {"self": "18", "spouse": "01", "child": "19", "common": "G8", "other": "G8"}
_APPOINTMENT = {
    "booked": "booked", "pending": "booked", "proposed": "booked", "waitlist": "",
    "arrived": "arrived", "checked-in": "arrived", "fulfilled": "fulfilled",
    "cancelled": "cancelled", "noshow": "no_show", "entered-in-error": "",
}  # fmt: skip
_ENCOUNTER = {
    "planned": "booked", "arrived": "arrived", "triaged": "arrived", "in-progress": "arrived",
    "onleave": "arrived", "finished": "fulfilled", "cancelled": "cancelled", "unknown": "",
    "entered-in-error": "",
}  # fmt: skip
_SYNTHETIC = re.compile(r"(?<=[^\W\d])\d+$")  # Synthea marks its names with numbers: Luna60


class Unusable(ValueError):
    """A resource lacks what a record here needs; the message says what, without values."""

    def __init__(self, element: str, why: str) -> None:
        super().__init__(why)
        self.element = element


@dataclass(frozen=True, slots=True)
class CoverageSaid:
    """A Coverage: whose, by whom, and as what."""

    patient: list[Key]
    payer: list[Key]
    payer_name: str
    member_id: str
    group_number: str
    rx_bin: str
    rx_pcn: str
    rx_group: str
    plan_name: str
    rank: int
    relationship: str
    subscriber: list[Key]
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class MeetingSaid:
    """An Appointment or an Encounter: who, with whom, where, when, and what became of it."""

    patient: list[Key]
    practitioner: list[Key]
    location: list[Key]
    kind: str
    starts_at: datetime
    ends_at: datetime
    status: str
    reason: str
    booked_at: datetime
    cancelled_because: str
    appointment: list[Key]


def patient(resource: Resource) -> PatientRow:
    """Read a Patient. Name and a whole birth date are needed."""
    body = resource.body
    name = _name(body)
    last, given = text_of(name, "family"), _given(name)
    if not last or not given:
        raise Unusable("name", "A family and a given name are needed")
    born = _date(text_of(body, "birthDate"), "birthDate")
    if born is None:
        raise Unusable("birthDate", "A whole birth date is needed")
    address = _address(body)
    details: dict[str, Any] = {
        "first_name": given[0][:60],
        "middle_name": " ".join(given[1:])[:60],
        "last_name": _SYNTHETIC.sub("", last)[:60],
        "suffix": first_text(_texts(name, "suffix"))[:10],
        "preferred_name": _nickname(body)[:60],
        "birth_date": born,
        "sex": _SEX.get(text_of(body, "gender"), Sex.UNKNOWN),
        "mobile_phone": _telecom(body, "phone", ("mobile", "", "home")),
        "home_phone": _telecom(body, "phone", ("home",)),
        "email": _telecom(body, "email", ("home", "", "work")),
        "language": _language(body),
        **address,
    }
    if details["home_phone"] == details["mobile_phone"]:
        details["home_phone"] = ""
    if not details["email"] and details["mobile_phone"]:
        details["preferred_channel"] = Channel.VOICE
    system, key = resource.own_key
    return PatientRow(
        row=resource.row,
        key=key,
        system=system,
        also=tuple(one for one in resource.identifiers if one != (system, key)),
        details=details,
    )


def practitioner(resource: Resource) -> dict[str, str]:
    """Read a Practitioner as fields of a provider. Name and NPI are needed."""
    name = _name(resource.body)
    npi = next((value for system, value in resource.identifiers if system == NPI), "")
    if not npi:
        raise Unusable("identifier", "An NPI is needed")
    if not text_of(name, "family") or not _given(name):
        raise Unusable("name", "A family and a given name are needed")
    return {
        "npi": npi[:10],
        "first_name": _given(name)[0][:60],
        "last_name": _SYNTHETIC.sub("", text_of(name, "family"))[:60],
        "credential": first_text(_texts(name, "suffix"))[:20],
    }


def location(resource: Resource) -> dict[str, str]:
    """Read a Location as fields of a site. A name is needed."""
    name = text_of(resource.body, "name")
    if not name:
        raise Unusable("name", "A name is needed")
    phone = _telecom(resource.body, "phone", ("", "work"))
    return {"name": name[:100], "phone": phone, **_address(resource.body)}


def is_payer(resource: Resource) -> bool:
    """Say whether an Organization pays claims."""
    kinds = {code_of(one) for one in several(resource.body, "type")}
    return bool(kinds & {"pay", "ins"})


def payer(resource: Resource) -> dict[str, str]:
    """Read an Organization as fields of a payer. A name is needed."""
    name = text_of(resource.body, "name")
    if not name:
        raise Unusable("name", "A name is needed")
    number = next((value for _, value in resource.identifiers), "")
    return {
        "name": name[:80],
        "payer_id": number[:20],
        "phone": _telecom(resource.body, "phone", ("", "work")),
        **_address(resource.body),
    }


def contact(resource: Resource) -> tuple[list[Key], dict[str, str]]:
    """Read a RelatedPerson: whose, and the fields of a contact. Name and phone are needed."""
    name = _name(resource.body)
    full = text_of(name, "text") or " ".join([*_given(name), text_of(name, "family")]).strip()
    phone = _telecom(resource.body, "phone", ("mobile", "home", "", "work"))
    if not full:
        raise Unusable("name", "A name is needed")
    if not phone:
        raise Unusable("telecom", "A phone number is needed")
    relation = words_of(one_of(resource.body, "relationship"))
    whose = refers_to(one_of(resource.body, "patient"))
    return whose, {"name": full[:100], "relationship": relation[:40], "phone": phone}


def coverage(resource: Resource) -> CoverageSaid:
    """Read a Coverage. A member id and a payer are needed."""
    body = resource.body
    member = text_of(body, "subscriberId") or first_text(
        text_of(one, "value") for one in several(body, "identifier")
    )
    if not member:
        raise Unusable("subscriberId", "A member id is needed")
    payor = one_of(body, "payor")
    if not payor:
        raise Unusable("payor", "A payer is needed")
    classes = {code_of(one_of(one, "type")): one for one in several(body, "class")}
    plan, group = classes.get("plan", {}), classes.get("group", {})
    period = one_of(body, "period")
    order = body.get("order")
    is_over = text_of(body, "status") not in ("active", "")
    ends_on = _date(text_of(period, "end"), "period")
    if is_over and ends_on is None:
        raise Unusable("status", "It is not active, and its last day is not told")
    return CoverageSaid(
        patient=refers_to(one_of(body, "beneficiary")),
        payer=refers_to(payor),
        payer_name=text_of(payor, "display")[:80],
        member_id=member[:30],
        group_number=text_of(group, "value")[:30],
        rx_bin=text_of(classes.get("rxbin", {}), "value")[:20],
        rx_pcn=text_of(classes.get("rxpcn", {}), "value")[:20],
        rx_group=text_of(classes.get("rxgroup", {}), "value")[:20],
        plan_name=(text_of(plan, "name") or words_of(one_of(body, "type")))[:80],
        rank=min(max(order, 1), 3) if isinstance(order, int) else 1,
        relationship=_RELATION.get(code_of(one_of(body, "relationship")), "18"),
        subscriber=refers_to(one_of(body, "subscriber")),
        starts_on=_date(text_of(period, "start"), "period"),
        ends_on=ends_on,
    )


def appointment(resource: Resource) -> MeetingSaid:
    """Read an Appointment. A patient, a practitioner, a start and an end are needed."""
    body = resource.body
    actors = [refers_to(one_of(one, "actor")) for one in several(body, "participant")]
    reason = words_of(one_of(body, "reasonCode")) or text_of(body, "description")
    kind = one_of(body, "serviceType") or one_of(body, "appointmentType")
    starts = _instant(text_of(body, "start"), "start")
    return MeetingSaid(
        patient=_actor(actors, "Patient"),
        practitioner=_actor(actors, "Practitioner"),
        location=_actor(actors, "Location"),
        kind=words_of(kind) or "Visit",
        starts_at=starts,
        ends_at=_instant(text_of(body, "end"), "end"),
        status=_status(_APPOINTMENT, body),
        reason=reason[:200],
        booked_at=_instant(text_of(body, "created") or text_of(body, "start"), "created"),
        cancelled_because=words_of(one_of(body, "cancelationReason"))[:200],
        appointment=[],
    )


def encounter(resource: Resource) -> MeetingSaid:
    """Read an Encounter as a visit that was kept."""
    body = resource.body
    people = [refers_to(one_of(one, "individual")) for one in several(body, "participant")]
    places = [refers_to(one_of(one, "location")) for one in several(body, "location")]
    period = one_of(body, "period")
    starts = _instant(text_of(period, "start"), "period")
    return MeetingSaid(
        patient=refers_to(one_of(body, "subject")),
        practitioner=_actor(people, "Practitioner"),
        location=places[0] if places else [],
        kind=words_of(one_of(body, "type")) or "Visit",
        starts_at=starts,
        ends_at=_instant(text_of(period, "end"), "period"),
        status=_status(_ENCOUNTER, body),
        reason=words_of(one_of(body, "reasonCode"))[:200],
        booked_at=starts,
        cancelled_because="",
        appointment=[key for one in several(body, "appointment") for key in refers_to(one)],
    )


def _actor(actors: list[list[Key]], kind: str) -> list[Key]:
    """Return the keys of the first actor of a kind; one without a kind in its address may be it."""
    for keys in actors:
        if any(value.rpartition("/")[0].endswith(kind) for _, value in keys):
            return keys
    untold = [keys for keys in actors if keys and not any("/" in value for _, value in keys)]
    return [key for keys in untold for key in keys]


def _status(known: Mapping[str, str], body: Body) -> str:
    status = known.get(text_of(body, "status"), "")
    if not status:
        raise Unusable("status", "This status is not kept here")
    return status


def _name(body: Body) -> Body:
    names = several(body, "name")
    current = [one for one in names if not text_of(one_of(one, "period"), "end")]
    rank = {"official": 0, "usual": 1, "": 2}
    usable = [one for one in current or names if text_of(one, "use") not in ("nickname", "old")]
    return min(usable, key=lambda one: rank.get(text_of(one, "use"), 3), default={})


def _nickname(body: Body) -> str:
    nick = [one for one in several(body, "name") if text_of(one, "use") == "nickname"]
    return first_text(" ".join(_given(one)) for one in nick)


def _given(name: Body) -> list[str]:
    return [_SYNTHETIC.sub("", one) for one in _texts(name, "given")]


def _texts(body: Body, name: str) -> list[str]:
    found = body.get(name)
    return [one.strip() for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _telecom(body: Body, system: str, uses: tuple[str, ...]) -> str:
    said = {
        text_of(one, "use"): text_of(one, "value")
        for one in reversed(several(body, "telecom"))
        if text_of(one, "system") == system
    }
    found = first_text(said.get(use, "") for use in uses)
    return phones.normal(found) if system == "phone" else found[:254].lower()


def _address(body: Body) -> dict[str, str]:
    every = [one for one in several(body, "address") if text_of(one, "use") != "old"]
    address = every[0] if every else {}
    lines = _texts(address, "line")
    state = text_of(address, "state")
    return {
        "address_1": (lines[0] if lines else "")[:100],
        "address_2": " ".join(lines[1:])[:100],
        "city": text_of(address, "city")[:60],
        "state": state.upper() if len(state) == 2 else "",
        "zip_code": text_of(address, "postalCode")[:10],
    }


def _language(body: Body) -> str:
    spoken = several(body, "communication")
    preferred = [one for one in spoken if one.get("preferred") is True] or spoken
    code = code_of(one_of(preferred[0], "language")) if preferred else ""
    return (code.partition("-")[0] or "en")[:10].lower()


def _date(text: str, element: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Unusable(element, "Not a whole date") from None


def _instant(text: str, element: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(element, "An instant with its offset is needed") from None
    if instant.tzinfo is None:
        raise Unusable(element, "An instant with its offset is needed")
    return instant
