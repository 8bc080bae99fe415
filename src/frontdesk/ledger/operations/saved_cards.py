"""Keep a card with the patient's consent, charge it, and let it go. Its number never comes here."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Payment, Plan, SavedCard
from frontdesk.ledger.operations.cards import Shares, pending_payment
from frontdesk.ledger.operations.plan_parts import told
from frontdesk.ledger.rules import month_of
from frontdesk.ledger.rules.paper import CONSENT
from frontdesk.ledger.signals import card_ended, card_ends
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work

Status = SavedCard.Status


@operation("ledger.take_payment")
def ask_for_card(
    patient: Patient,
    *,
    most: Decimal,
    until: date | None,
    site: Site,
    at: datetime,
    by: Actor,
) -> SavedCard:
    """Write the patient's consent down; the card itself is typed into the gateway's fields."""
    policy, today = queries.payment_policy(), local(site, at).date()
    if not ZERO < most <= policy.card_most:
        raise Refused(f"At most ${policy.card_most} at once is agreed to here.")
    if until is not None and until < today:
        raise Refused("The last day has passed already.")
    practice = patient.practice.name
    ends = f"on {until:%B %-d, %Y}" if until else "when the card expires"
    card = SavedCard(
        patient=patient,
        site=site,
        most=most,
        until=until,
        consent=CONSENT.format(practice=practice, most=most, ends=ends, days=policy.notice_days),
        agreed_at=at,
        agreed_with=by.name,
    )
    card.save()
    return card


@operation("ledger.take_payment")
def name_card_setup(card: SavedCard, *, customer: str, setup: str, by: Actor) -> SavedCard:
    """Remember what the gateway calls the payer and the agreement."""
    card = SavedCard.objects.lock(card.pk)
    card.customer, card.setup = customer, setup
    card.save()
    return card


@operation("ledger.take_payment")
def keep_card(
    card: SavedCard,
    *,
    token: str,
    brand: str,
    last_four: str,
    month: int,
    year: int,
    at: datetime,
    by: Actor,
) -> SavedCard:
    """Put a card on file that the gateway holds for us; heard twice, it is kept once."""
    card = SavedCard.objects.lock(card.pk)
    if card.status != Status.WAITING:
        return card
    card.status = card.lifecycle.move(card.status, Status.ACTIVE)
    card.token, card.brand, card.last_four = token, brand.title()[:20], last_four
    card.expires = month_of(date(year, month, 1))[1]
    card.save()
    return card


@operation("ledger.take_payment")
def remove_card(card: SavedCard, *, because: str, at: datetime, by: Actor) -> SavedCard:
    """Take a card off file: it is charged no more, and its plans are paid by hand."""
    card = SavedCard.objects.lock(card.pk)
    if not because.strip():
        raise Refused("Say why.")
    card.status = card.lifecycle.move(card.status, Status.REMOVED)
    card.ended_at, card.ended_because = at, because.strip()[:200]
    card.save()
    for plan in Plan.objects.filter(card=card, status__in=queries.plans.OPEN_PLANS):
        plan.card = None
        plan.save()
        told(plan, f"{card} was taken off file: instalments are paid by hand", at=at, by=by)
    card_ended.send(SavedCard, card=card)
    return card


@operation("ledger.take_payment")
def start_kept_card_payment(
    card: SavedCard,
    patient: Patient,
    *,
    amount: Decimal,
    kind: str,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    visit_id: UUID | None = None,
    for_visit: Decimal | None = None,
    shares: Shares = (),
) -> Payment:
    """Ask for a payment by a card on file; posted when the gateway says so. The key asks once."""
    Patient.objects.lock(patient.pk)
    if earlier := Payment.objects.filter(key=key).first():
        return earlier.pressed_again(patient, amount)
    others = Patient.objects.filter(pk__in=[pk for pk, _part in shares])
    if not all(queries.cards.may_pay_for(card, one) for one in [patient, *others]):
        raise Refused("This card is on file for another family.")
    if why := card.refuses(amount, local(site, at).date()):
        raise Refused(why)
    return pending_payment(
        patient, shares, at=at, by=by, saved_card=card,
        amount=amount, kind=kind, site=site, key=key, visit_id=visit_id, for_visit=for_visit,
    )  # fmt: skip


@operation("ledger.take_payment")
def warn_of_card(card: SavedCard, *, at: datetime, by: Actor) -> None:
    """Tell the patient, or else a person, that a card that a plan needs ends soon; once."""
    if card.ends_on is None:
        return
    if any(answer for _, answer in card_ends.send(SavedCard, card=card, at=at, by=by)):
        return
    open_work(
        kind="ledger.card_ends",
        title=f"{card} on file ends on {card.ends_on:%b %-d, %Y}",
        detail="A payment plan charges it, and no message can go to the patient.",
        how_to_fix="Call the patient and put a new card on file.",
        pool="biller",
        subject=card,
        once=f"card.ends:{card.pk}:{card.ends_on}",
        by=by,
    )
