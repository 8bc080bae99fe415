"""The training payers of the year: whom they cover, their habits, and the gateway for cards."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock
from uuid import UUID

from django.conf import settings

from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Policy
from frontdesk.demo import living, office
from frontdesk.demo.year.pace import Pace
from frontdesk.demo.year.state import Year
from frontdesk.ledger.gateways import CardDeclined, CardPayment, KeptCard
from frontdesk.sandbox.habits import chance
from frontdesk.sandbox.server import Sandbox

DAY = 86400
EXPIRES = 2099  # the year in which the training cards end
ENDS = Decimal("0.03")  # of members lose their coverage some time in the year
MISTYPED = Decimal("0.02")  # of member IDs, when the patient was registered
# What each payer refuses besides the rules of its plans, as shares of its claims.
HABITS = {
    "CO-16:M127": "0.018",  # records are missing
    "CO-50:N115": "0.014",  # not medically necessary
    "CO-11:": "0.012",  # the diagnosis does not fit
    "CO-29:": "0.003",  # filed too late, it says: the proof is in our hands
    "CO-22:": "0.008",  # another plan comes first, it believes
    "CO-18:N522": "0.005",  # a duplicate, it believes
    "CO-31:": "0.006",  # the patient is not found
}
PAYS_BY_HEAD = {"CASCA": "180.00"}  # a month, for being at hand
INTEREST = "0.18"  # a year, of what is paid late
MISTAKES = {  # and second thoughts, as shares of claims
    "turned_away": "0.02", "slow": "0.05", "priced_short": "0.012", "taken_back": "0.005",
    "misnamed": "0.003", "strays": "0.002",
}  # fmt: skip
ASKS_FIRST = "0.4"  # of what is taken back, the rest is taken at once
DECLINED = Decimal("0.05")  # of instalments, when the card is charged
OVERTURNED = {"50": "0.45", "29": "0.85", "197": "0.40", "97": "0.30", "18": "0.7", "22": "0.6"}
PAYS_IN = {"BLUEF": 12, "CASCA": 15, "HEART": 18, "DMEDB": 14, "NORTH": 16, "DMCAI": 21}  # days


@contextmanager
def listening(year: Year) -> Iterator[None]:
    """Run the training payers beside the office, by the same clock, and take cards."""
    state = settings.VAR / "sandbox"
    state.mkdir(parents=True, exist_ok=True)
    with Sandbox(0, state, _world(year)) as server:
        server.desk.clock = year.clock
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        year.payer = server.desk
        before, settings.CLEARINGHOUSE_URL = settings.CLEARINGHOUSE_URL, server.url
        try:
            with ExitStack() as patched:
                for name in ("cards", "keeping", "watching"):
                    place = f"frontdesk.ledger.jobs.{name}.card_gateway"
                    patched.enter_context(mock.patch(place, TrainingCards))
                yield
        finally:
            settings.CLEARINGHOUSE_URL = before
            server.keep_world()
            server.shutdown()


def bring_another(year: Year, former: Policy, on: date) -> Policy:
    """Let a patient bring in another plan in the place of one that has ended."""
    ended = former.subscription.plan.payer.payer_id
    facts = next(one for one in office.PAYERS if one.share and one.payer_id != ended)
    number = f"{facts.payer_id[:2]}{former.pk.int % 10**9:09d}"
    policy = coverage.add_policy(
        former.patient, payer=year.world.payers[facts.payer_id], plan_name=facts.plan,
        member_id=number, group_number=f"{facts.payer_id}-100", starts_on=on.replace(day=1),
        by=year.desk,
    )  # fmt: skip
    if year.payer is not None:
        told = _member(policy, date(on.year - 1, 1, 1), at_first=False)
        with year.payer.state.changing():
            year.payer.world.merge({"members": [told]})
    return policy


def on_the_card(policy: Policy) -> str:
    """Return the member ID that is on the insurance card; some were mistyped at registration."""
    number: str = policy.subscription.member_id
    if chance(number, "typed") >= MISTYPED:
        return number
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


class TrainingCards:
    """A gateway at which cards are confirmed on the phone at once; a few kept ones are declined."""

    def begin(
        self, amount: Decimal, *, key: str, payment_id: UUID, token: str = "", **_: Any
    ) -> CardPayment:
        """Begin a payment under a number made of ours."""
        if token and chance(key, "declined") < DECLINED:
            raise CardDeclined("The bank declined the card.")
        return self.find(f"pi_{payment_id.hex}")

    def ask(self, *, key: str, **_: Any) -> KeptCard:
        """Begin to keep a card under a number made of ours."""
        return self.kept(f"cus_{key}", f"seti_{key}")

    def kept(self, customer: str, setup: str) -> KeptCard:
        """Return it as it was typed in."""
        token = f"pm_{setup}"
        return KeptCard(customer, setup, "", token, "visa", "4242", 12, EXPIRES)

    def find(self, gateway_id: str) -> CardPayment:
        """Return it as the patient has confirmed it."""
        return CardPayment(gateway_id, "succeeded", last_four="4242")


def _world(year: Year) -> dict[str, Any]:
    with practice_scope(year.practice_id):
        policies = list(
            Policy.objects.filter(is_active=True).select_related(
                "patient", "subscription__plan__payer", "subscription__holder"
            )
        )
    begins = date(date.fromisoformat(year.seed.partition(":")[0]).year - 1, 1, 1)
    plans = [living._plan_told(facts) for facts in office.PAYERS]
    for plan in plans:
        plan["part_of"] = {"Z9620": "Z9213"} if plan["payer"] == "CASCA" else {}
    return {
        "payers": [_payer(facts, year.pace) for facts in office.PAYERS],
        "plans": plans,
        "members": [_member(one, begins, at_first=True) for one in policies],
    }


def _payer(facts: office.PayerFacts, pace: Pace) -> dict[str, Any]:
    return living._payer_told(facts) | {
        "pays_after_seconds": PAYS_IN[facts.payer_id] * DAY,
        "habits": HABITS, "overturned": OVERTURNED, "interest": INTEREST,
        "capitation": PAYS_BY_HEAD.get(facts.payer_id, "0"), "asks_first": ASKS_FIRST,
        **pace.shares(MISTAKES),
    }  # fmt: skip


def _member(policy: Policy, begins: date, *, at_first: bool) -> dict[str, Any]:
    patient, subscription = policy.patient, policy.subscription
    drawn = chance(subscription.member_id, patient.first_name, "ends")
    last = date(begins.year + 2, 1 + int(drawn / ENDS * 9), 28) if drawn < ENDS else None
    return {
        "id": on_the_card(policy) if at_first else subscription.member_id,
        "plan": f"{subscription.plan.payer.payer_id}-1",
        "last": patient.last_name, "first": patient.first_name,
        "born": patient.birth_date.isoformat(), "sex": patient.sex,
        "relationship": policy.relationship, "begins": begins.isoformat(),
        "ends": last.isoformat() if last and at_first else None,
    }  # fmt: skip
