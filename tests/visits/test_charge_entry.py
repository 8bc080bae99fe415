"""Charge entry for a full day: copied, proposed, taken back; what was paid is never lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.coding.models import (
    ChargeItem,
    Diagnosis,
    Fee,
    FeeSchedule,
    MedicalNecessity,
    PairEdit,
    UnitLimit,
)
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.visits import operations
from frontdesk.visits.models import LevelGiven, SuperbillDiagnosis, SuperbillLine
from frontdesk.visits.queries import superbill as queries
from frontdesk.visits.queries.capture import next_to_charge
from frontdesk.visits.rules.superbill import began_wrong, is_new_injury, ndc_from

CODES = {"E11.9": "Type 2 diabetes", "I10": "High blood pressure", "Z23": "Shot given"}
PRICES = {
    "Z9213": "98.00", "Z9214": "140.00", "Z9204": "190.00", "Z9036": "18.00", "Z9480": "42.00",
    "J3420": "12.00",
}  # fmt: skip
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def at(clinic):
    return now()


@pytest.fixture
def by(clinic):
    return clinic.role("provider")


@pytest.fixture
def codes(clinic):
    Diagnosis.objects.bulk_create(Diagnosis(code=c, description=d) for c, d in CODES.items())
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Fees", starts_on=date(2020, 1, 1))
        for code, amount in PRICES.items():
            ChargeItem.objects.create(code=code, description=f"What {code} is")
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))


def begin(clinic, at, patient=None):
    visit = operations.arrive(clinic.booked(at=at, patient=patient), at=at, by=clinic.anybody())
    return operations.begin_superbill(visit, by=clinic.anybody())


@pytest.fixture
def ann(clinic):
    return clinic.patient()


@pytest.fixture
def bill(clinic, codes, at, ann):
    return begin(clinic, at, ann)


@pytest.fixture
def last(clinic, codes, at, ann):
    """Ann's signed visit of six weeks ago."""
    made = begin(clinic, at - timedelta(days=42), ann)
    by = clinic.anybody()
    operations.add_diagnosis(made, "I10", by=by)
    operations.add_diagnosis(made, "E11.9", by=by)
    shot = operations.add_line(made, "J3420", modifiers="JZ", pointers="B", units=2, by=by)
    operations.name_drug(shot, "0409-4888-10", Decimal(2), "ML", by=by)
    operations.sign_superbill(made, at=at - timedelta(days=42), by=by)
    return made


def lines(clinic, bill):
    with clinic.reading():
        return [(x.code, x.pointers, x.units, x.modifiers, x.ndc) for x in queries.lines_of(bill)]


def letters(clinic, bill):
    with clinic.reading():
        return [one.code for one in queries.diagnoses_of(bill)]


def test_the_last_visit_is_taken_over_with_its_links_modifiers_and_drug(clinic, last, bill, by):
    operations.add_diagnosis(bill, "Z23", by=by)

    copied = operations.same_as_last(bill, by=by)

    assert (copied.taken, copied.left) == (3, [])
    assert letters(clinic, bill) == ["Z23", "I10", "E11.9"]
    assert lines(clinic, bill) == [
        ("Z9213", "A", 1, [], ""),
        ("J3420", "C", 2, ["JZ"], "00409488810"),  # E11.9 was B, is C here
    ]
    operations.undo_superbill(bill, by=by)  # one step
    assert letters(clinic, bill) == ["Z23"]
    assert [line[0] for line in lines(clinic, bill)] == ["Z9213"]


def test_codes_that_ended_are_left_out_and_told(clinic, last, bill, by, at):
    Diagnosis.objects.filter(code="E11.9").update(valid_to=at.date() - timedelta(days=10))
    with clinic.writing():
        item = ChargeItem.objects.get(code="J3420")
        item.valid_to = at.date() - timedelta(days=10)
        item.save()
    assert operations.same_as_last(bill, by=by).left == ["E11.9", "J3420"]


def test_without_an_earlier_visit_there_is_nothing_to_take_over(clinic, bill, by):
    with pytest.raises(Refused, match="no earlier visit"):
        operations.same_as_last(bill, by=by)


def test_every_step_is_taken_back_in_turn(clinic, bill, by):
    operations.add_diagnosis(bill, "I10", by=by)
    operations.add_diagnosis(bill, "E11.9", by=by)
    line = operations.add_line(bill, "Z9036", by=by)
    operations.change_line(line, units=3, modifiers="59", pointers="BA", by=by)
    with clinic.reading():
        second = SuperbillDiagnosis.objects.get(code="E11.9")
    operations.put_first(second, by=by)
    operations.remove_line(line, by=by)

    said = [(letters(clinic, bill), lines(clinic, bill))]
    for _ in range(6):
        operations.undo_superbill(bill, by=by)
        said.append((letters(clinic, bill), lines(clinic, bill)))

    usual = ("Z9213", "A", 1, [], "")
    assert said[1:] == [
        (["E11.9", "I10"], [("Z9213", "B", 1, [], ""), ("Z9036", "AB", 3, ["59"], "")]),
        (["I10", "E11.9"], [usual, ("Z9036", "BA", 3, ["59"], "")]),
        (["I10", "E11.9"], [usual, ("Z9036", "A", 1, [], "")]),
        (["I10", "E11.9"], [usual]),
        (["I10"], [usual]),
        ([], [("Z9213", "", 1, [], "")]),
    ]
    with pytest.raises(Refused, match="nothing to take back"):
        operations.undo_superbill(bill, by=by)
    with clinic.reading():
        assert sum(x.charge for x in queries.lines_of(bill)) == Decimal("98.00")


