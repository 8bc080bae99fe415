"""Good-faith estimates: the clock of the law, what the paper says, what a bill may not exceed."""

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link, Message
from frontdesk.comms.queries import address_of
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.coverage.rules.good_faith import business_days, due_on, is_disputable
from frontdesk.people.operations import say_consent
from tests.coverage.asking import work_items

MONDAY = date(2026, 11, 9)
HOLIDAYS = {date(2026, 11, 11), date(2026, 11, 26)}  # Veterans Day, Thanksgiving
BOOKED = date(2026, 11, 2)


@pytest.fixture
def priced(clinic):
    """What we charge for a visit."""
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Ours", starts_on=date(2020, 1, 1))
        for code, amount in (("Z9213", "150.00"), ("Z9701", "400.00")):
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))


def planned(clinic, patient, **more):
    return operations.Planned(
        **{
            "patient": patient,
            "what": "Follow-up",
            "codes": [{"code": "Z9213", "units": 1}],
            "provider": clinic.provider,
            "site": clinic.site,
            "begun_on": BOOKED,
            "service_on": date(2026, 12, 1),
            "appointment_id": patient.pk,
            **more,
        }
    )


def owe(clinic, patient, *, is_asked=False, **more):
    return operations.owe_good_faith(
        planned(clinic, patient, **more), is_asked=is_asked, at=now(), by=clinic.anybody()
    )


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("visit", "asked", "due"),
    [
        (date(2026, 11, 12), False, None),  # two business days ahead: Veterans Day is none
        (date(2026, 11, 13), False, date(2026, 11, 10)),  # three
        (date(2026, 11, 23), False, date(2026, 11, 10)),  # nine
        (date(2026, 11, 24), False, date(2026, 11, 13)),  # ten: three business days
        (date(2026, 11, 12), True, date(2026, 11, 12)),  # asked for, and never after the visit
        (None, True, date(2026, 11, 13)),
        (None, False, None),
    ],
)
def test_the_clock_turns_at_three_and_ten_business_days(visit, asked, due):
    assert due_on(MONDAY, visit, is_asked=asked, holidays=HOLIDAYS) == due


def test_business_days_leave_out_weekends_and_holidays():
    assert business_days(MONDAY, MONDAY + timedelta(days=7), HOLIDAYS) == 4


@pytest.mark.parametrize(("billed", "over"), [("549.99", False), ("550.00", True)])
def test_four_hundred_dollars_beyond_may_be_disputed(billed, over):
    assert is_disputable(Decimal("150.00"), Decimal(billed)) is over


def test_the_paper_says_all_that_the_law_wants(clinic, priced):
    estimate = owe(clinic, clinic.patient())

    given = operations.give_good_faith(estimate, how="paper", at=now(), by=clinic.anybody())

    text = words_of(bytes(given.printed))
    for piece in (
        "Ann Lee", "May 4, 1980", "Follow-up", "Dec. 1, 2026", "Z9213", "not known yet",
        "$150.00", "Ada Okafor, MD", clinic.provider.npi, "12-3456789", "1 Elm Street",
        "Booked and estimated apart", "only an estimate", "$400 or more", "not a contract",
        "120 days", "may be other items",
    ):  # fmt: skip
        assert piece in text, piece
    assert (given.expected, given.given_how, given.number) == (150, "paper", 1001)
    assert work_items(clinic) == []


def test_it_is_printed_in_the_patients_language(clinic, priced):
    estimate = owe(clinic, clinic.patient("Rosa", "Gil", language="es"))

    given = operations.give_good_faith(estimate, how="mail", at=now(), by=clinic.anybody())

    assert "Estimado de buena fe" in words_of(bytes(given.printed))
    assert "$400 o más" in words_of(bytes(given.printed))


def test_it_waits_on_the_list_with_its_last_day_and_is_made_once(clinic, priced):
    patient = clinic.patient()

    first, again = owe(clinic, patient), owe(clinic, patient)

    assert again == first
    assert first.due_on == date(2026, 11, 5)
    [item] = work_items(clinic)
    assert (item.kind, item.amount) == ("coverage.good_faith", 150)
    assert "Nov 5" in item.detail


def test_a_change_after_it_was_given_makes_a_new_one_and_keeps_the_old(clinic, priced):
    patient = clinic.patient()
    first = operations.give_good_faith(
        owe(clinic, patient), how="paper", at=now(), by=clinic.anybody()
    )

    second = owe(clinic, patient, codes=[{"code": "Z9213"}, {"code": "Z9701"}])

    assert (second.cause, second.expected, second.replaces_id) == ("changed", 550, first.pk)
    assert second.due_on == date(2026, 11, 30)  # the business day before the visit
    with clinic.reading():
        old = GoodFaithEstimate.objects.get(pk=first.pk)
    assert (old.status, old.expected) == ("replaced", 150)
    assert bytes(old.printed) == bytes(first.printed)


def test_it_is_never_due_after_the_visit_it_is_for(clinic, priced):
    patient = clinic.patient()
    first = owe(clinic, patient)

    sooner = owe(clinic, patient, service_on=date(2026, 11, 4))

    assert (sooner, sooner.service_on) == (first, date(2026, 11, 4))
    assert sooner.due_on == date(2026, 11, 4)
    assert "Nov 4" in work_items(clinic)[0].detail


