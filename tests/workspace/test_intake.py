"""Another system's export of a whole practice brought in, and the command that does it."""

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from frontdesk.cli import main
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage.models import Policy
from frontdesk.people import operations as people
from frontdesk.people.models import OutsideKey, Patient
from frontdesk.people.queries import proposed_duplicates as proposed
from frontdesk.scheduling.models import Appointment
from frontdesk.workspace import operations
from frontdesk.workspace.exchange.export_folder import read_folder

SAMPLE = Path(__file__).parents[3] / "shared/reference/data/practice/sample"
FILES = {
    "locations": "id,name,address,city,state,zip,pos,npi\nL1,Main,1 A St,Columbus,OH,43215,11,\n",
    "providers": "id,npi,last,first,credential,specialty,taxonomy,location\n"
    "P1,9900001006,Warner,Chris,MD,Family Medicine,207Q00000X,L1\n",
    "payers": "payer_id,name,filing_indicator,timely_filing_days\nPPO1,Blue,BL,365\n",
    "fee_schedule": "code,label,charge,system\nZ9213,Visit,155.00,demo-local\n",
    "patients": "mrn,last,first,dob,sex,guarantor,pcp\n"
    "1,Lee,Ann,1980-05-04,F,1,P1\n2,Lee,Tim,2019-01-02,M,1,P1\n",
    "coverages": "id,mrn,payer,rank,member_id,group,relation,subscriber,start,end\n"
    "C1,1,PPO1,1,M1,G1,self,1,2023-01-01,\nC2,2,PPO1,1,M1,G1,child,1,2023-01-01,\n"
    "C3,2,NOPE,1,M1,G1,child,1,2023-01-01,\n",
    "appointments": "id,mrn,provider,location,type,start,minutes,status,booked_at,cancel_reason\n"
    "A1,1,P1,L1,follow_up,2024-11-21T08:20,20,fulfilled,2024-11-01T08:00,\n"
    "A2,2,P1,L1,follow_up,2999-11-21T08:20,20,booked,2024-11-01T08:00,\n"
    "A3,2,P1,L1,follow_up,2024-12-21T08:20,20,cancelled,2024-11-01T08:00,prov\n"
    "A4,9,P1,L1,follow_up,2024-12-21T08:20,20,fulfilled,2024-11-01T08:00,\n"
    "A5,1,P1,L1,follow_up,never,20,fulfilled,,\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_an_export_comes_in_whole_and_once(clinic, folder):
    intake = operations.bring_in_export(read_folder(folder), at=now(), by=clinic.anybody())

    new = {noun: one.new for noun, one in intake.taken.items() if noun != "settings"}
    assert new == {"patients": 2, "coverages": 2, "appointments": 3}
    assert [(one.row, one.column) for one in intake.taken["coverages"].rejected] == [(4, "payer")]
    assert [(one.row, one.column) for one in intake.taken["appointments"].rejected] == [
        (6, ""),
        (5, "mrn"),
    ]
    with clinic.reading():
        ann, tim = Patient.objects.order_by("birth_date")
        assert tim.guarantor_id == ann.guarantor_id
        assert str(ann.provider) == "Dr. Warner"
        policies = Policy.objects.select_related("subscription")
        assert {one.subscription_id for one in policies} == {policies[0].subscription_id}
        assert policies.get(patient=tim).relationship == "19"
        kept = Appointment.objects.get(status="fulfilled")
        assert kept.starts_at.isoformat() == "2024-11-21T13:20:00+00:00"  # by the site's wall
        assert Appointment.objects.get(status="booked").occupancies.count() >= 1
        gone = Appointment.objects.get(status="cancelled")
        assert (gone.cancelled_by, gone.cancelled_because) == ("practice", "The provider")

    again = operations.bring_in_export(read_folder(folder), at=now(), by=clinic.anybody())
    assert [again.taken[noun].new for noun in ("patients", "coverages", "appointments")] == [0] * 3


def test_a_folder_without_patients_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"no patients\.csv"):
        read_folder(tmp_path)


def test_a_file_without_a_needed_column_is_refused(folder):
    (folder / "coverages.csv").write_text("id,mrn\n1,2\n")
    with pytest.raises(Refused, match=r"coverages\.csv has no column payer, member_id"):
        read_folder(folder)


