"""What the sandbox writes is valid for libraries that are not ours."""

from datetime import date

import pytest

from frontdesk import x12
from frontdesk.x12 import connectivity as core
from tests.sandbox.office import ann, batch, claim, envelope, files, inquiry, line, post
from tests.x12.oracles import pyx12_accepts, x12sdk_accepts

CHILD = x12.Member(name="LEE", first="TOM", birth_date=date(2015, 3, 9), sex="M", relationship="19")


def answer(sandbox, **more):
    question = x12.write(envelope(), [inquiry(**more)])
    return post(sandbox, core.ELIGIBILITY_REQUEST, question).payload


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"service_types": ("30",)},
        {"service_types": ("35", "62", "4")},
        {"dependent": CHILD},
        {
            "subscriber": ann(
                identifier="W200000001", name="ENDED", first="EDNA", birth_date=date(1970, 1, 2)
            ),
            "payer": x12.Party(name="HMO", id_qualifier="PI", identifier="DEMOHMO"),
        },
    ],
)
# A refused 271 is left out: x12sdk knows no AAA 75 for a subscriber, which the guide has.
def test_x12sdk_accepts_every_kind_of_271(sandbox, more):
    assert x12sdk_accepts(answer(sandbox, **more))


def test_pyx12_accepts_acknowledgements_and_remittances(sandbox):
    claims = [
        claim("A"),
        claim("B", line("80053", "90.00"), line("S9999", "10.00"), line("70551", "400.00")),
        claim("C", subscriber=ann(identifier="W999")),
    ]
    post(sandbox, core.CLAIMS_REQUEST, batch(*claims))

    for content in files(sandbox, "277CA") + files(sandbox, "835"):
        assert pyx12_accepts(content)


def test_pyx12_accepts_a_reversal_and_a_forwarded_balance(sandbox):
    post(sandbox, core.CLAIMS_REQUEST, batch(claim("ONE")))
    first = files(sandbox, "835")[0]
    control = next(x12.read(first)).body.claims[0].payer_control
    post(
        sandbox,
        core.CLAIMS_REQUEST,
        batch(claim("VOID", frequency="8", payer_control=control)),
    )
    sandbox.faults.set({"plb": 1})

    assert pyx12_accepts(files(sandbox, "835")[1])
