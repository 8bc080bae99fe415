"""Authorizations in the office: noted, needed, booked, billed, denied, renewed, argued."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.actor import NotPermitted
from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.keys import new_key
from frontdesk.coverage import operations, queries
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationRule,
    AuthorizationUse,
    ReviewTerms,
)
from tests.coverage.asking import change, work_items
from tests.coverage.authorized import (
    SOON,
    TODAY,
    again,
    approved,
    bill,
    left,
    needed,
    used,
    wanted,
    watch,
)


def rule(clinic, policy, code="97110", **more):
    with clinic.writing():
        payer = policy.subscription.plan.payer
        return AuthorizationRule.objects.create(payer=payer, code=code, **more)


def terms(clinic, policy, **more):
    with clinic.writing():
        return ReviewTerms.objects.create(payer=policy.subscription.plan.payer, **more)


def test_a_booked_visit_that_needs_one_comes_onto_the_list_with_why_and_worth(clinic, policy):
    rule(clinic, policy, stops="claim", says="Policy bulletin 12", evidence=["Office note"])
    visit = wanted(policy, "97110", "99213", expected=Decimal(120), visit_type_name="Therapy")

    made = watch(clinic, visit)
    same = watch(clinic, visit)

    with clinic.reading():
        page = queries.authorization_page(made.pk).get()
        assert (page.status, page.why, page.why_words) == ("needed", "rule", "Policy bulletin 12")
        assert [(line.code, line.asked) for line in page.lines] == [("97110", 1)]
        assert [one.words for one in page.wanted] == ["Office note"]
        assert (page.expected, page.service_on, page.stops) == (Decimal(120), SOON, "claim")
    assert same == made


def test_a_visit_of_who_pays_alone_needs_none(clinic):
    alone = clinic.patient("Self", "Pay")
    visit = operations.Wanted(new_key(), alone, SOON, ["97110"], type_says=True)

    assert watch(clinic, visit) is None


def test_booked_visits_burn_units_down_and_the_one_beyond_needs_another(clinic, policy):
    rule(clinic, policy)
    held = approved(clinic, policy, [{"code": "97110", "units": 2}])
    visits = [wanted(policy, "97110") for _ in range(3)]

    hangs_on = [watch(clinic, one) for one in visits]

    assert [one.status for one in hangs_on] == ["approved", "approved", "needed"]
    assert left(clinic, held) == {"97110": 0}


def test_a_visit_looked_at_again_or_moved_keeps_its_units_once(clinic, policy):
    held = approved(clinic, policy)
    visit = wanted(policy, "97110")
    for _ in range(3):
        watch(clinic, visit)
    moved = wanted(
        policy, "97110", on=SOON + timedelta(days=1), appointment_id=visit.appointment_id
    )

    watch(clinic, moved)

    assert used(clinic, held) == {"97110": 1}
    with clinic.reading():
        [kept] = AuthorizationUse.objects.filter(is_active=True)
        assert kept.on == moved.on


def test_a_visit_moved_beyond_the_last_day_gives_its_units_back(clinic, policy):
    rule(clinic, policy)
    held = approved(clinic, policy, ends_on=SOON)
    visit = wanted(policy, "97110")
    watch(clinic, visit)
    later = wanted(
        policy, "97110", on=SOON + timedelta(days=1), appointment_id=visit.appointment_id
    )

    hangs_on = watch(clinic, later)

    assert (used(clinic, held), hangs_on.status) == ({"97110": 0}, "needed")


def test_a_cancelled_visit_gives_back_and_is_no_longer_asked_for(clinic, policy):
    held = approved(clinic, policy)
    kept, lacking = wanted(policy, "97110"), wanted(policy, "72148")
    rule(clinic, policy, "72148")
    watch(clinic, kept)
    asked = watch(clinic, lacking)

    for one in (kept, lacking):
        operations.release_authorization(one.appointment_id, at=now(), by=clinic.anybody())

    assert used(clinic, held) == {"97110": 0}
    assert again(clinic, asked).status == "withdrawn"


def test_a_charge_takes_over_from_the_booked_visit(clinic, policy):
    held = approved(clinic, policy)
    visit = wanted(policy, "97110")
    watch(clinic, visit)

    bill(clinic, policy, ("97110", 3), appointment_id=visit.appointment_id)
    watch(clinic, visit)

    assert (used(clinic, held), left(clinic, held)) == ({"97110": 3}, {"97110": 1})


def test_units_are_counted_and_never_how_often_the_number_was_used(clinic, policy):
    """A claim built again, sent again or replaced uses the number again, and counts nothing.

    Counting uses of the number let visits run out in another system (openemr issue 6044).
    """
    held = approved(clinic, policy)
    charges = bill(clinic, policy, ("97110", 1))

    for _ in range(5):  # rebuilt, sent again, replaced
        operations.count_charges(policy, charges, on=TODAY, by=clinic.anybody())

    assert left(clinic, held) == {"97110": 3}
    with clinic.reading():
        found = queries.authorization_for(policy.patient, ["97110"], TODAY, policy)
    assert found == held


def test_charges_taken_back_give_back_what_they_used(clinic, policy):
    held = approved(clinic, policy)
    visit = wanted(policy, "97110")
    watch(clinic, visit)
    charges = bill(clinic, policy, ("97110", 3), appointment_id=visit.appointment_id)

    operations.uncount_charges([one.charge_id for one in charges], by=clinic.anybody())

    assert used(clinic, held) == {"97110": 1}  # what the visit was booked for


def test_a_charge_beyond_what_is_left_takes_what_is_left_and_the_claim_is_told(clinic, policy):
    held = approved(clinic, policy)
    [charge] = bill(clinic, policy, ("97110", 6))

    with clinic.reading():
        lines = [queries.Claimed(charge.charge_id, "97110", 6)]
        stands = queries.claim_standing(policy, lines, TODAY, "A7")

    assert left(clinic, held) == {"97110": 0}
    assert stands.short == ("97110: 6 billed, 4 authorized",)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["book", "cancel", "bill", "unbill"]), st.integers(0, 3), st.integers(1, 3)
    ),
    max_size=9,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_whatever_happens_used_is_booked_and_billed_and_never_too_much(clinic, policy, moves):
    held = approved(clinic, policy, [{"code": "97110", "units": 4}], number=f"H{new_key().hex[:9]}")
    keys, charges, by = [new_key() for _ in range(4)], {}, clinic.anybody()
    booked = set()
    for move, which, units in moves:
        key = keys[which]
        if move == "book" and which not in charges:
            watch(clinic, wanted(policy, "97110", appointment_id=key))
            booked.add(key)
        elif move == "cancel" and which not in charges:
            operations.release_authorization(key, at=now(), by=by)
            booked.discard(key)
        elif move == "bill" and which not in charges:
            charges[which] = bill(clinic, policy, ("97110", units), appointment_id=key)
        elif move == "unbill" and which in charges:
            several = [one.charge_id for one in charges.pop(which)]
            operations.uncount_charges(several, by=by)
    with clinic.reading():
        uses = AuthorizationUse.objects.filter(service__authorization=held, is_active=True)
        kinds = [(one.appointment_id, one.kind, one.units) for one in uses]
    total = used(clinic, held)["97110"]
    assert total == sum(units for _, _, units in kinds) <= 4
    billed = {key for key, kind, _ in kinds if kind == "billed"}
    assert not billed & {key for key, kind, _ in kinds if kind == "booked"}
    operations.withdraw_authorization(held, because="Done", at=now(), by=by)


def test_an_approval_that_comes_takes_the_visit_off_the_list(clinic, policy):
    rule(clinic, policy)
    visit = wanted(policy, "97110")
    asked = watch(clinic, visit)
    approved(clinic, policy)

    hangs_on = watch(clinic, visit)

    assert (hangs_on.number, again(clinic, asked).status) == ("A7", "withdrawn")


def test_a_referral_counts_visits_of_the_doctor_it_names(clinic, policy):
    referral = approved(
        clinic, policy, [{"code": "", "units": 2, "counts": "visits"}], kind="referral",
        referred_by="Dr. Sims", provider=clinic.provider,
    )  # fmt: skip

    watch(clinic, wanted(policy, "97110", "97140", provider_id=clinic.provider.pk))
    watch(clinic, wanted(policy, "97110", provider_id=new_key()))

    assert left(clinic, referral) == {"": 1}
    with clinic.reading():  # a referral's number is no authorization's
        assert queries.authorization_for(policy.patient, ["97110"], TODAY) is None


def test_proof_that_none_is_needed_counts_for_its_codes_and_days(clinic, policy):
    rule(clinic, policy)
    by = clinic.role("receptionist")
    said = {"codes": ["97110"], "told_by": "Kim at the payer", "reference": "C12", "on": TODAY}
    with pytest.raises(Refused, match="end before"):
        operations.note_not_needed(policy, **said, until=TODAY - timedelta(days=1), at=now(), by=by)

    kept = operations.note_not_needed(policy, **said, until=SOON, at=now(), by=by)
    covered = watch(clinic, wanted(policy, "97110"))
    later = watch(clinic, wanted(policy, "97110", on=SOON + timedelta(days=1)))

    assert (covered, later.status) == (kept, "needed")
    line = [queries.Claimed(new_key(), "97110", 1)]
    with clinic.reading():
        assert queries.claim_standing(policy, line, SOON, "").is_waived
        late = queries.claim_standing(policy, line, SOON + timedelta(days=1), "")
    assert late.missing.startswith("97110") and late.is_hard


def test_a_denied_claim_teaches_the_rule_and_is_asked_for_afterwards_in_the_window(clinic, policy):
    terms(clinic, policy, retro_days=30)
    by, on = clinic.anybody(), TODAY - timedelta(days=3)
    payer_id = policy.subscription.plan.payer_id
    refused = operations.Refusal(policy.pk, payer_id, ["72148"], on)

    [retro] = operations.learn_denials([refused], at=now(), by=by)
    [again_too] = operations.learn_denials([refused], at=now(), by=by)

    assert (retro.is_retroactive, retro.retro_until) == (True, on + timedelta(days=30))
    assert again_too == retro
    with clinic.reading():
        learned = AuthorizationRule.objects.get()
        assert (learned.denials, learned.stops) == (2, "warn")
        assert queries.need_for(policy, ["72148"], SOON).why == "denial"
    assert watch(clinic, wanted(policy, "72148")).why == "denial"


def test_no_request_after_the_care_without_a_reason_or_beyond_the_window(clinic, policy):
    by, on = clinic.role("receptionist"), TODAY - timedelta(days=3)
    one = needed(clinic, policy, "72148")
    one = change(clinic, one, service_on=on)
    one = again(clinic, needed(clinic, policy, "72148"))
    change(clinic, one, service_on=on)

    def ask(**more):
        return operations.request_authorization(one, way="phone", told_by="Kim", at=now(), by=by,
                                                **more)  # fmt: skip

    with pytest.raises(Refused, match="given already"):
        ask()
    with pytest.raises(Refused, match="takes no request"):
        ask(retro_because="An emergency")
    kept = terms(clinic, policy, retro_days=2)
    with pytest.raises(Refused, match="took requests"):
        ask(retro_because="An emergency")
    change(clinic, kept, retro_days=30)
    asked = ask(retro_because="An emergency")
    assert (asked.is_retroactive, asked.retro_because) == (True, "An emergency")


def test_a_person_asks_and_notes_the_answer_of_each_service(clinic, policy):
    by, at = clinic.role("receptionist"), now()
    one = needed(clinic, policy, "97110", "97140", units=10)

    asked = operations.request_authorization(
        one, way="portal", reference="P55", is_urgent=True, at=at, by=by
    )
    decided = operations.decide_authorization(
        asked, status="partial", number="A9", approved={"97110": 6, "97140": 0},
        told_by="Kim", at=at, by=by,
    )  # fmt: skip

    assert asked.decide_by == at + timedelta(hours=72)
    assert left(clinic, decided) == {"97110": 6, "97140": 0}
    with clinic.reading():
        words = [event.words for event in decided.events.order_by("pk")]
    assert words[1:] == [
        "Asked on the payer’s website", "Approved with changes, number A9, said Kim"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": "approved"}, "has a number"),
        ({"status": "denied"}, "Say why"),
        ({"status": "not_needed", "ends_on": SOON}, "who said"),
        ({"status": "not_needed", "told_by": "Kim"}, "until when"),
        ({"status": "approved", "number": "1", "starts_on": SOON, "ends_on": TODAY}, "end before"),
        ({"status": "appealed"}, "cannot become"),
    ],
)
def test_a_decision_without_what_it_needs_is_refused(clinic, policy, said, words):
    one = needed(clinic, policy, "97110")

    with pytest.raises(Refused, match=words):
        operations.decide_authorization(one, **said, by=clinic.role("receptionist"))

    assert again(clinic, one).status == "needed"


def test_what_somebody_changed_meanwhile_is_not_written_over(clinic, policy):
    one = approved(clinic, policy)
    seen = one.version
    change(clinic, one, number="A8")

    with pytest.raises(Changed):
        operations.change_authorization(
            one, services=[{"code": "97110", "units": 9}], number="A7", version=seen,
            by=clinic.role("receptionist"),
        )  # fmt: skip


def test_who_may_not_edit_coverage_notes_nothing(clinic, policy):
    with pytest.raises(NotPermitted):
        operations.add_authorization(policy, by=clinic.role("provider"))


def test_renewing_begins_the_next_one_once(clinic, policy):
    one = approved(clinic, policy, [{"code": "97110", "units": 10}])
    by = clinic.role("receptionist")

    following = [operations.renew_authorization(one, at=now(), by=by) for _ in range(2)]

    assert following[0] == following[1]
    with clinic.reading():
        page = queries.authorization_page(following[0].pk).get()
        assert (page.status, page.why, page.renews_id) == ("needed", "renewal", one.pk)
        assert [(line.code, line.asked) for line in page.lines] == [("97110", 10)]
    fresh = needed(clinic, policy, "72148")
    with pytest.raises(Refused, match="can be renewed"):
        operations.renew_authorization(fresh, at=now(), by=by)


def test_clocks_put_the_late_payer_and_what_runs_out_on_the_list_once(clinic, policy):
    by, at = clinic.role("receptionist"), now()
    late = needed(clinic, policy, "72148")
    operations.request_authorization(late, way="fax", at=at, by=by)
    ending = approved(clinic, policy, ends_on=TODAY + timedelta(days=3))
    over = approved(clinic, policy, number="OLD", ends_on=TODAY - timedelta(days=1))

    def look(**later):
        then = at + timedelta(**later)
        return operations.watch_clocks(at=then, today=TODAY, by=clinic.anybody())

    assert [look(days=0), look(days=7, seconds=1), look(days=8)] == [1, 1, 0]
    kinds = {item.kind for item in work_items(clinic)}
    assert kinds == {"coverage.authorization_late", "coverage.authorization_ending"}
    assert again(clinic, over).status == "ended"
    operations.decide_authorization(late, status="denied", because="Not necessary", by=by)
    operations.withdraw_authorization(ending, because="Care is over", at=at, by=by)
    assert work_items(clinic) == []


def test_a_denial_is_argued_by_call_and_appeal_until_it_is_won(clinic, policy):
    terms(clinic, policy, peer_days=5, appeal_days=60)
    by, at = clinic.role("receptionist"), now()
    one = needed(clinic, policy, "72148", units=1)
    denied = operations.decide_authorization(
        one, status="denied", because="Try therapy first", at=at, by=by
    )
    with pytest.raises(Refused, match="takes the call until"):
        operations.plan_peer(denied, slot_at=at + timedelta(days=9), at=at, today=TODAY, by=by)
    call = operations.plan_peer(
        denied, slot_at=at + timedelta(days=1), with_whom="Dr. Roe", at=at, today=TODAY, by=by
    )
    operations.close_dispute(call, outcome="lost", words="Stands by it", at=at, by=by)
    assert again(clinic, one).status == "denied"

    with pytest.raises(Refused, match="its letter"):
        operations.appeal_authorization(denied, letter=" ", at=at, today=TODAY, by=by)
    draft = operations.appeal_authorization(denied, letter="Dear", at=at, today=TODAY, by=by)
    assert again(clinic, one).status == "denied"
    sent = operations.appeal_authorization(
        denied, letter="Dear payer", sent_on=TODAY, at=at, today=TODAY, by=by
    )
    assert (sent, again(clinic, one).status) == (draft, "appealed")
    with pytest.raises(Refused, match="has a number"):
        operations.close_dispute(sent, outcome="won", words="Overturned", at=at, by=by)
    operations.close_dispute(
        sent, outcome="won", words="Overturned", number="A5", told_by="letter", at=at, by=by
    )

    assert again(clinic, one).status == "approved"
    assert left(clinic, one) == {"72148": 1}
    with pytest.raises(Refused, match="Only what was denied"):
        operations.plan_peer(one, at=at, today=TODAY, by=by)


def test_the_last_day_to_argue_is_counted_by_the_offices_day(clinic, policy):
    terms(clinic, policy, peer_days=5, appeal_days=60)
    by, at = clinic.role("receptionist"), datetime(2026, 11, 24, 2, tzinfo=UTC)  # 9 pm, the 23rd
    one = needed(clinic, policy, "72148", units=1)
    denied = operations.decide_authorization(
        one, status="denied", because="Try therapy first", at=at, by=by
    )
    said = {"at": at, "today": date(2026, 11, 23), "by": by}
    evening = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)  # 8:30 pm of the last day

    call = operations.plan_peer(denied, slot_at=evening, **said)
    draft = operations.appeal_authorization(denied, letter="Dear", **said)

    assert (call.due_on, draft.due_on) == (date(2026, 11, 28), date(2027, 1, 22))
    with pytest.raises(Refused, match="takes the call until Nov 28"):
        operations.plan_peer(denied, slot_at=evening + timedelta(hours=4), **said)


def test_the_list_ranks_by_visit_and_dollars_and_costs_the_same_for_many(
    clinic, policy, django_assert_num_queries
):
    def one(days, dollars, code):
        made = needed(clinic, policy, code, expected=Decimal(dollars))
        change(clinic, made, service_on=TODAY + timedelta(days=days))
        return made

    def rows():
        with clinic.reading():
            return [one.authorization.pk for one in queries.to_authorize(now(), TODAY)]

    first = one(9, 50, "A1")
    with clinic.reading(), django_assert_num_queries(3):
        queries.to_authorize(now(), TODAY)
    small, large, soon = one(5, 10, "A2"), one(5, 900, "A3"), one(1, 5, "A4")
    with clinic.reading(), django_assert_num_queries(3):
        queries.to_authorize(now(), TODAY)

    assert rows() == [soon.pk, large.pk, small.pk, first.pk]


def test_the_number_that_does_not_count_holds_the_claim(clinic, policy):
    approved(clinic, policy, number="A7", ends_on=TODAY)
    denied = needed(clinic, policy, "97140", number="D1")
    operations.decide_authorization(denied, status="denied", because="No", by=clinic.anybody())
    line = [queries.Claimed(new_key(), "97110", 1)]

    def wrong(number, on=TODAY):
        with clinic.reading():
            return queries.claim_standing(policy, line, on, number).wrong

    assert wrong("A7") == ""
    assert "day of the visit" in wrong("A7", TODAY + timedelta(days=1))
    assert wrong("D1") == "it is denied"
    assert wrong("FROM A LETTER") == ""


def test_evidence_is_asked_for_once_and_needs_words(clinic, policy):
    one, by = needed(clinic, policy, "97110"), clinic.role("receptionist")

    made = [operations.ask_for_evidence(one, words=words, by=by) for words in ("Film", "film ")]

    assert made[0] == made[1]
    with pytest.raises(Refused, match="Say what"):
        operations.ask_for_evidence(one, words=" ", by=by)


def test_two_services_of_the_same_code_are_one_line(clinic, policy):
    one = approved(clinic, policy, [{"code": "97110", "units": 2}, {"code": "97110", "units": 3}])

    assert left(clinic, one) == {"97110": 5}


def test_every_status_has_a_tone(clinic):
    assert {Authorization(status=one).tone for one in Authorization.Status.values} <= {
        "green", "blue", "amber", "red", "slate"
    }  # fmt: skip
