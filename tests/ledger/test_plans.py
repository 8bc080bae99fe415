"""Payment plans: agreed, announced, charged once, changed, broken and mended."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse

from frontdesk.billing import queries as _billing  # noqa: F401 - its reactions tell the patient
from frontdesk.comms.models import Message
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import jobs, operations, queries
from frontdesk.ledger.gateways import CardDeclined, CardPayment, NoGateway
from frontdesk.ledger.jobs import cards as card_jobs
from frontdesk.ledger.jobs import watching
from frontdesk.ledger.models import Instalment, Payment, Plan, SavedCard
from frontdesk.ledger.rules.money_policy import needs_disclosure
from frontdesk.ledger.rules.plans import (
    MOST_INSTALMENTS,
    Part,
    Terms,
    counts_for,
    day_of,
    each_for,
    parts_of,
)
from frontdesk.people.operations import say_consent
from frontdesk.staff.models import WorkItem
from tests.ledger.test_payments import NOON, TODAY, balance, charge, pay

DAY = timedelta(days=1)


class FakeStripe:
    """A gateway that remembers: what was begun and what was charged, each once by its key."""

    def __init__(self):
        self.begun, self.state, self.charged = {}, {}, []
        self.answer = "succeeded"
        self.is_down = False

    def begin(self, amount, *, key, practice_id, payment_id, customer="", token=""):
        self.up()
        name = self.begun.setdefault(key, f"pi_{len(self.begun) + 1}")
        self.state.setdefault(name, ("unconfirmed", amount))
        return self.find(name)

    def confirm(self, gateway_id):
        self.up()
        state, amount = self.state[gateway_id]
        if state != "unconfirmed":
            raise CardDeclined("This was confirmed before.")
        self.state[gateway_id] = (self.answer, amount)
        if self.answer != "succeeded":
            raise CardDeclined("The card was declined (insufficient_funds).")
        self.charged.append(amount)
        return self.find(gateway_id)

    def find(self, gateway_id):
        self.up()
        state, _ = self.state[gateway_id]
        known = "succeeded" if state == "succeeded" else "waiting"
        known = "failed" if state == "given up" else known
        return CardPayment(
            gateway_id, known, last_four="4242", is_unconfirmed=state == "unconfirmed"
        )

    def give_up(self, gateway_id):
        self.state[gateway_id] = ("given up", Decimal(0))
        return self.find(gateway_id)

    def up(self):
        if self.is_down:
            raise NoGateway("The card gateway does not answer.")


@pytest.fixture
def stripe(monkeypatch, settings):
    """An office with a gateway, whose jobs run when they are asked for."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    gateway = FakeStripe()
    monkeypatch.setattr(card_jobs, "card_gateway", lambda: gateway)
    monkeypatch.setattr(watching, "card_gateway", lambda: gateway)
    return gateway


def ann(clinic, owes="300.00", **more):
    """A patient who owes something and may be written to."""
    patient = clinic.patient(email="ann@example.com", preferred_channel="email", **more)
    say_consent(patient, channel="email", is_given=True, how="desk", at=NOON, by=clinic.anybody())
    if owes:
        charge(clinic, patient, owes)
    return patient


def card_of(clinic, patient, most="200.00", expires=date(2029, 1, 31), until=None):
    with clinic.writing():
        return SavedCard.objects.create(
            patient=patient,
            site=clinic.site,
            most=Decimal(most),
            until=until,
            consent="I agree",
            agreed_at=NOON,
            agreed_with="Maria",
            customer="cus_1",
            token=f"pm_{new_key().hex}",
            brand="Visa",
            last_four="4242",
            expires=expires,
            status="active",
        )


def agree(clinic, patient, total="300.00", each="100.00", first_on=None, at=NOON, **more):
    terms = Terms(Decimal(total), Decimal(each), "month", first_on or TODAY + 10 * DAY)
    return operations.start_plan(
        patient,
        terms,
        site=clinic.site,
        agreed_how="signed here",
        at=at,
        by=clinic.role("receptionist"),
        **more,
    )


