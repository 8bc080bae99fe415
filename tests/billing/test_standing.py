"""Where claims stand: asked of the payer, planned by people, compared, taken back, batched."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.billing import jobs, operations, queries
from frontdesk.billing.models import Claim, PaperForm, PayerLimit, StatusQuestion
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.coverage.gateways import NoAnswer
from frontdesk.sandbox.desk import Desk
from frontdesk.sandbox.faults import Faults
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import World
from frontdesk.staff.models import WorkItem
from frontdesk.x12 import connectivity as core
from tests.billing.decisions import USUAL
from tests.billing.office import ADDRESS, NOON, TODAY
from tests.billing.payer import decided, line, received, remittance
from tests.billing.test_answers import payer_says, read

WORLD = {
    "payers": [{"id": "DEMOPPO", "name": "Demo PPO"}],
    "plans": [{"id": "P", "payer": "DEMOPPO", "name": "Choice"}],
    "members": [
        {
            "id": "W123456789",
            "plan": "P",
            "last": "Lee",
            "first": "Ann",
            "born": "1980-05-04",
            "sex": "F",
        }
    ],
}
BACK = (
    line("99213", "-148.00", "-48.00", "CO-45 -62.16", "PR-3 -37.84"),
    line("93000", "-66.00", "-32.00", "CO-45 -34.00"),
)


class Counter:
    """The sandbox's counter without a wire."""

    def __init__(self, folder):
        world = World()
        world.merge(WORLD)
        self.desk = Desk(world, State(folder), Faults(), clock=lambda: NOON)
        self.is_down = False

    def send(self, kind, payload, mode=core.REAL_TIME, message="M1"):
        request = core.CoreRequest(
            payload_type=kind,
            mode=mode,
            payload_id=message,
            at=NOON,
            user="demo-office",
            password="sandbox",
            sender="1234567893",
            receiver="FDSANDBOX",
            payload=payload,
        )
        return self.desk.answer(*core.build_request(request), Faults())

    def ask(self, payload, *, message_id, payload_type):
        """Answer as the line to the clearinghouse does."""
        if self.is_down:
            raise NoAnswer("The line broke.")
        return self.send(payload_type, payload, message=message_id).payload


@pytest.fixture
def counter(tmp_path, monkeypatch):
    made = Counter(tmp_path)
    monkeypatch.setattr(jobs.standing, "line_to_ask", lambda _clock: made)
    return made


@pytest.fixture
def biller(office, client):
    client.force_login(office.member("biller").user)
    return client


def sent(office, claim):
    by = office.anybody()
    file = operations.queue_batch(claims=[claim], at=NOON, by=by)
    return operations.note_sent(file, at=NOON, by=by)


def answered(office, claim):
    """Ask where the claim stands, and run the job twice: one answer."""
    question = operations.ask_status(claim, at=NOON, by=office.anybody())
    again = operations.ask_status(claim, at=NOON, by=office.anybody())
    assert again.pk == question.pk
    for _ in range(2):
        jobs.ask_where_it_stands.func(str(office.practice.pk), str(question.pk))
    with office.reading():
        return StatusQuestion.objects.get(pk=question.pk)


def now(office, claim):
    with office.reading():
        return Claim.objects.get(pk=claim.pk)


def test_the_payer_answers_from_what_it_knows(office, counter):
    claim = office.signed(office.insured())
    file = sent(office, claim)

    assert (answered(office, claim).category, now(office, claim).status) == ("D0", "sent")
    with office.reading():
        item = WorkItem.objects.get(kind="billing.claim_standing", status="open")
    assert "does not find this claim" in item.title

    counter.send(core.CLAIMS_REQUEST, bytes(file.content), core.BATCH)
    found = answered(office, claim)
    assert (found.category, found.words) == (
        "P1",
        "The payer is working on it. Decided, waits for the next payment run",
    )
    answered_on = local(office.site, found.answered_at).date()
    assert now(office, claim).late_on == answered_on + timedelta(days=14)

    counter.desk.mailbox("1234567893")  # the payment run
    found = answered(office, claim)
    assert (found.category, found.code) == ("F1", "65")
    assert found.paid > 0
    assert found.payment.startswith("DEMOPPO")
    assert found.segment.startswith("STC*F1:65")
    with office.reading():
        assert claim.events.filter(kind="277").count() == 3
        assert not claim.deadlines.filter(stopped_on=None).exists()  # the payer has decided


