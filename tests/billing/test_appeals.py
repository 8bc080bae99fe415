"""An appeal is a letter with its proof, in time; what comes of it is dollars and a rate."""

import io
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Appeal, Deadline, Denial
from frontdesk.billing.rules.appeals import argument, left_open
from frontdesk.billing.rules.denials import causes
from frontdesk.core.errors import Refused
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document
from tests.billing.decisions import USUAL, claim, fresh, sent, work
from tests.billing.denying import BACK, PAID, REFUSED, denials, only, refused
from tests.billing.office import NOON, Office
from tests.billing.payer import PAID_ON, decided, line, received, remittance

__all__ = ["claim", "sent"]

READY = "The note shows why it could not wait."
SECOND_BACK = line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00")


@pytest.fixture
def appeal(office, claim):
    """An appeal of Ann Lee's refused visit, being written."""
    refused(office, claim)
    return operations.draft_appeal(only(office), at=NOON, by=office.role("biller"))


def written(office, appeal, **more):
    said = {"argument": READY, "to": appeal.to, "enclosed": [], "with_remittance": True,
            "with_proof": False, **more}  # fmt: skip
    return operations.save_appeal(appeal, **said, by=office.role("biller"))


def mailed(office, appeal, **more):
    written(office, appeal, **more)
    return operations.send_appeal(
        appeal, how="fax", reference="F-77", at=NOON, by=office.role("biller")
    )


def text_of(pdf):
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def packet(office, appeal):
    with office.reading():
        found = Appeal.objects.select_related("packet").get(pk=appeal.pk)
    from frontdesk.records.operations import open_document

    return open_document(found.packet, by=office.role("biller"))


def test_every_cause_has_an_argument_that_says_what_to_fill_in():
    for key in causes():
        assert len(argument(key).text) > 80
        assert argument(key).encloses
    assert argument("timely").with_proof
    assert left_open("as [name] says") == ["[name]"]
    assert left_open(argument("authorization").text)


def test_a_draft_has_what_was_refused_of_the_claim_for_the_same_cause(office, claim):
    refused(office, claim, REFUSED, line("93000", "66.00", "0.00", "CO-197 66.00"))

    made = operations.draft_appeal(denials(office)[0], at=NOON, by=office.role("biller"))
    again = operations.draft_appeal(denials(office)[1], at=NOON, by=office.role("biller"))

    assert (made.amount, made.level, made.pk) == (Decimal(214), 1, again.pk)
    assert made.due_on == PAID_ON + timedelta(days=180)


def test_a_letter_with_blanks_is_not_sent(office, appeal):
    with pytest.raises(Refused, match="Complete the letter first"):
        operations.send_appeal(appeal, how="fax", reference="", at=NOON, by=office.role("biller"))
    assert only(office).status == Denial.Status.NEW


def test_the_packet_is_one_pdf_with_letter_decision_proof_and_papers(office, claim, appeal):
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, format="PNG")
    note = file_document(
        claim.patient, kind=Document.Kind.OTHER, title="Note of the visit",
        content=picture.getvalue(), at=NOON, by=office.anybody(),
    )  # fmt: skip

    found = mailed(office, appeal, enclosed=[note.pk], with_proof=True)

    content = packet(office, found)
    said = text_of(content)
    assert len(pypdfium2.PdfDocument(content)) == 4
    for words in (
        READY, claim.number, "CO-197", "$148.00", "Ann Lee", "Note of the visit",
        "Your decision, as we received it", "When the claim was filed", "PCN1",
        "Sent to the clearinghouse",
    ):  # fmt: skip
        assert words in said, words
    assert found.status == Appeal.Status.SENT
    one = only(office)
    assert one.status == Denial.Status.APPEALED
    assert work(office) == []
    with office.reading():
        words = claim.events.get(kind="appealed").words
    assert "sent by fax" in words


def test_only_papers_of_the_patients_own_chart_are_enclosed(office, appeal):
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, format="PNG")
    other = file_document(
        office.patient("Tom", "Roe"), kind=Document.Kind.OTHER, title="Theirs",
        content=picture.getvalue(), at=NOON, by=office.anybody(),
    )  # fmt: skip

    with pytest.raises(Refused, match="not in this patient's chart"):
        written(office, appeal, enclosed=[other.pk])


def test_a_second_835_that_pays_wins_the_appeal(office, claim, appeal):
    mailed(office, appeal)
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))

    one = only(office)
    with office.reading():
        found = Appeal.objects.get()
        rate = queries.overturned(found.payer_id, found.cause)
    assert (one.status, one.recovered) == (Denial.Status.WON, Decimal("85.00"))
    assert (found.status, found.won) == (Appeal.Status.WON, Decimal("85.00"))
    assert (rate.count, rate.won, rate.dollars) == (1, 1, Decimal("85.00"))


