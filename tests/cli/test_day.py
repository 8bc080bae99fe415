"""The main job in one command: a day from the phone to the paid bill."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from frontdesk.demo.year.living import InUse, _alone_in


@pytest.mark.journey
def test_a_simulated_day_ends_with_books_and_audit_valid():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    lived = subprocess.run(
        [sys.executable, "-m", "frontdesk.cli", "day", "--visits", "12", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lived.returncode == 0, lived.stderr[-2000:]
    figures = json.loads(lived.stdout)
    assert (figures["books_balanced"], figures["audit_valid"]) == (True, True)
    assert (figures["booked"], figures["arrived"], figures["seen"]) == (12, 12, 12)
    assert figures["verified"] > 0
    assert figures["claims_sent"] == figures["claims_accepted"] > 0
    decided = figures["claims_paid"] + figures["claims_denied"]
    assert decided == figures["claims_sent"]
    settled = float(figures["paid"]) + float(figures["written_off"]) + float(figures["owed"])
    assert settled >= float(figures["charged"])


# What happens in any few days of a sketch; the rest is measured over a whole one.
USUAL = ("interest", "capitation", "underpaid", "disputed", "deposits", "payouts", "at_bank")


def year_in(folder):
    """Begin to live four days of a year in a folder, in a program of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    command = [sys.executable, "-m", "frontdesk.cli", "day", "--days", "4", "--visits", "5"]
    sketch = ["--sketch", "--until", "2026-11-20"]
    return subprocess.Popen(
        [*command, *sketch, "--folder", str(folder), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.journey
def test_many_days_go_on_where_they_were_stopped_and_end_with_books_valid(tmp_path):
    folder = tmp_path / "office"
    first = year_in(folder)
    while first.poll() is None and not (folder / "year.json").exists():
        time.sleep(0.1)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=300)
    assert (first.returncode, "goes on with the next one" in said) == (130, True), said[-2000:]
    before = json.loads((folder / "year.json").read_text())["done"]
    assert len(before) < 4

    second = year_in(folder)
    told, said = second.communicate(timeout=600)
    assert second.returncode == 0, said[-2000:]
    figures = json.loads(told)
    done = json.loads((folder / "year.json").read_text())["done"]
    assert (figures["days"], len(set(done)), done[: len(before)]) == (4, 4, before)
    assert 12 <= figures["visits"] <= 28, "of four days with five or six booked on each"
    assert (figures["books_balanced"], figures["audit_valid"]) == (True, True)
    assert (figures["past_deadline"], figures["missed"], figures["off_by"]) == (0, 0, "0.00")
    assert sum(month["seen"] for month in figures["months"]) == figures["visits"]
    told = {one["figure"]: one["value"] for one in figures["figures"]}
    assert len(told) == 11
    assert 0 < told["clean_claim"] <= 1
    assert 0 <= told["days_in_ar"] < 365
    happened = figures["happened"]
    assert {name for name in USUAL if not happened[name]["times"]} == set()
    assert happened["cards_waiting"]["dollars"] == "0.00", "card payments are at the bank"
    assert happened["recovered"]["times"] <= happened["disputed"]["times"]


def test_two_do_not_live_in_the_same_folder(tmp_path):
    with _alone_in(tmp_path), pytest.raises(InUse), _alone_in(tmp_path):
        pass