def test_no_answer_is_told_and_may_be_asked_again(office, counter):
    claim = office.signed(office.insured())
    sent(office, claim)
    counter.is_down = True
    assert answered(office, claim).status == StatusQuestion.Status.FAILED

    counter.is_down = False
    assert answered(office, claim).status == StatusQuestion.Status.ANSWERED


def test_an_unsent_claim_is_not_asked_about(office):
    claim = office.signed(office.insured())

    with pytest.raises(Refused, match="Nobody has this claim"):
        operations.ask_status(claim, at=NOON, by=office.anybody())


def test_a_payer_later_than_usual_is_asked_once_and_put_on_the_list(office):
    claim = office.signed(office.insured())
    sent(office, claim)
    read(office, payer_says(claim.number, "A2", "20", "ICN1"))
    by = office.anybody()

    assert operations.watch_claims(at=NOON + timedelta(days=30), by=by) == 0
    late = NOON + timedelta(days=31)
    assert [operations.watch_claims(at=late, by=by) for _ in range(2)] == [1, 0]

    with office.reading():
        assert StatusQuestion.objects.filter(claim=claim).count() == 1
        item = WorkItem.objects.get(kind="billing.claim_late", status="open")
    assert item.title == f"Claim {claim.number}: Demo PPO is later than usual, 31 days"


def test_a_file_without_a_receipt_raises_a_hand_after_an_hour(office):
    claim = office.signed(office.insured())
    sent(office, claim)
    by = office.anybody()

    assert operations.watch_claims(at=NOON + timedelta(minutes=59), by=by) == 0
    assert operations.watch_claims(at=NOON + timedelta(minutes=61), by=by) == 1

    with office.reading():
        assert WorkItem.objects.filter(kind="billing.no_receipt", status="open").count() == 1


def test_a_step_is_planned_and_is_over_when_the_state_changes(office, biller):
    claim = office.signed(office.insured(zip_code=""))
    member = office.member("manager")
    url = reverse("billing:plan_next", args=[claim.pk])

    page = biller.post(url, {"owner": str(member.pk), "step": "Call Ann", "on": "2026-11-20"})

    assert page.status_code == 200
    found = now(office, claim)
    with office.reading():
        row = queries.rows_of(list(queries.claims().filter(pk=claim.pk)), TODAY, NOON)[0]
        assert WorkItem.objects.get(status="open").owner_id == member.pk
    assert (row.next.words, row.next.is_planned, row.owner) == ("Call Ann", True, member.name)

    with office.writing():
        found.status = Claim.Status.READY
        found.save()
        row = queries.rows_of(list(queries.claims().filter(pk=claim.pk)), TODAY, NOON)[0]
    assert row.next.words == "Send it"

    operations.void_claim(claim, because="Twice", at=NOON, by=office.anybody())
    told = {"step": "Call Ann", "on": None, "at": NOON, "by": office.anybody()}
    with pytest.raises(Refused, match="This claim is done"):
        operations.plan_next(claim, owner=member, **told)


def test_my_claims_are_one_press_away(office, biller):
    claim = office.signed(office.insured(zip_code=""))
    biller.post(reverse("billing:mine", args=[claim.pk]))

    page = biller.get(reverse("billing:claims") + "?show=mine").content.decode()

    assert "Ann Lee" in page


def paid(office):
    claim = office.signed(office.insured())
    sent(office, claim)
    received(office, remittance(decided(claim.number, *USUAL, control="ICN1")))
    return claim