def watched(clinic, monkeypatch, at):
    """Let the clock come by."""
    monkeypatch.setattr(watching, "now", lambda: at)
    monkeypatch.setattr(card_jobs, "now", lambda: at)
    return jobs.watch_money.func(str(clinic.practice.pk))


def states(clinic, plan):
    with clinic.reading():
        return list(plan.instalments.order_by("place").values_list("status", flat=True))


def tied(clinic):
    with clinic.reading():
        apart = [tie for tie in queries.ties() if not tie.holds]
    assert apart == []


def test_days_follow_each_other_and_a_31st_becomes_the_last_of_the_month():
    first = date(2027, 1, 31)
    assert [day_of(first, "month", n) for n in range(4)] == [
        date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30),
    ]  # fmt: skip
    assert day_of(first, "two_weeks", 2) == date(2027, 2, 28)
    assert day_of(date(2026, 12, 15), "month", 1) == date(2027, 1, 15)


def test_the_last_instalment_is_what_is_left():
    parts = parts_of(Terms(Decimal("250.00"), Decimal("100.00"), "week", TODAY))
    assert [part.amount for part in parts] == [Decimal(100), Decimal(100), Decimal(50)]
    assert parts[1] == Part(2, TODAY + 7 * DAY, Decimal(100))
    endless = parts_of(Terms(Decimal("250.00"), Decimal("0.01"), "week", TODAY))
    assert len(endless) == MOST_INSTALMENTS + 1  # one too many says that it does not end
    assert each_for(Decimal("100.00"), 3) == Decimal("33.34")
    assert counts_for(Decimal(120), least=Decimal(25), months=24) == [2, 3, 4]
    assert [needs_disclosure(n) for n in (4, 5)] == [False, True]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"total": "300.01"}, "owes"),
        ({"each": "24.99"}, "at least"),
        ({"each": "300.00"}, "paid at once"),
        ({"first_on": TODAY - DAY}, "passed"),
        ({"first_on": TODAY + 90 * DAY}, "two months"),
        ({"each": "60.00"}, "four instalments"),
    ],
)
def test_terms_that_cannot_be_agreed_are_refused_in_words(clinic, said, words):
    with pytest.raises(Refused, match=words):
        agree(clinic, ann(clinic), **said)


def test_more_than_four_instalments_need_the_disclosure_that_the_agreement_prints(clinic, client):
    patient = ann(clinic)
    plan = agree(clinic, patient, each="60.00", disclosed=True)
    client.force_login(clinic.member("receptionist").user)

    answer = client.get(reverse("ledger:agreement", args=[plan.pk]))

    document = pypdfium2.PdfDocument(answer.content)
    said = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert "Truth in Lending" in said
    assert "0.00 %" in said
    assert "$300.00" in said and "$60.00" in said and "Ann Lee" in said


def test_one_plan_at_a_time(clinic):
    patient = ann(clinic)
    agree(clinic, patient)
    with pytest.raises(Refused, match="already"):
        agree(clinic, patient)


def test_an_instalment_is_announced_five_days_before_and_charged_once(clinic, stripe, monkeypatch):
    patient = ann(clinic)
    plan = agree(clinic, patient, card=card_of(clinic, patient))

    assert watched(clinic, monkeypatch, NOON)["announced"] == 0
    assert watched(clinic, monkeypatch, NOON + 5 * DAY)["announced"] == 1
    assert watched(clinic, monkeypatch, NOON + 6 * DAY)["announced"] == 0
    with clinic.reading():
        message = Message.objects.get(kind="plan.charge")
    assert "$100.00" in message.body and "Visa 4242" in message.body

    assert watched(clinic, monkeypatch, NOON + 9 * DAY)["charged"] == 0
    assert watched(clinic, monkeypatch, NOON + 10 * DAY)["charged"] == 1
    assert watched(clinic, monkeypatch, NOON + 10 * DAY)["charged"] == 0

    assert stripe.charged == [Decimal(100)]
    assert states(clinic, plan) == ["paid", "due", "due"]
    assert balance(clinic, patient) == ("200.00", "0.00", "0.00")
    with clinic.reading():
        assert Message.objects.filter(kind="plan.charged").count() == 1
        assert queries.plans.planned([patient.pk]) == {patient.pk: Decimal(200)}
    tied(clinic)


