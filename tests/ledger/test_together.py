"""One payment in several ways, for one patient or a family; and whatever happens, the books tie."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.billing import operations as billing
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Payment
from frontdesk.ledger.rules.plans import Terms
from frontdesk.ledger.rules.together import Piece, Share, Tender, oldest_first, pieces_of
from frontdesk.people.models import Guarantor
from frontdesk.staff.queries import actor_of
from tests.ledger.test_payments import NOON, TODAY, balance, charge
from tests.ledger.test_plans import DAY, tied

CASH = Tender("cash", Decimal("30.00"), handed=Decimal("40.00"))
CHECK = Tender("check", Decimal("20.00"), reference="2077")


def together(clinic, shares, tenders, key="pressed", by=None):
    return operations.take_together(
        [Share(patient.pk, Decimal(amount)) for patient, amount in shares],
        tenders,
        kind="balance",
        site=clinic.site,
        key=key,
        at=NOON,
        by=by or clinic.role("receptionist"),
    )


@pytest.fixture
def home(clinic):
    """A mother who answers for herself and two children."""
    with clinic.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee")
    return rosa, [clinic.patient(name, guarantor=rosa) for name in ("Rosa", "Ben", "Cleo")]


cents = st.integers(1, 5000).map(lambda number: Decimal(number).scaleb(-2))


@given(st.lists(cents, min_size=1, max_size=4), st.lists(cents, min_size=1, max_size=4))
def test_pieces_add_up_on_both_sides(handed, wanted):
    total, asked = sum(handed), sum(wanted)
    if total != asked:
        (wanted if total > asked else handed).append(abs(total - asked))
    tenders = [Tender("cash", amount) for amount in handed]
    shares = [Share(new_key(), amount) for amount in wanted]

    pieces = pieces_of(tenders, shares)

    assert all(piece.amount > 0 for piece in pieces)
    for place, amount in enumerate(handed):
        assert sum(p.amount for p in pieces if p.tender == place) == amount
    for share in shares:
        assert sum(p.amount for p in pieces if p.patient_id == share.patient_id) == share.amount


def test_pieces_and_the_oldest_first_by_value():
    ann, bo = sorted([new_key(), new_key()], key=str)
    shares = [Share(ann, Decimal(35)), Share(bo, Decimal(15))]
    assert pieces_of([CASH, CHECK], shares) == [
        Piece(0, ann, Decimal(30)), Piece(1, ann, Decimal(5)), Piece(1, bo, Decimal(15)),
    ]  # fmt: skip
    owed = [(TODAY, ann, Decimal(30)), (TODAY - DAY, bo, Decimal(20)), (TODAY, bo, Decimal(5))]
    assert oldest_first(owed, Decimal(45)) == ({bo: Decimal(20), ann: Decimal(25)}, 0)
    assert oldest_first(owed, Decimal(60))[1] == Decimal(5)


def test_cash_and_a_check_in_one_payment_with_change(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "50.00")
    by = actor_of(clinic.member("receptionist"))
    operations.open_drawer(clinic.site, float_amount=Decimal(100), at=NOON, by=by)

    first = together(clinic, [(patient, "50.00")], [CASH, CHECK], by=by)
    again = together(clinic, [(patient, "50.00")], [CASH, CHECK], by=by)

    assert [one.pk for one in first] == [one.pk for one in again]
    assert [(one.method, one.amount, one.number) for one in first] == [
        ("cash", Decimal(30), 1001), ("check", Decimal(20), 1002),
    ]  # fmt: skip
    assert isinstance(first[0].together, UUID)
    assert first[0].together == first[1].together
    assert CASH.change == Decimal(10)
    assert balance(clinic, patient) == ("0.00", "0.00", "0.00")
    with clinic.reading():
        row = queries.drawer_row(queries.drawer_of(by and first[0].member))
        assert (row.expected, row.sums.checks) == (Decimal(130), Decimal(20))
        assert len(queries.receipt(first[0]).payments) == 2
        assert queries.receipt(first[0]).total == Decimal(50)
    tied(clinic)
    with pytest.raises(Refused, match="another payment"):
        together(clinic, [(patient, "30.00")], [CASH], by=by)


@pytest.mark.parametrize(
    ("tenders", "words"),
    [
        ([Tender("cash", Decimal(50), handed=Decimal(49))], "less than"),
        ([Tender("cash", Decimal(60)), Tender("check", Decimal(-10), "1")], "above zero"),
        ([Tender("cash", Decimal(40))], "not what is paid"),
        ([Tender("check", Decimal(50))], "number of the check"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_whole(clinic, tenders, words):
    with pytest.raises(Refused, match=words):
        together(clinic, [(clinic.patient(), "50.00")], tenders)
    with clinic.reading():
        assert not Payment.objects.exists()


def test_another_practices_patient_is_not_paid_for_here(clinic, other):
    with pytest.raises(Refused, match="not here any more"):
        together(clinic, [(clinic.patient(), "20.00"), (other.patient(), "30.00")], [CASH, CHECK])
    with clinic.reading():
        assert not Payment.objects.exists()


def test_a_familys_payment_pays_the_oldest_whoever_owes_it(clinic, home):
    rosa, (mother, ben, cleo) = home
    charge(clinic, mother, "30.00")
    charge(clinic, ben, "20.00", on=TODAY - 40 * DAY)
    charge(clinic, cleo, "10.00", on=TODAY - 20 * DAY)
    with clinic.reading():
        family = queries.family.family(rosa)
        shares, over = queries.family.family_shares(rosa, Decimal(40))
    assert family.to_pay == Decimal(60)
    assert (shares, over) == (
        {ben.pk: Decimal(20), cleo.pk: Decimal(10), mother.pk: Decimal(10)},
        0,
    )

    together(
        clinic, [(ben, "20.00"), (cleo, "10.00"), (mother, "10.00")],
        [Tender("check", Decimal(40), reference="88")],
    )  # fmt: skip

    assert [balance(clinic, one)[0] for one in (mother, ben, cleo)] == ["20.00", "0.00", "0.00"]
    tied(clinic)


def test_a_familys_check_that_bounces_comes_back_whole_with_one_fee(clinic, home):
    _, (mother, ben, _) = home
    charge(clinic, mother, "30.00")
    charge(clinic, ben, "20.00")
    shares = [(mother, "30.00"), (ben, "20.00")]
    paid = together(clinic, shares, [Tender("check", Decimal(50), reference="88")])

    operations.return_payment(
        paid[1], on=TODAY, because="NSF", fee=Decimal(25), at=NOON, by=clinic.role("biller")
    )

    assert [balance(clinic, one)[0] for one in (mother, ben)] == ["30.00", "45.00"]
    tied(clinic)


def test_two_equal_payments_of_a_day_are_two_lines_and_a_payment_closes_the_statement(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "40.00")
    statement = billing.make_statement(patient, on=TODAY, at=NOON, by=clinic.role("biller"))
    tender = [Tender("cash", Decimal(20))]

    one = together(clinic, [(patient, "20.00")], tender, key="one")[0]
    two = together(clinic, [(patient, "20.00")], tender, key="two")[0]

    with clinic.reading():
        receipt = queries.receipt(two)
        assert [p.number for p in receipt.payments] == [one.number, two.number]
        assert receipt.total == Decimal(40)
        assert type(statement).objects.get(pk=statement.pk).status == "paid"


def test_a_payment_on_a_closed_day_stands_on_the_next_open_one(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "50.00")
    by = clinic.role("manager")
    operations.close_day(clinic.site, TODAY, open_points=[], at=NOON, by=by)

    paid = together(clinic, [(patient, "50.00")], [CASH, CHECK])

    with clinic.reading():
        assert {one.posting.posted_on for one in Payment.objects.all()} == {TODAY + DAY}
    assert len(paid) == 2
    tied(clinic)


def test_split_and_family_on_screen(clinic, client, home):
    rosa, (mother, ben, _) = home
    charge(clinic, mother, "30.00")
    charge(clinic, ben, "20.00")
    client.force_login(clinic.member("receptionist").user)
    take, key = reverse("ledger:take"), str(new_key())
    said = {
        "patient": mother.pk, "amount": "30", "kind": "balance", "method": "cash", "handed": "20",
        "method_2": "check", "amount_2": "12", "reference_2": "2077", "key": key,
    }  # fmt: skip

    lacking = client.post(take, {**said, "amount_2": ""})
    assert lacking.status_code == 422 and "Enter what is paid like this" in lacking.content.decode()
    answer = client.post(take, said).content.decode()
    assert "Give $2.00 back" in answer and "2077" in answer

    page = client.get(reverse("ledger:family", args=[rosa.pk])).content.decode()
    assert "$20.00" in page and "Ben" in page
    url = reverse("ledger:family_take", args=[rosa.pk])
    more = {"method": "cash", "key": str(new_key())}
    assert client.post(url, {**more, "amount": "21"}).status_code == 422
    assert client.post(url, {**more, f"share_{ben.pk.hex}": "20"}).status_code == 200
    assert balance(clinic, ben)[0] == "0.00"


VERBS = {
    "charge", "split", "plan", "pay_plan", "end_plan", "refund", "approve", "pay_refund",
    "cancel", "void", "bounce", "back", "apply", "small",
}  # fmt: skip
steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(VERBS)),
        st.integers(0, 1),
        st.integers(1, 90).map(Decimal),
    ),
    max_size=16,
)


class History:
    """Random things that happen to the money of two patients."""

    def __init__(self, clinic):
        self.clinic, self.by = clinic, clinic.anybody()
        self.patients = [clinic.patient(name) for name in ("Ann", "Bo")]
        self.refunds = []

    def do(self, name, who, amount):
        """Try it: a refusal changes nothing."""
        try:
            with transaction.atomic():
                getattr(self, name)(self.patients[who], amount)
        except Refused:
            pass

    def told(self):
        return {"at": NOON, "by": self.by}

    def charge(self, patient, amount):
        charge(self.clinic, patient, str(amount))
        operations.apply_credit(patient, **self.told())

    def split(self, patient, amount):
        half = (amount / 2).quantize(Decimal("0.01"))
        tenders = [Tender("cash", half), Tender("check", amount - half, reference="1")]
        together(self.clinic, [(patient, amount)], tenders, key=str(new_key()), by=self.by)

    def plan(self, patient, amount):
        terms = Terms(amount, max(amount / 2, Decimal(25)), "month", TODAY)
        operations.start_plan(
            patient, terms, site=self.clinic.site, agreed_how="by phone", **self.told()
        )

    def pay_plan(self, patient, amount):
        operations.take_payment(
            patient, amount=amount, method="cash", kind="plan", site=self.clinic.site,
            key=str(new_key()), **self.told(),
        )  # fmt: skip

    def end_plan(self, patient, amount):
        with self.clinic.reading():
            plan = queries.plans.open_plan(patient.pk)
        if plan:
            operations.end_plan(plan, because="Over", **self.told())

    def refund(self, patient, amount):
        wish = operations.Wish(amount, "Paid twice")
        self.refunds.append(
            operations.propose_refund(
                patient, wish, site=self.clinic.site, key=str(new_key()), at=NOON,
                by=self.clinic.role("biller"),
            )
        )  # fmt: skip

    def approve(self, patient, amount):
        for refund in self.refunds[-1:]:
            operations.approve_refund(refund, **self.told())

    def pay_refund(self, patient, amount):
        for refund in self.refunds[-1:]:
            operations.pay_refund(refund, reference="1", on=TODAY, **self.told())

    def cancel(self, patient, amount):
        for refund in self.refunds[-1:]:
            operations.cancel_refund(refund, because="No", **self.told())

    def void(self, patient, amount):
        for refund in self.refunds[-1:]:
            operations.void_refund_check(refund, because="Lost", **self.told())

    def _last(self, patient, **more):
        with self.clinic.reading():
            found = Payment.objects.filter(patient=patient, status="posted", **more)
            return found.select_related("site", "patient").order_by("-pk").first()

    def bounce(self, patient, amount):
        if found := self._last(patient, method="check"):
            operations.return_payment(
                found, on=TODAY, because="NSF", fee=Decimal(25), **self.told()
            )

    def back(self, patient, amount):
        if found := self._last(patient):
            operations.reverse_payment(found, because="Wrong", **self.told())

    def apply(self, patient, amount):
        operations.apply_credit_to(patient, amount, **self.told())

    def small(self, patient, amount):
        operations.give_up_small_balances(on=TODAY, **self.told())


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_the_books_tie_whatever_happens(clinic, happened):
    with transaction.atomic():
        history = History(clinic)
        for name, who, amount in happened:
            history.do(name, who, amount)
        tied(clinic)
        with clinic.reading():
            assert sum(one.balance for one in queries.trial_balance()) == 0
            for patient in history.patients:
                assert queries.balance_of(patient).patient_due >= 0
                assert queries.balance_of(patient).credit >= 0
                assert queries.account(patient).balance == queries.balance_of(patient)
        transaction.set_rollback(True)
