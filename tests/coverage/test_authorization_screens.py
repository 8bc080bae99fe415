"""Authorizations on screen: the list, one whole, each step, and who may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationDispute,
    AuthorizationRule,
    ReviewTerms,
)
from frontdesk.records.models import Document
from frontdesk.scheduling.operations import choose_papers
from tests.coverage.authorized import SOON, TODAY, again, approved, left, needed

HTMX = {"HTTP_HX_REQUEST": "true"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n"  # noqa: E501


@pytest.fixture
def desk(clinic, client):
    """Maria at the front desk."""
    client.force_login(clinic.member("receptionist").user)
    return client


def post(desk, name, record, **said):
    return desk.post(reverse(f"coverage:{name}", args=[record.pk]), said, **HTMX)


def get(desk, name, record):
    return desk.get(reverse(f"coverage:{name}", args=[record.pk]))


def test_one_is_noted_with_units_and_one_without_a_number_is_refused(clinic, desk, policy):
    said = {"kind": "prior", "codes": "97110 x10, 97140", "status": "approved"}

    refused = post(desk, "authorize", policy, **said)
    kept = post(desk, "authorize", policy, **said, number="A1", diagnoses="m54.50, r51")

    assert (refused.status_code, kept.status_code) == (422, 200)
    with clinic.reading():
        one = Authorization.objects.get()
    assert (one.diagnoses, left(clinic, one)) == (["M54.50", "R51"], {"97110": 10, "97140": 1})


def test_a_referral_counts_visits_and_names_who_refers(clinic, desk, policy):
    said = {"kind": "referral", "status": "approved", "number": "R1", "visits": "6"}

    refused = post(desk, "authorize", policy, **said)
    post(desk, "authorize", policy, **said, referred_by="Dr. Sims")

    assert "Say who refers" in refused.content.decode()
    with clinic.reading():
        one = Authorization.objects.get()
    assert left(clinic, one) == {"": 6}
    assert "Dr. Sims" in get(desk, "authorization", one).content.decode()


def test_the_list_shows_what_is_to_do_and_one_key_asks_by_message(clinic, desk, policy):
    one = needed(clinic, policy, "72148")
    url = reverse("coverage:authorizations")

    listed = desk.get(url).content.decode()
    sent = post(desk, "authorization_send", one)
    waiting = desk.get(url, {"view": "waiting"}).content.decode()

    assert "To ask for" in listed and "72148" in listed
    assert sent.status_code == 200
    assert again(clinic, one).status == "requested"
    assert "Asked for" in waiting
    assert "72148" not in desk.get(url, {"view": "approved"}).content.decode()
    assert desk.get(url, {"view": "nonsense", "kind": "x", "page": "99"}).status_code == 200


def test_each_step_is_taken_in_its_drawer(clinic, desk, policy):
    one = needed(clinic, policy, "72148", units=1)
    for name in ("ask", "answer", "withdraw", "correct", "evidence"):
        assert get(desk, f"authorization_{name}", one).status_code == 200, name

    bare = post(desk, "authorization_ask", one, way="portal")
    post(desk, "authorization_ask", one, way="portal", reference="P1", is_urgent="on")
    unsaid = post(desk, "authorization_answer", one, status="denied")
    post(desk, "authorization_answer", one, status="denied", because="Try therapy first")
    letter = get(desk, "authorization_appeal", one).content.decode()
    post(desk, "authorization_peer", one, slot_on=str(SOON), slot_time="10:00", with_whom="Dr. R")
    post(desk, "authorization_appeal", one, letter="Dear payer", sent_on=str(TODAY))
    with clinic.reading():
        dispute = AuthorizationDispute.objects.get(kind="appeal")
        call = AuthorizationDispute.objects.get(kind="peer")
    shown = get(desk, "authorization", one).content.decode()
    post(desk, "authorization_outcome", dispute, outcome="won", words="Overturned", number="N1")

    assert (bare.status_code, unsaid.status_code) == (422, 422)
    assert "Your reason: Try therapy first." in letter
    assert "Dr. R" in shown and "Appealed" in shown
    assert local(clinic.site, call.slot_at).isoformat()[:16] == f"{SOON}T10:00"
    assert again(clinic, one).status == "approved"


def test_the_proof_that_none_is_needed_is_kept(clinic, desk, policy):
    said = {"codes": "99213", "told_by": "Kim", "reference": "C9", "until": str(SOON)}

    kept = post(desk, "not_needed", policy, **said)
    incomplete = post(desk, "not_needed", policy, **{**said, "told_by": ""})

    assert (kept.status_code, incomplete.status_code) == (200, 422)
    with clinic.reading():
        one = Authorization.objects.get()
    page = get(desk, "authorization", one).content.decode()
    assert "Kim" in page and "C9" in page


def test_correcting_renewing_and_withdrawing(clinic, desk, policy):
    one = approved(clinic, policy, ends_on=TODAY + timedelta(days=3))
    ends = str(TODAY + timedelta(days=3))
    stale = {"codes": "97110 x6", "number": "A7", "ends_on": ends, "version": "0" * 16}

    late = post(desk, "authorization_correct", one, **stale)
    post(desk, "authorization_correct", one, **{**stale, "version": again(clinic, one).version})
    ending = desk.get(reverse("coverage:authorizations"), {"view": "ending"}).content.decode()
    post(desk, "authorization_renew", one)
    why = post(desk, "authorization_withdraw", one, because="")
    post(desk, "authorization_withdraw", one, because="Care is over")

    assert (late.status_code, why.status_code) == (422, 422)
    assert left(clinic, one) == {"97110": 6}
    assert "A7" in ending
    assert again(clinic, one).status == "ended"


def test_the_manager_sets_rules_and_terms_and_the_desk_does_not(clinic, desk, client, policy):
    with clinic.reading():
        payer = policy.subscription.plan.payer
    rule = {
        "payer": payer.pk, "code": "971", "needs": "on", "stops": "visit", "is_active": "on",
        "evidence": "Office note\nFilm",
    }  # fmt: skip
    terms = {
        "payer": payer.pk, "way": "portal", "urgent_hours": 72, "standard_days": 5,
        "retro_days": 10, "peer_days": 7, "appeal_days": 60, "renew_percent": 75, "renew_days": 9,
    }  # fmt: skip
    new_rule = reverse("coverage:authorization-rules_new")
    assert desk.post(new_rule, rule, **HTMX).status_code == 403
    client.force_login(clinic.member("manager").user)

    empty = client.post(new_rule, {**rule, "code": ""}, **HTMX)
    saved = client.post(new_rule, rule, **HTMX)
    client.post(reverse("coverage:review-terms_new"), terms, **HTMX)
    twice = client.post(reverse("coverage:review-terms_new"), terms, **HTMX)

    assert (empty.status_code, saved.status_code, twice.status_code) == (422, 200, 422)
    with clinic.reading():
        kept = AuthorizationRule.objects.get()
        assert (kept.evidence, kept.stops) == (["Office note", "Film"], "visit")
        assert ReviewTerms.objects.get().standard_days == 5
    for name in ("authorization-rules", "review-terms"):
        assert client.get(reverse(f"coverage:{name}")).status_code == 200


def test_the_packet_binds_what_was_chosen_and_says_what_is_missing(clinic, desk, policy):
    one = needed(clinic, policy, "72148", units=1)
    line = operations.ask_for_evidence(one, words="Office note", by=clinic.anybody())
    url = reverse("scheduling:authorization_papers", args=[one.pk])

    missing = desk.post(url, {"packet": "on"}, **HTMX)
    file = {"file": _pdf("note.pdf"), "title": "Note of Nov 20", "shows": str(line.pk)}
    made = desk.post(url, {**file, "packet": "on"}, **HTMX)
    again_made = desk.post(url, {"line_0": str(_document(clinic, "Note of Nov 20")),
                                 "packet": "on"}, **HTMX)  # fmt: skip

    assert "Still missing for the packet: Office note" in missing.content.decode()
    assert (made.status_code, again_made.status_code) == (200, 200)
    with clinic.reading():
        packets = list(Document.objects.filter(title="Packet for the payer"))
    assert len(packets) == 1
    assert again(clinic, one).packet_id == packets[0].pk
    page = desk.get(reverse("records:content", args=[packets[0].pk]))
    assert page.content[:4] == b"%PDF"
    assert _pages(page.content) == 2
    by, at = clinic.anybody(), now()
    operations.decide_authorization(one, status="denied", because="No", by=by)
    operations.appeal_authorization(one, letter="Dear\n\npayer", at=at, today=TODAY, by=by)
    desk.post(url, {"line_0": str(_document(clinic, "Note of Nov 20")), "packet": "on"}, **HTMX)
    packet = desk.get(reverse("records:content", args=[again(clinic, one).packet_id]))
    assert _pages(packet.content) == 3


def test_the_proof_is_filed_in_the_chart(clinic, desk, policy):
    one = needed(clinic, policy, "72148")
    url = reverse("scheduling:authorization_papers", args=[one.pk])

    desk.post(url, {"file": _pdf("shot.pdf"), "title": "Screenshot of the website"}, **HTMX)
    wrong = desk.post(url, {"file": _pdf("x.txt", b"no picture")}, **HTMX)

    assert wrong.status_code == 422
    assert again(clinic, one).proof_id == _document(clinic, "Screenshot of the website")


def test_another_patients_document_is_refused(clinic, desk, policy):
    one = needed(clinic, policy, "72148")
    line = operations.ask_for_evidence(one, words="Film", by=clinic.anybody())
    stranger = clinic.patient("Una", "Roe")
    with clinic.writing():
        theirs = Document.objects.create(
            patient=stranger, kind="other", title="Hers", content_type="application/pdf", size=1,
            sha256="0" * 64, captured_at=now(), captured_by="x",
        )  # fmt: skip
    url = reverse("scheduling:authorization_papers", args=[one.pk])

    answer = desk.post(url, {"line_0": str(theirs.pk)}, **HTMX)

    assert answer.status_code == 422
    with clinic.reading():
        line.refresh_from_db()
    assert line.document_id is None


def test_a_paper_of_another_checklist_is_not_taken_for_this_one(clinic, policy):
    by = clinic.anybody()
    one, other = needed(clinic, policy, "72148"), needed(clinic, policy, "97110")
    line = operations.ask_for_evidence(other, words="Film", by=by)
    with pytest.raises(Refused, match="changed in the meantime"):
        choose_papers(one, {line.pk: None}, at=now(), by=by)


def _pdf(name, content=None):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content or PDF, "application/pdf")


def _pages(content):
    from frontdesk.records.exchange import pages_of

    return pages_of([(content, "application/pdf")])


def _document(clinic, title):
    with clinic.reading():
        return Document.objects.get(title=title).pk