@pytest.mark.parametrize("dies_after", ["begin", "confirm"])
def test_a_worker_that_dies_between_charges_nobody_twice(clinic, stripe, monkeypatch, dies_after):
    patient = ann(clinic)
    agree(clinic, patient, card=card_of(clinic, patient), first_on=TODAY)
    with clinic.reading():
        one = Instalment.objects.select_related("plan__site", "plan__card").order_by("place")[0]
    payment = operations.begin_charge(one, at=NOON, by=clinic.anybody())
    begun = stripe.begin(
        payment.amount, key=payment.key, practice_id=None, payment_id=None, token="pm"
    )
    if dies_after == "confirm":
        operations.name_gateway_payment(payment, gateway_id=begun.id, by=clinic.anybody())
        stripe.confirm(begun.id)

    again = operations.begin_charge(one, at=NOON, by=clinic.anybody())
    for _ in range(3):
        jobs.settle_card.func(str(clinic.practice.pk), str(payment.pk))

    assert again.pk == payment.pk
    assert stripe.charged == [Decimal(100)]
    assert balance(clinic, patient)[0] == "200.00"
    tied(clinic)


def test_a_gateway_that_is_down_neither_charges_nor_declines(clinic, stripe, monkeypatch):
    patient = ann(clinic)
    plan = agree(clinic, patient, card=card_of(clinic, patient), first_on=TODAY)
    stripe.is_down = True
    watched(clinic, monkeypatch, NOON)
    assert states(clinic, plan)[0] == "charging"

    stripe.is_down = False
    with clinic.reading():
        waiting = Payment.objects.get(status="pending")
    jobs.settle_card.func(str(clinic.practice.pk), str(waiting.pk))

    assert states(clinic, plan)[0] == "paid"


def test_a_declined_card_is_tried_again_and_then_the_plan_is_in_default(
    clinic, stripe, monkeypatch
):
    patient = ann(clinic)
    plan = agree(clinic, patient, card=card_of(clinic, patient), first_on=TODAY)
    operations.save_payment_policy({"plan_defaults_after": 1}, by=clinic.role("manager"))
    stripe.answer = "declined"
    tries = [watched(clinic, monkeypatch, NOON + days * DAY)["charged"] for days in range(8)]

    assert tries == [1, 0, 0, 1, 0, 0, 1, 0]  # on the day, and after 3 and 6
    assert states(clinic, plan)[0] == "missed"
    with clinic.reading():
        assert Plan.objects.get().status == "broken"
        assert Message.objects.filter(kind="plan.not_paid").count() == 3
        item = WorkItem.objects.get(kind="ledger.plan_trouble")
        assert item.amount == Decimal(300)
        assert queries.plans.planned([patient.pk]) == {}

    stripe.answer = "succeeded"
    pay(clinic, patient, "100.00", kind="plan")

    assert states(clinic, plan)[0] == "paid"
    with clinic.reading():
        assert Plan.objects.get().status == "active"
        assert WorkItem.objects.get(kind="ledger.plan_trouble").status == "done"
    assert stripe.charged == []
    tied(clinic)


def test_a_card_pays_for_its_own_family_and_for_nobody_else(clinic, stripe):
    mine, theirs = ann(clinic), ann(clinic, first="Bea", last="Okafor")
    card = card_of(clinic, theirs)
    told = {"site": clinic.site, "at": NOON, "by": clinic.role("receptionist"), "kind": "balance"}
    with pytest.raises(Refused, match="another family"):
        operations.start_kept_card_payment(card, mine, amount=Decimal(5), key="one", **told)
    with pytest.raises(Refused, match="another family"):
        operations.start_kept_card_payment(
            card, theirs, amount=Decimal(5), key="two", shares=[(mine.pk, Decimal(5))], **told
        )
    with pytest.raises(Refused, match="another patient's"):
        agree(clinic, mine, card=card)
    with clinic.reading():
        assert not Payment.objects.exists() and not Plan.objects.exists()


