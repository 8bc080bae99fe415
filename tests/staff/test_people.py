"""Who works here: invited, changed, let go; nobody locks everybody out."""

import re

import pytest
from django.core import mail
from django.test import Client

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.practice.rules import is_npi
from frontdesk.staff import jobs, operations
from frontdesk.staff.models import Member, Provider, User
from frontdesk.staff.roles import EVERY_PERMISSION, RIGHTS, ROLES, permissions_of


@pytest.fixture
def grace(client, clinic):
    """The office manager, signed in."""
    client.force_login(clinic.member("manager").user)
    return client


def test_somebody_invited_sets_their_own_password(grace, clinic, django_db_blocker):
    new = {"name": "Ida Berg", "email": "Ida@Elm.example", "roles": ["biller"]}
    assert grace.post("/staff/people/new/", new).status_code == 302
    user = User.objects.get(email="ida@elm.example")
    assert not user.has_usable_password()

    jobs.send_password_link.func(str(user.pk), "invite")
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body).group(1)
    ida = Client()
    path = ida.get(link, follow=True).redirect_chain[-1][0]
    words = {"password1": "seven grey geese", "password2": "seven grey geese"}
    ida.post(path, words)
    ida.post("/account/login/", {"login": user.email, "password": "seven grey geese"})

    assert ida.get("/sites/").status_code == 200
    assert ida.get("/staff/people/").status_code == 403


def test_the_mail_waits_in_the_queue_and_holds_no_link(clinic):
    from django_tasks_db.models import DBTaskResult

    with clinic.reading():
        operations.invite(
            name="Ida", email="ida@elm.example", roles=["biller"], by=clinic.role("manager")
        )

    queued = DBTaskResult.objects.get(task_path="frontdesk.staff.jobs.send_password_link")
    assert queued.args_kwargs["args"][1:] == ["invite"]
    assert mail.outbox == []


def test_only_whoever_may_invites_even_inside_another_step(clinic):
    with pytest.raises(NotPermitted):
        operations.invite(name="X", email="x@x.example", roles=["biller"], by=clinic.role("biller"))


def test_the_same_address_is_invited_once(clinic):
    by = clinic.role("manager")
    with clinic.reading():
        operations.invite(name="Ida", email="ida@elm.example", roles=["biller"], by=by)
        with pytest.raises(Refused, match="already"):
            operations.invite(name="Ida", email="IDA@elm.example", roles=["biller"], by=by)


@pytest.mark.parametrize(("roles", "words"), [([], "at least one"), (["king"], "no role king")])
def test_roles_are_those_of_the_table(clinic, roles, words):
    with clinic.reading(), pytest.raises(Refused, match=words):
        operations.invite(name="X", email="x@x.example", roles=roles, by=clinic.role("manager"))


def test_whoever_is_let_go_is_signed_out_and_cannot_return(grace, clinic):
    omar = clinic.member("biller", email="omar@elm.example")
    session = Client()
    session.force_login(omar.user)
    assert session.get("/sites/").status_code == 200

    form = {"name": "Omar", "roles": ["biller"]}  # "Works here" is not ticked
    assert grace.post(f"/staff/people/{omar.pk}/", form).status_code == 302

    assert session.get("/sites/").headers["Location"].startswith("/account/login/")
    assert not User.objects.get(pk=omar.user_id).is_active


def test_whoever_works_elsewhere_too_keeps_that(clinic, other):
    omar = clinic.member("biller")
    with other.writing():
        Member.objects.create(user=omar.user, name="Omar", roles=["biller"])
    grace = clinic.role("manager")
    clinic.member("manager")

    with clinic.reading():
        operations.change_member(omar, {"is_active": False}, by=grace)

    assert User.objects.get(pk=omar.user_id).is_active


def test_nobody_ends_their_own_place_nor_takes_the_last_key(clinic):
    only = clinic.member("manager")
    from frontdesk.staff.queries import actor_of

    with clinic.reading():
        with pytest.raises(Refused, match="Nobody else"):
            operations.change_member(only, {"roles": ["biller"]}, by=actor_of(only))
        clinic.member("administrator")
        with pytest.raises(Refused, match="Somebody else"):
            operations.change_member(only, {"is_active": False}, by=actor_of(only))


def test_roles_of_another_practice_are_out_of_reach(grace, other):
    theirs = other.member("biller")

    assert grace.get(f"/staff/people/{theirs.pk}/").status_code == 404
    assert grace.post(f"/staff/people/{theirs.pk}/link/").status_code == 404


def test_a_change_of_roles_says_in_the_audit_what_changed(clinic):
    omar = clinic.member("biller")
    with clinic.reading():
        operations.change_member(
            omar, {"roles": ["biller", "receptionist"]}, by=clinic.role("manager")
        )

    entry = AuditEntry.objects.get(practice_id=clinic.practice.pk)
    assert entry.operation == "staff.change_member"
    assert entry.changes[0]["changed"] == {"roles": ["['biller']", "['biller', 'receptionist']"]}


def test_a_provider_needs_a_real_npi(grace, clinic):
    real = next(f"167957672{digit}" for digit in range(10) if is_npi(f"167957672{digit}"))
    new = {"first_name": "Lin", "last_name": "Park", "npi": "1234567890", "is_active": "on"}
    refused = grace.post("/staff/providers/new/", new)
    saved = grace.post("/staff/providers/new/", {**new, "npi": real})

    assert refused.status_code == 422
    assert saved.status_code == 302, saved.context["form"].errors
    with clinic.reading():
        assert Provider.objects.filter(last_name="Park", npi=real).exists()


def test_rights_add_up_and_an_unknown_role_gives_none():
    both = permissions_of(["records_clerk", "compliance", "king"])
    assert both == ROLES["records_clerk"].permissions | ROLES["compliance"].permissions
    assert permissions_of(["king"]) == frozenset()
    assert all(role.says and role.label for role in ROLES.values())
    assert set(RIGHTS) == EVERY_PERMISSION


def test_the_table_of_rights_is_readable(grace):
    page = grace.get("/staff/roles/").content.decode()
    assert "Compliance officer" in page
    assert "Refund and reverse payments" in page
