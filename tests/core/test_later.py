"""Modules loaded when used: not before, once, and the office starts without the heavy ones."""

import subprocess
import sys

from frontdesk.core.later import Later

HEAVY = ("httpx", "icalendar", "PIL.Image", "typst", "stripe", "pypdfium2", "zxingcpp", "ortools")


def test_a_module_is_loaded_when_something_of_it_is_asked_for():
    sys.modules.pop("colorsys", None)

    later = Later("colorsys")
    assert "colorsys" not in sys.modules

    assert later.rgb_to_hsv(1, 1, 1) == (0.0, 0.0, 1)
    assert "colorsys" in sys.modules


def test_the_web_server_starts_without_the_heavy_libraries():
    asked = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'frontdesk.config.settings';"
        "import frontdesk.config.asgi; from django.urls import get_resolver;"
        "get_resolver()._populate();"
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
