"""The bank's statement beside what payers announced: nothing twice, nothing guessed."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.models import BankLine, Remittance
from frontdesk.billing.rules.reconciling import Announced, likely, sure_match
from frontdesk.core.clock import today
from frontdesk.core.errors import Refused
from frontdesk.ledger.models import CardPayout
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL, claim, sent
from tests.billing.office import NOON
from tests.billing.payer import decided, received, remittance

__all__ = ["claim", "sent"]
DAY = date(2026, 11, 21)
CSV = (
    b"Account,12345\r\n\r\nDate,Description,Amount,Bank Reference\r\n"
    b'11/21/2026,"DEMO PPO HCCLAIMPMT TRN*1*EFT000123*1123456789","1,080.00",R1\r\n'
    b"11/21/2026,CARD FEES,-12.50,R2\r\n"
    b"11/22/2026,COUNTER DEPOSIT,$25.00,R3\r\n"
)
OFX = b"""OFXHEADER:100
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261121120000[-5:EST]<TRNAMT>80.00<FITID>77<NAME>DEMO PPO
<MEMO>TRN*1*EFT000123*1123456789
</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261121<TRNAMT>-9.00<FITID>78<NAME>FEE</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
BAI = b"""01,BANK,OFFICE,261121,0600,1,80,,2/
02,OFFICE,BANK,1,261121,,USD,2/
03,12345,USD,010,100000,,/
16,165,8000,Z,REF9,,DEMO PPO HCCLAIMPMT/
88,TRN*1*EFT000123*1123456789/
16,475,1250,Z,REF8,,CHECK PAID/
16,115,2500,S,2500,0,0,LOCK1,,LOCKBOX DEPOSIT/
49,100000,5/
98,100000,1,7/
99,100000,1,9/
"""
KEYS = [UUID(int=n) for n in range(1, 9)]


def announced(number, trace, amount, on=DAY):
    return Announced(KEYS[number], trace, Decimal(amount), on)


def test_a_csv_gives_its_credits_below_any_heading():
    found = exchange.credits_of(CSV)

    assert [(one.on, one.amount) for one in found] == [
        (DAY, Decimal("1080.00")),
        (date(2026, 11, 22), Decimal("25.00")),
    ]
    assert "EFT000123" in found[0].words


def test_ofx_and_bai_give_the_same_credit():
    [of_ofx] = exchange.credits_of(OFX)
    of_bai = exchange.credits_of(BAI)

    assert (of_ofx.on, of_ofx.amount, of_ofx.reference) == (
        DAY,
        Decimal("80.00"),
        "fit:20261121:80.00:77",
    )
    assert [(one.on, one.amount) for one in of_bai] == [
        (DAY, Decimal("80.00")),
        (DAY, Decimal("25.00")),
    ]
    assert "EFT000123" in of_ofx.words and "EFT000123" in of_bai[0].words
    assert "LOCKBOX" in of_bai[1].words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "no bank statement"),
        (b"", "no bank statement"),
        (b"Date,Amount\n2026-11-21,many\n", "Line 2: 'many' is no amount."),
        (b"Date,Amount\nsoon,5.00\n", "Line 2: 'soon' is no date."),
        (OFX[: OFX.index(b"</BANKTRANLIST>")], "cut short"),
        (BAI[: BAI.index(b"99,")], "cut short"),
        (BAI.replace(b"8000,Z,", b"8000,D,"), "Line 4: how many days"),
    ],
)
def test_what_cannot_be_read_is_refused_whole_in_words(content, words):
    with pytest.raises(exchange.NotAStatement, match=words):
        exchange.credits_of(content)


@pytest.mark.parametrize(
    "content",
    [
        b"Date,Description,Amount,Reference\n11/21/2026,A,5.00,DEPOSIT\n11/21/2026,B,7.00,DEPOSIT\n",
        OFX.replace(b"<TRNAMT>-9.00<FITID>78", b"<TRNAMT>9.00<FITID>77"),
        BAI.replace(b"8000,Z,REF9", b"8000,D,2,0,4000,1,4000,LOCK1").replace(b"REF8", b""),
    ],
)
def test_a_reference_that_a_bank_gives_twice_loses_no_credit(content):
    found = exchange.credits_of(content)
    assert len(found) == len({one.reference for one in found}) == 2


def test_a_bai_line_says_what_it_is_or_is_passed_over():
    content = BAI.replace(b"16,475,1250,Z,REF8,,CHECK PAID/", b"16/\n16,??,5/")
    assert len(exchange.credits_of(content)) == 2


def test_two_equal_credits_without_a_number_are_two_and_the_same_again():
    content = b"Date,Description,Amount\n2026-11-21,DEPOSIT,5.00\n2026-11-21,DEPOSIT,5.00\n"

    first = [one.reference for one in exchange.credits_of(content)]

    assert len(set(first)) == 2
    assert first == [one.reference for one in exchange.credits_of(content)]


def test_only_the_trace_number_with_the_same_dollars_is_sure():
    open_ = [announced(0, "EFT000123", "80.00"), announced(1, "EFT000124", "80.00")]

    assert sure_match("TRN*1*EFT000123*1", Decimal("80.00"), DAY, open_) == [KEYS[0]]
    assert sure_match("TRN*1*EFT000123*1", Decimal("79.00"), DAY, open_) == []
    assert sure_match("DEMO PPO", Decimal("80.00"), DAY, open_) == []
    both = "EFT000123 EFT000124"
    assert sure_match(both, Decimal("160.00"), DAY, open_) == [KEYS[0], KEYS[1]]
    long_ago = [announced(0, "EFT000123", "80.00", date(2026, 8, 1))]
    assert sure_match("EFT000123", Decimal("80.00"), DAY, long_ago) == []


