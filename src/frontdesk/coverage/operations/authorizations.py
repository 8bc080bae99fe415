"""Authorizations: a payer's permission, as it was asked for and given."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Authorization, Policy


@operation("coverage.edit")
def add_authorization(
    policy: Policy,
    *,
    by: Actor,
    number: str = "",
    codes: Sequence[str] = (),
    units_approved: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: str = Authorization.Status.REQUESTED,
    appointment_id: UUID | None = None,
) -> Authorization:
    """Note an authorization under a policy: asked for, or already approved with its number."""
    policy = Policy.objects.lock(policy.pk)
    authorization = Authorization(
        patient_id=policy.patient_id,
        policy=policy,
        number=number.strip(),
        codes=[code.strip().upper() for code in codes if code.strip()],
        units_approved=units_approved,
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        appointment_id=appointment_id,
    )
    _require_sense(authorization)
    authorization.save()
    return authorization


@operation("coverage.edit")
def change_authorization(
    authorization: Authorization,
    *,
    by: Actor,
    number: str,
    codes: Sequence[str],
    units_approved: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: str = "",
    version: str = "",
) -> Authorization:
    """Correct what we hold of an authorization, and note the payer's decision."""
    authorization = Authorization.objects.lock(authorization.pk)
    authorization.expect(version)
    if status and status != authorization.status:
        new = Authorization.Status(status)
        authorization.status = authorization.lifecycle.move(authorization.status, new)
    authorization.number = number.strip()
    authorization.codes = [code.strip().upper() for code in codes if code.strip()]
    authorization.units_approved = units_approved
    authorization.starts_on, authorization.ends_on = starts_on, ends_on
    _require_sense(authorization)
    authorization.save()
    return authorization


@operation("coverage.edit")
def decide_authorization(
    authorization: Authorization, *, status: str, by: Actor, number: str = ""
) -> Authorization:
    """Note the payer's decision: approved (with its number), denied, not needed, or ended."""
    authorization = Authorization.objects.lock(authorization.pk)
    new = Authorization.Status(status)
    authorization.status = authorization.lifecycle.move(authorization.status, new)
    authorization.number = number.strip() or authorization.number
    _require_sense(authorization)
    authorization.save()
    return authorization


def _require_sense(authorization: Authorization) -> None:
    if authorization.status == Authorization.Status.APPROVED and not authorization.number:
        raise Refused("An approved authorization has a number: claims are sent with it.")
    starts, ends = authorization.starts_on, authorization.ends_on
    if starts and ends and ends < starts:
        raise Refused("The authorization would end before it starts.")