def test_the_command_tries_brings_in_and_reports(clinic, folder, monkeypatch):
    monkeypatch.chdir(folder)
    run = CliRunner().invoke
    file = str(folder / "patients.csv")

    tried = run(main, ["import", "patients", file, "--dry-run", "--json"])
    told = json.loads(tried.stdout)
    assert (tried.exit_code, told["status"], told["new"]) == (0, "checked", 2)
    assert told["mapping"]["mrn"] == "key"
    with clinic.reading():
        assert not Patient.objects.exists()

    assert run(main, ["import", "patients", file]).exit_code == 0
    again = json.loads(run(main, ["import", "patients", file, "--json"]).stdout)
    assert (again["status"], again["new"]) == ("done", 2)  # as it was the first time
    with clinic.reading():
        assert Patient.objects.count() == 2


def test_the_command_maps_columns_and_writes_what_it_rejected(clinic, folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "odd.csv").write_text("a,b,c\nLee,Ann,1980-05-04\nLee,Bo,never\n")
    names = ["--map", "a=last_name", "--map", "b=first_name", "--map", "c=birth_date"]
    done = CliRunner().invoke(main, ["import", "patients", "odd.csv", *names])
    assert done.exit_code == 1 and "1 rejected" in done.stdout
    report = (folder / "odd-rejected.csv").read_text()
    assert "patients,3,c,Not a date" in report and "never" not in report


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_large_file_comes_in_by_parts_and_goes_on_where_it_was_cut(
    clinic, monkeypatch, tmp_path, pack
):
    monkeypatch.chdir(tmp_path)  # the report of rejected rows is written where one stands
    monkeypatch.setattr("frontdesk.people.operations.LARGEST_FILE", 100)
    monkeypatch.setattr("frontdesk.people.exchange.parts.ROWS_IN_A_PART", 2)
    file = tmp_path / "large.csv"
    rows = ["A,Ann,Lee,1980-01-02,C", "B,Bo,Lee,1990-01-02,", "C,Cy,Ré,1991-01-02,D"]
    rows += ["D,Di,Lee,1992-01-02,", "E,Ed,Lee,not a day,", "F,Fay,Lee,1999-01-02,B"]
    file.write_bytes(pack("\n".join(["MRN,First,Last,DOB,Guarantor", *rows, ""]).encode()))
    bring_in, calls = people.bring_in, []

    def cut_off(imported, **how):
        calls.append(imported)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return bring_in(imported, **how)

    monkeypatch.setattr(people, "bring_in", cut_off)
    assert CliRunner().invoke(main, ["import", "patients", str(file)]).exit_code == 1
    monkeypatch.setattr(people, "bring_in", bring_in)
    tried = CliRunner().invoke(main, ["import", "patients", str(file), "--dry-run", "--json"])
    done = CliRunner().invoke(main, ["import", "patients", str(file), "--json"])
    again = CliRunner().invoke(main, ["import", "patients", str(file), "--json"])

    counts = [
        tuple(json.loads(one.stdout)[name] for name in ("rows", "new", "known"))
        for one in (tried, done, again)
    ]
    assert counts == [(6, 3, 2), (6, 3, 2), (6, 0, 5)]
    [wrong] = json.loads(done.stdout)["rejected"]
    assert (wrong["row"], wrong["column"], done.exit_code) == (6, "DOB", 1)
    with clinic.reading():
        answering = {
            one.first_name: one.guarantor.patient.first_name
            for one in Patient.objects.select_related("guarantor__patient")
        }
    assert answering == {"Ann": "Di", "Bo": "Bo", "Cy": "Di", "Di": "Di", "Fay": "Bo"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["patients", "missing.csv"], "No such file"),
        (["patients", "odd.csv", "--map", "a=nonsense"], "COLUMN=FIELD"),
        (["patients", "odd.csv", "--practice", "Nowhere"], "Say which practice"),
        (["patients", "odd.csv"], "No column is chosen"),
        (["fhir", "odd.csv"], "can't be read as JSON"),
        (["practice-data", "."], "patients"),
    ],
)
def test_the_command_says_in_words_what_it_cannot_do(
    clinic, tmp_path, monkeypatch, arguments, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    done = CliRunner().invoke(main, ["import", *arguments])
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_command_brings_in_fhir(clinic):
    bundle = Path(__file__).parents[1] / "people/data/synthea_bundle.json"
    tried = CliRunner().invoke(main, ["import", "fhir", str(bundle), "--dry-run", "--json"])
    assert json.loads(tried.stdout)["Patient"]["new"] == 1
    with clinic.reading():
        assert not Patient.objects.exists()
    assert CliRunner().invoke(main, ["import", "fhir", str(bundle)]).exit_code == 0
    with clinic.reading():
        assert Patient.objects.count() == 1


@pytest.mark.skipif(not SAMPLE.exists(), reason="the synthetic practice is not here")
def test_a_whole_practice_comes_in_and_its_duplicates_are_found(clinic, capsys):
    intake = operations.bring_in_export(read_folder(SAMPLE), at=now(), by=clinic.anybody())

    with clinic.reading():
        chart = dict(Patient.objects.values_list("pk", "chart_number"))
        found = {frozenset((chart[one.kept_id], chart[one.other_id])) for one in proposed()}
    with (SAMPLE / "known_duplicates.csv").open() as lines:
        known = {frozenset((row["mrn"], row["true_mrn"])) for row in csv.DictReader(lines)}
    precision = len(found & known) / len(found)
    recall = len(found & known) / len(known)
    counted = {noun: (one.rows, one.new) for noun, one in intake.taken.items()}
    with capsys.disabled():
        print(  # noqa: T201 -- the figures are what the test is for
            f"\n{counted}; {len(found)} pairs proposed of {len(known)} known: "
            f"precision {precision:.3f}, recall {recall:.3f}"
        )
    assert counted["patients"] == (9150, 9150)
    assert counted["coverages"] == (8827, 8827)
    assert counted["appointments"] == (52800, 52800)
    assert not any(one.rejected for one in intake.taken.values())
    assert precision >= 0.95 and recall >= 0.95


KINDS = ("Patient", "Coverage")


def test_a_large_fhir_export_comes_in_by_parts_and_goes_on_where_it_was_cut(
    clinic, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("frontdesk.people.operations.LARGEST_FILE", 100)
    monkeypatch.setattr("frontdesk.workspace.exchange.fhir_parts.RESOURCES_IN_A_PART", 2)
    folder = tmp_path / "export"
    folder.mkdir()
    people_said = [
        {
            "resourceType": "Patient",
            "id": str(n),
            "identifier": [{"system": "http://new.example", "value": f"N{n}"}],
            "name": [{"family": "Lee", "given": [f"Ann\u2028{n}"]}],  # no end of a line in JSON
            "birthDate": "not a day" if n == 4 else "1980-01-02",
        }
        for n in range(5)
    ]
    covered = [
        {
            "resourceType": "Coverage",
            "id": f"c{n}",
            "status": "active",
            "subscriberId": f"M{n}",
            "beneficiary": {"reference": f"Patient/{n}"},
            "payor": [{"display": "Acme Health"}],
            "relationship": {"coding": [{"code": "self"}]},
        }
        for n in range(4)
    ]
    for name, bodies in {"Coverage": covered, "Patient": people_said}.items():
        lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in bodies)
        (folder / f"{name}.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "odd.json").write_text('[{"resourceType": "Observation", "id": "o"}, 5]')
    # an earlier server had a Patient/1, too: its chart must not get the policy of this one
    earlier = {**people_said[1], "identifier": [{"system": "http://old.example", "value": "O1"}]}
    (tmp_path / "earlier.json").write_text(json.dumps(earlier))
    CliRunner().invoke(main, ["import", "fhir", str(tmp_path / "earlier.json")])
    bring_in, calls = operations.bring_in_fhir, []

    def cut_off(resources, **how):
        calls.append(resources)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return bring_in(resources, **how)

    command = ["import", "fhir", str(folder), "--json"]
    monkeypatch.setattr(operations, "bring_in_fhir", cut_off)
    assert CliRunner().invoke(main, command).exit_code == 1
    monkeypatch.setattr(operations, "bring_in_fhir", bring_in)
    runs = [
        CliRunner().invoke(main, words) for words in ([*command, "--dry-run"], command, command)
    ]

    told = [json.loads(one.stdout) for one in runs]
    counts = [
        [
            (one[kind]["rows"], one[kind]["new"], one[kind]["known"])
            for kind in ("Patient", "Coverage")
        ]
        for one in told
    ]
    assert counts == [[(5, 0, 4), (4, 4, 0)]] * 2 + [[(5, 0, 4), (4, 0, 4)]]
    assert told[1]["left_out"] == {"Observation": 1}
    [wrong], [odd] = told[1]["Patient"]["rejected"], told[1]["unreadable"]["rejected"]
    assert (wrong["row"], wrong["column"], odd["row"]) == (9, "birthDate", 11)
    with clinic.reading():
        of = {one.subscription.member_id: one.patient_id for one in Policy.objects.all()}
        keys = dict(
            OutsideKey.objects.filter(value__startswith="N").values_list("value", "record_id")
        )
        assert of == {f"M{n}": keys[f"N{n}"] for n in range(4)}
