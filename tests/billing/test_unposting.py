"""What was posted wrongly is taken back as if it had not been, and posted where it belongs."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.billing import operations
from frontdesk.billing.models import Appeal, Claim, Deadline, Denial, Remittance, RemittanceClaim
from frontdesk.billing.queries.denial_patterns import patterns
from frontdesk.billing.queries.denials import by_cause, by_payer, productivity
from frontdesk.billing.rules.typed import TypedClaim, TypedEob, TypedLine
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.coverage.models import Authorization, AuthorizationRule, ReviewTerms
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL, claim, fresh, moved, rows, sent, work
from tests.billing.office import NOON
from tests.billing.payer import PAID_ON, decided, line, posted, received, remittance

__all__ = ["claim"]

BACK = (
    line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
    line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
)
MORE = (
    line("99213", "148.00", "70.00", "CO-45 63.00", "PR-3 15.00"),
    line("93000", "66.00", "25.00", "CO-45 41.00"),
)
REFUSED = (
    line("99213", "148.00", "0.00", "CO-197 148.00"),
    line("93000", "66.00", "0.00", "CO-197 66.00"),
)


def state(office, claim):
    """All that a decision changes: books, account, claim, lines, clocks, work."""
    with office.reading():
        found = Claim.objects.get(pk=claim.pk)
        clocks = Deadline.objects.filter(claim=claim, stopped_on=None).order_by("kind")
        return (
            office.books(),
            office.standing(claim.patient),
            (found.status, found.paid, found.patient_responsibility),
            list(found.lines.order_by("place").values_list("paid", "allowed", "reasons")),
            list(clocks.values_list("kind", "starts_on", "due_on", "alarm_on")),
        )


def unpost(office, row, because="Another patient's", by=None):
    return operations.unpost_decision(row, because=because, at=NOON, by=by or office.role("biller"))


@pytest.mark.parametrize("lines", [USUAL, REFUSED])
def test_taken_back_everything_is_where_it_was_and_the_money_waits(office, claim, lines):
    before = state(office, claim)
    received(office, remittance(decided(claim.number, *lines)))
    assert state(office, claim) != before

    [row] = rows(office)
    unpost(office, row)

    assert state(office, claim) == before
    [row] = rows(office)
    assert (row.status, row.claim_id, row.posting_id) == ("person", None, None)
    assert work(office) == ["billing.remittance_claim"]
    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.PARTLY
        told = fresh(office, claim).events.order_by("pk").last()
        assert told.words == "Posted wrongly, taken back: Another patient's"
        assert set(Denial.objects.values_list("status", flat=True)) <= {"error"}
        assert all(one.holds for one in books.ties())


@pytest.mark.parametrize("before", ["ready", "rejected"])
def test_what_was_decided_is_not_sent_again_and_waits_again_when_it_was_a_mistake(office, before):
    one = office.signed(office.insured())
    if before == "rejected":
        sent(office)
        operations.reject_claim(
            fresh(office, one), words="Turned away", how_to_fix="Send it again.",
            at=NOON, by=office.role("biller"),
        )  # fmt: skip
    as_it_was, list_before = state(office, one), work(office)
    received(office, remittance(decided(one.number, *USUAL)))

    assert fresh(office, one).status == Claim.Status.PAID
    assert work(office) == []
    assert operations.queue_batch(at=NOON, by=office.role("biller")) is None
    operations.reject_claim(
        fresh(office, one), words="Late", how_to_fix="", at=NOON, by=office.role("biller")
    )
    assert fresh(office, one).status == Claim.Status.PAID  # the receipt came after the decision
    unpost(office, rows(office)[0])

    assert state(office, one) == as_it_was
    assert sorted(work(office)) == sorted([*list_before, "billing.remittance_claim"])


def test_a_paid_claim_that_is_refused_as_a_duplicate_stays_paid(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    before, waits = state(office, claim), work(office)
    twice = (
        line("99213", "148.00", "0.00", "CO-18 148.00"),
        line("93000", "66.00", "0.00", "CO-18 66.00"),
    )

    received(office, remittance(decided(claim.number, *twice)))

    assert (state(office, claim), work(office)) == (before, waits)
    with office.reading():
        assert not Denial.objects.exists()
        told = fresh(office, claim).events.order_by("pk").last()
    assert (told.kind, "stands" in told.words) == ("noted", True)
    unpost(office, rows(office)[1])
    assert state(office, claim) == before


def test_what_a_mistaken_denial_taught_is_forgotten(office, claim):
    with office.writing():
        ReviewTerms.objects.create(payer=claim.payer, retro_days=2000)
    twice = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    for one in (claim, twice):
        received(office, remittance(decided(one.number, *REFUSED)))
    first, second = rows(office)

    def taught():
        with office.reading():
            found = AuthorizationRule.objects.order_by("code")
            asked = Authorization.objects.values_list("status", flat=True)
            return list(found.values_list("denials", "is_active")), sorted(asked)

    assert taught() == ([(2, True), (2, True)], ["needed", "needed"])
    unpost(office, first)
    assert taught() == ([(1, True), (1, True)], ["needed", "withdrawn"])
    with office.writing():  # the office made one harder
        harder = AuthorizationRule.objects.get(code="99213")
        harder.stops = "claim"
        harder.save()
    unpost(office, second)

    assert taught() == ([(0, False), (0, True)], ["withdrawn", "withdrawn"])
    assert "coverage.rule_untaught" in work(office)


def test_it_is_posted_anew_where_it_belongs_once(office, claim):
    right = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    right = fresh(office, right)
    received(office, remittance(decided(claim.number, *USUAL)))
    [row] = rows(office)
    unpost(office, row)

    operations.match_claim(row, right, at=NOON, by=office.role("biller"))

    assert fresh(office, right).paid == 80
    assert fresh(office, claim).status == Claim.Status.SENT
    assert (office.standing(right.patient)[0], office.books()["bank"]) == ("30.00", Decimal(80))
    assert work(office) == []
    unpost(office, rows(office)[0])  # and back to the first, however often
    operations.match_claim(rows(office)[0], claim, at=NOON, by=office.role("biller"))
    assert (fresh(office, claim).paid, office.books()["bank"]) == (80, Decimal(80))


def test_what_the_patient_paid_meanwhile_becomes_credit(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    ledger.take_payment(
        claim.patient,
        amount=Decimal(30),
        method="cash",
        kind="statement",
        site=office.site,
        key="k",
        at=NOON,
        by=office.role("receptionist"),
    )
    assert office.standing(claim.patient) == ("0.00", "0.00", "0.00")

    unpost(office, rows(office)[0])

    assert office.standing(claim.patient) == ("0.00", "214.00", "30.00")


def test_a_claim_that_was_closed_because_of_it_is_open_again(office, claim):
    before = state(office, claim)
    received(office, remittance(decided(claim.number, *REFUSED)))
    operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("manager"))

    unpost(office, rows(office)[0])

    assert state(office, claim) == before


def test_only_the_last_decision_is_taken_back(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    once = state(office, claim)
    back, anew = decided(claim.number, *BACK, status="22"), decided(claim.number, *MORE)
    received(office, remittance(back, anew))
    first, second, third = rows(office)

    for early in (first, second):
        with pytest.raises(Refused, match="decided on this claim again"):
            unpost(office, early)
    unpost(office, third)
    assert fresh(office, claim).status == Claim.Status.ACCEPTED
    unpost(office, second)

    assert state(office, claim) == once


def test_the_next_plans_claim_goes_with_it_unless_it_was_sent(office):
    policy = office.insured()
    office.second_plan(policy)
    claim = office.signed(policy)
    sent(office)
    claim = fresh(office, claim)
    before = state(office, claim)
    received(office, remittance(decided(claim.number, *USUAL)))

    unpost(office, rows(office)[0])

    assert state(office, claim) == before
    with office.reading():
        later = Claim.objects.order_by("pk").last()
        assert (later.pk != claim.pk, later.status) == (True, Claim.Status.VOIDED)
    operations.match_claim(rows(office)[0], claim, at=NOON, by=office.role("biller"))
    with office.reading():
        later = Claim.objects.order_by("pk").last()
    sent(office)
    with pytest.raises(Refused, match=f"Claim {later.number} to Second Mutual"):
        unpost(office, rows(office)[0])


def test_what_left_the_house_because_of_it_is_ended_first(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED)))
    with office.reading():
        denial = Denial.objects.select_related("claim").first()
    operations.draft_appeal(denial, at=NOON, by=office.role("biller"))

    with pytest.raises(Refused, match=r"Appeal \d+ is against it"):
        unpost(office, rows(office)[0])

    with office.reading():
        appeal = Appeal.objects.get()
    operations.drop_appeal(appeal, at=NOON, by=office.role("biller"))
    unpost(office, rows(office)[0])
    received(office, remittance(decided(claim.number, *REFUSED)))  # the payer refuses it truly
    with office.reading():
        assert set(Denial.objects.values_list("status", flat=True)) == {"working"}


def test_what_was_set_aside_wrongly_waits_again(office, claim):
    received(office, remittance(decided("NOTOURS", *USUAL)))
    [row] = rows(office)
    operations.set_row_aside(row, because="Not ours", at=NOON, by=office.role("biller"))

    unpost(office, rows(office)[0])
    operations.match_claim(rows(office)[0], claim, at=NOON, by=office.role("biller"))

    assert office.books()["bank"] == Decimal(80)
    assert "payer.recoupment" not in office.books()


def test_a_paper_typed_in_wrongly_is_taken_back_whole_and_typed_in_anew(office, claim):
    before = state(office, claim)
    with office.reading():
        charges = [one.charge for one in claim.lines.select_related("charge").order_by("place")]

    def typed(paid):
        lines = [
            TypedLine(
                str(one.pk), str(one.number), one.code, (), one.amount,
                {"paid": paid, "allowed": paid},
            )
            for one in charges
        ]  # fmt: skip
        whole = TypedEob(2 * paid, [TypedClaim(str(claim.pk), claim.number, "Ann Lee", lines)])
        return operations.enter_eob(
            whole, payer=office.insurer, check="77", paid_on=PAID_ON, at=NOON,
            by=office.role("biller"),
        )  # fmt: skip

    made = typed(Decimal(20))
    posted(office)
    operations.withdraw_eob(made, because="Read a 3 as a 2", at=NOON, by=office.role("biller"))
    assert state(office, claim) == before
    assert work(office) == []

    typed(Decimal(30))
    posted(office)
    assert office.books()["bank"] == Decimal(60)


def test_it_takes_the_right_a_reason_and_something_posted(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    [row] = rows(office)

    with pytest.raises(NotPermitted):
        unpost(office, row, by=office.actor("billing.remit"))
    with pytest.raises(Refused, match="what was wrong"):
        unpost(office, row, because=" ")
    unpost(office, row)
    with office.reading():
        made = Remittance.objects.get()
    with pytest.raises(Refused, match="not posted"):
        unpost(office, row)
    with pytest.raises(Refused, match="typed from paper"):
        operations.withdraw_eob(made, because="x", at=NOON, by=office.anybody())


def test_a_closed_day_stays_as_it_is(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    was = moved(office)
    day = rows(office)[0]
    unpost(office, day)

    assert moved(office) == was  # what was posted stands; its reversal stands beside it
    with office.reading():
        assert RemittanceClaim.objects.get().times_unposted == 1
        assert WorkItem.objects.filter(status="open").count() == 1


cents = st.integers(0, 6600).map(lambda number: Decimal(number).scaleb(-2))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(paid=cents, share=cents, group=st.sampled_from(["CO-45", "CO-197", "PR-204", "OA-23"]))
def test_whatever_was_decided_is_taken_back_to_the_cent(office, claim, paid, share, group):
    before = state(office, claim)
    share = min(share, 66 - paid)
    rest = 66 - paid - share
    codes = [f"PR-1 {share}"] * bool(share) + [f"{group} {rest}"] * bool(rest)
    body = decided(
        claim.number,
        line("99213", "148.00", "60.00", "CO-45 88.00"),
        line("93000", "66.00", str(paid), *codes),
    )
    received(office, remittance(body))

    unpost(office, rows(office)[-1])

    assert state(office, claim) == before


def test_on_screen_it_is_taken_back_and_put_on_another_claim_by_its_number(office, claim, client):
    right = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    received(office, remittance(decided(claim.number, *USUAL)))
    [row] = rows(office)
    client.force_login(office.member("biller").user)
    page = reverse("billing:remittance_claim", args=[row.pk])
    assert "Take it back" in client.get(page).text

    answer = client.post(reverse("billing:unpost", args=[row.pk]), {"because": "Wrong patient"})
    assert "Which claim is it?" in answer.text
    assert client.post(page, {"number": "12"}).status_code == 422
    assert client.post(page, {"claim": ""}).status_code == 422
    client.post(page, {"number": right.number})

    assert (fresh(office, right).paid, fresh(office, claim).paid) == (80, 0)
    refused = client.post(
        reverse("billing:unpost", args=[row.pk]), {"because": ""}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 409


def test_a_refusal_won_by_mistake_may_be_appealed_until_the_day_it_had(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED)))
    before = state(office, claim)[-1]
    assert [kind for kind, *_ in before] == ["appeal", "corrected"]
    back = tuple(
        line(code, f"-{charge}", "0.00", f"CO-197 -{charge}")
        for code, charge in (("99213", "148.00"), ("93000", "66.00"))
    )
    paid = decided(claim.number, *USUAL)
    received(office, remittance(decided(claim.number, *back, status="22"), paid))
    assert state(office, claim)[-1] == []

    unpost(office, rows(office)[-1])

    with office.reading():
        assert set(Denial.objects.values_list("status", flat=True)) == {"working"}
    assert state(office, claim)[-1] == before


@pytest.mark.parametrize("lines", [USUAL, REFUSED])
def test_an_appeal_that_a_mistake_decided_is_out_again(office, claim, lines):
    biller = office.role("biller")
    received(office, remittance(decided(claim.number, *REFUSED)))
    with office.reading():
        first = Denial.objects.order_by("pk").first()
    appeal = operations.draft_appeal(first, at=NOON, by=biller)
    operations.save_appeal(
        appeal, argument="It was asked for.", to=appeal.to, enclosed=[], with_remittance=True,
        with_proof=False, by=biller,
    )  # fmt: skip
    operations.send_appeal(appeal, how="fax", reference="F-1", at=NOON, by=biller)
    before = appeals_and_denials(office), state(office, claim)
    assert before[0] == (("sent", Decimal(0), None), {("appeal1", Decimal(0), None)})
    back = tuple(
        line(code, f"-{charge}", "0.00", f"CO-197 -{charge}")
        for code, charge in (("99213", "148.00"), ("93000", "66.00"))
    )
    again = decided(claim.number, *lines)
    received(office, remittance(decided(claim.number, *back, status="22"), again))
    assert appeals_and_denials(office)[0][0] in ("won", "lost")

    unpost(office, rows(office)[-1])

    assert appeals_and_denials(office) == before[0]
    assert state(office, claim)[-1] == before[1][-1]
    received(office, remittance(again))
    assert appeals_and_denials(office)[0][0] in ("won", "lost")


def test_what_the_payers_letter_gave_stays_when_its_money_was_a_mistake(office, claim):
    biller = office.role("biller")
    received(office, remittance(decided(claim.number, *REFUSED)))
    with office.reading():
        first = Denial.objects.order_by("pk").first()
    appeal = operations.draft_appeal(first, at=NOON, by=biller)
    operations.save_appeal(
        appeal, argument="It was asked for.", to=appeal.to, enclosed=[], with_remittance=True,
        with_proof=False, by=biller,
    )  # fmt: skip
    operations.send_appeal(appeal, how="fax", reference="F-1", at=NOON, by=biller)
    operations.note_answer(
        appeal, outcome="lost", won=Decimal(0), words="No", at=NOON, by=biller,
    )  # fmt: skip
    received(office, remittance(decided(claim.number, *USUAL)))

    unpost(office, rows(office)[-1])

    with office.reading():
        assert set(Denial.objects.values_list("status", flat=True)) == {"working"}
        assert Appeal.objects.get().status != Appeal.Status.SENT


def appeals_and_denials(office):
    """How the one appeal stands, and the denials: status, dollars, end."""
    with office.reading():
        appeal = Appeal.objects.get()
        of_denials = Denial.objects.values_list("status", "recovered", "ended_on")
        return (appeal.status, appeal.won, appeal.answered_on), set(of_denials)


def test_what_was_refused_by_mistake_is_in_no_figure_and_teaches_no_rule(office, claim):
    every = [claim]
    for name in ("Tom", "Uma"):
        every.append(office.signed(office.insured(name, "Roe")))
        sent(office)
    for one in every:
        received(office, remittance(decided(one.number, *REFUSED)))
    with office.reading():
        assert {one.seen for one in patterns(PAID_ON)} == {3}

    unpost(office, rows(office)[0])

    with office.reading():
        assert patterns(PAID_ON) == []
        [cause] = by_cause(PAID_ON)
        [payer] = by_payer(PAID_ON)
    assert (cause.count, cause.amount) == (4, Decimal("428.00"))
    assert (payer["count"], payer["amount"]) == (4, Decimal("428.00"))


def test_what_was_won_and_is_taken_back_counts_for_nobody(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED)))
    with office.reading():
        refused = list(Denial.objects.order_by("pk"))
    for one in refused:
        operations.note_denial(one, "Called", minutes=10, at=NOON, by=office.role("biller"))
    back = tuple(
        line(code, f"-{charge}", "0.00", f"CO-197 -{charge}")
        for code, charge in (("99213", "148.00"), ("93000", "66.00"))
    )
    paid = decided(claim.number, *USUAL)
    received(office, remittance(decided(claim.number, *back, status="22"), paid))
    with office.reading():
        assert sum(one.recovered for one in productivity(NOON, office.site)) == Decimal("110.00")

    unpost(office, rows(office)[-1])

    with office.reading():
        assert sum(one.recovered for one in productivity(NOON, office.site)) == 0