def test_a_signed_superbill_is_not_undone(clinic, last):
    with pytest.raises(Refused, match="Open the superbill again"):
        operations.undo_superbill(last, by=clinic.anybody())


def test_a_procedure_is_linked_with_what_it_usually_is_for(clinic, last, bill, by):
    operations.add_diagnosis(bill, "I10", by=by)
    operations.add_diagnosis(bill, "E11.9", by=by)
    assert operations.add_line(bill, "J3420", by=by).pointers == "B"  # as six weeks ago
    assert operations.add_line(bill, "Z9036", by=by).pointers == "A"  # never seen: the main one


def test_what_a_provider_often_uses_comes_first(clinic, last, bill):
    with clinic.reading():
        assert [item.code for item in queries.often_used(bill.visit)[:2]] == ["J3420", "Z9213"]
        assert {code for code, _words in queries.often_found(bill.visit)} == {"I10", "E11.9"}


def test_edits_are_said_with_the_line_they_are_about_and_a_modifier_for_it(clinic, bill, by):
    PairEdit.objects.create(
        column_1="J3420", column_2="Z9036", modifier="1", rationale="Made up", release="2026-10-01"
    )
    UnitLimit.objects.create(code="J3420", units=1, counts="2", release="2026-10-01")
    operations.add_line(bill, "J3420", units=2, by=by)
    operations.add_line(bill, "Z9036", by=by)
    with clinic.reading():
        found = [(one.rule, line.code, one.modifier) for one, line in queries.edits_of(bill)]
        line = SuperbillLine.objects.get(code="Z9036")
    assert found == [
        ("NCCI-MUE", "J3420", ""),
        ("NCCI-PTP", "Z9036", "59"),
        ("MOD-25", "Z9213", "25"),
    ]
    operations.add_modifier(line, "59", by=by)
    with clinic.reading():
        assert "NCCI-PTP" not in [one.rule for one, _line in queries.edits_of(bill)]


def test_a_service_is_told_when_the_diagnosis_it_points_at_is_not_covered(clinic, bill, by):
    on = bill.visit.on
    with clinic.writing():
        MedicalNecessity(policy="L1", code="J3420", starts_on=on, supports=["I10"]).save()
    operations.add_diagnosis(bill, "E11.9", by=by)
    operations.add_diagnosis(bill, "I10", by=by)

    def told():
        with clinic.reading():
            return [one.about for one, _line in queries.edits_of(bill) if one.rule == "LCD"]

    line = operations.add_line(bill, "J3420", pointers="A", by=by)
    assert told() == ["J3420"]
    operations.remove_line(line, by=by)
    operations.add_line(bill, "J3420", pointers="AB", by=by)
    assert told() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("00409-4888-10", "00409488810"),
        ("0409-4888-10", "00409488810"),
        ("00409-488-10", "00409048810"),
        ("00409488810", "00409488810"),
        ("", ""),
    ],
)
def test_a_drugs_number_becomes_eleven_digits(typed, kept):
    assert ndc_from(typed) == kept


@pytest.mark.parametrize("typed", ["409488810", "0040948881x", "1-2-3-4", "999999-1-1"])
def test_a_wrong_drug_number_is_refused(typed):
    with pytest.raises(ValueError, match="eleven digits"):
        ndc_from(typed)


def test_a_drug_needs_how_much(clinic, bill, by):
    line = operations.add_line(bill, "J3420", by=by)
    with pytest.raises(Refused, match="how much"):
        operations.name_drug(line, "00409-4888-10", None, "ML", by=by)


SAID = {
    "is_new": False, "problems": {"stable": 2}, "items": 3, "historian": False,
    "interpreted": False, "discussed": False, "risk": "low", "minutes": None,
}  # fmt: skip


def test_the_level_found_replaces_the_usual_one_and_is_kept_as_given(clinic, bill, by, at):
    with clinic.reading():
        line = queries.lines_of(bill).get()
    operations.change_line(line, modifiers="25", by=by)
    given = operations.give_level(bill, SAID, at=at, by=by)
    assert (given.number, given.code, given.reached_by) == (4, "Z9214", "mdm")
    assert [one[0::3] for one in lines(clinic, bill)] == [("Z9214", ["25"])]
    assert given.reasons[-1] == "Two of three reach moderate."

    operations.give_level(bill, {**SAID, "minutes": 41}, at=at, by=by)  # no code for level 5
    with clinic.reading():
        kept = LevelGiven.objects.order_by("at", "pk")
        assert [(one.number, one.code) for one in kept] == [(4, "Z9214"), (5, "")]
    assert [one[0] for one in lines(clinic, bill)] == ["Z9214"]