def test_one_that_changed_follows_its_visit(clinic, priced):
    patient = clinic.patient()
    operations.give_good_faith(owe(clinic, patient), how="paper", at=now(), by=clinic.anybody())
    codes = [{"code": "Z9213"}, {"code": "Z9701"}]
    assert owe(clinic, patient, codes=codes).due_on == date(2026, 11, 30)

    moved = owe(clinic, patient, codes=codes, service_on=date(2026, 11, 16))

    assert moved.due_on == date(2026, 11, 13)  # Friday before the Monday


def test_it_can_be_dropped_with_a_reason_and_not_when_given(clinic, priced):
    estimate, by = owe(clinic, clinic.patient()), clinic.anybody()

    with pytest.raises(Refused, match="Say why"):
        operations.drop_good_faith(estimate, because=" ", at=now(), by=by)
    operations.drop_good_faith(estimate, because="Has a plan", at=now(), by=by)
    other = operations.give_good_faith(
        owe(clinic, clinic.patient("Bo")), how="paper", at=now(), by=by
    )
    with pytest.raises(Refused):
        operations.drop_good_faith(other, because="Too late", at=now(), by=by)

    assert work_items(clinic) == []


def test_a_service_without_a_price_is_refused(clinic, priced):
    with pytest.raises(Refused, match="Z1 has no price"):
        owe(clinic, clinic.patient(), codes=[{"code": "Z1"}])
    with pytest.raises(Refused, match="which services"):
        owe(clinic, clinic.patient("Bo"), codes=[])


def test_a_bill_far_beyond_it_becomes_work_and_a_corrected_one_settles_it(clinic, priced):
    patient, by = clinic.patient(), clinic.anybody()
    operations.give_good_faith(owe(clinic, patient), how="paper", at=now(), by=by)

    def bill(amount):
        operations.watch_bill(patient.pk, billed=Decimal(amount), at=now(), by=by)
        return [(item.kind, item.pool, item.amount) for item in work_items(clinic)]

    assert bill("549.99") == []
    assert bill("550.00") == [("coverage.gfe_over", "biller", 400)]
    assert bill("150.00") == []


@pytest.fixture
def ann(clinic, settings):
    """Somebody who agreed to e-mail; nothing is really sent."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    patient = clinic.patient(
        email="ann@example.com", preferred_channel="email", birth_date=date(1968, 3, 14)
    )
    say_consent(patient, channel="email", is_given=True, how="desk", at=now(), by=clinic.anybody())
    return patient


def test_sent_by_the_patients_way_it_is_given_and_read_behind_the_birth_date(
    clinic, priced, ann, client
):
    estimate = owe(clinic, ann)
    desk = Client()
    desk.force_login(clinic.member("receptionist").user)
    drawer = reverse("coverage:good_faith", args=[estimate.pk])
    assert "E-mail it" in desk.get(drawer).content.decode()
    desk.post(reverse("coverage:good_faith_send", args=[estimate.pk]))

    with clinic.reading():
        given = GoodFaithEstimate.objects.get()
        message, link = Message.objects.get(), Link.objects.get()
        door = address_of(link).removeprefix(settings.PUBLIC_URL)
    assert (given.status, given.given_how) == ("given", "email")
    assert work_items(clinic) == []
    said = f"{message.subject} {message.body}"
    assert not any(word in said for word in ("150", "Follow-up", "Z9213"))
    assert client.get(door, follow=True).redirect_chain[-1][0].endswith("/who/")
    assert client.get(f"{door}estimate/paper/").status_code == 302
    client.post(f"{door}who/", {"birth_date": "3/14/1968"})
    assert "$150.00" in client.get(f"{door}estimate/").content.decode()
    kept = client.get(f"{door}estimate/paper/").content
    assert kept == bytes(given.printed)
    assert "Opened" in desk.get(drawer).content.decode()


def test_a_message_that_comes_back_puts_it_on_the_list_again_with_its_clock(clinic, priced, ann):
    estimate = owe(clinic, ann)
    told = {"at": now(), "by": clinic.anybody()}
    operations.send_good_faith(estimate, **told)
    with clinic.reading():
        message = Message.objects.get()
    comms.note_failed(message, because="No such user", is_final=True, **told)
    with clinic.reading():
        back = GoodFaithEstimate.objects.get()
    assert (back.status, back.given_how, back.due_on) == ("due", "", estimate.due_on)
    kinds = [item.kind for item in work_items(clinic)]
    assert sorted(kinds) == ["comms.not_delivered", "coverage.good_faith"]
    operations.give_good_faith(back, how="paper", **told)
    with clinic.reading():
        assert GoodFaithEstimate.objects.get().given_how == "paper"


def test_nobody_is_written_to_who_did_not_agree(clinic, priced):
    estimate = owe(clinic, clinic.patient(preferred_channel="mail"))
    with pytest.raises(Refused):
        operations.send_good_faith(estimate, at=now(), by=clinic.anybody())
    with clinic.reading():
        assert GoodFaithEstimate.objects.get().status == "due"