def test_a_second_835_that_refuses_again_loses_it_and_leaves_a_second_level(office, claim, appeal):
    mailed(office, appeal)
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, REFUSED, USUAL[1])))

    one = only(office)
    assert (one.status, one.times) == (Denial.Status.LOST, 2)
    assert one.appeal_by == PAID_ON + timedelta(days=60)
    with office.reading():
        assert Appeal.objects.get().status == Appeal.Status.LOST
    second = operations.draft_appeal(one, at=NOON, by=office.role("biller"))
    assert second.level == 2
    mailed(office, second)
    assert only(office).status == Denial.Status.APPEALED_AGAIN


def test_a_letter_that_is_only_written_counts_for_no_level(office, claim, appeal):
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, REFUSED, USUAL[1])))

    one = only(office)
    assert (one.status, one.times) == (Denial.Status.NEW, 2)
    assert one.appeal_by == PAID_ON + timedelta(days=180)
    with office.reading():
        running = Deadline.objects.filter(kind__endswith="appeal", stopped_on=None)
        assert [clock.due_on for clock in running] == [one.appeal_by]


def test_the_payers_letter_is_noted_and_its_money_has_the_last_word(office, claim, appeal):
    by = office.role("biller")
    mailed(office, appeal)
    with pytest.raises(Refused, match="how much was won"):
        operations.note_answer(appeal, outcome="won", won=Decimal(0), words="", at=NOON, by=by)

    operations.note_answer(
        appeal, outcome="partly", won=Decimal(40), words="Level lowered", at=NOON, by=by
    )
    assert (only(office).status, only(office).recovered) == (Denial.Status.PARTLY, Decimal(40))

    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))
    assert (only(office).status, only(office).recovered) == (Denial.Status.WON, Decimal("85.00"))
    with office.reading():
        assert Appeal.objects.get().won == Decimal("85.00")


def test_a_lost_letter_asks_what_next_and_the_levels_end(office, claim, appeal):
    by = office.role("biller")
    for _level in (1, 2, 3):
        mailed(office, appeal)
        operations.note_answer(
            appeal, outcome="lost", won=Decimal(0), words="Upheld", at=NOON, by=by
        )
        assert work(office) == ["billing.appeal_lost"]
        if _level < 3:
            appeal = operations.draft_appeal(only(office), at=NOON, by=by)

    with pytest.raises(Refused, match="no further appeal"):
        operations.draft_appeal(only(office), at=NOON, by=by)


def as_medicare(office):
    with office.writing():
        office.insurer.filing_indicator = "MB"
        office.insurer.save()


def lost(office, appeal, *, at=NOON, **more):
    operations.note_answer(
        appeal, outcome="lost", won=Decimal(0), words="Upheld", at=at, by=office.role("biller"),
        **more,
    )  # fmt: skip


def test_medicare_has_five_levels_each_with_its_days_and_who_decides(office, claim, appeal):
    by, on = office.role("biller"), NOON.date()
    as_medicare(office)
    told = [("Redetermination", "Appeals department")]
    for days in (185, 65, 65, 65):  # 42 CFR 405.962, .1002, .1102, .1136, and five for the mail
        mailed(office, appeal)
        lost(office, appeal)
        assert only(office).appeal_by == on + timedelta(days=days)
        appeal = operations.draft_appeal(only(office), at=NOON, by=by)
        assert appeal.due_on == on + timedelta(days=days)
        told.append((appeal.level_name, appeal.to.splitlines()[0]))
    mailed(office, appeal)
    assert only(office).status == Denial.Status.COURT
    assert "To the United States District Court" in text_of(packet(office, appeal))
    lost(office, appeal)

    assert told[1:] == [
        ("Reconsideration", "Qualified Independent Contractor"),
        ("Hearing", "Office of Medicare Hearings and Appeals"),
        ("Appeals Council", "Medicare Appeals Council"),
        ("Federal court", "United States District Court"),
    ]
    with pytest.raises(Refused, match="no further appeal"):
        operations.draft_appeal(only(office), at=NOON, by=by)


def test_the_time_to_the_next_level_runs_from_the_day_on_the_letter(office, claim, appeal):
    as_medicare(office)
    mailed(office, appeal)
    read_at = NOON + timedelta(days=20)
    for wrong in (NOON.date() - timedelta(days=1), read_at.date() + timedelta(days=1)):
        with pytest.raises(Refused, match="day of the letter"):
            lost(office, appeal, at=read_at, dated=wrong)
    dated = NOON.date() + timedelta(days=3)

    lost(office, appeal, at=read_at, dated=dated)

    assert only(office).appeal_by == dated + timedelta(days=185)
    with office.reading():
        assert Appeal.objects.get().answered_on == dated


def test_a_letter_says_when_too_little_is_in_dispute_for_its_level(office, claim, appeal, biller):
    as_medicare(office)
    for _level in (1, 2):
        mailed(office, appeal)
        lost(office, appeal)
        drawer = biller.get(reverse("billing:denial", args=[only(office).pk])).content.decode()
        appeal = operations.draft_appeal(only(office), at=NOON, by=office.role("biller"))
    page = biller.get(reverse("billing:appeal", args=[appeal.pk])).content.decode()

    assert "Hearing" in drawer and "Reconsideration" in drawer
    assert "at least $200.00 in dispute, and this letter asks for $148.00" in page


