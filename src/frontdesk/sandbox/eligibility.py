"""How the sandbox's payers answer a 270: who is covered, for what, and what is left."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk import x12
from frontdesk.sandbox.adjudication import Used
from frontdesk.sandbox.checks import is_npi
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Member, Plan, World, bare

LONGEST_BACK = timedelta(days=730)
LONGEST_AHEAD = timedelta(days=400)
_WHOLE_PLAN = "30"


def answer(
    inquiry: x12.EligibilityInquiry, *, world: World, state: State, at: datetime
) -> x12.EligibilityResponse:
    """Return the 271 to one question; what is wrong with it is said by AAA codes (CORE 259)."""
    response = x12.EligibilityResponse(
        payer=_payer(inquiry, world),
        provider=_provider(inquiry.provider),
        subscriber=_echo(inquiry.subscriber),
        dependent=_echo(inquiry.dependent) if inquiry.dependent else None,
        trace=inquiry.trace,
        trace_origin=inquiry.trace_origin,
        payer_trace=f"SB{state.next_number('trace'):09d}",
        payer_trace_origin="9999999999",
        reference=inquiry.reference,
        at=at,
    )
    day = inquiry.service_date or at.date()
    member, response.rejects = find(inquiry, world, at)
    if member is None:
        return response
    _tell_person(response, member)
    plan = world.plans[member.plan]
    used = state.used(member, day.year)
    response.benefits = list(_benefits(member, plan, used, inquiry.service_types, day))
    return response


def turn_away(response: x12.EligibilityResponse) -> None:
    """Make of an answer that the payer is away: ask again later."""
    response.rejects = [x12.Reject(level="payer", code="42", follow_up="R")]
    response.benefits, response.subscriber, response.dependent = [], None, None


def find(
    inquiry: x12.EligibilityInquiry, world: World, at: datetime
) -> tuple[Member | None, list[x12.Reject]]:
    """Return whom a question is about, or why nobody is found, as AAA codes."""
    day = inquiry.service_date or at.date()
    rejects = list(_rejects_of_question(inquiry, world, day, at.date()))
    member = None if rejects else _find(inquiry, world)
    if member is None:
        return None, rejects or list(_rejects_of_person(inquiry, world))
    return member, []


def _payer(inquiry: x12.EligibilityInquiry, world: World) -> x12.Party:
    known = world.payers.get(inquiry.payer.identifier)
    return x12.Party(
        name=known.name.upper() if known else inquiry.payer.name,
        entity="PR",
        id_qualifier="PI",
        identifier=inquiry.payer.identifier,
    )


def _provider(asked: x12.Party) -> x12.Party:
    """Name the asker; a number that cannot be an NPI is said back as the provider's own."""
    return x12.Party(
        name=asked.name,
        first=asked.first,
        is_person=asked.is_person,
        entity=asked.entity,
        id_qualifier="XX" if is_npi(asked.npi) else "SV",
        identifier=asked.identifier,
    )


def _echo(asked: x12.Member | None) -> x12.Member | None:
    if asked is None:
        return None
    return x12.Member(
        name=asked.name,
        first=asked.first,
        middle=asked.middle,
        id_qualifier=asked.id_qualifier,
        identifier=asked.identifier,
        birth_date=asked.birth_date,
        sex=asked.sex,
        relationship=asked.relationship,
    )


def _rejects_of_question(
    inquiry: x12.EligibilityInquiry, world: World, day: date, today: date
) -> Iterator[x12.Reject]:
    if inquiry.payer.identifier not in world.payers:
        yield x12.Reject(level="payer", code="79", follow_up="C")
    elif not is_npi(inquiry.provider.npi):
        yield x12.Reject(level="provider", code="43", follow_up="C")
    elif not today - LONGEST_BACK <= day <= today + LONGEST_AHEAD:
        yield x12.Reject(level="subscriber", code="62", follow_up="C")


def _person(inquiry: x12.EligibilityInquiry) -> x12.Member:
    return inquiry.dependent or inquiry.subscriber


def _candidates(inquiry: x12.EligibilityInquiry, world: World) -> list[Member]:
    payer = inquiry.payer.identifier
    held = world.members_with(inquiry.subscriber.identifier)
    return [member for member in held if world.plans[member.plan].payer == payer]


def _find(inquiry: x12.EligibilityInquiry, world: World) -> Member | None:
    """Find by id, birth date and last name; a first name spelled otherwise is told, not refused.

    Without an id a payer that looks by name finds whom first and last name and birth date fit.
    """
    person = _person(inquiry)
    if _is_by_name(inquiry, world):
        payer = inquiry.payer.identifier
        same = world.members_named(person.name, person.first, person.birth_date or date.min, payer)
        holders = [one for one in same if one.relationship == "18"]
        return holders[0] if len(holders) == 1 else None
    born = [m for m in _candidates(inquiry, world) if m.born == person.birth_date]
    named = [m for m in born if bare(m.last) == bare(person.name)]
    exact = [m for m in named if bare(m.first) == bare(person.first)]
    found = exact or [m for m in named if bare(m.first)[:1] == bare(person.first)[:1]]
    return found[0] if len(found) == 1 else None


