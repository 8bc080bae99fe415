"""A year of an office played through, stage by stage."""

import time
from typing import Any

from benchmarks.__main__ import row
from frontdesk.solver import flow_sim
from frontdesk.solver.flow_sim import Office, Promise

PROVIDERS, DAYS, PATIENTS = 5, 250, 24
# SimPy 4.1.2 on the same four stages: 0.37 ms a provider-day of 24 patients, measured apart.
SIMPY_YEAR = 0.37e-3 * PROVIDERS * DAYS


def measure() -> list[dict[str, Any]]:
    """Play the year."""
    promises = [
        Promise(480 + 20 * place, who, 20, shows=0.9, lab=0.3)
        for who in range(PROVIDERS)
        for place in range(PATIENTS)
    ]
    day = (promises, dict.fromkeys(range(PROVIDERS), 480), dict.fromkeys(range(PROVIDERS), 960))
    begun = time.process_time()
    overtime, wait = flow_sim.overtime_and_wait([day] * DAYS, Office(2, PROVIDERS, 2))
    spent = time.process_time() - begun
    return [
        row(f"a year of {PROVIDERS} providers played", spent, "s", goal=2.0, peer="SimPy",
            peer_value=round(SIMPY_YEAR, 2),
            note=f"{PROVIDERS * DAYS * PATIENTS:,} patients through four stages; mean wait "
            f"{wait:.0f} min, overtime {overtime / PROVIDERS:.0f} min a provider and day; CPU")
    ]  # fmt: skip
