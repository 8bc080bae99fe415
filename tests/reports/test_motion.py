"""What the billing is in the middle of leaves as a file another system can read."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from django.urls import reverse

from frontdesk.coverage.models import Enrolment
from frontdesk.staff.operations import open_work
from tests.billing.conftest import office
from tests.billing.decisions import USUAL, claim, sent
from tests.billing.office import NOON
from tests.billing.payer import decided, line, received, remittance

__all__ = ["claim", "office", "sent"]


def rows_of(answer):
    packed = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    return {
        name: list(csv.DictReader(StringIO(packed.read(name).decode())))
        for name in packed.namelist()
    }


def test_open_claims_denials_enrolments_and_tasks_are_in_the_file(office, claim, client):
    refused = line("99213", "148.00", "0.00", "CO-197 148.00")
    received(office, remittance(decided(claim.number, refused, USUAL[1])))
    with office.writing():
        Enrolment.objects.create(payer=claim.payer, message="835", status="asked", reference="=R1")
    told = {"at": NOON, "by": office.role("biller")}
    open_work(kind="billing.other", title="Call the payer", pool="biller", **told)
    open_work(kind="scheduling.other", title="Not of the billing", pool="biller", **told)
    client.force_login(office.member("manager").user)

    found = rows_of(client.get(reverse("reports:motion_file")))

    [open_] = found["claims.csv"]
    assert (open_["claim"], open_["status"], open_["charged"]) == (claim.number, "paid", "214.00")
    assert {row["kind"] for row in found["clocks.csv"]} >= {"appeal"}
    assert "sent" in {row["what"] for row in found["history.csv"]}
    [denial] = found["denials.csv"]
    assert (denial["reason"], denial["refused"]) == ("CO-197", "148.00")
    assert found["denial_notes.csv"][0]["claim"] == claim.number
    assert found["enrolments.csv"][0]["reference"] == "'=R1"
    titles = [row["title"] for row in found["tasks.csv"]]
    assert "Call the payer" in titles and "Not of the billing" not in titles


def test_a_closed_claim_is_not_in_it_and_the_front_desk_gets_none(office, claim, client):
    with office.writing():
        claim.status = "closed"
        claim.save()
    client.force_login(office.member("manager").user)
    assert rows_of(client.get(reverse("reports:motion_file")))["claims.csv"] == []
    client.force_login(office.member("receptionist").user)
    assert client.get(reverse("reports:motion_file")).status_code == 403
