"""Money that goes out: refunds with two people and a clock, returned payments, small balances."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import jobs, operations, queries
from frontdesk.ledger.gateways import CardDeclined, NoGateway
from frontdesk.ledger.jobs import keeping
from frontdesk.ledger.models import Payment, Refund, SmallBalanceRun
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.credits import Standing, proposed_for, still_there
from frontdesk.ledger.rules.money_policy import clock_of, is_waiver
from frontdesk.staff.models import WorkItem
from frontdesk.staff.queries import actor_of
from tests.ledger.test_payments import NOON, TODAY, balance, charge, pay
from tests.ledger.test_plans import DAY, agree, ann, tied

Wish = operations.Wish


@pytest.fixture
def omar(clinic):
    """A biller, who proposes."""
    return actor_of(clinic.member("biller"))


@pytest.fixture
def olga(clinic):
    """Another biller, who approves."""
    return actor_of(clinic.member("biller", email="olga@elm.example"))


@pytest.fixture
def grace(clinic):
    """The manager."""
    return actor_of(clinic.member("manager"))


def wish(clinic, patient, amount="40.00", *, by, key=None, known_on=None, **more):
    said = {"because": "Paid twice", **more}
    return operations.propose_refund(
        patient,
        Wish(Decimal(amount), **said),
        site=clinic.site,
        key=key or str(new_key()),
        known_on=known_on,
        at=NOON,
        by=by,
    )


def by_card(clinic, patient, amount="40.00"):
    """A payment that the gateway took."""
    payment = pay(clinic, patient, amount, method="card", reference="4242", approval="1")
    with clinic.writing():
        payment = Payment.objects.get(pk=payment.pk)
        payment.gateway_id, payment.is_online = f"pi_{payment.number}", True
        payment.save()
    return payment


def books(clinic):
    with clinic.reading():
        return {one.code: one.balance for one in queries.trial_balance() if one.balance}


def test_a_refund_by_check_takes_two_people_and_leaves_the_books_tied(clinic, omar, olga):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")

    refund = wish(clinic, patient, by=omar)
    assert refund.status == "proposed"
    assert balance(clinic, patient)[2] == "60.00"
    with pytest.raises(Refused, match="another person"):
        operations.approve_refund(refund, at=NOON, by=omar)
    with pytest.raises(NotPermitted):
        operations.approve_refund(refund, at=NOON, by=clinic.role("receptionist"))

    refund = operations.approve_refund(refund, at=NOON, by=olga)
    assert refund.status == "approved"
    assert balance(clinic, patient)[2] == "20.00"
    assert books(clinic)["refunds"] == Decimal(-40)
    tied(clinic)

    for reference, on in (("1031", TODAY + DAY), (" ", TODAY)):
        with pytest.raises(Refused, match=r"not come yet|number of the check"):
            operations.pay_refund(refund, reference=reference, on=on, at=NOON, by=omar)
    refund = operations.pay_refund(refund, reference="1031", on=TODAY, at=NOON, by=omar)
    assert (refund.status, refund.reference) == ("paid", "1031")
    assert "refunds" not in books(clinic) and books(clinic)["bank"] == Decimal(-40)
    tied(clinic)
    with pytest.raises(Refused):
        operations.pay_refund(refund, reference="1032", on=TODAY, at=NOON, by=omar)


def test_above_the_limit_a_manager_approves(clinic, omar, olga, grace):
    patient = clinic.patient()
    pay(clinic, patient, "900.00")
    refund = wish(clinic, patient, "250.01", by=omar)

    with pytest.raises(Refused, match="manager"):
        operations.approve_refund(refund, at=NOON, by=olga)

    assert operations.approve_refund(refund, at=NOON, by=grace).status == "approved"


def test_a_small_refund_may_need_one_person_where_the_practice_says_so(clinic, omar, grace):
    operations.save_payment_policy({"refund_alone": Decimal(15)}, by=grace)
    patient = clinic.patient()
    pay(clinic, patient, "60.00")

    assert wish(clinic, patient, "15.00", by=omar).status == "approved"
    assert wish(clinic, patient, "15.01", by=omar).status == "proposed"


def test_no_more_goes_out_than_stands_to_the_credit(clinic, omar, olga):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    first = wish(clinic, patient, "40.00", by=omar)
    with pytest.raises(Refused, match=r"\$20.00"):
        wish(clinic, patient, "20.01", by=omar)
    second = wish(clinic, patient, "20.00", by=omar)

    charge(clinic, patient, "50.00")  # a new bill takes the credit meanwhile
    operations.apply_credit(patient, at=NOON, by=clinic.anybody())

    with pytest.raises(Refused, match="free credit"):
        operations.approve_refund(first, at=NOON, by=olga)
    with pytest.raises(Refused, match="Say why"):
        operations.decline_refund(second, because=" ", at=NOON, by=olga)
    operations.decline_refund(second, because="Owes it now", at=NOON, by=olga)
    tied(clinic)


def test_the_same_press_proposes_once(clinic, omar):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    one = wish(clinic, patient, by=omar, key="pressed")
    assert wish(clinic, patient, by=omar, key="pressed").pk == one.pk
    with pytest.raises(Refused, match="another refund"):
        wish(clinic, patient, "41.00", by=omar, key="pressed")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount": "0"}, "above zero"),
        ({"because": " "}, "what the money"),
        ({"to": "medicare"}, "which insurer"),
    ],
)
def test_a_refund_that_cannot_be_right_is_refused_in_words(clinic, omar, said, words):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    with pytest.raises(Refused, match=words):
        wish(clinic, patient, by=omar, **said)


class Gateway:
    """What gives money back, once for each key."""

    def __init__(self):
        self.given, self.trouble = {}, None

    def give_back(self, gateway_id, *, key, amount=None):
        if self.trouble:
            raise self.trouble
        self.given[key] = (gateway_id, amount)
        return f"re_{key}"


@pytest.fixture
def gateway(monkeypatch, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    found = Gateway()
    monkeypatch.setattr(keeping, "card_gateway", lambda: found)
    return found


def test_a_part_goes_back_to_the_card_once(clinic, omar, olga, gateway):
    patient = clinic.patient()
    payment = by_card(clinic, patient, "60.00")
    refund = wish(clinic, patient, "40.00", by=omar, payment=payment)
    refund = operations.approve_refund(refund, at=NOON, by=olga)
    assert refund.status == "paying"

    said = [jobs.pay_refund_back.func(str(clinic.practice.pk), str(refund.pk)) for _ in range(2)]

    assert said == ["paid", "paid"]
    assert gateway.given == {str(refund.pk): (payment.gateway_id, Decimal(40))}
    assert books(clinic)["cards"] == Decimal(20)
    tied(clinic)
    with pytest.raises(Refused, match=r"\$20.00"):
        wish(clinic, patient, "20.01", by=omar, payment=payment)
    with pytest.raises(Refused, match="refunded"):
        operations.reverse_payment(payment, because="All", at=NOON, by=olga)


def test_a_card_that_refuses_is_paid_by_check_and_a_gateway_that_is_down_waits(
    clinic, omar, olga, gateway
):
    patient = clinic.patient()
    payment = by_card(clinic, patient)
    refund = wish(clinic, patient, by=omar, payment=payment)
    refund = operations.approve_refund(refund, at=NOON, by=olga)

    gateway.trouble = NoGateway("down")
    assert jobs.pay_refund_back.func(str(clinic.practice.pk), str(refund.pk)) == "later"
    gateway.trouble = CardDeclined("The card is closed.")
    assert jobs.pay_refund_back.func(str(clinic.practice.pk), str(refund.pk)) == "approved"

    with clinic.reading():
        refund = Refund.objects.get()
        assert WorkItem.objects.get(kind="ledger.refund_refused").amount == Decimal(40)
    assert (refund.way, refund.trouble) == ("check", "The card is closed.")
    tied(clinic)


def test_an_old_card_payment_goes_back_only_by_somebody_who_approves(clinic, omar, grace):
    payment = by_card(clinic, clinic.patient())
    later = NOON + 2 * DAY
    with pytest.raises(NotPermitted):
        operations.reverse_payment(payment, because="Asked", at=later, by=omar)
    assert operations.reverse_payment(payment, because="Asked", at=later, by=grace)


def test_a_check_that_was_never_cashed_is_voided_and_written_again(clinic, omar, olga):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    refund = operations.approve_refund(wish(clinic, patient, by=omar), at=NOON, by=olga)
    refund = operations.pay_refund(refund, reference="1031", on=TODAY, at=NOON, by=omar)

    refund = operations.void_refund_check(refund, because="Lost", at=NOON, by=omar)
    assert refund.status == "approved"
    tied(clinic)
    refund = operations.pay_refund(refund, reference="1032", on=TODAY, at=NOON, by=omar)
    tied(clinic)
    assert books(clinic)["bank"] == Decimal(-40)

    pay(clinic, patient, "5.00")
    other = operations.approve_refund(wish(clinic, patient, "25.00", by=omar), at=NOON, by=olga)
    operations.cancel_refund(other, because="Keeps it", at=NOON, by=omar)
    assert balance(clinic, patient)[2] == "25.00"
    tied(clinic)


@pytest.mark.parametrize(
    ("to", "due", "rule"),
    [
        ("medicare", date(2027, 1, 22), "42 CFR 401.305"),
        ("medicaid", date(2027, 1, 22), "1320a-7k"),
        ("patient", date(2026, 12, 23), "our rule"),
        ("state", date(2026, 12, 23), "our rule"),
    ],
)
def test_clocks_run_from_the_day_a_credit_was_found(to, due, rule):
    clock = clock_of(to, TODAY, patient_days=30)
    assert clock.due_on == due
    assert rule in clock.rule


def test_a_clock_that_ends_soon_goes_on_the_list_and_off_when_it_is_paid(clinic, omar, olga):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    early = TODAY - timedelta(days=50)
    refund = wish(clinic, patient, by=omar, to="medicare", to_name="Medicare", known_on=early)
    operations.watch_refund(refund, at=NOON, by=clinic.anybody())
    operations.watch_refund(refund, at=NOON, by=clinic.anybody())
    with clinic.reading():
        item = WorkItem.objects.get(kind="ledger.refund_due")
    assert "401.305" in item.detail

    refund = operations.approve_refund(refund, at=NOON, by=olga)
    operations.pay_refund(refund, reference="7", on=TODAY, at=NOON, by=omar)
    with clinic.reading():
        assert WorkItem.objects.get(pk=item.pk).status == "done"


@pytest.mark.parametrize(
    ("credit", "owed", "insurance", "own", "proposed", "days", "what"),
    [
        (40, 0, 0, 60, 40, 1, "waits"),
        (40, 0, 0, 15, 0, 1, "insurer"),
        (40, 10, 0, 60, 0, 1, "apply"),
        (40, 0, 0, 60, 0, 1080, "state"),
        (40, 0, 20, 60, 0, 300, "hold"),
        (40, 0, 0, 60, 0, 60, "hold"),
        (40, 0, 0, 60, 0, 61, "refund"),
    ],
)
def test_what_to_do_about_a_credit(credit, owed, insurance, own, proposed, days, what):
    sums = (Decimal(one) for one in (credit, owed, insurance, own, proposed))
    assert proposed_for(Standing(*sums, days, days), 36) == what


def test_an_old_credit_does_not_wait_because_the_account_is_busy():
    sums = (Decimal(40), Decimal(0), Decimal(0), Decimal(60), Decimal(0))
    assert proposed_for(Standing(*sums, days=1100, quiet=3), 36) == "refund"


@given(st.lists(st.tuples(st.dates(), st.decimals(-500, 500, places=2)), max_size=8))
def test_what_is_left_of_a_credit_is_what_came_less_what_went(moved):
    left = still_there(moved)

    assert sum(amount for _, amount in left) == max(sum(amount for _, amount in moved), 0)
    assert left == sorted(left)
    if left:  # only the oldest that is left may be a part of what came
        assert {*left[1:]} <= {*moved}


def test_the_age_of_a_credit_is_that_of_the_money_which_is_still_there(clinic):
    patient = clinic.patient("Ada")
    pay(clinic, patient, "100.00", at=NOON - timedelta(days=400))
    visit = new_key()
    charge(clinic, patient, "100.00", visit=visit)
    operations.apply_credit(patient, at=NOON, by=clinic.anybody())
    pay(clinic, patient, "30.00", at=NOON - timedelta(days=70))
    pay(clinic, patient, "5.00")

    with clinic.reading():
        (row,) = queries.crediting.credit_rows(on=TODAY)

    assert (row.credit, row.standing.days, row.standing.quiet) == (Decimal(35), 70, 0)
    assert row.proposal == "refund"


def test_the_list_of_credits_says_whose_money_it_is(clinic, omar):
    rich, mixed = clinic.patient("Rita"), clinic.patient("Max")
    pay(clinic, rich, "90.00")
    pay(clinic, mixed, "20.00")
    operations.post(
        "test", key="insurer",
        lines=[Line("patient.credit", "bank", Decimal(30), "test", patient_id=mixed.pk)],
        on=TODAY, by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading():
        rows = queries.crediting.credit_rows(on=TODAY + 90 * DAY)
    assert [(row.patient.first_name, str(row.credit), row.proposal) for row in rows] == [
        ("Rita", "90.00", "refund"), ("Max", "50.00", "insurer"),
    ]  # fmt: skip
    assert rows[1].standing.of_insurer == Decimal(30)


def test_credit_pays_by_choice_also_what_waits_for_a_visit(clinic):
    patient, visit = clinic.patient(), new_key()
    pay(clinic, patient, "25.00", kind="copay", visit_id=visit)
    charge(clinic, patient, "40.00")
    by = clinic.role("receptionist")
    operations.apply_credit(patient, at=NOON, by=by)
    assert balance(clinic, patient) == ("40.00", "0.00", "25.00")

    other = new_key()
    operations.move_prepayment(
        patient, Decimal(10), from_visit=visit, to_visit=other, at=NOON, by=by
    )
    with clinic.reading():
        assert queries.crediting.by_visit(patient) == {visit: Decimal(15), other: Decimal(10)}
    tied(clinic)
    with pytest.raises(Refused, match="paid ahead"):
        operations.move_prepayment(
            patient, Decimal(16), from_visit=visit, to_visit=None, at=NOON, by=by
        )

    operations.apply_credit_to(patient, Decimal(25), at=NOON, by=by)
    assert balance(clinic, patient) == ("15.00", "0.00", "0.00")
    with pytest.raises(Refused):
        operations.apply_credit_to(patient, Decimal(1), at=NOON, by=by)
    tied(clinic)


def test_a_bounced_check_is_owed_again_with_its_fee_and_the_patient_hears_of_it(clinic, omar):
    patient = ann(clinic, "50.00")
    payment = pay(clinic, patient, "50.00", method="check", reference="2077")

    returned = operations.return_payment(
        payment, on=TODAY, because="Not sufficient funds", fee=Decimal(25), at=NOON, by=omar
    )

    assert returned.fee == Decimal(25)
    assert balance(clinic, patient)[0] == "75.00"
    assert books(clinic)["income.fees"] == Decimal(-25)
    tied(clinic)
    with pytest.raises(Refused):
        operations.return_payment(
            payment, on=TODAY, because="Again", fee=Decimal(25), at=NOON, by=omar
        )
    with clinic.reading():
        labels = [one.label for visit in queries.account(patient).shown for one in visit.charges]
        assert "Fee for a returned payment" in labels
        assert queries.returned.returned_lately(patient, NOON).because == "Not sufficient funds"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"because": ""}, "what the bank"),
        ({"fee": Decimal(-1)}, "below zero"),
        ({"on": TODAY - DAY}, "after it was taken"),
        ({"on": TODAY + DAY}, "after it was taken"),
    ],
)
def test_what_a_bank_cannot_have_said_is_refused(clinic, omar, more, words):
    payment = pay(clinic, clinic.patient(), "50.00", method="check", reference="2077")
    said = {"on": TODAY, "because": "NSF", "fee": Decimal(0), **more}
    with pytest.raises(Refused, match=words):
        operations.return_payment(payment, **said, at=NOON, by=omar)
    cash = pay(clinic, clinic.patient("Bo"), "50.00")
    with pytest.raises(Refused, match="not cash"):
        operations.return_payment(cash, on=TODAY, because="NSF", fee=Decimal(0), at=NOON, by=omar)


def test_small_balances_are_given_up_by_the_rule_only_and_reported(clinic, grace):
    old, new, large = (clinic.patient(name) for name in ("Old", "New", "Large"))
    charge(clinic, old, "4.00", on=TODAY - 130 * DAY)
    charge(clinic, new, "4.00")
    charge(clinic, large, "40.00", on=TODAY - 130 * DAY)
    held = clinic.patient("Held")
    charge(clinic, held, "9.00", on=TODAY - 130 * DAY)
    operations.save_payment_policy({"plan_least": Decimal(1)}, by=grace)
    agree(clinic, held, total="9.00", each="4.50")
    with pytest.raises(Refused, match="not given up"):
        operations.give_up_small_balances(on=TODAY, at=NOON, by=grace)
    operations.save_payment_policy({"small_most": Decimal(10)}, by=grace)

    run = operations.give_up_small_balances(on=TODAY, at=NOON, by=grace)

    assert (run.count, run.total, run.lines) == (1, Decimal(4), [[old.chart_number, "4.00"]])
    assert operations.give_up_small_balances(on=TODAY, at=NOON, by=grace) is None
    assert balance(clinic, old)[0] == "0.00"
    assert balance(clinic, held)[0] == "9.00"
    with clinic.reading():
        assert SmallBalanceRun.objects.count() == 1
    tied(clinic)


def test_one_run_gives_up_no_more_than_the_rule_allows(clinic, grace):
    said = {"small_most": Decimal(10), "small_run": Decimal(11)}
    operations.save_payment_policy(said, by=grace)
    for amount in ("5.00", "6.00", "7.00"):
        charge(clinic, clinic.patient(f"P{amount}"), amount, on=TODAY - 130 * DAY)
    assert operations.give_up_small_balances(on=TODAY, at=NOON, by=grace).total == Decimal(11)


def test_a_rule_beyond_the_law_is_refused(clinic, grace):
    for values in ({"small_most": Decimal("25.01")}, {"small_days": 59}, {"tries": 0}):
        with pytest.raises(Refused):
            operations.save_payment_policy(values, by=grace)


@pytest.mark.parametrize(
    ("because", "refused"),
    [
        ("Waive copay", True),
        ("professional courtesy", True),
        ("insurance only", True),
        ("Friend of Dr. Osei", True),
        ("Small balance", False),
        ("Charge was for another patient", False),
        ("Bankruptcy, chapter 7", False),
    ],
)
def test_a_copay_is_not_waived_as_a_favor(clinic, because, refused):
    assert is_waiver(because) == refused
    patient = clinic.patient()
    charge(clinic, patient, "20.00")
    if refused:
        with pytest.raises(Refused, match="1320a-7a"):
            operations.write_off(
                patient, Decimal(20), because=because, at=NOON, by=clinic.role("biller")
            )


def test_screens_of_refunds(clinic, client, omar):
    patient = clinic.patient()
    pay(clinic, patient, "60.00")
    client.force_login(clinic.member("biller", email="third@elm.example").user)
    new = reverse("ledger:new_refund", args=[patient.pk])
    said = {"amount": "40", "to": "patient", "because": "Paid twice", "key": "k1"}

    assert 'value="60.00"' in client.get(new).content.decode()
    assert client.post(new, {**said, "amount": "61"}).status_code == 422
    assert client.post(new, said).status_code == 302
    with clinic.reading():
        refund = Refund.objects.get()
    approve = reverse("ledger:approve_refund", args=[refund.pk])
    client.post(approve)
    with clinic.reading():
        assert Refund.objects.get().status == "proposed"  # whoever proposed does not approve
    client.force_login(clinic.member("biller", email="fourth@elm.example").user)
    client.post(approve)
    with clinic.reading():
        assert Refund.objects.get().status == "approved"
    for name in ("refund", "pay_refund", "cancel_refund", "refund_letter"):
        assert client.get(reverse(f"ledger:{name}", args=[refund.pk])).status_code == 200
    for name in ("credits", "refunds", "small", "plans"):
        assert client.get(reverse(f"ledger:{name}")).status_code == 200
    assert client.get(reverse("ledger:policy")).status_code == 403
    client.force_login(clinic.member("manager").user)
    shown = client.get(reverse("ledger:policy"))
    assert shown.status_code == 200
    terms = {**shown.context["form"].initial, "told_beyond": "30", "denial_alone": "20"}
    assert client.post(reverse("ledger:policy"), {**terms, "told_beyond": "0"}).status_code == 422
    assert client.post(reverse("ledger:policy"), terms).status_code == 302
    with clinic.reading():
        kept = queries.payment_policy()
    assert (kept.told_beyond, kept.denial_alone) == (30, 20)


@pytest.mark.parametrize("count", [1, 6])
def test_lists_of_credits_cost_the_same_for_one_and_many(
    clinic, client, django_assert_max_num_queries, count, omar
):
    for number in range(count):
        patient = clinic.patient(f"P{number}")
        pay(clinic, patient, "60.00")
        wish(clinic, patient, by=omar)
    client.force_login(clinic.member("biller", email="third@elm.example").user)
    client.get(reverse("ledger:credits"))

    with django_assert_max_num_queries(14):
        client.get(reverse("ledger:credits"))
    with django_assert_max_num_queries(14):
        client.get(reverse("ledger:refunds"))
