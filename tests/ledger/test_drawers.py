"""Drawers, blind counts, what is over or short, and the way to the bank."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import now, today
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import exchange, operations, queries
from frontdesk.ledger.models import Deposit, Drawer, DrawerCount, Payment
from frontdesk.ledger.rules import PIECES, counted
from frontdesk.staff.models import WorkItem
from frontdesk.staff.queries import actor_of
from tests.ledger.test_screens import text_of

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = NOON.date()
PAYMENTS = "/ledger/"


@pytest.fixture
def maria(clinic):
    """The receptionist, who has a drawer."""
    return actor_of(clinic.member("receptionist"))


@pytest.fixture
def grace(clinic):
    """The manager."""
    return actor_of(clinic.member("manager"))


def take(clinic, by, amount, method="cash", *, at=NOON, **more):
    said = {"reference": "1234" if method != "cash" else "", "approval": "A1", **more}
    return operations.take_payment(
        clinic.patient(),
        amount=Decimal(amount),
        method=method,
        kind="balance",
        site=clinic.site,
        key=str(new_key()),
        at=at,
        by=by,
        **said,
    )


def opened(clinic, by, amount="100.00", at=NOON):
    return operations.open_drawer(clinic.site, float_amount=Decimal(amount), at=at, by=by)


def count(drawer, by, checks="0", at=NOON, **pieces):
    named = {f"{name[1:].replace('_', '.')}": number for name, number in pieces.items()}
    return operations.count_drawer(drawer, pieces=named, checks=Decimal(checks), at=at, by=by)


def books(clinic):
    with clinic.reading():
        assert all(tie.holds for tie in queries.ties()), queries.ties()
        return {found.code: found.balance for found in queries.trial_balance() if found.balance}


@given(st.dictionaries(st.sampled_from(PIECES), st.integers(0, 500)))
def test_pieces_are_worth_their_value(pieces):
    assert counted(pieces) == sum(int(Decimal(p) * 100) * n for p, n in pieces.items()) / Decimal(
        100
    )


@pytest.mark.parametrize("pieces", [{"3.00": 1}, {"20.00": -1}])
def test_what_is_no_money_is_not_counted(pieces):
    with pytest.raises(ValueError, match="cannot be counted"):
        counted(pieces)


def test_takings_go_to_the_persons_open_drawer_and_a_count_that_agrees_closes_it(clinic, maria):
    drawer = opened(clinic, maria)
    take(clinic, maria, "25.00")
    take(clinic, maria, "40.00", "check")
    take(clinic, maria, "60.00", "card")

    made = count(drawer, maria, checks="40.00", _100_00=1, _20_00=1, _5_00=1)

    assert made.agrees
    with clinic.reading():
        drawer = Drawer.objects.get()
        assert drawer.status == "closed"
        assert drawer.over == 0
        row = queries.drawer_row(drawer)
    assert (row.sums.cash, row.sums.checks, row.sums.cards) == (25, 40, 60)
    assert books(clinic) == {
        "cash": 25, "checks": 40, "cards": 60, "patient.credit": -125,
    }  # fmt: skip


@pytest.mark.parametrize(("tens", "over"), [(9, "-35.00"), (13, "5.00")])
def test_what_is_over_or_short_is_posted_with_its_reason(clinic, maria, tens, over):
    drawer = opened(clinic, maria)
    take(clinic, maria, "25.00")

    made = count(drawer, maria, _10_00=tens)
    assert made.over == Decimal(over)
    with pytest.raises(Refused, match="Say what explains"):
        operations.explain_drawer(drawer, because=" ", at=NOON, by=maria)
    operations.explain_drawer(drawer, because="A twenty and a ten", at=NOON, by=maria)

    found = books(clinic)
    assert found["overshort"] == -Decimal(over)
    assert found["cash"] == 25 + Decimal(over)
    with pytest.raises(Refused, match="Only a drawer that was counted"):
        operations.explain_drawer(drawer, because="Again", at=NOON, by=maria)


def test_a_drawer_that_differs_may_be_counted_again_and_every_count_is_kept(clinic, maria):
    drawer = opened(clinic, maria)

    count(drawer, maria, _10_00=9)
    count(drawer, maria, _10_00=10)

    with clinic.reading():
        assert Drawer.objects.get().status == "closed"
        assert [found.over for found in DrawerCount.objects.order_by("at", "pk")] == [-10, 0]
    assert "overshort" not in books(clinic)


def test_missing_checks_are_the_managers_work_and_move_no_money(clinic, maria):
    drawer = opened(clinic, maria)
    take(clinic, maria, "40.00", "check")

    count(drawer, maria, checks="0", _100_00=1)
    operations.explain_drawer(drawer, because="Not in the drawer", at=NOON, by=maria)

    with clinic.reading():
        item = WorkItem.objects.get(kind="ledger.checks_differ")
    assert item.amount == 40
    assert books(clinic)["checks"] == 40


def test_nobody_counts_somebody_elses_drawer_but_the_manager(clinic, maria, grace):
    drawer = opened(clinic, maria)
    biller = actor_of(clinic.member("biller"))

    with pytest.raises(NotPermitted):
        count(drawer, biller, _100_00=1)

    assert count(drawer, grace, _100_00=1).agrees


def test_a_person_has_one_open_drawer_and_it_takes_what_they_took_before(clinic, maria):
    payment = take(clinic, maria, "25.00")
    drawer = opened(clinic, maria)

    with pytest.raises(Refused, match="open already"):
        opened(clinic, maria)
    with pytest.raises(Refused, match="somebody who works here"):
        opened(clinic, clinic.anybody())

    with clinic.reading():
        assert Payment.objects.get(pk=payment.pk).drawer_id == drawer.pk
        assert queries.loose_money(clinic.site, TODAY).count == 0


def test_what_was_taken_without_a_drawer_is_put_into_one(clinic, maria):
    take(clinic, clinic.role("receptionist"), "30.00")  # a machine or somebody without a place
    with pytest.raises(Refused, match="Open your drawer"):
        operations.put_in_drawer(clinic.site, at=NOON, by=maria)
    drawer = opened(clinic, maria)

    assert operations.put_in_drawer(clinic.site, at=NOON, by=maria) == 1

    with clinic.reading():
        assert queries.drawer_row(drawer).expected == 130


def test_cash_given_back_comes_out_of_the_drawer_of_who_gives_it(clinic, maria, grace):
    first = opened(clinic, maria)
    payment = take(clinic, maria, "25.00")
    count(first, maria, _100_00=1, _20_00=1, _5_00=1)
    second = opened(clinic, grace, "50.00")

    operations.reverse_payment(payment, because="Wrong", at=NOON, by=grace)

    with clinic.reading():
        assert queries.drawer_row(second).expected == 25
        assert queries.drawer_row(first).expected == 125
    assert "cash" not in books(clinic)


def test_a_deposit_takes_counted_drawers_to_the_bank_and_lists_their_checks(clinic, maria, grace):
    drawer = opened(clinic, maria)
    take(clinic, maria, "25.00")
    take(clinic, maria, "40.00", "check", reference="2077")
    open_still = opened(clinic, grace)
    take(clinic, grace, "10.00")
    count(drawer, maria, checks="40.00", _100_00=1, _20_00=1, _5_00=1)

    deposit = operations.make_deposit(clinic.site, at=NOON, by=grace)

    assert (deposit.number, deposit.cash, deposit.checks) == (1, 25, 40)
    found = books(clinic)
    assert (found["deposits"], found["cash"]) == (65, 10)
    assert "checks" not in found
    with clinic.reading():
        assert Drawer.objects.get(pk=open_still.pk).deposit_id is None
        slip = exchange.slip_pdf(clinic.practice, deposit, queries.checks_of(deposit))
    text = text_of(slip)
    assert "2077" in text
    assert "$65.00" in text
    assert "Lee" not in text
    with pytest.raises(Refused, match="No counted drawer"):
        operations.make_deposit(clinic.site, at=NOON, by=grace)


def deposited(clinic, maria):
    drawer = opened(clinic, maria)
    check = take(clinic, maria, "40.00", "check")
    take(clinic, maria, "25.00")
    count(drawer, maria, checks="40.00", _100_00=1, _20_00=1, _5_00=1)
    return operations.make_deposit(clinic.site, at=NOON, by=maria), check


@pytest.mark.parametrize(("credited", "over"), [("65.00", 0), ("60.00", -5), ("66.00", 1)])
def test_the_bank_confirms_and_a_difference_needs_its_reason(clinic, maria, credited, over):
    deposit, _ = deposited(clinic, maria)
    said = {"on": TODAY, "credited": Decimal(credited), "reference": "B1", "at": NOON, "by": maria}
    if over:
        with pytest.raises(Refused, match=r"The slip says \$65"):
            operations.confirm_deposit(deposit, **said)

    operations.confirm_deposit(deposit, **said, because="Counted again" if over else "")

    found = books(clinic)
    assert found["bank"] == Decimal(credited)
    assert found.get("overshort", 0) == -over
    assert "deposits" not in found
    with pytest.raises(Refused, match="cannot become"):
        operations.confirm_deposit(deposit, **said, because="Twice")


def test_the_bank_has_nothing_before_it_was_made_or_in_days_to_come(clinic, maria):
    deposit, _ = deposited(clinic, maria)
    for on in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Refused):
            operations.confirm_deposit(
                deposit, on=on, credited=deposit.total, reference="", at=NOON, by=maria
            )


def test_a_deposit_taken_apart_waits_again(clinic, maria):
    deposit, _ = deposited(clinic, maria)

    operations.void_deposit(deposit, because="Wrong bag", at=NOON, by=maria)

    found = books(clinic)
    assert (found["cash"], found["checks"]) == (25, 40)
    again = operations.make_deposit(clinic.site, at=NOON, by=maria)
    assert (again.number, again.total) == (2, 65)
    books(clinic)


def test_a_check_that_comes_back_after_the_deposit_comes_back_from_the_bank(clinic, maria, grace):
    deposit, check = deposited(clinic, maria)

    operations.reverse_payment(check, because="No funds", at=NOON, by=grace)

    found = books(clinic)
    assert found["bank"] == -40
    assert found["deposits"] == 65
    with pytest.raises(Refused, match="taken back since"):
        operations.void_deposit(deposit, because="Wrong", at=NOON, by=maria)
    with clinic.reading():
        assert Deposit.objects.get().status == "made"


def test_another_practice_sees_no_drawer(clinic, other, maria):
    opened(clinic, maria)
    with other.reading():
        assert queries.drawers_of_day(other.site, TODAY) == []


def test_the_list_of_drawers_asks_the_same_for_one_and_for_many(
    clinic, maria, django_assert_num_queries
):
    def asked(many):
        with clinic.reading(), django_assert_num_queries(3):
            assert len(queries.drawers_of_day(clinic.site, TODAY)) == many

    opened(clinic, maria)
    asked(1)
    for number in range(4):
        member = clinic.member("receptionist", email=f"desk{number}@example.test")
        opened(clinic, actor_of(member))
    asked(5)


def test_the_days_sums_are_kept_from_who_is_still_to_count(clinic, client, maria):
    client.force_login(clinic.member("receptionist", email="m2@example.test").user)
    drawer_of_another = opened(clinic, maria)
    assert drawer_of_another.status == "open"
    assert "shown when your drawer is counted" not in client.get(PAYMENTS).content.decode()

    client.post(reverse("ledger:open_drawer"), {"float_amount": "50.00"})

    assert "shown when your drawer is counted" in client.get(PAYMENTS).content.decode()


def test_a_drawer_is_counted_and_explained_on_screen(clinic, client):
    member = clinic.member("receptionist")
    client.force_login(member.user)
    client.post(reverse("ledger:open_drawer"), {"float_amount": "50.00"})
    with clinic.reading():
        drawer = Drawer.objects.get()
    asked = client.get(reverse("ledger:count_drawer", args=[drawer.pk])).content.decode()
    assert "optional" not in asked.partition("count-form")[2].partition("</form>")[0]

    wrong = client.post(reverse("ledger:count_drawer", args=[drawer.pk]), {"piece_20_00": "-1"})
    short = client.post(reverse("ledger:count_drawer", args=[drawer.pk]), {"piece_20_00": "2"})
    silent = client.post(reverse("ledger:explain_drawer", args=[drawer.pk]), {"because": ""})
    client.post(reverse("ledger:explain_drawer", args=[drawer.pk]), {"because": "Lost"})

    assert wrong.status_code == silent.status_code == 422
    assert "Short" in short.content.decode()
    with clinic.reading():
        drawer.refresh_from_db()
        assert (drawer.status, drawer.over, drawer.because) == ("closed", -10, "Lost")


def test_taking_cash_says_that_no_drawer_is_open_where_drawers_are_kept(clinic, client, maria):
    client.force_login(clinic.member("receptionist", email="m2@example.test").user)
    words = "No drawer of yours is open"

    def asked():
        page = client.get(reverse("ledger:take"), {"patient": str(patient.pk)})
        return words in page.content.decode()

    patient = clinic.patient()
    assert not asked()  # nobody here keeps drawers
    opened(clinic, maria)
    assert asked()
    client.post(reverse("ledger:open_drawer"), {"float_amount": "50.00"})
    assert not asked()


def test_taken_on_a_closed_day_it_says_where_it_stands(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    on = today(clinic.site)
    said = {
        "patient": str(clinic.patient().pk), "amount": "25.00", "kind": "balance",
        "method": "cash", "key": "k",
    }  # fmt: skip
    words = "was closed already"
    before = client.post(reverse("ledger:take"), said).content.decode()
    operations.close_day(clinic.site, on, open_points=[], at=now(), by=clinic.anybody())

    taken = client.post(reverse("ledger:take"), {**said, "key": "l"}).content.decode()

    with clinic.reading():
        payment = Payment.objects.order_by("number").last()
    receipt = client.get(reverse("ledger:payment", args=[payment.pk])).content.decode()
    stands = (on + timedelta(days=1)).isoformat()
    assert words not in before
    assert [words in page and stands in page for page in (taken, receipt)] == [True, True]
