"""What a card says for the pharmacy: kept with the policy, corrected, brought in."""

import pytest

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations
from frontdesk.coverage.models import Policy
from frontdesk.coverage.operations.bring_in import PolicyRow, bring_in_policies
from frontdesk.coverage.rules.pharmacy import Pharmacy, is_bin, pharmacy, usable
from frontdesk.records.models import Document, Reading
from frontdesk.visits import operations as visits
from frontdesk.visits.queries.intake import differences
from frontdesk.workspace.exchange import fhir_nouns
from frontdesk.workspace.exchange.fhir import Resource

CARD = {"rx_bin": "610011", "rx_pcn": "IRX", "rx_group": "HL4577"}


def numbers(clinic):
    with clinic.reading():
        held = Policy.objects.get()
        return {name: getattr(held, name) for name in CARD}


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [("", True), ("610011", True), ("61001100", True), ("61001", False), ("61OO11", False)],
)
def test_a_bin_has_six_digits_or_eight(typed, is_right):
    assert is_bin(typed) is is_right
    assert usable(Pharmacy(typed, "irx", "x" * 21)) == (typed if is_right else "", "irx", "")


def test_numbers_are_kept_as_on_the_card():
    assert pharmacy(" 610 011", "irx ", "hl 4577") == ("610011", "IRX", "HL4577")


def test_they_are_added_corrected_and_left_alone(clinic):
    by = clinic.role("receptionist")
    policy = operations.add_policy(
        clinic.patient(), payer=clinic.payer(), member_id="W1", **CARD, by=by
    )
    assert policy.pharmacy == [("RxBIN", "610011"), ("RxPCN", "IRX"), ("RxGrp", "HL4577")]
    operations.change_policy(policy, member_id="W2", by=by)
    assert numbers(clinic) == CARD
    operations.change_policy(policy, rx_pcn="", by=by)
    assert numbers(clinic) == {**CARD, "rx_pcn": ""}
    with pytest.raises(Refused, match="six digits"):
        operations.change_policy(policy, rx_bin="12", by=by)
    assert numbers(clinic)["rx_bin"] == "610011"


def test_they_are_typed_and_shown_with_the_policy(clinic, client):
    patient, payer = clinic.patient(), clinic.payer()
    client.force_login(clinic.member("receptionist").user)
    said = {"payer": payer.pk, "member_id": "W1", "relationship": "18", **CARD}
    wrong = client.post(f"/coverage/patients/{patient.pk}/add/", {**said, "rx_bin": "123"})
    assert "six digits" in wrong.content.decode()
    client.post(f"/coverage/patients/{patient.pk}/add/", said)
    assert numbers(clinic) == CARD
    page = client.get(f"/coverage/patients/{patient.pk}/").content.decode()
    assert all(value in page for value in ("RxBIN", "610011", "IRX", "HL4577"))
    with clinic.reading():
        policy = Policy.objects.get()
    drawer = client.get(f"/coverage/policies/{policy.pk}/").content.decode()
    assert 'value="HL4577"' in drawer


def read(patient, policy):
    """A card that was read: the three, each with how sure it is."""
    document = Document.objects.create(
        patient=patient, kind="card_front", title="Card", content_type="image/jpeg", size=1,
        sha256="0" * 64, captured_at=now(), captured_by="Maria", subject_id=policy.pk,
    )  # fmt: skip
    sure = {"rx_bin": 91, "rx_pcn": 64, "rx_group": 88}
    return Reading.objects.create(
        document=document, patient=patient, kind="card", asked_at=now(),
        said={name: {"value": CARD[name], "sure": sure[name]} for name in CARD},
    )  # fmt: skip


def test_a_card_proposes_all_three_as_one_thing(clinic):
    patient = clinic.patient()
    policy = clinic.policy(patient)
    with clinic.writing():
        reading, again = read(patient, policy), read(patient, policy)
    (told,) = visits.compare_reading(reading, at=now(), by=clinic.anybody())
    assert (told.item, told.said, told.sure) == ("card.pharmacy", CARD, 64)
    with clinic.reading():
        (shown,) = differences(patient)
    assert [row[:3] for row in shown.rows] == [
        ("RxBIN", "", "610011"), ("RxPCN", "", "IRX"), ("RxGrp", "", "HL4577"),
    ]  # fmt: skip
    visits.decide(told, take=True, at=now(), by=clinic.role("receptionist"))
    assert numbers(clinic) == CARD
    assert visits.compare_reading(again, at=now(), by=clinic.anybody()) == []  # as we hold it


def test_they_come_in_with_a_policy_where_the_source_has_them(clinic):
    values = {"rxbin": "610011", "rxpcn": "IRX", "rxgroup": "HL4577", "group": "77"}
    body = {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": {"reference": "Patient/1"},
        "payor": [{"display": "Demo PPO"}],
        "subscriberId": "W1",
        "class": [
            {"type": {"coding": [{"code": code}]}, "value": value} for code, value in values.items()
        ],
    }
    said = fhir_nouns.coverage(Resource(1, "Coverage", body))
    assert (said.rx_bin, said.rx_pcn, said.rx_group) == ("610011", "IRX", "HL4577")
    row = PolicyRow(
        clinic.patient().pk, clinic.payer().pk, "W1", rx_bin=said.rx_bin, rx_pcn="x" * 30,
        rx_group=said.rx_group,
    )  # fmt: skip
    bring_in_policies([row], today=today(clinic.site), by=clinic.anybody())
    assert numbers(clinic) == {**CARD, "rx_pcn": ""}  # what can't be right is left out