def test_the_front_desk_enters_no_charges(clinic, bill):
    with pytest.raises(NotPermitted):
        operations.undo_superbill(bill, by=clinic.role("receptionist"))


def test_the_next_visit_to_charge_is_the_providers_next_of_the_day(clinic, codes, at):
    first, second, third = (
        begin(clinic, at + timedelta(minutes=n), clinic.patient(f"P{n}", "Lee")) for n in (0, 1, 2)
    )
    operations.mark_no_charge(second, because="Courtesy", at=at, by=clinic.anybody())
    with clinic.reading():
        assert next_to_charge(first.visit) == third.visit
        assert next_to_charge(third.visit) == first.visit
    operations.mark_no_charge(third, because="Courtesy", at=at, by=clinic.anybody())
    with clinic.reading():
        assert next_to_charge(first.visit) is None


def test_each_step_answers_on_screen(clinic, client, last, bill):
    client.force_login(clinic.member("provider").user)
    page = client.get(reverse("visits:superbill", args=[bill.visit_id])).content.decode()
    assert "Same as last visit" in page and "Find the level" in page
    url = reverse("visits:same_as_last", args=[bill.visit_id])
    page = client.post(url, **HTMX).content.decode()
    assert ("J3420" in page and "NCCI" in page) or "MOD-25" in page
    page = client.post(reverse("visits:undo_superbill", args=[bill.visit_id]), **HTMX)
    assert 'id="line-' in page.content.decode()
    said = {"problem_stable": "2", "items": "3", "risk": "low"}
    url = reverse("visits:visit_level", args=[bill.visit_id])
    shown = client.post(url, said, **HTMX).content.decode()
    assert "Level 4" in shown and "Two of three reach moderate." in shown
    client.post(url, {**said, "give": "1"}, **HTMX)
    assert [line[0] for line in lines(clinic, bill)] == ["Z9214"]
    wrong = client.post(url, {"items": "-1", "risk": "x", "give": "1"}, **HTMX)
    assert wrong.status_code == 422


DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cause", "began_on", "state", "wrong"),
    [
        ("", None, "", ""),
        ("", date(2026, 11, 1), "", ""),
        ("", date(2026, 11, 21), "", "or before"),
        ("OA", DAY, "", ""),
        ("EM", None, "", "which day"),
        ("AA", DAY, "", "which state"),
        ("AA", DAY, "Ohio", "which state"),
        ("AA", DAY, "OH", ""),
    ],
)
def test_what_an_accident_needs_is_asked(cause, began_on, state, wrong):
    said = began_wrong(cause, began_on, state, on=DAY)
    assert wrong in said if wrong else said == ""


@pytest.mark.parametrize(
    ("code", "is_asked"),
    [("S93.401A", True), ("S93.401D", False), ("T20.00XA", True), ("E11.9", False), ("S93", False)],
)
def test_only_a_new_injury_asks_how_it_happened(code, is_asked):
    assert is_new_injury(["I10", code]) is is_asked


def test_an_accident_is_said_once_taken_back_and_taken_over(clinic, at, ann, last, bill, by):
    operations.reopen_superbill(last, because="The accident", at=at, by=by)
    on = last.visit.on
    said = {"cause": "AA", "began_on": on, "accident_state": "oh", "case_number": "C-5"}
    operations.say_how_it_began(last, **said, by=by)
    with pytest.raises(Refused, match="which state"):
        operations.say_how_it_began(last, cause="AA", began_on=on, by=by)
    operations.sign_superbill(last, at=at, by=by)
    operations.same_as_last(bill, by=by)
    with clinic.reading():
        bill.refresh_from_db()
    assert (bill.cause, bill.began_on) == ("AA", on)
    assert (bill.accident_state, bill.case_number) == ("OH", "C-5")
    operations.undo_superbill(bill, by=by)
    with clinic.reading():
        bill.refresh_from_db()
    assert (bill.cause, bill.began_on, bill.case_number) == ("", None, "")


def test_the_drawer_keeps_how_it_began(clinic, client, bill):
    client.force_login(clinic.member("provider").user)
    url = reverse("visits:beginning", args=[bill.visit_id])
    refused = client.post(url, {"cause": "EM"}, **HTMX)
    assert (refused.status_code, "which day" in refused.content.decode()) == (422, True)
    with clinic.reading():
        on = bill.visit.on
    client.post(url, {"cause": "EM", "began_on": on.isoformat()}, **HTMX)
    page = client.get(reverse("visits:superbill", args=[bill.visit_id])).content.decode()
    assert "An accident at work" in page


def test_a_patient_seen_within_three_years_does_not_begin_as_new(clinic, codes, at, ann):
    def begins_new():
        with clinic.writing():
            kind = made.visit.appointment.visit_type
            kind.is_new_patient = True
            kind.save()
            return queries.is_new(made.visit)

    made = begin(clinic, at, ann)
    assert begins_new()
    earlier = begin(clinic, at - timedelta(days=200), ann)
    with clinic.writing():
        earlier.status = "signed"
        earlier.save()
    assert not begins_new()
