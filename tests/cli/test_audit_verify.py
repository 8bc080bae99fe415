"""The audit chain: whatever is changed behind its back is named."""

import io
import json
from uuid import UUID

import pytest
from django.db import connection

from frontdesk.cli.audit import verify
from frontdesk.core import audit
from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry, Revision
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice import operations


@pytest.fixture
def chain(clinic, other):
    """Five operations at Elm Street, two at Oak Avenue."""
    for place, count in ((clinic, 5), (other, 2)):
        with place.reading():
            for n in range(count):
                room = {"site": place.site, "name": f"New {n}"}
                operations.save_room(None, room, by=place.role("manager"))
    return clinic


def found(clinic, practice=""):
    out = io.StringIO()
    code = verify(practice=practice, as_json=True, out=out)
    chains = {chain["practice"]: chain for chain in json.loads(out.getvalue())}
    findings = chains[clinic.practice.name]["findings"]
    return code, [(finding["kind"], finding["number"]) for finding in findings]


def sql(statement, *params):
    with practice_scope(EVERY_PRACTICE), connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount >= 1


def entry(clinic, number):
    return AuditEntry.objects.get(practice_id=clinic.practice.pk, number=number)


def hexed(key):
    return key.hex if connection.vendor == "sqlite" else str(key)


def test_an_untouched_chain_is_whole(chain):
    assert found(chain) == (0, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "Nobody"), ("operation", "practice.nothing"), ("changes", "[]"), ("rooms", "x")],
)
def test_an_edited_entry_is_named(chain, column, value):
    key = hexed(entry(chain, 3).pk)
    sql(f'UPDATE "core_auditentry" SET "{column}" = %s WHERE "id" = %s', value, key)  # noqa: S608

    assert found(chain) == (1, [("edited", 3)])


@pytest.fixture
def about_two(chain):
    """The chain with a sixth entry about two patients; their keys."""
    pair = [chain.patient("Ann").pk, chain.patient("Tim").pk]
    made = audit.Recording(patients=set(pair))
    AuditEntry.append("people.merge", by=chain.anybody(), at=now(), made=made)
    assert found(chain) == (0, [])
    return pair


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('DELETE FROM "core_auditsubject" WHERE "patient_id" = %s', 6),
        ('UPDATE "core_auditsubject" SET "patient_id" = \'{nobody}\' WHERE "patient_id" = %s', 6),
        (
            'INSERT INTO "core_auditsubject" ("id", "practice_id", "entry_id", "patient_id") '
            'SELECT \'{nobody}\', "practice_id", "id", %s FROM "core_auditentry" '
            'WHERE "number" = 3',
            3,
        ),
    ],
    ids=["removed", "edited", "inserted"],
)
def test_whom_an_entry_is_about_is_sealed_too(chain, about_two, statement, number):
    sql(statement.format(nobody=hexed(UUID(int=7))), hexed(about_two[0]))

    assert ("edited", number) in found(chain)[1]


def test_an_entry_moved_in_time_is_named(chain):
    key = hexed(entry(chain, 2).pk)
    sql('UPDATE "core_auditentry" SET "at" = %s WHERE "id" = %s', "2020-01-01 00:00:00+00:00", key)

    assert found(chain) == (1, [("edited", 2)])


def test_an_edit_that_is_sealed_again_is_named(chain):
    forged = entry(chain, 3)
    forged.actor = "Somebody else"
    seal = forged.computed_digest()
    statement = 'UPDATE "core_auditentry" SET "actor" = %s, "digest" = %s WHERE "id" = %s'
    sql(statement, forged.actor, seal, hexed(forged.pk))

    assert found(chain) == (1, [("replaced", 4)])


def test_the_last_entry_edited_and_sealed_again_is_named(chain):
    forged = entry(chain, 5)
    forged.actor = "Somebody else"
    seal = forged.computed_digest()
    statement = 'UPDATE "core_auditentry" SET "actor" = %s, "digest" = %s WHERE "id" = %s'
    sql(statement, forged.actor, seal, hexed(forged.pk))

    assert found(chain) == (1, [("replaced", 5)])


@pytest.mark.parametrize(("numbers", "first"), [((1,), 1), ((2, 3), 2), ((5,), 5), ((4, 5), 4)])
def test_removed_entries_are_named_also_at_both_ends(chain, numbers, first):
    for number in numbers:
        sql('DELETE FROM "core_auditentry" WHERE "id" = %s', hexed(entry(chain, number).pk))

    assert found(chain) == (1, [("removed", first)])


def test_an_emptied_chain_is_named(chain):
    key = hexed(chain.practice.pk)
    sql('DELETE FROM "core_auditentry" WHERE "practice_id" = %s', key)

    assert found(chain) == (1, [("removed", 1)])


def test_an_entry_inserted_at_the_end_is_named(chain):
    last = entry(chain, 5)
    forged = AuditEntry(
        practice_id=chain.practice.pk,
        number=6,
        actor="X",
        operation="x.y",
        at=last.at,
        previous=last.digest,
    )
    forged.digest = forged.computed_digest()
    forged.save()

    assert found(chain) == (1, [("inserted", 6)])


def test_an_entry_put_in_the_place_of_another_is_named(chain):
    gone = entry(chain, 3)
    sql('DELETE FROM "core_auditentry" WHERE "id" = %s', hexed(gone.pk))
    forged = AuditEntry(
        practice_id=chain.practice.pk,
        number=3,
        actor="X",
        operation="x.y",
        at=gone.at,
        previous=gone.previous,
    )
    forged.digest = forged.computed_digest()
    forged.save()

    assert found(chain) == (1, [("replaced", 4)])


def test_the_end_can_not_be_moved_back_alone(chain):
    Revision.objects.filter(practice_id=chain.practice.pk).update(number=3)

    code, findings = found(chain)
    assert code == 1
    assert {kind for kind, _ in findings} == {"inserted"}


def test_it_is_told_in_words_and_one_practice_can_be_asked_for(chain, other):
    sql('DELETE FROM "core_auditentry" WHERE "id" = %s', hexed(entry(other, 1).pk))
    both, one = io.StringIO(), io.StringIO()

    assert verify(practice="", as_json=False, out=both) == 1
    assert "Oak Avenue: 1 entries, 1 found\n  Entry 1 was removed." in both.getvalue()
    assert verify(practice="elm street family medicine", as_json=False, out=one) == 0
    assert "5 entries, whole" in one.getvalue()
    assert verify(practice="Nowhere", as_json=False, out=io.StringIO()) == 2
