"""The wire to whoever takes cards for us. No card number ever passes through here.

Stripe's library is 30 MB of memory in every process: it is loaded by offices that use it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from django.conf import settings

from frontdesk.ui.middleware import POLICY

if TYPE_CHECKING:
    import stripe

STRIPE_JS = "https://js.stripe.com"
State = Literal["waiting", "succeeded", "failed"]

_STATES: dict[str, State] = {
    "succeeded": "succeeded",
    "canceled": "failed",
}


class NoGateway(Exception):
    """The gateway could not be reached, or this office has none. Worth asking again."""


class CardDeclined(Exception):
    """The gateway refuses the request itself; asking again is no use."""


@dataclass(frozen=True, slots=True)
class CardPayment:
    """A payment as the gateway knows it. `secret` lets the patient's browser confirm it."""

    id: str
    state: State
    secret: str = ""
    last_four: str = ""
    because: str = ""
    is_unconfirmed: bool = False  # begun with a kept card and not charged yet
    is_underway: bool = False  # the bank has not answered yet


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card that the gateway keeps for us, or is about to: `token` stands for it."""

    customer: str
    setup: str
    secret: str = ""
    token: str = ""
    brand: str = ""
    last_four: str = ""
    month: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute as the gateway tells it: open, sent, won or lost."""

    id: str
    payment: str  # the gateway's name for what is disputed
    amount: Decimal
    reason: str
    state: str
    due_at: datetime | None = None  # evidence counts until then
    fees: tuple[tuple[str, Decimal], ...] = ()  # each kept (or given back) under its own name


class CardGateway(Protocol):
    """Whoever takes cards for us."""

    def begin(
        self,
        amount: Decimal,
        *,
        key: str,
        practice_id: UUID,
        payment_id: UUID,
        customer: str = "",
        token: str = "",
    ) -> CardPayment:
        """Begin a payment; the same key begins it once. With a token no patient is needed."""

    def confirm(self, gateway_id: str) -> CardPayment:
        """Charge the kept card that a payment was begun with; confirmed twice it pays once."""

    def ask(self, *, key: str, practice_id: UUID, card_id: UUID) -> KeptCard:
        """Begin to keep a card; the same key begins it once."""

    def kept(self, customer: str, setup: str) -> KeptCard:
        """Return the card that was typed in, without its token while there is none."""

    def forget(self, token: str) -> None:
        """Let a kept card go."""

    def find(self, gateway_id: str) -> CardPayment:
        """Return how a payment stands."""

    def give_up(self, gateway_id: str) -> CardPayment:
        """Cancel a payment that was not confirmed; return how it stands after that."""

    def give_back(self, gateway_id: str, *, key: str, amount: Decimal | None = None) -> str:
        """Refund a payment, whole or a part; the same key refunds it once. Return its name."""

    def dispute(self, dispute_id: str) -> Disputed:
        """Return how a dispute stands."""


