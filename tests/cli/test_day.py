"""The main job in one command: a day from the phone to the paid bill."""

import json
import os
import subprocess
import sys

import pytest


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


@pytest.mark.journey
def test_many_days_go_on_where_they_were_left_and_end_with_books_valid(tmp_path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    for days in (1, 2):
        lived = subprocess.run(
            [sys.executable, "-m", "frontdesk.cli", "day", "--days", str(days), "--visits", "3",
             "--folder", str(tmp_path / "office"), "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert lived.returncode == 0, lived.stderr[-2000:]
        figures = json.loads(lived.stdout)
        assert (figures["days"], figures["visits"]) == (days, 3 * days)
        assert (figures["books_balanced"], figures["audit_valid"]) == (True, True)
        assert (figures["past_deadline"], figures["off_by"]) == (0, "0.00")
    told = {one["figure"]: one["value"] for one in figures["figures"]}
    assert 0 < told["clean_claim"] <= 1
    assert 0 <= told["days_in_ar"] < 365
