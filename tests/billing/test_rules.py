"""Rules on claims: what they hold, tell, set, split and ask for."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, ClaimAttachment
from frontdesk.billing.operations.ruling import attach_document
from frontdesk.core.errors import Refused
from frontdesk.practice import operations as office_rules
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as asked
from frontdesk.records.models import Document
from tests.billing.office import NOON
from tests.billing.ruled import (
    body_of,
    in_force,
    judged,
    told,
)


def test_a_rule_in_force_holds_the_next_claim_with_its_words_and_lets_it_go_when_mended(office):
    rule = in_force(office, "EKG")

    claim = office.signed(office.insured())

    assert claim.status == "held"
    (found,) = [one for one in claim.findings if one["severity"] == "hold"]
    assert found["rule"] == "Rule EKG, version 1"
    assert found["words"] == "An EKG needs its reading (line 2)"
    assert found["how"] == "Add the reading to the chart."
    assert found["source"] == str(rule.pk)

    office_rules.retire_rule(rule, because="Not needed", at=NOON, by=office.anybody())
    assert judged(office, claim).status == "ready"


def test_a_rule_that_only_tells_lets_the_claim_go(office):
    in_force(office, "EKG", actions=[{"do": "warn"}])

    claim = office.signed(office.insured())

    assert claim.status == "ready"
    assert ("Rule EKG, version 1", "warn") in told(claim)


def test_scope_and_days_limit_a_rule(office):
    other = office.payer("OTHER", name="Other")
    in_force(office, "OTHERS", payer_id=other.pk, payer_name="Other")
    in_force(office, "THEN", ends_on=NOON.date() - timedelta(days=1))
    in_force(office, "NOBODY", provider_id=uuid4(), provider_name="Dr Nobody")

    assert office.signed(office.insured()).status == "ready"

    in_force(office, "OURS", payer_id=office.insurer.pk, site_id=office.site.pk)
    assert told(office.signed(office.insured("Bo")))[0] == ("Rule OURS, version 1", "hold")


def test_a_value_that_a_rule_sets_goes_out_and_is_history_and_goes_when_the_rule_does(office):
    rule = in_force(
        office, "READING", actions=[{"do": "set", "fact": "line.modifiers", "add": "26"}]
    )
    in_force(
        office,
        "CLIA-OURS",
        actions=[{"do": "set", "fact": "clia_number", "to": "36D0000001"}],
    )
    claim = office.signed(office.insured())

    body = body_of(office, claim)
    assert [tuple(line.procedure.modifiers) for line in body.lines] == [(), ("26",)]
    assert body.reference_value("X4") == "36D0000001"
    with office.reading():
        words = list(claim.events.filter(kind="rule").values_list("words", flat=True))
    assert "Rule READING, version 1, adds 26 to the line’s modifiers (line 2)" in words

    judged(office, claim)  # asked again, nothing is added again
    with office.reading():
        assert claim.events.filter(kind="rule").count() == len(words)

    office_rules.retire_rule(rule, because="Wrong", at=NOON, by=office.anybody())
    judged(office, claim)
    assert [tuple(line.procedure.modifiers) for line in body_of(office, claim).lines] == [(), ()]
    with office.reading():
        last = claim.events.filter(kind="rule").order_by("-pk").first().words
    assert last.startswith("No longer so: Rule READING")


def test_rules_that_set_different_values_hold_the_claim_with_both_names(office):
    for key, place in (("ONE", "10"), ("TWO", "02")):
        in_force(office, key, actions=[{"do": "set", "fact": "place_of_service", "to": place}])

    claim = office.signed(office.insured())

    assert claim.status == "held"
    assert "Rules ONE and TWO contradict each other" in claim.findings[0]["words"]
    assert claim.set_by_rules == []
    with office.reading():
        version = asked.newest_version(Rule.objects.get(key="TWO"))
        assert [one.other.key for one in asked.conflicts_of(version)] == ["ONE"]


def test_a_split_puts_each_line_on_one_claim_and_claims_each_charge_once(office):
    in_force(office, "APART", actions=[{"do": "split"}])

    office.signed(office.insured())

    with office.reading():
        first, second = Claim.objects.order_by("pk")
        lines = {
            one.number: [line.charge.code for line in one.lines.order_by("place")]
            for one in (first, second)
        }
        assert lines == {first.number: ["99213"], second.number: ["93000"]}
        assert (first.total, second.total) == (Decimal("148.00"), Decimal("66.00"))
        assert [first.status, second.status] == ["ready", "ready"]
        assert [line.place for line in second.lines.all()] == [1]
        assert second.deadlines.get().due_on == first.deadlines.get().due_on == second.file_by
    assert office.books()  # still balanced
    judged(office, first)
    with office.reading():
        assert Claim.objects.count() == 2  # split once


def test_a_claim_that_replaces_another_is_not_split_but_held_with_the_reason(office):
    claim = office.signed(office.insured())
    with office.writing():
        claim.status = Claim.Status.ACCEPTED
        claim.payer_control_number = "PCN1"
        claim.save()
    in_force(office, "APART", actions=[{"do": "split"}])

    new = operations.replace_claim(claim, at=NOON, by=office.anybody())

    assert new.status == "held"
    assert "can’t be split" in new.findings[0]["words"]
    with office.reading():
        assert new.lines.count() == 2


def document(office, patient, **more):
    with office.writing():
        return Document.objects.create(
            patient=patient,
            kind="other",
            title="Operative note",
            content_type="application/pdf",
            size=10,
            sha256="0" * 64,
            captured_at=NOON,
            captured_by="Sam",
            **more,
        )


def test_a_document_asked_for_holds_the_claim_until_it_is_there_and_is_named_in_it(office):
    in_force(office, "NOTE", actions=[{"do": "attach", "report": "OB"}])
    claim = office.signed(office.insured())
    assert claim.status == "held"
    assert claim.findings[0]["asks_for"] == "OB"
    said = {"report": "OB", "way": "EL", "at": NOON, "by": office.anybody()}
    with office.reading():
        patient = claim.patient

    with pytest.raises(Refused, match="another patient"):
        attach_document(claim, document(office, office.patient("Eve")), **said)
    with pytest.raises(Refused, match="filed by mistake"):
        attach_document(claim, document(office, patient, status="voided"), **said)
    attach_document(claim, document(office, patient), **said)

    assert judged(office, claim).status == "ready"
    (extra,) = body_of(office, claim).extra
    with office.reading():
        control = ClaimAttachment.objects.get().control
    assert tuple(extra.elements) == ("PWK", "OB", "EL", "", "", "AC", control)
    sent = operations.queue_batch(at=NOON, by=office.anybody())
    assert f"PWK*OB*EL***AC*{control}~".encode() in bytes(sent.content)
