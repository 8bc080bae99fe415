"""The inbox: what waits, for whom, and what is done about it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.staff import operations, queries
from frontdesk.staff.models import WorkItem


@pytest.fixture
def maria(client, clinic):
    """Somebody at the front desk, signed in."""
    member = clinic.member("receptionist")
    client.force_login(member.user)
    return member


@pytest.fixture
def leave(clinic):
    """Put something on a list."""

    def leave(title="Call back", pool="receptionist", **more):
        with clinic.reading():
            return operations.open_work(
                kind="coverage.standing", title=title, pool=pool, by=clinic.anybody(), **more
            )

    return leave


def again(clinic, item):
    with clinic.reading():
        return WorkItem.objects.get(pk=item.pk)


def listed(client, query=""):
    return [row.item.title for row in client.get(f"/inbox/{query}").context["rows"]]


def test_the_list_shows_what_is_for_ones_roles(client, maria, leave):
    leave("Ask the payer")
    leave("Deny this", pool="biller")

    page = client.get("/inbox/").content.decode()
    assert "Ask the payer" in page
    assert "Coverage not confirmed" in page
    assert "Deny this" not in page


def test_a_manager_sees_every_list_when_asked(client, clinic, leave):
    client.force_login(clinic.member("manager").user)
    leave("Ask the payer")

    assert "Ask the payer" not in client.get("/inbox/").content.decode()
    assert "Ask the payer" in client.get("/inbox/?show=all").content.decode()


def test_an_item_is_done_and_taken_back(client, clinic, maria, leave):
    item = leave()

    assert client.post(f"/inbox/{item.pk}/done/", HTTP_HX_REQUEST="true").status_code == 200
    assert again(clinic, item).status == "done"
    assert "Call back" in client.get("/inbox/?state=closed").content.decode()

    answer = client.post(f"/inbox/{item.pk}/reopen/", HTTP_HX_REQUEST="true")
    assert "work:changed" in answer.headers["HX-Trigger"]
    assert again(clinic, item).status == "open"


def test_an_item_is_given_away_and_leaves_ones_list(client, clinic, maria, leave):
    item, omar = leave(), clinic.member("biller")

    client.post(f"/inbox/{item.pk}/assign/", {"owner": str(omar.pk)})

    assert again(clinic, item).owner_id == omar.pk
    assert "Call back" not in client.get("/inbox/").content.decode()
    client.force_login(omar.user)
    assert "Call back" in client.get("/inbox/?show=mine").content.decode()


def test_an_item_put_off_comes_back(client, clinic, maria, leave):
    item = leave()

    client.post(f"/inbox/{item.pk}/snooze/", {"how": "hour"})
    assert listed(client) == []
    assert "Call back" in client.get("/inbox/?state=snoozed").content.decode()
    with clinic.reading():
        assert again(clinic, item).snoozed_until > now() + timedelta(minutes=59)

    client.post(f"/inbox/{item.pk}/wake/")
    assert "Call back" in client.get("/inbox/").content.decode()


def test_a_day_must_be_chosen_and_not_be_over(client, maria, leave):
    item = leave()
    missing = client.post(f"/inbox/{item.pk}/snooze/", {"how": "day"})
    past = client.post(f"/inbox/{item.pk}/snooze/", {"how": "day", "on": "2020-01-01"})

    assert missing.status_code == past.status_code == 422
    assert "passed already" in past.content.decode()


def test_a_task_is_left_for_a_role(client, clinic, maria):
    said = {"title": "Order paper", "pool": "manager", "due_on": "2099-01-01"}
    assert client.post("/inbox/new/", said).status_code == 302

    with clinic.reading():
        item = WorkItem.objects.get()
        assert (item.title, item.pool, item.kind) == ("Order paper", "manager", "task")
        assert item.due_at.isoformat() == "2099-01-02T05:00:00+00:00"


def test_the_same_trouble_is_one_item_until_it_is_closed(clinic, leave):
    first, second = leave(once="x"), leave(once="x")
    assert first.pk == second.pk
    with clinic.reading():
        operations.settle_work(once="x", at=now(), by=clinic.anybody())
        assert operations.settle_work(once="x", at=now(), by=clinic.anybody()) is None
    third = leave(once="x")

    assert third.pk != first.pk
    with clinic.reading(), pytest.raises(Refused, match="again already"):
        operations.reopen_work(first, at=now(), by=clinic.anybody())


def test_what_is_closed_is_not_closed_twice(clinic, leave):
    item = leave()
    with clinic.reading():
        operations.close_work(item, at=now(), by=clinic.anybody())
        with pytest.raises(Refused, match="Done cannot become done"):
            operations.close_work(item, at=now(), by=clinic.anybody())
        with pytest.raises(NotPermitted):
            operations.reopen_work(item, at=now(), by=clinic.actor())


def test_the_oldest_promise_comes_first(clinic, leave):
    soon, later = now() + timedelta(hours=1), now() + timedelta(days=2)
    leave("no date")
    leave("later", due_at=later)
    leave("soon", due_at=soon)

    with clinic.reading():
        found = queries.waiting(WorkItem.objects.all())
        assert [item.title for item in found] == ["soon", "later", "no date"]


def test_other_peoples_items_and_practices_are_out_of_reach(client, clinic, other, maria, leave):
    biller = leave(pool="biller")
    with other.reading():
        theirs = operations.open_work(
            kind="task", title="X", pool="receptionist", by=other.anybody()
        )
    for item in (biller, theirs):
        for verb in ("", "done/", "assign/", "snooze/"):
            path = f"/inbox/{item.pk}/{verb}"
            answer = client.post(path) if verb == "done/" else client.get(path)
            assert answer.status_code == 404, path


def test_an_item_shows_its_patient(client, clinic, maria, leave):
    patient = clinic.patient()
    item = leave(patient_id=patient.pk, how_to_fix="Ring them.", detail="No answer since Monday.")

    page = client.get(f"/inbox/{item.pk}/").content.decode()
    assert "Ann Lee" in page
    assert "Ring them." in page


def test_the_list_costs_the_same_for_one_and_many(client, clinic, maria, leave):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/inbox/").status_code == 200
        return len(asked)

    leave(patient_id=clinic.patient().pk)
    client.get("/inbox/")
    one = cost()
    for n in range(5):
        leave(f"Item {n}", patient_id=clinic.patient(last=f"L{n}").pk)
    assert cost() == one


def test_every_subject_of_an_item_has_its_screen(clinic):
    from django.apps import apps

    from frontdesk.core.keys import new_key
    from frontdesk.workspace.queries import inbox

    with clinic.reading():
        for label in inbox._SUBJECTS:
            assert apps.get_model(label)
            item = WorkItem(subject_kind=label, subject_id=new_key())
            assert str(item.subject_id) in inbox.subject_url(item)
        assert inbox.subject_url(WorkItem(subject_kind="other.Thing")) == ""
