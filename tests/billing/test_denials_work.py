"""Denials are worked: time noted, one person each, ranked by dollars a minute."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.billing import operations, queries
from frontdesk.billing.models import DenialStep
from frontdesk.core.errors import Refused
from tests.billing.decisions import USUAL, claim, sent
from tests.billing.denying import REFUSED, named, only, refused
from tests.billing.office import NOON
from tests.billing.payer import PAID_ON, line

__all__ = ["claim"]


def test_time_between_taking_and_the_next_step_is_noted(office, claim):
    refused(office, claim)
    by = office.role("biller")
    operations.take_denial(only(office), at=NOON, by=by)
    later = NOON + timedelta(minutes=12)
    operations.note_denial(only(office), "Asked by phone", at=later, by=by)
    operations.note_denial(only(office), "Sent", at=later + timedelta(hours=5), by=by)
    operations.note_denial(only(office), "Again", minutes=7, at=later, by=by)

    with office.reading():
        steps = DenialStep.objects.filter(kind="noted").order_by("pk")
        assert list(steps.values_list("minutes", flat=True)) == [12, 0, 7]
    assert only(office).spent == 19


def test_two_people_do_not_work_the_same_denial(office, claim):
    refused(office, claim)
    operations.take_denial(only(office), at=NOON, by=named(office.role("biller"), "Omar"))

    with pytest.raises(Refused, match="Omar is working on it"):
        operations.take_denial(
            only(office), at=NOON + timedelta(minutes=2), by=named(office.role("manager"), "Grace")
        )


def test_the_list_ranks_by_dollars_a_minute(office, claim):
    refused(office, claim)  # 66.60 in 30 minutes
    later = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    refused(office, later, line("99213", "148.00", "0.00", "CO-31 148.00"), USUAL[1])
    with office.reading():
        found = queries.denial_list(show="work", number=1, today=PAID_ON)
        names = [one.claim.patient.last_name for one in found.page.object_list]

    assert names == ["Roe", "Lee"]  # 111.00 in 12 minutes
    assert found.chips[0].count == 2


def test_a_cause_told_by_a_person_changes_its_worth(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "CO-16 148.00"), USUAL[1])
    by = office.role("biller")

    operations.set_cause(only(office), "registration", at=NOON, by=by)

    assert (only(office).cause, only(office).minutes) == ("registration", 12)
    with pytest.raises(Refused):
        operations.set_cause(only(office), "weather", at=NOON, by=by)


def test_the_list_is_searched_for_one_reason_code(office, claim, client):
    refused(office, claim, REFUSED, line("93000", "66.00", "0.00", "CO-50 66.00"))
    client.force_login(office.member("biller").user)

    def rows(typed):
        page = client.get(reverse("billing:denials"), {"reason": typed})
        assert page.status_code == 200
        return page.text.count("data-row"), page.text

    assert (rows("197")[0], rows("co-50")[0], rows("PR-197")[0]) == (1, 1, 0)
    assert "for any group" in rows("what")[1]
