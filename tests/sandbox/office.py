"""A made-up office that talks to a sandbox on a real socket, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import httpx

from frontdesk import x12
from frontdesk.sandbox.server import Sandbox
from frontdesk.x12 import connectivity as core

NPI = "1234567893"
SENDER = "OFFICE1"
TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
_controls = count(1)


@contextmanager
def running(folder: Path, **more: object) -> Iterator[Sandbox]:
    """Run a sandbox in a thread on a free port."""
    with Sandbox(0, folder, **more) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def envelope(control: int = 0) -> x12.Envelope:
    """An envelope of ours with a control number never used before."""
    return x12.Envelope(
        sender=NPI,
        receiver="FDSANDBOX",
        control=control or next(_controls),
        at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    )


def inquiry(**more: object) -> x12.EligibilityInquiry:
    """A question about Ann Lee; say only what matters."""
    asked = x12.EligibilityInquiry(
        payer=x12.Party(name="DEMO BLUE PPO", id_qualifier="PI", identifier="DEMOPPO"),
        provider=x12.Party(name="ELM STREET", id_qualifier="XX", identifier=NPI),
        subscriber=ann(),
        service_date=TODAY,
        service_types=("98", "30"),
        trace="TRACE1",
        trace_origin="9123456789",
        reference="REF1",
        at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    )
    return replace(asked, **more)


def ann(**more: object) -> x12.Member:
    """Ann Lee, subscriber of Demo Blue PPO."""
    held = {
        "name": "LEE",
        "first": "ANN",
        "id_qualifier": "MI",
        "identifier": "W123456789",
        "birth_date": date(1980, 5, 4),
        "sex": "F",
        "address": x12.Address(line1="2 ELM ST", city="COLUMBUS", state="OH", postal_code="43215"),
    }
    return x12.Member(**{**held, **more})


def line(code: str = "99213", charge: str = "150.00", **more: object) -> x12.ServiceLine:
    """One service of yesterday."""
    return x12.ServiceLine(
        **{
            "procedure": x12.Procedure(code=code),
            "charge": Decimal(charge),
            "service_date": YESTERDAY,
            "control": f"L{code}",
            **more,
        }
    )


def claim(number: str = "CLM1", *lines: x12.ServiceLine, **more: object) -> x12.Claim:
    """A claim for Ann Lee."""
    lines = lines or (line(),)
    told = {
        "number": number,
        "charge": sum((one.charge for one in lines), Decimal(0)),
        "submitter": x12.Party(
            name="ELM STREET",
            id_qualifier="46",
            identifier=SENDER,
            contacts=[x12.Contact(name="BILLING", phone="6145550100")],
        ),
        "receiver": x12.Party(name="SANDBOX", id_qualifier="46", identifier="FDSANDBOX"),
        "billing": x12.Party(
            name="ELM STREET",
            id_qualifier="XX",
            identifier=NPI,
            taxonomy="207Q00000X",
            references=[x12.Reference("EI", "123456789")],
            address=x12.Address(
                line1="1 ELM ST", city="COLUMBUS", state="OH", postal_code="432151000"
            ),
        ),
        "subscriber": ann(),
        "payer": x12.Party(name="DEMO BLUE PPO", id_qualifier="PI", identifier="DEMOPPO"),
        "diagnoses": [x12.Diagnosis(code="J069", qualifier="ABK")],
        "lines": list(lines),
    }
    return x12.Claim(**{**told, **more})


def batch(*claims: x12.Claim, control: int = 0) -> bytes:
    """The bytes of a batch."""
    sent = envelope(control)
    return x12.write(sent, list(claims), reference=f"BATCH{sent.control}")


def post(server: Sandbox, kind: str, payload: bytes = b"", **more: object) -> core.CoreResponse:
    """Send one envelope and return what came back."""
    headers = more.pop("headers", {})
    request = core.CoreRequest(
        **{
            "payload_type": kind,
            "mode": "RealTime" if kind == core.ELIGIBILITY_REQUEST else "Batch",
            "payload_id": "MESSAGE1",
            "at": datetime.now(UTC),
            "user": "demo-office",
            "password": "sandbox",
            "sender": SENDER,
            "receiver": "FDSANDBOX",
            "payload": payload,
            **more,
        }
    )
    body, content_type = core.build_request(request)
    answer = httpx.post(
        f"{server.url}/core", content=body, headers={"Content-Type": content_type, **headers}
    )
    return core.parse_response(answer.content, answer.headers["Content-Type"])


def ask(server: Sandbox, **more: object) -> x12.EligibilityResponse:
    """Ask one question and return its answer."""
    return read_one(
        post(server, core.ELIGIBILITY_REQUEST, x12.write(envelope(), [inquiry(**more)])).payload
    )


def read_one(payload: bytes) -> object:
    """The only content of a message, which must be valid."""
    report = x12.check(payload)
    assert report.valid, (report.errors, [t.errors for t in report.transactions])
    return next(x12.read(payload)).body


def files(server: Sandbox, kind: str = "") -> list[bytes]:
    """Fetch what waits in the mailbox, oldest first."""
    listed = httpx.get(
        f"{server.url}/mailbox", params={"sender": SENDER}, auth=("demo-office", "sandbox")
    ).json()["files"]
    asked = {
        "TA1": core.TA1_REQUEST,
        "999": core.ACK_REQUEST,
        "277CA": core.STATUS_REQUEST,
        "835": core.REMITTANCE_REQUEST,
    }
    return [
        post(server, asked[one["kind"]], payload_id=one["id"]).payload
        for one in listed
        if kind in {"", one["kind"]}
    ]