def test_what_was_appealed_is_not_closed_or_sent_twice(office, claim, appeal):
    mailed(office, appeal)
    by = office.role("manager")

    with pytest.raises(Refused, match="has it in hand"):
        operations.write_off_denial(only(office), because="Tired", at=NOON, by=by)
    with pytest.raises(Refused, match="was sent already"):
        operations.send_appeal(appeal, how="fax", reference="", at=NOON, by=by)
    with pytest.raises(Refused, match="was sent already"):
        written(office, appeal)


def test_a_letter_put_away_leaves_the_denial_as_it_was(office, appeal):
    operations.drop_appeal(appeal, at=NOON, by=office.role("biller"))

    one = only(office)
    assert (one.status, one.appeal_id) == (Denial.Status.NEW, None)
    again = operations.draft_appeal(one, at=NOON, by=office.role("biller"))
    assert (again.level, again.number) == (1, appeal.number + 1)


def test_who_worked_how_many_and_what_came_back(office, claim, appeal):
    by = office.role("biller")
    operations.note_denial(only(office), "Wrote the letter", minutes=30, at=NOON, by=by)
    mailed(office, appeal)
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))

    with office.reading():
        [one] = queries.productivity(NOON - timedelta(days=1), office.site)

    assert (one.name, one.worked, one.days, one.minutes) == ("Maria", 1, 1, 30)
    assert (one.recovered, one.per_hour) == (Decimal("85.00"), Decimal("170.00"))


@pytest.fixture
def biller(office, client):
    client.force_login(office.member("biller").user)
    return client


def test_the_screens_say_it_and_work_by_form(office, claim, biller):
    refused(office, claim)
    one = only(office)

    page = biller.get(reverse("billing:denials")).content.decode()
    drawer = biller.get(reverse("billing:denial", args=[one.pk])).content.decode()
    assert "Ann Lee" in page and "Prior authorization" in page
    assert "must not be billed" in drawer and "Bill patient" not in drawer

    assert biller.post(reverse("billing:take_denial", args=[one.pk])).status_code == 200
    noted = biller.post(
        reverse("billing:note_denial", args=[one.pk]), {"words": "Asked", "minutes": "4"}
    )
    assert "Asked" in noted.content.decode() and "4 min" in noted.content.decode()
    bad = biller.post(reverse("billing:note_denial", args=[one.pk]), {"words": "", "minutes": "x"})
    assert bad.status_code == 422

    drafted = biller.post(reverse("billing:draft_appeal", args=[one.pk]))
    with office.reading():
        appeal = Appeal.objects.get()
    url = reverse("billing:appeal", args=[appeal.pk])
    assert drafted["Location"] == url
    assert "brackets" in biller.get(url).content.decode()
    said = {"argument": READY, "to": "Appeals", "with_remittance": "on", "how": "mail"}
    open_letter = biller.post(url, {**said, "argument": "[why]", "send": "1"})
    assert open_letter.status_code == 422
    assert biller.post(url, {**said, "send": "1"}).status_code in (200, 204, 302)
    pdf = biller.get(reverse("billing:appeal_packet", args=[appeal.pk]))
    assert READY in text_of(pdf.content)
    answered = biller.post(
        reverse("billing:answer_appeal", args=[appeal.pk]), {"outcome": "won", "won": "85"}
    )
    assert answered.status_code in (200, 204, 302)
    assert only(office).status == Denial.Status.WON
    assert fresh(office, claim).pk
    report = biller.get(reverse("billing:denial_report")).content.decode()
    assert "No or wrong authorization" in report and "Appeals answered" in report
    assert biller.get(reverse("billing:denial_patterns")).status_code == 200


@pytest.mark.parametrize("url", ["?show=won", "?show=%27", "?page=0", "?cause=x", "?payer=zzz"])
def test_strange_parameters_show_the_list(office, claim, biller, url):
    assert biller.get(reverse("billing:denials") + url).status_code == 200


def test_the_list_and_the_figures_cost_the_same_for_one_and_for_many(office, claim, biller):
    refused(office, claim)
    urls = [reverse(f"billing:{name}") for name in ("denials", "denial_report", "denial_patterns")]
    for url in urls:
        biller.get(url)
    costs = {}
    for url in urls:
        with CaptureQueriesContext(connection) as one:
            biller.get(url)
        costs[url] = len(one)
    for name in ("Tom", "Uma", "Vic", "Wes"):
        more = office.signed(office.insured(name, "Roe"))
        sent(office)
        refused(office, more)

    for url in urls:
        with CaptureQueriesContext(connection) as many:
            assert biller.get(url).status_code == 200
        assert len(many) <= costs[url] + (2 if "prevent" in url else 0), url


def test_another_practice_finds_nothing(office, claim, client):
    refused(office, claim)
    client.force_login(Office("Oak Avenue").member("manager").user)
    one = only(office)

    for name in ("denial", "take_denial", "draft_appeal"):
        url = reverse(f"billing:{name}", args=[one.pk])
        assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}