def test_a_lockbox_may_be_several_checks_that_add_up():
    open_ = [announced(0, "1001", "30.00"), announced(1, "1002", "50.00"), announced(2, "3", "7")]

    assert likely(Decimal("80.00"), DAY, open_) == [[KEYS[0], KEYS[1]]]
    assert likely(Decimal("81.00"), DAY, open_) == []


def paid(office, claim, trace="EFT000123"):
    received(office, remittance(decided(claim.number, *USUAL), trace=trace))
    with office.reading():
        return Remittance.objects.get(trace=trace)


def statement(office, content):
    return operations.read_statement(content, name="may.csv", at=NOON, by=office.role("biller"))


def test_a_transfer_is_matched_by_itself_and_once(office, claim):
    one = paid(office, claim)

    assert statement(office, OFX) == (1, 1)
    assert statement(office, OFX) == (0, 0)

    with office.reading():
        [line] = BankLine.objects.all()
        one.refresh_from_db()
    assert (line.status, one.bank_line_id) == (BankLine.Status.MATCHED, line.pk)


def test_a_credit_that_came_before_its_remittance_is_matched_when_that_comes(office, claim):
    assert statement(office, OFX) == (1, 0)
    paid(office, claim)

    assert operations.match_bank_lines(at=NOON, by=office.role("biller")) == 1


def test_a_credit_is_matched_by_hand_only_for_the_same_dollars_and_taken_back(office, claim):
    one = paid(office, claim, trace="CHECK9")
    statement(office, OFX)
    biller = office.role("biller")
    with office.reading():
        line = BankLine.objects.get()
        assert queries.ways_to_match(line) == [[one]]

    with pytest.raises(Refused, match=r"The bank has \$80.00, and these .* add up to \$0"):
        operations.match_bank_line(line, [], at=NOON, by=biller)
    operations.match_bank_line(line, [one], at=NOON, by=biller)
    with pytest.raises(Refused, match="explained already"):
        operations.match_bank_line(line, [one], at=NOON, by=biller)
    statement(office, OFX.replace(b"<FITID>77", b"<FITID>79"))
    with office.reading():
        second = BankLine.objects.exclude(pk=line.pk).get()
    with pytest.raises(Refused, match="matched with another credit"):
        operations.match_bank_line(second, [one], at=NOON, by=biller)
    operations.explain_bank_line(second, because="Paid twice", at=NOON, by=biller)
    operations.open_bank_line(line, at=NOON, by=biller)

    with office.reading():
        one.refresh_from_db()
        assert one.bank_line is None
    with pytest.raises(Refused, match="Say what it is"):
        operations.explain_bank_line(line, because=" ", at=NOON, by=biller)
    operations.explain_bank_line(line, because="Rent", at=NOON, by=biller)
    with office.reading():
        assert queries.bank().open_amount == 0


def test_money_that_never_reached_the_bank_is_asked_about(office, claim):
    one = paid(office, claim)
    by = office.role("biller")
    assert operations.watch_deposits(at=NOON, by=by) == 0  # no statement was brought in yet
    with office.writing():
        BankLine.objects.create(on=date(2026, 11, 10), amount=5, reference="x", status="other")
        one.paid_on = date(2026, 10, 20)
        one.save()

    assert operations.watch_deposits(at=NOON, by=by) == 1
    with office.reading():
        item = WorkItem.objects.get(kind="billing.not_at_the_bank", status="open")
    assert item.amount == Decimal(80)


def test_the_page_brings_a_statement_in_and_says_what_is_wrong_with_another(office, claim, client):
    client.force_login(office.member("biller").user)
    paid(office, claim)
    url = reverse("billing:bank_statement")

    wrong = client.post(url, {"file": SimpleUploadedFile("x.csv", b"hello")})
    done = client.post(url, {"file": SimpleUploadedFile("x.ofx", OFX)})

    assert wrong.status_code == 422
    assert "no bank statement" in wrong.content.decode()
    assert done.status_code in (200, 204, 302)
    page = client.get(reverse("billing:bank")).content.decode()
    assert "Matched" in page and "TRN*1*EFT000123" in page


def test_the_bank_asks_as_much_of_the_database_for_many_credits(
    office, client, django_assert_max_num_queries
):
    client.force_login(office.member("biller").user)
    rows = "".join(f"2026-11-21,DEPOSIT {n},5.00\n" for n in range(60))
    statement(office, b"Date,Description,Amount\n" + rows.encode())
    client.get(reverse("billing:bank"))

    with django_assert_max_num_queries(20):
        assert client.get(reverse("billing:bank")).status_code == 200


def test_card_money_at_the_bank_is_booked_with_its_fee_and_back(office, client):
    on = today(office.site).isoformat()
    statement(office, f"Date,Description,Amount\n{on},CARDS 0042,25.00\n".encode())
    client.force_login(office.member("biller").user)
    with office.reading():
        line = BankLine.objects.get()
    page = reverse("billing:card_money", args=[line.pk])
    refused = client.post(page, {"fee": "0.75"})
    assert "on its way: say what else is in it" in refused.content.decode()
    client.post(page, {"fee": "0.75", "because": "Cards of the old system"})
    with office.reading():
        line = BankLine.objects.get()
        payout = CardPayout.objects.get()
    assert (line.status, line.because) == ("other", "Card money, $0.75 kept as a fee")
    assert (payout.credited, payout.fee, payout.on) == (line.amount, Decimal("0.75"), line.on)
    client.post(reverse("billing:reopen_credit", args=[line.pk]))
    with office.reading():
        assert BankLine.objects.get().status == "open"
        assert CardPayout.objects.get().status == "back"
