"""A batch of a thousand appointments asked at a payer that takes its time to answer."""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.__main__ import row

APPOINTMENTS = 1_000
SECONDS = 1.0  # a payer's usual time for one answer; CORE allows twenty
ROOT = Path(__file__).resolve().parent.parent


def measure() -> list[dict[str, Any]]:
    """Ask about a thousand visits and compare with the time the payer alone would take."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
        environment = clean | {"FRONTDESK_VAR": folder, "FRONTDESK_LOG_LEVEL": "ERROR"}
        sandbox = _sandbox(folder, environment)
        try:
            told = _inside(environment, sandbox.stdout.readline().split()[-1])  # type: ignore[union-attr] # piped
        finally:
            sandbox.terminate()
            sandbox.wait()
    floor = APPOINTMENTS / told["at_once"] * SECONDS
    return [
        row("1,000 appointments asked, times the payer's own", told["seconds"] / floor, "x",
            goal=1.15, note=f"{told['seconds']:.1f} s; {told['at_once']} at once at {SECONDS:g} s "
            f"an answer take {floor:.1f} s; {told['answered']:,} answered"),
        row("1,000 questions written and queued", told["written"], "s", goal=5.0),
    ]  # fmt: skip


def _sandbox(folder: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    world = Path(folder) / "members.json"
    people = [
        {"id": f"B{number:06d}", "plan": "DEMOPPO-1", "last": f"Bench{number}", "first": "Ann",
         "born": "1980-05-04", "sex": "F", "begins": "2020-01-01"}
        for number in range(APPOINTMENTS)
    ]  # fmt: skip
    from frontdesk.sandbox import examples  # its payers and plans, our members

    world.write_text(json.dumps({**examples.WORLD, "members": people}))
    command = [sys.executable, "-m", "frontdesk.sandbox", "--port", "0", "--state", folder]
    return subprocess.Popen(
        [*command, "--world", str(world)],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _inside(environment: dict[str, str], url: str) -> dict[str, Any]:
    environment = environment | {"FRONTDESK_CLEARINGHOUSE_URL": url}
    run = {"env": environment, "cwd": ROOT, "check": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], **run)
    command = [sys.executable, "-c", "from benchmarks.eligibility import inside; inside()"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **run)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def inside() -> None:
    """Ask, in the office's own process, and print how long it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    import django

    django.setup()
    import httpx
    from django.conf import settings

    from frontdesk.core.clock import now
    from frontdesk.coverage import gateways, jobs, operations
    from frontdesk.coverage.models import EligibilityCheck
    from tests.clinic import Clinic

    clinic, today = Clinic(), now().date()
    policies = _people(clinic, today)
    due = [operations.Due(one.pk, one.patient, today) for one in policies]
    started = time.monotonic()
    checks = operations.reverify(due, at=now(), today=today, by=clinic.anybody())
    written = time.monotonic() - started
    httpx.put(f"{settings.CLEARINGHOUSE_URL}/faults", json={"latency": SECONDS})
    started = time.monotonic()
    for start in range(0, len(checks), 250):
        keys = [str(check.pk) for check in checks[start : start + 250]]
        jobs.ask_payers.func(practice_id=str(clinic.practice.pk), check_ids=keys)
    seconds = time.monotonic() - started
    with clinic.reading():
        answered = EligibilityCheck.objects.filter(status="active").count()
    told = {"seconds": seconds, "written": written, "answered": answered}
    sys.stdout.write(json.dumps({**told, "at_once": gateways.AT_ONCE}) + "\n")


def _people(clinic: Any, today: date) -> list[Any]:
    from frontdesk.coverage.models import Plan, Policy, Subscription
    from frontdesk.people.models import Patient

    payer = clinic.payer("DEMOPPO", name="Demo Blue PPO")
    with clinic.writing():
        plan = Plan.objects.create(payer=payer, name="Choice")
        patients = Patient.objects.bulk_create(
            Patient(first_name="Ann", last_name=f"Bench{number}", chart_number=str(number),
                    birth_date=date(1980, 5, 4), sex="F", registered_on=today)
            for number in range(APPOINTMENTS)
        )  # fmt: skip
        held = Subscription.objects.bulk_create(
            Subscription(plan=plan, member_id=f"B{number:06d}", holder=one, first_name="Ann",
                         last_name=one.last_name, birth_date=one.birth_date, sex="F")
            for number, one in enumerate(patients)
        )  # fmt: skip
        Policy.objects.bulk_create(
            Policy(patient=one, subscription=subscription)
            for one, subscription in zip(patients, held, strict=True)
        )
        return list(Policy.objects.select_related("patient"))
