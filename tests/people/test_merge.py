"""Two charts of one person, and two people who look like one."""

from datetime import date

import pytest

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people import operations, queries
from frontdesk.people.models import Duplicate
from frontdesk.people.operations.keys import add_keys
from frontdesk.people.rules import matching

BORN = date(1980, 5, 4)


@pytest.fixture
def pair(clinic):
    kept = clinic.patient("Ann", "Lee", email="ann@example.com")
    other = clinic.patient("Anne", "Lee", email="ann@example.com")
    with clinic.writing():
        add_keys([kept, other])
    return kept, other


def test_a_merged_chart_leads_to_the_one_kept_and_back(clinic, pair):
    kept, other = pair
    by = clinic.role("manager")

    operations.merge(kept, other, because="Same insurance card", by=by)
    with clinic.reading():
        other.refresh_from_db()
        assert queries.find("anne lee") == [kept]
        assert queries.find(other.chart_number) == [kept]
        assert queries.kept_chart(other) == kept
        assert queries.charts_of(kept) == [kept.pk, other.pk]

    operations.unmerge(other, because="Twins after all", by=by)
    with clinic.reading():
        assert queries.find("anne lee")[0] == other
        assert queries.charts_of(kept) == [kept.pk]


def test_a_chart_is_not_merged_in_circles(clinic, pair):
    kept, other = pair
    by = clinic.role("manager")
    with pytest.raises(Refused, match="into itself"):
        operations.merge(kept, kept, because="x", by=by)
    operations.merge(kept, other, because="Same", by=by)
    with pytest.raises(Refused, match="itself merged"):
        operations.merge(other, kept, because="Same", by=by)
    with pytest.raises(Refused, match="cannot become"):
        operations.merge(kept, other, because="Same", by=by)


def test_a_merge_needs_a_reason_and_the_right(clinic, pair):
    with pytest.raises(Refused, match="how you know"):
        operations.merge(*pair, because=" ", by=clinic.role("manager"))
    with pytest.raises(NotPermitted):
        operations.merge(*pair, because="Same", by=clinic.role("receptionist"))


def test_two_people_are_not_proposed_again(clinic, pair):
    by = clinic.role("manager")
    (proposed,) = operations.propose_duplicates(by=by)
    assert proposed.reasons[:2] == ["same birth date", "one first name is short for the other"]

    operations.keep_apart(proposed, because="Cousins", by=by)

    assert operations.propose_duplicates(by=by) == []
    with clinic.reading():
        assert Duplicate.objects.get().status == "different"


@pytest.mark.parametrize(
    ("other", "is_proposed"),
    [
        ({"first": "Ann", "last": "Leigh"}, True),  # sounds alike
        ({"first": "Ann", "last": "Kowalski", "sex": "F", "address": "1 Elm St"}, True),  # married
        (
            {"first": "Ann", "last": "Lee", "birth_date": date(1980, 4, 5), "address": "1 elm st"},
            True,
        ),
        ({"first": "Nan", "last": "Lee", "phones": ["6145550147"]}, False),  # a sister, a twin
        ({"first": "Bob", "last": "Lee", "sex": "M", "address": "1 Elm St"}, False),  # a twin
        ({"first": "Ann", "last": "Lee", "birth_date": date(2010, 9, 9)}, False),  # a daughter
        ({"first": "Ann", "last": "Lee", "suffix": "Jr", "birth_date": date(2010, 9, 9)}, False),
    ],
)
def test_whether_two_charts_are_worth_a_look(other, is_proposed):
    ann = matching.Identity.of(
        first="Ann", last="Lee", birth_date=BORN, sex="F", address="1 Elm St.", suffix="Sr"
    )
    two = matching.Identity.of(**{"birth_date": BORN, "sex": "F", **other})
    assert (matching.compare(ann, two).score >= matching.PROPOSE) is is_proposed


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Peggy", "Margaret", True),
        ("Bill", "William", True),
        ("Marguerite", "Margaret", True),  # sounds alike
        ("Jon", "John", True),
        ("Mary", "Martha", False),
        ("James", "John", False),
    ],
)
def test_first_names_that_one_person_may_use(one, two, same):
    ours, theirs = (
        matching.Identity.of(first=first, last="Lee", birth_date=BORN, sex="F")
        for first in (one, two)
    )
    assert (matching.compare(ours, theirs).score >= matching.PROPOSE) is same
