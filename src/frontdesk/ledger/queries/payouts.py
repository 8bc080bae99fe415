"""Questions about card money: what is on its way to the bank, and what came."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import CardDispute, CardPayout, Entry, Payment
from frontdesk.ledger.rules.chart import CARDS
from frontdesk.practice.models import Site


def on_their_way() -> Decimal:
    """Return the card payments that the processor has not paid out, in dollars."""
    moved = Entry.objects.order_by()
    came = moved.filter(target__code=CARDS).aggregate(sum=Sum("amount"))["sum"] or ZERO
    went = moved.filter(source__code=CARDS).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return Decimal(came - went)


def card_payouts(site: Site) -> QuerySet[CardPayout]:
    """Return what the processor paid out to a site, the newest first."""
    return CardPayout.objects.filter(site=site).order_by("-on", "-pk")


def gone_from_cards() -> Decimal:
    """Return what left the cards by transfers, by disputes and by their fees, in dollars."""
    noted = CardPayout.objects.filter(status=CardPayout.Status.NOTED).order_by()
    paid = noted.aggregate(came=Sum("credited"), kept=Sum("fee"))
    fees = CardDispute.objects.order_by().aggregate(sum=Sum("fee"))["sum"] or ZERO
    won, owed = CardDispute.Status.WON, Payment.Status.POSTED  # of one refunded in part
    disputed = CardDispute.objects.filter(payment__status=owed).exclude(status=won).order_by()
    taken = disputed.aggregate(sum=Sum("amount"))["sum"] or ZERO
    return Decimal(taken + (paid["came"] or ZERO) + (paid["kept"] or ZERO) + fees)
