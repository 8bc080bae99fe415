"""Made-up households: who lives there, who pays, with which plan. Pure: no database."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from frontdesk.demo.office import PAYERS, PayerFacts
from frontdesk.practice.rules import age_on

DATA = Path(__file__).parent / "data"
STREETS = [
    "Maple", "Oak", "Elm", "Cedar", "Walnut", "Hill", "Lake", "Park", "River", "Church", "Mill",
    "Spring", "Ridge", "Meadow", "Orchard", "Station", "School", "Garden", "Sunset", "Clover",
]  # fmt: skip
ENDINGS = ["St", "Ave", "Rd", "Ct", "Dr", "Ln"]
LANGUAGES = [("en", 91), ("es", 6), ("so", 2), ("vi", 1)]
ALERTS = [
    "Latex allergy", "Hard of hearing: speak to the left side", "Uses a wheelchair",
    "Fasting for labs makes her faint", "Prefers a chaperone", "Service dog",
]  # fmt: skip
MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"  # none that is read as a digit
UNINSURED = 6  # percent
SENIOR = 65


@dataclass
class Person:
    """Somebody made up."""

    first_name: str
    last_name: str
    sex: str
    birth_date: date
    middle_name: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    language: str = "en"
    mobile_phone: str = ""
    email: str = ""
    alert: str = ""
    payer: PayerFacts | None = None
    member_id: str = ""
    second_payer: PayerFacts | None = None
    channel: str = "email"


@dataclass
class Household:
    """People at one address; the first adult answers for the bills."""

    address_1: str
    city: str
    zip_code: str
    people: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        """Who answers for the bills."""
        return self.people[0]


def households(count: int, *, today: date, chance: random.Random) -> Iterator[Household]:
    """Make up households until they hold `count` people."""
    made = 0
    while made < count:
        home = _household(today, chance)
        home.people = home.people[: count - made]
        made += len(home.people)
        yield home


def age_group(person: Person, on: date) -> str:
    """Return child, adult or senior."""
    return group_of(person.birth_date, on)


def group_of(born: date, on: date) -> str:
    """Return child, adult or senior for a birth date."""
    age = age_on(born, on)
    return "child" if age < 18 else "senior" if age >= SENIOR else "adult"


def _household(today: date, chance: random.Random) -> Household:
    towns = _towns()
    zip_code, city = towns[chance.randrange(len(towns))]
    street = f"{chance.choice(STREETS)} {chance.choice(ENDINGS)}"
    home = Household(f"{chance.randint(1, 9899)} {street}", city, zip_code)
    surname = weighted(_surnames(), chance)
    phone = f"+1614555{chance.randint(100, 199):04d}"
    kind = chance.random()
    if kind < 0.27:
        home.people.append(_person(surname, 66, 92, today, chance))
        if chance.random() < 0.5:
            home.people.append(_person(surname, 66, 90, today, chance))
    elif kind < 0.55:
        home.people.append(_person(surname, 19, 64, today, chance))
    else:
        home.people.append(_person(surname, 27, 50, today, chance))
        if chance.random() < 0.75:
            home.people.append(_person(surname, 27, 50, today, chance))
        for _ in range(chance.choice([1, 1, 2, 2, 3])):
            home.people.append(_person(surname, 0, 17, today, chance))
    _insure(home, today, chance)
    for person in home.people:
        person.mobile_phone = phone if chance.random() < 0.6 else ""
        person.mobile_phone = person.mobile_phone or f"+1614555{chance.randint(100, 199):04d}"
    return home


def _person(surname: str, youngest: int, oldest: int, today: date, chance: random.Random) -> Person:
    sex = chance.choice("FM")
    born = today - timedelta(days=chance.randint(youngest * 365 + 30, oldest * 365 + 300))
    first = weighted(_given(max(1930, born.year // 10 * 10), sex), chance)
    person = Person(first, surname, sex, born)
    person.middle_name = chance.choice("ABCDEFGHJKLMNPRSTW") if chance.random() < 0.4 else ""
    if chance.random() < 0.3:
        person.pronouns = {"F": "she/her", "M": "he/him"}[sex]
    person.language = weighted(LANGUAGES, chance)
    if youngest >= 18 and chance.random() < 0.8:
        number = chance.randint(1, 999)
        person.email = f"{first}.{surname}{number}@mail.example".lower().replace(" ", "")
    person.channel = "email" if person.email else chance.choice(["sms", "voice"])
    if chance.random() < 0.03:
        person.alert = chance.choice(ALERTS)
    return person


def _insure(home: Household, today: date, chance: random.Random) -> None:
    for_all = [payer for payer in PAYERS if payer.share]
    family = for_all[_index([payer.share for payer in for_all], chance)]
    if chance.randrange(100) < UNINSURED:
        return
    number = chance.randint(10**8, 10**9 - 1)
    for_seniors = [payer for payer in PAYERS if payer.ages == "senior"]
    for person in home.people:
        if age_group(person, today) == "senior":
            person.payer = chance.choice(for_seniors)
            person.member_id = f"M{chance.randint(10**8, 10**9 - 1)}"
            if person.payer.kind == "Medicare":
                person.member_id = _beneficiary(chance)
                if chance.random() < 0.5:
                    person.second_payer = PAYERS[0]
        else:
            person.payer = family
            person.member_id = f"{family.payer_id[:2]}{number}"


def _beneficiary(chance: random.Random) -> str:
    """Return a Medicare Beneficiary Identifier as CMS forms them: eleven places, each its kind."""
    kinds = {"C": "123456789", "N": "0123456789", "A": MBI_LETTERS}
    return "".join(chance.choice(kinds[kind]) for kind in "CANNANNAANN")


def weighted(pairs: list[tuple[str, int]], chance: random.Random) -> str:
    return pairs[_index([weight for _, weight in pairs], chance)][0]


def _index(weights: list[int], chance: random.Random) -> int:
    at = chance.random() * sum(weights)
    for index, weight in enumerate(weights):
        at -= weight
        if at < 0:
            return index
    return len(weights) - 1


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def _surnames() -> list[tuple[str, int]]:
    return [(row["name"], int(row["count"])) for row in _rows("surnames.csv")]


@cache
def _given(decade: int, sex: str) -> list[tuple[str, int]]:
    return [
        (row["name"], int(row["count"]))
        for row in _rows("given_names.csv")
        if (row["sex"], int(row["decade"])) == (sex, min(decade, 2010))
    ]


@cache
def _towns() -> list[tuple[str, str]]:
    return [(row["zip"], row["city"]) for row in _rows("towns.csv")]
