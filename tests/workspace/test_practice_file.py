"""A whole practice from one file: all of it or nothing, and again without harm."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from frontdesk.cli.practice_file import bring_in
from frontdesk.coding.models import ChargeItem, Fee
from frontdesk.core.models import AuditEntry
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.practice.exchange import TABLES
from frontdesk.practice.models import Hours, Practice, Room, Site
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.staff.models import Member, Provider

FILE = {
    "practice": {"name": "Alder Creek", "tax_id": "12-3456789", "logoff_minutes": 10},
    "sites": [
        {"name": "Main", "time_zone": "America/Chicago", "monday": "8-12, 1-5", "sunday": ""}
    ],
    "rooms": [{"site": "Main", "name": "Room 1", "kind": "exam"}],
    "devices": [{"site": "Main", "name": "ECG", "kind": "ecg"}],
    "closures": [{"on": "2026-12-25", "because": "Christmas", "site": ""}],
    "providers": [
        {"npi": "1245319599", "first_name": "Amara", "last_name": "Osei", "site": "Main"}
    ],
    "visit_types": [
        {"code": "fu", "name": "Follow-up", "minutes": 20, "charge_codes": ["Z9213", "Z9214"]}
    ],
    "phases": [{"visit_type": "fu", "role": "provider", "minutes": 20}],
    "sessions": [
        {
            "provider": "1245319599",
            "site": "Main",
            "weekday": "Monday",
            "starts": "08:00",
            "ends": "12:00",
            "from_on": "2026-01-01",
            "visit_types": "fu",
        }
    ],
    "fee_schedules": [{"name": "Usual", "starts_on": "2026-01-01"}],
    "fees": [{"schedule": "Usual", "code": "Z9213", "amount": "120.00"}],
    "charges": [{"code": "Z9213", "description": "Office visit", "is_favorite": "yes"}],
    "payers": [{"payer_id": "DEMO", "name": "Demo PPO", "allowed": "Usual"}],
    "plans": [{"payer": "DEMO", "name": "Choice"}],
    "staff": [{"email": "ida@x.example", "name": "Ida", "roles": "biller;receptionist"}],
}


@pytest.fixture
def write(tmp_path):
    """Write a practice file."""

    def write(**changes):
        path = tmp_path / "practice.json"
        path.write_text(json.dumps({**FILE, **changes}))
        return path

    return write


def run(path, **how):
    out = io.StringIO()
    code = bring_in(path, **{"dry_run": False, "as_json": True, **how}, out=out)
    return code, (json.loads(out.getvalue()) if out.getvalue().startswith("{") else out.getvalue())


def as_csv(table, rows):
    out = io.StringIO()
    rows = rows if isinstance(rows, list) else [rows]
    plain = [{k: ";".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    writer = csv.DictWriter(out, plain[0])
    writer.writeheader()
    writer.writerows(plain)
    return f"{table}.csv", out.getvalue()


def check_all_is_there(practice):
    with practice_scope(practice.pk):
        assert (practice.name, practice.logoff_minutes) == ("Alder Creek", 10)
        assert Site.objects.get().time_zone == "America/Chicago"
        assert Hours.objects.count() == 2
        assert Room.objects.get().name == "Room 1"
        assert Provider.objects.get().site == Site.objects.get()
        assert VisitType.objects.get().charge_codes == ["Z9213", "Z9214"]
        assert Phase.objects.get().minutes == 20
        assert Session.objects.get().visit_type_ids == [str(VisitType.objects.get().pk)]
        assert str(Fee.objects.get().amount) == "120.00"
        assert ChargeItem.objects.get().is_favorite
        assert Payer.objects.get().allowed.name == "Usual"
        assert Member.objects.get().roles == ["biller", "receptionist"]


def test_a_file_founds_a_practice_in_an_empty_house(write, db):
    code, report = run(write())

    assert (code, report["problems"], report["kept"]) == (0, [], True)
    practice = Practice.objects.get()
    check_all_is_there(practice)
    entries = AuditEntry.objects.filter(practice_id=practice.pk)
    assert [entry.operation for entry in entries] == ["workspace.bring_in_practice"]


def test_the_same_file_twice_changes_nothing(write, db):
    run(write())
    code, report = run(write())

    assert (code, report["new"]) == (0, {})
    check_all_is_there(Practice.objects.get())


def test_a_folder_and_a_zip_of_csv_files_say_the_same(tmp_path, db, client):
    for name, text in (as_csv(table, rows) for table, rows in FILE.items()):
        (tmp_path / name).write_text(text, encoding="utf-8-sig")

    assert run(tmp_path)[0] == 0
    check_all_is_there(Practice.objects.get())


def test_a_dry_run_keeps_nothing(write, db):
    code, report = run(write(), dry_run=True)

    assert (code, report["new"]["rooms"], report["kept"]) == (0, 1, False)
    assert not Practice.objects.exists()


def test_one_wrong_row_keeps_everything_out_and_every_wrong_row_is_named(write, db):
    rooms = [{"site": "Main", "name": "Room 1"}, {"site": "Nowhere", "name": "Room 2"}]
    fees = [{"schedule": "Usual", "code": "Z1", "amount": "1.005"}]
    providers = [{"npi": "1245319590", "first_name": "A", "last_name": "B"}]
    code, report = run(write(rooms=rooms, fees=fees, providers=providers, sessions=[]))

    assert code == 1
    said = {problem["where"]: problem["says"] for problem in report["problems"]}
    assert said["rooms[1]"] == "There is no site Nowhere."
    assert "dollars and cents" in said["fees[0]"]
    assert "check digit" in said["providers[0]"]
    assert not Practice.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "no JSON"),
        ("[]", "one JSON object"),
        ('{"roms": []}', "table roms"),
        ('{"rooms": [{"nmae": "x"}]}', "column nmae"),
        ('{"rooms": ["x"]}', "a row is an object"),
        ('{"rooms": []}', "which practice"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(tmp_path, db, content, words):
    path = tmp_path / "practice.json"
    path.write_text(content)

    code, said = run(path)
    assert code == 2
    assert words in said


def test_a_torn_csv_is_refused(tmp_path, db):
    (tmp_path / "rooms.csv").write_text('site,name\nMain,"Room 1')
    assert run(tmp_path)[0] == 2
    (tmp_path / "rooms.csv").write_bytes(b"site,name\n\xff\xfe,x")
    assert run(tmp_path)[0] == 2
    (tmp_path / "rooms.csv").write_text("site,name\nMain,Room 1,too much")
    assert "beyond the last" in run(tmp_path)[1]
    assert run(tmp_path / "nothing.json")[0] == 2


def test_a_file_is_tried_and_brought_in_on_screen(client, clinic):
    client.force_login(clinic.member("administrator").user)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        for table in ("rooms", "providers"):
            rows = [{**row, "site": "Elm Street"} for row in FILE[table]]
            rows = [{**row, "name": "New room"} if table == "rooms" else row for row in rows]
            files.writestr(*as_csv(table, rows))

    def send(act, content):
        sent = SimpleUploadedFile("practice.zip", content)
        return client.post("/setup/file/", {"file": sent, "act": act}, HTTP_HX_REQUEST="true")

    tried = send("try", packed.getvalue())
    with clinic.reading():
        assert not Room.objects.filter(name="New room").exists()
    send("keep", packed.getvalue())
    with clinic.reading():
        assert Room.objects.filter(name="New room").exists()

    assert "Every row fits" in tried.content.decode()
    broken = send("keep", b"PK broken")
    assert "damaged" in broken.content.decode()


def test_the_documentation_names_every_table_and_column():
    told = (Path(settings.ROOT) / "docs" / "reference" / "practice-file.md").read_text()
    lines = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", told, re.MULTILINE))

    assert set(lines) == set(TABLES)
    for table, columns in TABLES.items():
        named = lines[table].replace("monday … sunday", " ".join(TABLES["sites"][-7:]))
        named = named.replace("address…", "address_1 address_2 city state zip_code")
        assert [column for column in columns if column not in named] == [], table