def test_a_card_beyond_its_limit_or_its_day_is_never_charged(clinic, stripe, monkeypatch):
    patient = ann(clinic)
    card = card_of(clinic, patient, most="99.99")
    with pytest.raises(Refused, match="at most"):
        agree(clinic, patient, card=card, first_on=TODAY)

    card = card_of(clinic, patient, expires=TODAY + 3 * DAY)
    plan = agree(clinic, patient, card=card, first_on=TODAY + 8 * DAY)
    watched(clinic, monkeypatch, NOON + 3 * DAY)
    watched(clinic, monkeypatch, NOON + 8 * DAY)

    assert stripe.begun == {}
    assert states(clinic, plan)[0] == "missed"
    with clinic.reading():
        assert "ended" in plan.instalments.get(place=1).because
        assert Message.objects.filter(kind="card.ends").count() == 1


def test_without_a_way_to_write_somebody_calls_before_the_card_is_charged(
    clinic, stripe, monkeypatch
):
    patient = clinic.patient()
    charge(clinic, patient, "300.00")
    plan = agree(clinic, patient, card=card_of(clinic, patient))
    watched(clinic, monkeypatch, NOON + 5 * DAY)
    assert watched(clinic, monkeypatch, NOON + 10 * DAY)["charged"] == 0
    with clinic.reading():
        assert WorkItem.objects.get(kind="ledger.plan_notice").status == "open"
        one = plan.instalments.get(place=1)

    operations.note_notice(one, how="phone", at=NOON + 10 * DAY, by=clinic.role("biller"))

    assert watched(clinic, monkeypatch, NOON + 14 * DAY)["charged"] == 0
    assert watched(clinic, monkeypatch, NOON + 15 * DAY)["charged"] == 1


def test_never_more_than_is_owed_is_charged_and_the_end_is_dropped(clinic, stripe, monkeypatch):
    patient = ann(clinic)
    plan = agree(clinic, patient, card=card_of(clinic, patient), first_on=TODAY)
    pay(clinic, patient, "240.00")  # the patient pays most of it at the desk

    watched(clinic, monkeypatch, NOON)

    assert stripe.charged == [Decimal(60)]
    assert states(clinic, plan) == ["paid", "dropped", "dropped"]
    assert balance(clinic, patient) == ("0.00", "0.00", "0.00")
    with clinic.reading():
        assert Plan.objects.get().status == "paid"
    tied(clinic)


def test_skip_pause_resume_change_and_end_are_kept_with_their_reasons(clinic, monkeypatch):
    patient = ann(clinic)
    plan = agree(clinic, patient)
    by = clinic.role("biller")
    with clinic.reading():
        first = plan.instalments.select_related("plan__site").get(place=1)

    new = operations.skip_instalment(first, because="Lost her job", at=NOON, by=by)
    assert new.due_on == day_of(plan.first_on, "month", 3)

    operations.pause_plan(plan, until=TODAY + 30 * DAY, because="Ill", at=NOON, by=by)
    assert watched(clinic, monkeypatch, NOON + 29 * DAY)["resumed"] == 0
    assert watched(clinic, monkeypatch, NOON + 30 * DAY)["resumed"] == 1
    with clinic.reading():
        days = list(plan.instalments.filter(status="due").order_by("place").values_list("due_on"))
    assert days[0] == (TODAY + 35 * DAY,)

    later = NOON + 31 * DAY
    terms = Terms(Decimal("300.00"), Decimal("150.00"), "month", later.date() + 7 * DAY)
    operations.change_plan(plan, terms, because="A new job", at=later, by=by)
    assert states(clinic, plan).count("due") == 2

    operations.end_plan(plan, because="Pays it all", at=later, by=by)
    assert "due" not in states(clinic, plan)
    with clinic.reading():
        said = list(plan.events.order_by("at", "pk").values_list("words", flat=True))
    assert len(said) == 6
    assert "Lost her job" in said[1] and "Pays it all" in said[-1]
    with pytest.raises(Refused, match="over"):
        operations.end_plan(plan, because="Again", at=later, by=by)