def _is_by_name(inquiry: x12.EligibilityInquiry, world: World) -> bool:
    payer = world.payers.get(inquiry.payer.identifier)
    return not inquiry.subscriber.identifier and payer is not None and payer.finds_by_name


def _rejects_of_person(inquiry: x12.EligibilityInquiry, world: World) -> Iterator[x12.Reject]:
    level = "dependent" if inquiry.dependent else "subscriber"
    person, held = _person(inquiry), _candidates(inquiry, world)
    if _is_by_name(inquiry, world):
        yield x12.Reject(level="subscriber", code="75", follow_up="C")
    elif not inquiry.subscriber.identifier:
        yield x12.Reject(level="subscriber", code="72", follow_up="C")
    elif not person.birth_date:
        yield x12.Reject(level=level, code="58", follow_up="C")
    elif not held:
        yield x12.Reject(level="subscriber", code="75", follow_up="C")
    elif level == "dependent" and not any(bare(m.first) == bare(person.first) for m in held):
        yield x12.Reject(level="dependent", code="67", follow_up="C")
    elif all(m.born != person.birth_date for m in held):
        yield x12.Reject(level=level, code="71", follow_up="C")
    else:
        yield x12.Reject(level=level, code="73" if level == "subscriber" else "65", follow_up="C")


def _tell_person(response: x12.EligibilityResponse, member: Member) -> None:
    """Say the name, birth date and sex as the payer holds them (CORE 258)."""
    told = response.dependent or response.subscriber
    if told is None:
        return
    told.name, told.first = member.last.upper(), member.first.upper()
    if not response.subscriber or response.subscriber.identifier == "":
        response.subscriber = told
        told.id_qualifier, told.identifier = "MI", member.id
    told.birth_date, told.sex = member.born, member.sex if member.sex in {"F", "M"} else ""
    periods = [x12.Period("346", member.begins)] if member.begins else []
    if member.ends:
        periods.append(x12.Period("347", member.ends))
    told.periods = periods


def _benefits(
    member: Member, plan: Plan, used: Used, asked: Sequence[str], day: date
) -> Iterator[x12.Benefit]:
    name = f"{plan.name}"
    if member.other_payer:
        yield _other_payer(member.other_payer)
    if not member.is_covered_on(day):
        yield x12.Benefit(
            code="6",
            service_types=(_WHOLE_PLAN,),
            plan_description=name,
            insurance_type=plan.insurance_type,
        )
        return
    yield x12.Benefit(
        code="1",
        coverage_level="IND",
        service_types=(_WHOLE_PLAN,),
        plan_description=name,
        insurance_type=plan.insurance_type,
    )
    yield from _accumulators(plan, used)
    yield x12.Benefit(
        code="A",
        coverage_level="IND",
        service_types=(_WHOLE_PLAN,),
        percent=plan.coinsurance,
        in_network="Y",
    )
    yield x12.Benefit(
        code="A",
        coverage_level="IND",
        service_types=(_WHOLE_PLAN,),
        percent=plan.out_of_network_coinsurance,
        in_network="N",
    )
    wanted = [code for code in asked if code != _WHOLE_PLAN] or list(plan.services)
    for service_type in wanted:
        yield from _service(plan, service_type)


def _accumulators(plan: Plan, used: Used) -> Iterator[x12.Benefit]:
    totals = (
        ("C", "IND", plan.deductible, used.deductible),
        ("C", "FAM", plan.family_deductible, used.family_deductible),
        ("G", "IND", plan.out_of_pocket, used.out_of_pocket),
        ("G", "FAM", plan.family_out_of_pocket, used.family_out_of_pocket),
    )
    for code, level, total, so_far in totals:
        if total is None:
            continue
        left = max(total - so_far, Decimal("0.00"))
        for period, amount in (("23", total), ("29", left)):
            yield x12.Benefit(
                code=code,
                coverage_level=level,
                service_types=(_WHOLE_PLAN,),
                period_qualifier=period,
                amount=amount,
                in_network="Y",
            )


def _service(plan: Plan, service_type: str) -> Iterator[x12.Benefit]:
    service = plan.service(service_type)
    types = (service_type,)
    if not service.is_covered:
        yield x12.Benefit(code="I", service_types=types)
        return
    wants = "Y" if service.needs_authorization else "N"
    yield x12.Benefit(
        code="1",
        coverage_level="IND",
        service_types=types,
        authorization_required=wants,
        in_network="Y",
    )
    if service.copay is not None:
        yield x12.Benefit(
            code="B",
            coverage_level="IND",
            service_types=types,
            period_qualifier="27",
            amount=service.copay,
            in_network="Y",
        )
    yield x12.Benefit(
        code="A",
        coverage_level="IND",
        service_types=types,
        percent=plan.share(service, in_network=True),
        in_network="Y",
    )
    if not plan.deductible_counts(service):
        for period in ("23", "29"):
            yield x12.Benefit(
                code="C",
                coverage_level="IND",
                service_types=types,
                period_qualifier=period,
                amount=Decimal("0.00"),
                in_network="Y",
            )


def _other_payer(name: str) -> x12.Benefit:
    return x12.Benefit(
        code="R",
        service_types=(_WHOLE_PLAN,),
        related=[
            x12.Party(
                name=name.upper(),
                entity="PR",
                id_qualifier="PI",
                identifier=bare(name)[:20].upper(),
            )
        ],
    )