class StripeGateway:
    """Stripe: payments are confirmed in Stripe's own fields in the browser, never here."""

    def __init__(self, api_key: str, api_base: str = "") -> None:
        import stripe

        self.client = (
            stripe.StripeClient(api_key, base_addresses={"api": api_base}, max_network_retries=1)
            if api_base
            else stripe.StripeClient(api_key, max_network_retries=1)
        )

    def begin(
        self,
        amount: Decimal,
        *,
        key: str,
        practice_id: UUID,
        payment_id: UUID,
        customer: str = "",
        token: str = "",
    ) -> CardPayment:
        """Create the PaymentIntent; its metadata names keys of ours and nothing of a patient."""
        params: Any = {
            "amount": int(amount.scaleb(2)),
            "currency": "usd",
            "metadata": {"practice": str(practice_id), "payment": str(payment_id)},
        }
        if token:
            params |= {"customer": customer, "payment_method": token}
        with _told():
            intent = self.client.v1.payment_intents.create(
                params=params, options={"idempotency_key": f"begin-{key}"}
            )
        return _payment(intent)

    def confirm(self, gateway_id: str) -> CardPayment:
        """Confirm the PaymentIntent while the patient is away."""
        with _told():
            return _payment(
                self.client.v1.payment_intents.confirm(gateway_id, params={"off_session": True})
            )

    def ask(self, *, key: str, practice_id: UUID, card_id: UUID) -> KeptCard:
        """Create a Customer, which names nobody, and the SetupIntent of one card."""
        about = {"practice": str(practice_id), "card": str(card_id)}
        with _told():
            customer = self.client.v1.customers.create(
                params={"metadata": about}, options={"idempotency_key": f"customer-{key}"}
            )
            setup = self.client.v1.setup_intents.create(
                params={"customer": customer.id, "usage": "off_session", "metadata": about},
                options={"idempotency_key": f"keep-{key}"},
            )
        return KeptCard(customer.id, setup.id, secret=setup.client_secret or "")

    def kept(self, customer: str, setup: str) -> KeptCard:
        """Retrieve the SetupIntent and the card it holds."""
        with _told():
            intent = self.client.v1.setup_intents.retrieve(setup)
            secret = intent.client_secret or ""
            if intent.status != "succeeded" or not isinstance(intent.payment_method, str):
                return KeptCard(customer, setup, secret=secret)
            found = self.client.v1.payment_methods.retrieve(intent.payment_method)
        card = found.card
        if card is None:
            return KeptCard(customer, setup, secret=secret)
        return KeptCard(
            customer, setup, secret, found.id, card.brand, card.last4, card.exp_month, card.exp_year
        )

    def forget(self, token: str) -> None:
        """Detach the card."""
        with _told():
            self.client.v1.payment_methods.detach(token)

    def find(self, gateway_id: str) -> CardPayment:
        """Retrieve the PaymentIntent."""
        with _told():
            return _payment(
                self.client.v1.payment_intents.retrieve(
                    gateway_id, params={"expand": ["payment_method"]}
                )
            )

    def give_up(self, gateway_id: str) -> CardPayment:
        """Cancel the PaymentIntent."""
        with _told():
            return _payment(self.client.v1.payment_intents.cancel(gateway_id))

    def give_back(self, gateway_id: str, *, key: str, amount: Decimal | None = None) -> str:
        """Refund the PaymentIntent, whole or a part."""
        params: Any = {"payment_intent": gateway_id}
        if amount is not None:
            params["amount"] = int(amount.scaleb(2))
        with _told():
            refund = self.client.v1.refunds.create(
                params=params, options={"idempotency_key": f"refund-{key}"}
            )
        return str(refund.id)

    def dispute(self, dispute_id: str) -> Disputed:
        """Retrieve the Dispute; what is only an inquiry takes no money and is told as open."""
        with _told():
            found = self.client.v1.disputes.retrieve(dispute_id)
        return _disputed(found)


