"""What a clearinghouse answers, in whatever order, and what is done about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from frontdesk import x12
from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Claim, Exchange
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.staff.models import WorkItem
from tests.billing.office import NOON


@pytest.fixture
def sent(office):
    """A claim in a file that was sent."""
    office.claim = office.signed(office.insured())
    exchange = operations.queue_batch(at=NOON, by=office.role("biller"))
    return operations.note_sent(exchange, at=NOON, by=office.role("biller"))


def envelope(control=900):
    return x12.Envelope(sender="CH", receiver="OFFICE", control=control, at=NOON)


def read(office, *bodies, control=900):
    content = x12.write(envelope(control), list(bodies))
    by = office.anybody()
    kept = operations.keep_file(kind="999", name="f", content=content, at=NOON, by=by)
    return operations.read_file(kept, at=NOON, by=by)


def ta1(sent, status="R", note="020"):
    return x12.InterchangeAcknowledgement(
        control=sent.interchange_control, at=NOON, status=status, note=note
    )


def group(sent, status):
    note = x12.TransactionNote(
        set="837",
        control="0001",
        version="005010X222A1",
        status=status,
        codes=["5"] if status == "R" else [],
        segments=[x12.SegmentNote(id="NM1", position=8, loop="2010", code="8")]
        if status == "R"
        else [],
    )
    return x12.FunctionalAcknowledgement(
        group="HC",
        control=sent.group_control,
        version="005010X222A1",
        status=status,
        included=1,
        received=1,
        accepted=0 if status == "R" else 1,
        transactions=[note],
    )


def payer_says(number, category, code, payer_control=""):
    references = [x12.Reference("1K", payer_control)] if payer_control else []
    said = x12.AcknowledgedClaim(
        number=number,
        statuses=[
            x12.Status(
                category=category,
                code=code,
                entity="PR",
                on=NOON.date(),
                action="U" if category in {"A3", "A7"} else "WQ",
                amount=214,
            )
        ],
        patient=x12.Party(
            name="LEE",
            first="ANN",
            is_person=True,
            entity="QC",
            id_qualifier="MI",
            identifier="W123456789",
        ),
        references=references,
        periods=[x12.Period("472", NOON.date())],
    )
    provider = x12.Party(name="ELM", entity="85", id_qualifier="XX", identifier="1234567893")
    return x12.ClaimAcknowledgement(
        source=x12.Party(name="PAYER", entity="PR", id_qualifier="PI", identifier="DEMOPPO"),
        receiver=x12.Party(name="ELM", entity="41", id_qualifier="46", identifier="1234567893"),
        reference="CA1",
        at=NOON,
        source_trace="T1",
        received_on=NOON.date(),
        sent_on=NOON.date(),
        batch="B1",
        statuses=[
            x12.Status(
                category="A1", code="19", entity="PR", on=NOON.date(), action="WQ", amount=214
            )
        ],
        providers=[x12.AcknowledgedProvider(provider=provider, trace="0", claims=[said])],
    )


def claim(office):
    with office.reading():
        return Claim.objects.get(pk=office.claim.pk)


def work(office):
    with office.reading():
        return sorted(WorkItem.objects.filter(status="open").values_list("kind", flat=True))


@pytest.fixture
def unsure(office):
    """A claim in a file that went out on a line that broke before anybody said it is there."""
    office.claim = office.signed(office.insured())
    exchange = operations.queue_batch(at=NOON, by=office.role("biller"))
    because = "The connection to the clearinghouse broke off."
    return operations.note_not_sent(exchange, because=because, at=NOON, by=office.anybody())


@pytest.mark.parametrize("kind", ["TA1", "999", "277CA"])
def test_a_file_that_was_answered_is_there_though_the_line_broke(office, unsure, kind):
    assert unsure.trouble.endswith("goes again by itself in a few minutes.")
    bodies = {
        "TA1": lambda: ta1(unsure, "A", "000"),
        "999": lambda: group(unsure, "A"),
        "277CA": lambda: payer_says(office.claim.number, "A2", "20", "ICN77"),
    }

    read(office, bodies[kind]())

    with office.reading():
        file = Exchange.objects.get(pk=unsure.pk)
        claim = Claim.objects.get(pk=office.claim.pk)
    assert file.status == ("acknowledged" if kind == "999" else "sent")
    assert file.trouble == ""
    assert claim.sent_at == NOON
    with office.reading():
        words = [event.kind for event in claim.events.order_by("pk")]
    assert words.count("sent") == 1


def test_a_file_that_arrived_on_a_broken_line_and_is_turned_away_takes_its_claims_back(
    office, unsure
):
    read(office, group(unsure, "R"))

    with office.reading():
        assert Exchange.objects.get(pk=unsure.pk).status == "rejected"
        assert Claim.objects.get(pk=office.claim.pk).status == "rejected"


def test_an_envelope_that_is_turned_away_takes_its_claims_back(office, sent):
    read(office, ta1(sent))

    assert claim(office).status == Claim.Status.REJECTED
    with office.reading():
        sent.refresh_from_db()
    assert sent.status == Exchange.Status.REJECTED
    assert work(office) == ["billing.claim_rejected", "billing.file_rejected"]


def test_a_form_that_is_turned_away_names_the_segment(office, sent):
    read(office, group(sent, "R"))

    assert claim(office).status == Claim.Status.REJECTED
    with office.reading():
        sent.refresh_from_db()
    assert "segment 8 (NM1" in sent.trouble


@pytest.mark.parametrize("made", [lambda sent: ta1(sent), lambda sent: group(sent, "R")])
def test_a_file_that_was_turned_away_goes_again_whole_with_one_key(office, sent, made, client):
    client.force_login(office.member("biller").user)
    page, again = (reverse(f"billing:{n}", args=[sent.pk]) for n in ("batch", "batch_again"))
    assert "claim again" not in client.get(page).text
    read(office, made(sent))
    assert "Send 1 claim again" in client.get(page).text

    for _ in range(2):  # pressed twice it goes once
        client.post(again)

    assert claim(office).status == Claim.Status.SENT
    assert work(office) == []
    with office.reading():
        assert claim(office).transmissions.count() == 2
    assert "Send 1 claim again" not in client.get(page).text


@pytest.mark.parametrize("made", [lambda sent: ta1(sent), lambda sent: group(sent, "R")])
def test_a_receipt_for_a_file_nobody_sent_goes_to_a_person_and_changes_nothing(
    office, sent, made, client
):
    body = made(sent)
    body.control = "99123"

    read(office, body)

    assert claim(office).status == Claim.Status.SENT
    assert work(office) == ["billing.unknown_file"]
    client.force_login(office.member("biller").user)
    assert "for a file that we did not send" in client.get(reverse("billing:files")).text


@pytest.mark.parametrize("status", ["A", "E"])
def test_a_form_that_is_accepted_moves_the_claim_on(office, sent, status):
    read(office, group(sent, status))

    assert claim(office).status == Claim.Status.RECEIVED
    assert work(office) == []


def test_a_payer_that_takes_the_claim_in_gives_it_a_number(office, sent):
    number = office.claim.number

    read(office, payer_says(number, "A2", "20", "ICN77"))

    found = claim(office)
    assert (found.status, found.payer_control_number) == (Claim.Status.ACCEPTED, "ICN77")


def test_a_late_receipt_does_not_move_a_claim_back(office, sent):
    read(office, payer_says(office.claim.number, "A2", "20", "ICN77"))

    read(office, group(sent, "A"), control=901)

    assert claim(office).status == Claim.Status.ACCEPTED


def test_a_rejection_says_what_is_wrong_and_how_to_fix_it(office, sent):
    read(office, payer_says(office.claim.number, "A7", "164"))

    assert claim(office).status == Claim.Status.REJECTED
    with office.reading():
        item = WorkItem.objects.get(status="open")
    assert "member id is missing or wrong" in item.title
    assert item.how_to_fix == "Read it from the insurance card."


def test_an_answer_for_a_claim_that_is_not_ours_goes_to_a_person(office, sent):
    read(office, payer_says("NOTOURS", "A2", "20"))

    assert work(office) == ["billing.unknown_claim"]
    assert claim(office).status == Claim.Status.SENT


def test_overdue_answers_are_asked_about_once(office, sent):
    late = NOON + timedelta(days=2)

    for _ in range(2):
        assert operations.watch_claims(at=late, by=office.anybody()) == 1

    assert work(office) == ["billing.no_receipt"]


def test_the_answer_to_a_sent_claim_lets_its_correction_go(office, sent):
    bill_pk = office.claim.visit_id
    with office.reading():
        first = Claim.objects.get(visit=bill_pk)
    read(office, payer_says(first.number, "A2", "20", "ICN77"))

    second = operations.replace_claim(first, at=NOON, by=office.role("biller"))

    assert (second.frequency, second.status) == ("7", Claim.Status.READY)
    content = bytes(operations.queue_batch(at=NOON, by=office.role("biller")).content)
    assert b"REF*F8*ICN77" in content
    assert b":B:7*" in content


def test_a_claim_that_was_sent_is_not_changed_any_more(office, sent):
    with pytest.raises(Refused, match="sent already"):
        operations.judge_claim(office.claim, at=NOON, by=office.role("biller"))


def test_a_held_claim_is_not_sent(office):
    office.signed(office.insured(zip_code=""))

    assert operations.queue_batch(at=NOON, by=office.role("biller")) is None
    assert work(office) == ["billing.claim_held"]


def test_the_front_desk_sends_no_claims(office):
    with pytest.raises(NotPermitted):
        operations.queue_batch(at=NOON, by=office.role("receptionist"))


def test_two_files_never_carry_the_same_number(office):
    numbers = []
    for name in ("Ann", "Bea"):
        office.signed(office.insured(name))
        numbers.append(
            operations.queue_batch(at=NOON, by=office.role("biller")).interchange_control
        )

    assert numbers == ["000000001", "000000002"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 an explanation of benefits" + b" " * 200, "no file of a payer"),
        (b"", "empty"),
        ("again", "This file came in on 11/19/2026. Nothing is taken in twice"),
        ("ours", "These are claims, not an answer"),
    ],
)
def test_what_is_no_answer_or_came_before_is_said_beside_the_file(
    office, sent, client, content, words
):
    client.force_login(office.member("biller").user)
    if content == "again":
        content = x12.write(envelope(), [group(sent, "A")])
        evening = datetime(2026, 11, 20, 2, tzinfo=UTC)  # the day before, by the office's clock
        operations.keep_file(kind="999", name="f", content=content, at=evening, by=office.anybody())
    elif content == "ours":
        content = bytes(sent.content)
    refused = brought(client, content)
    assert refused.status_code == 422
    assert words in refused.content.decode()


def brought(client, content):
    file = SimpleUploadedFile("from the website.txt", content)
    return client.post(reverse("billing:bring_file"), {"file": file})


def test_a_file_brought_in_by_hand_is_read_once_and_says_what_it_leaves_to_do(
    office, sent, client, django_capture_on_commit_callbacks
):
    client.force_login(office.member("biller").user)
    stranger = replace(group(sent, "A"), control="987654")
    with django_capture_on_commit_callbacks(execute=True):
        assert brought(client, x12.write(envelope(), [stranger])).status_code < 400
    with office.reading():
        kept = Exchange.objects.get(direction="in")
    assert (kept.kind, kept.name) == ("999", "from the website.txt")
    for _ in range(2):
        assert jobs.read_brought.func(str(office.practice.pk), str(kept.pk)) == "read"
    page = client.get(reverse("billing:file", args=[kept.pk])).content.decode()
    assert "A receipt came for a file that we did not send (999 for group 987654)" in page
    assert "Ask the clearinghouse whose it is" in page