def test_a_void_takes_a_paid_claim_back_with_its_money(office):
    claim = paid(office)
    by = office.anybody()

    void = operations.cancel_claim(claim, because="Wrong patient", at=NOON, by=by)
    assert (void.frequency, void.status) == ("8", "ready")
    with pytest.raises(Refused, match="later version"):
        operations.cancel_claim(claim, because="Again", at=NOON, by=by)
    file = sent(office, void)
    assert b"CLM*" in file.content
    assert b":8*" in bytes(file.content)
    assert b"REF*F8*ICN1" in bytes(file.content)
    taken = decided(claim.number, *BACK, status="22", control="ICN1")
    received(office, remittance(taken, plb=[("FB", "-80.00")]))

    assert now(office, claim).status == Claim.Status.CLOSED
    assert now(office, void).status == Claim.Status.CLOSED
    with office.reading():
        item = WorkItem.objects.get(kind="billing.claim_taken_back", status="open")
    assert str(item.amount) == "214.00"
    office.books()


def test_what_no_payer_numbered_cannot_be_taken_back(office):
    claim = office.signed(office.insured())

    with pytest.raises(Refused, match="taken in"):
        operations.cancel_claim(claim, because="Wrong", at=NOON, by=office.anybody())


def test_versions_are_compared_as_they_were_sent(office, biller):
    claim = paid(office)
    with office.writing():
        patient = Claim.objects.select_related("patient").get(pk=claim.pk).patient
        patient.address_1 = "9 New Road"
        patient.save()
    new = operations.replace_claim(claim, at=NOON, by=office.anybody())
    with office.reading():
        later = Claim.objects.select_related("replaces__practice", "practice").get(pk=new.pk)

    parts = operations.compare_versions(later, at=NOON, by=office.role("biller"))

    rows = [row for part in parts for row in part.rows if row.is_changed]
    changed = {row.label: (row.before, row.after) for row in rows}
    assert changed["Kind"] == ("First claim", "Replacement")
    assert changed["Payer’s number"] == ("", "ICN1")
    assert changed["Subscriber’s address"][0].startswith("7 OAK LANE")
    assert changed["Subscriber’s address"][1].startswith("9 NEW ROAD")
    assert set(changed) == {"Kind", "Payer’s number", "Subscriber’s address", "Claim number"}
    page = biller.get(reverse("billing:compare", args=[new.pk])).content.decode()
    assert "4 differences" in page


def test_a_batch_takes_only_what_was_chosen_and_shows_what_became_of_it(office, biller):
    office.signed(office.insured())
    other = office.payer("OTHER", name="Other Mutual")
    second = office.signed(office.policy(office.patient("Bo", **ADDRESS), other))
    url = reverse("billing:new_batch")
    assert "2 claims are ready" in biller.get(url).content.decode()
    assert "1 claim is ready" in biller.get(url, {"payer": str(other.pk)}).content.decode()

    biller.post(url, {"payer": str(other.pk)})

    assert now(office, second).status == Claim.Status.SENT
    with office.reading():
        assert Claim.objects.filter(status="ready").count() == 1
        batch = queries.batches().get()
    assert "1" in biller.get(reverse("billing:batches")).content.decode()
    page = biller.get(reverse("billing:batch", args=[batch.pk])).content.decode()
    assert "Bo Lee" in page
    assert "Other Mutual" in page


def test_the_form_is_printed_as_the_printer_wants_it(office, biller):
    claim = office.signed(office.insured())
    with office.writing():
        printer = PaperForm.objects.create(name="Laser", right="2.0")

    assert (
        "Laser"
        in biller.get(reverse("billing:paper_claim_choice", args=[claim.pk])).content.decode()
    )
    for url in (
        reverse("billing:cms1500", args=[claim.pk]),
        reverse("billing:red_form", args=[claim.pk]),
        reverse("billing:red_form_on", args=[claim.pk, printer.pk]),
    ):
        answer = biller.get(url)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_a_managers_limit_is_kept(office, client):
    client.force_login(office.member("manager").user)
    said = {"payer": str(office.insurer.pk), "plan": "", "kind": "appeal", "days": "60"}

    client.post(reverse("billing:limits_new"), said)

    with office.reading():
        assert PayerLimit.objects.get().days == 60
    assert "Appeal" in client.get(reverse("billing:limits")).content.decode()
