"""Setting up: the first page of a new house, the guided list, one's own profile."""

import pytest

from frontdesk.core.errors import Refused
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.models import Member, User

SAID = {
    "practice": "Elm Street",
    "time_zone": "America/Chicago",
    "name": "Grace Hopper",
    "email": "Grace@elm.example",
    "password": "a long and quiet word",
}


def test_the_first_person_founds_the_practice_and_goes_on(client, db):
    assert client.get("/welcome/").status_code == 200

    answer = client.post("/welcome/", SAID)

    assert answer.headers["Location"] == "/setup/"
    page = client.get("/setup/")
    assert page.context["next"].part.key == "practice"
    practice = Practice.objects.get()
    from frontdesk.core.scoping import practice_scope

    with practice_scope(practice.pk):
        site = Site.objects.get()
        member = Member.objects.get()
    assert (site.time_zone, site.name) == ("America/Chicago", "Elm Street")
    assert member.roles == ["administrator", "manager"]
    assert member.user.email == "grace@elm.example"
    client.post("/account/logout/")
    signed = client.post(
        "/account/login/", {"login": "grace@elm.example", "password": SAID["password"]}
    )
    assert signed.status_code == 302


def test_the_sign_in_page_of_a_new_house_leads_to_the_first_page(client, db):
    assert client.get("/account/login/").headers["Location"] == "/welcome/"


def test_there_is_one_first_person(client, clinic):
    clinic.member("biller")

    assert client.get("/welcome/").status_code == 404
    assert client.post("/welcome/", SAID).status_code == 404
    assert client.get("/account/login/").status_code == 200


def test_the_second_of_two_first_people_is_refused(db):
    from frontdesk.core.actor import Actor
    from frontdesk.core.keys import new_key
    from frontdesk.staff.roles import EVERY_PERMISSION
    from frontdesk.workspace.operations import open_the_house

    def found(email):
        open_the_house(
            name="X",
            time_zone="America/Chicago",
            person="X",
            email=email,
            password="a long and quiet word",
            by=Actor(name="X", practice_id=new_key(), permissions=EVERY_PERMISSION),
        )

    found("one@x.example")
    with pytest.raises(Refused, match="already"):
        found("two@x.example")
    assert Practice.objects.count() == User.objects.count() == 1


def test_a_weak_password_or_missing_name_is_refused_in_words(client, db):
    weak = client.post("/welcome/", {**SAID, "password": "password1234"})
    empty = client.post("/welcome/", {"practice": ""})

    assert weak.status_code == empty.status_code == 422
    assert "password" in weak.context["form"].errors
    assert not User.objects.exists()


def test_the_list_says_what_is_done_and_what_is_next(client, clinic):
    client.force_login(clinic.member("manager", "administrator").user)
    steps = {step.part.key: step for step in client.get("/setup/").context["steps"]}

    assert steps["practice"].is_done
    assert steps["sites"].is_done
    assert steps["rooms"].count == 2
    assert sum(step.is_next for step in steps.values()) <= 1


def test_opening_the_office_is_remembered(client, clinic):
    client.force_login(clinic.member("administrator").user)
    Practice.objects.filter(pk=clinic.practice.pk)

    assert client.post("/setup/finish/").status_code == 302
    assert Practice.objects.get(pk=clinic.practice.pk).is_set_up


def test_settings_show_only_what_is_open_to_one(client, clinic):
    client.force_login(clinic.member("biller").user)
    biller = client.get("/settings/").content.decode()
    client.force_login(clinic.member("manager").user)
    manager = client.get("/settings/").content.decode()

    assert "/staff/people/" not in biller
    assert "/staff/people/" in manager
    assert "/profile/" in biller


def test_ones_profile_is_ones_own(client, clinic):
    member = clinic.member("biller")
    client.force_login(member.user)
    said = {"name": "Omar K", "theme": "dark", "density": "comfortable"}

    answer = client.post("/profile/", said)

    assert answer.status_code == 302
    assert client.cookies["fd-shade"].value == "dark"
    assert client.cookies["fd-density"].value == "comfortable"
    user = User.objects.get(pk=member.user_id)
    assert (user.theme, user.density) == ("dark", "comfortable")
    assert "Omar K" in client.get("/profile/").content.decode()