def test_a_payment_taken_back_is_missed_again_and_not_charged_by_itself(
    clinic, stripe, monkeypatch
):
    patient = ann(clinic)
    plan = agree(clinic, patient, card=card_of(clinic, patient), first_on=TODAY)
    watched(clinic, monkeypatch, NOON)
    with clinic.reading():
        payment = Payment.objects.select_related("site").get()

    operations.return_payment(
        payment, on=TODAY, because="Disputed", fee=Decimal(0), at=NOON, by=clinic.role("biller")
    )
    watched(clinic, monkeypatch, NOON + DAY)

    assert states(clinic, plan)[0] == "missed"
    assert len(stripe.charged) == 1
    assert balance(clinic, patient)[0] == "300.00"
    tied(clinic)


def test_a_plan_without_a_card_is_missed_some_days_after_its_day(clinic, monkeypatch):
    plan = agree(clinic, ann(clinic), first_on=TODAY + 2 * DAY)

    assert watched(clinic, monkeypatch, NOON + 7 * DAY)["missed"] == 0
    assert watched(clinic, monkeypatch, NOON + 8 * DAY)["missed"] == 1

    assert states(clinic, plan)[0] == "missed"


def test_a_card_taken_off_file_leaves_its_plan_to_be_paid_by_hand(clinic, stripe, monkeypatch):
    patient = ann(clinic)
    card = card_of(clinic, patient)
    plan = agree(clinic, patient, card=card, first_on=TODAY)

    operations.remove_card(card, because="Asked", at=NOON, by=clinic.role("receptionist"))
    watched(clinic, monkeypatch, NOON)

    assert stripe.begun == {}
    with clinic.reading():
        assert Plan.objects.get(pk=plan.pk).card_id is None


def test_screens_of_a_plan(clinic, client):
    patient = ann(clinic)
    client.force_login(clinic.member("receptionist").user)
    new = reverse("ledger:new_plan", args=[patient.pk])
    said = {"total": "300", "each": "100", "every": "month", "agreed_how": "signed here"}
    said["first_on"] = (datetime.now(UTC).date() + 10 * DAY).isoformat()

    assert "3 × $100.00" in client.get(new).content.decode()
    preview = client.get(reverse("ledger:plan_preview", args=[patient.pk]), said)
    assert "3 instalments" in preview.content.decode()
    draft = client.get(reverse("ledger:plan_draft", args=[patient.pk]), said)
    assert draft["Content-Type"] == "application/pdf"
    assert client.post(new, {**said, "each": "1"}).status_code == 422
    assert client.post(new, said).status_code == 302

    with clinic.reading():
        plan = Plan.objects.get()
    for name in ("plan", "change_plan", "pause_plan", "end_plan", "agreement"):
        assert client.get(reverse(f"ledger:{name}", args=[plan.pk])).status_code == 200
    assert "Ann Lee" in client.get(reverse("ledger:plans")).content.decode()
    take = client.get(reverse("ledger:take"), {"patient": patient.pk, "kind": "plan"})
    assert 'value="100.00"' in take.content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_of_plans_costs_the_same_for_one_and_many(
    clinic, client, django_assert_max_num_queries, count
):
    for number in range(count):
        agree(clinic, ann(clinic, last=f"Lee{number}"))
    client.force_login(clinic.member("biller").user)
    client.get(reverse("ledger:plans"))

    with django_assert_max_num_queries(14):
        assert client.get(reverse("ledger:plans")).status_code == 200
