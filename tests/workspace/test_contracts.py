"""The screens of contracts: begun, priced, compared, and the days without one told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.coding import operations as coding
from frontdesk.coding.models import Contract, ContractTerm
from frontdesk.core.clock import today
from frontdesk.coverage.models import Plan

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def payer(clinic):
    return clinic.payer()


@pytest.fixture
def grace(client, clinic):
    client.force_login(clinic.member("manager").user)
    return client


def said(payer, **more):
    return {
        "name": "Demo 2026", "payer": payer.pk, "starts_on": "2026-01-01", "pays_lesser": "on",
        **more,
    }  # fmt: skip


def test_a_contract_is_entered_priced_and_compared(clinic, grace, payer):
    by = clinic.role("manager")
    coding.save_charge(
        "Z9213", {"description": "Follow-up"}, amount=Decimal("100.00"), on=date(2026, 1, 1), by=by
    )
    grace.post(reverse("workspace:contract_new"), said(payer, last_on="2026-12-31"), **HTMX)
    second = said(payer, name="Demo 2027", starts_on="2027-01-01", modifiers="50=150")
    grace.post(reverse("workspace:contract_new"), second, **HTMX)
    with clinic.reading():
        old, new = Contract.objects.order_by("starts_on")
    assert new.modifier_percents == {"50": "150"}
    for held, percent in ((old, "80"), (new, "84")):
        url = reverse("workspace:term_new", args=[held.pk])
        grace.post(url, {"percent": percent, "basis": "charge"}, **HTMX)

    url = reverse("workspace:contract", args=[old.pk])
    page = grace.get(url).content.decode()
    assert "80 %" in page and "Every code of the charge list has a price by it." in page
    page = grace.get(url, {"beside": new.pk}).content.decode()
    assert "$80.00" in page and "$84.00" in page and "$4.00" in page

    with clinic.reading():
        term = ContractTerm.objects.get(contract=old)
    grace.post(reverse("workspace:term_remove", args=[term.pk]))
    page = grace.get(url).content.decode()
    assert "It prices nothing yet" in page and "1 code of the charge list has no price" in page
    grace.post(reverse("workspace:contract_withdraw", args=[new.pk]))
    assert "Demo 2027" not in grace.get(reverse("workspace:contracts")).content.decode()


def test_a_contract_that_ends_with_nothing_after_it_is_told(clinic, grace, payer):
    soon = today(clinic.site) + timedelta(days=20)
    grace.post(reverse("workspace:contract_new"), said(payer, last_on=soon.isoformat()))
    assert "Nothing agreed after it" in grace.get(reverse("workspace:contracts")).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("payer", "", "required"),
        ("last_on", "2025-01-01", "before the first"),
        ("modifiers", "much", "50=150"),
        ("starts_on", "soon", "valid date"),
    ],
)
def test_a_wrong_contract_is_told_beside_its_field(grace, payer, field, value, words):
    page = grace.post(reverse("workspace:contract_new"), {**said(payer), field: value}, **HTMX)
    assert page.status_code == 422 and words in page.content.decode()


def test_a_plan_of_another_payer_is_refused(clinic, grace, payer):
    with clinic.writing():
        plan = Plan.objects.create(payer=clinic.payer("OTHER", name="Other"), name="Gold")
    page = grace.post(reverse("workspace:contract_new"), said(payer, plan=plan.pk), **HTMX)
    assert "another payer" in page.content.decode()


def test_a_contract_changed_by_somebody_else_is_not_overwritten(clinic, grace, payer):
    grace.post(reverse("workspace:contract_new"), said(payer))
    with clinic.reading():
        held = Contract.objects.get()
    url = reverse("workspace:contract_edit", args=[held.pk])
    grace.post(url, said(payer, name="Ours", version=held.version))
    again = grace.post(url, said(payer, name="Theirs", version=held.version), **HTMX)
    assert again.status_code == 422 and "in the meantime" in again.content.decode()


def test_the_front_desk_sees_contracts_and_changes_none(client, clinic, payer):
    client.force_login(clinic.member("receptionist").user)
    assert client.get(reverse("workspace:contracts")).status_code == 200
    assert client.get(reverse("workspace:contract_new")).status_code == 403
