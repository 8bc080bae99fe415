"""From a signed superbill to posted money, against the real sandbox over a real socket."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Claim, Exchange, Remittance, RemittanceClaim
from frontdesk.core.clock import now
from frontdesk.staff.models import WorkItem
from tests.sandbox.office import running


@pytest.fixture
def sandbox(tmp_path, settings):
    """A running clearinghouse that this office is set to use."""
    with running(tmp_path / "sandbox") as server:
        settings.CLEARINGHOUSE_URL = server.url
        yield server


def sent(office):
    """Send what is ready."""
    exchange = operations.queue_batch(at=now(), by=office.role("biller"))
    jobs.send_file.func(str(office.practice.pk), str(exchange.pk))
    return exchange


def mailbox_read(office):
    """Read the mailbox and post what came."""
    jobs.read_mailbox.func(str(office.practice.pk))
    with office.reading():
        keys = [str(pk) for pk in Remittance.objects.values_list("pk", flat=True)]
    for key in keys:
        jobs.post_remittance.func(str(office.practice.pk), key)


def fresh(office, claim):
    with office.reading():
        return Claim.objects.get(pk=claim.pk)


def open_work(office):
    with office.reading():
        return sorted(WorkItem.objects.filter(status="open").values_list("kind", flat=True))


def test_a_claim_is_sent_acknowledged_decided_and_posted(office, sandbox):
    policy = office.insured()
    claim = office.sign(office.seen(policy, at=now()), at=now())

    exchange = sent(office)
    mailbox_read(office)

    claim = fresh(office, claim)
    with office.reading():
        exchange.refresh_from_db()
        assert exchange.status == Exchange.Status.ACKNOWLEDGED
        kinds = list(claim.events.order_by("pk").values_list("kind", flat=True))
        row = RemittanceClaim.objects.get()
    assert kinds == ["built", "ready", "queued", "sent", "999", "277CA", "paid"]
    assert claim.status == Claim.Status.PAID
    assert re.fullmatch(r"SB\d{10}", claim.payer_control_number)
    assert row.status == RemittanceClaim.Status.POSTED
    owed, insurance, credit = office.standing(policy.patient)
    assert (insurance, credit) == ("0.00", "0.00")
    assert Decimal(owed) == claim.patient_responsibility == row.patient_responsibility
    books = office.books()
    assert books.get("bank", Decimal(0)) == row.paid
    assert -books["income.services"] == Decimal(214)
    assert open_work(office) == []


def test_reading_the_same_files_again_changes_nothing(office, sandbox):
    policy = office.insured()
    office.sign(office.seen(policy, at=now()), at=now())
    sent(office)
    mailbox_read(office)
    before = office.books()
    with office.reading():
        files = list(Exchange.objects.filter(direction="in"))

    for file in files:
        kept = operations.keep_file(
            kind=file.kind,
            name="again",
            content=bytes(file.content),
            at=now(),
            by=office.anybody(),
        )
        assert kept.pk == file.pk
        operations.read_file(kept, at=now(), by=office.anybody())
    mailbox_read(office)

    assert office.books() == before


def test_a_crash_between_sending_and_noting_it_sends_the_same_file_and_counts_once(office, sandbox):
    policy = office.insured()
    claim = office.sign(office.seen(policy, at=now()), at=now())
    exchange = operations.queue_batch(at=now(), by=office.role("biller"))
    with office.reading():
        line = jobs.line_of(office.role("biller"))
    line.submit(bytes(exchange.content), message_id=str(exchange.pk))  # and then we died

    jobs.send_file.func(str(office.practice.pk), str(exchange.pk))
    mailbox_read(office)

    assert fresh(office, claim).status == Claim.Status.PAID
    with office.reading():
        assert RemittanceClaim.objects.count() == 1


def test_a_member_the_payer_does_not_know_is_rejected_with_words_and_a_fix(office, sandbox):
    policy = office.insured(first="Bea", birth_date="1971-01-01")
    with office.writing():
        subscription = policy.subscription
        subscription.member_id = "W999999999"
        subscription.save()
    claim = office.sign(office.seen(policy, at=now()), at=now())

    sent(office)
    mailbox_read(office)

    claim = fresh(office, claim)
    assert claim.status == Claim.Status.REJECTED
    assert office.standing(policy.patient)[1] == "214.00"
    with office.reading():
        item = WorkItem.objects.get(status="open")
    assert item.kind == "billing.claim_rejected"
    assert "insured person is not found" in item.title

    with office.writing():
        subscription.member_id = "W123456789"
        subscription.first_name, subscription.birth_date = "Ann", "1980-05-04"
        subscription.save()
        patient = policy.patient
        patient.first_name, patient.birth_date = "Ann", "1980-05-04"
        patient.save()
    operations.judge_claim(claim, at=now(), by=office.anybody())
    sent(office)
    mailbox_read(office)
    claim = fresh(office, claim)
    assert (claim.status, claim.frequency) == (Claim.Status.PAID, "1")
    assert open_work(office) == []


def test_a_denial_is_not_written_off_and_waits_for_a_person(office, sandbox):
    policy = office.insured()
    lines = (("99213", "148.00", "A"), ("70551", "900.00", "A"))
    claim = office.sign(office.seen(policy, at=now(), lines=lines), at=now())

    sent(office)
    mailbox_read(office)

    claim = fresh(office, claim)
    assert claim.status == Claim.Status.PAID
    assert office.standing(policy.patient)[1] == "900.00"
    with office.reading():
        item = WorkItem.objects.get(status="open")
    assert item.kind == "billing.claim_denied"
    assert item.amount == Decimal(900)
    assert "CO-197" in item.detail


def test_a_line_that_is_down_is_tried_again_and_then_a_person_hears(office, settings):
    settings.CLEARINGHOUSE_URL = "http://127.0.0.1:9"
    office.sign(office.seen(office.insured(), at=now()), at=now())
    exchange = operations.queue_batch(at=now(), by=office.role("biller"))

    for _ in range(5):
        jobs.send_file.func(str(office.practice.pk), str(exchange.pk))

    with office.reading():
        exchange.refresh_from_db()
        assert exchange.status == Exchange.Status.WAITING
    assert open_work(office) == ["billing.file_not_sent"]


def test_a_file_that_breaks_the_reader_goes_to_a_person_and_the_next_is_read(
    office, sandbox, monkeypatch
):
    claim = office.sign(office.seen(office.insured(), at=now()), at=now())
    sent(office)
    read, broken = operations.read_file, []

    def breaks(exchange, **more):
        if not broken:
            broken.append(exchange.pk)
            raise ArithmeticError("nobody foresaw this")
        return read(exchange, **more)

    monkeypatch.setattr(operations, "read_file", breaks)

    mailbox_read(office)

    assert fresh(office, claim).status == Claim.Status.PAID
    assert open_work(office) == ["billing.file_unreadable"]
    with office.reading():
        aside = Exchange.objects.get(pk=broken[0])
    assert aside.status == Exchange.Status.UNREADABLE
    assert aside.trouble == "Reading it failed (ArithmeticError)."


def test_nearly_every_dollar_of_mixed_remittances_is_posted_untouched(office, sandbox):
    """Paid, reduced, denied, not covered, replaced, with interest: 95 % needs nobody."""
    policy = office.insured()
    usual = (("99213", "148.00", "A"), ("93000", "66.00", "A"))
    kinds = [usual] * 8 + [
        (("99213", "148.00", "A"), ("70551", "900.00", "A")),  # wants an authorization
        (("99214", "210.00", "A"), ("S9999", "30.00", "A")),  # is not covered
        (("99215", "280.00", "A"),),
    ]
    claims = []
    for days, lines in enumerate(kinds):
        at = now() - timedelta(days=days)
        claims.append(office.sign(office.seen(policy, at=at, lines=lines), at=at))
    sent(office)
    sandbox.faults.set({"plb": 1})
    mailbox_read(office)
    again = operations.replace_claim(fresh(office, claims[0]), at=now(), by=office.anybody())
    sent(office)
    mailbox_read(office)

    with office.reading():
        rows = list(RemittanceClaim.objects.values_list("status", "paid", "status_code"))
        outside = sum(
            (
                abs(Decimal(one["amount"]))
                for made in Remittance.objects.all()
                for one in made.provider_adjustments
            ),
            Decimal(0),
        )
        asked = WorkItem.objects.filter(kind="billing.provider_adjustment").exists()
    posted = sum((abs(paid) for status, paid, _ in rows if status == "posted"), Decimal(0))
    moved = sum((abs(paid) for _, paid, _ in rows), Decimal(0)) + outside
    assert moved > 500
    assert {"1", "22"} <= {code for _, _, code in rows}
    assert fresh(office, again).status == Claim.Status.PAID
    assert posted + (0 if asked else outside) >= Decimal("0.95") * moved


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "999-gone", "kind": "999", "name": "gone.999", "size": 500},
        {"id": "odd-1", "kind": "OTHER", "name": "odd.pdf", "size": 500},
        {"id": "835-huge", "kind": "835", "name": "huge.835", "size": 1 << 40},
    ],
    ids=lambda file: file["name"],
)
def test_a_file_that_cannot_be_had_keeps_no_other_waiting(office, sandbox, monkeypatch, bad):
    claim = office.sign(office.seen(office.insured(), at=now()), at=now())
    sent(office)
    usual = sandbox.desk.mailbox
    monkeypatch.setattr(
        sandbox.desk, "mailbox", lambda sender, **more: [bad, *usual(sender, **more)]
    )
    mailbox_read(office)

    assert fresh(office, claim).status == Claim.Status.PAID
    with office.reading():
        assert bad["name"] in WorkItem.objects.get(kind="billing.mailbox").detail


def test_what_is_answered_for_another_file_is_not_taken_for_this_one(office, sandbox, monkeypatch):
    office.sign(office.seen(office.insured(), at=now()), at=now())
    sent(office)
    usual, ids = sandbox.desk._reply, sandbox.desk.mailbox(office.practice.npi)

    def mixed(request, *more):
        answer = usual(request, *more)
        return replace(answer, payload_id="another") if request.payload_id in known else answer

    known = {file["id"] for file in ids}
    with monkeypatch.context() as mixing:
        mixing.setattr(sandbox.desk, "_reply", mixed)
        assert jobs.read_mailbox.func(str(office.practice.pk)) == 0
    assert {file["id"] for file in sandbox.desk.mailbox(office.practice.npi)} == known
