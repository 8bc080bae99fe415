"""What a browser has to fetch for the day page: cold, and again."""

import json
import os
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.__main__ import row
from benchmarks.running import _catch_up, opened

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def measure() -> list[dict[str, Any]]:
    """Load Today cold and warm in Chromium, and add up what came over the wire."""
    with opened("SQLite") as (address, told), sync_playwright() as playwright:
        _catch_up(told["pid"])  # what it catches up with draws the page anew
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        sign_in(page, address)
        state = context.storage_state()
        context.close()
        cold_context = browser.new_context(storage_state=state)
        page = cold_context.new_page()
        cold = _load(cold_context, page, address)
        warm = _load(cold_context, page, address)
        browser.close()
    note = "Chromium, day page, signed in; bytes on the wire"
    return [
        row("day page, cold: requests", cold["requests"], "", goal=15, note=note),
        row("day page, cold: size", cold["kilobytes"], "KB", goal=250, note=note),
        row("day page, warm: size", warm["kilobytes"], "KB", goal=20, note=note),
    ]


def sign_in(page: Any, address: str) -> None:
    """Sign in as the front desk."""
    from frontdesk.demo.logins import PASSWORD

    page.goto(f"{address}/account/login/")
    page.fill("#id_login", "maya@demo.example")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state("load")


def _load(context: Any, page: Any, address: str) -> dict[str, float]:
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    counted = {"requests": 0, "bytes": 0}

    asked: set[str] = set()

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):  # a data: URL asks nobody
            asked.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            counted["requests"] += 1
            counted["bytes"] += event["encodedDataLength"]

    client.on("Network.requestWillBeSent", sent)
    client.on("Network.loadingFinished", finished)
    page.goto(f"{address}/", wait_until="load")
    page.wait_for_timeout(1500)
    client.detach()
    return {"requests": counted["requests"], "kilobytes": counted["bytes"] / 1024}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    print(json.dumps(measure()))
