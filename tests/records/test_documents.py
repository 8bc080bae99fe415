"""Documents are filed by their content, cleaned, private, and never lost."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.records import operations, queries
from frontdesk.records.models import Document

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


def picture(kind="JPEG", *, where=True, size=(60, 40)):
    out = io.BytesIO()
    exif = Image.Exif()
    if where:
        exif[0x0110] = "A phone"
        exif.get_ifd(0x8825)[2] = (39.0, 57.0, 40.0)  # GPS latitude
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def file(clinic, content, *, patient=None, by=None, **more):
    return operations.file_document(
        patient or clinic.patient(),
        kind=Document.Kind.CARD_FRONT,
        title="Card",
        content=content,
        at=now(),
        by=by or clinic.role("receptionist"),
        **more,
    )


def test_a_picture_loses_place_and_camera_and_stays_the_same_picture(clinic):
    document = file(clinic, picture())

    kept = Image.open(io.BytesIO(queries.content_of(document)))
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (60, 40), {})
    assert document.content_type == "image/jpeg"


def test_the_same_file_is_filed_once_and_another_patients_is_their_own(clinic):
    ann, ben = clinic.patient(), clinic.patient("Ben", "Ash")

    first, again = file(clinic, picture(), patient=ann), file(clinic, picture(), patient=ann)
    other = file(clinic, picture(), patient=ben)

    assert first.pk == again.pk
    assert (other.pk != first.pk, other.sha256) == (True, first.sha256)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "not a JPEG or PNG"),
        (b"GIF89a" + b"x" * 50, "not a JPEG or PNG"),
        (picture()[:200], "damaged"),
        (b"%PDF-1.4 broken", "damaged"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_what_is_no_picture_or_pdf_is_refused_in_words(clinic, content, why):
    with pytest.raises(Refused, match=why):
        file(clinic, content, content_type="image/jpeg")


def test_a_pdf_is_kept_byte_for_byte(clinic):
    assert queries.content_of(file(clinic, PDF)) == PDF


def test_filing_and_looking_ask_for_their_rights(clinic):
    with pytest.raises(NotPermitted):
        file(clinic, picture(), by=clinic.actor("records.view"))
    with pytest.raises(NotPermitted):
        operations.open_document(file(clinic, picture()), by=clinic.actor("people.view"))


def test_looking_at_a_document_is_remembered(clinic):
    document = file(clinic, picture())

    operations.open_document(document, by=clinic.role("assistant"))

    last = AuditEntry.objects.filter(practice_id=clinic.practice.pk).order_by("number").last()
    assert (last.operation, last.patient_id, last.rooms) == (
        "records.open_document",
        document.patient_id,
        "",
    )


def test_a_voided_document_leaves_the_chart_and_can_come_back(clinic):
    document = file(clinic, picture())
    by = clinic.role("receptionist")

    operations.void_document(document, because="another patient's card", by=by)
    with clinic.reading():
        assert list(queries.documents_of(document.patient)) == []
    operations.restore_document(document, by=by)
    with clinic.reading():
        assert list(queries.documents_of(document.patient)) == [document]


def test_a_download_is_private_and_another_practice_finds_nothing(clinic, other, client):
    document = file(clinic, picture())
    url = reverse("records:content", args=[document.pk])

    client.force_login(clinic.member("receptionist").user)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]

    client.force_login(other.member("manager").user)
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_files_of_two_practices_lie_apart(clinic, other, tmp_path):
    file(clinic, picture())
    file(other, picture(), by=other.role("receptionist"))

    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    folders = {path.relative_to(tmp_path / "files").parts[0] for path in kept}
    assert folders == {str(clinic.practice.pk), str(other.practice.pk)}