def card_gateway() -> CardGateway | None:
    """Return the office's gateway; nothing where cards go through the desk's own terminal."""
    if not settings.STRIPE_API_KEY:
        return None
    return StripeGateway(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


def event_payment(body: bytes, signature: str, secret: str) -> tuple[str, str] | None:
    """Return the practice and payment a Stripe event is about, or nothing for other events.

    Raises `CardDeclined` where the signature is not Stripe's.
    """
    kind, told = _event(body, signature, secret)
    if not kind.startswith("payment_intent."):
        return None
    metadata = told.get("metadata") or {}
    practice, payment = metadata.get("practice"), metadata.get("payment")
    return (practice, payment) if practice and payment else None


def event_dispute(body: bytes, signature: str, secret: str) -> str:
    """Return the name of the dispute a Stripe event is about; empty for other events.

    An inquiry ("warning") takes no money and is no dispute yet.
    """
    kind, told = _event(body, signature, secret)
    if not kind.startswith("charge.dispute."):
        return ""
    return "" if str(told.get("status", "")).startswith("warning") else str(told.get("id", ""))


def _event(body: bytes, signature: str, secret: str) -> tuple[str, dict[str, Any]]:
    """Return the kind of a signed event and what it is about, as it was written."""
    import stripe

    try:
        stripe.Webhook.construct_event(body, signature, secret)
        event = json.loads(body)
    except (ValueError, stripe.SignatureVerificationError) as error:
        raise CardDeclined("This event is not signed by the gateway.") from error
    return str(event["type"]), dict(event["data"]["object"])


class Waiting(Protocol):
    """A payment as this file needs to know it."""

    pk: UUID
    practice_id: UUID
    key: str
    amount: Decimal
    status: str


def secret_of(payment: Waiting) -> tuple[str, str]:
    """Begin a payment that waits; return what lets the browser confirm it, or what is wrong."""
    gateway = card_gateway()
    if payment.status != "pending" or gateway is None:
        return "", ""
    try:
        begun = gateway.begin(
            payment.amount,
            key=payment.key,
            practice_id=payment.practice_id,
            payment_id=payment.pk,
        )
    except (NoGateway, CardDeclined) as trouble:
        return "", str(trouble)
    return begun.secret, ""


def card_policy() -> str:
    """Let the page with the card's fields load the gateway's script and frame, nothing else."""
    mine = {
        "script-src": f"'self' {STRIPE_JS}",
        "connect-src": "'self' https://api.stripe.com",
        "frame-src": f"{STRIPE_JS} https://hooks.stripe.com",
    }
    kept = [rule for rule in POLICY.split("; ") if rule.split(" ")[0] not in mine]
    return "; ".join([*kept, *(f"{name} {where}" for name, where in mine.items())])


@contextmanager
def _told() -> Iterator[None]:
    """Say what went wrong in our own words; the gateway's may name a card."""
    import stripe

    try:
        yield
    except stripe.CardError as error:
        raise CardDeclined(f"The card was declined ({error.code}).") from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise NoGateway("The card gateway does not answer.") from error
    except stripe.StripeError as error:
        raise CardDeclined(f"The card gateway refuses ({type(error).__name__}).") from error


def _payment(intent: "stripe.PaymentIntent") -> CardPayment:
    error = intent.last_payment_error
    state = _STATES.get(intent.status, "waiting")
    return CardPayment(
        id=intent.id,
        state=state,
        secret=intent.client_secret or "",
        last_four=_last_four(intent) if state == "succeeded" else "",
        because=(error.message or "") if error else "",
        is_unconfirmed=intent.status == "requires_confirmation",
        is_underway=intent.status == "processing",
    )


def _last_four(intent: "stripe.PaymentIntent") -> str:
    """The four digits on the slip; the payment method comes whole because we ask for it so."""
    card = getattr(intent.payment_method, "card", None)
    return getattr(card, "last4", "") or ""


_OF_DISPUTE = {"won": "won", "lost": "lost", "under_review": "sent"}


def _disputed(found: "stripe.Dispute") -> Disputed:
    due = found.evidence_details.due_by if found.evidence_details else None
    charged = found.payment_intent
    return Disputed(
        id=found.id,
        payment=charged if isinstance(charged, str) else charged.id if charged else "",
        amount=Decimal(found.amount).scaleb(-2),
        reason=found.reason or "",
        state=_OF_DISPUTE.get(found.status, "open"),
        due_at=datetime.fromtimestamp(due, UTC) if due else None,
        fees=tuple(_fees(found)),
    )


def _fees(found: "stripe.Dispute") -> Iterator[tuple[str, Decimal]]:
    """What the gateway keeps for a dispute: each of its movements says its own fee, in cents."""
    for moved in getattr(found, "balance_transactions", None) or ():
        if moved.fee:
            yield moved.id, Decimal(moved.fee).scaleb(-2)
