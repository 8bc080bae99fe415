"""Questions in real time: who is covered, for what, and what is left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk import x12
from frontdesk.x12 import connectivity as core
from tests.sandbox.office import NPI, TODAY, ann, ask, envelope, inquiry, post, read_one


def amounts(answer, code, service, network="Y"):
    return {
        (one.coverage_level, one.period_qualifier): one.amount if code != "A" else one.percent
        for one in answer.benefits
        if one.code == code and service in one.service_types and one.in_network == network
    }


def codes(answer):
    return [(one.level, one.code, one.follow_up) for one in answer.rejects]


def test_an_active_member_hears_every_figure_of_the_plan(sandbox):
    answer = ask(sandbox)

    assert answer.is_active
    assert answer.trace == "TRACE1"
    assert list(answer.subscriber.periods) == [x12.Period("346", date(2024, 1, 1))]
    assert amounts(answer, "C", "30") == {
        ("IND", "23"): Decimal(1500),
        ("IND", "29"): Decimal("912.6"),
        ("FAM", "23"): Decimal(3000),
        ("FAM", "29"): Decimal("2412.6"),
    }
    assert amounts(answer, "G", "30")["IND", "29"] == Decimal("4187.6")
    assert amounts(answer, "B", "98") == {("IND", "27"): Decimal(25)}
    assert amounts(answer, "C", "98")["IND", "29"] == 0
    assert amounts(answer, "A", "30") == {("IND", ""): Decimal("0.2")}
    assert amounts(answer, "A", "30", network="N") == {("IND", ""): Decimal("0.5")}


def test_a_dependent_is_found_under_the_subscriber(sandbox):
    child = ann(first="TOM", birth_date=date(2015, 3, 9), sex="M", identifier="", relationship="19")
    child.id_qualifier, child.address = "", None

    answer = ask(sandbox, dependent=child)

    assert answer.is_active
    assert (answer.dependent.first, answer.dependent.birth_date) == ("TOM", date(2015, 3, 9))
    assert {one.loop for one in answer.benefits} == {"2110D"}


def test_names_are_compared_without_case_and_punctuation(sandbox):
    assert ask(sandbox, subscriber=ann(name="LEE.", first="Ann")).is_active


def test_an_accent_is_no_other_name(sandbox):
    member = {"id": "W7", "plan": "DEMOPPO-1", "last": "Núñez", "first": "José"}
    sandbox.desk.world.merge({"members": [{**member, "born": "1980-05-04"}]})

    assert ask(sandbox, subscriber=ann(identifier="W7", name="NUNEZ", first="JOSE")).is_active


def test_a_first_name_spelled_otherwise_is_told_not_refused(sandbox):
    answer = ask(sandbox, subscriber=ann(first="ANNE"))

    assert answer.is_active
    assert answer.subscriber.first == "ANN"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"subscriber": ann(identifier="W999")}, ("subscriber", "75", "C")),
        ({"subscriber": ann(birth_date=date(1981, 5, 4))}, ("subscriber", "71", "C")),
        ({"subscriber": ann(name="ROE")}, ("subscriber", "73", "C")),
        ({"service_date": TODAY - timedelta(days=800)}, ("subscriber", "62", "C")),
        (
            {"payer": x12.Party(name="NOBODY", id_qualifier="PI", identifier="NOPAYER")},
            ("payer", "79", "C"),
        ),
    ],
)
def test_each_reason_not_to_answer_has_its_code(sandbox, asked, code):
    answer = ask(sandbox, **asked)

    assert codes(answer) == [code]
    assert list(answer.benefits) == []


def test_a_child_who_is_not_on_the_policy_is_not_found(sandbox):
    child = x12.Member(name="LEE", first="ZOE", birth_date=date(2015, 3, 9), relationship="19")

    assert codes(ask(sandbox, dependent=child)) == [("dependent", "67", "C")]


def test_ended_coverage_is_inactive_and_names_the_other_payer(sandbox):
    edna = ann(identifier="W200000001", name="ENDED", first="EDNA", birth_date=date(1970, 1, 2))

    answer = ask(
        sandbox,
        payer=x12.Party(name="HMO", id_qualifier="PI", identifier="DEMOHMO"),
        subscriber=edna,
    )

    assert [one.code for one in answer.benefits] == ["R", "6"]
    assert answer.benefits[0].related[0].name == "DEMO UNITED EPO"
    assert list(answer.subscriber.periods)[1] == x12.Period("347", date(2026, 1, 31))


def test_services_not_covered_or_needing_permission_say_so(sandbox):
    answer = ask(sandbox, service_types=("35", "62"))

    told = {one.service_types[0]: one for one in answer.benefits if "30" not in one.service_types}
    assert [one.code for one in answer.benefits if one.service_types == ("35",)] == ["I"]
    assert any(
        one.authorization_required == "Y" for one in answer.benefits if "62" in one.service_types
    )
    assert set(told) == {"35", "62"}


def test_a_malformed_question_is_answered_with_a_999(sandbox):
    good = x12.write(envelope(), [inquiry()])

    response = post(sandbox, core.ELIGIBILITY_REQUEST, good.replace(b"*20*1~", b"*99*1~", 1))

    assert response.payload_type == core.ACK_RESPONSE
    assert read_one(response.payload).transactions[0].status == "R"


def test_a_wrong_password_and_a_strange_kind_are_refused_by_name(sandbox):
    wrong = post(sandbox, core.ELIGIBILITY_REQUEST, b"ISA", password="guess")
    strange = post(sandbox, "X12_834_Request_005010X220A1", b"ISA")
    empty = post(sandbox, core.ELIGIBILITY_REQUEST, b"hello")

    assert wrong.error_code == "UnAuthorized"
    assert strange.error_code == "PayloadTypeIllegal"
    assert empty.error_code == "PayloadIllegal"


def test_the_provider_needs_a_possible_npi(sandbox):
    message = x12.write(envelope(), [inquiry()]).replace(NPI.encode(), b"1234567890")

    response = post(sandbox, core.ELIGIBILITY_REQUEST, message)

    assert codes(read_one(response.payload)) == [("provider", "43", "C")]
