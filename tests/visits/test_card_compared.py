"""What we hold, what the card says and what the plan answered stand in one table."""

from django.urls import reverse

from frontdesk.core.clock import now, today
from frontdesk.coverage.models import EligibilityCheck, Policy
from frontdesk.visits import operations
from frontdesk.visits.models import Told
from frontdesk.visits.queries.intake import _answered, differences


def test_three_sources_stand_in_one_table_and_one_press_takes(clinic, client):
    patient = clinic.patient()
    policy = clinic.policy(patient)
    visit = operations.arrive(
        clinic.booked(at=now(), patient=patient), at=now(), by=clinic.anybody()
    )
    with clinic.writing():
        check = EligibilityCheck.objects.create(
            policy=policy, patient=patient, service_on=today(clinic.site), asked_at=now(),
            answered_at=now(), status="active",
            differences=[{"what": "Member ID", "ours": "W123456789", "theirs": "W999999999"}],
        )  # fmt: skip
        for item, held, said in (
            ("member_id", "W123456789", "W999999999"), ("group_number", "", "77120"),
        ):  # fmt: skip
            Told.objects.create(
                patient=patient, item=f"card.{item}", way="card", status="proposed", key=item,
                held={item: held}, said={item: said}, sure=96, policy=policy,
                on=today(clinic.site), told_at=now(), told_by="Tesseract",
            )  # fmt: skip
    with clinic.reading():
        first, second = differences(patient)
    assert first.rows == [("Member ID", "W123456789", "W999999999", "W999999999")]
    assert second.rows == [("Group", "", "77120", "")]

    client.force_login(clinic.member("receptionist", "biller").user)
    shown = client.get(f"/visits/{visit.pk}/check-in/?step=coverage").content.decode()
    assert "The card says" in shown
    assert "(271)" in shown
    client.post(reverse("visits:decide", args=[first.told.pk, "take"]))
    with clinic.reading():
        assert Policy.objects.get().subscription.member_id == "W999999999"
    with clinic.writing():  # where the answer agrees with ours, it says so
        check.differences = []
        check.save()
    told = Told(item="card.member_id", held={"member_id": "A"}, said={"member_id": "B"})
    assert _answered(check, "member_id", told.held["member_id"]) == "A"
    assert _answered(check, "group_number", "") == ""
    assert _answered(None, "member_id", "A") == ""
