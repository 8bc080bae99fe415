"""The figures above the claims list, against counting every claim by itself."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.billing import queries
from frontdesk.billing.models import Claim
from frontdesk.billing.queries import listing
from frontdesk.core.database.tallies import Kind, tallies
from frontdesk.core.kept import forget
from frontdesk.core.keys import new_key
from tests.billing.office import ADDRESS, NOON, TODAY

OVER = {"closed", "voided"}


def test_each_chip_counts_what_its_name_says(office, monkeypatch):
    bill, dice = office.seen(office.insured(**ADDRESS)), random.Random(5)
    with office.writing():
        claim = office.sign(bill)
    biller = office.member("biller")
    claims = [one_more(claim, number, dice, biller) for number in range(300)]
    with office.writing():
        Claim.objects.create_many(claims)
    with office.reading():
        claims.append(Claim.objects.get(pk=claim.pk))
        found = queries.worklist(show="needs", today=TODAY, at=NOON, member=biller)
    told = {chip.key: (chip.count, chip.amount, chip.is_more) for chip in found.chips}
    counts, sums = Counter(), Counter()
    for one in claims:
        for name in names_of(one, biller):
            counts[name] += 1
            sums[name] += one.total
    assert told == {name: (counts[name], sums[name] + Decimal(0), False) for name in told}
    monkeypatch.setattr(listing.counted, "__kwdefaults__", {"most": 7})
    with office.reading():
        few = queries.worklist(show="held", today=TODAY, at=NOON, member=biller).chips
    held = next(chip for chip in few if chip.key == "held")
    assert (held.count, held.is_more) == (7, True)


def test_every_page_of_a_chip_follows_the_one_order(office, monkeypatch):
    bill, dice = office.seen(office.insured(**ADDRESS)), random.Random(6)
    with office.writing():
        claim = office.sign(bill)
    biller = office.member("biller")
    claims = [one_more(claim, number, dice, biller) for number in range(200)]
    with office.writing():
        Claim.objects.create_many(claims)
    monkeypatch.setattr(listing, "ON_A_PAGE", 7)
    named = {claim.pk: claim for claim in [*claims, claim]}

    def walked(show, narrowed):
        found, after = [], ""
        while True:
            page = queries.worklist(
                show=show, after=after, today=TODAY, at=NOON, member=biller, narrowed=narrowed
            )
            found += [row.claim.pk for row in page.rows]
            if not (after := page.after):
                return found

    hers = queries.Narrowed(owner=biller.pk)
    nobody = queries.Narrowed(payer=new_key())
    with office.reading():
        for show, statuses in (
            ("paid", {"paid", "closed"}), ("waiting", {"sent", "received", "accepted"}),
            ("held", {"held"}), ("mine", set(Claim.Status) - OVER),
        ):  # fmt: skip
            for narrowed in (queries.Narrowed(), hers, nobody):
                wanted = [
                    one
                    for one in named.values()
                    if one.status in statuses
                    and (show != "mine" or one.owner_id == biller.pk)
                    and (narrowed != hers or one.owner_id == biller.pk)
                    and narrowed != nobody
                ]
                wanted.sort(key=lambda one: in_its_place(one, show))
                assert walked(show, narrowed) == [one.pk for one in wanted], (show, narrowed)


def in_its_place(claim, show):
    """Return what a claim is ordered by: held ones that are urgent first, then the most dollars."""
    if show == "paid":
        return -claim.on.toordinal(), claim.pk
    if show == "held" and claim.urgent_on is not None and claim.urgent_on <= TODAY:
        return 0, claim.urgent_on.toordinal(), claim.pk
    return 1, -claim.total, claim.pk


def test_a_row_is_drawn_anew_when_it_says_something_else(office, client):
    claim = office.signed(office.insured(**ADDRESS))
    with office.writing():
        claim.status = "held"
        claim.save()
    client.force_login(office.member("biller").user)

    def page():
        whole = client.get("/billing/", {"show": "held"}).content.decode()
        return whole.partition("<tbody")[2].partition("</tbody>")[0]

    assert claim.number in page()
    assert page() == page()
    assert "Lou Doe" not in page()
    with office.writing():
        claim.patient.preferred_name, claim.patient.last_name = "Lou", "Doe"
        claim.patient.save()
    assert "Lou Doe" in page()


def test_chips_are_counted_once_until_a_claim_changes(office, settings):
    settings.BOARDS_KEPT = 50
    forget()
    bill = office.seen(office.insured(**ADDRESS))
    with office.writing():
        claim = office.sign(bill)
    biller = office.member("biller")

    def asked(day=TODAY):
        with office.reading(), CaptureQueriesContext(connection) as queries_asked:
            found = queries.worklist(show="needs", today=day, at=NOON, member=biller)
        counts = {chip.key: chip.count for chip in found.chips}
        return counts, sum("COUNT(v)" in one["sql"] for one in queries_asked)

    counts, counted = asked()
    assert counted
    assert asked() == (counts, 0)
    assert asked(TODAY + timedelta(days=1))[1] == counted
    with office.writing():
        one = Claim.objects.get(pk=claim.pk)
        one.owner = biller
        one.save()
    again, counted_again = asked()
    assert counted_again == counted
    assert again == counts | {"mine": 1}


def test_rows_are_chosen_by_what_the_database_compares(office):
    kind = Kind((("status", "OR 1 =", "held"),), 5)
    with office.reading(), pytest.raises(ValueError, match="OR 1"):
        tallies(Claim, "total", [kind], office.practice.pk)


def one_more(claim, number, dice, biller):
    """Return a claim like this one, in a state and at a time of its own."""
    names = [field.attname for field in Claim._meta.concrete_fields]
    like = {name: getattr(claim, name) for name in names}
    return Claim(
        **like | {
            "id": new_key(), "number": f"X{number}", "status": dice.choice(Claim.Status.values),
            "total": Decimal(dice.randrange(100, 90_000)) / 100,
            "urgent_on": dice.choice([None, TODAY + timedelta(days=dice.randrange(-2, 3))]),
            "late_on": dice.choice([None, TODAY + timedelta(days=dice.randrange(-2, 3))]),
            "owner_id": dice.choice([None, biller.pk]),
        }
    )  # fmt: skip


def names_of(one, biller):
    """Yield the chips that a claim stands under, as their names say."""
    is_urgent = one.urgent_on is not None and one.urgent_on <= TODAY
    is_in_hand = one.status in {"sent", "received", "accepted"}
    is_late = is_in_hand and one.late_on is not None and one.late_on < TODAY
    yield from {one.status} & {"ready", "held", "rejected", "denied"}
    if one.status in {"held", "rejected", "denied"} or is_late:
        yield "needs"
    if one.status == "ready" and is_urgent:
        yield "needs"
    if one.status in {"held", "ready", "rejected"} and is_urgent:
        yield "limit"
    if is_late:
        yield "late"
    if is_in_hand:
        yield "waiting"
    if one.status in {"paid", "closed"}:
        yield "paid"
    if one.owner_id == biller.pk and one.status not in OVER:
        yield "mine"
